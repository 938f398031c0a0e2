#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode on PITCH and Pillar, and which protocol it takes a packet for when it is told none."""

import json
import struct
import subprocess
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

PAYLOAD_AT = 42  # Ethernet, IPv4 without options, UDP
PITCH_HEARTBEAT = bytes.fromhex("0800000101000000")  # a real one

# The folders of real packets, by what each UDP packet in them is.
REAL = {
    "data/iex/DEEP10.pcap.gz": {"iex_deep"},
    "data/omi/Iex": {"iex_deep"},
    "data/omi/Nasdaq/Nasdaq.Equities.TotalView.Itch.v5.0": {"itch50"},
    "data/omi/Nasdaq/Nasdaq.Nsm.Ouch.v5.0": set(),
    "data/omi/Cme": set(),
}
OURS = {"itch50", "iex_tops", "iex_deep", "iex_deep_plus", "pitch", "pillar"}


# Packets


def pitch(messages, unit=7, sequence=1, count=None, length=None, tail=b""):
    body = b"".join(messages) + tail
    n = len(messages) if count is None else count
    return struct.pack("<HBBI", 8 + len(body) if length is None else length, n, unit, sequence) + body


def pitch_message(kind, form, *values):
    body = struct.pack("<" + form, *values)
    return bytes([2 + len(body), kind]) + body


def pillar(messages, flag=11, sequence=1, count=None, size=None, tail=b""):
    body = b"".join(messages) + tail
    n = len(messages) if count is None else count
    return struct.pack("<HBBIII", 16 + len(body) if size is None else size, flag, n, sequence, 9, 8) + body


def pillar_message(kind, form, *values):
    body = struct.pack("<" + form, *values)
    return struct.pack("<HH", 4 + len(body), kind) + body


def mapping(symbol, scale, name=b"BRK A"):
    return pillar_message(
        3, "I11s1sHBcBcHiIBcHH2s", symbol, name, b"\0", 1, 4, b"N", scale, b"C", 100, 9900, 5, 0, b"Y", 1, 2, b"\0\0"
    )


def add_order(symbol, price):
    return pillar_message(100, "IIIQiIc5s1s", 111, symbol, 2, 3, price, 400, b"B", b"", b"\0")


def udp_frame(payload):
    src, dst = t.address("10.0.0.1"), t.address("233.54.12.1")
    return t.ethernet(t.IPV4, t.ipv4(src, dst, t.UDP, t.udp(src, dst, 40000, 26400, payload)))


def run(*arguments, stdin=None):
    command = [str(word) for word in [t.binary("tools/leat-decode"), *arguments]]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=t.BOUND_S, check=False)


def decode(payloads, *arguments):
    result = run("-", *arguments, stdin=t.pcap_bytes([udp_frame(p) for p in payloads]))
    t.expect((result.returncode, result.stderr), (0, b""))
    return [json.loads(line) for line in result.stdout.splitlines()]


def guessed_and_named(payload, protocol):
    """What is said with the protocol's name, which has to be the same without it."""
    lines = decode([payload], "--protocol", protocol)
    t.expect(decode([payload]), lines, "without --protocol")
    return lines


# PITCH


def test_the_real_heartbeat_of_pitch_is_one_whatever_the_padding_behind_it():
    wanted = [{"packet": 1, "protocol": "pitch", "sequence": 1, "hdr_unit": 1, "event": "heartbeat"}]
    t.expect(len(udp_frame(PITCH_HEARTBEAT)), 60, "padded")
    t.expect(guessed_and_named(PITCH_HEARTBEAT, "pitch"), wanted)


def test_messages_of_pitch_are_printed_with_their_type_in_hexadecimal():
    long = pitch_message(0x21, "IQcI6sQB", 447000, 5, b"B", 20000, b"ZVZZT ", 9050, 1)
    short = pitch_message(0x22, "IQcH6sHB", 447001, 6, b"S", 200, b"A     ", 65535, 0)
    lines = guessed_and_named(pitch([long, short], sequence=2**32 - 3), "pitch")
    head = {"packet": 1, "protocol": "pitch", "hdr_unit": 7}
    fields = {"timestamp": 447000, "order_id": 5, "side_indicator": "B", "quantity": 20000, "symbol": "ZVZZT"}
    more = {"price": 9050, "add_flags": 1, "decimals": {"price": 4}}
    place = {"message": 0, "sequence": 2**32 - 3, "type": "0x21", "name": "add_order_long"}
    t.expect(lines[0], head | place | fields | more)
    fields = {"timestamp": 447001, "order_id": 6, "side_indicator": "S", "quantity": 200, "symbol": "A"}
    more = {"price": 65535, "add_flags": 0, "decimals": {"price": 2}}
    place = {"message": 1, "sequence": 2**32 - 2, "type": "0x22", "name": "add_order_short"}
    t.expect(lines[1], head | place | fields | more)
    stats = decode([pitch([long, short])], "--stats")[0]
    t.expect(stats["types"], {"pitch": {"0x21": 1, "0x22": 1}})


def test_broken_units_are_named_with_their_place():
    time = pitch_message(0x20, "I", 34200)
    cases = [
        (pitch([])[:7], "pitch_header_truncated", 0),
        (pitch([time], length=7), "pitch_length", 0),
        (pitch([time], length=15), "pitch_length", 0),
        (pitch([time], count=2), "pitch_block_truncated", 14),
        (pitch([time, b"\x01"]), "pitch_block_truncated", 14),
        (pitch([time], sequence=2**32 - 1), "pitch_sequence_overflow", 4),
        (pitch([time, time], length=14), "pitch_block_truncated", 14),
    ]
    check_broken(cases, "pitch")


