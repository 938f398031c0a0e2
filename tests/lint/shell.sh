#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every shell script passes shellcheck, with or without the ending .sh.

set -u
cd "$(dirname "$0")/../.." || exit 1

if ! command -v shellcheck >/dev/null; then
	echo "tests/lint/shell.sh:1: shellcheck is missing: run tools/install-deps.sh --dev"
	exit 1
fi

is_shell_script()
{
	case $1 in
	*.sh) return 0 ;;
	*.*) return 1 ;;
	esac
	head -c 64 "$1" | head -n 1 | grep -a -q -E '^#!.*[/ ](ba|da)?sh( |$)'
}

files=()
while IFS= read -r -d '' file; do
	is_shell_script "$file" && files+=("$file")
done < <(tests/lint/lib/files.sh)
if [ ${#files[@]} -eq 0 ]; then
	echo "tests/lint/shell.sh:1: found no shell script to check"
	exit 1
fi

shellcheck --format=gcc --external-sources --source-path=SCRIPTDIR "${files[@]}" || exit 1
