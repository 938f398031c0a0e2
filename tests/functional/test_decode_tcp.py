#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode on TCP connections: order, loss, sides and numbers of connections, guesses."""

import json
import os
import random
import struct
import subprocess
import sys
from pathlib import Path

BUILD = os.environ.get("LEAT_BUILD")
FIN, SYN, RST, ACK = 1, 2, 4, 16
CLIENT, VENUE = ("10.0.0.1", 40000), ("10.0.0.2", 5000)


class Skip(Exception):
    """A reason why a test cannot run here."""


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return bytes(map(int, text.split(".")))


def segment(src, dst, sequence, payload=b"", flags=ACK, ack=0, vlan=None):
    tcp = struct.pack("!HHIIBBHHH", src[1], dst[1], sequence % 2**32, ack % 2**32, 0x50, flags, 8192, 0, 0)
    ends = address(src[0]) + address(dst[0])
    pseudo = ends + struct.pack("!HH", 6, 20 + len(payload))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp + payload)) + tcp[18:] + payload
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + ends
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    tag = b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)
    return bytes(12) + tag + b"\x08\x00" + ip + tcp


def pcap(frames, step_s=0):
    records = (struct.pack("<IIII", i * step_s, 0, len(f), len(f)) + f for i, f in enumerate(frames))
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + b"".join(records)


def run(frames, *arguments, step_s=0):
    command = [Path(BUILD) / "tools/leat-decode", "-", *arguments]
    result = subprocess.run(command, input=pcap(frames, step_s), capture_output=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, b""), result
    return [json.loads(line) for line in result.stdout.splitlines()]


# SoupBinTCP and OUCH 5.0, from their specifications


def soup(kind, payload=b""):
    return struct.pack("!Hc", 1 + len(payload), kind) + payload


def cancel(number, quantity=0):
    return soup(b"U", struct.pack("!cII", b"X", number, quantity))


def canceled(number):
    return soup(b"S", struct.pack("!cQIIc", b"C", number * 1000, number, 100, b"U"))


LOGIN = soup(b"L", b"user  " + b"password  " + b" " * 10 + b"1".rjust(20))
ACCEPTED = soup(b"A", b"SESSION001" + b"1".rjust(20))


def from_client(sequence, payload=b"", **more):
    return segment(CLIENT, VENUE, sequence, payload, **more)


def from_venue(sequence, payload=b"", **more):
    return segment(VENUE, CLIENT, sequence, payload, **more)


HANDSHAKE = [from_client(999, flags=SYN), from_venue(4999, flags=SYN | ACK, ack=1000), from_client(1000, ack=5000)]


def numbers(lines, side="client"):
    return [line["user_ref_num"] for line in lines if line.get("from") == side and "user_ref_num" in line]


def expect(actual, expected):
    assert actual == expected, f"\nexpected {expected}\ngot      {actual}"


def test_a_connection_is_guessed_and_both_sides_are_read():
    frames = [*HANDSHAKE, from_client(1000, LOGIN), from_venue(5000, ACCEPTED, ack=1000 + len(LOGIN))]
    frames.append(from_client(1000 + len(LOGIN), cancel(7) + cancel(8)))
    frames.append(from_venue(5000 + len(ACCEPTED), canceled(7)))
    lines = run(frames)
    expect({line["protocol"] for line in lines}, {"ouch50"})
    expect({line["connection"] for line in lines}, {1})
    expect([(l["packet"], l["message"], l["from"], l["type"]) for l in lines], [
        (4, 0, "client", "L"), (5, 0, "venue", "A"), (6, 0, "client", "X"), (6, 1, "client", "X"), (7, 0, "venue", "C"),
    ])
    expect(lines[3]["name"], "cancel_order_message")


