# SPDX-License-Identifier: BSD-3-Clause
"""Programs in turn, round by round, and what their rates come to.

A ratio is taken within a round, where the programs met much the same machine; the median of these is the result.
"""

import bench


def run_once(program, seconds):
    """Starts, measures and stops a program that has been made."""
    try:
        program.start()
        measured = program.measure(seconds)
        program.stop()
    except BaseException:
        program.kill()
        raise
    return measured


def run_in_turn(names, run, rounds, title, share_min=0.0):
    """What run(name) measured, by name: a list of a round each.

    A round in which a program had less of its CPU than share_min is left out and another one made, at most twice as
    many as were asked for: who shares a CPU loses caches as well as time, and the bigger program loses more of them.
    """
    runs = {name: [] for name in names}
    kept = 0
    for i in range(rounds if share_min == 0 else 3 * rounds):
        # The order turns, so that nobody always runs after the same neighbour.
        first = i % len(names)
        measured = {name: run(name) for name in [*names[first:], *names[:first]]}
        quiet = min(one["cpu_share"] for one in measured.values()) >= share_min
        told = ", ".join(f"{name} {measured[name]['pps_cpu'] / 1e6:.1f}" for name in names)
        bench.progress(f"{title}, round {i + 1}: {told} Mpps{'' if quiet else ', disturbed'}")
        if not quiet:
            continue
        for name in names:
            runs[name].append(measured[name])
        kept += 1
        if kept == rounds:
            break
    if kept == 0:
        raise bench.BenchError(f"{title}: neighbours took more than {1 - share_min:.0%} of a CPU in every round")
    return runs


def rates(measured):
    return {
        "mpps": bench.spread([run["pps"] / 1e6 for run in measured]),
        "mpps_cpu": bench.spread([run["pps_cpu"] / 1e6 for run in measured]),
        "cpu_share": bench.spread([run["cpu_share"] for run in measured]),
    }


def ratios(runs, name, other):
    pairs = list(zip(runs[name], runs[other]))
    return {
        f"{name}/{other}": bench.spread([a["pps_cpu"] / b["pps_cpu"] for a, b in pairs]),
        f"{name}/{other} wall": bench.spread([a["pps"] / b["pps"] for a, b in pairs]),
    }
