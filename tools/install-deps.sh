#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs the Debian 12 packages that are missing; does nothing, quickly, when none is.

set -u

# What building and running leat needs. clang compiles the XDP program; libc6-dev is only a
# recommendation of gcc.
BASE_PACKAGES=(
	clang gcc libc6-dev meson ninja-build pkg-config python3
	libbpf-dev libdpdk-dev libjansson-dev libnuma-dev libpcap-dev libxdp-dev libyaml-dev
)

# What the tests and lints need besides. dpdk-dev holds dpdk-testpmd and dpdk-telemetry.py, dpdk
# holds dpdk-devbind.py; libclang-rt-14-dev holds libFuzzer.
DEV_PACKAGES=(
	bpftool clang-format codespell dpdk dpdk-dev ethtool git graphviz iperf3 iproute2
	libclang-rt-14-dev libcmocka-dev mandoc procps python3-scapy shellcheck tcpdump tshark valgrind
)

usage()
{
	cat <<-END
		usage: tools/install-deps.sh [--dev] [--list]
		Installs what is missing of the Debian packages that leat needs (as root).
		  --dev   also what the tests and lints need
		  --list  print what is missing and install nothing
	END
}

die()
{
	echo "install-deps: $*" >&2
	exit 1
}

# One query for all: a second of start-up on every demo or test run would be felt.
missing_of()
{
	local installed package
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null)
	for package in "$@"; do
		grep -q -x -F "installed $package" <<<"$installed" || echo "$package"
	done
}

# Runs apt-get silently; shows the end of what it said only when it keeps failing.
apt_quietly()
{
	local attempt
	for attempt in 1 2 3; do
		DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 \
			-o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 </dev/null && return 0
		# Another apt-get may hold the lists, or a mirror may be slow to answer.
		[ "$attempt" = 3 ] || sleep 5
	done
	tail -n 20 "$log" >&2
	return 1
}

install_packages()
{
	log=$(mktemp) || die "cannot write to ${TMPDIR:-/tmp}"
	trap 'rm -f "$log"' EXIT
	echo "install-deps: installing $*" >&2
	apt_quietly update || die "apt-get update failed (see above)"
	apt_quietly install --no-install-recommends "$@" || die "apt-get install failed (see above)"
}

main()
{
	local packages=("${BASE_PACKAGES[@]}") list=no missing
	while [ $# -gt 0 ]; do
		case $1 in
		--dev) packages+=("${DEV_PACKAGES[@]}") ;;
		--list) list=yes ;;
		-h | --help)
			usage
			exit 0
			;;
		*)
			usage >&2
			exit 2
			;;
		esac
		shift
	done

	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		die "this is not Debian or a relative of it; install by hand what ${packages[*]} stand for"
	fi
	mapfile -t missing < <(missing_of "${packages[@]}")
	[ ${#missing[@]} -eq 0 ] && exit 0
	if [ "$list" = yes ]; then
		printf '%s\n' "${missing[@]}"
		exit 0
	fi
	[ "$(id -u)" = 0 ] || die "not root; as root: apt-get install ${missing[*]}"
	install_packages "${missing[@]}"
	mapfile -t missing < <(missing_of "${missing[@]}")
	[ ${#missing[@]} -eq 0 ] || die "still missing after the install: ${missing[*]}"
}

main "$@"
