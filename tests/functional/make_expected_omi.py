#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes expected/omi.json by an oracle that shares nothing with leat: Open Markets Initiative's dissectors in tshark.

    make_expected_omi.py DISSECTORS > expected/omi.json

DISSECTORS is a checkout of github.com/Open-Markets-Initiative/wireshark-lua, which is not part of this project. The
packets in data/omi come from the authors of the dissectors; the day of ITCH and the capture of DEEP do not. What leat says
is compared with the file, and with readings by struct, in test_decode_omi.py, test_decode.py and test_decode_iex.py.
"""

import html
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import decoded_values as values
import leat_test as t
import test_decode as itch

# The version of ITCH of 2026 ends with a fault of its own in tshark 4.0.17.
DISSECTORS = {
    "itch50": "Nasdaq/Nasdaq_NsmEquities_TotalView_Itch_v5_0_2017_Dissector.lua",
    "iex_deep": "Iex/Iex_IexEquities_Deep_IexTp_v1_08_Dissector.lua",
}
PACKETS = {"itch50": itch.REAL_PACKETS, "iex_deep": "data/omi/Iex/Deep.IexTp.v1.0"}
DECLARED = re.compile(r'ProtoField\.new\("[^"]*", "([\w.]+)", ftypes\.(\w+)\)')
SCALED = re.compile(r"\.(\w+)\.translate = function\(raw\)\n\s*return raw(?::tonumber\(\))?/(10+)\n")
FIELD = re.compile(r'<field name="([\w.]+)".* size="(\d+)" pos="(\d+)" show="([^"]*)" value="(\w*)"(/?)>')
LENGTH_BYTES = 2


class Dissector:
    """One of them, and what its source says of the fields' types and scales."""

    def __init__(self, file):
        self.file, source = file, file.read_text(encoding="utf-8")
        declared = DECLARED.findall(source)
        self.kinds = {name.rsplit(".", 1)[1]: kind for name, kind in declared}
        self.scales = {name.replace("_", ""): int(scale) for name, scale in SCALED.findall(source)}
        self.prefix = declared[0][0].rsplit(".", 1)[0] + "."

    def value(self, name, shown, raw):
        if name.endswith("flags"):
            return int(raw, 16)  # a single byte, shown as the names of its bits
        kind = self.kinds[name]
        if kind == "DOUBLE":
            return round(Decimal(shown) * self.scales[name])
        return html.unescape(shown).rstrip(" ") if kind == "STRING" else int(shown)

    def lines(self, capture):
        options = ["-X", f"lua_script:{self.file}", "-T", "pdml", "-J", f"omi.{self.prefix[:-1]}"]
        command = ["tshark", "-n", "-r", str(capture), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            yield from process.stdout

    def messages(self, capture):
        """The values of each message in turn."""
        base, message = None, None
        for line in self.lines(capture):
            if "Lua Error" in line:
                sys.exit(f"{self.file}: {line.strip()}")
            found = FIELD.search(line)
            if found is None or not found[1].startswith(self.prefix):
                continue
            name, size, at = found[1][len(self.prefix) :], int(found[2]), int(found[3])
            if name == "message":
                if message is not None:
                    yield message
                base, message = at + LENGTH_BYTES, []
            elif message is not None and at >= base and name in self.kinds and self.is_value(name, found):
                message.append([at - base, size, self.value(name, found[4], found[5])])
        if message is not None:
            yield message

    @staticmethod
    def is_value(name, found):
        """Not what groups others, which has nothing to show."""
        return bool(found[6]) or name.endswith("flags")


def day_capture():
    return t.pcap_write(itch.day_frames(itch.artificial_day(), 20), "day.pcap")


def expected(folder):
    dissectors = {feed: Dissector(Path(folder) / file) for feed, file in DISSECTORS.items()}
    result = {
        feed: {path.name: list(dissectors[feed].messages(path)) for path in sorted(t.shared(place).glob("*.pcap"))}
        for feed, place in PACKETS.items()
    }
    result["day"] = values.digests_of(dissectors["itch50"].messages(day_capture()))
    result["DEEP10"] = values.digests_of(dissectors["iex_deep"].messages(t.iex_capture()))
    return result


if __name__ == "__main__":
    print(json.dumps(expected(sys.argv[1]), indent=None, separators=(",", ":")).replace("]],", "]],\n"))
