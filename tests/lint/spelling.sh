#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# No common misspelling in text or code. Words that only look wrong: spelling-ignore.txt.

set -u
cd "$(dirname "$0")/../.." || exit 1

if ! command -v codespell >/dev/null; then
	echo "tests/lint/spelling.sh:1: codespell is missing: run tools/install-deps.sh --dev"
	exit 1
fi

# Skipped: captures and the messages of venues, which nobody here wrote; binaries skip themselves.
# The self-test holds misspellings on purpose.
mapfile -d '' -t files < <(tests/lint/lib/files.sh |
	grep -zv -E '(^|/)(corpus|data)/|\.(pcap|pcapng|gz|svg|bin)$|^tests/lint/(selftest\.sh|spelling-ignore\.txt)$')
if [ ${#files[@]} -eq 0 ]; then
	echo "tests/lint/spelling.sh:1: found no file to check"
	exit 1
fi

# Exits with 65 for findings; anything but 0 is a failure here.
codespell --quiet-level=2 --ignore-words=tests/lint/spelling-ignore.txt "${files[@]}" || exit 1
