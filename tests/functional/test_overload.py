#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""More packets than leat can take: what does not fit is dropped, named and counted; a paced source loses nothing."""

import resource
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

OVERLOAD_FATES = {"work_ring_full", "tx_ring_full", "tx_queue_full"}
SPLIT = {"rx": [0], "work": [1], "tx": [0]}
SMALLEST_RING = 128
RATE_PPS = 50000


def frames(count=2000, length=60):
    src, dst = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    payload = bytes(length - 46)
    packets = [
        t.udp(src, dst, 1000 + i % 200, 2000, i.to_bytes(4, "big") + payload) for i in range(count)
    ]
    return [t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, packet)) for packet in packets]


def forward(source, placement, sink="net_null1,no-rx=1", **keys):
    lcores = t.need_cpus(placement)
    ring_size = keys.pop("ring_size", None)
    if ring_size:
        lcores["ring_size"] = ring_size
    return {
        "ports": {"left": source, "right": {"device": sink}},
        "forward": [{"between": ["left", "right"]}],
        "lcores": lcores,
        **keys,
    }


def source_without_end(length=60, **keys):
    return t.pcap_port(0, t.pcap_write(frames(length=length)), extra=",infinite_rx=1", **keys)


def test_full_work_rings_are_counted():
    """Parsing and checksums of long packets cost more than receiving them."""
    source = source_without_end(1400, pace="none")
    config = forward(source, {"rx": [0], "work": [1], "tx": [1]}, ring_size=SMALLEST_RING)
    summary = t.leat_summary(config, "--run-for", "1s")
    print("#", summary["fates"])
    assert summary["fates"].get("work_ring_full", 0) > 0, summary["fates"]
    assert summary["fates"].get("forward", 0) > 0, summary["fates"]
    assert set(summary["fates"]) <= OVERLOAD_FATES | {"forward"}, summary["fates"]


def test_full_tx_rings_are_counted():
    """Two workers fill what one TX lcore has to write into a file."""
    output = t.scratch.path("slow.pcap")
    source = source_without_end(60, pace="none")
    placement = {"rx": [0], "work": [0], "tx": [1]}
    config = forward(source, placement, f"net_pcap1,tx_pcap={output}", ring_size=SMALLEST_RING)
    summary = t.leat_summary(config, "--run-for", "300ms")
    print("#", summary["fates"])
    assert summary["fates"].get("tx_ring_full", 0) > 0, summary["fates"]
    assert set(summary["fates"]) <= OVERLOAD_FATES | {"forward"}, summary["fates"]
    t.expect(len(t.pcap_read(output)), summary["fates"]["forward"], "frames in the output")
    output.unlink()


def unpaced_sums_come_out_even(placement):
    config = forward(source_without_end(200, pace="none"), placement, ring_size=SMALLEST_RING)
    summary = t.leat_summary(config, "--run-for", "500ms")
    print("#", summary["fates"])
    assert set(summary["fates"]) <= OVERLOAD_FATES | {"forward"}, summary["fates"]


def waiting_source_loses_nothing(placement):
    config = forward(source_without_end(pace="wait"), placement, ring_size=SMALLEST_RING)
    summary = t.leat_summary(config, "--run-for", "500ms")
    t.expect(set(summary["fates"]), {"forward"}, str(summary))
    assert summary["packets_in"] > 10000, summary


def cpu_seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rate_is_kept(placement):
    """By the packets' number and the run's own clock, within 5 %."""
    config = forward(source_without_end(pace="50k"), placement)
    n_lcores = len({cpu for role in ("rx", "work", "tx") for cpu in placement[role]})
    before = cpu_seconds_of_children()
    summary = t.leat_summary(config, "--run-for", "3s")
    seconds = summary["run_ns"] / 1e9
    share = (cpu_seconds_of_children() - before) / (seconds * n_lcores)
    pps = summary["packets_in"] / seconds
    print(f"# {pps:.0f} packets a second with {share:.0%} of {n_lcores} CPUs")
    t.expect(set(summary["fates"]), {"forward"}, str(summary))
    assert pps <= RATE_PPS * 1.05, f"{pps:.0f} packets a second, above {RATE_PPS}"
    if pps < RATE_PPS * 0.95 and share < 0.9:
        # An lcore polls all the time. One that had to wait longer than a source may catch up shows nothing.
        raise t.Skip(f"the CPUs are busy otherwise: leat got {share:.0%} of them")
    assert pps >= RATE_PPS * 0.95, f"{pps:.0f} packets a second, below {RATE_PPS}"


def test_slow_rates_are_kept():
    config = forward(source_without_end(pace=100), t.ONE_LCORE)
    summary = t.leat_summary(config, "--run-for", "2s")
    t.expect(set(summary["fates"]), {"forward"}, str(summary))
    assert 190 <= summary["packets_in"] <= 210, summary["packets_in"]


def test_two_rates_do_not_mix():
    sources = {
        "slow": t.pcap_port(0, t.pcap_write(frames()), extra=",infinite_rx=1", pace="5k"),
        "fast": t.pcap_port(1, t.pcap_write(frames()), extra=",infinite_rx=1", pace="20k"),
    }
    summary = t.leat_summary({"ports": sources}, "--run-for", "2s")
    for name, pps in (("slow", 5000), ("fast", 20000)):
        got = summary["ports"][name]["rx_packets"] / (summary["run_ns"] / 1e9)
        assert abs(got - pps) <= pps * 0.05, f"{name}: {got:.0f}, not {pps}"


def too_few_mbufs_end_cleanly(placement):
    config = forward(source_without_end(pace="none"), placement, mbufs=1024)
    config["ports"]["left"] = t.pcap_port(0, t.pcap_write(frames(50000)), pace="none")
    ended = t.leat(config, "--exit-when-idle", "300ms", "--run-for", "20s")
    t.expect(ended.status, 0, str(ended))
    t.check_sums(ended.summary)
    assert "leat: warning: mbufs: 1024 are fewer than" in ended.err, ended.err
    assert ended.summary["packets_in"] > 0, ended.summary
    t.expect(ended.summary["pool"]["mbufs"], 1024)
    # What the port could not receive for want of an mbuf never came in, but is told.
    print("#", ended.summary["ports"]["left"], ended.summary["fates"])


def too_few_mbufs_lose_nothing_of_a_waiting_source(placement):
    """A capture waits: with few mbufs it is read slower, not lost."""
    config = forward(t.pcap_port(0, t.pcap_write(frames(50000))), placement, mbufs=1024)
    ended = t.leat(config, "--exit-when-idle", "300ms", "--run-for", "20s")
    t.expect(ended.status, 0, str(ended))
    t.check_sums(ended.summary)
    t.expect(ended.summary["fates"], {"forward": 50000}, str(ended.summary["ports"]["left"]))


def in_placements():
    everywhere = [t.ONE_LCORE, *t.SPLITS]
    for test, placements in (
        (unpaced_sums_come_out_even, everywhere),
        (waiting_source_loses_nothing, everywhere),
        (rate_is_kept, [t.ONE_LCORE, SPLIT, {"rx": [0], "work": [0, 1], "tx": [1]}]),
        (too_few_mbufs_end_cleanly, [t.ONE_LCORE, SPLIT]),
        (too_few_mbufs_lose_nothing_of_a_waiting_source, [t.ONE_LCORE, SPLIT]),
    ):
        for placement in placements:
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(in_placements())))
