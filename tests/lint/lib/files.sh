#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Prints the project's files, each ended by NUL: tracked or new, not ignored, present.
# Arguments are name patterns (*.c); without one, every file is printed.
# Works without git too (a release tarball), where build folders are left out by name.

set -u
cd "$(dirname "$0")/../../.." || exit 1

list_all()
{
	# safe.directory: the checkout may belong to another user than the one who tests it.
	git -c safe.directory="$PWD" ls-files -z --cached --others --exclude-standard 2>/dev/null ||
		find . -path ./.git -prune -o -path './build*' -prune -o -name __pycache__ -prune \
			-o -type f -printf '%P\0'
}

matches()
{
	local name=${1##*/} pattern
	shift
	[ $# -eq 0 ] && return 0
	for pattern in "$@"; do
		# shellcheck disable=SC2053 # the right side is a pattern on purpose
		[[ $name == $pattern ]] && return 0
	done
	return 1
}

list_all | LC_ALL=C sort -z | while IFS= read -r -d '' file; do
	# A symbolic link is judged where it points; a deleted file is still in the index.
	if [ -f "$file" ] && [ ! -L "$file" ] && matches "$file" "$@"; then
		printf '%s\0' "$file"
	fi
done
