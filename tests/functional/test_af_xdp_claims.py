#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Claims and denies of AF_XDP ports: which frames come to leat, changed live, and every frame counted once."""

import itertools
import json
import re
import signal
import socket
import struct
import sys
import textwrap
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import xdp_lab as x

V4, V6 = x.V4, x.V6
KERNEL_V4, KERNEL_V6 = x.KERNEL["a"]
FEED = {"proto": "udp", "dst": KERNEL_V4, "dport": "26400-26499"}
DENY = {"src": "10.66.0.0/16", "proto": "udp"}  # without TCP: no row on management
CHURN_RELOADS, CHURN_HZ = 90 if t.LONG else 27, 10
CHURN_ROWS, CHURN_STABLE = 1000, 200


class Judge:
    """leat between `a` and `b`, and a tap at its kernel: where does a frame from `a` come out?"""

    def __init__(self, lab, config):
        self.lab, self.leat = lab, lab.leat(config)
        self.sender, self.far, self.tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", "to_a")

    def judge(self, frames, wanted_at_leat, wanted_at_kernel):
        """Sends all; both places get what they should, in order, and nothing else."""
        for at in range(0, len(frames), x.WINDOW):
            for frame in frames[at : at + x.WINDOW]:
                self.sender.send(frame)
            self.settle()
        far = self.far.wait(len(wanted_at_leat))
        tap = self.tap.wait(len(wanted_at_kernel))
        t.expect(len(far), len(wanted_at_leat), "frames at leat")
        t.expect(len(tap), len(wanted_at_kernel), "frames at the kernel")
        t.expect(far, wanted_at_leat, "frames at leat")
        t.expect(tap, wanted_at_kernel, "frames at the kernel")
        self.far.check_whole()
        self.tap.check_whole()

    def settle(self):
        """Until leat has taken what was claimed: the program has counted it before the sender is back."""
        self.leat.wait_for(lambda: self.leat.port()["rx_packets"] == self.leat.claims()["claimed"], "the claimed frames")

    def claimed(self, frames):
        self.judge(frames, frames, [])

    def passed(self, frames):
        self.judge(frames, [], frames)

    def denied(self, frames):
        before = self.leat.claims()["denied"]
        self.judge(frames, [], [])
        t.expect(self.leat.claims()["denied"] - before, len(frames), "denied")

    def end(self):
        self.leat.end()
        self.lab.expect_clean()


def judged(test):
    """A test(judge) for each row of claims: `test` is a generator that yields its config first."""

    def run():
        with x.Lab() as lab:
            steps = test()
            judge = Judge(lab, next(steps))
            try:
                steps.send(judge)
            except StopIteration:
                pass
            judge.end()

    run.__doc__ = test.__doc__
    return run


# Rows


@judged
def test_protocol_and_ports():
    judge = yield x.config(FEED, {"proto": "udp", "dst": KERNEL_V6, "dport": 5000}, {"proto": "tcp", "dst": KERNEL_V4, "dport": 80})
    for port in (26400, 26450, 26499):
        judge.claimed(x.numbered(10, dport=port))
    for port in (1, 22, 80, 26399, 26500, 65535):
        judge.passed(x.numbered(10, dport=port))
    six = {"dst": KERNEL_V6, "src": x.OWN_HOST["a"][V6]}
    judge.claimed(x.numbered(10, dport=5000, **six))
    judge.passed(x.numbered(10, dport=26400, **six))
    tcp = [t.tcp(t.address(x.OWN_HOST["a"][V4]), t.address(KERNEL_V4), 4000, port, b"x") for port in (80, 26400)]
    tcp = [t.ethernet(t.IPV4, t.ipv4(t.address(x.OWN_HOST["a"][V4]), t.address(KERNEL_V4), t.TCP, one)) for one in tcp]
    judge.judge(tcp, tcp[:1], tcp[1:])


