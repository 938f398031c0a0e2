#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds, runs the suites. The last line is the sum; exit status 0 only
# when nothing failed. Everything becomes TAP first and is counted in one place, count_tap().
#
# A functional test is an executable tests/functional/test_*.py or .sh (also tests/bpf/), run from
# the repo root with
#	LEAT_BUILD	the build folder, absolute
#	LEAT_SHARED	folder with captures that are not part of the project; unset when there is none
#	LEAT_LONG=1	with --long
# It prints "ok N - name", "not ok N - name" or "ok N - name # SKIP reason".

set -u
exec </dev/null
cd "$(dirname "$0")/.." || exit 1
root=$PWD

build_dir=$root/build
suites=()
long=no
script_timeout_s=${LEAT_TEST_TIMEOUT_S:-600}
tail_lines=40

passed=0
failed=0
skipped=0
failures=()
running_group=

usage()
{
	cat <<-END
		usage: tools/test.sh [options]
		  --fast            only lint and unit
		  --long            also the suite bench; LEAT_LONG=1 for the others
		  --suite NAME      only this one: lint unit functional sanitize clang bench
		                    (may be given several times)
		  --build-dir DIR   instead of build/; the others are DIR-asan and DIR-clang
		  --help
		LEAT_TEST_TIMEOUT_S sets how long one script may take (default 600).
	END
}

usage_error()
{
	echo "test.sh: $1" >&2
	usage >&2
	exit 2
}

parse_options()
{
	local fast=no
	while [ $# -gt 0 ]; do
		case $1 in
		--fast) fast=yes ;;
		--long) long=yes ;;
		--suite | --build-dir)
			[ $# -ge 2 ] || usage_error "$1 needs a value"
			if [ "$1" = --suite ]; then
				suites+=("$2")
			else
				build_dir=$(realpath -m -- "$2")
			fi
			shift
			;;
		-h | --help)
			usage
			exit 0
			;;
		*) usage_error "unknown option $1" ;;
		esac
		shift
	done
	if [ ${#suites[@]} -eq 0 ]; then
		suites=(lint unit)
		[ "$fast" = yes ] || suites+=(functional sanitize clang)
		[ "$long" = no ] || suites+=(bench)
	fi
	local suite
	for suite in "${suites[@]}"; do
		case $suite in
		lint | unit | functional | sanitize | clang | bench) ;;
		*) usage_error "unknown suite $suite" ;;
		esac
	done
}

# Counting and telling

add_failure()
{
	failed=$((failed + 1))
	failures+=("$1")
	echo "  not ok - $1"
}

# show_end FILE: the end of a log, indented, so that it cannot be taken for results.
show_end()
{
	[ -s "$1" ] && tail -n "$tail_lines" "$1" | sed 's/^/      | /'
	return 0
}

# tap_name LINE: what a result is about, without "ok N - ".
tap_name()
{
	sed -E 's/^(not )?ok *[0-9]* *(- *)?//' <<<"$1"
}

# count_tap NAME FILE EXIT_STATUS: adds up one script's results and prints all but the passed ones.
count_tap()
{
	local name=$1 status=$3 line planned='' results=0 bad=0 good=0 left_out=0
	while IFS= read -r line; do
		case $line in
		1..0*'# SKIP'* | 1..0*'# skip'*)
			left_out=$((left_out + 1))
			echo "  skip   - $name: ${line#*#}"
			;;
		1..[0-9]*) [[ $line =~ ^1\.\.([0-9]+) ]] && planned=${BASH_REMATCH[1]} ;;
		'not ok' | 'not ok '*)
			bad=$((bad + 1))
			add_failure "$name: $(tap_name "$line")"
			;;
		ok\ *'# SKIP'* | ok\ *'# skip'*)
			left_out=$((left_out + 1))
			echo "  skip   - $name: $(tap_name "$line")"
			;;
		ok | 'ok '*) good=$((good + 1)) ;;
		'Bail out!'*)
			bad=$((bad + 1))
			add_failure "$name: $line"
			;;
		esac
	done <"$2"
	passed=$((passed + good))
	skipped=$((skipped + left_out))
	results=$((good + bad + left_out))
	if [ "$results" -eq 0 ]; then
		add_failure "$name: $(describe_status "$status"), without any result"
	elif [ "$bad" -eq 0 ] && [ "$status" -ne 0 ]; then
		add_failure "$name: $(describe_status "$status"), though no test failed"
	elif [ -n "$planned" ] && [ "$planned" -ne "$results" ]; then
		add_failure "$name: planned $planned tests, ran $results"
	else
		[ "$bad" -eq 0 ]
	fi
}

