#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Damages some packets of a capture, each in a way that a network really does: cut, bit flipped, length changed."""
import random
import struct
import sys

PCAP_HEADER_BYTES = 24
RECORD_HEADER_BYTES = 16
UDP_LENGTH = 38  # offset in an untagged IPv4 frame without options


def records(capture):
    """Yields the header fields and the frame of each packet."""
    at = PCAP_HEADER_BYTES
    while at < len(capture):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", capture, at)
        at += RECORD_HEADER_BYTES
        yield seconds, fraction, length, capture[at : at + captured]
        at += captured


def damaged(frame, dice):
    """The frame after one accident."""
    accident = dice.choice(("cut", "flip", "length"))
    if accident == "cut":
        return frame[: dice.randrange(len(frame))]
    at = UDP_LENGTH if accident == "length" else dice.randrange(14, len(frame))
    return frame[:at] + bytes([frame[at] ^ (1 << dice.randrange(8))]) + frame[at + 1 :]


def main():
    source, target, one_in = sys.argv[1], sys.argv[2], int(sys.argv[3])
    dice = random.Random(1)
    with open(source, "rb") as file:
        capture = file.read()
    with open(target, "wb") as file:
        file.write(capture[:PCAP_HEADER_BYTES])
        for seconds, fraction, length, frame in records(capture):
            if dice.randrange(one_in) == 0:
                frame = damaged(frame, dice)
                length = len(frame)
            file.write(struct.pack("<IIII", seconds, fraction, len(frame), length) + frame)


if __name__ == "__main__":
    main()