def check_broken(cases, protocol):
    wanted = [
        {"packet": n, "protocol": protocol, "error": error, "offset": PAYLOAD_AT + at}
        for n, (_, error, at) in enumerate(cases, 1)
    ]
    t.expect(decode([case[0] for case in cases], "--protocol", protocol), wanted)
    t.expect(decode([case[0] for case in cases]), [], "without --protocol")


def test_bytes_behind_a_unit_are_reported_and_its_messages_used():
    time = pitch_message(0x20, "I", 34200)
    payload = pitch([time])
    lines = decode([payload + b"xyz"], "--protocol", "pitch")
    t.expect(lines[:1], decode([payload]))
    t.expect((lines[1]["error"], lines[1]["offset"]), ("pitch_trailing_bytes", PAYLOAD_AT + 14))


# Pillar


def test_prices_of_pillar_have_the_decimals_that_their_symbol_s_mapping_has_stated():
    packets = [
        pillar([add_order(5, -1234), mapping(5, 2), add_order(5, -1234), add_order(6, 99)]),
        pillar([add_order(5, 77), mapping(5, 0), add_order(5, 78), mapping(2**32 - 1, 6)], sequence=5),
        pillar([add_order(2**32 - 1, 1)], sequence=9),
    ]
    for options in ([], ["--protocol", "pillar"]):
        lines = decode(packets, *options)
        orders = [line for line in lines if line["type"] == 100]
        wanted = [(-1234, None), (-1234, 2), (99, None), (77, 2), (78, 0), (1, 6)]
        got = [(line["price"], line.get("decimals", {}).get("price")) for line in orders]
        t.expect(got, wanted)
        t.expect([line["sequence"] for line in lines], list(range(1, 10)))


def test_a_mapping_of_pillar_states_the_decimals_of_its_own_price():
    line = guessed_and_named(pillar([mapping(12345, 4)]), "pillar")[0]
    t.expect((line["type"], line["name"]), (3, "symbol_index_mapping_message"))
    t.expect((line["symbol"], line["symbol_index"], line["reserved_2"]), ("BRK A", 12345, "0000"))
    t.expect((line["prev_close_price"], line["decimals"]), (9900, {"prev_close_price": 4}))


def test_more_symbols_than_are_kept_leave_decimals_unstated_or_right():
    n = 100000
    packets = [pillar([mapping(i + j, 3) for j in range(200)]) for i in range(0, n, 200)]
    packets += [pillar([add_order(i + j, 5) for j in range(200)]) for i in range(0, n, 200)]
    orders = [line for line in decode(packets) if line["type"] == 100]
    stated = [line["decimals"] for line in orders if "decimals" in line]
    t.expect(len(orders), n)
    assert 50000 < len(stated) < n, f"{len(stated)} of {n} are kept"
    assert all(decimals == {"price": 3} for decimals in stated)


def test_the_delivery_flag_of_pillar_is_shown_with_the_header():
    lines = decode([pillar([], flag=1, sequence=8), pillar([add_order(1, 2)], flag=13)], "--headers")
    header = {"protocol": "pillar", "header": "pillar", "send_time": 9, "send_time_ns": 8}
    sent = {"pkt_size": 16, "delivery_flag": 1, "number_msgs": 0, "seq_num": 8}
    t.expect(lines[0], {"packet": 1} | header | sent)
    t.expect(lines[1], {"packet": 1, "protocol": "pillar", "sequence": 8, "event": "heartbeat"})
    t.expect((lines[2]["delivery_flag"], lines[2]["pkt_size"], lines[3]["type"]), (13, 55, 100))


def test_broken_packets_of_pillar_are_named_with_their_place():
    order = add_order(1, 2)
    cases = [
        (pillar([])[:15], "pillar_header_truncated", 0),
        (pillar([order], size=15), "pillar_packet_size", 0),
        (pillar([order], size=56), "pillar_packet_size", 0),
        (pillar([order], flag=14), "pillar_delivery_flag", 2),
        (pillar([order], sequence=2**32 - 1), "pillar_sequence_overflow", 4),
        (pillar([order], count=2), "pillar_block_truncated", 55),
        (pillar([order, b"\3\0\0\0"]), "pillar_block_truncated", 55),
    ]
    check_broken(cases, "pillar")


# Which protocol a packet is taken for


def captures(place):
    path = t.shared(place)
    if place.endswith(".gz"):
        return [t.iex_capture()]
    return sorted(path.rglob("*.pcap"))


def taken_for(path):
    """The protocols that packets of a capture are taken for."""
    words = run(path).stdout.split(b'"protocol":"')[1:]
    return {word[: word.index(b'"')].decode() for word in words}


def test_real_packets_are_taken_for_what_they_are():
    for place, wanted in REAL.items():
        for path in captures(place):
            t.expect(taken_for(path) & OURS, wanted, str(path))


def test_no_real_packet_fits_two_framings():
    for place in REAL:
        for path in captures(place):
            stats = [json.loads(run(path, "--stats", "--protocol", p).stdout) for p in sorted(OURS)]
            decoded = [s["packets_decoded"] for s in stats]
            t.expect(sum(n > 0 for n in decoded), 1 if REAL[place] else 0, f"{path}: {decoded}")


def test_nothing_that_is_no_feed_is_taken_for_one():
    paths = sorted(t.shared("data/malformed/tcpdump").iterdir())
    assert len(paths) > 800, len(paths)
    read = 0
    for path in paths:
        output = run(path, "--stats").stdout
        if output:
            stats = json.loads(output)
            read += stats["packets"]
            t.expect((stats["packets_decoded"], stats["types"]), (0, {}), str(path))
    print(f"# {read} packets of {len(paths)} captures")


if __name__ == "__main__":
    sys.exit(t.main(globals()))
