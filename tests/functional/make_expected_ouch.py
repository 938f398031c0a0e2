#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes expected/ouch.json by an oracle that shares nothing with leat: tshark's dissectors soupbintcp and ouch.

    make_expected_ouch.py > expected/ouch.json

tshark knows OUCH 4.2 and the session's own packets; the file at hand is from tshark 4.0.17. For a sample of each message
it holds what tshark says of each field: [offset from the packet's first byte, width, bytes in hex]. Samples are those of
test_decode_ouch.py, so the file has to be made anew when they change.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True

import test_decode as decode  # noqa: E402
import test_decode_ouch as ouch  # noqa: E402

SKIPPED = ("soupbintcp.message",)  # the whole payload of data packets


def fields_of(packet):
    """Every field of the layers at hand that has bytes."""
    base = int(next(p for p in packet if p.get("name") == "soupbintcp").get("pos"))
    found = []
    for proto in packet:
        if proto.get("name") not in ("soupbintcp", "ouch"):
            continue
        for field in proto.iter("field"):
            if field.get("name") not in SKIPPED and field.get("value") and field.get("hide") != "yes":
                found.append([int(field.get("pos")) - base, int(field.get("size")), field.get("value")])
    return sorted(found)


def tshark_fields():
    """What tshark says of the samples, by their names."""
    samples = ouch.samples_for_tshark()
    frames, sequence = [], {"client": 1, "venue": 1}
    for _, side, packet in samples:
        frames.append(ouch.frame(side, packet, sequence[side]))
        sequence[side] += len(packet)
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(decode.pcap(frames))
        file.flush()
        options = ["-d", f"tcp.port=={ouch.PORT},soupbintcp", "-o", "tcp.desegment_tcp_streams:FALSE", "-T", "pdml"]
        output = subprocess.run(["tshark", "-n", "-r", file.name, *options], capture_output=True, check=True).stdout
    packets = ElementTree.fromstring(output).findall("packet")
    return {name: fields_of(packet) for (name, _, _), packet in zip(samples, packets, strict=True)}


def main():
    if shutil.which("tshark") is None:
        sys.exit("make_expected_ouch.py: there is no tshark")
    rows = ",\n".join(f'"{name}": {json.dumps(fields)}' for name, fields in tshark_fields().items())
    print("{\n" + rows + "\n}")


if __name__ == "__main__":
    main()
