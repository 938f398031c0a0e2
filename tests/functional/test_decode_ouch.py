#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode and OUCH in SoupBinTCP: real packets, a reading of our own by struct, and what tshark said of OUCH 4.2."""

import json
import shutil
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import test_decode as decode  # noqa: E402

REAL_PACKETS = "data/omi/Nasdaq/Nasdaq.Nsm.Ouch.v5.0"
EXPECTED = Path(__file__).parent / "expected/ouch.json"
PORT = 8003

# The specifications' tables in the order of the bytes behind the type: name:width, a for ASCII, p for 4 decimals.
OUCH50_CLIENT = """
O enter_order_message user_ref_num:4 side:1a quantity:4 symbol:8a price:8p time_in_force:1a display:1a capacity:1a \
inter_market_sweep_eligibility:1a cross_type:1a clordid:14a
U replace_order_message orig_user_ref_num:4 user_ref_num:4 quantity:4 price:8p time_in_force:1a display:1a \
inter_market_sweep_eligibility:1a clordid:14a
X cancel_order_message user_ref_num:4 quantity:4
M modify_order_message user_ref_num:4 side:1a quantity:4
C mass_cancel_request user_ref_num:4 firm:4a symbol:8a
D disable_order_entry_request user_ref_num:4 firm:4a
E enable_order_entry_request user_ref_num:4 firm:4a
Q account_query_request
"""
OUCH50_VENUE = """
S system_event_message timestamp:8 event_code:1a
A order_accepted_message timestamp:8 user_ref_num:4 side:1a quantity:4 symbol:8a price:8p time_in_force:1a display:1a \
order_reference_number:8 capacity:1a inter_market_sweep_eligibility:1a cross_type:1a order_state:1a clordid:14a
U replaced_message timestamp:8 orig_user_ref_num:4 user_ref_num:4 side:1a quantity:4 symbol:8a price:8p \
time_in_force:1a display:1a order_reference_number:8 capacity:1a inter_market_sweep_eligibility:1a cross_type:1a \
order_state:1a clordid:14a
C canceled_message timestamp:8 user_ref_num:4 quantity:4 cancel_order_reason:1a
D aiq_canceled_message timestamp:8 user_ref_num:4 decrement_shares:4 order_cancel_reason:1a \
quantity_prevented_from_trading:4 execution_price:8p liquidity_flag:1a aiq_strategy:1a
E order_executed_message timestamp:8 user_ref_num:4 quantity:4 price:8p liquidity_flag:1a match_number:8
B broken_trade_message timestamp:8 user_ref_num:4 match_number:8 broken_trade_reason:1a clordid:14a
F trade_correction_message timestamp:8 user_ref_num:4 quantity:4 price:8p liquidity_flag:1a match_number:8 \
trade_correction_reason:1a clordid:14a
J rejected_order_message timestamp:8 user_ref_num:4 rejected_order_reason:2 clordid:14a
P cancel_pending_message timestamp:8 user_ref_num:4
I cancel_reject_message timestamp:8 user_ref_num:4
T order_priority_update_message timestamp:8 user_ref_num:4 price:8p display:1a order_reference_number:8
M order_modified_message timestamp:8 user_ref_num:4 side:1a quantity:4
R order_restated_message timestamp:8 user_ref_num:4 order_restated_reason:1a
X mass_cancel_response timestamp:8 user_ref_num:4 firm:4a symbol:8a
G disable_order_entry_response timestamp:8 user_ref_num:4 firm:4a
K enable_order_entry_response timestamp:8 user_ref_num:4 firm:4a
Q account_query_response_message timestamp:8 next_user_ref_num:4
"""
OUCH42_CLIENT = """
O enter_order_message order_token:14a buy_sell_indicator:1a shares:4 stock:8a price:4p time_in_force:4 firm:4a \
display:1a capacity:1a intermarket_sweep_eligibility:1a minimum_quantity:4 cross_type:1a customer_type:1a
U replace_order_message existing_order_token:14a replacement_order_token:14a shares:4 price:4p time_in_force:4 \
display:1a intermarket_sweep_eligibility:1a minimum_quantity:4
X cancel_order_message order_token:14a shares:4
M modify_order_message order_token:14a buy_sell_indicator:1a shares:4
N trade_now_message order_token:14a
"""
OUCH42_VENUE = """
S system_event_message timestamp:8 event_code:1a
A accepted_message timestamp:8 order_token:14a buy_sell_indicator:1a shares:4 stock:8a price:4p time_in_force:4 \
firm:4a display:1a order_reference_number:8 capacity:1a intermarket_sweep_eligibility:1a minimum_quantity:4 \
cross_type:1a order_state:1a bbo_weight_indicator:1a
U replaced_message timestamp:8 replacement_order_token:14a buy_sell_indicator:1a shares:4 stock:8a price:4p \
time_in_force:4 firm:4a display:1a order_reference_number:8 capacity:1a intermarket_sweep_eligibility:1a \
minimum_quantity:4 cross_type:1a order_state:1a previous_order_token:14a bbo_weight_indicator:1a
C canceled_message timestamp:8 order_token:14a decrement_shares:4 cancel_order_reason:1a
D aiq_cancelled_message timestamp:8 order_token:14a decrement_shares:4 cancel_order_reason:1a \
quantity_prevented_from_trading:4 execution_price:4p liquidity_flag:1a
E executed_message timestamp:8 order_token:14a executed_shares:4 execution_price:4p liquidity_flag:1a match_number:8
G executed_with_reference_price_message timestamp:8 order_token:14a executed_shares:4 execution_price:4p \
liquidity_flag:1a match_number:8 reference_price:4p reference_price_type:1a
B broken_trade_message timestamp:8 order_token:14a match_number:8 broken_trade_reason:1a
F trade_correction_message timestamp:8 order_token:14a executed_shares:4 execution_price:4p liquidity_flag:1a \
match_number:8 reason:1a
J rejected_order_message timestamp:8 order_token:14a rejected_order_reason:1a
P cancel_pending_message timestamp:8 order_token:14a
I cancel_reject_message timestamp:8 order_token:14a
T order_priority_update_message timestamp:8 order_token:14a price:4p display:1a order_reference_number:8
M order_modified_message timestamp:8 order_token:14a buy_sell_indicator:1a shares:4
N sequenced_trade_now_message timestamp:8 order_token:14a
"""
SESSION_CLIENT = """
L login_request_packet username:6a password:10a requested_session:10a requested_sequence_number:20a
R client_heartbeat_packet
O logout_request_packet
"""
SESSION_VENUE = """
A login_accepted_packet session:10a sequence_number:20a
J login_rejected_packet reject_reason_code:1a
H server_heartbeat_packet
Z end_of_session_packet
"""
# Appendix A: tag, name, width, i for a signed integer.
TAGS = """1 secondary_ord_ref_num:8 2 firm:4a 3 min_qty:4 4 customer_type:1a 5 max_floor:4 6 price_type:1a
7 peg_offset:4ip 9 discretion_price:8p 10 discretion_price_type:1a 11 discretion_peg_offset:4ip 12 post_only:1a
13 random_reserves:4 14 route:4a 15 expire_time:4 16 trade_now:1a 17 handle_inst:1a 18 bbo_weight_indicator:1a
19 reference_price:8p 20 reference_price_type:1a 22 display_quantity:4 23 display_price:8p 24 group_id:2
25 shares_located:1a 26 locate_broker:4a 27 side:1a 28 user_ref_idx:1 29 aiq_strategy:1a 30 aiq_group_id:2a""".split()


