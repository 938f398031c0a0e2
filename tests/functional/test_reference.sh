#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# docs/reference.md is what the program's tables say.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
name='docs/reference.md is what build/tools/leat-reference prints'
if difference=$("${LEAT_BUILD:-$root/build}/tools/leat-reference" | diff -u "$root/docs/reference.md" - 2>&1); then
	echo "ok 1 - $name"
else
	echo "not ok 1 - $name"
	printf '%s\n' "$difference" | sed 's/^/# /'
fi
echo '1..1'
