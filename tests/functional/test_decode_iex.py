#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode on IEX's feeds: every field of a real capture against a second reading of its bytes by struct."""

import json
import struct
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

OMI = "data/omi/Iex/Deep.IexTp.v1.0"
PACKETS, MESSAGES, HEARTBEATS, RESTARTS = 121314, 391999, 7937, 11
GROUP, PORT = "224.2.3.10", 16648
PAYLOAD_AT = 42  # Ethernet, IPv4 without options, UDP

# The specifications' tables behind the type byte, as struct reads them, little-endian: p is a price (q with 4
# decimals), x a reserved byte, Ns text of N bytes.
TABLE = """
S system_event_message system_event:1s timestamp:q
D security_directory_message security_directory_flags:B timestamp:q symbol:8s round_lot_size:I adjusted_poc_price:p \
luld_tier:B
H trading_status_message trading_status:1s timestamp:q symbol:8s reason:4s
I retail_liquidity_indicator_message retail_liquidity_indicator:1s timestamp:q symbol:8s
O operational_halt_status_message operational_halt_status:1s timestamp:q symbol:8s
P short_sale_price_test_status_message short_sale_price_test_status:B timestamp:q symbol:8s detail:1s
E security_event_message security_event:1s timestamp:q symbol:8s
Q quote_update_message quote_update_flags:B timestamp:q symbol:8s bid_size:I bid_price:p ask_price:p ask_size:I
8 price_level_buy_update_message event_flags:B timestamp:q symbol:8s size:I price:p
5 price_level_sell_update_message event_flags:B timestamp:q symbol:8s size:I price:p
T trade_report_message sale_condition_flags:B timestamp:q symbol:8s size:I price:p trade_id:Q
X official_price_message price_type:1s timestamp:q symbol:8s official_price:p
B trade_break_message sale_condition_flags:B timestamp:q symbol:8s size:I price:p trade_id:Q
A auction_information_message auction_type:1s timestamp:q symbol:8s paired_shares:I reference_price:p \
indicative_clearing_price:p imbalance_shares:I imbalance_side:1s extension_number:B scheduled_auction_time:I \
auction_book_clearing_price:p collar_reference_price:p lower_auction_collar:p upper_auction_collar:p
a add_order_message side:1s timestamp:q symbol:8s order_id:Q size:I price:p
M order_modify_message modify_flags:B timestamp:q symbol:8s order_id_reference:Q size:I price:p
R order_delete_message reserved:x timestamp:q symbol:8s order_id_reference:Q
L order_executed_message sale_condition_flags:B timestamp:q symbol:8s order_id_reference:Q size:I price:p trade_id:Q
T+ trade_message sale_condition_flags:B timestamp:q symbol:8s size:I price:p trade_id:Q
C clear_book_message reserved:x timestamp:q symbol:8s
"""
FEEDS = {  # message protocol id, and the types of the feed's specification
    "iex_tops": (0x8003, "S D H I O P Q T X B A".split()),
    "iex_deep": (0x8004, "S D H I O P E 8 5 T X B A".split()),
    "iex_deep_plus": (0x8005, "S D H I O P E a M R L T+ B C".split()),
}
HEADER = struct.Struct("<B1sHIIHHQQq")
HEADER_NAMES = (
    "version reserved message_protocol_id channel_id session_id payload_length message_count stream_offset "
    "first_message_sequence_number send_time"
).split()


class Layout:
    """A message's fields, read one after another."""

    def __init__(self, row):
        self.type, self.name, *fields = row.split()
        names, kinds = zip(*(field.split(":") for field in fields))
        self.names, self.kinds = names, kinds
        # Standard sizes, no padding.
        codes = [{"p": "q", "x": "1s"}.get(kind, kind) for kind in kinds]
        self.struct = struct.Struct("<1s" + "".join(codes))
        self.text = [kind.endswith("s") for kind in kinds]
        self.raw = [kind == "x" for kind in kinds]
        self.decimals = {name: 4 for name, kind in zip(names, kinds) if kind == "p"}

    def read(self, message):
        values = self.struct.unpack_from(message)[1:]
        fields = {"name": self.name}
        for name, value, is_text, is_raw in zip(self.names, values, self.text, self.raw):
            fields[name] = t.text_of(value) if is_text else value.hex() if is_raw else value
        if self.decimals:
            fields["decimals"] = self.decimals
        if len(message) > self.struct.size:
            fields["extra_bytes"] = len(message) - self.struct.size
        return fields

    def sample(self):
        """A different byte everywhere, and letters where a field is text."""
        values = []
        for number, (kind, is_text) in enumerate(zip(self.kinds, self.text)):
            if is_text:
                values.append(b"TEXT    "[: int(kind[:-1])])
            elif kind == "x":
                values.append(b"\x5a")
            else:
                width = struct.calcsize("<" + kind.replace("p", "q"))
                values.append(int.from_bytes(bytes(range(0x81 + number, 0x81 + number + width)), "little",
                                             signed=kind in "pq"))
        return self.struct.pack(self.type[:1].encode(), *values)