class Field:
    def __init__(self, text):
        self.name, place = text.split(":")
        self.width, self.kind = int(place.rstrip("aip")), place.lstrip("0123456789")

    def value(self, raw):
        if self.kind == "a":
            return raw.decode("latin-1").rstrip(" ")
        return int.from_bytes(raw, "big", signed="i" in self.kind)

    def sample(self, seed):
        """Another byte everywhere; capital letters where it is text."""
        if self.kind == "a":
            return bytes(0x41 + (seed + i) % 26 for i in range(self.width))
        return bytes((0x91 + 7 * (seed + i)) % 256 for i in range(self.width))


class Layout:
    def __init__(self, row):
        self.type, self.name, *fields = row.split()
        self.fields = [Field(text) for text in fields]
        self.length = 1 + sum(field.width for field in self.fields)

    def read(self, message):
        values, at = {}, 1
        for field in self.fields:
            values[field.name] = field.value(message[at : at + field.width])
            at += field.width
        return values

    def places(self, message, start):
        """Each field as [offset, width, bytes in hex]."""
        found, at = [[start, 1, message[:1].hex()]], 1
        for field in self.fields:
            found.append([start + at, field.width, message[at : at + field.width].hex()])
            at += field.width
        return found

    def sample(self):
        parts = (field.sample(3 * i) for i, field in enumerate(self.fields))
        return self.type.encode() + b"".join(parts)


