#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a message of each protocol costs to decode, beside a bare walk over the lengths before it: one JSON object.

ITCH comes from leat-feedgen, IEX DEEP from the real capture where there is one ($LEAT_SHARED); the others are made here:
the mix of a busy book (adds, executions, deletes), 12 messages a packet, or orders and executions of a session.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import bench  # noqa: E402

PACKETS = 2000
A_PACKET = 12
DEEP10 = "data/iex/DEEP10.pcap.gz"
UDP, TCP = 17, 6
ORDER, EXECUTION = "D", "8"
seeds = random.Random(5)


# Payloads


def some(bits):
    return seeds.getrandbits(bits)


def pitch():
    """Add order long, order executed, delete order."""
    forms = [
        (0x21, "IQcI6sQB", lambda: (some(30), some(60), b"B", 100, b"LEAT  ", some(20), 1)),
        (0x23, "IQIQ", lambda: (some(30), some(60), 100, some(60))),
        (0x29, "IQ", lambda: (some(30), some(60))),
    ]
    messages = []
    for _ in range(A_PACKET):
        kind, form, values = seeds.choice(forms)
        messages.append(struct.pack("<BB" + form, 2 + struct.calcsize("<" + form), kind, *values()))
    body = b"".join(messages)
    return struct.pack("<HBBI", 8 + len(body), A_PACKET, 1, 1) + body


def pillar():
    """Add order, order execution, delete order."""
    forms = [
        (100, "IIIQiIc5sB", lambda: (some(29), 7, some(30), some(60), some(20), 100, b"B", b"LEAT ", 0)),
        (103, "IIIQIiIBB4s", lambda: (some(29), 7, some(30), some(60), some(30), some(20), 100, 1, 0, b"@   ")),
        (102, "IIIQB", lambda: (some(29), 7, some(30), some(60), 0)),
    ]
    messages = []
    for _ in range(A_PACKET):
        kind, form, values = seeds.choice(forms)
        messages.append(struct.pack("<HH" + form, 4 + struct.calcsize("<" + form), kind, *values()))
    body = b"".join(messages)
    return struct.pack("<HBBIII", 16 + len(body), 11, A_PACKET, 1, 9, 8) + body


def cme():
    """Incremental refreshes of the book, one to four entries each."""
    messages = b""
    for _ in range(A_PACKET // 4):
        entries = b"".join(
            struct.pack("<qiiIiBBcix", some(40), 5, 4711, some(30), 2, 1, 0, b"0", 1) for _ in range(1 + some(2))
        )
        groups = struct.pack("<HB", 32, len(entries) // 32) + entries + struct.pack("<H5xB", 24, 0)
        root = struct.pack("<QBxx", some(60), 4)
        messages += struct.pack("<HHHHH", 10 + len(root) + len(groups), 11, 46, 1, 13) + root + groups
    return struct.pack("<IQ", 1, some(60)) + messages


def soup(kind, payload):
    return struct.pack("!H", 1 + len(payload)) + kind + payload


def ouch50():
    """Accepted and executed, with an appendage of two items."""
    appendage = bytes([5, 2]) + b"LEAT" + bytes([5, 3]) + struct.pack("!I", 100)
    accepted = b"A" + struct.pack("!QIcI8sQccQcccc14sH", some(60), some(30), b"B", 100, b"LEAT    ", some(30), b"0", b"Y",
                                  some(60), b"A", b"N", b"N", b"L", b"order" + b" " * 9, len(appendage)) + appendage
    executed = b"E" + struct.pack("!QIIQcQH", some(60), some(30), 100, some(30), b"A", some(60), 0)
    return b"".join(soup(b"S", message) for message in (accepted, executed) * 4)


def ouch42():
    accepted = b"A" + struct.pack("!Q14scI8sII4scQccIccc", some(60), b"order" + b" " * 9, b"B", 100, b"LEAT    ", some(20), 0,
                                  b"LEAT", b"Y", some(60), b"A", b"N", 0, b"N", b"L", b" ")
    executed = b"E" + struct.pack("!Q14sIIcQ", some(60), b"order" + b" " * 9, 100, some(20), b"A", some(60))
    return b"".join(soup(b"S", message) for message in (accepted, executed) * 4)


def fix_message(kind, *fields):
    head = [(35, kind), (49, "VENUE"), (56, "DESK1"), (34, some(20)), (52, "20261120-14:30:00.123")]
    body = "".join(f"{tag}={value}\x01" for tag, value in [*head, *fields])
    message = f"8=FIX.4.4\x019={len(body)}\x01{body}".encode()
    return message + f"10={sum(message) % 256:03}\x01".encode()


def fix():
    """An order, and an execution report of 26 fields."""
    order = [(11, some(40)), (21, 1), (55, "LEAT"), (54, 1), (60, "20261120-14:30:00.123"), (38, 100), (40, 2), (44, "12.34")]
    report = [*order, (37, some(40)), (17, some(40)), (150, "F"), (39, 1), (31, "12.34"), (32, 100), (14, 100), (6, "12.34"),
              (151, 0), (1, "ACCOUNT"), (59, 0)]
    return (fix_message(ORDER, *order) + fix_message(EXECUTION, *report)) * 3


# Captures


def frame(protocol, payload):
    """IPv4 between two hosts; TCP segments lie one behind the other, which the bench does not look at."""
    if protocol == UDP:
        header = struct.pack("!HHHH", 26400, 26400, 8 + len(payload), 0)
    else:
        header = struct.pack("!HHIIBBHHH", 9000, 40000, 1, 1, 0x50, 0x18, 65535, 0, 0)
    src, dst = bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1])
    if protocol == TCP:
        pseudo = src + dst + struct.pack("!HH", TCP, 20 + len(payload))
        total = 0xFFFF - bench.ones_complement(pseudo + header + payload)
        header = header[:16] + struct.pack("!H", total) + header[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(header) + len(payload), 1, 0x4000, 64, protocol, 0) + src + dst
    ip = ip[:10] + struct.pack("!H", 0xFFFF - bench.ones_complement(ip)) + ip[12:]
    return bytes.fromhex("020000000002020000000001" "0800") + ip + header + payload


