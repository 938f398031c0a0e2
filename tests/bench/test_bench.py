#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The bars that leat has to clear: short runs of the benches beside this file. TAP; only for --long."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import bench  # noqa: E402
import forward  # noqa: E402
import placement  # noqa: E402
from tap import attempt, plan, report, skip  # noqa: E402

CSUM_SHARE_MIN = 0.6
FLOWS = (1024, 65536)
ROUNDS = 3
SECONDS = "0.5"

def forward_name(flows):
    return f"forwards at least {CSUM_SHARE_MIN} of testpmd csum, {flows} flows"


def test_forward():
    names = [forward_name(flows) for flows in FLOWS]
    if shutil.which("dpdk-testpmd") is None:
        skip(names, "no dpdk-testpmd")
        return
    words = ["--rounds", str(ROUNDS), "--seconds", SECONDS, "--flows", *map(str, FLOWS)]
    measured = attempt(names, lambda: forward.measure(forward.options(words)))
    for row in measured["results"] if measured else ():
        share = row["leat/csum"]
        detail = f"leat/csum {share}, leat {row['leat']['mpps_cpu']} Mpps"
        report(share["median"] >= CSUM_SHARE_MIN, forward_name(row["flows"]), detail)


def placement_name(place, pace):
    return f"loses nothing, placement {place}, pace {pace}"


def test_placement():
    names = [
        placement_name(place, pace) for place in placement.placements(0, 1) for pace in ("wait", "90 %")
    ]
    if len(bench.cpus()) < 2:
        skip(names, "one CPU")
        return
    arguments = placement.options(["--rounds", "1", "--seconds", SECONDS])
    measured = attempt(names, lambda: placement.measure(arguments))
    for row in measured["results"] if measured else ():
        if row["pace"] == "none":
            continue
        good = row["lost"] == {} and row["packets_in"] > 0
        detail = f"lost {row['lost']} of {row['packets_in']}, {row['mpps']['median']} Mpps"
        report(good, placement_name(row["placement"], row["pace"]), detail)


def test_stages():
    name = "every traffic of the stage bench passes every stage"
    program = Path(bench.leat_build()) / "tests/bench/bench-stages"
    if not program.exists():
        skip([name], "bench-stages is not built")
        return
    run = subprocess.run([program, "200"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    rows = json.loads(run.stdout)["results"] if run.returncode == 0 else []
    report(rows and all(row["cycles_median"] > 0 for row in rows), name, run.stderr.strip())


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    if os.environ.get("LEAT_LONG") != "1":
        print("1..0 # SKIP only for tools/test.sh --long")
        return
    test_forward()
    test_placement()
    test_stages()
    plan()


if __name__ == "__main__":
    main()
