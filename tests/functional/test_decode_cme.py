#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode and CME MDP 3.0: against CME's schema files (expected/cme_mdp3.json) and a reading by struct of our own."""

import json
import re
import struct
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True

import test_decode as decode  # noqa: E402
from make_expected_cme import TCP_HEADER, tcp_payload  # noqa: E402

REAL_PACKETS = "data/omi/Cme"
EXPECTED = Path(__file__).parent / "expected/cme_mdp3.json"
MESSAGE_AT = decode.PAYLOAD_AT + 12
HEADER = ("msg_size", "block_length", "template_id", "schema_id", "version")

# The specification's tables in the order of the bytes: struct's letter, then the name; x are bytes without one. A block
# for the root and one for each group.
INCREMENTAL = "Q transact_time B match_event_indicator xx"
ORDER_IDS = "Q order_id Q md_order_priority i md_display_qty B reference_id B order_update_action xx"
FILLS = "Q order_id i last_qty xxxx"
SNAPSHOT = """I last_msg_seq_num_processed I tot_num_reports i security_id I rpt_seq Q transact_time Q last_update_time
H trade_date B md_security_trading_status q high_limit_price q low_limit_price q max_price_variation"""
SNAPSHOT_LONG = "q md_entry_px Q md_entry_size i number_of_orders B md_price_level B open_close_settl_flag c md_entry_type"
BLOCKS = {
    4: ["Q transact_time B match_event_indicator", "h appl_id"],
    12: [""],
    30: ["""Q transact_time 6s security_group 6s asset i security_id H trade_date B match_event_indicator
         B security_trading_status B halt_reason B security_trading_event"""],
    46: [INCREMENTAL, """q md_entry_px i md_entry_size i security_id I rpt_seq i number_of_orders B md_price_level
         B md_update_action c md_entry_type i tradeable_size x""", ORDER_IDS],
    47: [INCREMENTAL, """Q order_id Q md_order_priority q md_entry_px i md_display_qty i security_id B md_update_action
         c md_entry_type xxxxxx"""],
    48: [INCREMENTAL, """q md_entry_px i md_entry_size i security_id I rpt_seq i number_of_orders B aggressor_side
         B md_update_action I md_trade_entry_id xx""", FILLS],
    52: [SNAPSHOT, """q md_entry_px i md_entry_size i number_of_orders b md_price_level H trading_reference_date
         B open_close_settl_flag B settl_price_type c md_entry_type"""],
    53: ["""I last_msg_seq_num_processed I tot_num_reports i security_id I no_chunks I current_chunk Q transact_time""",
         "Q order_id Q md_order_priority q md_entry_px i md_display_qty c md_entry_type"],
    64: [INCREMENTAL, """q md_entry_px Q md_entry_size i security_id I rpt_seq i number_of_orders B md_price_level
         B md_update_action c md_entry_type x""", ORDER_IDS],
    65: [INCREMENTAL, """q md_entry_px Q md_entry_size i security_id I rpt_seq i number_of_orders I md_trade_entry_id
         B aggressor_side B md_update_action xxxxxx""", FILLS],
    66: [INCREMENTAL, "Q md_entry_size i security_id I rpt_seq B md_update_action xxxxxxx"],
    67: [INCREMENTAL, """q md_entry_px Q md_entry_size i security_id I rpt_seq B open_close_settl_flag B md_update_action
         c md_entry_type xxxxx"""],
    68: ["""Q transact_time B match_event_indicator i security_id q high_limit_price q low_limit_price
         q max_price_variation""", SNAPSHOT_LONG],
    69: [SNAPSHOT, SNAPSHOT_LONG],
}  # fmt: skip
GROUPS = (("no_md_entries", 3), ("no_order_id_entries", 8))