MADE = {
    "cme_mdp3": (UDP, cme),
    "pitch": (UDP, pitch),
    "pillar": (UDP, pillar),
    "ouch50": (TCP, ouch50),
    "ouch42": (TCP, ouch42),
    "fix": (TCP, fix),
}


def capture_of(name, arguments, directory):
    """A capture of that protocol's messages, or None where there is none to be had."""
    path = Path(directory) / f"{name}.pcap"
    if name == "itch50":
        feedgen = Path(arguments.build) / "tools/leat-feedgen"
        subprocess.run([feedgen, "--messages", str(arguments.messages), "--output", path], check=True, capture_output=True)
    elif name == "iex_deep":
        real = Path(os.environ.get("LEAT_SHARED", "../shared")) / DEEP10
        if not real.exists():
            return None
        with gzip.open(real) as packed, open(path, "wb") as file:
            shutil.copyfileobj(packed, file)
    else:
        protocol, make = MADE[name]
        bench.capture_write(path, [frame(protocol, make()) for _ in range(PACKETS)])
    return path


def measure_one(name, arguments, directory):
    capture = capture_of(name, arguments, directory)
    if capture is None:
        return {"protocol": name, "skipped": "no real capture"}
    program = Path(arguments.build) / "tests/bench/bench-decoders"
    words = ["taskset", "-c", arguments.cpu, program, name, capture, arguments.rounds, arguments.messages]
    ended = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, timeout=900)
    capture.unlink()
    if ended.returncode != 0:
        raise bench.BenchError(f"{name}: {ended.stderr}")
    return json.loads(ended.stdout)


def measure(arguments):
    results = []
    with bench.scratch() as directory:
        for name in arguments.protocols:
            results.append(measure_one(name, arguments, directory))
            bench.progress(json.dumps(results[-1]))
    return {"bench": "decoders", "machine": bench.machine(), "results": results}


def options(words=None):
    protocols = ["itch50", "iex_deep", *MADE]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--messages", type=int, default=10_000_000, help="of each pass")
    parser.add_argument("--protocols", nargs="+", choices=protocols, default=protocols)
    parser.add_argument("--cpu", type=int, default=bench.cpus()[-1])
    parser.add_argument("--build", default=bench.leat_build())
    parser.add_argument("--json", help="write the result here too")
    return parser.parse_args(words)


def main():
    arguments = options()
    bench.result_write(measure(arguments), arguments.json)


if __name__ == "__main__":
    main()
