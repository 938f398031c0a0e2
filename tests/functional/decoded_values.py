# SPDX-License-Identifier: BSD-3-Clause
"""Messages as [offset, width, value] of each field, in the order of offsets: the form in which decoders are compared.

Offsets count from the message's type, which is the first of the values. Prices are raw integers, text has no padding.
"""

import hashlib
import json
import re
import subprocess

import leat_test as t

PER_DIGEST = 1000  # messages
DIGEST_DIGITS = 16
FIELD = re.compile(r"(\w+)@(\d+):(\d+)")


def places_of(section):
    """Of each type, where leat says that its fields are: [(name, offset, width), ...]."""
    reference = subprocess.run([t.binary("tools/leat-reference")], capture_output=True, text=True, check=True).stdout
    rows = reference.split(f"\n### {section}\n")[1].split("\n### ")[0].split("\n")
    cells = [[cell.strip() for cell in row.split("|")] for row in rows if row.startswith("| `")]
    return {
        kind.strip("`"): [(name, int(offset), int(width)) for name, offset, width in FIELD.findall(fields)]
        for _, kind, _, _, fields, _ in cells
    }


def values_of(line, places):
    """Of a line of leat-decode."""
    fields = places[line["type"]]
    return [[0, 1, line["type"]]] + [[offset, width, line[name]] for name, offset, width in fields]


def digests_of(messages):
    """One for each thousand of messages, and one for what is left."""
    digests, digest, n = [], hashlib.sha256(), 0
    for n, values in enumerate(messages, 1):
        digest.update(json.dumps(values).encode() + b"\n")
        if n % PER_DIGEST == 0:
            digests.append(digest.hexdigest()[:DIGEST_DIGITS])
            digest = hashlib.sha256()
    if n % PER_DIGEST:
        digests.append(digest.hexdigest()[:DIGEST_DIGITS])
    return {"messages": n, "digests": digests}
