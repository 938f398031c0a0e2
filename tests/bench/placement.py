#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat on one lcore and split over two by rings, for each pace: rate, loss, cycles: one JSON object.

`wait` receives only what there is room for, so the slower lcore sets the rate; 90 % of that rate must
pass without loss too; `none` receives all it can, and what the rings do not take is dropped and counted.
What the ring costs is the busy cycles per packet of both lcores less those of the one: the ring itself,
and the packet's cache lines that have to come from the other core.
"""

import argparse
import sys

sys.dont_write_bytecode = True

import bench  # noqa: E402
import rounds  # noqa: E402

PACED_SHARE = 0.9


def placements(first, second):
    """Name to (rx, work, tx)."""
    return {
        "one": (second, second, second),
        "rx | work+tx": (first, second, second),
        "rx+tx | work": (first, second, first),
    }


def run_once(place, pace, captures, eal, arguments, directory):
    config = bench.leat_config(captures, *place, pace)
    program = bench.Leat(config, eal, len(set(place)), directory, arguments.build)
    measured = rounds.run_once(program, arguments.seconds)
    summary = program.summary()
    lost = {name: n for name, n in summary["fates"].items() if name != "forward"}
    counters = measured.pop("counters")
    lcores = {}
    for lcore in sorted(set(place)):
        busy = counters[f"busy_cycles_{lcore}"]
        lcores[lcore] = {
            # Every packet passes every lcore, unless it is dropped on the way.
            "cycles": busy / max(counters["received"], 1),
            "share": busy / (arguments.seconds * bench.tsc_hz()),
        }
    return {
        **measured,
        "received_pps": counters["received"] / arguments.seconds,
        "in": summary["packets_in"],
        "lost": lost,
        "lcores": lcores,
    }


def summarize(runs):
    lost = {}
    for run in runs:
        for name, n in run["lost"].items():
            lost[name] = lost.get(name, 0) + n
    return {
        "mpps": bench.spread([run["pps"] / 1e6 for run in runs]),
        "received_mpps": bench.spread([run["received_pps"] / 1e6 for run in runs]),
        "cpu_share": bench.spread([run["cpu_share"] for run in runs]),
        "packets_in": sum(run["in"] for run in runs),
        "lost": lost,
        "cycles_per_packet": bench.spread(
            [sum(lcore["cycles"] for lcore in run["lcores"].values()) for run in runs], 1
        ),
        "lcores": {
            lcore: {
                "cycles_per_packet": bench.spread([r["lcores"][lcore]["cycles"] for r in runs], 1),
                "busy_share": bench.spread([r["lcores"][lcore]["share"] for r in runs], 2),
            }
            for lcore in runs[0]["lcores"]
        },
    }


def run_round(runs, captures, eal, arguments, directory):
    for name, place in placements(*arguments.cpus).items():
        waiting = run_once(place, "wait", captures, eal, arguments, directory)
        # The rate is a port's; there are two.
        rate = max(1, int(waiting["pps"] * PACED_SHARE / 2))
        paced = run_once(place, str(rate), captures, eal, arguments, directory)
        paced["of_target"] = paced["pps"] / (2 * rate)
        unpaced = run_once(place, "none", captures, eal, arguments, directory)
        for pace, run in (("wait", waiting), ("90 %", paced), ("none", unpaced)):
            runs.setdefault((name, pace), []).append(run)
        bench.progress(
            f"{name}: wait {waiting['pps'] / 1e6:.1f}, paced {paced['pps'] / 1e6:.1f}, "
            f"none {unpaced['pps'] / 1e6:.1f} Mpps"
        )


def measure(arguments):
    runs = {}
    with bench.scratch() as directory:
        captures = bench.flow_captures(directory, arguments.flows)
        with bench.Hugepages(directory, bench.memory_mib(arguments.flows)) as hugepages:
            for _ in range(arguments.rounds):
                run_round(runs, captures, hugepages.options, arguments, directory)
            result = {
                "bench": "placement",
                "machine": bench.machine(),
                "flows": arguments.flows,
                "hugepages": hugepages.used(),
                "seconds": arguments.seconds,
                "results": [],
            }
    for (name, pace), measured in runs.items():
        row = {"placement": name, "pace": pace, **summarize(measured)}
        if pace == "90 %":
            row["of_target"] = bench.spread([run["of_target"] for run in measured])
        if name != "one":
            ring = [cycles(run) - cycles(one) for run, one in zip(measured, runs[("one", pace)])]
            row["ring_cycles_per_packet"] = bench.spread(ring, 1)
        result["results"].append(row)
    return result


def cycles(run):
    return sum(lcore["cycles"] for lcore in run["lcores"].values())


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run, settled")
    parser.add_argument("--flows", type=int, default=1024)
    parser.add_argument("--cpus", type=int, nargs=2, default=bench.cpus()[:2])
    parser.add_argument("--nice", type=int, default=-10, help="of the session, while it runs")
    parser.add_argument("--build", help="leat's build folder (default: LEAT_BUILD, else build/)")
    parser.add_argument("--json", metavar="FILE", help="write the result there too")
    return parser.parse_args(words)


def main():
    arguments = options()
    if len(set(arguments.cpus)) < 2:
        sys.exit("placement.py: needs two CPUs")
    with bench.priority(arguments.nice):
        result = measure(arguments)
    bench.result_write(result, arguments.json)


if __name__ == "__main__":
    main()
