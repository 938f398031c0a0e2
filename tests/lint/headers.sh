#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every header compiles alone: it includes what it uses, so the order of includes never matters.

set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1

# Calls itself for one header, so that xargs can run several at once.
if [ "${1:-}" = --one ]; then
	# Through standard input: as the main file, a header would draw warnings about being one.
	# shellcheck disable=SC2086 # LINT_CFLAGS is a list of words
	output=$(echo "#include \"$2\"" | gcc $LINT_CFLAGS -fsyntax-only -x c - 2>&1) && exit 0
	grep -E ':[0-9]+:[0-9]+: (fatal )?error' <<<"$output" || printf '%s:1: %s\n' "$2" "$output"
	exit 1
fi

if ! dpdk_cflags=$(pkg-config --cflags libdpdk); then
	echo "tests/lint/headers.sh:1: libdpdk is missing: run tools/install-deps.sh"
	exit 1
fi
# DPDK as a system include, as in the build: its warnings are not ours.
dpdk_cflags=$(sed -E 's/(^| )-I/\1-isystem /g' <<<"$dpdk_cflags")
export LINT_CFLAGS="-std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE -DALLOW_EXPERIMENTAL_API -I. $dpdk_cflags"

mapfile -d '' -t headers < <(tests/lint/lib/files.sh '*.h' |
	grep -z -E '^(app|bpf|pipeline|drivers-config)/' | grep -z -v -E '\.bpf\.h$')
if [ ${#headers[@]} -eq 0 ]; then
	echo "tests/lint/headers.sh:1: found no header to check"
	exit 1
fi

printf '%s\0' "${headers[@]}" | xargs -0 -n 1 -P "$(nproc)" tests/lint/headers.sh --one || exit 1
