# SPDX-License-Identifier: BSD-3-Clause
"""Results of the benches' tests as TAP."""

import subprocess

import bench

results = 0


def report(good, name, detail=""):
    global results
    results += 1
    print(f"{'ok' if good else 'not ok'} {results} - {name}")
    if detail:
        print("# " + str(detail).replace("\n", "\n# "), flush=True)


def skip(names, reason):
    global results
    for name in names:
        results += 1
        print(f"ok {results} - {name} # SKIP {reason}")


def attempt(names, measure):
    """A bench that does not run to its end fails each of its tests."""
    try:
        return measure()
    except (bench.BenchError, OSError, subprocess.SubprocessError, ValueError) as error:
        for name in names:
            report(False, name, error)
        return None


def plan():
    print(f"1..{results}")
