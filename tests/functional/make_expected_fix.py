#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes expected/fix2.json.gz, what test_decode_fix.py expects of $LEAT_SHARED/data/fix/fix2.pcap.

Two oracles that share nothing with leat nor with each other read the capture: the few lines of Python below, which put
the four streams together byte by byte and cut them at the delimiters, and the `fix` dissector of tshark (4.0.17, Debian
12). They have to agree on place and width in the stream, tag and value of every field of every message; tshark also says
the name. Sums and lengths are computed here once more. Run it with LEAT_SHARED set; it says what it found.
"""

import gzip
import json
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

sys.dont_write_bytecode = True

from leat_test import shared  # noqa: E402

CAPTURE = "data/fix/fix2.pcap"
EXPECTED = Path(__file__).parent / "expected/fix2.json.gz"
VENUE_PORT = 1024
SOH = b"\x01"


def segments(path):
    """Number, ports, sequence number and data of each TCP segment; the capture is little-endian IPv4 over Ethernet."""
    data, at, number = path.read_bytes(), 24, 0
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        packet = data[at + 16 : at + 16 + length]
        at += 16 + length
        number += 1
        if packet[12:14] != b"\x08\x00":
            continue
        ip_end = 14 + struct.unpack_from("!H", packet, 16)[0]
        tcp = 14 + 4 * (packet[14] & 15)
        source, destination, sequence = struct.unpack_from("!HHI", packet, tcp)
        yield number, (source, destination), sequence, packet[tcp + 4 * (packet[tcp + 12] >> 4) : ip_end]


def streams(path):
    """By ports: the first sequence number, and for each byte that came, its value and the packet that had it first."""
    found = {}
    for number, ports, sequence, data in segments(path):
        if ports not in found:
            found[ports] = (sequence + 1, {})  # the SYN takes one
        start, kept = found[ports]
        for i, byte in enumerate(data):
            kept.setdefault(sequence - start + i, (byte, number))
    return found


def fields(message):
    """Tag, value, and place in the message; none of the capture's messages has a data field."""
    at = 0
    for field in message.split(SOH)[:-1]:
        tag, value = field.split(b"=", 1)
        assert int(tag) not in (89, 91, 96), "a data field"
        yield int(tag), value.decode("latin-1"), at, len(field) + 1
        at += len(field) + 1


def message_check(message):
    head = re.match(rb"8=[^\x01]+\x019=(\d+)\x01", message)
    assert len(message) == head.end() + int(head[1]) + 7, "body length"
    assert message[-4:-1] == b"%03d" % (sum(message[:-7]) % 256), "checksum"


def read_by_python(path):
    for ports, (start, kept) in streams(path).items():
        stream = bytes(kept[i][0] for i in range(len(kept)) if i in kept)
        at = 0
        for message in re.findall(rb"8=FIX.*?\x0110=...\x01", stream, re.DOTALL):
            assert stream.startswith(message, at), "bytes between messages"
            message_check(message)
            yield ports, start + at, kept[at + len(message) - 1][1], list(fields(message))
            at += len(message)


def read_by_tshark(path):
    """By ports and sequence number of a message: its fields with their names."""
    command = ["tshark", "-r", path, "-T", "pdml", "-Y", "fix"]
    pdml = subprocess.run(command, capture_output=True, check=True).stdout
    found = {}
    for packet in xml.fromstring(pdml):
        layers = {}
        for layer in packet:
            layers.setdefault(layer.get("name"), []).append(layer)
        tcp = {field.get("name"): field.get("show") for field in layers["tcp"][0]}
        payload_at = int(layers["tcp"][0].get("pos")) + int(layers["tcp"][0].get("size"))
        ports = (int(tcp["tcp.srcport"]), int(tcp["tcp.dstport"]))
        for layer in layers["fix"]:
            place = int(layer.get("pos"))
            message = []
            for field in layer:
                tag, value = bytes.fromhex(field.get("value"))[:-1].split(b"=", 1)
                assert f"({int(tag)})" in field.get("showname"), "tag"
                name = field.get("name").removeprefix("fix.")
                width = int(field.get("size"))
                message.append((int(tag), value.decode("latin-1"), int(field.get("pos")) - place, width, name))
            assert "[correct]" in layer[-1].get("showname"), "checksum"
            key = (ports, int(tcp["tcp.seq_raw"]) + place - payload_at)
            assert found.setdefault(key, message) == message, "a retransmission differs"
    return found


def main():
    path = shared(CAPTURE)
    tshark = read_by_tshark(path)
    connections, lines, n_fields = {}, [], 0
    for ports in streams(path):
        connections.setdefault(frozenset(ports), len(connections) + 1)
    for ports, sequence, packet, message in read_by_python(path):
        named = tshark.pop((ports, sequence))
        assert [field[:4] for field in named] == message, (message, named)
        n_fields += len(message)
        lines.append({
            "packet": packet,
            "connection": connections[frozenset(ports)],
            "from": "client" if ports[1] == VENUE_PORT else "venue",
            "fields": [[tag, name, value] for tag, value, _, _, name in named],
        })
    assert not tshark, f"only tshark has {tshark}"
    rows = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    EXPECTED.write_bytes(gzip.compress(f"[\n{rows}\n]\n".encode(), mtime=0))
    print(f"{len(lines)} messages, {n_fields} fields: both oracles agree")


if __name__ == "__main__":
    main()