@judged
def test_prefixes():
    judge = yield x.config({"dst": "10.50.0.0/16"}, {"proto": "udp", "dst": "10.50.7.0/24", "dport": 7}, {"dst": "fd50::/32"})
    judge.claimed(x.numbered(10, dst="10.50.0.0") + x.numbered(10, dst="10.50.255.255"))
    judge.claimed(x.numbered(10, dst="10.50.7.1", dport=8))  # the wider row still takes what the narrower does not
    judge.passed(x.numbered(10, dst="10.49.255.255") + x.numbered(10, dst="10.51.0.0"))
    judge.claimed(x.numbered(10, dst="fd50:0:ffff::1", src="fd99:1::1"))
    judge.passed(x.numbered(10, dst="fd50:1::", src="fd99:1::1"))


@judged
def test_protocol_by_name_and_number():
    judge = yield x.config({"dst": "10.50.0.1", "proto": 47}, {"dst": "10.50.0.2", "proto": "icmp"}, {"dst": "10.50.0.3", "proto": "any"})
    source = t.address(x.OWN_HOST["a"][V4])

    def frames(protocol, packet):
        return [t.ethernet(t.IPV4, t.ipv4(source, t.address(f"10.50.0.{i}"), protocol, packet)) for i in (1, 2, 3)]

    gre, icmp = frames(47, bytes(32)), frames(t.ICMP, t.icmp_echo(b"leat"))
    judge.far.wanted = judge.tap.wanted = lambda frame: frame[23] in (47, t.ICMP) and frame[30:33] == b"\x0a\x32\x00"
    judge.judge(gre, [gre[0], gre[2]], [gre[1]])
    judge.judge(icmp, [icmp[1], icmp[2]], [icmp[0]])


@judged
def test_vlan_qualified_claims():
    address = {"proto": "udp", "dst": KERNEL_V4}
    judge = yield x.config(
        {**address, "dport": 1000, "vlan": 100},
        {**address, "dport": 1001, "vlan": "untagged"},
        {**address, "dport": 1002},
    )
    tags = {"100": [(t.VLAN, 100)], "101": [(t.VLAN, 101)], "none": [], "0": [(t.VLAN, 0)], "qinq": [(t.QINQ, 100), (t.VLAN, 5)]}
    frames = {(port, name): x.numbered(8, dport=port, tags=tags[name]) for port in (1000, 1001, 1002) for name in tags}
    claimed = {(1000, "100"), (1000, "qinq"), (1001, "none"), (1001, "0"), *((1002, name) for name in tags)}
    for key, some in frames.items():
        print("#", *key, "claimed" if key in claimed else "passed")
        (judge.claimed if key in claimed else judge.passed)(some)


@judged
def test_source_qualified_claims():
    judge = yield x.config({**FEED, "src": "10.66.0.0/16"}, {"src": "10.77.0.1", "proto": "udp"}, {"src": "fd77::/16", "proto": "udp"})
    judge.claimed(x.numbered(10, src="10.66.0.0") + x.numbered(10, src="10.66.255.255"))
    judge.passed(x.numbered(10, src="10.65.255.255") + x.numbered(10, src="10.66.0.1", dport=1))
    judge.claimed(x.numbered(10, src="10.77.0.1", dport=9) + x.numbered(10, src="10.77.0.1", dst="10.1.2.3"))
    judge.passed(x.numbered(10, src="10.77.0.2", dport=9))
    judge.claimed(x.numbered(10, src="fd77::5", dst=KERNEL_V6))
    judge.passed(x.numbered(10, src="fd78::5", dst=KERNEL_V6))


@judged
def test_deny_drops_and_counts():
    judge = yield x.config(
        FEED, {"dst": "10.50.0.0/16"},
        deny=[DENY, {"dst": "10.50.3.0/24", "proto": "udp", "dport": "10-20"}, {"src": "fd66::/16", "proto": "udp"}],
    )
    judge.denied(x.numbered(100, src="10.66.1.2"))  # claimed too: deny wins
    judge.denied(x.numbered(100, src="10.66.1.2", dport=1))  # and this would have gone to the kernel
    judge.denied(x.numbered(10, dst="10.50.3.1", dport=10) + x.numbered(10, dst="10.50.3.1", dport=20))
    judge.claimed(x.numbered(10, dst="10.50.3.1", dport=9) + x.numbered(10, dst="10.50.4.1", dport=10))
    judge.denied(x.numbered(10, src="fd66::1", dst=KERNEL_V6))
    judge.passed(x.numbered(10, src="10.67.0.1", dport=1))
    row = judge.leat.claims()
    t.expect((row["claims"], row["denies"]), (2, 3))


