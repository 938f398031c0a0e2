#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Feeds: generated ones counted by type and line as the generator says, broken ones by reason, in every placement."""

import json
import struct
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

GROUP_A, GROUP_B, PORT = "233.54.12.1", "233.54.12.2", 26400
GROUP_V6 = "ff0e::12:1"
LOSSLESS, LOSSY = f"a={GROUP_A}:{PORT}", f"b={GROUP_B}:{PORT},loss=0.02"
END_OF_SESSION = 0xFFFF
PLACEMENTS = [t.ONE_LCORE, *t.SPLITS]


# Feeds, generated and made by hand


class Generated:
    """A capture of feedgen's, and what feedgen says of it."""

    def __init__(self, *options, messages=20000):
        self.file, stats = t.scratch.new_path(".pcap"), t.scratch.new_path(".json")
        words = ["--all-types", "--messages", messages, "--output", self.file, "--stats", stats]
        command = [str(word) for word in [t.binary("tools/leat-feedgen"), *words, *options]]
        result = subprocess.run(command, capture_output=True, text=True, timeout=t.BOUND_S, check=False)
        t.expect(result.returncode, 0, result.stderr)
        told = json.loads(stats.read_text())
        self.lines = {line["name"]: line for line in told["lines"]}
        self.total = told["messages"].pop("total")
        self.by_type = {kind: n for kind, n in told["messages"].items() if n}
        self.frames = t.pcap_read(self.file)
        t.expect(sum(self.by_type.values()), self.total, "feedgen's own sum")
        t.expect(len(self.by_type), 23, "types")
        t.expect(len(self.frames), sum(line["sent"] for line in self.lines.values()), "packets")


made = {}


def generated():
    """Two lines, one of them lossy, made once."""
    return made.setdefault("both", None) or made.update(
        both=Generated("--line", LOSSLESS, "--line", LOSSY)
    ) or made["both"]


def is_for(frame, group):
    return frame[30:34] == t.address(group)


def mold(blocks, count=None, sequence=1, tail=b""):
    header = struct.pack("!10sQH", b"SESSION001", sequence, len(blocks) if count is None else count)
    return header + b"".join(struct.pack("!H", len(b)) + b for b in blocks) + tail


def delete(extra=b""):
    """An order delete message, 19 bytes."""
    return b"D" + bytes(range(18)) + extra


def udp_frame(payload, group=GROUP_A, port=PORT, tags=()):
    src, dst = t.address("10.0.0.1" if "." in group else "fd00::1"), t.address(group)
    packet = t.udp(src, dst, 40000, port, payload)
    if len(dst) == 4:
        return t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, packet), tags)
    return t.ethernet(t.IPV6, t.ipv6(src, dst, t.UDP, packet), tags)


# Configs


def line(port="in", group=GROUP_A, dport=PORT):
    return {"port": port, "group": group, "dport": dport}


def feed(**lines):
    return {"protocol": "itch50", "lines": lines}


def one_port(file, feeds, placement=t.ONE_LCORE):
    ports = {"in": t.pcap_port(0, file)}
    return {"ports": ports, "feeds": feeds, "lcores": t.need_cpus(placement)}


def counted(frames, feeds=None, placement=t.ONE_LCORE):
    """(fates, feeds) of frames that came in on the port `in`."""
    feeds = feeds or {"nasdaq": feed(a=line())}
    summary = t.leat_summary(one_port(t.pcap_write(frames), feeds, placement), packets=len(frames))
    t.expect(summary["packets_in"], len(frames))
    return summary["fates"], summary["feeds"]


# Generated feeds


def summary_of(told, config):
    return t.leat_summary(config, packets=len(told.frames))


def check_lines(told, got):
    """feedgen's lines and leat's."""
    for name, line_told in told.lines.items():
        packets, messages = line_told["sent"], told.total - line_told["lost_messages"]
        t.expect(got["lines"][name], {"packets": packets, "messages": messages}, f"line {name}")


