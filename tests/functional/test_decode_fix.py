#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode on FIX: a real capture against two other readings of it, and what made messages come out as."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from leat_test import TCP, address, binary, ethernet, expect, ipv4, main, pcap_bytes, shared, tcp  # noqa: E402

EXPECTED = Path(__file__).parent / "expected/fix2.json.gz"  # by make_expected_fix.py
CLIENT, VENUE = address("10.0.0.1"), address("10.0.0.2")
SOH = "\x01"

# Of the fields that occur below, those that volume 1 of FIX 4.4 gives a type of int, Length, SeqNum or NumInGroup.
INTEGERS = {
    "BodyLength", "BusinessRejectReason", "EncryptMethod", "HeartBtInt", "MsgSeqNum", "NoCompIDs", "NoPartyIDs",
    "NetworkRequestType", "NetworkStatusResponseType", "RawDataLength", "RefSeqNum", "StatusValue", "UserRequestType",
    "UserStatus",
}  # fmt: skip


# Messages and connections


def fix_of(body, version="FIX.4.4"):
    """A message with this body, all between the length and the checksum."""
    head = f"8={version}{SOH}9={len(body)}{SOH}{body}"
    return f"{head}10={sum(head.encode('latin-1')) % 256:03}{SOH}".encode("latin-1")


def fix(body, version="FIX.4.4"):
    """The same, | standing for the delimiter."""
    return fix_of(body.replace("|", SOH), version)


def connection(stream, size=1448):
    """What a client sends, in segments of so many bytes."""
    for at in range(0, len(stream), size):
        segment = tcp(CLIENT, VENUE, 40000, 9878, stream[at : at + size], sequence=1000 + at)
        yield ethernet(0x0800, ipv4(CLIENT, VENUE, TCP, segment))


def lines_of(*words, stdin=b""):
    """Every line parsed, no name twice in an object."""

    def unique(pairs):
        assert len(dict(pairs)) == len(pairs), f"a name twice in {pairs}"
        return dict(pairs)

    command = [binary("tools/leat-decode"), *map(str, words)]
    ended = subprocess.run(command, input=stdin, capture_output=True, timeout=60)
    expect((ended.returncode, ended.stderr), (0, b""))
    return [json.loads(line, object_pairs_hook=unique) for line in ended.stdout.splitlines()]


def decode(*messages, size=1448):
    return lines_of("-", "--protocol", "fix", stdin=pcap_bytes(list(connection(b"".join(messages), size))))


def fields_of(line):
    """What stands in a line behind the name, which is the message's own; the order counts."""
    members = list(line.items())
    return members[[name for name, _ in members].index("name") + 1 :]


def as_printed(name, value):
    canonical = value.lstrip("-").isdigit() and str(int(value)) == value
    return int(value) if name in INTEGERS and canonical else value


# The real capture


def expected_lines():
    for line in json.loads(gzip.decompress(EXPECTED.read_bytes())):
        fields = [(name, as_printed(name, value)) for _, name, value in line.pop("fields")]
        yield line, fields


def test_every_field_of_the_real_capture_is_as_two_oracles_read_it():
    got = [line for line in lines_of(shared("data/fix/fix2.pcap")) if "error" not in line]
    expect(len(got), 374, "messages")

    def key(line):
        return line["connection"], line["from"]

    n_fields = 0
    # Both in the order of each stream; between streams leat goes by time.
    for line, (place, fields) in zip(sorted(got, key=key), sorted(expected_lines(), key=lambda e: key(e[0])), strict=True):
        expect({name: line[name] for name in place}, place)
        expect(line["type"], dict(fields)["MsgType"])
        expect(fields_of(line), fields)
        n_fields += len(fields)
    expect(n_fields, 3234, "fields")


def test_all_checksums_and_body_lengths_of_the_real_capture_are_right():
    stats = lines_of("--stats", shared("data/fix/fix2.pcap"))[0]
    expect((stats["messages"], stats["errors"]), (374, {}))
    expect(sum(stats["types"]["fix"].values()) + sum(stats["types"]["fix_requests"].values()), 374)


# Fields


def test_values_are_strings_as_sent_but_for_canonical_integers():
    body = "35=D|34=7|44=1.50|38=100|98=007|108=+5|112= x |58=5|453=-1|95=0|"
    (line,) = decode(fix(body + "1137=9|"))
    values = {name: value for name, value in fields_of(line) if name not in ("BodyLength", "CheckSum")}
    expect(values, {
        "BeginString": "FIX.4.4", "MsgType": "D", "MsgSeqNum": 7, "Price": "1.50", "OrderQty": "100",
        "EncryptMethod": "007", "HeartBtInt": "+5", "TestReqID": " x ", "Text": "5", "NoPartyIDs": -1,
        "RawDataLength": 0, "DefaultApplVerID": "9",
    })  # fmt: skip
    expect((line["type"], line["name"]), ("D", "NewOrderSingle"))


