#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks a capture of a MoldUDP64 + ITCH 5.0 feed without any code of leat.

Frames: lengths, MAC of the group, IPv4 and UDP checksums. Lines (one per UDP destination): order,
gaps, repeats, one session. Feed (all lines together): every message that came, once, in the order
of its sequence number: lengths, time stamps, values, and the book: what E, C, X, D and U refer to
is a live order of the same stock, with enough shares; B breaks a match that was.

Prints a JSON summary; each fault is a line on stderr. Exit 0: no fault; 1: faults; 2: bad usage.
Gaps on one line are counted, a message that came on no line is a fault.
Sources: MoldUDP64 1.00; Nasdaq TotalView-ITCH 5.0, section 1; RFC 768, 791, 1071, 1112, 2464.
"""

import argparse
import ipaddress
import json
import struct
import sys
from collections import Counter

LENGTHS = dict(S=12, R=39, H=25, Y=20, L=26, V=35, W=12, K=28, J=35, h=21, A=36, F=40, E=31,
               C=36, X=23, D=19, U=35, P=44, Q=40, B=19, I=50, N=20, O=48)
STOCK_OFFSET = dict(R=11, H=11, Y=11, L=15, K=11, J=11, h=11, A=24, F=24, P=24, Q=19, I=28, N=11,
                    O=11)
PRICE_OFFSETS = dict(K=(24,), J=(19, 23, 27), A=(32,), F=(32,), C=(32,), U=(31,), P=(32,), Q=(27,),
                     I=(36, 40, 44), O=(20, 24, 28, 40, 44))
PRICE_MAX = 2000000000
DAY_NS, HEARTBEAT, END = 86400 * 10**9, 0, 0xFFFF


class Faults:
    def __init__(self, limit):
        self.count, self.limit = 0, limit

    def add(self, where, what):
        self.count += 1
        if self.count <= self.limit:
            print(f"{where}: {what}", file=sys.stderr)


def read_records(file):
    """Yields (time in ns, frame) for each record of a pcap file of either byte order."""
    header = file.read(24)
    for order in "<", ">":
        scale = {0xA1B23C4D: 1, 0xA1B2C3D4: 1000}.get(struct.unpack(order + "I", header[:4])[0])
        if scale:
            break
    else:
        raise ValueError("not a pcap file")
    if struct.unpack(order + "I", header[20:])[0] != 1:
        raise ValueError("link type is not Ethernet")
    record = struct.Struct(order + "IIII")
    while head := file.read(16):
        seconds, fraction, captured, original = record.unpack(head)
        frame = file.read(captured)
        if len(frame) != captured or captured != original:
            raise ValueError("cut short")
        yield seconds * 10**9 + fraction * scale, frame


def ones_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def group_mac(address):
    """The MAC address of a multicast group, None for a unicast address."""
    if not address.is_multicast:
        return None
    packed = address.packed
    if address.version == 4:
        return bytes([1, 0, 0x5E, packed[1] & 0x7F, packed[2], packed[3]])
    return b"\x33\x33" + packed[12:]


def parse_ipv4(packet):
    """(source, destination, UDP datagram), or a ValueError that says what is wrong."""
    if packet[0] != 0x45:
        raise ValueError("not IPv4 without options")
    if struct.unpack(">H", packet[2:4])[0] != len(packet):
        raise ValueError("IPv4 total length is not the frame's")
    if ones_sum(packet[:20]) != 0xFFFF:
        raise ValueError("IPv4 header checksum")
    if packet[9] != 17:
        raise ValueError("not UDP")
    return packet[12:16], packet[16:20], packet[20:]


def parse_ipv6(packet):
    """As parse_ipv4(); extension headers are not expected."""
    if packet[0] >> 4 != 6 or packet[6] != 17:
        raise ValueError("not IPv6 with UDP")
    if struct.unpack(">H", packet[4:6])[0] != len(packet) - 40:
        raise ValueError("IPv6 payload length is not the frame's")
    return packet[8:24], packet[24:40], packet[40:]


def parse_frame(frame):
    """(destination address, destination port, UDP payload), or a ValueError."""
    kind = struct.unpack(">H", frame[12:14])[0]
    if kind not in (0x0800, 0x86DD):
        raise ValueError(f"EtherType {kind:04x}")
    source, destination, datagram = (parse_ipv4 if kind == 0x0800 else parse_ipv6)(frame[14:])
    _, port, length, checksum = struct.unpack(">HHHH", datagram[:8])
    if length != len(datagram):
        raise ValueError("UDP length is not the packet's")
    pseudo = source + destination + struct.pack(">IHH", length, 0, 17)
    if checksum == 0 or ones_sum(pseudo + datagram) != 0xFFFF:
        raise ValueError("UDP checksum")
    address = ipaddress.ip_address(destination)
    mac = group_mac(address)
    if mac is not None and frame[:6] != mac:
        raise ValueError("MAC address is not the group's")
    return address, port, datagram[8:]


def parse_mold(payload):
    """(session, sequence, count, messages), or a ValueError."""
    if len(payload) < 20:
        raise ValueError("MoldUDP64 header cut short")
    session, sequence, count = struct.unpack(">10sQH", payload[:20])
    messages, at = [], 20
    for _ in range(0 if count == END else count):
        length = struct.unpack(">H", payload[at:at + 2])[0] if at + 2 <= len(payload) else 0xFFFF
        if at + 2 + length > len(payload):
            raise ValueError("MoldUDP64 block goes past the packet")
        messages.append(payload[at + 2:at + 2 + length])
        at += 2 + length
    if at != len(payload):
        raise ValueError("bytes behind the last MoldUDP64 block")
    return session, sequence, count, messages


class Line:
    """What arrived at one destination."""

    def __init__(self):
        self.seen = set()  # sequence numbers
        self.counts = Counter(packets=0, heartbeats=0, ends=0, late_packets=0, repeated=0)
        self.sizes = Counter()
        self.next = None
        self.first = None
        self.end = None

    def add(self, sequence, count, length):
        self.counts["packets"] += 1
        self.counts["longest_payload"] = max(length, self.counts["longest_payload"])
        if count == END:
            self.counts["ends"] += 1
            self.end = sequence
            return
        if count == HEARTBEAT:
            self.counts["heartbeats"] += 1
            return
        self.sizes[count] += 1
        if self.next is not None and sequence < self.next:
            self.counts["late_packets"] += 1
        self.next = max(self.next or 0, sequence + count)
        numbers = range(sequence, sequence + count)
        self.counts["repeated"] += sum(number in self.seen for number in numbers)
        self.seen.update(numbers)

    def summary(self, first, last):
        return dict(self.counts, messages=len(self.seen),
                    missing=last - first + 1 - len(self.seen),
                    segment_min=min(self.sizes, default=0), segment_max=max(self.sizes, default=0))


class Book:
    """Follows the messages of a complete feed; every method returns None or what is wrong."""

    def __init__(self):
        self.live = {}  # reference: [locate, shares, price, side]
        self.used = set()
        self.matches = {}  # number: locate
        self.stocks = {}  # locate: name
        self.time_ns = 0
        self.types = Counter()
        self.events = ""
        self.live_max = 0
        self.handlers = dict(A=self.add, F=self.add, E=self.execute, C=self.execute, X=self.cancel,
                             D=self.delete, U=self.replace, P=self.trade, Q=self.cross,
                             B=self.broken, R=self.directory, S=self.event)

    def message(self, data):
        kind = chr(data[0]) if data else ""
        if LENGTHS.get(kind) != len(data):
            return f"type {kind!r} with length {len(data)}"
        self.types[kind] += 1
        fault = self.common(kind, data)
        if fault is None and kind in self.handlers:
            fault = self.handlers[kind](data, struct.unpack(">H", data[1:3])[0])
        self.live_max = max(self.live_max, len(self.live))
        return fault and f"{kind}: {fault}"

    def common(self, kind, data):
        time_ns = int.from_bytes(data[5:11], "big")
        before, self.time_ns = self.time_ns, time_ns
        if time_ns < before or time_ns >= DAY_NS:
            return f"time {time_ns} after {before}"
        for offset in PRICE_OFFSETS.get(kind, ()):
            if not 0 < struct.unpack_from(">I", data, offset)[0] <= PRICE_MAX:
                return f"price at {offset} out of range"
        locate = struct.unpack(">H", data[1:3])[0]
        if (locate == 0) != (kind in "SVW"):
            return f"locate {locate}"
        if kind in STOCK_OFFSET and kind != "R":
            at = STOCK_OFFSET[kind]
            if self.stocks.get(locate) != data[at:at + 8]:
                return f"locate {locate} is not {data[at:at + 8]}"
        if locate and kind != "R" and locate not in self.stocks:
            return f"locate {locate} has no directory message"
        return None

    def event(self, data, _):
        self.events += chr(data[11])

    def directory(self, data, locate):
        if self.stocks.setdefault(locate, data[11:19]) != data[11:19]:
            return f"locate {locate} changes its name"

    def new_reference(self, reference):
        if reference in self.used:
            return f"reference {reference} was used before"
        self.used.add(reference)

    def add(self, data, locate):
        reference, side, shares = struct.unpack_from(">QcI", data, 11)
        if side not in b"BS" or shares == 0:
            return f"side {side}, shares {shares}"
        self.live[reference] = [locate, shares, struct.unpack_from(">I", data, 32)[0], side]
        return self.new_reference(reference)

    def take(self, reference, locate, shares):
        order = self.live.get(reference)
        if order is None:
            return f"order {reference} is not live"
        if order[0] != locate:
            return f"order {reference} is of locate {order[0]}, not {locate}"
        if shares == 0 or shares > order[1]:
            return f"order {reference} has {order[1]} shares, not {shares}"
        order[1] -= shares
        if order[1] == 0:
            del self.live[reference]
        return None

    def match(self, number, locate):
        if number in self.matches:
            return f"match number {number} was used before"
        self.matches[number] = locate

    def execute(self, data, locate):
        reference, shares, number = struct.unpack_from(">QIQ", data, 11)
        if len(data) == LENGTHS["C"] and data[31] not in b"YN":
            return f"printable {data[31]}"
        return self.take(reference, locate, shares) or self.match(number, locate)

    def cancel(self, data, locate):
        reference, shares = struct.unpack_from(">QI", data, 11)
        fault = self.take(reference, locate, shares)
        if fault is None and reference not in self.live:
            return f"cancel of all shares of {reference}"
        return fault

    def delete(self, data, locate):
        reference = struct.unpack_from(">Q", data, 11)[0]
        return self.take(reference, locate, self.live.get(reference, (0, 0))[1])

    def replace(self, data, locate):
        old, new, shares, price = struct.unpack_from(">QQII", data, 11)
        order = self.live.get(old)
        fault = self.take(old, locate, order[1] if order else 0)
        if fault or shares == 0:
            return fault or "no shares"
        self.live[new] = [locate, shares, price, order[3]]
        return self.new_reference(new)

    def trade(self, data, locate):
        return self.match(struct.unpack_from(">Q", data, 36)[0], locate)

    def cross(self, data, locate):
        return self.match(struct.unpack_from(">Q", data, 31)[0], locate)

    def broken(self, data, locate):
        number = struct.unpack_from(">Q", data, 11)[0]
        if self.matches.get(number) != locate:
            return f"match number {number} of locate {locate} was not, or is broken already"
        self.matches[number] = None

    def crossed(self):
        """The number of stocks whose best bid is not below the best ask at the end."""
        bids, asks = {}, {}
        for locate, _, price, side in self.live.values():
            if side == b"B":
                bids[locate] = max(price, bids.get(locate, 0))
            else:
                asks[locate] = min(price, asks.get(locate, PRICE_MAX))
        return sum(asks.get(locate, PRICE_MAX + 1) <= price for locate, price in bids.items())


def read_feed(file, faults):
    """(lines by destination, messages by sequence number)"""
    lines, messages, sessions, before = {}, {}, set(), 0
    for number, (time_ns, frame) in enumerate(read_records(file), 1):
        where = f"packet {number}"
        if time_ns < before:
            faults.add(where, "is earlier than the one before it")
        before = time_ns
        try:
            address, port, payload = parse_frame(frame)
            session, sequence, count, blocks = parse_mold(payload)
        except ValueError as error:
            faults.add(where, str(error))
            continue
        sessions.add(session)
        lines.setdefault(f"{address}:{port}", Line()).add(sequence, count, len(payload))
        for i, block in enumerate(blocks):
            if messages.setdefault(sequence + i, block) != block:
                faults.add(where, f"message {sequence + i} differs from its first copy")
    if len(sessions) != 1:
        faults.add("capture", f"{len(sessions)} sessions")
    return lines, messages, sessions


def check_feed(messages, faults):
    """Follows the book as far as no message is missing on all lines."""
    book = Book()
    for number in range(min(messages), max(messages) + 1):
        if number not in messages:
            faults.add(f"message {number}", "came on no line; the book is not followed further")
            break
        fault = book.message(messages[number])
        if fault:
            faults.add(f"message {number}", fault)
    return book


def check_ends(lines, last, faults):
    for name, line in lines.items():
        if line.counts["ends"] > 1:
            faults.add(name, "more than one end of session")
        if line.end not in (None, last + 1):
            faults.add(name, f"end of session says {line.end}, not {last + 1}")


def check(path, faults):
    with (sys.stdin.buffer if path == "-" else open(path, "rb")) as file:
        lines, messages, sessions = read_feed(file, faults)
    if not messages:
        faults.add("capture", "no messages")
        return {"faults": faults.count}
    book = check_feed(messages, faults)
    first, last = min(messages), max(messages)
    check_ends(lines, last, faults)
    return dict(faults=0, sessions=sorted(s.decode("latin-1") for s in sessions), first=first,
                last=last, types=dict(book.types), events=book.events, symbols=len(book.stocks),
                live_orders=len(book.live), live_orders_max=book.live_max, crossed=book.crossed(),
                lines={name: line.summary(first, last) for name, line in lines.items()})


def check_requirements(arguments, summary, faults):
    if arguments.all_types:
        missing = set(LENGTHS) - set(summary.get("types", ()))
        if missing:
            faults.add("feed", f"no message of type {' '.join(sorted(missing))}")
    if arguments.complete and summary.get("events") != "OSQMEC":
        faults.add("feed", f"system events are {summary.get('events')}, not OSQMEC")
    if arguments.messages is not None:
        count = summary.get("last", -1) - summary.get("first", 0) + 1
        if count != arguments.messages:
            faults.add("feed", f"{count} messages, not {arguments.messages}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture", help="pcap file, - for stdin")
    parser.add_argument("--all-types", action="store_true", help="each of the 23 types must occur")
    parser.add_argument("--complete", action="store_true", help="must be a day from O to C")
    parser.add_argument("--messages", type=int, help="so many messages must be there")
    parser.add_argument("--faults", type=int, default=20, help="faults to print (default 20)")
    arguments = parser.parse_args()
    faults = Faults(arguments.faults)
    try:
        summary = check(arguments.capture, faults)
    except (OSError, ValueError, struct.error) as error:
        print(f"{arguments.capture}: {error}", file=sys.stderr)
        return 1
    check_requirements(arguments, summary, faults)
    summary["faults"] = faults.count
    print(json.dumps(summary))
    return 1 if faults.count else 0


if __name__ == "__main__":
    sys.exit(main())
