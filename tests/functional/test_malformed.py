#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Hostile captures: leat ends well on each, or refuses it with libpcap's reason, and accounts for every packet."""

import struct
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

CAPTURES = "data/malformed/tcpdump"
AT_ONCE = 4  # most of a run is waiting
IN_ONE_RUN = 4  # captures that libpcap opens
SAMPLE_EVERY = 5  # of a sanitizer build, which is slower


def files():
    found = sorted(file for file in t.shared(CAPTURES).iterdir() if file.is_file())
    assert len(found) > 800, f"only {len(found)} captures in {CAPTURES}"
    if t.is_sanitized() and not t.LONG:
        return found[::SAMPLE_EVERY]
    return found


class Capture:
    """One capture, what libpcap says of it, and the port that reads it."""

    def __init__(self, file):
        # A link, because names with commas would be several device arguments.
        self.file, self.link = file, t.scratch.new_path(".pcap")
        self.link.symlink_to(file)
        self.frames, self.reason = t.Libpcap().read(self.link)

    def check(self, received, sent, workers):
        """leat's counters of the port that reads, and the frames that went out for it."""
        t.expect(received["rx_packets"], len(self.frames), f"{self.file.name}: packets received")
        t.expect(received["rx_bytes"], sum(map(len, self.frames)), f"{self.file.name}: bytes")
        more = Counter(sent) - Counter(self.frames)
        t.expect(sum(more.values()), 0, f"{self.file.name}: frames sent that were not received")
        rest = iter(self.frames)
        # One worker keeps the order of all; some frames may be left out.
        good = workers > 1 or all(frame in rest for frame in sent)
        assert good, f"{self.file.name}: frames out of order"


class Run:
    """A few captures at once, each forwarded to a port of its own."""

    def __init__(self, captures, placement):
        self.captures, self.workers = captures, len(placement["work"])
        self.outputs = [t.scratch.new_path(".pcap") for _ in captures]
        config = {"ports": {}, "forward": [], "lcores": placement}
        for i, capture in enumerate(captures):
            config["ports"][f"in{i}"] = t.pcap_port(2 * i, capture.link)
            config["ports"][f"out{i}"] = t.pcap_port(2 * i + 1, None, self.outputs[i])
            config["forward"].append({"between": [f"in{i}", f"out{i}"]})
        self.ended = t.leat_until(config, sum(len(c.frames or ()) for c in captures))
        self.name = " ".join(capture.file.name for capture in captures)
        self.problem = self.find_problem()
        self.fates = self.ended.summary["fates"] if self.ended.status == 0 else {}
        for output in self.outputs:
            output.unlink(missing_ok=True)

    def find_problem(self):
        """What is wrong with this run, or None."""
        try:
            if any(capture.reason for capture in self.captures):
                self.check_refused()
            else:
                self.check_used()
        except Exception as error:  # the list of problems is the point
            errors = " ".join(self.ended.errors)
            return f"{self.name}: exit {self.ended.status}: {error} {errors}"
        return None

    def check_refused(self):
        reason = next(capture.reason for capture in self.captures if capture.reason)
        t.expect(self.ended.status, 1, "exit status of a refused capture")
        t.expect(self.ended.out, "", "stdout")
        t.expect(len(self.ended.errors), 1, f"error lines of {reason}")
        assert reason in self.ended.errors[0], f"does not say {reason}"

    def check_used(self):
        t.expect(self.ended.status, 0, "exit status")
        t.expect(self.ended.errors, [])
        summary = self.ended.summary
        t.check_sums(summary)
        n_sent = 0
        for i, capture in enumerate(self.captures):
            sent = t.pcap_read(self.outputs[i])
            n_sent += len(sent)
            capture.check(summary["ports"][f"in{i}"], sent, self.workers)
        t.expect(n_sent, summary["fates"].get("forward", 0), "frames in the outputs")


def run_all(groups, placement, at_once):
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda group: Run(group, placement), groups))


def grouped(captures):
    return [captures[at : at + IN_ONE_RUN] for at in range(0, len(captures), IN_ONE_RUN)]


class Runs:
    """All captures, once. What libpcap refuses ends the run, so it gets one of its own."""

    def __init__(self):
        self.runs = None

    def get(self):
        if self.runs is None:
            captures = [Capture(file) for file in files()]
            used = [capture for capture in captures if capture.reason is None]
            groups = grouped(used) + [[capture] for capture in captures if capture.reason]
            self.runs = run_all(groups, t.need_cpus(t.ONE_LCORE), AT_ONCE)
            print(f"# {len(captures)} captures in {len(groups)} runs")
        return self.runs


runs = Runs()


def check_no_problems(of_runs):
    problems = [run.problem for run in of_runs if run.problem]
    assert not problems, f"{len(problems)} of {len(of_runs)} runs:\n" + "\n".join(problems[:10])


def test_no_capture_ends_leat_by_a_signal():
    bad = [f"{run.name}: {run.ended}" for run in runs.get() if run.ended.status not in (0, 1)]
    assert not bad, f"{len(bad)}:\n" + "\n".join(bad[:10])


def test_captures_are_used_or_refused_and_every_packet_has_a_fate():
    check_no_problems(runs.get())


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
    captures = []
    for data in damaged():
        file = t.scratch.new_path(".damaged")
        file.write_bytes(data)
        captures.append(Capture(file))
    used = [capture.file.name for capture in captures if capture.reason is None]
    t.expect(used, [], "used by libpcap")
    check_no_problems(run_all([[c] for c in captures], t.need_cpus(t.ONE_LCORE), AT_ONCE))


def test_many_kinds_of_fates_are_met():
    fates = set().union(*(run.fates for run in runs.get()))
    print("#", *sorted(fates))
    assert len(fates) >= 12, sorted(fates)


def test_fates_are_the_same_in_a_split_placement():
    placement = t.need_cpus({"rx": [0], "work": [0, 1], "tx": [1]})
    used = [run for run in runs.get() if run.ended.status == 0]
    used = used if t.LONG else used[::4]
    # Two polling lcores each: more at once than CPUs would only measure the scheduler.
    again = run_all([run.captures for run in used], placement, 2)
    check_no_problems(again)
    for first, second in zip(used, again):
        t.expect(second.fates, first.fates, first.name)


if __name__ == "__main__":
    sys.exit(t.main(globals()))