def two_lines_are_counted(placement):
    told = generated()
    assert told.lines["b"]["lost_messages"] > 0, "nothing is lost: this shows little"
    feeds = {"nasdaq": feed(a=line(), b=line(group=GROUP_B))}
    summary = summary_of(told, one_port(told.file, feeds, placement))
    got = summary["feeds"]["nasdaq"]
    t.expect(summary["fates"], {"deliver": len(told.frames)})
    check_lines(told, got)
    t.expect(got["messages"], 2 * told.total - told.lines["b"]["lost_messages"])
    t.expect(got["packets"], len(told.frames))
    t.expect(got["malformed"], {})
    ends = sum(1 for frame in told.frames if frame[60:62] == b"\xff\xff")
    t.expect(got["sessions_ended"], ends, "end-of-session packets")
    t.expect(got["heartbeats"], sum(entry["heartbeats"] for entry in told.lines.values()))


def lossless_line_has_feedgen_s_types(placement):
    """The lossy line as a feed of its own, so that each feed may have another worker."""
    told = generated()
    feeds = {"whole": feed(a=line()), "lossy": feed(b=line(group=GROUP_B))}
    summary = summary_of(told, one_port(told.file, feeds, placement))
    whole, lossy = summary["feeds"]["whole"], summary["feeds"]["lossy"]
    t.expect(whole["by_type"], told.by_type)
    t.expect(whole["messages"], told.total)
    lost = Counter(told.by_type) - Counter(lossy["by_type"])
    t.expect(sum(lost.values()), told.lines["b"]["lost_messages"])
    t.expect(lossy["messages"], sum(lossy["by_type"].values()))


def lines_on_two_ports(placement):
    told = generated()
    files = [t.pcap_write([f for f in told.frames if is_for(f, g)]) for g in (GROUP_A, GROUP_B)]
    config = {
        "ports": {"one": t.pcap_port(0, files[0]), "two": t.pcap_port(1, files[1])},
        "feeds": {"nasdaq": feed(a=line("one"), b=line("two", GROUP_B))},
        "lcores": t.need_cpus(placement),
    }
    summary = summary_of(told, config)
    t.expect(summary["fates"], {"deliver": len(told.frames)})
    check_lines(told, summary["feeds"]["nasdaq"])


def decoded_and_forwarded(placement):
    """A feed may also be forwarded: then its fate is that, and its bytes are untouched and in order."""
    told, output = generated(), t.scratch.new_path(".pcap")
    config = {
        "ports": {"in": t.pcap_port(0, told.file), "out": t.pcap_port(1, None, output)},
        "forward": [{"between": ["in", "out"]}],
        "feeds": {"nasdaq": feed(a=line(), b=line(group=GROUP_B))},
        "lcores": t.need_cpus(placement),
    }
    summary = summary_of(told, config)
    t.expect(summary["fates"], {"forward": len(told.frames)})
    check_lines(told, summary["feeds"]["nasdaq"])
    assert t.pcap_read(output) == told.frames, "all lines of a feed have one worker, so all keep their order"
    output.unlink()


def test_heartbeats_are_counted_and_are_no_messages():
    told = Generated("--line", LOSSLESS, "--rate", "10", "--heartbeat", "50ms", messages=300)
    t.expect(len(told.lines), 1)
    assert told.lines["a"]["heartbeats"] > 10, told.lines
    summary = summary_of(told, one_port(told.file, {"nasdaq": feed(a=line())}))
    got = summary["feeds"]["nasdaq"]
    t.expect(got["heartbeats"], told.lines["a"]["heartbeats"])
    t.expect(got["by_type"], told.by_type)


def test_a_feed_on_ipv6_with_vlan_tags():
    blocks = [delete(), delete(), b"S" + bytes(11)]
    tags = [(t.VLAN, 7)]
    frames = [udp_frame(mold(blocks), GROUP_V6, tags=tags if i % 2 else []) for i in range(10)]
    fates, feeds = counted(frames, {"six": feed(a=line(group=GROUP_V6))})
    t.expect(fates, {"deliver": 10})
    t.expect(feeds["six"]["by_type"], {"D": 20, "S": 10})


