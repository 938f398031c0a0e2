#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Forwarding between two ports: byte for byte, in order within each flow, in every placement."""

import random
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

N_FLOWS = 2000
TURNS = 6  # packets of a flow and direction
IEX_PACKETS = 121314
PCAP_CHAIN_MAX = 0x3F00  # RTE_ETHER_MAX_JUMBO_FRAME_LEN: what net_pcap sends of several mbufs


# What is sent


def ends_of_flow(i):
    """(client, server, client port, server port); every third flow is IPv6."""
    if i % 3 == 0:
        client = t.address(f"fd00::{i // 250:x}:{i % 250 + 1:x}")
        return client, t.address(f"fd01::{i % 7 + 1:x}"), 20000 + i, 443
    return bytes([10, i % 3, i // 250, i % 250 + 1]), bytes([192, 0, 2, i % 7 + 1]), 1024 + i, 80


def datagram(i, turn, src, dst, sport, dport):
    """The IP packets of one turn of a flow: mostly one, sometimes fragments."""
    payload = bytes([i % 256, i // 256, turn]) + bytes((i * 7 + turn * 13) % 1400)
    make, protocol = (t.tcp, t.TCP) if i % 2 else (t.udp, t.UDP)
    packet = make(src, dst, sport, dport, payload)
    fragmented = i % 25 == 7 and turn == 3
    if len(src) == 4:
        if fragmented:
            return t.ipv4_fragments(src, dst, protocol, packet + bytes(1024), i * TURNS + turn)
        options = b"\x01\x01\x01\x00" if i % 10 == 1 else b""
        return [t.ipv4(src, dst, protocol, packet, i * TURNS + turn & 0xFFFF, 0x4000, options)]
    if fragmented or i % 25 == 9 and turn == 3:
        return t.ipv6_fragments(src, dst, protocol, packet + bytes(1024), i * TURNS + turn)
    headers = []
    if i % 10 == 3:
        headers = [(t.HOP_BY_HOP, t.padded_options(8)), (t.DESTINATION, t.padded_options(16))]
    return [t.ipv6(src, dst, protocol, packet, headers)]


def tags_of_flow(i):
    if i % 5 == 1:
        return [(t.VLAN, i % 4094 + 1)]
    if i % 5 == 2:
        return [(t.QINQ, 100), (t.VLAN, i % 4094 + 1)]
    return []


def flow_frames(i, turn, back):
    client, server, sport, dport = ends_of_flow(i)
    ends = (server, client, dport, sport) if back else (client, server, sport, dport)
    kind = t.IPV4 if len(client) == 4 else t.IPV6
    return [t.ethernet(kind, p, tags_of_flow(i)) for p in datagram(i, turn, *ends)]


def sundry(i):
    """Frames that are no flows, numbered so that their order shows."""
    src, dst = bytes([10, 9, 9, i % 250]), bytes([10, 9, 8, 1])
    src6, dst6 = t.address(f"fd09::{i:x}"), t.address("fd09::1")
    number = i.to_bytes(4, "big")
    return [
        t.ethernet(t.ARP, t.arp() + number),
        t.ethernet(0x88CC, b"\x02\x07" + number),
        t.ethernet(0x9999, number),
        t.ethernet(0x0026, number + bytes(0x22)),  # IEEE 802.3 length
        t.ethernet(t.IPV4, t.ipv4(src, dst, t.ICMP, t.icmp_echo(number, i))),
        t.ethernet(t.IPV6, t.ipv6(src6, dst6, t.ICMP6, t.icmp6_echo(src6, dst6, number))),
        t.ethernet(t.IPV4, t.ipv4(src, dst, 47, number)),
        t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, t.udp(src, dst, i + 1, 53, b"")), pad=False),
    ]


def jumbo(i, length):
    src, dst = bytes([10, 7, i % 250, 1]), bytes([10, 7, 0, 2])
    payload = random.Random(i).randbytes(length - 42)
    return t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, t.udp(src, dst, 4000 + i, 4001, payload)))