def layouts(text):
    return {row[0]: Layout(row) for row in text.strip().split("\n")}


PROTOCOLS = {
    "ouch50": {"client": layouts(OUCH50_CLIENT), "venue": layouts(OUCH50_VENUE)},
    "ouch42": {"client": layouts(OUCH42_CLIENT), "venue": layouts(OUCH42_VENUE)},
}
SESSION = {"client": layouts(SESSION_CLIENT), "venue": layouts(SESSION_VENUE)}
ITEMS = {int(tag): Field(text) for tag, text in zip(TAGS[::2], TAGS[1::2])}
REQUIRED = {"client": "OU", "venue": "AUER"}  # always with an appendage length, if of 0


def soup(kind, payload=b""):
    return struct.pack("!H", 1 + len(payload)) + kind + payload


def data(side, message):
    return soup(b"U" if side == "client" else b"S", message)


def appendage(*items):
    return struct.pack("!H", sum(map(len, items))) + b"".join(items)


def item(tag, value):
    return bytes([1 + len(value), tag]) + value


SYN, SYN_ACK, ACK = 0x02, 0x12, 0x18


def frame(side, payload, sequence=1, flags=ACK):
    """A TCP segment of that side of a connection to PORT."""
    ports = (40000, PORT) if side == "client" else (PORT, 40000)
    addresses = bytes([10, 0, 0, 1, 10, 0, 0, 2] if side == "client" else [10, 0, 0, 2, 10, 0, 0, 1])
    header = struct.pack("!HHIIBBH", *ports, sequence, 1, 5 << 4, flags, 65535)
    pseudo = addresses + struct.pack("!HH", 6, 20 + len(payload))
    tcp = header + struct.pack("!HH", decode.checksum(pseudo + header + bytes(4) + payload), 0) + payload
    ip = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(tcp), 7, 0x4000, 9, 6)
    return decode.ethernet(0x0800, ip + struct.pack("!H", decode.checksum(ip + addresses)) + addresses + tcp)


def run(side, *packets, protocol="ouch50"):
    """All in one segment of a connection from its start."""
    start = [frame("client", b"", 0, SYN), frame("venue", b"", 0, SYN_ACK)]
    options = ["--protocol", protocol] if protocol else []
    return decode.decode(decode.pcap(start + [frame(side, b"".join(packets))]), *options)


def lines_of_file(path, *options):
    return decode.lines_of(decode.run(path, *options).stdout)


def read_appendage(raw):
    """The members of a line, and the decimals of its prices."""
    if not raw:
        return {}, {}
    length, at, items, decimals = struct.unpack_from("!H", raw)[0], 2, [], {}
    while at < 2 + length:
        field = ITEMS.get(raw[at + 1])
        entry = {"length": raw[at], "tag": raw[at + 1]}
        if field is not None:
            entry[field.name] = field.value(raw[at + 2 : at + 2 + field.width])
            if "p" in field.kind:
                decimals[field.name] = 4
        items.append(entry)
        at += 1 + raw[at]
    return {"appendage_length": length} | ({"appendage": items} if items else {}), decimals


def line_of(protocol, side, message):
    layout = PROTOCOLS[protocol][side][chr(message[0])]
    values, decimals = read_appendage(message[layout.length :])
    decimals = {field.name: 4 for field in layout.fields if "p" in field.kind} | decimals
    line = {"protocol": protocol, "from": side, "type": layout.type, "name": layout.name} | layout.read(message)
    return line | values | ({"decimals": decimals} if decimals else {})


