#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode: real, generated and hostile captures against an independent reading of the bytes."""

import gzip
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILD = os.environ.get("LEAT_BUILD")
SHARED = os.environ.get("LEAT_SHARED")
LONG = os.environ.get("LEAT_LONG") == "1"
REAL_PACKETS = "data/omi/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0"
ARTIFICIAL_DAY = "data/itch/ritch-sample.itch50.gz"
SPEED_MIN_PER_S = 2_000_000
PORT = 26400

# The specification's layouts behind stock_locate@1:2 tracking_number@3:2 timestamp@5:6, which all
# 23 share: type, name, length, then name@offset:width with a for ASCII and pN for N implied decimals.
LAYOUTS = """
S system_event_message 12 event_code@11:1a
R stock_directory_message 39 stock@11:8a market_category@19:1a financial_status_indicator@20:1a \
round_lot_size@21:4 round_lots_only@25:1a issue_classification@26:1a issue_sub_type@27:2a \
authenticity@29:1a short_sale_threshold_indicator@30:1a ipo_flag@31:1a \
luld_reference_price_tier@32:1a etp_flag@33:1a etp_leverage_factor@34:4 inverse_indicator@38:1a
H stock_trading_action_message 25 stock@11:8a trading_state@19:1a reserved@20:1a reason_code@21:4a
Y reg_sho_short_sale_price_test_restricted_indicator_message 20 stock@11:8a reg_sho_action@19:1a
L market_participant_position_message 26 mpid@11:4a stock@15:8a primary_market_maker@23:1a \
market_maker_mode@24:1a market_participant_state@25:1a
V mwcb_decline_level_message 35 level_1@11:8p8 level_2@19:8p8 level_3@27:8p8
W mwcb_status_level_message 12 breached_level@11:1a
K ipo_quoting_period_update 28 stock@11:8a ipo_quotation_release_time@19:4 \
ipo_quotation_release_qualifier@23:1a ipo_price@24:4p4
J luld_auction_collar_message 35 stock@11:8a auction_collar_reference_price@19:4p4 \
upper_auction_collar_price@23:4p4 lower_auction_collar_price@27:4p4 auction_collar_extension@31:4
h operational_halt_message 21 stock@11:8a market_code@19:1a operational_halt_action@20:1a
A add_order_no_mpid_attribution_message 36 order_reference_number@11:8 buy_sell_indicator@19:1a \
shares@20:4 stock@24:8a price@32:4p4
F add_order_with_mpid_attribution_message 40 order_reference_number@11:8 \
buy_sell_indicator@19:1a shares@20:4 stock@24:8a price@32:4p4 attribution@36:4a
E order_executed_message 31 order_reference_number@11:8 executed_shares@19:4 match_number@23:8
C order_executed_with_price_message 36 order_reference_number@11:8 executed_shares@19:4 \
match_number@23:8 printable@31:1a execution_price@32:4p4
X order_cancel_message 23 order_reference_number@11:8 canceled_shares@19:4
D order_delete_message 19 order_reference_number@11:8
U order_replace_message 35 original_order_reference_number@11:8 new_order_reference_number@19:8 \
shares@27:4 price@31:4p4
P non_cross_trade_message 44 order_reference_number@11:8 buy_sell_indicator@19:1a shares@20:4 \
stock@24:8a price@32:4p4 match_number@36:8
Q cross_trade_message 40 cross_shares@11:8 stock@19:8a cross_price@27:4p4 match_number@31:8 \
cross_type@39:1a
B broken_trade_message 19 match_number@11:8
I net_order_imbalance_indicator_message 50 paired_shares@11:8 imbalance_shares@19:8 \
imbalance_direction@27:1a stock@28:8a far_price@36:4p4 near_price@40:4p4 \
current_reference_price@44:4p4 cross_type@48:1a price_variation_indicator@49:1a
N retail_price_improvement_indicator_message 20 stock@11:8a interest_flag@19:1a
O direct_listing_with_capital_raise_price_discovery_message 48 stock@11:8a \
open_eligibility_status@19:1a minimum_allowable_price@20:4p4 maximum_allowable_price@24:4p4 \
near_execution_price@28:4p4 near_execution_time@32:8 lower_price_range_collar@40:4p4 \
upper_price_range_collar@44:4p4
"""


class Skip(Exception):
    """A reason why a test cannot run here."""


