#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Hostile captures: leat ends well on each, or refuses it with libpcap's reason, and accounts for every packet."""

import struct
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

CAPTURES = "data/malformed/tcpdump"
AT_ONCE = 4  # most of a run is waiting
SAMPLE_EVERY = 5  # of a sanitizer build, which is slower


def captures():
    files = sorted(file for file in t.shared(CAPTURES).iterdir() if file.is_file())
    assert len(files) > 800, f"only {len(files)} captures in {CAPTURES}"
    if t.is_sanitized() and not t.LONG:
        return files[::SAMPLE_EVERY]
    return files


class Run:
    """One capture forwarded from one port to another."""

    def __init__(self, file, number, placement):
        # A link, because names with commas would be several device arguments.
        self.file, link = file, t.scratch.path(f"capture-{number}")
        if not link.exists():
            link.symlink_to(file)
        output = t.scratch.new_path(".pcap")
        config = {
            "ports": {"in": t.pcap_port(0, link), "out": t.pcap_port(1, None, output)},
            "forward": [{"between": ["in", "out"]}],
            "lcores": placement,
        }
        self.frames, self.reason = t.Libpcap().read(link)
        self.ended = t.leat_until(config, len(self.frames or ()))
        self.sent = t.pcap_read(output) if output.exists() else None
        output.unlink(missing_ok=True)

    def fault(self):
        """What is wrong with this run, or None."""
        try:
            if self.reason is None:
                self.check_used()
            else:
                self.check_refused()
        except Exception as error:  # the list of faults is the point
            return f"{self.file.name}: {error}\n{self.ended}"
        return None

    def check_refused(self):
        t.expect(self.ended.status, 1, "exit status of a refused capture")
        t.expect(self.ended.out, "", "stdout")
        t.expect(len(self.ended.errors), 1, f"error lines of {self.reason}")
        assert self.reason in self.ended.errors[0], f"does not say {self.reason}"

    def check_used(self):
        t.expect(self.ended.status, 0, "exit status")
        summary = self.ended.summary
        t.check_sums(summary)
        t.expect(self.ended.errors, [])
        t.expect(summary["packets_in"], len(self.frames), "packets, received and read by libpcap")
        t.expect(
            summary["ports"]["in"]["rx_bytes"], sum(map(len, self.frames)), "bytes, likewise"
        )
        t.expect(len(self.sent), summary["fates"].get("forward", 0), "frames in the output")
        rest = iter(self.frames)
        # In the input's order, some left out.
        assert all(frame in rest for frame in self.sent), "sends a frame that it was not given"


class Runs:
    """All captures, once; several at a time."""

    def __init__(self):
        self.runs = None

    def get(self):
        if self.runs is None:
            files, placement = captures(), t.need_cpus(t.ONE_LCORE)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                self.runs = list(pool.map(lambda i: Run(files[i], i, placement), range(len(files))))
        return self.runs


runs = Runs()


def test_no_capture_ends_leat_by_a_signal():
    bad = [f"{r.file.name}: {r.ended}" for r in runs.get() if r.ended.status not in (0, 1)]
    assert not bad, f"{len(bad)}:\n" + "\n".join(bad[:10])


def test_captures_are_used_and_every_packet_has_a_fate():
    faults = [fault for fault in (run.fault() for run in runs.get()) if fault]
    print(f"# {len(runs.get())} captures")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])


def damaged():
    """Captures that libpcap does not open."""
    whole = t.pcap_bytes([bytes(60)])
    pcapng = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    cuts = [whole[:length] for length in (0, 1, 3, 4, 5, 12, 20, 23)]
    cuts += [pcapng[:length] for length in (4, 8, 12, 27)]
    words = [b"text, not packets", bytes(1000), b"\xff" * 1000, b"\x1f\x8b" + bytes(100)]
    headers = [
        struct.pack("<IHHiIII", magic, major, minor, 0, 0, 65535, 1)
        for magic, major, minor in [(0xA1B2C3D5, 2, 4), (0xA1B2C3D4, 3, 0), (0xA1B2C3D4, 1, 0)]
    ]
    lengths = [struct.pack("<III", 0x0A0D0D0A, n, 0x1A2B3C4D) for n in (0, 11, 0xFFFFFFFF)]
    return cuts + words + headers + lengths


def test_refused_captures_are_refused_with_libpcap_s_reason():
    files = []
    for number, data in enumerate(damaged()):
        files.append(t.scratch.path(f"damaged-{number}"))
        files[-1].write_bytes(data)
    placement = t.need_cpus(t.ONE_LCORE)
    made = [Run(file, f"damaged-link-{i}", placement) for i, file in enumerate(files)]
    refused = [run for run in made if run.reason is not None]
    print(f"# {len(refused)} of {len(made)} refused by libpcap")
    assert len(refused) >= 18, [run.file.name for run in made if run.reason is None]
    faults = [fault for fault in (run.fault() for run in made) if fault]
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])


def test_many_kinds_of_fates_are_met():
    fates = set()
    for run in runs.get():
        if run.ended.status == 0:
            fates |= set(run.ended.summary["fates"])
    print("#", *sorted(fates))
    assert len(fates) >= 12, sorted(fates)


def test_fates_are_the_same_in_a_split_placement():
    placement = t.need_cpus({"rx": [0], "work": [0, 1], "tx": [1]})
    used = [(i, run) for i, run in enumerate(runs.get()) if run.reason is None]
    used = used if t.LONG else used[::10]

    def again(number, run):
        split = Run(run.file, number, placement)
        if split.ended.status != 0:
            return f"{run.file.name}: {split.ended}"
        same = split.ended.summary["fates"] == run.ended.summary["fates"]
        return None if same else f"{run.file.name}: {split.ended.summary} {run.ended.summary}"

    # Two polling lcores each: more at once than CPUs would only measure the scheduler.
    with ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(lambda job: again(*job), used) if fault]
    print(f"# {len(used)} captures")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])


if __name__ == "__main__":
    sys.exit(t.main(globals()))