describe_status()
{
	case $1 in
	124 | 137) echo "exit status $1, perhaps the time-out of $script_timeout_s s" ;;
	*) echo "exit status $1" ;;
	esac
}

# Running

# run_limited OUT ERR COMMAND...: with a time limit, in a session of its own, so that whatever the
# command left running ends with it.
run_limited()
{
	local out=$1 err=$2 status
	shift 2
	setsid timeout --kill-after=10 "$script_timeout_s" "$@" >"$out" 2>"$err" &
	running_group=$!
	wait "$running_group"
	status=$?
	kill -KILL -- "-$running_group" 2>/dev/null
	running_group=
	return "$status"
}

stop_running()
{
	[ -z "$running_group" ] || kill -KILL -- "-$running_group" 2>/dev/null
	echo "test.sh: interrupted" >&2
	exit 130
}

# quietly WHAT COMMAND...: a step that says something only when it fails, which counts.
quietly()
{
	local what=$1 log
	shift
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	add_failure "$what: $*"
	show_end "$log"
	rm -f "$log"
	return 1
}

# build_into DIR [MESON OPTION...]
build_into()
{
	local dir=$1
	shift
	if [ -f "$dir/build.ninja" ]; then
		quietly "configure" meson configure "$dir" -Dwerror=true -Dtests=enabled "$@" || return 1
	else
		quietly "configure" meson setup "$dir" -Dwerror=true -Dtests=enabled "$@" || return 1
	fi
	quietly "build" ninja -C "$dir"
}

# run_tap_scripts DIR...: every test_*.py and test_*.sh there, for the build in LEAT_BUILD.
run_tap_scripts()
{
	local dir script found=0
	mkdir -p "$LEAT_BUILD/test-logs"
	for dir in "$@"; do
		for script in "$dir"/test_*.py "$dir"/test_*.sh; do
			[ -f "$script" ] || continue
			found=$((found + 1))
			run_tap_script "$script"
		done
	done
	[ "$found" -gt 0 ] || add_failure "no test_*.py or test_*.sh in $*"
}

run_tap_script()
{
	local log status
	log=$LEAT_BUILD/test-logs/$(basename "$1")
	if [ ! -x "$1" ]; then
		add_failure "$1: not executable"
		return
	fi
	local start=$SECONDS before=$passed
	run_limited "$log.out" "$log.err" "$1"
	status=$?
	if ! count_tap "$1" "$log.out" "$status"; then
		show_end "$log.out"
		show_end "$log.err"
	fi
	echo "  $1: $((passed - before)) passed, $((SECONDS - start)) s"
}

# Turns meson's log of one run (JSON lines) into TAP: one result per cmocka test case where a
# program printed them, else one per program.
tap_of_meson_log()
{
	python3 - "$1" <<-'PYTHON'
		import json, re, sys

		# The markers of cmocka's standard output, and the lines of its TAP output.
		RUN = re.compile(r"\[ RUN      \] (.*)")
		END = re.compile(r"\[(       OK |  FAILED  |  SKIPPED )\] (.*)")
		TAP = re.compile(r"(not ok|ok)\b(?: \d+)?(?: - )?\s*(.*)")

		def cases(text):
		    """(result, name) of every test case; one that never ended has crashed."""
		    running = None
		    for line in text.splitlines():
		        run, end, tap = RUN.match(line), END.match(line), TAP.match(line)
		        if run:
		            if running is not None:
		                yield "not ok", running
		            running = run[1]
		        elif end and end[2] == running:
		            yield {"OK": "ok", "FAILED": "not ok", "SKIPPED": "skip"}[end[1].strip()], running
		            running = None
		        elif tap:
		            skip = re.match(r"(.*)# skip", tap[2], re.I)
		            yield ("skip" if skip else tap[1]), tap[2]
		    if running is not None:
		        yield "not ok", running

		def program(test):
		    name, verdict = test["name"], test["result"].strip().upper()
		    found = list(cases(test.get("stdout", "")))
		    bad = verdict not in ("OK", "SKIP")
		    if found and bad and not any(result == "not ok" for result, _ in found):
		        found.append(("not ok", f"ends with {verdict}"))
		    if not found:
		        found = [("not ok" if bad else "skip" if verdict == "SKIP" else "ok", verdict)]
		    for result, case in found:
		        yield result, f"{name}: {case}"
		    if bad:
		        for line in (test.get("stdout", "") + test.get("stderr", "")).splitlines()[-40:]:
		            yield "#", line

		with open(sys.argv[1]) as log:
		    for result, text in (item for line in log for item in program(json.loads(line))):
		        if result == "#":
		            print("#", text)
		        elif result == "skip":
		            print(f"ok - {text} # SKIP" if "# SKIP" not in text else f"ok - {text}")
		        else:
		            print(f"{result} - {text}")
	PYTHON
}