class Layout:
    def __init__(self, row):
        self.type, self.name, length, *fields = row.split()
        self.length = int(length)
        # Y calls it by another name than the rest.
        locate = "locate_code" if self.type == "Y" else "stock_locate"
        head = [f"{locate}@1:2", "tracking_number@3:2", "timestamp@5:6"]
        self.fields = [self.field(text) for text in head + fields]

    @staticmethod
    def field(text):
        name, place = text.split("@")
        offset, width = place.split(":")
        return name, int(offset), int(width[0]), width[1:]

    def read(self, message):
        """What leat-decode should say of the message's fields, by struct and not by its code."""
        values, decimals = {}, {}
        for name, offset, width, kind in self.fields:
            raw = message[offset : offset + width]
            if kind == "a":
                values[name] = raw.decode("latin-1").rstrip(" ")
            else:
                values[name] = struct.unpack("!Q", raw.rjust(8, b"\0"))[0]
            if kind.startswith("p"):
                decimals[name] = int(kind[1:])
        return dict(values, decimals=decimals) if decimals else values

    def sample(self):
        """A message with a different byte everywhere, and letters where the field is text."""
        message = bytearray((0x91 + 7 * i) % 256 for i in range(self.length))
        message[0] = ord(self.type)
        for _, offset, width, kind in self.fields:
            if kind == "a":
                message[offset : offset + width] = b"TEXT    "[:width]
        return bytes(message)


ITCH50 = {layout.type: layout for layout in map(Layout, LAYOUTS.strip().split("\n"))}
ORDER_DELETE = ITCH50["D"].sample()


# Packets and captures


def checksum(data):
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mold(messages, sequence=1, session=b"SESSION001", count=None):
    header = struct.pack("!10sQH", session, sequence, len(messages) if count is None else count)
    return header + b"".join(struct.pack("!H", len(m)) + m for m in messages)


def udp(payload, addresses, port=PORT):
    length = 8 + len(payload)
    header = struct.pack("!HHH", 40000, port, length)
    pseudo = addresses + struct.pack("!HH", 17, length)
    return header + struct.pack("!H", checksum(pseudo + header + b"\0\0" + payload) or 0xFFFF) + payload


def ethernet(ether_type, packet, vlans=()):
    tags = b"".join(struct.pack("!HH", 0x8100, vlan) for vlan in vlans)
    return bytes.fromhex("01005e360c01020000000001") + tags + struct.pack("!H", ether_type) + packet


def ipv4(packet, fragment=0):
    header = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(packet), 7, fragment, 9, 17)
    addresses = bytes([10, 0, 0, 1, 233, 54, 12, 1])
    return header + struct.pack("!H", checksum(header + addresses)) + addresses + packet


def frame(payload, vlans=(), port=PORT):
    return ethernet(0x0800, ipv4(udp(payload, bytes([10, 0, 0, 1, 233, 54, 12, 1]), port)), vlans)


def frame_ipv6(payload):
    addresses = bytes.fromhex("fd000000000000000000000000000001ff0e0000000000000000000000000001")
    datagram = udp(payload, addresses)
    header = struct.pack("!IHBB", 6 << 28, len(datagram), 17, 9)
    return ethernet(0x86DD, header + addresses + datagram)


def pcap(frames, link_type=1):
    records = (struct.pack("<IIII", 0, 0, len(f), len(f)) + f for f in frames)
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type) + b"".join(records)


def pcapng(frames):
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        length = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + length + body + length

    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks.append(block(1, struct.pack("<HHI", 1, 0, 0)))
    blocks += [block(6, struct.pack("<IIIII", 0, 0, 0, len(f), len(f)) + f) for f in frames]
    return b"".join(blocks)


def artificial_day():
    """The messages of the shared sample: two zero bytes, a message whose type gives its length."""
    data, at, messages = gzip.decompress(shared(ARTIFICIAL_DAY).read_bytes()), 0, []
    while at < len(data):
        length = ITCH50[chr(data[at + 2])].length
        messages.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return messages


def day_frames(messages, per_packet):
    return [
        frame(mold(messages[at : at + per_packet], sequence=at + 1))
        for at in range(0, len(messages), per_packet)
    ]