LAYOUTS = {layout.type: layout for layout in map(Layout, TABLE.strip().split("\n"))}
BY_FEED = {feed: {kind[:1]: LAYOUTS[kind] for kind in kinds} for feed, (_, kinds) in FEEDS.items()}


# Segments, and what leat-decode should say of them


def segment(messages, feed="iex_deep", sequence=1, payload=None, count=None, version=1):
    body = b"".join(struct.pack("<H", len(m)) + m for m in messages)
    length = len(body) if payload is None else payload
    n = len(messages) if count is None else count
    return HEADER.pack(version, b"\0", FEEDS[feed][0], 1, 77, length, n, 5, sequence, 1234) + body


def udp_frame(payload, port=PORT):
    src, dst = t.address("10.0.0.1"), t.address(GROUP)
    return t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, t.udp(src, dst, 40000, port, payload)))


def blocks(payload):
    """Places of the messages behind the header, by their lengths alone."""
    at = HEADER.size
    while at < len(payload):
        length = payload[at] | payload[at + 1] << 8
        yield at + 2, length
        at += 2 + length


def lines_of_payload(payload, packet, feed, headers=False):
    header = dict(zip(HEADER_NAMES, HEADER.unpack_from(payload)))
    header["reserved"] = header["reserved"].hex()
    sequence = header["first_message_sequence_number"]
    session = {name: header[name] for name in ("channel_id", "session_id")}
    if headers:
        yield {"packet": packet, "protocol": feed, "header": "iex_tp"} | header
    if header["payload_length"] == 0 and header["message_count"] == 0:
        event = {"packet": packet, "protocol": feed, "sequence": sequence}
        yield event | session | {"event": "heartbeat"}
    index = -1
    for index, (at, length) in enumerate(blocks(payload)):
        message = payload[at : at + length]
        kind = chr(message[0])
        head = {"packet": packet, "message": index, "protocol": feed, "sequence": sequence + index}
        yield head | session | {"type": kind} | BY_FEED[feed][kind].read(message)
    t.expect(index + 1, header["message_count"], f"messages of packet {packet}")


def payload_of(frame):
    length = struct.unpack_from("!H", frame, PAYLOAD_AT - 4)[0]
    return frame[PAYLOAD_AT : PAYLOAD_AT + length - 8]


def run(*arguments, stdin=None):
    command = [str(word) for word in [t.binary("tools/leat-decode"), *arguments]]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=t.BOUND_S, check=False)


def decode(payloads, *arguments):
    result = run("-", *arguments, stdin=t.pcap_bytes([udp_frame(p) for p in payloads]))
    t.expect((result.returncode, result.stderr), (0, b""))
    return [json.loads(line) for line in result.stdout.splitlines()]


def expect_lines(got, wanted):
    """Both in full; the first line that differs is what is said."""
    n = 0
    for n, (line, expected) in enumerate(zip(got, wanted, strict=True), 1):
        if line != expected or list(line) != list(expected):
            raise AssertionError(f"line {n}:\ngot    {line}\nwanted {expected}")
    return n


# The real capture


def test_the_real_capture_has_its_known_numbers():
    result = run(t.iex_capture(), "--stats")
    stats = json.loads(result.stdout)
    t.expect(stats["packets"], PACKETS)
    t.expect(stats["packets_decoded"], PACKETS)
    t.expect((stats["messages"], stats["heartbeats"]), (MESSAGES, HEARTBEATS))
    t.expect(stats["errors"], {})
    t.expect(list(stats["types"]), ["iex_deep"])
    t.expect(sum(stats["types"]["iex_deep"].values()), MESSAGES)


def test_its_last_packet_which_is_cut_short_is_told_of_after_all_others():
    result = run(t.iex_capture(), "--stats")
    t.expect(result.returncode, 1)
    assert f"after packet {PACKETS}: truncated".encode() in result.stderr, result.stderr


def test_every_field_of_the_real_capture_is_as_struct_reads_it():
    file = t.iex_capture()
    wanted = (
        line
        for packet, frame in enumerate(t.pcap_read(file), 1)
        for line in lines_of_payload(payload_of(frame), packet, "iex_deep", headers=True)
    )
    got = map(json.loads, run(file, "--headers").stdout.splitlines())
    t.expect(expect_lines(got, wanted), PACKETS + MESSAGES + HEARTBEATS)


def test_the_sequence_of_the_real_capture_starts_again_11_times_and_has_no_gaps():
    following, restarts, gaps = {}, 0, 0
    for line in run(t.iex_capture(), "--headers").stdout.splitlines():
        if b'"header":' not in line:
            continue
        header = json.loads(line)
        session = header["channel_id"], header["session_id"]
        sequence = header["first_message_sequence_number"]
        expected = following.get(session, sequence)
        restarts += sequence < expected
        gaps += sequence > expected
        following[session] = sequence + header["message_count"]
    t.expect((restarts, gaps, len(following)), (RESTARTS, 0, 1))


def test_other_protocols_take_no_packet_of_the_real_capture():
    for protocol in ("itch50", "iex_tops", "iex_deep_plus", "pitch", "pillar"):
        stats = json.loads(run(t.iex_capture(), "--stats", "--protocol", protocol).stdout)
        t.expect((stats["packets_decoded"], stats["packets_malformed"]), (0, PACKETS), protocol)


