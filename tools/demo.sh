#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# leat's main job on a generated feed, from nothing: installs, builds, runs, shows. No NIC, no hugepages, no set-up.
# Exit 0 when everything came out as it should. Touches nothing outside the build folder and a temporary folder.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
work=$(mktemp -d)
prefix=leat-demo-$$
# DPDK leaves its runtime folder behind.
trap 'rm -rf "$work" "/var/run/dpdk/$prefix"' EXIT

step() {
	printf '\n== %s\n' "$*"
}

# The log of a step only matters when it fails.
quietly() {
	"$@" >"$work/step.log" 2>&1 || {
		cat "$work/step.log"
		exit 1
	}
}

build_leat() {
	[ -f "$build/build.ninja" ] || quietly meson setup "$build" "$root"
	quietly ninja -C "$build" app/leat tools/leat-feedgen
}

# Lines a and b carry the feed and lose different packets; c is a feed that nobody here has subscribed to.
make_feed() {
	"$build/tools/leat-feedgen" --messages 200k --seed 1 --output "$work/whole.pcap" --stats "$work/feedgen.json" \
		--line a=233.54.12.1:26400,loss=0.01 --line b=233.54.12.2:26400,loss=0.01 --line c=233.54.12.9:26409
	python3 "$root/tools/demo/damage.py" "$work/whole.pcap" "$work/feed.pcap" 1000
}

# One packet capture as the venue's wire, the same as a wire that leat bumps along; out.pcap is its far end.
write_configs() {
	cat >"$work/leat.yaml" <<-EOT
		ports:
		  venue: { device: "net_pcap0,rx_pcap=$work/feed.pcap" }
		  lan:   { device: "net_pcap1,rx_pcap=$work/feed.pcap" }
		  wan:   { device: "net_pcap2,tx_pcap=$work/out.pcap" }
		forward:
		  - { between: [lan, wan] }
		feeds:
		  nasdaq:
		    protocol: itch50
		    lines:
		      a: { port: venue, group: 233.54.12.1, dport: 26400 }
		      b: { port: venue, group: 233.54.12.2, dport: 26400 }
	EOT
	sed -e "s|rx_pcap=$work/feed.pcap\"|rx_pcap=$work/whole.pcap,infinite_rx=1\"|" -e '/lan:/d; /wan:/d; /forward:/,/between/d' \
		"$work/leat.yaml" >"$work/endless.yaml"
}

# Runs leat without hugepages, so that the demo needs none. The first argument names the config and the summary.
run_leat() {
	local name=$1
	shift
	if ! "$build/app/leat" --no-huge --no-shconf --file-prefix="$prefix" --log-level=lib.eal:error -- \
		--config "$work/$name.yaml" "$@" >"$work/$name.json" 2>"$work/step.log"; then
		cat "$work/step.log"
		exit 1
	fi
}

step 'installing what is missing'
"$root/tools/install-deps.sh"
step 'building'
build_leat
step 'generating a feed: 200,000 ITCH messages on three lines, a little lost, a little damaged'
make_feed
write_configs
step 'the plan'
"$build/app/leat" -- --config "$work/leat.yaml" --check
step 'running'
run_leat leat --exit-when-idle 500ms
run_leat endless --run-for 3
python3 "$root/tools/demo/report.py" "$work/leat.json" "$work/endless.json"