def captured_payloads(path):
    """The UDP payloads of a little-endian pcap of IPv4 packets without options, tagged or not."""
    data, at = path.read_bytes(), 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        packet = data[at + 16 : at + 16 + length]
        ip = 18 if packet[12:14] == b"\x81\x00" else 14
        total = struct.unpack_from("!H", packet, ip + 2)[0]
        yield packet[ip + 28 : ip + total]
        at += 16 + length


def mold_blocks(payload):
    at = 20
    while at < len(payload):
        length = struct.unpack_from("!H", payload, at)[0]
        yield payload[at + 2 : at + 2 + length]
        at += 2 + length


# Running it and looking at what it says


def shared(name):
    if SHARED is None:
        raise Skip("LEAT_SHARED is not set")
    path = Path(SHARED) / name
    if not path.exists():
        raise Skip(f"{path} is missing")
    return path


def real_packets(pattern):
    paths = sorted(shared(REAL_PACKETS).glob(pattern))
    assert paths, f"no {pattern} in {REAL_PACKETS}"
    return paths


def tool():
    return str(Path(BUILD) / "tools/leat-decode")


def run(*arguments, stdin=b""):
    return subprocess.run([tool(), *map(str, arguments)], input=stdin, capture_output=True, timeout=60)


def lines_of(output):
    """Every line parsed; they have to be printable and complete, with no name twice in an object."""

    def unique(pairs):
        assert len(dict(pairs)) == len(pairs), f"a name twice in {pairs}"
        return dict(pairs)

    assert output == b"" or output.endswith(b"\n"), "the last line has no end"
    assert all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in set(output)), "not printable ASCII"
    return [json.loads(line, object_pairs_hook=unique) for line in output.decode("ascii").split("\n")[:-1]]


def decode(capture, *arguments):
    result = run("-", *arguments, stdin=capture)
    assert result.returncode == 0, f"exit status {result.returncode}: {result.stderr}"
    assert result.stderr == b"", result.stderr
    return lines_of(result.stdout)


def decode_frames(*frames, protocol="itch50"):
    return decode(pcap(frames), *(["--protocol", protocol] if protocol else []))


def decode_payload(payload):
    return decode_frames(frame(payload))


def expect(actual, expected):
    assert actual == expected, f"\nexpected {expected}\ngot      {actual}"


def expect_error(line, error, offset):
    expect((line.get("error"), line.get("offset")), (error, offset))


def message_line(message, packet=1, index=0, sequence=1, session="SESSION001"):
    layout = ITCH50[chr(message[0])]
    head = {
        "packet": packet,
        "message": index,
        "protocol": "itch50",
        "sequence": sequence,
        "session": session,
        "type": layout.type,
        "name": layout.name,
    }
    extra = len(message) - layout.length
    return head | layout.read(message) | ({"extra_bytes": extra} if extra else {})


def event_line(event, sequence):
    head = {"packet": 1, "protocol": "itch50", "sequence": sequence, "session": "SESSION001"}
    return head | {"event": event}


PAYLOAD_AT = 14 + 20 + 8  # of frame()
FIRST_BLOCK_AT = PAYLOAD_AT + 20


# Real packets


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def test_real_packets_hold_the_message_that_their_file_is_named_after():
    for path in real_packets("*Message.pcap"):
        expect([line["name"] for line in lines_of(run(path).stdout)], [snake(path.stem)])


def test_every_field_of_real_packets_is_as_read_from_the_specification():
    for path in real_packets("*.pcap"):
        expected = []
        for number, payload in enumerate(captured_payloads(path), 1):
            session, sequence = struct.unpack_from("!10sQ", payload)
            for index, message in enumerate(mold_blocks(payload)):
                line = message_line(message, number, index, sequence + index, session.decode())
                expected.append(line)
        assert expected, path
        expect(lines_of(run(path).stdout), expected)


def test_session_sequence_and_count_of_real_packets_are_those_of_wireshark():
    if shutil.which("tshark") is None:
        raise Skip("tshark is not installed")
    for path in real_packets("*.pcap"):
        fields = [word for name in ("session", "sequence", "count") for word in ("-e", f"moldudp64.{name}")]
        command = ["tshark", "-r", path, "-d", "udp.port==26477,moldudp64", "-T", "fields", *fields]
        output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        packets = {}
        for line in lines_of(run(path).stdout):
            packets.setdefault(line["packet"], []).append(line)
        ours = [[p[0]["session"], str(p[0]["sequence"]), str(len(p))] for p in packets.values()]
        expect(ours, [line.split("\t") for line in output.splitlines()])