# run_unit_tests [MESON OPTION...]
run_unit_tests()
{
	local dir=$LEAT_BUILD log=$LEAT_BUILD/test-logs/unit before=$passed status
	mkdir -p "$dir/test-logs"
	rm -f "$dir/meson-logs/leat-unit.json"
	run_limited "$log.out" "$log.err" \
		meson test -C "$dir" --no-rebuild --suite unit --logbase leat-unit "$@"
	status=$?
	if [ ! -s "$dir/meson-logs/leat-unit.json" ]; then
		add_failure "no unit test ran in $dir"
		show_end "$log.out"
		show_end "$log.err"
		return
	fi
	tap_of_meson_log "$dir/meson-logs/leat-unit.json" >"$log.tap" ||
		echo "Bail out! cannot read meson's log" >>"$log.tap"
	count_tap unit "$log.tap" "$status" || grep '^#' "$log.tap" | sed 's/^#/      |/'
	echo "  $(basename "$dir"): $((passed - before)) unit tests passed"
}

# Suites

suite_lint()
{
	local script out found=0
	out=$(mktemp)
	for script in tests/lint/*.sh tests/lint/*.py; do
		[ -x "$script" ] || continue
		found=$((found + 1))
		if run_limited "$out" "$out" "$script"; then
			passed=$((passed + 1))
			echo "  ok     - $script"
		else
			add_failure "$script"
			show_end "$out"
		fi
	done
	rm -f "$out"
	[ "$found" -gt 0 ] || add_failure "no script in tests/lint"
}

suite_unit()
{
	build_into "$build_dir" && LEAT_BUILD=$build_dir run_unit_tests
}

functional_tests()
{
	local dirs=(tests/functional)
	[ ! -d tests/bpf ] || compgen -G 'tests/bpf/test_*.[ps][yh]' >/dev/null && dirs+=(tests/bpf)
	run_tap_scripts "${dirs[@]}"
}

suite_functional()
{
	build_into "$build_dir" && LEAT_BUILD=$build_dir functional_tests
}

# Memory errors, leaks and undefined behaviour end the program that has them, at once.
suite_sanitize()
{
	local -x LEAT_BUILD=$build_dir-asan
	local -x ASAN_OPTIONS=detect_leaks=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
	local -x UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}
	# Not a release: asserts are in.
	build_into "$LEAT_BUILD" -Dbuildtype=debugoptimized -Db_lto=false -Db_sanitize=address,undefined || return
	run_unit_tests --timeout-multiplier 5
	functional_tests
}

suite_clang()
{
	local -x CC=clang
	# Debian's clang brings no linker that knows its intermediate code.
	if build_into "$build_dir-clang" -Db_lto=false; then
		passed=$((passed + 1))
		echo "  ok     - builds with clang"
	fi
}

suite_bench()
{
	build_into "$build_dir" && LEAT_BUILD=$build_dir run_tap_scripts tests/bench
}

run_suite()
{
	local before="$passed $failed $skipped" start=$SECONDS
	echo "== $1"
	"suite_$1"
	# shellcheck disable=SC2086 # three words
	set -- "$1" $before
	echo "   $1: $((passed - $2)) passed, $((failed - $3)) failed, $((skipped - $4)) skipped," \
		"$((SECONDS - start)) s"
}

summarize()
{
	local failure
	if [ ${#failures[@]} -gt 0 ]; then
		echo "== failures"
		for failure in "${failures[@]}"; do
			echo "  $failure"
		done
	fi
	echo "total time: $SECONDS s"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

prepare_environment()
{
	if [ -z "${LEAT_SHARED:-}" ] && [ -d ../shared ]; then
		LEAT_SHARED=$(realpath ../shared)
	fi
	if [ -n "${LEAT_SHARED:-}" ]; then
		export LEAT_SHARED
	else
		unset LEAT_SHARED
	fi
	unset LEAT_LONG
	[ "$long" = no ] || export LEAT_LONG=1
}

main()
{
	local suite
	parse_options "$@"
	trap stop_running INT TERM HUP
	prepare_environment
	tools/install-deps.sh --dev || add_failure "packages: tools/install-deps.sh --dev"
	for suite in "${suites[@]}"; do
		run_suite "$suite"
	done
	summarize
}

main "$@"
