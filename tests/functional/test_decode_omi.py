#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat-decode on ITCH and DEEP: offset, width and value of each field as Open Markets Initiative's dissectors saw them.

What they saw is stored in expected/omi.json, so that no oracle has to run; make_expected_omi.py says how it was made.
"""

import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import decoded_values as values
import leat_test as t
import test_decode as itch

EXPECTED = json.loads((Path(__file__).parent / "expected/omi.json").read_text(encoding="utf-8"))
SECTIONS = {"itch50": "itch50 over moldudp64", "iex_deep": "iex_deep over iex_tp"}
FOLDERS = {"itch50": itch.REAL_PACKETS, "iex_deep": "data/omi/Iex/Deep.IexTp.v1.0"}


def messages_of(capture, feed):
    """As values, one message after another; events have none."""
    command = [t.binary("tools/leat-decode"), "--protocol", feed, str(capture)]
    places = values.places_of(SECTIONS[feed])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in map(json.loads, process.stdout):
            if "event" not in line:
                yield values.values_of(line, places)


def check_packets(feed):
    paths = sorted(t.shared(FOLDERS[feed]).glob("*.pcap"))
    t.expect([path.name for path in paths], list(EXPECTED[feed]))
    for path in paths:
        t.expect(list(messages_of(path, feed)), EXPECTED[feed][path.name], path.name)


def test_real_packets_of_itch_are_as_the_dissector_reads_them():
    check_packets("itch50")


def test_real_packets_of_deep_are_as_the_dissector_reads_them():
    check_packets("iex_deep")


def test_the_day_of_itch_is_as_the_dissector_reads_it():
    if itch.SHARED is None:
        raise t.Skip("LEAT_SHARED is not set")
    capture = t.pcap_write(itch.day_frames(itch.artificial_day(), 20), "day.pcap")
    t.expect(values.digests_of(messages_of(capture, "itch50")), EXPECTED["day"])


def test_every_message_of_the_capture_of_deep_is_as_the_dissector_reads_it():
    t.expect(values.digests_of(messages_of(t.iex_capture(), "iex_deep")), EXPECTED["DEEP10"])


def test_a_value_or_place_that_differs_is_noticed():
    message = [[0, 1, "D"], [1, 2, 7]]
    others = ([[0, 1, "D"], [1, 2, 8]], [[0, 1, "D"], [2, 2, 7]], [[0, 1, "D"], [1, 1, 7]])
    for other in others:
        assert values.digests_of([message] * 3) != values.digests_of([message, other, message])


if __name__ == "__main__":
    sys.exit(t.main(globals()))