class Block:
    def __init__(self, text):
        words = re.findall(r"\b(x+|[bBchHiIqQ]|\d+s)\b(?: (\w{2,}))?", text)
        self.struct = struct.Struct("<" + "".join(letter for letter, _ in words))
        self.names = [name for letter, name in words if letter[0] != "x"]
        self.prices = {name: 9 for letter, name in words if letter == "q"}

    def read(self, raw):
        values = self.struct.unpack(raw[: self.struct.size])
        text = (v.decode("latin-1").rstrip("\0") if isinstance(v, bytes) else v for v in values)
        return dict(zip(self.names, text, strict=True))


LAYOUTS = {template: [Block(text) for text in texts] for template, texts in BLOCKS.items()}


def expected():
    return json.loads(EXPECTED.read_text())


def name_of(template):
    return expected()["layouts"][str(template)]["name"]


def message(template, groups=(), root=None, version=13, schema=1, tail=b""):
    """`groups`: for each, the bytes of its entries, one length for all."""
    if root is None:
        root = sample(LAYOUTS[template][0].struct.size)
    body = root
    for (_, dimension), entries in zip(GROUPS, groups):
        length = len(entries[0]) if entries else 0
        body += struct.pack("<H", length) + bytes(dimension - 3) + bytes([len(entries)]) + b"".join(entries)
    return struct.pack("<5H", 10 + len(body + tail), len(root), template, schema, version) + body + tail


def sample(length, seed=0):
    """A different byte everywhere, none of them one that JSON escapes or that pads text."""
    return bytes(0x41 + (7 * i + seed) % 26 for i in range(length))


def full(template, entries=2, **more):
    groups = [[sample(b.struct.size, i) for i in range(entries)] for b in LAYOUTS[template][1:]]
    return message(template, groups, **more)


def packet(messages, sequence=7):
    return struct.pack("<IQ", sequence, 1_631_080_342_472_742_285) + b"".join(messages)


def line_of(raw, number=1, index=0, sequence=7):
    """What leat-decode should say of a message whose blocks are not shorter than ours."""
    header = dict(zip(HEADER, struct.unpack_from("<5H", raw)))
    template, at = header["template_id"], 10 + header["block_length"]
    root, *groups = LAYOUTS[template]
    line = {"packet": number, "message": index, "protocol": "cme_mdp3", "sequence": sequence, "type": template}
    line |= {"name": name_of(template)} | header | root.read(raw[10:])
    decimals = dict(root.prices)
    for (name, dimension), block in zip(GROUPS, groups):
        length, count = struct.unpack_from("<H", raw, at)[0], raw[at + dimension - 1]
        at += dimension
        if count:
            line[name] = [block.read(raw[at + i * length :]) for i in range(count)]
            decimals |= block.prices
        at += length * count
    return line | ({"decimals": decimals} if decimals else {})


def run(*payloads, protocol="cme_mdp3"):
    return decode.decode_frames(*(decode.frame(p) for p in payloads), protocol=protocol)


def real_messages():
    """File name, number and message of each real packet: TCP, of which the header but for 0xCAFE is that of UDP."""
    paths = sorted(decode.shared(REAL_PACKETS).rglob("*.pcap"))
    assert paths, f"no packets in {REAL_PACKETS}"
    for path in paths:
        payload = tcp_payload(path)
        encoding, number, _ = TCP_HEADER.unpack_from(payload)
        decode.expect(encoding, 0xCAFE)
        yield path.name, number, payload[2:]


# Real packets


def test_real_messages_are_as_the_schema_reads_them():
    files, numbers, payloads = zip(*real_messages())
    lines = run(*payloads)
    decode.expect(len(lines), len(expected()["messages"]))
    for index, (file, number, line) in enumerate(zip(files, numbers, lines, strict=True), 1):
        place = {"packet": index, "message": 0, "protocol": "cme_mdp3", "sequence": number}
        wanted = place | expected()["messages"][file]
        if "error" in wanted:
            wanted |= {"offset": MESSAGE_AT, "length": len(payloads[index - 1]) - 12}
        decode.expect(line, wanted)


