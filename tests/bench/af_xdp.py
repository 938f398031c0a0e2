#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Forwarding between two AF_XDP veth ports: leat and `dpdk-testpmd --forward-mode=io` in turn on the same pair.

One sender (bench-frame-sender) in one namespace, what arrives is counted at the far end in another. Prints one JSON
object with the rates and the ratio round by round; the bar is a median of at least 0.9. Two cores: the sender and the
kernel's work share them with the forwarder, so only the ratio means anything.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "functional"))
import leat_test  # noqa: E402
import xdp_lab  # noqa: E402

WARM_UP_S = 0.4
SENDER = os.path.join(os.environ.get("LEAT_BUILD", os.path.join(ROOT, "build")), "tests", "bench", "bench-frame-sender")


def frames_arrived(lab):
    return int(lab.read("b", "/proc/net/dev").split("eth:")[1].split()[1])


def measure(lab, frame_file, seconds):
    """Packets a second that arrive at the far end, after a warm-up."""
    command = [*lab.inside("a"), SENDER, "eth", str(seconds + 2 * WARM_UP_S), frame_file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        time.sleep(WARM_UP_S)
        start, before = time.monotonic(), frames_arrived(lab)
        time.sleep(seconds)
        rate = (frames_arrived(lab) - before) / (time.monotonic() - start)
        sender.communicate()
    return rate


def leat_rate(lab, arguments, frame_file):
    lcores = {"rx": [1], "work": [1], "tx": [1]}
    with lab.leat(xdp_lab.config({"dst": xdp_lab.HOST["b"][0]}, lcores=lcores)) as leat:
        rate = measure(lab, frame_file, arguments.seconds)
        leat.end()
    return rate


def testpmd_rate(lab, arguments, frame_file):
    devices = [f"--vdev=net_af_xdp{i},iface=to_{end},busy_budget=0" for i, end in enumerate("ab")]
    eal = ["--no-huge", "--no-shconf", "-m", "512", "-l", "0,1", "--main-lcore", "0", "--no-pci"]
    options = ["--forward-mode=io", "--nb-cores=1", "--auto-start", "--total-num-mbufs=32768", "--rxd=2048", "--txd=2048"]
    command = ["stdbuf", "-oL", "dpdk-testpmd", *eal, "--file-prefix", f"bench-{os.getpid()}", *devices, "--", *options]
    with tempfile.TemporaryFile("w+") as log, subprocess.Popen(
        [*lab.inside("leat"), *command], stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
    ) as testpmd:

        def runs():
            log.seek(0)
            return "Press enter" in log.read() or testpmd.poll() is not None

        leat_test.wait_for(runs, "testpmd to forward", 20)
        rate = measure(lab, frame_file, arguments.seconds)
        testpmd.communicate("\n", timeout=20)
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=2.0)
    arguments = parser.parse_args()
    rounds = []
    with xdp_lab.Lab() as lab, tempfile.NamedTemporaryFile() as frame:
        frame.write(xdp_lab.frames_of_lengths([60])[0])
        frame.flush()
        for _ in range(arguments.rounds):
            rounds.append((leat_rate(lab, arguments, frame.name), testpmd_rate(lab, arguments, frame.name)))
    ratios = [leat / testpmd for leat, testpmd in rounds]
    print(
        json.dumps(
            {
                "leat_kpps": [round(leat / 1e3) for leat, _ in rounds],
                "testpmd_io_kpps": [round(testpmd / 1e3) for _, testpmd in rounds],
                "ratio": {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
