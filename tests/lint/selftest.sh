#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The lints can fail: each finds the one violation that is put into a small clean project, and says
# where. A check that cannot fail is worth nothing.

set -u
cd "$(dirname "$0")/../.." || exit 1
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
project=$work/project
findings=0
declare -A proven

write()
{
	mkdir -p "$(dirname "$1")"
	printf '%s\n' "${@:2}" >"$1"
}

readonly spdx='/* SPDX-License-Identifier: BSD-3-Clause */'

# The clean project that every case starts from: one file for each kind that a lint looks at.
clean_project()
{
	rm -rf "$project"
	mkdir -p "$project/tests"
	cp .clang-format .gitignore "$project/"
	cp -r tests/lint "$project/tests/"
	(
		cd "$project" || exit 1
		write app/run.h "$spdx" '#include <stdint.h>' '' 'uint32_t run(void);'
		write app/run.c "$spdx" '#include "app/run.h"' '' 'uint32_t' 'run(void)' '{' \
			$'\treturn 1;' '}'
		write bpf/claim.bpf.c '/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */'
		write drivers-config/nic.h "$spdx"
		write pipeline/burst.h "$spdx"
		write pipeline/decode/cursor.h "$spdx"
		write pipeline/decode/udp.c "$spdx" '#include "pipeline/decode/cursor.h"'
		write pipeline/flow/table.h "$spdx"
		write pipeline/policy/rules.h "$spdx"
		write pipeline/stages/flow.h "$spdx"
		write pipeline/stages/flow.c "$spdx" '#include "pipeline/stages/flow.h"' '' \
			'/* not a call: rte_pktmbuf_free(), printf() */'
		write pipeline/stages/dispatch.c "$spdx" '' 'void rte_pktmbuf_free(void *m);'
		write docs/man/leat.8 '.Dd January 1, 2026' '.Dt LEAT 8' '.Os' '.Sh NAME' '.Nm leat' \
			'.Nd packet appliance' '.Sh DESCRIPTION' 'Moves packets.'
		write build/generated.c 'int   bad ( );'
	)
}

complain()
{
	echo "tests/lint/selftest.sh:$1: $2"
	[ -z "${3:-}" ] || printf '    %s\n' "${3//$'\n'/$'\n    '}"
	findings=$((findings + 1))
}

# expect LINT PATTERN: in the project as it now is, LINT exits with 1 and a line matches PATTERN.
expect()
{
	local output status line=${BASH_LINENO[0]}
	output=$("$project/tests/lint/$1" 2>&1)
	status=$?
	proven[$1]=yes
	if [ "$status" -ne 1 ]; then
		complain "$line" "$1 should print '$2' and exit with 1, exits with $status" "$output"
	elif ! grep -q -E "^$2" <<<"$output"; then
		complain "$line" "$1 should print '$2'" "$output"
	elif [ "$(wc -l <<<"$output")" -gt 4 ]; then
		complain "$line" "$1 finds more than the one violation" "$output"
	fi
	clean_project
}

expect_clean()
{
	local lint output
	for lint in "$project"/tests/lint/*.sh "$project"/tests/lint/*.py; do
		case ${lint##*/} in selftest.sh) continue ;; esac
		output=$("$lint" 2>&1) || complain "${BASH_LINENO[0]}" "${lint##*/} fails $1" "$output"
	done
}

# put FILE LINE: adds a line at the end of a file of the project.
put()
{
	mkdir -p "$(dirname "$project/$1")"
	printf '%s\n' "$2" >>"$project/$1"
}

# put_new FILE LINE: a new file with its SPDX line first.
put_new()
{
	put "$1" "$spdx"
	put "$1" "$2"
}

check_format()
{
	put app/run.c 'int   spaced ;'
	expect format.sh 'app/run\.c:9:.*clang-formatted'
}

check_spelling()
{
	put app/run.h '/* It has recieved nothing. */'
	expect spelling.sh 'app/run\.h:5: recieved'
}

check_shell()
{
	# shellcheck disable=SC2016 # the script under test expands it
	local unquoted='rm $1'
	put tools/run.sh '#!/bin/bash'
	put tools/run.sh "$unquoted"
	expect shell.sh 'tools/run\.sh:2:.*SC2086'
	put tools/run '#!/bin/sh'
	put tools/run "$unquoted"
	expect shell.sh 'tools/run:2:.*SC2086'
}

