#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The XDP program on Debian 12's own kernel: boots it under QEMU's software emulation with the verdict tests as init.
# Only with LEAT_LONG=1; needs qemu-system-x86, busybox-static, and the kernel package from Debian's mirror.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${LEAT_BUILD:-$root/build}
name='the verdict tests pass on the kernel of Debian 12'

skip() {
	echo "ok 1 - $name # SKIP $1"
	echo '1..1'
	exit 0
}

[ "${LEAT_LONG:-}" = 1 ] || skip 'only with LEAT_LONG=1'
command -v qemu-system-x86_64 >/dev/null || skip 'no qemu-system-x86_64 (Debian: qemu-system-x86)'
command -v busybox >/dev/null || skip 'no busybox (Debian: busybox-static)'
ldd "$build/tests/bpf/bpf_test_steer" | grep -q libasan && skip 'the sanitizers find nothing in a kernel'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

fetch_kernel() {
	local image
	cd "$work" || return 1
	image=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-6[^ ]*\)/\1/p')
	apt-get download "$image" >/dev/null 2>&1 && dpkg -x "$image"_*.deb kernel
}

# The tests, what they are linked with, and an init that runs them and turns the machine off.
make_initramfs() {
	local tree=$work/tree test library
	mkdir -p "$tree"/{bin,proc,sys,run,tmp}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for test in bpf_test_claims bpf_test_steer bpf_test_steer_random bpf_test_steer_update; do
		cp "$build/tests/bpf/$test" "$tree/bin/"
		for library in $(ldd "$build/tests/bpf/$test" | grep -oE '/[^ ]+\.so[^ ]*'); do
			mkdir -p "$tree$(dirname "$library")"
			cp -Lu "$library" "$tree$library"
		done
	done
	cat >"$tree/init" <<-'INIT'
		#!/bin/busybox sh
		/bin/busybox mount -t proc proc /proc
		/bin/busybox mount -t sysfs sys /sys
		for test in claims steer steer_random steer_update; do
			/bin/bpf_test_$test && echo "GOOD $test"
		done
		/bin/busybox poweroff -f
	INIT
	chmod +x "$tree/init"
	(cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initramfs.gz"
}

fetch_kernel || skip 'the kernel package cannot be had'
make_initramfs
timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 2048 -smp 2 -nographic -no-reboot -nic none \
	-kernel "$work"/kernel/boot/vmlinuz-* -initrd "$work/initramfs.gz" \
	-append 'console=ttyS0 panic=-1 quiet' >"$work/console" 2>&1 </dev/null
if [ "$(grep -ac '^GOOD' "$work/console")" -eq 4 ]; then
	echo "ok 1 - $name"
else
	tail -n 40 "$work/console" | sed 's/^/# /'
	echo "not ok 1 - $name"
fi
echo '1..1'
