#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Borrows 2 MiB hugepages for a demo or a test, and puts back what it changed.
#
# As functions (source this file):
#	options=$(hugepages_reserve 1024)	the EAL options to use, with or without hugepages
#	hugepages_restore			undo; call it from the EXIT trap
# As a command: tools/hugepages.sh reserve MIB | status | restore
#
# What was changed is kept in a file, so that a later process can restore it too. Calls add up; one
# restore undoes them all. Overlapping users on one machine are not supported.

HUGEPAGES_SYSFS=${HUGEPAGES_SYSFS:-/sys/kernel/mm/hugepages/hugepages-2048kB}
HUGEPAGES_STATE=${HUGEPAGES_STATE:-/run/leat-hugepages}
HUGEPAGES_MOUNT=${HUGEPAGES_MOUNT:-/dev/hugepages}

hugepages_read()
{
	cat "$HUGEPAGES_SYSFS/$1" 2>/dev/null || echo 0
}

# Remembers one change, "pages N" or "mount DIR"; fails where nothing can be remembered.
hugepages_remember()
{
	echo "$1 $2" 2>/dev/null >>"$HUGEPAGES_STATE"
}

# Adds N pages to the pool; the kernel may give fewer, which counts as none.
hugepages_add()
{
	local before added
	before=$(hugepages_read nr_hugepages)
	{ echo $((before + $1)) >"$HUGEPAGES_SYSFS/nr_hugepages"; } 2>/dev/null || return 1
	added=$(($(hugepages_read nr_hugepages) - before))
	if [ "$added" -ge "$1" ] && hugepages_remember pages "$added"; then
		return 0
	fi
	{ echo "$before" >"$HUGEPAGES_SYSFS/nr_hugepages"; } 2>/dev/null
	return 1
}

# Prints the first mount of 2 MiB pages, where DPDK will look as well.
hugepages_mounted()
{
	# Without a pagesize option it is the default size, which is 2 MiB unless the boot line says.
	awk '$3 == "hugetlbfs" && $4 !~ /pagesize=(1024M|1G)/ { print $2; found = 1; exit }
		END { exit !found }' /proc/mounts
}

hugepages_mount()
{
	hugepages_mounted >/dev/null && return 0
	mkdir -p "$HUGEPAGES_MOUNT" 2>/dev/null &&
		mount -t hugetlbfs -o pagesize=2M leat "$HUGEPAGES_MOUNT" 2>/dev/null || return 1
	hugepages_remember mount "$HUGEPAGES_MOUNT" && return 0
	umount "$HUGEPAGES_MOUNT"
	return 1
}

# Asking the kernel for most of its memory would push everyone else into a corner.
hugepages_affordable()
{
	awk -v mib="$1" '$1 == "MemAvailable:" { exit !(mib * 1024 <= $2 * 3 / 4) }' /proc/meminfo
}

# Makes sure that MIB are mounted and free. A step that fails leaves nothing of itself behind.
hugepages_try()
{
	local pages=$((($1 + 1) / 2)) lacking
	hugepages_mount || return 1
	lacking=$((pages - $(hugepages_read free_hugepages)))
	[ "$lacking" -le 0 ] && return 0
	hugepages_affordable $((lacking * 2)) && hugepages_add "$lacking"
}

# hugepages_reserve MIB: prints the EAL options. It cannot fail: without hugepages leat still runs.
hugepages_reserve()
{
	if hugepages_try "$1"; then
		echo "-m $1"
	else
		echo "--no-huge -m $1"
	fi
}

# Takes pages from the pool by difference: someone else may have changed it since.
hugepages_remove()
{
	local left=$(($(hugepages_read nr_hugepages) - $1))
	[ "$left" -ge 0 ] || left=0
	{ echo "$left" >"$HUGEPAGES_SYSFS/nr_hugepages"; } 2>/dev/null ||
		echo "hugepages: cannot give back $1 pages" >&2
}

hugepages_restore()
{
	local what value
	[ -f "$HUGEPAGES_STATE" ] || return 0
	while read -r what value; do
		case $what in
		pages) hugepages_remove "$value" ;;
		mount) umount "$value" || echo "hugepages: cannot unmount $value" >&2 ;;
		esac
	done < <(tac "$HUGEPAGES_STATE")
	rm -f "$HUGEPAGES_STATE"
}

hugepages_status()
{
	echo "2 MiB pages: $(hugepages_read nr_hugepages), free: $(hugepages_read free_hugepages)"
	echo "mounted on: $(hugepages_mounted || echo nothing)"
	if [ -f "$HUGEPAGES_STATE" ]; then
		sed 's/^/borrowed: /' "$HUGEPAGES_STATE"
	fi
}

hugepages_main()
{
	case "$#:${1:-}" in
	2:reserve)
		if [[ $2 =~ ^[1-9][0-9]{0,6}$ ]]; then
			hugepages_reserve "$2"
			return 0
		fi
		echo "hugepages: $2 is not a number of MiB" >&2
		return 2
		;;
	1:restore) hugepages_restore ;;
	1:status) hugepages_status ;;
	*)
		echo "usage: tools/hugepages.sh reserve MIB | status | restore" >&2
		return 2
		;;
	esac
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	hugepages_main "$@"
fi
