#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The config that the README explains is one that leat takes.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
config=$(mktemp)
trap 'rm -f "$config"' EXIT
name='the config in README.md passes --check'
fence=$(printf '\140\140\140')
sed -n "/^${fence}yaml\$/,/^${fence}\$/p" "$root/README.md" | grep -v "^$fence" >"$config"
if [ -s "$config" ] && errors=$("${LEAT_BUILD:-$root/build}/app/leat" -- --config "$config" --check 2>&1 >/dev/null); then
	echo "ok 1 - $name"
else
	echo "not ok 1 - $name"
	printf '%s\n' "${errors:-no config found}" | sed 's/^/# /'
fi
echo '1..1'