def test_real_messages_are_as_struct_reads_them():
    known = [(n, p) for _, n, p in real_messages() if p[16] in LAYOUTS and p[18] == 1]
    decode.expect(sorted(p[16] for _, p in known), [64, 65, 68])
    wanted = [line_of(p[12:], i, 0, n) for i, (n, p) in enumerate(known, 1)]
    decode.expect(run(*(p for _, p in known)), wanted)


def test_real_values_are_plausible():
    for line in run(*(payload for _, _, payload in real_messages())):
        if "error" in line:
            continue
        when = datetime.fromtimestamp(line["transact_time"] / 1e9, timezone.utc)
        decode.expect((when.year, when.month, when.day), (2021, 9, 8))
        for entry in line["no_md_entries"]:
            assert 1.1 < entry["md_entry_px"] / 10 ** line["decimals"]["md_entry_px"] < 1.3, entry


# Layouts


def test_the_tables_are_those_of_the_schema():
    reference = subprocess.run([decode.BUILD + "/tools/leat-reference"], capture_output=True, check=True, text=True)
    section = reference.stdout.split("### cme_sbe")[1].split("\n### ")[0]
    rows = re.findall(r"^\| `(\d+)` \| (\w+) \| 10 \| (.*) \|$", section, re.M)
    layouts = expected()["layouts"]
    decode.expect([row[0] for row in rows], list(layouts))
    for template, name, fields in rows:
        layout = layouts[template]
        parts = re.split(r" (\w+): \{(.*?) \}", fields)
        found = [parts[0]] + parts[2::3]
        decode.expect([name, *parts[1::3]], [layout["name"], *(g["name"] for g in layout["groups"])])
        blocks = [[[f, o + 10, w, k] for f, o, w, k in layout["fields"]], *(g["fields"] for g in layout["groups"])]
        header = "".join(f" {field}@{2 * i}:2" for i, field in enumerate(HEADER))
        letter = {"u": "", "i": "i", "a": "a", "p": "i(9 decimals)"}
        texts = ["".join(f" {f}@{o}:{w}{letter[k]}" for f, o, w, k in block) for block in blocks]
        decode.expect([text.strip() for text in found], [(header + texts[0]).strip(), *map(str.strip, texts[1:])])


def test_blocks_are_as_long_as_the_schema_says():
    for template, blocks in LAYOUTS.items():
        layout = expected()["layouts"][str(template)]
        lengths = [layout["block_length"], *(g["block_length"] for g in layout["groups"])]
        decode.expect([block.struct.size for block in blocks], lengths)


def test_every_template_is_as_struct_reads_it():
    messages = [full(template) for template in LAYOUTS]
    decode.expect(run(packet(messages)), [line_of(m, index=i) for i, m in enumerate(messages)])


def test_negative_and_null_values_are_printed_as_sent():
    for raw in (b"\xff", b"\x7f"):
        entry = raw * 7 + b"\x7f" + b"\xff\xff\xff\x7f" + bytes(20)
        line = run(packet([message(46, [[entry], []], root=bytes(11))]))[0]
        price = int.from_bytes(entry[:8], "little", signed=True)
        values = line["no_md_entries"][0]
        decode.expect((values["md_entry_px"], values["md_entry_size"]), (price, 2**31 - 1))
    line = run(packet([message(4, [[b"\xfe\xff"]], root=bytes(9))]))[0]
    decode.expect(line["no_md_entries"], [{"appl_id": -2}])


def test_text_is_printed_without_the_nuls_that_pad_it():
    root = bytes(8) + b"ES\0\0\0\0" + b"A\0B\0\0\0" + bytes(16 - 6)
    line = run(packet([message(30, root=root)]))[0]
    decode.expect((line["security_group"], line["asset"]), ("ES", "A\0B"))


# Older and newer senders