def test_real_packets_hold_the_message_that_their_file_is_named_after():
    names = {}
    for path in sorted(t.shared(OMI).glob("*.pcap")):
        lines = [json.loads(line) for line in run(path).stdout.splitlines()]
        wanted = [
            line
            for packet, frame in enumerate(t.pcap_read(path), 1)
            for line in lines_of_payload(payload_of(frame), packet, "iex_deep")
        ]
        expect_lines(lines, wanted)
        names[path.stem] = [line.get("name", line.get("event")) for line in lines]
    t.expect(
        names,
        {
            "Heartbeat": ["heartbeat"],
            "PriceLevelBuyUpdateMessage": ["price_level_buy_update_message"],
            "PriceLevelSellUpdateMessage": ["price_level_sell_update_message"],
        },
    )


# Messages and framing


def each_feed(test):
    for feed in FEEDS:
        test(feed)


def test_every_type_of_each_feed_at_its_exact_length_and_longer():
    def check(feed):
        for extra in (b"", b"new"):
            payload = segment([layout.sample() + extra for layout in BY_FEED[feed].values()], feed)
            for options in ([], ["--protocol", feed]):
                wanted = list(lines_of_payload(payload, 1, feed, headers=True))
                expect_lines(decode([payload], "--headers", *options), wanted)

    each_feed(check)


def test_every_type_one_byte_short_is_truncated():
    def check(feed):
        messages = [layout.sample()[:-1] for layout in BY_FEED[feed].values()]
        lines = decode([segment(messages, feed)], "--protocol", feed)
        t.expect([line["error"] for line in lines], ["message_truncated"] * len(messages))
        t.expect([line["length"] for line in lines], [len(m) for m in messages])

    each_feed(check)


def test_types_of_another_feed_only_are_unknown():
    def check(feed):
        own = BY_FEED[feed]
        others = [layout.sample() for layout in LAYOUTS.values() if layout.type[:1] not in own]
        lines = decode([segment(others, feed)], "--protocol", feed)
        t.expect([line["error"] for line in lines], ["message_unknown_type"] * len(others))

    each_feed(check)


def test_broken_segments_are_named_with_their_place():
    event = LAYOUTS["S"].sample()
    whole = segment([event])
    cases = [
        (whole[:39], "iex_header_truncated", 0),
        (segment([event], version=2), "iex_version", 0),
        (segment([event], "iex_tops"), "iex_protocol_id", 2),
        (segment([event], payload=13), "iex_payload_length", 12),
        (segment([event], count=2), "iex_block_truncated", 52),
        (segment([event], payload=11), "iex_block_truncated", 40),
        (segment([event], sequence=2**63 + 1), "iex_sequence_overflow", 24),
    ]
    lines = decode([case[0] for case in cases], "--protocol", "iex_deep")
    wanted = [
        {"packet": n, "protocol": "iex_deep", "error": error, "offset": PAYLOAD_AT + at}
        for n, (_, error, at) in enumerate(cases, 1)
    ]
    expect_lines(lines, wanted)
    t.expect(decode([case[0] for case in cases if case[1] != "iex_protocol_id"]), [])


def test_bytes_behind_the_payload_length_are_reported_and_the_messages_used():
    payload = segment([LAYOUTS["S"].sample()])
    lines = decode([payload + b"xyz"], "--protocol", "iex_deep")
    expect_lines(lines[:1], list(lines_of_payload(payload, 1, "iex_deep")))
    t.expect((lines[1]["error"], lines[1]["offset"]), ("iex_trailing_bytes", PAYLOAD_AT + len(payload)))
    t.expect(decode([payload + b"xyz"]), [], "without --protocol")


def test_ethernet_padding_is_no_payload():
    payload = segment([])
    frame = udp_frame(payload) + bytes(6)
    result = run("-", "--protocol", "iex_deep", stdin=t.pcap_bytes([frame]))
    wanted = list(lines_of_payload(payload, 1, "iex_deep"))
    expect_lines([json.loads(line) for line in result.stdout.splitlines()], wanted)


# Through leat itself


def test_a_feed_of_the_real_capture_is_counted_by_leat():
    file = t.iex_capture()
    kinds = Counter(
        chr(payload[at])
        for payload in map(payload_of, t.pcap_read(file))
        for at, _ in blocks(payload)
    )
    config = {
        "ports": {"in": t.pcap_port(0, file)},
        "feeds": {
            "deep": {
                "protocol": "iex_deep",
                "lines": {"a": {"port": "in", "group": GROUP, "dport": PORT}},
            }
        },
    }
    summary = t.leat_summary(config, packets=PACKETS)
    t.expect(summary["fates"], {"deliver": PACKETS})
    deep = summary["feeds"]["deep"]
    t.expect((deep["messages"], deep["packets"], deep["heartbeats"]), (MESSAGES, PACKETS, HEARTBEATS))
    t.expect(deep["malformed"], {})
    t.expect(deep["by_type"], dict(kinds))


if __name__ == "__main__":
    sys.exit(t.main(globals()))