def without_place(line):
    return {key: value for key, value in line.items() if key not in ("packet", "message", "connection")}


def whole(protocol, side, layout):
    """The layout's sample, with an empty appendage where it must have one."""
    required = protocol == "ouch50" and layout.type in REQUIRED[side]
    return layout.sample() + (appendage() if required else b"")


def samples_for_tshark():
    """Name, side and packet of what tshark knows: the session, and OUCH 4.2."""
    samples = []
    for side in ("client", "venue"):
        for layout in SESSION[side].values():
            samples.append((layout.name, side, soup(layout.type.encode(), layout.sample()[1:])))
        for layout in PROTOCOLS["ouch42"][side].values():
            if layout.type == "N":  # Trade Now, which it has not
                continue
            samples.append((layout.name, side, data(side, layout.sample())))
    return samples


def real_packets():
    """File name, frame, side and SoupBinTCP packet of each."""
    paths = sorted(decode.shared(REAL_PACKETS).glob("*.pcap"))
    assert paths, f"no packets in {REAL_PACKETS}"
    for path in paths:
        content = path.read_bytes()
        captured = content[40 : 40 + struct.unpack_from("<I", content, 32)[0]]
        at = 18 if captured[12:14] == b"\x81\0" else 14
        end = at + struct.unpack_from("!H", captured, at + 2)[0]
        ip_end = at + 4 * (captured[at] & 15)
        to_port = struct.unpack_from("!H", captured, ip_end + 2)[0]
        payload = captured[ip_end + 4 * (captured[ip_end + 12] >> 4) : end]
        yield path, "client" if to_port in (8001, 8003) else "venue", payload


# Real packets


def test_real_packets_are_as_struct_reads_them():
    n_messages = 0
    for path, side, packet in real_packets():
        decode.expect(struct.unpack_from("!H", packet)[0], len(packet) - 2)
        lines = lines_of_file(path, "--protocol", "ouch50")
        decode.expect(len(lines), 1)
        if packet[2:3] in b"US":
            wanted = line_of("ouch50", side, packet[3:])
            n_messages += 1
        else:
            layout = SESSION[side][chr(packet[2])]
            wanted = {"protocol": "ouch50", "from": side, "type": layout.type, "name": layout.name}
        decode.expect(without_place(lines[0]), wanted)
        assert wanted["name"] == decode.snake(path.stem), path
    decode.expect(n_messages, 4)


def test_real_messages_are_recognized():
    for path, side, packet in real_packets():
        if packet[2:3] in b"US":
            lines = lines_of_file(path)
            decode.expect([without_place(line) for line in lines], [line_of("ouch50", side, packet[3:])])


def test_versions_are_told_apart():
    """Both begin with the same system event, and OUCH 4.2's Enter Order could be a grown one of 5.0."""
    for protocol, sides in PROTOCOLS.items():
        event = data("venue", sides["venue"]["S"].sample())
        enter = bytearray(whole(protocol, "client", sides["client"]["O"]))
        if protocol == "ouch42":
            enter[43:47] = bytes(4)  # where 5.0 has the end of clordid and the appendage length
        frames = [frame("client", b"", 0, SYN), frame("venue", event), frame("client", data("client", bytes(enter)))]
        decode.expect([line["protocol"] for line in decode.decode(decode.pcap(frames))], [protocol] * 2)


def test_bytes_behind_the_appendage_are_extra():
    lines = run("client", data("client", b"Q" + appendage() + b"new"), data("client", b"Q" + appendage()))
    decode.expect([line.get("extra_bytes") for line in lines], [3, None])


# Every message


def test_every_message_is_as_struct_reads_it():
    for protocol, sides in PROTOCOLS.items():
        for side, table in sides.items():
            messages = [whole(protocol, side, layout) for layout in table.values()]
            lines = run(side, *(data(side, m) for m in messages), protocol=protocol)
            decode.expect([without_place(line) for line in lines], [line_of(protocol, side, m) for m in messages])