def test_segments_in_any_order_say_the_same():
    stream = b"".join(cancel(i) for i in range(300))
    generator = random.Random(5)
    for case in range(20):
        cuts = sorted(generator.sample(range(1, len(stream)), 60))
        parts = [(a, stream[a:b]) for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        parts = [p for p in parts for _ in range(generator.choice((1, 1, 2)))]
        parts.sort(key=lambda part: part[0] + generator.randrange(400))
        frames = HANDSHAKE + [from_client(1000 + at, part) for at, part in parts]
        lines = run(frames, "--protocol", "ouch50")
        expect(numbers(lines), list(range(300)))
        expect(len(lines), 300)


def test_sequence_numbers_wrap():
    first = 2**32 - 20
    frames = [from_client(first - 1, flags=SYN)]
    frames += [from_client(first + 12 * i, cancel(i)) for i in range(5)]
    expect(numbers(run(frames)), [0, 1, 2, 3, 4])


def test_a_message_over_two_packets_has_the_number_of_the_second():
    message = cancel(7)
    frames = [*HANDSHAKE, from_client(1000, message[:5]), from_client(1005, message[5:] + cancel(8))]
    lines = run(frames, "--protocol", "ouch50")
    expect([(l["packet"], l["message"]) for l in lines], [(5, 0), (5, 1)])


def test_lost_bytes_are_told_once_they_are_acknowledged():
    frames = [*HANDSHAKE, from_client(1000, cancel(0)), from_client(1024, cancel(2)), from_venue(5000, ack=1036)]
    frames.append(from_client(1036, cancel(3)))
    lines = run(frames, "--protocol", "ouch50")
    expect(numbers(lines), [0, 2, 3])
    expect(lines[1], {
        "packet": 6, "protocol": "ouch50", "connection": 1, "from": "client", "event": "lost",
        "bytes": 12, "unused_bytes": 0, "cause": "acknowledged", "stream_offset": 12,
    })


def test_gaps_at_the_end_of_the_capture_are_losses():
    frames = [*HANDSHAKE, from_client(1000, cancel(0)[:4]), from_client(1024, cancel(2))]
    lines = run(frames, "--protocol", "ouch50")
    expect([(l.get("cause"), l.get("bytes"), l.get("unused_bytes")) for l in lines], [("end", 20, 4), (None, None, None)])
    assert "packet" not in lines[0]
    expect(numbers(lines), [2])


def test_gaps_are_given_up_after_their_time():
    frames = [*HANDSHAKE, from_client(1012, cancel(1)), *[from_venue(5000, soup(b"H"), ack=1000)] * 4]
    lines = run(frames, "--protocol", "ouch50", step_s=20)
    expect([l.get("cause") for l in lines], [None, "late", None])
    expect(lines[1]["packet"], 6)


def test_a_capture_from_the_middle_begins_at_a_message():
    frames = [from_client(1004, cancel(0)[4:]), from_client(1012, cancel(1)), from_client(1024, cancel(2))]
    expect(numbers(run(frames, "--protocol", "ouch50")), [1, 2])
    expect(numbers(run(frames)), [1, 2])


def test_the_client_is_who_has_not_the_port_asked_for():
    frames = [segment(("10.0.0.1", 3000), ("10.0.0.2", 5000), 1, cancel(1))]
    expect(numbers(run(frames, "--port", "5000")), [1])
    expect(run(frames, "--port", "3000"), [])  # a venue sends no such thing
    expect(run(frames, "--port", "6000"), [])


def test_another_syn_is_another_connection():
    frames = [*HANDSHAKE, from_client(1000, cancel(1)), from_client(70000, flags=SYN), from_client(70001, cancel(2))]
    lines = run(frames)
    expect([(l["connection"], l["user_ref_num"]) for l in lines], [(1, 1), (2, 2)])


def test_connections_differ_by_vlan():
    frames = [from_client(1000, cancel(vlan), vlan=vlan) for vlan in (1, 2, 1)]
    expect([(l["connection"], l["user_ref_num"]) for l in run(frames)], [(1, 1), (2, 2)])


def test_framing_faults_have_both_offsets():
    frames = [*HANDSHAKE, from_client(1000, cancel(1) + soup(b"S", b"?"))]
    lines = run(frames, "--protocol", "ouch50")
    expect(lines[1], {
        "packet": 4, "protocol": "ouch50", "connection": 1, "from": "client",
        "error": "soup_type", "stream_offset": 14, "offset": 54 + 14,
    })


def test_other_connections_are_skipped_and_counted():
    http = [from_client(1000 + 18 * i, b"GET / HTTP/1.1\r\n\r\n") for i in range(12)]
    expect(run(http), [])
    stats = run(http + [segment(CLIENT, ("10.0.0.3", 5000), 1, cancel(1))], "--stats")[0]
    expect([stats[name] for name in ("packets", "packets_decoded", "packets_skipped")], [13, 1, 12])
    expect([stats[name] for name in ("connections", "connections_skipped")], [2, 1])
    expect(stats["streams"]["messages"], 1)


def test_udp_is_skipped_with_a_protocol_of_tcp_and_the_reverse():
    frames = [from_client(1000, cancel(1))]
    stats = run(frames, "--protocol", "itch50", "--stats")[0]
    expect((stats["packets_skipped"], "connections" in stats), (1, False))


def decoder_exists(name):
    help_text = subprocess.run([Path(BUILD) / "tools/leat-decode", "--help"], capture_output=True, check=True).stdout
    return name in help_text.decode().split("Protocols: ")[1]


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    failed = False
    for number, (name, test) in enumerate(tests, 1):
        text = f"{number} - {name[5:].replace('_', ' ')}"
        try:
            if not decoder_exists("ouch50"):
                raise Skip("no decoder of streams")
            test()
            print(f"ok {text}")
        except Skip as reason:
            print(f"ok {text} # SKIP {reason}")
        except Exception as error:  # noqa: BLE001 - any is a failure
            failed = True
            print(f"not ok {text}")
            print("\n".join("# " + line for line in f"{type(error).__name__}: {error}".splitlines()))
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