def test_artificial_day_decodes_completely():
    messages = artificial_day()
    counts = {"A": 4997, "F": 3, "P": 5000, "D": 1745, "E": 198, "X": 45, "U": 12, "S": 6, "R": 3, "H": 3}
    capture = pcap(day_frames(messages, per_packet=30))
    stats = decode(capture, "--stats")[0]
    expect(stats["types"], {"itch50": counts})
    expect((stats["messages"], stats["errors"]), (12012, {}))
    expected = [message_line(m, i // 30 + 1, i % 30, i + 1) for i, m in enumerate(messages)]
    assert decode(capture) == expected, "some field differs"


# Messages


def test_every_type_at_its_exact_length():
    messages = [layout.sample() for layout in ITCH50.values()]
    expect(len(messages), 23)
    expected = [message_line(m, index=i, sequence=i + 1) for i, m in enumerate(messages)]
    expect(decode_payload(mold(messages)), expected)


def test_every_type_one_byte_short_is_truncated():
    messages = [layout.sample()[:-1] for layout in ITCH50.values()]
    offset = FIRST_BLOCK_AT
    for message, line in zip(messages, decode_payload(mold(messages)), strict=True):
        expect_error(line, "message_truncated", offset + 2)
        expect((line["type"], line["length"]), (chr(message[0]), len(message)))
        offset += 2 + len(message)


def test_every_type_one_byte_longer_is_accepted():
    messages = [layout.sample() + b"\xff" for layout in ITCH50.values()]
    expected = [message_line(m, index=i, sequence=i + 1) for i, m in enumerate(messages)]
    expect([line.get("extra_bytes") for line in expected], [1] * 23)
    expect(decode_payload(mold(messages)), expected)


def test_unknown_type_spoils_only_its_own_message():
    lines = decode_payload(mold([ORDER_DELETE, b"\xfe" * 30, ORDER_DELETE]))
    expect_error(lines[1], "message_unknown_type", FIRST_BLOCK_AT + 2 + len(ORDER_DELETE) + 2)
    expect((lines[1]["message"], lines[1]["sequence"], lines[1]["type"]), (1, 2, "\xfe"))
    expect(lines[::2], [message_line(ORDER_DELETE), message_line(ORDER_DELETE, index=2, sequence=3)])


def test_empty_block_takes_a_sequence_number():
    lines = decode_payload(mold([b"", ORDER_DELETE], sequence=5))
    expect_error(lines[0], "message_empty", FIRST_BLOCK_AT + 2)
    expect((lines[0]["message"], lines[0]["sequence"], lines[0]["length"]), (0, 5, 0))
    expect(lines[1], message_line(ORDER_DELETE, index=1, sequence=6))


def test_any_byte_in_a_text_field_gives_valid_json():
    add, messages = bytearray(ITCH50["A"].sample()), []
    for first in range(0, 256, 8):
        add[24:32] = bytes(range(first, first + 8))
        messages.append(bytes(add))
    lines = decode_payload(mold(messages))
    stocks = "".join(line["stock"] for line in lines)
    expect(stocks, "".join(map(chr, range(256))))
    expect([line["stock"] for line in lines], [m[24:32].decode("latin-1") for m in messages])


def test_only_trailing_spaces_of_text_are_trimmed():
    add = bytearray(ITCH50["A"].sample())
    stocks = [b"  A B   ", b"        ", b"A\0      ", b"\0       "]
    messages = [bytes(add[:24] + stock + add[32:]) for stock in stocks]
    lines = decode_payload(mold(messages, session=b" MOLD     "))
    expect([line["stock"] for line in lines], ["  A B", "", "A\0", "\0"])
    expect(lines[0]["session"], " MOLD")


def test_integers_are_printed_to_the_last_digit():
    values = [0, 2**64 - 1] + [10**n + d for n in range(1, 20) for d in (-1, 0, 1)]
    messages = [ORDER_DELETE[:11] + struct.pack("!Q", value) for value in values]
    lines = decode_payload(mold(messages))
    expect([line["order_reference_number"] for line in lines], values)


# Framing


def test_heartbeat_and_end_of_session_are_events():
    expect(decode_payload(mold([], sequence=9)), [event_line("heartbeat", 9)])
    end = mold([], sequence=9, count=0xFFFF)
    expect(decode_payload(end), [event_line("end_of_session", 9)])
    expect(decode_frames(frame(end), protocol=None), [event_line("end_of_session", 9)])


def test_count_beyond_the_end_condemns_the_packet():
    lines = decode_payload(mold([ORDER_DELETE], count=2))
    expect(len(lines), 1)
    expect_error(lines[0], "mold_block_truncated", FIRST_BLOCK_AT + 2 + len(ORDER_DELETE))


def test_block_beyond_the_end_condemns_the_packet():
    lines = decode_payload(mold([ORDER_DELETE, ORDER_DELETE])[:-1])
    expect(len(lines), 1)
    expect_error(lines[0], "mold_block_truncated", FIRST_BLOCK_AT + 2 + len(ORDER_DELETE))


def test_trailing_bytes_are_reported_after_the_messages():
    payload = mold([ORDER_DELETE])
    lines = decode_payload(payload + b"xyz")
    expect(lines[:-1], [message_line(ORDER_DELETE)])
    expect_error(lines[-1], "mold_trailing_bytes", PAYLOAD_AT + len(payload))


def test_headers_are_lines_of_their_own_before_the_packet_s_messages():
    frames = [frame(mold([ORDER_DELETE, ORDER_DELETE], sequence=7)), frame(mold([], sequence=9))]
    header = {"protocol": "itch50", "header": "moldudp64", "session": "SESSION001"}
    first = {"packet": 1} | header | {"sequence_number": 7, "message_count": 2}
    second = {"packet": 2} | header | {"sequence_number": 9, "message_count": 0}
    messages = [message_line(ORDER_DELETE, index=i, sequence=7 + i) for i in (0, 1)]
    event = event_line("heartbeat", 9) | {"packet": 2}
    expect(decode(pcap(frames), "--headers"), [first, *messages, second, event])
    expect(len(decode(pcap(frames), "--headers", "--stats")), 1)


def test_sequence_above_2_to_the_63_is_refused():
    expect(decode_payload(mold([ORDER_DELETE], 2**63)), [message_line(ORDER_DELETE, sequence=2**63)])
    lines = decode_payload(mold([ORDER_DELETE], 2**63 + 1))
    expect(len(lines), 1)
    expect_error(lines[0], "mold_sequence_overflow", PAYLOAD_AT + 10)


def test_truncated_framing_header():
    for length in (0, 1, 19):
        lines = decode_payload(mold([])[:length])
        expect(len(lines), 1)
        expect_error(lines[0], "mold_header_truncated", PAYLOAD_AT)


# Packets


def test_vlan_tags_and_ipv6_are_read_through():
    payload = mold([ORDER_DELETE])
    frames = [frame(payload, vlans=[5]), frame(payload, vlans=[5, 6]), frame_ipv6(payload)]
    for protocol in (None, "itch50"):
        expected = [message_line(ORDER_DELETE, packet=n) for n in (1, 2, 3)]
        expect(decode_frames(*frames, protocol=protocol), expected)


def test_offsets_count_from_the_start_of_the_frame():
    payload = mold([ORDER_DELETE])[:-1]
    expect_error(decode_frames(frame(payload, vlans=[5, 6]))[0], "mold_block_truncated", FIRST_BLOCK_AT + 8)
    expect_error(decode_frames(frame_ipv6(payload))[0], "mold_block_truncated", FIRST_BLOCK_AT + 20)


def test_broken_headers_are_named_with_the_place_of_the_header():
    good = frame(mold([ORDER_DELETE]))
    cases = [
        (good[:13], "eth_truncated", 0),
        (frame(b"", vlans=[1, 2, 3]), "vlan_too_many", 22),
        (good[:33], "ip_truncated", 14),
        (good[:-1], "ip_bad_total_length", 14),
        (good[:22] + b"\x05" + good[23:], "ip_bad_checksum", 14),
        (good[:38] + b"\0\x07" + good[40:], "udp_bad_length", 34),
        (good[:-1] + bytes([good[-1] ^ 1]), "udp_bad_checksum", 34),
        (frame_ipv6(b"")[:60], "ip6_bad_payload_length", 14),
    ]
    for protocol in (None, "itch50"):
        lines = decode_frames(*(case[0] for case in cases), protocol=protocol)
        expected = [{"packet": n, "error": e, "offset": at} for n, (_, e, at) in enumerate(cases, 1)]
        expect(lines, expected)


def test_fragments_are_skipped_and_counted():
    datagram = udp(mold([ORDER_DELETE] * 4), bytes([10, 0, 0, 1, 233, 54, 12, 1]))
    first, last = ipv4(datagram[:64], fragment=0x2000), ipv4(datagram[64:], fragment=8)
    capture = pcap([ethernet(0x0800, first), ethernet(0x0800, last)])
    expect(decode(capture, "--protocol", "itch50"), [])
    stats = decode(capture, "--stats")[0]
    expect((stats["packets"], stats["fragments_skipped"], stats["errors"]), (2, 2, {}))


def test_datagram_of_the_greatest_length():
    # 65,507 bytes of payload, in a frame longer than 64 KiB; nothing in it is neutral to the checksum.
    payload = mold([ORDER_DELETE] * 3117)
    payload += b"\xa5" * (65507 - len(payload))
    lines = decode_payload(payload)
    expect(lines[3116], message_line(ORDER_DELETE, index=3116, sequence=3117))
    expect_error(lines[-1], "mold_trailing_bytes", FIRST_BLOCK_AT + 3117 * 21)


def test_packets_for_nobody_are_passed_over_silently():
    arp = ethernet(0x0806, struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + bytes(20))
    other = ethernet(0x88B5, b"anything")
    no_feed = frame(b"no feed at all, only some text in a datagram")
    delete = frame(mold([ORDER_DELETE]))
    lines = decode_frames(arp, other, no_feed, delete, protocol=None)
    expect(lines, [message_line(ORDER_DELETE, packet=4)])


def test_port_selects_the_destination():
    frames = [frame(mold([ORDER_DELETE]), port=port) for port in (PORT, PORT + 1)] + [frame(b"x", port=9)]
    for options in (["--protocol", "itch50"], []):
        lines = decode(pcap(frames), "--port", PORT + 1, *options)
        expect(lines, [message_line(ORDER_DELETE, packet=2)])


def test_guessing_asks_for_more_than_fitting_lengths():
    doubtful = [
        mold([ORDER_DELETE]) + b"x",
        mold([b""]),
        mold([b"?" * 30, ORDER_DELETE[:-1]]),
        mold([], session=b"\0" * 10),
        mold([], session=b"SESSION\x80 1", count=0xFFFF),
        mold([ORDER_DELETE], sequence=2**63 + 1),
        mold([ORDER_DELETE], count=0xFFFE),
    ]
    expect(decode_frames(*map(frame, doubtful), protocol=None), [])
    lines = decode_frames(frame(mold([b"", ORDER_DELETE])), protocol=None)
    expect(lines[0]["error"], "message_empty")


# Files


def test_pcapng_and_standard_input_are_read_like_a_file():
    frames = [frame(mold([ORDER_DELETE])), frame(mold([]))]
    expected = decode(pcap(frames))
    expect(len(expected), 2)
    expect(decode(pcapng(frames)), expected)
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
        file.write(pcapng(frames))
        file.flush()
        expect(lines_of(run(file.name).stdout), expected)


def test_capture_that_breaks_off_is_printed_up_to_there():
    for capture in (pcap, pcapng):
        whole = capture([frame(mold([ORDER_DELETE]))] * 3)
        result = run("-", stdin=whole[:-5])
        expect(lines_of(result.stdout), [message_line(ORDER_DELETE, packet=n) for n in (1, 2)])
        expect(result.returncode, 1)
        assert b"truncated" in result.stderr, result.stderr
    result = run("-", "--stats", stdin=whole[:-5])
    expect((lines_of(result.stdout)[0]["messages"], result.returncode), (2, 1))


def test_capture_without_packets_is_no_error():
    expect(decode(pcap([])), [])
    stats = decode(pcap([]), "--stats")[0]
    expect((stats["packets"], stats["messages"], stats["types"], stats["errors"]), (0, 0, {}, {}))


def test_what_is_no_capture_is_refused():
    for content in (b"", b"\xd4\xc3\xb2", b"this is a text file, and a longer one\n" * 9):
        result = run("-", stdin=content)
        expect((result.returncode, result.stdout), (1, b""))
        assert result.stderr.startswith(b"leat-decode: -: "), result.stderr
    result = run("/nonexistent.pcap")
    expect((result.returncode, result.stdout), (1, b""))
    expect(result.stderr, b"leat-decode: /nonexistent.pcap: No such file or directory\n")


def test_other_link_types_are_refused_by_name():
    result = run("-", stdin=pcap([], link_type=113))
    expect((result.returncode, result.stdout), (1, b""))
    assert b"LINUX_SLL" in result.stderr, result.stderr


def test_output_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "wb") as full:
        capture = pcap([frame(mold([ORDER_DELETE]))])
        command = [tool(), "-"]
        result = subprocess.run(command, input=capture, stdout=full, stderr=subprocess.PIPE)
    expect(result.returncode, 1)
    assert b"No space left" in result.stderr, result.stderr


# Options


def test_stats_count_every_packet_once():
    frames = [
        frame(mold([ORDER_DELETE, ITCH50["A"].sample(), ORDER_DELETE, b"", b"?"])),
        frame(mold([])),
        frame(mold([], count=0xFFFF)),
        frame(mold([ORDER_DELETE])[:-1]),
        frame(mold([]))[:-1],
        ethernet(0x88B5, b"anything"),
        ethernet(0x0800, ipv4(b"12345678", fragment=0x2000)),
    ]
    lines = decode(pcap(frames), "--protocol", "itch50", "--stats")
    expected = {
        "packets": 7,
        "packets_decoded": 3,
        "packets_malformed": 2,
        "packets_skipped": 1,
        "fragments_skipped": 1,
        "messages": 3,
        "heartbeats": 1,
        "ends_of_session": 1,
        "types": {"itch50": {"A": 1, "D": 2}},
        "errors": {
            "ip_bad_total_length": 1,
            "mold_block_truncated": 1,
            "message_empty": 1,
            "message_unknown_type": 1,
        },
    }
    expect(lines, [expected])


def test_usage_errors_exit_with_2():
    wrong = [
        [],
        ["a", "b"],
        ["-", "--protocol", "nonesuch"],
        ["-", "--protocol"],
        ["-", "--nonesuch"],
    ] + [["-", "--port", port] for port in ("0", "65536", "-1", "+1", " 1", "1x", "", "9" * 30)]
    for arguments in wrong:
        result = run(*arguments)
        expect((arguments, result.returncode, result.stdout), (arguments, 2, b""))
        assert b"leat-decode: " in result.stderr, result.stderr


def test_help_and_version():
    result = run("--help")
    expect((result.returncode, result.stderr), (0, b""))
    for word in (b"--protocol", b"--port", b"--stats", b"itch50", b"Exit status"):
        assert word in result.stdout, word
    result = run("--version")
    expect((result.returncode, result.stderr), (0, b""))
    assert result.stdout.startswith(b"leat-decode "), result.stdout


def seconds_to_a_pipe(path):
    start = time.monotonic()
    with subprocess.Popen([tool(), path], stdout=subprocess.PIPE) as process:
        # Spliced to nowhere, so that the reader does not set the pace.
        with open("/dev/null", "wb") as null:
            while os.splice(process.stdout.fileno(), null.fileno(), 1 << 20) > 0:
                pass
    expect(process.returncode, 0)
    return time.monotonic() - start


def test_speed_to_a_pipe():
    messages = artificial_day()
    repeats = 250 if LONG else 50
    capture = pcap(day_frames(messages, per_packet=30))
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(capture[:24] + capture[24:] * repeats)
        file.flush()
        # The best of three: what else the machine does is not the tool's speed.
        seconds = min(seconds_to_a_pipe(file.name) for _ in range(3))
    per_s = len(messages) * repeats / seconds
    print(f"# {per_s / 1e6:.1f} million messages a second to a pipe")
    instrumented = b"__asan_init" in Path(tool()).read_bytes()
    if LONG and not instrumented:
        assert per_s >= SPEED_MIN_PER_S, f"{per_s:.0f} messages a second, below {SPEED_MIN_PER_S}"


def tap_line(number, name, test):
    try:
        test()
        return f"ok {number} - {name}"
    except Skip as reason:
        return f"ok {number} - {name} # SKIP {reason}"
    except Exception as error:  # whatever it is, the other tests still run
        print("\n".join(f"# {line}" for line in f"{type(error).__name__}: {error}".split("\n")))
        return f"not ok {number} - {name}"


def main():
    if BUILD is None:
        print("1..0 # SKIP LEAT_BUILD is not set")
        return 0
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        line = tap_line(number, name, test)
        failed += line.startswith("not")
        print(line, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
