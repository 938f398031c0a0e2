#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the world gets wrong: one clear error line that says what to do, exit 1, soon, and nothing left behind."""

import os
import struct
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

SHORT = ("--exit-when-idle", "100ms", "--run-for", "20s")
SOON_S = 15


def one_port(device, **keys):
    return {"ports": {"in": {"device": str(device)}}, **keys}


def capture_port(file):
    return one_port(f"net_pcap0,rx_pcap={file}")


def check_left_nothing(prefix):
    """DPDK 22.11 leaves the empty folder itself, but no file of leat's or of DPDK's."""
    folder = t.RUNTIME / prefix
    left = list(folder.iterdir()) if folder.is_dir() else []
    t.expect(left, [], "left in the run-time folder")
    held = [name for name in os.listdir("/dev/hugepages") if name.startswith(prefix)] if (
        os.path.isdir("/dev/hugepages")) else []
    t.expect(held, [], "left in /dev/hugepages")


def fails(config, *words, options=SHORT, **rest):
    """leat ends with 1 and one error line that has all the words."""
    with t.Leat(config, *options, **rest) as running:
        try:
            running.process.wait(SOON_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still there after {SOON_S} s: {running.err[-2000:]}") from None
        check_left_nothing(running.prefix)
        ended = running.finish()
    t.expect(ended.status, 1, str(ended))
    t.expect(ended.out, "", "stdout of a run that did not begin")
    t.expect(len(ended.errors), 1, f"error lines: {ended.errors}")
    for word in words:
        assert word in ended.errors[0], f"{word!r} is not in: {ended.errors[0]}"
    return ended


def runs(config, *options, **rest):
    return t.leat_summary(config, *(options or SHORT), **rest)


# Devices


def test_a_virtual_device_that_does_not_exist():
    fails(one_port("net_nothing0"), "port in", "net_nothing0", "Check the name")


def test_a_pci_device_that_does_not_exist():
    fails(one_port("0000:77:1f.7"), "port in", "0000:77:1f.7", "does it exist")


def test_an_interface_that_does_not_exist():
    fails(one_port("net_af_packet0,iface=leatnone0"), "port in", "leatnone0")


def test_a_device_argument_that_the_driver_has_not():
    fails(one_port("net_null0,bogus=1"), "port in", "bogus=1")


def test_a_device_without_a_name_is_a_config_error():
    file = t.config_file(one_port(",,,"))
    ended = t.leat(file, *SHORT)
    t.expect((ended.status, ended.out), (2, ""), str(ended))
    assert ended.err.startswith(f"{file}:") and "ports.in" in ended.err, ended.err


def test_a_device_name_longer_than_dpdk_s():
    fails(one_port("net_null" + "0" * 200), "port in")


def test_two_ports_with_the_same_device_are_a_config_error():
    file = t.config_file({"ports": {"a": {"device": "net_null0"}, "b": {"device": "net_null0"}}})
    ended = t.leat(file, *SHORT)
    t.expect(ended.status, 2, str(ended))
    lines = [line for line in ended.err.splitlines() if "net_null0" in line]
    t.expect(len(lines), 1, ended.err)
    assert lines[0].startswith(f"{file}:") and "another port has the device" in lines[0], lines[0]


def test_two_ports_on_the_same_pci_device_written_in_two_ways():
    ports = {"a": {"device": "0000:77:1f.7"}, "b": {"device": "77:1f.7"}}
    ended = t.leat(t.config_file({"ports": ports}), "--check")
    t.expect((ended.status, ended.out), (2, ""), str(ended))


# Captures


def test_a_capture_that_is_absent():
    file = t.scratch.path("absent.pcap")
    fails(capture_port(file), "port in", str(file), "No such file")


def test_a_capture_that_is_empty():
    file = t.scratch.path("empty.pcap")
    file.write_bytes(b"")
    fails(capture_port(file), "port in", str(file))


def test_a_capture_that_is_none():
    file = t.scratch.path("text.pcap")
    file.write_text("This is no capture, but long enough to be one.\n" * 10)
    fails(capture_port(file), "port in", str(file), "unknown file format")


def test_a_capture_cut_in_its_header():
    file = t.scratch.path("cut.pcap")
    file.write_bytes(t.pcap_bytes([])[:20])
    fails(capture_port(file), "port in", str(file), "truncated")


def test_a_folder_as_capture():
    folder = t.scratch.path("folder")
    folder.mkdir()
    fails(capture_port(folder), "port in", str(folder), "Is a directory")


def test_a_capture_by_the_driver_s_other_name():
    file = t.scratch.path("absent-too.pcap")
    ended = fails(one_port(f"eth_pcap0,rx_pcap={file}"), "port in", str(file), "No such file")
    assert "EAL: " not in ended.err, "looked for only after DPDK was started"


def test_a_capture_without_packets_is_no_failure():
    t.expect(runs(capture_port(t.pcap_write([])))["packets_in"], 0)


def test_a_capture_without_packets_repeated_for_ever():
    """infinite_rx of nothing: refused with a reason, or nothing received; never a fault of leat's."""
    file = t.pcap_write([])
    ended = t.leat(one_port(f"net_pcap0,rx_pcap={file},infinite_rx=1"), *SHORT)
    assert "fault of leat" not in ended.err, str(ended)
    if ended.status == 0:
        t.check_sums(ended.summary)
    else:
        t.expect(ended.status, 1, str(ended))
        t.expect(len(ended.errors), 1, str(ended))


def test_a_capture_of_jumbo_frames_repeated_for_ever():
    """net_pcap cannot repeat what is longer than an mbuf."""
    file = t.pcap_write([bytes(12) + b"\x99\x99" + bytes(9000)] * 10)
    fails(one_port(f"net_pcap0,rx_pcap={file},infinite_rx=1"), "port in", "cannot be set up")


def test_a_capture_cut_in_its_last_packet_is_used():
    file = t.scratch.path("cut-packet.pcap")
    file.write_bytes(t.pcap_bytes([bytes(60)] * 3)[:-1])
    ended = t.leat(capture_port(file), *SHORT)
    t.expect(ended.status, 0, str(ended))
    t.expect(ended.summary["packets_in"], 2)
    assert "breaks off after 2 packets" in ended.err, ended.err


def test_an_output_in_a_folder_that_is_not_there():
    fails(one_port(f"net_pcap0,rx_pcap={t.pcap_write([])},tx_pcap=/nonexistent/out.pcap"), "port in",
          "/nonexistent/out.pcap")


def test_an_output_that_is_a_folder():
    fails(one_port(f"net_pcap0,rx_pcap={t.pcap_write([])},tx_pcap=/tmp"), "port in", "tx_pcap=/tmp")


# lcores


def test_an_lcore_that_does_not_exist():
    fails(one_port("net_null0,no-rx=1", lcores={"rx": [99], "work": [99], "tx": [99]}), "CPU 99", "lscpu")


def test_an_lcore_that_leat_may_not_run_on():
    if len(os.sched_getaffinity(0)) < 2:
        raise t.Skip("one CPU only")
    first, second = sorted(os.sched_getaffinity(0))[:2]
    config = one_port("net_null0,no-rx=1", lcores={role: [second] for role in ("rx", "work", "tx")})
    fails(config, f"CPU {second}", "taskset", before=["taskset", "-c", str(first)])


def test_one_allowed_cpu_is_enough():
    first = min(os.sched_getaffinity(0))
    runs(capture_port(t.pcap_write([bytes(60)])), *SHORT, before=["taskset", "-c", str(first)])


def test_the_main_lcore_of_the_user_s_choice_is_wanted_for_polling():
    if len(os.sched_getaffinity(0)) < 2:
        raise t.Skip("one CPU only")
    config = one_port("net_null0,no-rx=1", lcores={"rx": [0], "work": [0], "tx": [0]})
    fails(config, "lcores: 0", "main lcore", "--main-lcore", eal=[*t.NO_HUGE, "-l", "0,1"])


def test_the_user_s_choice_of_lcores_lacks_one():
    if len(os.sched_getaffinity(0)) < 2:
        raise t.Skip("one CPU only")
    config = one_port("net_null0,no-rx=1", lcores={"rx": [1], "work": [1], "tx": [1]})
    fails(config, "lcores: 1", "--lcores", eal=[*t.NO_HUGE, "-l", "0"])


def test_the_user_s_choice_of_lcores_fits():
    if len(os.sched_getaffinity(0)) < 2:
        raise t.Skip("one CPU only")
    config = capture_port(t.pcap_write([bytes(60)]))
    config["lcores"] = {"rx": [1], "work": [1], "tx": [1]}
    runs(config, *SHORT, eal=[*t.NO_HUGE, "-l", "0,1"])


# Memory


def test_no_hugepages():
    """In a mount namespace of its own, where the kernel's list of hugepages is empty."""
    hide = 'mount -t tmpfs none /sys/kernel/mm/hugepages && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", hide, "sh"]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode != 0:
        raise t.Skip("no mount namespace can be made")
    fails(one_port("net_null0,no-rx=1"), "no free hugepages", "--no-huge", "hugepages.sh", before=before,
          eal=())


def test_more_mbufs_than_memory():
    fails(one_port("net_null0,no-rx=1", mbufs="64M"), "no memory for 64000000 mbufs", "-m", "mbufs",
          eal=[*t.NO_HUGE, "-m", "64"])


def test_mbufs_of_the_config_need_no_m():
    """leat asks for the memory that its pools need, where the user has not: also for a pool of the user's size."""
    summary = runs(capture_port(t.pcap_write([bytes(60)])) | {"mbufs": "100k"})
    t.expect(summary["pool"]["mbufs"], 100000)


def test_long_frames_need_no_m():
    config = capture_port(t.pcap_write([bytes(60)]))
    config["ports"]["in"]["mtu"] = 65535
    runs(config)


def test_a_large_capture_repeated_for_ever_needs_no_m():
    file = t.pcap_write([bytes(12) + b"\x99\x99" + bytes(46)] * 100000)
    summary = runs(one_port(f"net_pcap0,rx_pcap={file},infinite_rx=1"), "--run-for", "200ms")
    assert summary["packets_in"] > 0, summary


def test_eal_options_that_are_none():
    """DPDK prints its usage on stdout, which leat cannot help."""
    ended = t.leat(one_port("net_null0,no-rx=1"), *SHORT, eal=[*t.NO_HUGE, "--bogus-option"])
    assert ended.status in (1, 2), str(ended)
    t.expect(len(ended.errors), 1, str(ended))
    assert "DPDK could not start" in ended.errors[0] and "bogus-option" in ended.err, str(ended)


# Without a config


def test_no_config_and_no_ports():
    fails(None, "--config", "--vdev", eal=[*t.NO_HUGE, "--no-pci"])


def test_no_config_but_ports_of_eal_options():
    frames = [bytes(12) + b"\x99\x99" + i.to_bytes(46, "big") for i in range(1000)]
    output = t.scratch.path("adopted.pcap")
    # --no-pci: the machine's own devices are none of this test's business.
    source, sink = f"net_pcap0,rx_pcap={t.pcap_write(frames)}", f"net_pcap1,tx_pcap={output}"
    vdevs = ["--no-pci", f"--vdev={source}", f"--vdev={sink}"]
    summary = t.leat_summary(None, *SHORT, eal=[*t.NO_HUGE, *vdevs])
    t.expect(summary["fates"], {"forward": 1000})
    assert t.pcap_read(output) == frames


def test_no_config_and_eight_ports():
    vdevs = ["--no-pci", *(f"--vdev=net_null{i},no-rx=1" for i in range(8))]
    summary = t.leat_summary(None, *SHORT, eal=[*t.NO_HUGE, *vdevs])
    t.expect(len(summary["ports"]), 8)


# The summary


def test_a_stdout_that_takes_nothing():
    with open("/dev/full", "wb") as full:
        ended = t.leat(capture_port(t.pcap_write([bytes(60)])), *SHORT, stdout=full)
    t.expect(ended.status, 1, str(ended))
    t.expect(len(ended.errors), 1, str(ended))
    assert "stdout" in ended.errors[0], ended.errors


def test_a_stdout_that_nobody_reads():
    read, write = os.pipe()
    os.close(read)
    ended = t.leat(capture_port(t.pcap_write([bytes(60)])), *SHORT, stdout=write)
    os.close(write)
    t.expect(ended.status, 1, str(ended))
    t.expect(len(ended.errors), 1, str(ended))


# Ends well


def test_a_good_run_leaves_nothing():
    with t.Leat(capture_port(t.pcap_write([bytes(60)])), *SHORT) as running:
        running.process.wait(SOON_S)
        check_left_nothing(running.prefix)
        t.expect(running.finish().status, 0)


def test_a_capture_of_the_other_byte_order_and_of_nanoseconds():
    for magic, order in ((0xA1B2C3D4, ">"), (0xA1B23C4D, "<")):
        file = t.scratch.new_path(".pcap")
        record = struct.pack(order + "IIII", 0, 0, 60, 60) + bytes(60)
        header = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1)
        Path(file).write_bytes(header + record)
        t.expect(runs(capture_port(file))["packets_in"], 1)


if __name__ == "__main__":
    sys.exit(t.main(globals()))
