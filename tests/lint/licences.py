#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Each source file names its licence in an SPDX line, within its first three lines.

Every file is a source file unless EXEMPT says otherwise.
Prints file:line: reason for each finding; exit status 1 when there is one.
"""

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LICENCE = "BSD-3-Clause"
# The kernel's verifier lets only GPL-compatible programs call some helpers.
BPF_LICENCE = "GPL-2.0-only OR BSD-3-Clause"

EXEMPT = [
    # Prose, and files that only hold names or settings of other tools.
    "LICENSE",
    "*.md",
    "*.txt",
    ".clang-format",
    "*.gitignore",
    "*.gitattributes",
    # Pictures and man pages.
    "*.svg",
    "*.png",
    "docs/man/*",
    # Data: input of tests and what they expect.
    "tests/fuzz/corpus/*",
    "*.pcap",
    "*.pcapng",
    "*.gz",
    "*.bin",
    "*.hex",
    "*.csv",
    "*.json",
    "*.jsonl",
    "*.expected",
    "tests/fuzz/corpus/*",
    "tests/*/data/*",
]

SPDX = re.compile(r"SPDX-License-Identifier:\s*(.*?)\s*(?:\*/|-->)?\s*$")
HEAD_LINES = 3


def project_files():
    output = subprocess.run(
        [ROOT / "tests/lint/lib/files.sh"], stdout=subprocess.PIPE, check=True
    ).stdout
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def is_exempt(path):
    return any(fnmatchcase(path, pattern) for pattern in EXEMPT)


def expected_licence(path):
    return BPF_LICENCE if fnmatchcase(path, "bpf/*.bpf.c") else LICENCE


def check_file(path):
    """(line, reason) of the first thing wrong with this file, or None."""
    with open(ROOT / path, errors="replace") as file:
        head = [file.readline() for _ in range(HEAD_LINES)]
    for number, line in enumerate(head, 1):
        match = SPDX.search(line)
        if match is None:
            continue
        if match.group(1) == expected_licence(path):
            return None
        return number, f"licence is {match.group(1)!r}, should be {expected_licence(path)!r}"
    return 1, f"no SPDX-License-Identifier in the first {HEAD_LINES} lines"


def main():
    paths = [path for path in project_files() if not is_exempt(path)]
    if not paths:
        print("tests/lint/licences.py:1: found no source file to check")
        return 1
    findings = 0
    for path in paths:
        finding = check_file(path)
        if finding is not None:
            print(f"{path}:{finding[0]}: {finding[1]}")
            findings += 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
