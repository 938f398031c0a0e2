#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Who may include whom, and what a stage may call: docs/architecture.md as a check.

Prints file:line: reason for each finding; exit status 1 when there is one.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Folder: the folders whose headers its files may include. The longest folder that holds a file
# decides. A folder with a slash at the end stands for everything below it.
MAY_INCLUDE = {
    "app/": ["app/", "pipeline/", "bpf/", "drivers-config/"],
    "bpf/": ["bpf/"],
    "drivers-config/": ["drivers-config/"],
    "pipeline/": ["pipeline/"],
    "pipeline/decode/": ["pipeline/decode/"],
    "pipeline/stream/": ["pipeline/decode/", "pipeline/packet/tcp_flag.h", "pipeline/stream/"],
    "tests/": [""],
    "tools/": [""],
}

# Pairs that would pass by the table above. Flow state and policy do not know each other; what the
# stages use does not know the stages.
MUST_NOT_INCLUDE = [
    (re.compile(r"pipeline/flow/"), "pipeline/policy/"),
    (re.compile(r"pipeline/policy/"), "pipeline/flow/"),
    (re.compile(r"pipeline/(?!stages/)\w+/"), "pipeline/stages/"),
]

# The pipeline knows no files, sockets or YAML. <netinet/in.h> is allowed: protocol numbers.
WORLDLY_HEADER = re.compile(
    r"stdio\.h|yaml\.h|jansson\.h|syslog\.h|fcntl\.h|unistd\.h|dirent\.h|netdb\.h|ifaddrs\.h|poll\.h"
    r"|sys/(socket|un|stat|epoll|select|ioctl|uio|mman)\.h|net/if\.h|arpa/inet\.h|netpacket/.*|linux/if_.*"
)

# A stage decides and does not act; these four own the packets at the ends of the path.
PACKET_OWNERS = [f"pipeline/stages/{name}.c" for name in ("rx", "steer", "dispatch", "tx")]
PACKET_CALL = re.compile(r"\b(rte_pktmbuf_(?:free|alloc|clone|copy)\w*|rte_ring_\w+)\s*\(")
# No stage at all may call these on the data path: allocation, logs, locks, threads.
FORBIDDEN_CALL = re.compile(
    r"\b((?:m|c|re)alloc|free|strn?dup"
    r"|rte_(?:m|zm|c|re)alloc\w*|rte_free"
    r"|\w*printf|puts|perror|syslog|RTE_LOG\w*|rte_v?log"
    r"|pthread_\w+|mtx_\w+|rte_(?:spinlock|rwlock|ticketlock)_\w+)\s*\("
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.DOTALL)


def project_files():
    output = subprocess.run(
        [ROOT / "tests/lint/lib/files.sh", "*.c", "*.h"], stdout=subprocess.PIPE, check=True
    ).stdout
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def folder_rule(path):
    """The rule of the deepest folder that holds the file, or None."""
    folders = [folder for folder in MAY_INCLUDE if path.startswith(folder)]
    return max(folders, key=len, default=None)


def code_only(text):
    """The text with comments and strings blanked and every line break kept."""
    return STRING_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def includes_of(text):
    """(line number, is it quoted, name) of every include outside comments."""
    code = code_only(text).split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match and "#" in code[number - 1]:
            yield number, match.group(1) == '"', match.group(2)


def check_quoted(path, name):
    """Reasons why this file should not include this header of ours."""
    if not (ROOT / name).is_file():
        yield f'"{name}" is not a file of this project (includes are written from its root)'
        return
    if os.path.normpath(name) != name:
        yield f'"{name}" is not the plain path from the project root'
    rule = folder_rule(path)
    if rule is None:
        yield f'"{name}": no rule says what this folder may include (see MAY_INCLUDE in layers.py)'
    elif not any(name.startswith(folder) for folder in MAY_INCLUDE[rule]):
        yield f'{rule} must not include "{name}"'
    for source, target in MUST_NOT_INCLUDE:
        match = source.match(path)
        if match and name.startswith(target):
            yield f'{match.group()} must not include "{name}"'


def check_bracketed(path, name):
    if path.startswith("pipeline/") and WORLDLY_HEADER.fullmatch(name):
        yield f"<{name}>: the pipeline knows no files, sockets or YAML"
    if (ROOT / name).is_file():
        yield f'<{name}> is ours: write "{name}"'


def check_includes(path, includes):
    for number, quoted, name in includes:
        check = check_quoted if quoted else check_bracketed
        for reason in check(path, name):
            yield number, reason


def check_own_header(path, includes):
    """The first include of x.c is x.h, which proves that x.h needs nothing before it."""
    own = path[:-2] + ".h"
    if not path.endswith(".c") or path.startswith("tests/") or not (ROOT / own).is_file():
        return
    number, _, first = includes[0] if includes else (1, True, "nothing")
    if first != own:
        yield number, f'the first include should be "{own}", not {first}'


def check_calls(path, text):
    if not path.startswith("pipeline/stages/"):
        return
    for number, line in enumerate(code_only(text).split("\n"), 1):
        for match in FORBIDDEN_CALL.finditer(line):
            yield number, f"a stage must not call {match.group(1)}"
        if path in PACKET_OWNERS:
            continue
        for match in PACKET_CALL.finditer(line):
            yield number, f"only the ends of the path may call {match.group(1)}"


def check_file(path):
    text = (ROOT / path).read_text(errors="replace")
    includes = list(includes_of(text))
    yield from check_includes(path, includes)
    yield from check_own_header(path, includes)
    yield from check_calls(path, text)


def main():
    files = project_files()
    if not files:
        print("tests/lint/layers.py:1: found no C file to check")
        return 1
    findings = 0
    for path in files:
        for number, reason in sorted(check_file(path)):
            print(f"{path}:{number}: {reason}")
            findings += 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
