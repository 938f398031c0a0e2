#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes expected/cme_mdp3.json by an oracle that shares nothing with leat: CME's schema files, read as XML.

    make_expected_cme.py DATA SCHEMA.xml... > expected/cme_mdp3.json

DATA is the folder of real packets, data/omi/Cme below LEAT_SHARED. SCHEMA are CME's templates_FixBinary.xml, later ones
going over earlier ones; they are not part of the project. The file at hand was made from version 9 in full, and
from messages 46 and 64 to 69 of version 13, copied by hand out of a published copy of it. It holds

    layouts     of each template: block length, and [name, offset, width, kind] of its fields and of its groups' fields
    messages    of each file: the message in it as leat-decode should print it

test_decode_cme.py needs neither schema nor this script.
"""

import json
import re
import struct
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TEMPLATES = (4, 12, 30, 46, 47, 48, 52, 53, 64, 65, 66, 67, 68, 69)
WIDTHS = {"char": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "uint64": 8}
DIMENSIONS = {"groupSize": 3, "groupSize8Byte": 8}
TCP_HEADER = struct.Struct("<HIQ")  # 0xCAFE, number, time


def snake(name):
    """MDEntryPx: md_entry_px; the number at the end of a message's name is its template."""
    name = re.sub(r"\d+$", "", name)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def local(element):
    return element.tag.rsplit("}", 1)[-1]


class Schema:
    def __init__(self):
        self.types, self.messages = {}, {}

    def load(self, path):
        for element in ElementTree.parse(path).getroot().iter():
            if local(element) == "message":
                self.messages[int(element.get("id"))] = element
            elif local(element) in ("type", "composite", "enum", "set") and element.get("name") != "mantissa":
                self.types.setdefault(element.get("name"), element)

    def kind(self, name):
        """Width, and u, i, a or p for a price; None where nothing is sent."""
        element = self.types.get(name)
        if local(element) == "composite":
            return 8, "p"
        if local(element) in ("enum", "set"):
            return self.kind(element.get("encodingType"))
        if element.get("presence") == "constant":
            return None
        primitive = element.get("primitiveType")
        return WIDTHS[primitive] * int(element.get("length", 1)), {"c": "a", "i": "i", "u": "u"}[primitive[0]]

    def fields(self, block):
        found = []
        for field in block:
            if local(field) == "field" and (kind := self.kind(field.get("type"))) is not None:
                found.append([snake(field.get("name")), int(field.get("offset")), *kind])
        return found

    def layout(self, template):
        message = self.messages[template]
        groups = [
            {
                "name": snake(group.get("name")),
                "dimension": DIMENSIONS[group.get("dimensionType")],
                "block_length": int(group.get("blockLength")),
                "fields": self.fields(group),
            }
            for group in message
            if local(group) == "group"
        ]
        return {
            "name": snake(message.get("name")),
            "block_length": int(message.get("blockLength")),
            "fields": self.fields(message),
            "groups": groups,
        }


def value(row, block):
    _, offset, width, kind = row
    raw = block[offset : offset + width]
    if kind == "a":
        return raw.decode("latin-1").rstrip("\0")
    return int.from_bytes(raw, "little", signed=kind in "ip")


def decode(layouts, message):
    size, block_length, template, schema, version = struct.unpack_from("<5H", message)
    if schema != 1:
        return {"type": template, "error": "cme_schema"}
    layout, at = layouts[str(template)], 10 + block_length
    line = {"type": template, "name": layout["name"], "msg_size": size, "block_length": block_length,
            "template_id": template, "schema_id": schema, "version": version}
    line |= {row[0]: value(row, message[10:at]) for row in layout["fields"]}
    decimals = {row[0]: 9 for row in layout["fields"] if row[3] == "p"}
    for group in layout["groups"]:
        length, count = struct.unpack_from("<H", message, at)[0], message[at + group["dimension"] - 1]
        at += group["dimension"]
        blocks = [message[at + i * length : at + (i + 1) * length] for i in range(count)]
        at += length * count
        if blocks:
            line[group["name"]] = [{row[0]: value(row, block) for row in group["fields"]} for block in blocks]
            decimals |= {row[0]: 9 for row in group["fields"] if row[3] == "p"}
    assert at == size == len(message), f"{at} of {size} bytes"
    return line | ({"decimals": decimals} if decimals else {})


def tcp_payload(path):
    """Of the one packet in a little-endian pcap: IPv4 over Ethernet."""
    packet = path.read_bytes()[40:]
    ip_bytes = (packet[14] & 15) * 4
    tcp = 14 + ip_bytes
    return packet[tcp + (packet[tcp + 12] >> 4) * 4 : 14 + struct.unpack_from("!H", packet, 16)[0]]


def rows(things):
    return ",\n".join(f"  {json.dumps(key)}: {json.dumps(thing)}" for key, thing in things.items())


def main():
    schema = Schema()
    for path in sys.argv[2:]:
        schema.load(path)
    layouts = {str(template): schema.layout(template) for template in TEMPLATES}
    messages = {}
    for path in sorted(Path(sys.argv[1]).rglob("*.pcap")):
        payload = tcp_payload(path)
        assert TCP_HEADER.unpack_from(payload)[0] == 0xCAFE, path
        messages[path.name] = decode(layouts, payload[TCP_HEADER.size :])
    print(f'{{\n"layouts": {{\n{rows(layouts)}\n}},\n"messages": {{\n{rows(messages)}\n}}\n}}')


if __name__ == "__main__":
    main()