def reassembled(lab, version, port):
    return lab.udp_socket("leat", x.KERNEL["a"][version], port)


@judged
def test_fragments_go_whole_to_the_kernel_when_claims_name_ports():
    judge = yield x.config(FEED, {"proto": "udp", "dst": KERNEL_V6, "dport": 26400})
    payload = bytes(range(256)) * 8
    for version in (V4, V6):
        peer = reassembled(judge.lab, version, 26400)
        for number in range(20):
            frames = x.fragments(payload, 26400, number + 1, version)
            judge.passed(frames if number % 2 else frames[::-1])
            t.expect(peer.recv(65536), payload, "the kernel's datagram")
    t.expect(judge.leat.claims()["passed_fragment"], 2 * 20 * 5)


@judged
def test_fragments_go_whole_to_leat_when_claims_name_none():
    judge = yield x.config({"proto": "udp", "dst": KERNEL_V4}, {"proto": "udp", "dst": KERNEL_V6})
    payload = bytes(range(256)) * 8
    for version in (V4, V6):
        for number in range(20):
            judge.claimed(x.fragments(payload, 26400, number + 1, version))
    t.expect(judge.leat.claims()["passed_fragment"], 0)


@judged
def test_the_kernel_keeps_its_neighbours():
    """Everything is claimed, and still the host answers ARP and neighbour solicitations."""
    judge = yield x.config({"dst": "0.0.0.0/0", "allow_management": True}, {"dst": "::/0", "allow_management": True})
    judge.claimed(x.numbered(10))
    lab = judge.lab
    lab.ip("a", "neigh flush dev eth")
    for address in x.KERNEL["a"]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        lab.socket("a", family, socket.SOCK_DGRAM).sendto(b"hello", (address, 26400))
        known = lambda address=address: "02:00:00:00:00:02" in lab.ip("a", "neigh show", address).stdout
        t.wait_for(known, f"{address} to be resolved", 10)
    assert judge.leat.claims()["passed_control"] >= 2
    judge.far.wait(12)


# Counters


@judged
def test_every_frame_is_counted_once():
    judge = yield x.config(FEED, deny=[DENY])
    good = x.udp_frame(b"leat", dport=1)
    sent = {
        "claimed": x.numbered(301),
        "denied": x.numbered(203, src="10.66.0.9"),
        "passed": x.numbered(107, dport=1),
        "passed_fragment": x.fragments(bytes(2000), 26400),
        "passed_control": [t.ethernet(t.ARP, t.arp())] * 11,
        "passed_not_ip": [t.ethernet(0x88CC, bytes(46))] * 13,
        "passed_malformed": [good[:14] + b"\x65" + good[15:]] * 17,  # a version that is none
        "passed_too_deep": x.numbered(19, tags=[(t.VLAN, 1), (t.VLAN, 2), (t.VLAN, 3)]),
        "no_socket": [],
    }
    before = judge.leat.claims()
    t.expect({name for name in before if name in sent}, set(sent), "counters")
    judge.settle()
    for frames in sent.values():
        for at in range(0, len(frames), x.WINDOW):
            for frame in frames[at : at + x.WINDOW]:
                judge.sender.send(frame)
            judge.settle()
    after = judge.leat.claims()
    counted = {name: after[name] - before[name] for name in sent}
    wanted = {name: len(frames) for name, frames in sent.items()}
    control = counted.pop("passed_control") - wanted.pop("passed_control")  # the host's own come on top
    t.expect(counted, wanted)
    assert 0 <= control < 50, f"{control} more of passed_control than sent"
    t.expect(judge.far.wait(301), sent["claimed"])
    port = judge.leat.port()
    t.expect((port["rx_packets"], port["rx_bytes"]), (301, sum(map(len, sent["claimed"]))), "the port")
    t.expect(judge.leat.port("b")["tx_packets"], 301)