def test_an_integer_of_18_digits_is_a_number_and_a_longer_one_is_not():
    values = ["9" * 18, "9" * 19, "-" + "9" * 18, "-0", "-", "0"]
    lines = decode(*(fix(f"35=0|34={value}|") for value in values))
    expect([line["MsgSeqNum"] for line in lines], [10**18 - 1, "9" * 19, 1 - 10**18, "-0", "-", 0])


def test_passwords_are_not_shown():
    (line,) = decode(fix("35=A|553=desk1|554=secret1|925=secret2|554=secret3|"))
    expect((line["Username"], line["Password"], line["NewPassword"]), ("desk1", "***", "***"))
    expect(line["repeats"], [["Password", "***"]])


def test_repeated_tags_are_pairs_in_wire_order():
    (line,) = decode(fix("35=D|453=2|448=a|447=D|5001=x|448=b|447=1|5001=y|34=2|34=3|"))
    expect((line["PartyID"], line["PartyIDSource"], line["tag_5001"], line["MsgSeqNum"]), ("a", "D", "x", 2))
    expect(line["repeats"], [["PartyID", "b"], ["PartyIDSource", "1"], ["tag_5001", "y"], ["MsgSeqNum", "3"]])
    expect(list(line)[-1], "repeats")


def test_a_message_of_nothing_but_repeats_and_one_of_as_many_tags_come_out_whole():
    (line,) = decode(fix("35=B|" + "58=x|" * 12000))
    expect((line["Text"], line["repeats"]), ("x", [["Text", "x"]] * 11999))
    tags = range(6000, 6000 + 7000)
    (line,) = decode(fix("35=B|" + "".join(f"{tag}=v|" for tag in tags)))
    expect([name for name in line if name.startswith("tag_")], [f"tag_{tag}" for tag in tags])
    assert "repeats" not in line


def test_data_fields_may_hold_any_bytes():
    data = "".join(map(chr, range(256))) + f"{SOH}10=000{SOH}8=FIX.4.4{SOH}9=5{SOH}"
    (line,) = decode(fix_of(f"35=B{SOH}95={len(data)}{SOH}96={data}{SOH}"))
    expect((line["RawDataLength"], line["RawData"]), (len(data), data))


def test_a_data_field_longer_than_the_output_buffer_comes_out_whole():
    data = "\xe9" * 65000
    (line,) = decode(fix_of(f"35=B{SOH}95={len(data)}{SOH}96={data}{SOH}"))
    expect(line["RawData"], data)


# What is wrong


def errors_of(lines):
    return [line.get("error") for line in lines]


def test_a_garbled_message_is_told_and_the_next_one_read():
    good = fix("35=0|34=2|")
    garbled = {
        "fix_checksum": good[:-4] + b"999" + good[-1:],
        "fix_checksum_format": good[:-4] + b"9" + good[-1:],
        "fix_body_length": good.replace(b"9=10", b"9=11"),
        "fix_message_type": fix("34=2|35=0|"),
        "fix_begin_string": good.replace(b"FIX.4.4", b"FIXCOMP"),
    }
    for error, message in garbled.items():
        lines = decode(good, message, good)
        expect(errors_of(lines), [None, error, None], error)
        expect(lines[1]["stream_offset"] // len(good), 1)


def test_a_malformed_field_spoils_only_its_message():
    good = fix("35=0|34=2|")
    bodies = {
        "fix_tag": "35=0|garbled|",
        "fix_value_empty": "35=0|58=|",
        "fix_data_length": "35=0|95=9|96=x|",
        "fix_checksum_place": "35=0|10=000|",
        "message_unknown_type": "35=U9|34=2|",
    }
    for error, body in bodies.items():
        lines = decode(good, fix(body), good)
        expect(errors_of(lines), [None, error, None], error)
        expect(lines[1]["type"], body[3:].split("|")[0])


def test_segments_of_any_size_give_the_same_messages():
    stream = [fix("35=A|34=1|98=0|108=30|"), fix("35=D|34=2|95=9|96=8=FIX.4.4|11=ID|"), fix("35=5|34=3|", "FIX.4.2")]
    whole = [fields_of(line) for line in decode(*stream)]
    expect(len(whole), 3)
    for size in range(1, sum(map(len, stream))):
        expect([fields_of(line) for line in decode(*stream, size=size)], whole, f"{size} bytes")


if __name__ == "__main__":
    sys.exit(main(globals()))
