#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The man pages are sound: no unknown macro, no broken table, no missing section.

set -u
cd "$(dirname "$0")/../.." || exit 1

if ! command -v mandoc >/dev/null; then
	echo "tests/lint/man.sh:1: mandoc is missing: run tools/install-deps.sh --dev"
	exit 1
fi

mapfile -d '' -t files < <(tests/lint/lib/files.sh '*.[1-9]')
if [ ${#files[@]} -eq 0 ]; then
	echo "tests/lint/man.sh:1: found no man page to check"
	exit 1
fi

# "mandoc: file:line:column: LEVEL: text" becomes file:line:column: LEVEL: text.
findings=$(mandoc -T lint -W warning "${files[@]}" 2>&1) && exit 0
printf '%s\n' "${findings//mandoc: /}"
exit 1