def test_fields_behind_an_older_senders_block_are_null():
    line = run(packet([message(30, root=sample(24))]))[0]
    wanted = line_of(message(30, root=sample(24) + bytes(6)))
    wanted |= {"msg_size": 34, "block_length": 24}
    for name in ("trade_date", "match_event_indicator", "security_trading_status", "halt_reason"):
        wanted[name] = None
    decode.expect(line, wanted | {"security_trading_event": None})


def test_a_field_cut_in_its_middle_is_null():
    line = run(packet([message(47, [[sample(23)]])]))[0]
    entry = line["no_md_entries"][0]
    assert entry["md_order_priority"] is not None and entry["md_entry_px"] is None, entry


def test_newer_senders_tails_are_skipped():
    for template in LAYOUTS:
        ours = line_of(full(template))
        groups = [[sample(b.struct.size, i) + b"\xee" * 9 for i in range(2)] for b in LAYOUTS[template][1:]]
        root = sample(LAYOUTS[template][0].struct.size) + b"\xee" * 5
        newer = message(template, groups, root=root, version=99, tail=b"\xee" * 3)
        changed = dict(zip(HEADER, struct.unpack_from("<5H", newer)))
        decode.expect(run(packet([newer]))[0], ours | changed)


def test_tradeable_size_is_null_before_version_10():
    for version, absent in ((9, True), (10, False)):
        entry = run(packet([full(46, version=version)]))[0]["no_md_entries"][1]
        decode.expect(entry["tradeable_size"] is None, absent)


# What is wrong


def expect_error(raw, error, length=None):
    line, good = run(packet([raw, full(30)]))
    decode.expect_error(line, error, MESSAGE_AT)
    decode.expect((line["length"], good["name"]), (length or len(raw), "security_status"))


def test_a_malformed_message_spoils_only_itself():
    expect_error(message(37, root=b""), "message_unknown_type")
    expect_error(message(300, root=b""), "message_unknown_type")
    expect_error(full(30, schema=2), "cme_schema")
    expect_error(message(206, root=b"", schema=2), "cme_schema")
    block = bytearray(full(30))
    block[2] += 1
    expect_error(bytes(block), "cme_block_length")
    expect_error(message(46, [[sample(32)]]), "cme_group_truncated")
    group = bytearray(message(47, [[sample(40)]]))
    group[10 + 11 + 2] = 2
    expect_error(bytes(group), "cme_group_truncated")
    expect_error(message(47, [[b""] * 255]), "cme_entry_length_zero")


def test_broken_framing_spoils_the_packet():
    good = full(30)
    for payload, error, at in (
        (packet([])[:11], "cme_header_truncated", 0),
        (packet([good, b"\x09\0" + good[2:]]), "cme_message_size", 12 + len(good)),
        (packet([good, good[:-1]]), "cme_message_size", 12 + len(good)),
        (packet([good, b"\0"]), "cme_message_size", 12 + len(good)),
    ):
        lines = run(payload)
        decode.expect(len(lines), 1)
        decode.expect_error(lines[0], error, decode.PAYLOAD_AT + at)


# Guessing


def test_packets_are_recognized_by_schema_and_template():
    for template in LAYOUTS:
        lines = run(packet([full(template)]), protocol=None)
        decode.expect([line["protocol"] for line in lines], ["cme_mdp3"])


def test_packets_without_a_known_message_are_not_taken():
    unknown = [packet([]), packet([message(37, root=b"")]), packet([full(30, schema=2)]), packet([full(30), b"\0"])]
    decode.expect(run(*unknown, protocol=None), [])


def test_itch_is_not_taken_for_cme():
    payloads = [decode.mold([layout.sample()]) for layout in decode.ITCH50.values()]
    payloads += [decode.mold([]), decode.mold([], count=0xFFFF)]
    lines = run(*payloads, protocol=None)
    decode.expect({line["protocol"] for line in lines}, {"itch50"})
    decode.expect(len(lines), len(payloads))


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
