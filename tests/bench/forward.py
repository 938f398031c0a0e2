#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat and dpdk-testpmd in turn on the same two captures, one core for each: one JSON object.

testpmd's csum mode parses every packet and computes its IPv4 and UDP checksums, as leat does; its io
mode looks at nothing and is what the source and the drain alone allow.
"""

import argparse
import sys

sys.dont_write_bytecode = True

import bench  # noqa: E402
import rounds  # noqa: E402

MODES = ("csum", "io")


def one_run(name, captures, flows, eal, arguments, directory):
    if name == "leat":
        # A core of its own does everything: no ring, so nothing to pace for.
        config = bench.leat_config(captures, arguments.cpu, arguments.cpu, arguments.cpu, "none")
        program = bench.Leat(config, eal, 1, directory, arguments.build)
    else:
        mbufs = 2 * flows + 8192
        program = bench.Testpmd(name, captures, eal, arguments.cpu, mbufs, directory)
    return rounds.run_once(program, arguments.seconds)


def compare(flows, arguments, directory):
    captures = bench.flow_captures(directory, flows)
    with bench.Hugepages(directory, bench.memory_mib(flows)) as hugepages:

        def run(name):
            return one_run(name, captures, flows, hugepages.options, arguments, directory)

        runs = rounds.run_in_turn(("leat", *MODES), run, arguments.rounds, f"{flows} flows")
        result = {"flows": flows, "hugepages": hugepages.used()}
    for name, measured in runs.items():
        result[name] = rounds.rates(measured)
    for mode in MODES:
        result.update(rounds.ratios(runs, "leat", mode))
    return result


def measure(arguments):
    with bench.scratch() as directory:
        return {
            "bench": "forward",
            "machine": bench.machine(),
            "seconds": arguments.seconds,
            "results": [compare(flows, arguments, directory) for flows in arguments.flows],
        }


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run, settled")
    parser.add_argument("--flows", type=int, nargs="+", default=[1024, 65536])
    parser.add_argument("--cpu", type=int, default=bench.cpus()[-1])
    parser.add_argument("--build", help="leat's build folder (default: LEAT_BUILD, else build/)")
    parser.add_argument("--json", metavar="FILE", help="write the result there too")
    return parser.parse_args(words)


def main():
    arguments = options()
    bench.result_write(measure(arguments), arguments.json)


if __name__ == "__main__":
    main()