def test_two_hundred_feeds_do_not_mix():
    feeds = {f"f{i}": feed(a=line(group=f"233.0.{i}.1", dport=PORT + i % 3)) for i in range(200)}
    frames = [
        udp_frame(mold([delete()] * (1 + i % 5)), f"233.0.{i}.1", PORT + i % 3)
        for i in range(200)
        for _ in range(i + 1)
    ]
    for placement in (t.ONE_LCORE, {"rx": [0], "work": [0, 1], "tx": [1]}):
        fates, got = counted(frames, feeds, placement)
        t.expect(fates, {"deliver": len(frames)})
        messages = {name: entry["messages"] for name, entry in got.items()}
        t.expect(messages, {f"f{i}": (i + 1) * (1 + i % 5) for i in range(200)})


# What is not the feed's


def test_other_places_are_not_counted():
    good, payload = mold([delete()]), mold([delete()])
    src, group = t.address("10.0.0.1"), t.address(GROUP_A)
    packet = t.udp(src, group, 40000, PORT, payload + bytes(600))
    frames = [
        udp_frame(good, group=GROUP_B),
        udp_frame(good, port=PORT + 1),
        udp_frame(good, group=GROUP_V6),
        t.ethernet(t.IPV4, t.ipv4(src, group, t.TCP, t.tcp(src, group, 40000, PORT, payload))),
        # From the group, not to it; and to it from the feed's port.
        t.ethernet(t.IPV4, t.ipv4(group, src, t.UDP, t.udp(group, src, 40000, PORT, payload))),
        t.ethernet(t.IPV4, t.ipv4(src, group, t.UDP, t.udp(src, group, PORT, 1, payload))),
        *[t.ethernet(t.IPV4, p) for p in t.ipv4_fragments(src, group, t.UDP, packet, 9)],
    ]
    fates, feeds = counted(frames)
    t.expect(fates, {"unclaimed": len(frames)})
    t.expect((feeds["nasdaq"]["packets"], feeds["nasdaq"]["messages"]), (0, 0))


def test_the_line_s_own_port_only():
    file = t.pcap_write([udp_frame(mold([delete()]))] * 5)
    config = {
        "ports": {"in": t.pcap_port(0, file), "other": t.pcap_port(1, t.pcap_write([]))},
        "feeds": {"nasdaq": feed(a=line("other"))},
    }
    summary = t.leat_summary(config, packets=5)
    t.expect(summary["fates"], {"unclaimed": 5})
    t.expect(summary["feeds"]["nasdaq"]["packets"], 0)


def test_bad_checksums_are_not_decoded():
    frame = bytearray(udp_frame(mold([delete()])))
    frame[-1] ^= 1
    fates, feeds = counted([bytes(frame)] * 3)
    t.expect(fates, {"udp_bad_checksum": 3})
    t.expect(feeds["nasdaq"]["messages"], 0)


# Broken packets: name, payload, fate, reasons, messages