def traffic(back):
    """One port's frames: the flows interleaved, with everything else strewn in."""
    frames = []
    for turn in range(TURNS):
        for i in range(N_FLOWS):
            frames += flow_frames(i, turn, back)
            if i % 100 == 50:
                frames += sundry(turn * 20 + i // 100)
                frames += [jumbo(turn * 20 + i // 100, length) for length in (9000, 16000)]
    return frames


def broken(count=6000):
    """Valid frames with a few bytes changed or the end cut off: all kinds of fates, always the same."""
    source, frames = random.Random(5), []
    while len(frames) < count:
        for frame in flow_frames(source.randrange(N_FLOWS), source.randrange(TURNS), False):
            data = bytearray(frame[:400])
            for _ in range(source.randrange(3)):
                data[source.randrange(12, min(len(data), 90))] = source.randrange(256)
            frames.append(bytes(data[: source.choice([10, 16, 30, 50, 70, len(data), len(frame)])]))
    return frames


# How it is forwarded


class Forwarded:
    def __init__(self, placement, packets, frames_a, frames_b, eal=t.NO_HUGE, **keys):
        out_a, out_b = t.scratch.new_path(".pcap"), t.scratch.new_path(".pcap")
        config = {
            "ports": {
                "left": t.pcap_port(0, frames_a, out_a, **keys),
                "right": t.pcap_port(1, frames_b, out_b, **keys),
            },
            "forward": [{"between": ["left", "right"]}],
            "lcores": t.need_cpus(placement),
        }
        self.summary = t.leat_summary(config, packets=packets, eal=eal)
        # What came in on the left goes out on the right.
        self.of_a, self.of_b = t.pcap_read(out_b), t.pcap_read(out_a)
        out_a.unlink()
        out_b.unlink()


class Inputs:
    """Made once, used in every placement."""

    def __init__(self):
        self.made = {}

    def get(self, name, make):
        if name not in self.made:
            frames = make()
            self.made[name] = frames, t.pcap_write(frames)
        return self.made[name]


inputs = Inputs()


def iex_is_forwarded(placement):
    file = t.iex_capture()
    frames, _ = inputs.get("iex", lambda: t.pcap_read(file))
    _, nothing = inputs.get("nothing", list)
    t.expect(len(frames), IEX_PACKETS, "packets that the test itself reads")
    result = Forwarded(placement, len(frames), file, nothing)
    t.expect(result.summary["fates"], {"forward": IEX_PACKETS})
    t.expect(result.of_b, [])
    t.check_same_flows(result.of_a, frames, "left to right")


def flows_are_forwarded(placement):
    frames_a, file_a = inputs.get("there", lambda: traffic(back=False))
    frames_b, file_b = inputs.get("back", lambda: traffic(back=True))
    flows = {t.flow_of(frame) for frame in frames_a if len(t.flow_of(frame)) == 3}
    assert len(flows) >= N_FLOWS, len(flows)
    result = Forwarded(placement, len(frames_a) + len(frames_b), file_a, file_b)
    t.expect(result.summary["fates"], {"forward": len(frames_a) + len(frames_b)})
    t.check_same_flows(result.of_a, frames_a, "left to right")
    t.check_same_flows(result.of_b, frames_b, "right to left")


fates_of_broken = {}


def broken_frames_get_the_same_fates(placement):
    frames, file = inputs.get("broken", broken)
    _, nothing = inputs.get("nothing", list)
    result = Forwarded(placement, len(frames), file, nothing)
    fates = result.summary["fates"]
    assert len(fates) > 10, f"too few kinds of fates to tell anything: {fates}"
    t.expect(fates, fates_of_broken.setdefault("of the first placement", fates))


def one_lcore_keeps_the_order_of_all(placement=t.ONE_LCORE):
    frames, file = inputs.get("there", lambda: traffic(back=False))
    _, nothing = inputs.get("nothing", list)
    result = Forwarded(placement, len(frames), file, nothing)
    assert result.of_a == frames, "not the input in its order"


# Frames too long for an mbuf


def test_longer_frames_with_an_mtu_for_them():
    frames = [jumbo(i, 9000 if i % 2 else 20000) for i in range(200)]
    file, nothing = t.pcap_write(frames), t.pcap_write([])
    result = Forwarded(t.ONE_LCORE, len(frames), file, nothing, eal=(*t.NO_HUGE, "-m", "1024"), mtu=20000)
    t.expect(result.summary["fates"], {"forward": len(frames)})
    assert result.of_a == frames, "other bytes"


def test_frames_that_the_port_would_cut_are_refused_and_counted():
    lengths = [60, 2048, 2049, 4096, PCAP_CHAIN_MAX, PCAP_CHAIN_MAX + 1, 20000]
    frames = [jumbo(i, length) for i, length in enumerate(lengths * 20)]
    file, nothing = t.pcap_write(frames), t.pcap_write([])
    result = Forwarded(t.ONE_LCORE, len(frames), file, nothing)
    sendable = [frame for frame in frames if len(frame) <= PCAP_CHAIN_MAX]
    t.expect(result.summary["fates"], {"forward": len(sendable), "tx_refused": 40})
    assert result.of_a == sendable, "other bytes"


def test_largest_frames():
    # The longest IPv4 packet in an Ethernet frame.
    frames = [jumbo(i, 65535 + 14) for i in range(20)]
    file, nothing = t.pcap_write(frames), t.pcap_write([])
    result = Forwarded(t.ONE_LCORE, len(frames), file, nothing)
    t.expect(result.summary["fates"], {"tx_refused": len(frames)})


def in_every_placement():
    for test in (iex_is_forwarded, flows_are_forwarded, broken_frames_get_the_same_fates):
        for placement in [t.ONE_LCORE, *t.SPLITS]:
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)
    yield one_lcore_keeps_the_order_of_all.__name__, one_lcore_keeps_the_order_of_all


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(in_every_placement())))