check_headers()
{
	put pipeline/burst.h 'uint32_t burst_size(void);'
	expect headers.sh 'pipeline/burst\.h:2:.*uint32_t'
	put drivers-config/nic.h '#include "drivers-config/absent.h"'
	expect headers.sh 'drivers-config/nic\.h:2:.*absent'
}

check_man()
{
	put docs/man/leat.8 '.Nosuch macro'
	expect man.sh 'docs/man/leat\.8:9:.*unknown macro'
}

check_licences()
{
	write "$project/app/run.h" '#include <stdint.h>' '' 'uint32_t run(void);' "$spdx"
	expect licences.py 'app/run\.h:1: no SPDX'
	put meson.build "project('leat', 'c')"
	expect licences.py 'meson\.build:1: no SPDX'
	put tests/functional/config.yaml '# SPDX-License-Identifier: MIT'
	expect licences.py "tests/functional/config\.yaml:1: licence is 'MIT'"
	write "$project/bpf/claim.bpf.c" "$spdx"
	expect licences.py 'bpf/claim\.bpf\.c:1: .*should be .GPL-2.0-only OR BSD-3-Clause'
}

# expect_include FILE HEADER: layers.py refuses this include.
expect_include()
{
	local line
	[ -f "$project/$1" ] || put "$1" "$spdx"
	put "$1" "#include \"$2\""
	line=$(wc -l <"$project/$1")
	expect layers.py "$1:$line: .*$2"
}

check_layers()
{
	expect_include pipeline/burst.h app/run.h
	expect_include pipeline/burst.h drivers-config/nic.h
	expect_include pipeline/decode/udp.c pipeline/burst.h
	expect_include pipeline/flow/table.h pipeline/policy/rules.h
	expect_include pipeline/policy/rules.h pipeline/flow/table.h
	expect_include pipeline/flow/table.h pipeline/stages/flow.h
	expect_include drivers-config/nic.h pipeline/burst.h
	expect_include bpf/claim.bpf.c app/run.h
	expect_include app/run.h run.h
	expect_include app/run.h pipeline/../pipeline/burst.h
	expect_include elsewhere/thing.c app/run.h

	write "$project/app/run.c" "$spdx" '#include <stdint.h>' '' '#include "app/run.h"'
	expect layers.py 'app/run\.c:2: the first include should be "app/run\.h"'
	put pipeline/burst.h '#include <stdio.h>'
	expect layers.py 'pipeline/burst\.h:2: <stdio\.h>'
	put pipeline/burst.h '#include <sys/socket.h>'
	expect layers.py 'pipeline/burst\.h:2: <sys/socket\.h>'
	put pipeline/burst.h '#include <yaml.h>'
	expect layers.py 'pipeline/burst\.h:2: <yaml\.h>'
}

check_calls()
{
	local call
	for call in rte_pktmbuf_free_bulk rte_ring_sp_enqueue malloc calloc free rte_malloc_socket \
		rte_zmalloc printf fprintf RTE_LOG rte_log pthread_mutex_lock; do
		put pipeline/stages/flow.c "void f(void) { $call(1); }"
		expect layers.py "pipeline/stages/flow\\.c:5: .* $call\$"
	done
	put pipeline/stages/dispatch.c 'void f(void) { printf(1); }'
	expect layers.py 'pipeline/stages/dispatch\.c:4: a stage must not call printf'
}

# Every check that lies beside this one has to have been seen failing.
check_coverage()
{
	local lint
	for lint in tests/lint/*.sh tests/lint/*.py; do
		lint=${lint##*/}
		[ "$lint" = selftest.sh ] || [ -n "${proven[$lint]:-}" ] ||
			complain "$LINENO" "$lint has not been seen failing"
	done
}

# Without any file of its kind a lint fails too: it must not pass by looking at nothing.
check_emptiness()
{
	local lint
	for lint in format.sh headers.sh layers.py man.sh; do
		rm -rf "$project"/{app,bpf,drivers-config,pipeline,docs}
		expect "$lint" "tests/lint/$lint:1: found no"
	done
}

clean_project
expect_clean "on the clean project"
check_format
check_spelling
check_shell
check_headers
check_man
check_licences
check_layers
check_calls
check_emptiness
if command -v git >/dev/null; then
	git -C "$project" init -q
	expect_clean "on the clean project under git"
fi
check_coverage
[ "$findings" -eq 0 ]