def test_counters_of_two_ports_do_not_mix():
    with x.Lab() as lab, lab.leat(x.config(FEED, {"port": "b", "proto": "udp", "src": x.OWN_HOST["b"][V4]})) as leat:
        a, b = lab.wire("a"), lab.wire("b")
        from_a = x.numbered(100)
        t.expect(x.send_through(a, b, from_a), from_a)
        from_b = x.numbered(70, src=x.OWN_HOST["b"][V4], macs=x.MACS["b"])
        t.expect(x.send_through(b, a, from_b), from_b)
        t.expect([leat.claims(name)["claimed"] for name in ("a", "b")], [100, 70])
        t.expect([leat.claims(name)["claims"] for name in ("a", "b")], [1, 1])
        with leat.telemetry() as telemetry:
            t.expect(telemetry.ask("/leat/claims,1")["rows"]["1"]["port"], "b")
        leat.end()


# Reload


def churn_config(number):
    """A set of rows: some that are in both, and as many of its own as make a thousand."""
    stable = [{"proto": "udp", "dst": KERNEL_V4, "dport": 20000 + i} for i in range(CHURN_STABLE)]
    own = []
    for i in range((CHURN_ROWS - CHURN_STABLE) // 2):
        own.append({"proto": "udp", "dst": KERNEL_V4, "dport": 21000 + 1000 * number + i})
        own.append({"proto": "udp", "dst": f"10.{50 + number}.{i // 200}.{1 + i % 200}", "dport": "7000-7999"})
    t.expect(len(stable) + len(own), CHURN_ROWS)
    return x.config(*stable, *own)


def churn_frames(start):
    """A window of frames that are always claimed, never claimed, and now and then claimed."""
    choices = [
        ("always", KERNEL_V4, 20000 + start % CHURN_STABLE), ("never", KERNEL_V4, 30000),
        ("sometimes", KERNEL_V4, 21000 + start % 400), ("sometimes", KERNEL_V4, 22000 + start % 400),
        ("sometimes", f"10.50.0.{1 + start % 200}", 7500), ("never", "10.52.0.1", 7500),
        ("sometimes", f"10.51.1.{1 + start % 200}", 7000), ("always", KERNEL_V4, 20000 + start * 7 % CHURN_STABLE),
    ]
    for i, (kind, dst, port) in zip(range(x.WINDOW), itertools.cycle(choices)):
        yield kind, x.udp_frame(struct.pack("!I", start + i) + b"leat", dst=dst, dport=port)


class Churn:
    """Reloads ten times a second while frames flow."""

    def __init__(self, leat):
        self.leat, self.texts = leat, itertools.cycle([json.dumps(churn_config(number)) for number in (1, 0)])
        self.done, self.begin_s = 0, time.monotonic()

    def goes_on(self):
        """Until enough are done, however long the neighbours let that take."""
        if self.done >= CHURN_RELOADS:
            return False
        assert time.monotonic() < self.begin_s + CHURN_RELOADS, f"only {self.done} reloads in {CHURN_RELOADS} s"
        return True

    def turn(self):
        due = self.begin_s + self.done / CHURN_HZ
        if time.monotonic() >= due and self.leat.err.count("reloaded") >= self.done:
            self.leat.reload_begin(next(self.texts))
            self.done += 1

    def finish(self):
        self.leat.wait_for(lambda: self.leat.err.count("reloaded") >= self.done, "the last reload")


def arrivals(far, tap, frames):
    """What came to each place of a window, once it is complete or time is up."""
    at_leat, at_kernel = [], []
    deadline = time.monotonic() + x.ARRIVAL_S
    while len(at_leat) + len(at_kernel) < len(frames) and time.monotonic() < deadline:
        at_leat += far.look()
        at_kernel += tap.look()
    return at_leat + far.look(), at_kernel + tap.look()


def test_a_thousand_claims_changed_ten_times_a_second_under_traffic():
    with x.Lab() as lab, lab.leat(churn_config(0)) as leat:
        t.expect(leat.claims()["claims"], CHURN_ROWS)
        program = lab.program_id("to_a")
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", "to_a")
        host = lab.udp_socket("leat", KERNEL_V4, 30000)
        churn = Churn(leat)
        sent, at_host, both = 0, 0, {"leat": 0, "kernel": 0}
        while churn.goes_on():
            churn.turn()
            window = list(churn_frames(sent))
            for _, frame in window:
                sender.send(frame)
            at_leat, at_kernel = arrivals(far, tap, window)
            kinds = {frame: kind for kind, frame in window}
            t.expect([f for f in at_leat if kinds.pop(f, "twice or foreign") not in ("always", "sometimes")], [], "at leat")
            t.expect([f for f in at_kernel if kinds.pop(f, "twice or foreign") not in ("never", "sometimes")], [], "at the kernel")
            t.expect(list(kinds.values()), [], f"lost after {sent} frames")
            # The kernel's own service: every datagram that is not claimed, in order.
            for _, frame in window:
                if frame[36:38] == struct.pack("!H", 30000):
                    t.expect(host.recv(2048), frame[42:50], "the kernel's UDP service")
                    at_host += 1
            sent += len(window)
            both["leat"] += len(at_leat)
            both["kernel"] += len(at_kernel)
        churn.finish()
        row = leat.claims()
        t.expect((row["reloads"], row["claims"], row["claimed"]), (churn.done, CHURN_ROWS, both["leat"]))
        t.expect(lab.program_id("to_a"), program, "the program: reloads do not detach")
        print(f"# {sent} frames, {both}, {at_host} at the kernel's service, {churn.done} reloads")
        t.expect(leat.end()["fates"], {"forward": both["leat"]})
        lab.expect_clean()


def test_claims_of_a_reload_take_effect_before_it_says_so():
    other = dict(FEED, dport="5000-5001")
    with x.Lab() as lab:
        judge = Judge(lab, x.config(FEED))
        judge.claimed(x.numbered(10))
        for turn in range(10):
            judge.leat.reload(x.config(other))
            judge.judge(x.numbered(10) + x.numbered(10, dport=5000), x.numbered(10, dport=5000), x.numbered(10))
            judge.leat.reload(x.config(FEED, deny=[DENY]))
            judge.claimed(x.numbered(10))
            judge.denied(x.numbered(10, src="10.66.0.1"))
            t.expect(judge.leat.claims()["reloads"], 2 * turn + 2)
        judge.leat.reload(x.config())
        judge.passed(x.numbered(10))
        row = judge.leat.claims()
        t.expect((row["claims"], row["denies"], row["entries"]), (0, 0, 0))
        judge.end()


def test_a_bad_reload_changes_nothing():
    config = x.config(FEED, deny=[DENY])
    with x.Lab() as lab:
        judge = Judge(lab, config)
        name = re.escape(str(judge.leat.file))
        bad = dict(config, claims=[*config["claims"], {"port": "a", "dst": "10.0.0.1/8"}])
        cases = [
            (bad, [name + r":\d+: claims"]),
            ("ports: [\n", [name]),
            ("", [name]),
            (dict(config, claims=[{"port": "a", "dst": KERNEL_V4}]), ["claims", "management"]),
            (dict(config, mbufs=60000), ["mbufs|claims and deny|change|restart"]),
            (dict(config, forward=[]), ["forward|claims and deny|change|restart"]),
            (dict(config, ports={**config["ports"], "a": x.port("to_a", mtu=1400)}), ["ports|claims and deny|change|restart"]),
        ]
        for what, words in cases:
            judge.leat.reload_fails(what, *words)
            judge.claimed(x.numbered(10))
            judge.passed(x.numbered(10, dport=1))
            judge.denied(x.numbered(10, src="10.66.0.1"))
        judge.leat.file.unlink()
        before = len(judge.leat.err)
        judge.leat.process.signal(signal.SIGHUP)
        judge.leat.wait_for(lambda: str(judge.leat.file) in judge.leat.err[before:], "a word about the missing file")
        judge.claimed(x.numbered(10))
        judge.leat.reload(config)  # and it still can
        t.expect(judge.leat.claims()["reloads"], 1)
        judge.end()


def test_many_hangups_at_once_end_with_the_last_file():
    with x.Lab() as lab:
        judge = Judge(lab, x.config(FEED))
        for i in range(50):
            judge.leat.reload_begin(x.config({**FEED, "dport": 1000 + i}))
        judge.leat.wait_for(lambda: judge.leat.claims()["reloads"] > 0, "a reload")
        probe = x.numbered(1, dport=1049)

        def there():
            judge.sender.send(probe[0])
            return judge.far.wait(1, 0.2)

        judge.leat.wait_for(there, "the last file's claim")
        judge.settle()
        judge.far.look(), judge.tap.look()
        judge.judge(x.numbered(5, dport=1048) + x.numbered(5, dport=1049), x.numbered(5, dport=1049), x.numbered(5, dport=1048))
        judge.end()


# Management

SSH = {"proto": "tcp", "dport": 22}
MANAGEMENT = [
    ({"dst": KERNEL_V4}, True),
    ({"dst": KERNEL_V6}, True),
    ({"dst": KERNEL_V4, **SSH}, True),
    ({"dst": x.KERNEL["b"][V4], **SSH}, True),  # its other interface's address
    ({"dst": KERNEL_V4, "proto": "tcp", "dport": "1-1023"}, True),
    ({"dst": "10.99.0.0/16"}, True),
    ({"dst": "fd99::/16", "proto": 6}, True),
    ({"dst": "0.0.0.0/0"}, True),
    ({"dst": "::/0"}, True),
    ({"src": "0.0.0.0/0"}, True),
    ({"src": "10.66.0.0/16"}, True),  # everything from there, SSH too
    ({"dst": KERNEL_V4, "src": "10.66.0.0/16"}, True),
    ({"dst": KERNEL_V4, "vlan": 100}, True),
    ({"dst": KERNEL_V4, "proto": "udp"}, False),
    ({"dst": KERNEL_V4, "proto": "tcp", "dport": 23}, False),
    ({"dst": KERNEL_V4, "proto": "tcp", "dport": "23-65535"}, False),
    ({"dst": "10.99.1.253"}, False),
    ({"dst": "10.99.0.0/24"}, False),
    ({"dst": "fd99:1::ff"}, False),
    ({"dst": "127.0.0.1"}, False),  # no interface carries it
]


def management_file(claim, **more):
    """The claim stands in line 4."""
    row = json.dumps({"port": "a", **claim, **more})
    return t.config_file(f'ports:\n  a: {{ af_xdp: {{ interface: to_a }} }}\nclaims:\n  - {row}\n')


def test_the_host_s_management_is_refused_or_allowed():
    wrong = []
    with x.Lab() as lab:
        for claim, refused in MANAGEMENT:
            file = management_file(claim)
            ended = lab.leat_ends(file, "--check")
            if ended.status != (2 if refused else 0):
                wrong.append(f"{claim}: exit {ended.status}, {ended.err}")
            elif refused and not re.search(rf"{file}:4: claims.*: .*allow_management", ended.err):
                wrong.append(f"{claim}: {ended.err}")
            ended = lab.leat_ends(management_file(claim, allow_management=True), "--check")
            if ended.status != 0:
                wrong.append(f"{claim} allowed: exit {ended.status}, {ended.err}")
    t.expect(wrong, [])


def test_the_host_s_management_is_refused_at_the_start():
    with x.Lab() as lab:
        file = management_file({"dst": KERNEL_V4})
        ended = lab.leat_ends(file, "--run-for", "20s")
        t.expect(ended.status, 2, str(ended))
        assert f"{file}:4: claims" in ended.err, ended.err
        lab.expect_clean()


@judged
def test_management_that_is_allowed_is_claimed():
    judge = yield x.config({"dst": KERNEL_V4, "allow_management": True})
    source, target = t.address(x.OWN_HOST["a"][V4]), t.address(KERNEL_V4)
    judge.claimed([t.ethernet(t.IPV4, t.ipv4(source, target, t.TCP, t.tcp(source, target, 4000, 22, b"ssh")))])


# Wrong rows

HEAD = "ports:\n  feed: { af_xdp: { interface: to_a } }\n  tap: { device: net_null0 }\n"
GOOD = "proto: udp, dst: 233.54.12.0/24"
WRONG = [
    ("no_prefix", f"claims: [ {{ port: feed, proto: udp }} ]", 4, "claims", "dst|src"),
    ("no_port", f"claims: [ {{ {GOOD} }} ]", 4, "claims.*port", "missing"),
    ("unknown_port", f"claims: [ {{ port: other, {GOOD} }} ]", 4, "claims", "other"),
    ("bad_prefix", "claims: [ { port: feed, dst: 233.54.12.256 } ]", 4, "claims", "233.54.12.256"),
    ("bad_prefix_word", "claims: [ { port: feed, dst: everything } ]", 4, "claims", "everything"),
    ("short_address", "claims: [ { port: feed, dst: 10.0/8 } ]", 4, "claims", "10.0/8"),
    ("prefix_length_above", "claims: [ { port: feed, dst: 10.0.0.0/33 } ]", 4, "claims", "33|32"),
    ("prefix_length_above_v6", "claims: [ { port: feed, dst: 'fd00::/129' } ]", 4, "claims", "129|128"),
    ("prefix_length_negative", "claims: [ { port: feed, dst: 10.0.0.0/-8 } ]", 4, "claims", "/-8"),
    ("prefix_length_empty", "claims: [ { port: feed, dst: 10.0.0.0/ } ]", 4, "claims", "10.0.0.0/"),
    ("prefix_two_lengths", "claims: [ { port: feed, dst: 10.0.0.0/8/8 } ]", 4, "claims", "10.0.0.0/8/8"),
    ("host_bits_set", "claims: [ { port: feed, dst: 10.0.0.1/8 } ]", 4, "claims", "10.0.0.1/8"),
    ("host_bits_set_v6", "claims: [ { port: feed, dst: 'fd00::1/64' } ]", 4, "claims", "fd00::1/64"),
    ("host_bits_set_in_the_source", "claims: [ { port: feed, src: 10.66.1.0/16 } ]", 4, "claims", "10.66.1.0/16"),
    ("versions_mixed", "claims: [ { port: feed, dst: 10.1.0.0/16, src: 'fd00::/16' } ]", 4, "claims", "version"),
    ("ports_reversed", f"claims: [ {{ port: feed, {GOOD}, dport: 200-100 }} ]", 4, "claims", "range"),
    ("port_above", f"claims: [ {{ port: feed, {GOOD}, dport: 65536 }} ]", 4, "claims", "65536"),
    ("port_range_above", f"claims: [ {{ port: feed, {GOOD}, dport: 1-70000 }} ]", 4, "claims", "70000"),
    ("port_word", f"claims: [ {{ port: feed, {GOOD}, dport: http }} ]", 4, "claims", "http"),
    ("port_half_a_range", f"claims: [ {{ port: feed, {GOOD}, dport: 100- }} ]", 4, "claims", "100-"),
    ("port_negative", f"claims: [ {{ port: feed, {GOOD}, dport: -1 }} ]", 4, "claims", "-1"),
    ("port_three", f"claims: [ {{ port: feed, {GOOD}, dport: 1-2-3 }} ]", 4, "claims", "1-2-3"),
    ("ports_without_protocol", "claims: [ { port: feed, dst: 10.1.0.0/16, dport: 80 } ]", 4, "claims", "port"),
    ("ports_of_any", "claims: [ { port: feed, dst: 10.1.0.0/16, proto: any, dport: 80 } ]", 4, "claims", "port"),
    ("ports_of_icmp", "claims: [ { port: feed, dst: 10.1.0.0/16, proto: icmp, dport: 80 } ]", 4, "claims", "port"),
    ("protocol_word", "claims: [ { port: feed, dst: 10.1.0.0/16, proto: quic } ]", 4, "claims", "quic"),
    ("protocol_above", "claims: [ { port: feed, dst: 10.1.0.0/16, proto: 256 } ]", 4, "claims", "256"),
    ("vlan_above", f"claims: [ {{ port: feed, {GOOD}, vlan: 4095 }} ]", 4, "claims", "4095"),
    ("vlan_word", f"claims: [ {{ port: feed, {GOOD}, vlan: all }} ]", 4, "claims", "all"),
    ("allow_management_word", f"claims: [ {{ port: feed, {GOOD}, allow_management: perhaps }} ]", 4, "claims", "perhaps"),
    ("unknown_key", f"claims: [ {{ port: feed, {GOOD}, sport: 1 }} ]", 4, "claims", "sport"),
    ("no_list", f"claims: {{ port: feed, {GOOD} }}", 4, "claims", "list"),
    ("deny_bad_prefix", "deny:\n  - { port: feed, src: 10.0.0.1/8 }", 5, "deny", "10.0.0.1/8"),
    ("second_row", f"claims:\n  - {{ port: feed, {GOOD} }}\n  - {{ port: feed, dst: 1.2.3 }}", 6, "claims", "1.2.3"),
    ("ipv4_in_ipv6_prefix", "claims: [ { port: feed, dst: '::ffff:10.0.0.1/33' } ]", 4, "claims", "::ffff:10.0.0.1/33"),
    ("address_and_more", "claims: [ { port: feed, dst: '0000:0000:0000:0000:0000:ffff:192.168.100.100x' } ]", 4, "claims", "100x"),
    ("leading_blank", "claims: [ { port: feed, dst: ' 10.0.0.0/8' } ]", 4, "claims", "10.0.0.0/8"),
]
WRONG_PORTS = [
    ("both_device_and_af_xdp", "{ device: net_null0, af_xdp: { interface: to_a } }", "device|af_xdp"),
    ("no_interface", "{ af_xdp: { queues: 1 } }", "interface"),
    ("interface_empty", '{ af_xdp: { interface: "" } }', "interface"),
    ("interface_too_long", "{ af_xdp: { interface: a123456789012345 } }", "interface"),
    ("interface_with_comma", '{ af_xdp: { interface: "to_a,x=1" } }', "interface"),
    ("queues_zero", "{ af_xdp: { interface: to_a, queues: 0 } }", "queues"),
    ("queues_many", "{ af_xdp: { interface: to_a, queues: 65 } }", "queues"),
    ("unknown_key", "{ af_xdp: { interface: to_a, mode: drv } }", "mode"),
    ("queues_twice", "{ rx_queues: 3, af_xdp: { interface: to_a, queues: 1 } }", "queues"),
    ("af_xdp_a_word", "{ af_xdp: to_a }", "af_xdp"),
    ("no_device", "{ mtu: 1500 }", "device|af_xdp"),
]


def refused(text, line, key, reason):
    file = t.config_file(text)
    for options in (["--check"], ["--run-for", "1s"]):
        ended = t.leat(file, *options)
        t.expect(ended.status, 2, str(ended))
        t.expect(ended.out, "", "stdout")
        pattern = rf"^{re.escape(str(file))}:{line}: {key}.*({reason})"
        assert re.search(pattern, ended.err), f"{pattern!r} is not in {ended.err}"
        t.expect(ended.err.count("\n"), 1, f"error lines {ended.err}")


def test_the_same_interface_twice_is_refused():
    text = "ports:\n  a: { af_xdp: { interface: to_a } }\n  b: { af_xdp: { interface: to_a } }\n"
    refused(text, 3, "ports.b", "to_a")


def test_good_rows_are_taken():
    rows = """
        - { port: feed, proto: udp, dst: 233.54.12.0/24, dport: 26400-26499 }
        - { port: feed, proto: udp, dst: 233.54.12.1, dport: 26400, vlan: 100, src: 10.0.0.0/8 }
        - { port: feed, proto: 132, dst: 10.1.0.0/16, vlan: untagged }
        - { port: feed, dst: "ff05::1" }
        - { port: feed, proto: tcp, dst: 10.1.0.0/16, dport: 0-65535 }
        - { port: feed, dst: 0.0.0.0/0, allow_management: true }
        - { port: feed, dst: 0.0.0.0/0, allow_management: true }
    """
    text = HEAD + "claims:" + textwrap.indent(textwrap.dedent(rows), "  ") + "\ndeny: [ { port: feed, src: 10.66.0.0/16 } ]\n"
    ended = t.leat(t.config_file(text), "--check")
    t.expect((ended.status, ended.errors), (0, []), str(ended))


def cases():
    for name, rows, line, key, reason in WRONG:
        yield f"wrong_row {name}", lambda r=rows, l=line, k=key, w=reason: refused(f"{HEAD}{r}\n", l, k, w)
    for name, value, reason in WRONG_PORTS:
        text = f"ports:\n  feed: {value}\n"
        yield f"wrong_port {name}", lambda s=text, w=reason: refused(s, 2, "ports.feed", w)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(globals(), [*cases()]))