def test_every_item_is_as_struct_reads_it():
    items = appendage(*(item(tag, field.sample(tag)) for tag, field in ITEMS.items()))
    for side, table in PROTOCOLS["ouch50"].items():
        messages = [layout.sample() + items for layout in table.values() if layout.type != "S"]
        lines = run(side, *(data(side, m) for m in messages))
        decode.expect([without_place(line) for line in lines], [line_of("ouch50", side, m) for m in messages])


def test_an_unknown_tag_has_its_length_and_tag_only():
    line = run("client", data("client", b"Q" + appendage(item(200, b"abc"), item(28, b"\x07"))))[0]
    decode.expect(line["appendage"], [{"length": 4, "tag": 200}, {"length": 2, "tag": 28, "user_ref_idx": 7}])


def test_a_malformed_appendage_spoils_only_its_message():
    good = data("client", b"Q")
    for tail, error in (
        (b"\0\x04" + item(28, b"\x07"), "ouch_appendage_truncated"),
        (b"\0\x03\x03\x1c\x07", "ouch_appendage_truncated"),
        (b"\0\x02\x01\x1c", "ouch_appendage_item"),
        (b"\0\x01\0", "ouch_appendage_item"),
    ):
        bad, line = run("client", data("client", b"Q" + tail), good)
        decode.expect((bad["error"], bad["length"]), (error, 1 + len(tail)))
        decode.expect(line["name"], "account_query_request")


# The session


def test_every_session_packet_is_as_struct_reads_it():
    for side, table in SESSION.items():
        samples = [layout.sample() for layout in table.values()]
        lines = run(side, *(soup(s[:1], s[1:]) for s in samples))
        for line, layout, sample in zip(lines, table.values(), samples, strict=True):
            wanted = {"protocol": "ouch50", "from": side, "type": layout.type, "name": layout.name} | layout.read(sample)
            if "password" in wanted:
                wanted["password"] = "***"
            decode.expect(without_place(line), wanted)


def test_a_debug_text_is_printed_whole():
    for side in ("client", "venue"):
        decode.expect([line["text"] for line in run(side, soup(b"+", b"hello "), soup(b"+"))], ["hello ", ""])


def test_the_stream_cannot_be_followed_behind_a_broken_packet():
    for broken, error in ((b"\0\0", "soup_length_zero"), (soup(b"?"), "soup_type"), (soup(b"U", b"X"), "soup_type")):
        good, bad = run("venue", soup(b"H"), broken, soup(b"H"))
        decode.expect((good["name"], bad["error"]), ("server_heartbeat_packet", error))


def test_itch_is_read_in_soupbintcp():
    samples = [layout.sample() for layout in decode.ITCH50.values()]
    lines = run("venue", *(data("venue", s) for s in samples), protocol="itch50_tcp")
    for line, layout, sample in zip(lines, decode.ITCH50.values(), samples, strict=True):
        wanted = {"protocol": "itch50_tcp", "from": "venue", "type": layout.type, "name": layout.name}
        decode.expect(without_place(line), wanted | layout.read(sample))


# tshark


def places_of(side, packet):
    """As tshark gives them: the length, the packet's type, the fields."""
    found = [[0, 2, packet[:2].hex()]]
    if packet[2:3] in b"US":
        return found + [[2, 1, packet[2:3].hex()]] + PROTOCOLS["ouch42"][side][chr(packet[3])].places(packet[3:], 3)
    return found + SESSION[side][chr(packet[2])].places(packet[2:], 2)


def test_fields_stand_where_tshark_saw_them():
    expected = json.loads(EXPECTED.read_text())
    for name, side, packet in samples_for_tshark():
        decode.expect((name, expected[name]), (name, places_of(side, packet)))


def test_tshark_says_the_same_today():
    if shutil.which("tshark") is None:
        raise decode.Skip("no tshark")
    import make_expected_ouch

    decode.expect(make_expected_ouch.tshark_fields(), json.loads(EXPECTED.read_text()))


def main():
    if decode.BUILD is None:
        print("1..0 # SKIP LEAT_BUILD is not set")
        return 0
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_") and callable(test)]
    print(f"1..{len(tests)}")
    lines = []
    for number, (name, test) in enumerate(tests, 1):
        lines.append(decode.tap_line(number, name, test))
        print(lines[-1], flush=True)
    return 1 if any(line.startswith("not") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
