#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""How leat is stopped: signals, --run-for, --exit-when-idle, kill -9; and how it starts again."""

import signal
import sys
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

N_FRAMES = 1000
SOON_S = 10
PLACEMENTS = [t.ONE_LCORE, {"rx": [0], "work": [1], "tx": [0]}, {"rx": [0], "work": [0, 1], "tx": [1]}]


def frames(count=N_FRAMES):
    """Of a hundred flows, so that every worker has some."""
    src, dst = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    packets = [t.udp(src, dst, 1000 + i % 100, 2000, i.to_bytes(4, "big")) for i in range(count)]
    return [t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, packet)) for packet in packets]


def endless(placement=t.ONE_LCORE, **keys):
    """Packets for ever from left to right, where they are dropped."""
    file = t.pcap_write(frames())
    return {
        "ports": {
            "left": t.pcap_port(0, file, extra=",infinite_rx=1", **keys),
            "right": {"device": "net_null1,no-rx=1"},
        },
        "forward": [{"between": ["left", "right"]}],
        "lcores": t.need_cpus(placement),
    }


def idle():
    return {"ports": {"in": {"device": "net_null0,no-rx=1"}}}


def wait_for_packets(running, at_least=100000):
    with t.Telemetry(running.prefix) as telemetry:
        t.wait_for(lambda: telemetry.ask("/leat/info")["packets_in"] >= at_least, "packets")


def end_and_check(running, at_least=100000):
    start = time.monotonic()
    ended = running.finish(SOON_S)
    seconds = time.monotonic() - start
    t.expect(ended.status, 0, str(ended))
    t.check_sums(ended.summary)
    assert ended.summary["packets_in"] >= at_least, ended.summary
    print(f"# ends in {seconds:.2f} s after {ended.summary['packets_in']} packets")
    return ended


def signal_ends_traffic(number, placement):
    with t.Leat(endless(placement)) as running:
        wait_for_packets(running.wait_running())
        running.signal(number)
        ended = end_and_check(running)
    t.expect(set(ended.summary["fates"]), {"forward"}, "a paced source loses nothing")
    assert "stopping" in ended.err, ended.err


def signal_ends_unpaced_traffic(number, placement):
    with t.Leat(endless(placement, pace="none")) as running:
        wait_for_packets(running.wait_running())
        running.signal(number)
        end_and_check(running)


def test_sigterm_when_idle():
    with t.Leat(idle()) as running:
        running.wait_running().signal(signal.SIGTERM)
        end_and_check(running, at_least=0)


def test_sigint_when_idle():
    with t.Leat(idle()) as running:
        running.wait_running().signal(signal.SIGINT)
        end_and_check(running, at_least=0)


def test_many_signals_at_once():
    with t.Leat(endless()) as running:
        wait_for_packets(running.wait_running())
        for _ in range(20):
            running.signal(signal.SIGINT)
            running.signal(signal.SIGTERM)
        end_and_check(running)


def test_a_signal_while_starting_ends_leat_soon():
    """As soon as DPDK says its first word: at whatever moment it comes, leat ends with 0 and a summary."""
    for word in ("EAL: Detected", "TELEMETRY:", "leat: running on"):
        with t.Leat(idle()) as running:
            t.wait_for(lambda word=word, running=running: word in running.err, word)
            running.signal(signal.SIGTERM)
            end_and_check(running, at_least=0)


def test_run_for_ends_traffic_in_time():
    with t.Leat(endless(), "--run-for", "1") as running:
        running.wait_running()
        start = time.monotonic()
        ended = end_and_check(running)
    seconds = ended.summary["run_ns"] / 1e9
    assert 1.0 <= seconds < 2.0, f"ran {seconds} s by its own clock"
    assert 0.8 <= time.monotonic() - start < 5.0, "by the clock on the wall"


def test_run_for_when_idle():
    ended = t.leat(idle(), "--run-for", "200ms")
    t.expect(ended.status, 0, str(ended))
    assert 0.2 <= ended.summary["run_ns"] / 1e9 < 1.2, ended.summary["run_ns"]


def test_exit_when_idle_waits_for_the_idleness():
    file = t.pcap_write(frames(300))
    # 300 packets at 500 a second take 0.6 s, longer than the idle time.
    ports = {"in": t.pcap_port(0, file, pace=500), "out": {"device": "net_null1,no-rx=1"}}
    config = {"ports": ports, "forward": [{"between": ["in", "out"]}]}
    summary = t.leat_summary(config, "--exit-when-idle", "300ms")
    t.expect(summary["packets_in"], 300)
    assert summary["run_ns"] / 1e9 >= 0.8, summary["run_ns"]


def test_exit_when_idle_does_not_end_traffic():
    summary = t.leat_summary(endless(), "--exit-when-idle", "100ms", "--run-for", "1s")
    assert summary["run_ns"] >= 1e9, summary["run_ns"]


def test_two_instances_at_once():
    with t.Leat(endless()) as one, t.Leat(endless({"rx": [1], "work": [1], "tx": [1]})) as two:
        for running in (one, two):
            wait_for_packets(running.wait_running())
        for running in (one, two):
            running.signal(signal.SIGTERM)
        for running in (one, two):
            end_and_check(running)


def test_killed_and_started_again_at_once():
    prefix = t.scratch.prefix()
    for _ in range(3):
        with t.Leat(endless(), prefix=prefix) as running:
            wait_for_packets(running.wait_running())
            running.signal(signal.SIGKILL)
            t.expect(running.process.wait(SOON_S), -signal.SIGKILL)
    with t.Leat(endless(), prefix=prefix) as running:
        wait_for_packets(running.wait_running())
        running.signal(signal.SIGTERM)
        end_and_check(running)


def in_every_placement():
    for placement in PLACEMENTS:
        for number in (signal.SIGINT, signal.SIGTERM):
            for test in (signal_ends_traffic, signal_ends_unpaced_traffic):
                name = f"{test.__name__} {number.name} {t.placement_name(placement)}"
                yield name, lambda test=test, n=number, p=placement: test(n, p)


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(in_every_placement())))
