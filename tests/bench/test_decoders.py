#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a message costs to decode, beside a bare walk over the lengths before the messages. TAP; only for --long."""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True

import decoders  # noqa: E402
from tap import attempt, plan, report  # noqa: E402

MESSAGES = 10_000_000
ROUNDS = 5
TRIES = 3
# Pass: nanoseconds a message at most, and how many times the bare walk.
BARS = {"keys": (5.0, 2.0), "fields": (25.0, 8.0)}


def measure():
    """Others use the machine too: for each pass the least of all tries' medians."""
    words = ["--protocols", "itch50", "--rounds", str(ROUNDS), "--messages", str(MESSAGES)]
    tries = [decoders.measure(decoders.options(words))["results"][0] for _ in range(TRIES)]
    return {name: min(one[f"{name}_ns"]["median"] for one in tries) for name in ("bare", "walk", *BARS)}


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    if os.environ.get("LEAT_LONG") != "1":
        print("1..0 # SKIP only for tools/test.sh --long")
        return
    names = {name: f"ITCH, {name}: at most {ns} ns a message and {times} times a bare walk"
             for name, (ns, times) in BARS.items()}
    measured = attempt(names.values(), measure)
    for name, (ns, times) in BARS.items() if measured else ():
        good = measured[name] <= ns and measured[name] <= times * measured["bare"]
        report(good, names[name], json.dumps(measured))
    plan()


if __name__ == "__main__":
    main()
