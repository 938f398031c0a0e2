#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every C file looks as .clang-format says.

set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1

# Versions of clang-format differ in taste; Debian 12's is the one that decides.
clang_format=$(command -v clang-format-14 || command -v clang-format) || {
	echo "tests/lint/format.sh:1: clang-format is missing: run tools/install-deps.sh --dev"
	exit 1
}

mapfile -d '' -t files < <(tests/lint/lib/files.sh '*.c' '*.h')
if [ ${#files[@]} -eq 0 ]; then
	echo "tests/lint/format.sh:1: found no C file to check"
	exit 1
fi

# One finding per place is enough: the fix is `clang-format -i`, not the printed excerpt.
if ! findings=$(printf '%s\0' "${files[@]}" |
	xargs -0 -n 8 -P "$(nproc)" "$clang_format" --dry-run -Werror --fno-color-diagnostics 2>&1); then
	printf '%s\n' "$findings" | grep -E '^[^ ].*:[0-9]+:[0-9]+: |^(No such|error)' ||
		printf '%s\n' "$findings"
	exit 1
fi