D = delete()
BROKEN = [
    ("empty_payload", b"", "feed_malformed", {"mold_header_truncated": 1}, 0),
    ("header_one_byte_short", mold([])[:19], "feed_malformed", {"mold_header_truncated": 1}, 0),
    ("count_above_the_blocks", mold([D, D], count=3), "feed_malformed", {"mold_block_truncated": 1}, 0),
    ("count_largest", mold([D], count=0xFFFE), "feed_malformed", {"mold_block_truncated": 1}, 0),
    ("half_a_block_length", mold([D], count=2, tail=b"\0"), "feed_malformed",
     {"mold_block_truncated": 1}, 0),
    ("block_one_byte_short", mold([D])[:-1], "feed_malformed", {"mold_block_truncated": 1}, 0),
    ("block_length_largest", mold([], count=1, tail=b"\xff\xff" + D), "feed_malformed",
     {"mold_block_truncated": 1}, 0),
    ("sequence_above_2_63", mold([D], sequence=2**63 + 1), "feed_malformed",
     {"mold_sequence_overflow": 1}, 0),
    ("sequence_2_63", mold([D], sequence=2**63), "deliver", {}, 1),
    ("trailing_byte", mold([D], tail=b"\0"), "deliver", {"mold_trailing_bytes": 1}, 1),
    ("count_below_the_blocks", mold([D, D], count=1), "deliver", {"mold_trailing_bytes": 1}, 1),
    ("heartbeat_with_a_tail", mold([], tail=b"more"), "deliver", {"mold_trailing_bytes": 1}, 0),
    ("empty_message", mold([D, b"", D]), "deliver", {"message_empty": 1}, 2),
    ("unknown_type", mold([D, b"z" + D[1:], b"\0"]), "deliver", {"message_unknown_type": 2}, 1),
    ("message_one_byte_short", mold([D[:-1], D]), "deliver", {"message_truncated": 1}, 1),
    ("message_of_one_byte", mold([b"A"]), "deliver", {"message_truncated": 1}, 0),
    ("longer_than_known", mold([delete(b"new"), D]), "deliver", {}, 2),
    ("heartbeat", mold([]), "deliver", {}, 0),
    ("end_of_session", mold([], count=END_OF_SESSION), "deliver", {}, 0),
    ("many_messages_over_segments", mold([D] * 700), "deliver", {}, 700),
    ("broken_behind_a_segment", mold([D] * 700, count=701), "feed_malformed",
     {"mold_block_truncated": 1}, 0),
]


def broken_packet(payload, fate, reasons, messages):
    for group in (GROUP_A, GROUP_V6):
        fates, feeds = counted([udp_frame(payload, group)], {"nasdaq": feed(a=line(group=group))})
        t.expect(fates, {fate: 1})
        got = feeds["nasdaq"]
        t.expect((got["malformed"], got["messages"]), (reasons, messages))
        t.expect(got["lines"]["a"], {"packets": int(fate == "deliver"), "messages": messages})


def all_broken_packets_at_once(placement):
    frames = [udp_frame(payload) for _, payload, _, _, _ in BROKEN for _ in range(50)]
    fates, feeds = counted(frames, placement=placement)
    wanted_fates, wanted_reasons, wanted_messages = Counter(), Counter(), 0
    for _, _, fate, reasons, messages in BROKEN:
        wanted_fates[fate] += 50
        wanted_reasons.update({reason: 50 * n for reason, n in reasons.items()})
        wanted_messages += 50 * messages
    t.expect(fates, dict(wanted_fates))
    t.expect(feeds["nasdaq"]["malformed"], dict(wanted_reasons))
    t.expect(feeds["nasdaq"]["messages"], wanted_messages)


def broken_packets_are_not_forwarded():
    output = t.scratch.new_path(".pcap")
    good, bad = udp_frame(mold([D])), udp_frame(mold([D], count=2))
    config = {
        "ports": {"in": t.pcap_port(0, t.pcap_write([good, bad, good])), "out": t.pcap_port(1, None, output)},
        "forward": [{"between": ["in", "out"]}],
        "feeds": {"nasdaq": feed(a=line())},
    }
    summary = t.leat_summary(config, packets=3)
    t.expect(summary["fates"], {"forward": 2, "feed_malformed": 1})
    assert t.pcap_read(output) == [good, good]


def cases():
    for test in (two_lines_are_counted, lossless_line_has_feedgen_s_types, lines_on_two_ports,
                 decoded_and_forwarded, all_broken_packets_at_once):
        for placement in PLACEMENTS:
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)
    for name, *rest in BROKEN:
        yield f"broken: {name}", lambda rest=rest: broken_packet(*rest)
    yield broken_packets_are_not_forwarded.__name__, broken_packets_are_not_forwarded


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(cases())))
