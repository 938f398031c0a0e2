#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A tenant's flood into its limits does not slow its neighbour's packets down inside leat. TAP; only for --long."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import bench  # noqa: E402
from tap import plan, report, skip  # noqa: E402

CHANGE_MAX = 0.10
ROUNDS = 100
TRIES = 3
LIMITS = ("drop", "evict")
PERCENTILES = ("p50", "p99")
PACKETS = 64  # of a steady burst: what a flood leaves behind is paid for once a burst, whatever is in it
MIB = 512


def run(program, limit, memory):
    cpu = bench.cpus()[-1]
    eal = ["--no-shconf", "--no-pci", "--no-telemetry", f"--file-prefix=noisy-{os.getpid()}", "--log-level=lib.eal:4"]
    words = [program, *eal, *memory, "-l", str(cpu), "--", str(ROUNDS), str(PACKETS), limit]
    ended = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=600)
    if ended.returncode != 0:
        raise bench.BenchError(ended.stderr)
    return json.loads(ended.stdout)


def is_held(result):
    """Of the steady tenant's own bursts, after the noisy one's; the bench's own part is the same in both."""
    return all(result["flood/idle"][p] < 1 + CHANGE_MAX for p in PERCENTILES)


def measure(program, limit):
    """Others use the machine too: the best of a few tries."""
    results = []
    with tempfile.TemporaryDirectory() as directory, bench.Hugepages(directory, MIB, MIB) as pages:
        for _ in range(TRIES):
            results.append(run(program, limit, pages.options))
            if is_held(results[-1]):
                break
    return results


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    if os.environ.get("LEAT_LONG") != "1":
        print("1..0 # SKIP only for tools/test.sh --long")
        return
    names = {limit: f"a flood into limits ({limit}) changes a neighbour's time by less than {CHANGE_MAX:.0%}"
             for limit in LIMITS}
    program = Path(bench.leat_build()) / "tests/bench/bench-noisy"
    if not program.exists():
        skip(names.values(), "bench-noisy is not built")
        plan()
        return
    for limit, name in names.items():
        try:
            results = measure(program, limit)
            report(is_held(results[-1]), name, "\n".join(map(json.dumps, results)))
        except (bench.BenchError, OSError, subprocess.SubprocessError, ValueError) as error:
            report(False, name, error)
    plan()


if __name__ == "__main__":
    main()
