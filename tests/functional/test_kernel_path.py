#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Claims on ports that are no af_xdp ports: what no claim takes goes to a TAP of leat's, and comes back from there.

A net_af_packet port on a veth plays the NIC that a PMD has taken from the kernel: its interface has no address, speaks
no IPv6, answers no ARP, and its kernel takes no IPv4 (strict reverse path). The addresses are on the TAP.
"""

import hashlib
import itertools
import json
import os
import signal
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import test_af_xdp_claims as claims
import test_af_xdp_multicast as multicast
import test_netns as netns
import xdp_lab as x

V4, V6 = x.V4, x.V6
FAR, KERNEL = x.OWN_HOST["a"], x.KERNEL["a"]
TAP = "leat_a"
GROUP, GROUP_V6, PORT = multicast.GROUP, multicast.GROUP_V6, multicast.PORT
TRANSFER_BYTES = 4 << 20
DENIED_PORT, SERVICE_PORT = 7, 5001
N_DENIED = 200
SPLIT = {"rx": [0], "work": [1], "tx": [0]}

IGMP_QUERY, IGMP_ALL_HOSTS = 0x11, "224.0.0.1"
MLD_QUERY, MLD2_REPORT, ALL_NODES = 130, 143, "ff02::1"


# The laboratory


class Lab(x.Lab):
    """That of af_xdp, but leat's kernel has nothing on the veth ends."""

    def make(self):
        super().make()
        self.sysctl("leat", "ipv4.conf.all.arp_ignore", 1)
        for device in ("to_a", "to_b"):
            self.ip("leat", "addr flush dev", device)
            self.sysctl("leat", f"ipv6.conf.{device}.disable_ipv6", 1)
            self.sysctl("leat", f"ipv4.conf.{device}.rp_filter", 1)

    def kernel_path(self, config, *options, tap=TAP):
        """A leat, running, whose TAP has addresses."""
        leat = self.closing.enter_context(KernelPath(self, config, *options))
        t.wait_for(lambda: self.link(tap) is not None, f"{tap} to be there", 10)
        self.address("leat", tap, KERNEL)
        return leat


class KernelPath(x.Running):
    """Ends like any leat, and its TAPs end with it."""

    def end(self, status=0):
        self.process.signal(signal.SIGTERM)
        ended = self.process.finish()
        t.expect(ended.status, status, str(ended))
        self.summary = ended.summary
        check_sums(self.summary)
        taps_are_gone(self.lab)
        print("#", self.summary["fates"])
        return self.summary

    def feed(self):
        with self.telemetry() as telemetry:
            return telemetry.rows("/leat/feeds")[0]

    def fates(self):
        with self.telemetry() as telemetry:
            return {row["name"]: row["packets"] for row in telemetry.rows("/leat/fates")}


def check_sums(summary):
    """As t.check_sums, but what a port sends may be the kernel's."""
    ports, fates, pool = summary["ports"].values(), summary["fates"], summary["pool"]
    t.expect(summary["packets_settled"], summary["packets_in"], "settled and received")
    t.expect(sum(fates.values()), summary["packets_in"], "sum of fates and received")
    t.expect(sum(p["rx_packets"] for p in ports), summary["packets_in"], "ports and received")
    sent = fates.get("forward", 0) + fates.get("to_kernel", 0)
    t.expect(sum(p["tx_packets"] for p in ports), sent, "sent by ports, and fates forward and to_kernel")
    to_taps = sum(p["tx_packets"] for name, p in summary["ports"].items() if name.startswith("kernel-"))
    t.expect(to_taps, fates.get("to_kernel", 0), "sent to TAPs and fate to_kernel")
    t.expect(pool["free"], pool["mbufs"], "free mbufs and all mbufs")


def taps_are_gone(lab):
    links = json.loads(netns.command("ip", "-j", "-n", lab.name("leat"), "link", "show").stdout)
    t.expect([link["ifname"] for link in links if link["ifname"].startswith("leat")], [], "interfaces left behind")


def af_packet(device, number=0, **keys):
    return {"device": f"net_af_packet{number},iface={device}", **keys}


def config(*rows, deny=(), **rest):
    """One port, `a`, and what it claims."""
    return x.config(*rows, deny=deny, **{"ports": {"a": af_packet("to_a")}, "pair": None, **rest})


def pair_config(*rows, **rest):
    """What `a` claims comes out at `b`."""
    ports = {"a": af_packet("to_a"), "b": af_packet("to_b", 1)}
    return config(*rows, **{"ports": ports, "pair": ("a", "b"), **rest})


def feed_config(*rows, deny=(), **rest):
    """A feed on a claimed group of each IP version."""
    lines = {
        name: {"port": "a", "group": group, "dport": PORT} for name, group in (("four", GROUP), ("six", GROUP_V6))
    }
    feeds = {"nasdaq": {"protocol": "itch50", "lines": lines}}
    groups = (multicast.claim(GROUP), multicast.claim(GROUP_V6))
    return config(*groups, *rows, deny=deny, feeds=feeds, **rest)


class Feed:
    """Sends a feed a window at a time; leat must take each packet."""

    def __init__(self, lab, leat):
        self.leat, self.wire = leat, lab.wire("a")
        self.tap = lab.wire("leat", TAP)
        self.sent = {GROUP: 0, GROUP_V6: 0}

    def window(self):
        for group, sent in self.sent.items():
            for frame in multicast.datagrams(group, x.WINDOW // 2, 1 + sent):
                self.wire.send(frame)
            self.sent[group] += x.WINDOW // 2
        total = sum(self.sent.values())
        self.leat.wait_for(lambda: self.leat.feed()["messages"] >= total, f"the feed's {total} packets")

    def while_running(self, *processes):
        """Until all have ended, well."""
        windows = 0
        deadline = time.monotonic() + t.BOUND_S
        while any(process.poll() is None for process in processes) or windows < 10:
            assert time.monotonic() < deadline, "what runs beside the feed does not end"
            self.window()
            windows += 1
        return [netns.end(process) for process in processes]

    def check(self, summary):
        feed = summary["feeds"]["nasdaq"]
        total = sum(self.sent.values())
        t.expect(feed["messages"], total, "messages of the feed")
        lines = {name: {"packets": total // 2, "messages": total // 2} for name in ("four", "six")}
        t.expect(feed["lines"], lines)
        t.expect(summary["fates"]["deliver"], total, "delivered")
        self.tap.check_whole()

    def check_not_at_kernel(self):
        port = struct.pack("!H", PORT)
        seen = [f for f in self.tap.look() if port in (f[36:38], f[56:58])]
        t.expect(len(seen), 0, "claimed packets at the kernel")


# What the kernel is asked


def ping_is_answered(placement):
    with Lab() as lab:
        leat = lab.kernel_path(feed_config(lcores=t.need_cpus(placement)))
        feed = Feed(lab, leat)
        feed.while_running(*(lab.script("a", netns.PING, address, 50, 10) for address in KERNEL))
        # And the other way round: the kernel asks.
        feed.while_running(*(lab.script("leat", netns.PING, address, 50, 10) for address in FAR))
        feed.check_not_at_kernel()
        summary = leat.end()
        feed.check(summary)
        assert summary["fates"]["to_kernel"] >= 200, summary["fates"]
        assert summary["ports"]["a"]["tx_packets"] >= 200, summary["ports"]


def transfer_is_whole(placement):
    data = os.urandom(TRANSFER_BYTES)
    file = t.scratch.new_path(".bin")
    file.write_bytes(data)
    with Lab() as lab:
        leat = lab.kernel_path(feed_config(lcores=t.need_cpus(placement)))
        feed = Feed(lab, leat)
        for address, source, sink in (
            (KERNEL[V4], "a", "leat"), (KERNEL[V6], "a", "leat"), (FAR[V4], "leat", "a"), (FAR[V6], "leat", "a")
        ):
            server = lab.script(sink, netns.TCP_SINK, address, SERVICE_PORT)
            netns.wait_ready(server)
            client = lab.script(source, netns.TCP_SOURCE, address, SERVICE_PORT, file)
            got = feed.while_running(server, client)[0]
            t.expect(got.split(), [str(TRANSFER_BYTES), hashlib.sha256(data).hexdigest()], address)
        feed.check_not_at_kernel()
        summary = leat.end()
        feed.check(summary)
        assert summary["ports"]["kernel-a"]["tx_bytes"] > 2 * TRANSFER_BYTES, summary["ports"]
        t.expect(set(summary["fates"]) - {"tx_queue_full"}, {"forward", "deliver", "to_kernel"})


def test_an_ipv6_datagram_in_fragments_reaches_the_kernel_whole():
    """
    The claim on the same port names ports, so that no fragment is leat's. (net_af_packet lets the kernel join IPv4
    fragments before leat sees them: test_netns.py. The unit tests have those.)
    """
    with Lab() as lab:
        leat = lab.kernel_path(config({"proto": "udp", "dst": KERNEL[V6], "dport": SERVICE_PORT}))
        lab.ping("a", KERNEL[V6])
        service = lab.udp_socket("leat", KERNEL[V6], SERVICE_PORT)
        sender = lab.udp_socket("a", FAR[V6], 4000)
        data = os.urandom(5000)
        sender.sendto(b"claimed, because it is whole", (KERNEL[V6], SERVICE_PORT))
        sender.sendto(data, (KERNEL[V6], SERVICE_PORT))
        t.expect(service.recv(65536), data)
        t.expect(leat.end()["fates"]["unclaimed"], 1, "claimed, and no feed's")


def test_without_leat_nothing_is_answered():
    """What the other tests show is leat's doing."""
    with Lab() as lab:
        lab.ip("leat", "link add stand_in type veth peer name stand_out")
        for device in ("stand_in", "stand_out"):
            lab.ip("leat", "link set", device, "up")
        lab.address("leat", "stand_in", KERNEL)
        for address in KERNEL:
            lab.ip("a", "neigh replace", address, "lladdr", x.mac_text(x.MAC_TO_A), "dev eth nud permanent")
            process = lab.script("a", netns.PING, address, 0, 1)
            _, err = process.communicate(timeout=t.BOUND_S)
            t.expect((process.returncode, err), (1, "no answer\n"), address)


# Denied


def test_denied_packets_are_dropped_and_counted():
    deny = [{"proto": "udp", "dst": address, "dport": DENIED_PORT} for address in KERNEL]
    claimed = [{"proto": "udp", "dst": address} for address in KERNEL]  # the deny is stronger
    with Lab() as lab:
        leat = lab.kernel_path(config(*claimed, deny=deny))
        tap = lab.wire("leat", TAP)
        sender = lab.wire("a")
        services = [lab.udp_socket("leat", address, DENIED_PORT) for address in KERNEL]
        for version in (V4, V6):
            ends = {"dst": KERNEL[version], "src": FAR[version]}
            for at in range(0, N_DENIED, x.WINDOW // 2):
                count = min(x.WINDOW // 2, N_DENIED - at)
                before = leat.port()["rx_packets"]
                for frame in x.numbered(count, at, dport=DENIED_PORT, **ends):
                    sender.send(frame)
                leat.wait_for(lambda n=before + count: leat.port()["rx_packets"] >= n, "a window")
            for frame in x.numbered(10, dport=DENIED_PORT + 1, **ends):
                sender.send(frame)
        # What was sent before the ping has had its turn when the ping is answered.
        lab.ping("a", KERNEL[V4])
        lab.ping("a", KERNEL[V6])
        t.expect(tap.look(), [], "at the kernel")
        for service in services:
            service.setblocking(False)
            try:
                raise AssertionError(f"a denied packet at the service: {service.recv(2048)}")
            except BlockingIOError:
                pass
        summary = leat.end()
        t.expect(summary["fates"]["denied"], 2 * N_DENIED)
        t.expect(summary["fates"]["unclaimed"], 2 * 10, "claimed packets that no feed takes")


def test_a_deny_alone_makes_the_kernel_path_too():
    with Lab() as lab:
        leat = lab.kernel_path(config(deny=[{"proto": "icmp", "dst": KERNEL[V4]}]))
        lab.ping("a", KERNEL[V6])
        process = lab.script("a", netns.PING, KERNEL[V4], 0, 1)
        process.communicate(timeout=t.BOUND_S)
        t.expect(process.returncode, 1, "the denied ping")
        assert leat.end()["fates"]["denied"] >= 3


# Multicast


def mld_records(frames):
    """(type, group) of the MLDv2 reports among the frames (RFC 3810, section 5.2)."""
    records = []
    for frame in frames:
        if frame[12:14] != b"\x86\xdd" or frame[20] != t.HOP_BY_HOP or frame[54] != t.ICMP6 or frame[62] != MLD2_REPORT:
            continue
        at = 70
        for _ in range(struct.unpack_from("!H", frame, 68)[0]):
            kind, aux, sources = struct.unpack_from("!BBH", frame, at)
            records.append((kind, frame[at + 4 : at + 20]))
            at += 20 + 16 * sources + 4 * aux
    return records


def wait_report(wire, group, kinds, what):
    seen, read = [], mld_records if ":" in group else multicast.igmp_records

    def found():
        seen.extend(read(wire.look()))
        return any(kind in kinds and address == t.address(group) for kind, address in seen)

    try:
        t.wait_for(found, what, 15)
    except AssertionError as error:
        raise AssertionError(f"{error}: no record {kinds} for {group}; seen: {seen}") from None


def igmp_query():
    """RFC 3376, section 4.1: a general query, to be answered within a tenth of a second."""
    message = struct.pack("!BBH4sBBH", IGMP_QUERY, 1, 0, bytes(4), 2, 125, 0)
    message = message[:2] + struct.pack("!H", t.checksum(message)) + message[4:]
    packet = t.ipv4(t.address(FAR[V4]), t.address(IGMP_ALL_HOSTS), multicast.IGMP, message, options=b"\x94\x04\0\0")
    packet = packet[:8] + b"\1" + packet[9:10] + bytes(2) + packet[12:]  # TTL 1
    packet = packet[:10] + struct.pack("!H", t.checksum(packet[:24])) + packet[12:]
    return multicast.group_mac(IGMP_ALL_HOSTS) + x.MAC_HOST_A + t.ethernet(t.IPV4, packet)[12:]


def mld_query():
    """RFC 3810, section 5.1, likewise."""
    source, target = t.address("fe80::1"), t.address(ALL_NODES)
    message = struct.pack("!BBHHH16sBBH", MLD_QUERY, 0, 0, 100, 0, bytes(16), 2, 125, 0)
    message = t.transport(t.ICMP6, message, 2, source, target)
    packet = t.ipv6(source, target, t.ICMP6, message, [(t.HOP_BY_HOP, bytes([0, 5, 2, 0, 0, 1, 0]))])
    packet = packet[:7] + b"\1" + packet[8:]  # hop limit 1
    return multicast.group_mac(ALL_NODES) + x.MAC_HOST_A + t.ethernet(t.IPV6, packet)[12:]


def groups_are_reported_queried_and_left(group, query):
    with Lab() as lab:
        wire = lab.wire("a", wanted=lambda frame: True)
        leat = lab.kernel_path(config(multicast.claim(group)))
        t.wait_for(lambda: multicast.is_joined(lab, group, TAP), f"{group} on the TAP", 10)
        wait_report(wire, group, multicast.JOIN, "the report on join")
        # The robustness variable has it sent twice (RFC 3376, section 8.1): the answer to a query is of another type.
        wire.send(query)
        wait_report(wire, group, (1, 2), "the answer to a query")
        leat.end()
        wait_report(wire, group, multicast.LEAVE, "the leave at the end")


def test_an_ipv4_group_is_reported_queried_and_left_at_the_end():
    groups_are_reported_queried_and_left(GROUP, igmp_query())


def test_an_ipv6_group_is_reported_queried_and_left_at_the_end():
    groups_are_reported_queried_and_left(GROUP_V6, mld_query())


def test_a_reload_joins_and_leaves_on_the_wire():
    with Lab() as lab:
        wire = lab.wire("a", wanted=lambda frame: True)
        leat = lab.kernel_path(config(multicast.claim(GROUP)))
        wait_report(wire, GROUP, multicast.JOIN, "the report on join")
        leat.reload(config(multicast.claim(multicast.OTHER), multicast.claim(GROUP_V6)))
        wait_report(wire, GROUP, multicast.LEAVE, "the leave")
        groups = (GROUP, multicast.OTHER, GROUP_V6)
        t.expect([multicast.is_joined(lab, group, TAP) for group in groups], [False, True, True])
        leat.end()


# Reload


def arrivals(far, tap, count):
    """What came to each place of so many frames, or what was there in time. Does not spin: leat needs the CPUs."""
    at_leat, at_kernel = [], []

    def complete():
        at_leat.extend(far.look())
        at_kernel.extend(tap.look())
        return len(at_leat) + len(at_kernel) >= count

    try:
        t.wait_for(complete, "the window", x.ARRIVAL_S)
    except AssertionError:
        pass  # the caller says which are missing
    return at_leat, at_kernel


def claims_change_under_traffic(placement):
    def placed(number):
        return pair_config(*claims.churn_config(number)["claims"], lcores=t.need_cpus(placement))

    with Lab() as lab:
        leat = lab.kernel_path(placed(0))
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", TAP)
        churn = claims.Churn(leat)
        churn.texts = itertools.cycle([json.dumps(placed(number)) for number in (1, 0)])
        sent, at_leat, at_kernel = 0, 0, 0
        while churn.goes_on():
            churn.turn()
            window = list(claims.churn_frames(sent))
            for _, frame in window:
                sender.send(frame)
            leat_got, kernel_got = arrivals(far, tap, len(window))
            kinds = {frame: kind for kind, frame in window}
            wrong = [f for f in leat_got if kinds.pop(f, "twice or foreign") not in ("always", "sometimes")]
            t.expect(wrong, [], "at leat")
            wrong = [f for f in kernel_got if kinds.pop(f, "twice or foreign") not in ("never", "sometimes")]
            t.expect(wrong, [], "at the kernel")
            t.expect(list(kinds.values()), [], f"lost after {sent} frames")
            sent += len(window)
            at_leat += len(leat_got)
            at_kernel += len(kernel_got)
        churn.finish()
        print(f"# {sent} frames, {at_leat} at leat, {at_kernel} at the kernel, {churn.done} reloads")
        assert at_leat > 0 and at_kernel > 0
        t.expect(sent, at_leat + at_kernel, "frames")
        leat.end()


def test_a_reload_is_in_force_when_it_says_so():
    with Lab() as lab:
        rows = [{"proto": "udp", "dst": KERNEL[V4], "dport": port} for port in (1000, 2000)]
        leat = lab.kernel_path(pair_config(rows[0]))
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", TAP)
        frames = [x.numbered(10, dport=port) for port in (1000, 2000)]
        for turn in range(10):
            now = turn % 2
            leat.reload(pair_config(rows[now]))
            for frame in frames[0] + frames[1]:
                sender.send(frame)
            t.expect(far.wait(10), frames[now], "at leat")
            t.expect(tap.wait(10), frames[1 - now], "at the kernel")
        leat.end()


def test_a_reload_that_removes_every_row_leaves_all_to_the_kernel():
    with Lab() as lab:
        row = {"proto": "udp", "dst": KERNEL[V4], "dport": 1000}
        leat = lab.kernel_path(pair_config(row))
        sender, tap = lab.wire("a"), lab.wire("leat", TAP)
        leat.reload(pair_config())
        frames = x.numbered(10, dport=1000)
        for frame in frames:
            sender.send(frame)
        t.expect(tap.wait(10), frames, "at the kernel")
        leat.end()


def test_a_reload_may_name_the_ports_in_another_order():
    """The rows of `b` first, instead of those of `a`: the same rows."""
    with Lab() as lab:
        rows = [{"proto": "udp", "dst": "10.50.0.1", "dport": 1000, "port": port} for port in ("a", "b")]
        leat = lab.kernel_path(pair_config(*rows))
        leat.reload(pair_config(*reversed(rows)))
        lab.ping("a", KERNEL[V4])
        leat.end()


# TAPs


def test_a_kernel_interface_that_is_down_harms_no_claimed_packet():
    """An operator's `ip link set leat_a down`: what is for the kernel is lost, and counted; the rest goes on."""
    with Lab() as lab:
        leat = lab.kernel_path(pair_config({"proto": "udp", "dst": KERNEL[V4], "dport": 1000}))
        sender, far = lab.wire("a"), lab.wire("b")
        lab.ping("a", KERNEL[V4])
        lab.ip("leat", "link set", TAP, "down")
        frames, start = x.numbered(50 * x.WINDOW, dport=1000), time.monotonic()
        for at in range(0, len(frames), x.WINDOW):
            for frame in x.numbered(10, at, dport=2000) + frames[at : at + x.WINDOW]:
                sender.send(frame)
            t.expect(far.wait(x.WINDOW), frames[at : at + x.WINDOW], "claimed")
        print(f"# {time.monotonic() - start:.1f} s")
        lab.ip("leat", "link set", TAP, "up")
        lab.ip("leat", "addr replace", f"{KERNEL[V4]}/24 dev", TAP)
        lab.ping("a", KERNEL[V4])
        leat.end()


def test_the_kernel_interface_has_the_port_s_mac_and_mtu():
    with Lab() as lab:
        leat = lab.kernel_path(config(multicast.claim(GROUP), ports={"a": af_packet("to_a", mtu=1400)}))
        link = lab.link(TAP)
        t.expect((link["address"], link["mtu"]), (x.mac_text(x.MAC_TO_A), 1400))
        leat.end()


def long_names_work_or_are_refused(*names):
    """An interface's name has at most 15 characters, a mempool's (of net_tap) 25: --check says no, or it works."""
    rows = [{"port": name, "proto": "udp", "dst": GROUP, "dport": PORT} for name in names]
    ports = {name: af_packet(device, i) for i, (name, device) in enumerate(zip(names, ("to_a", "to_b")))}
    with Lab() as lab:
        made = config(*rows, ports=ports)
        checked = lab.leat_ends(t.config_file(made), "--check")
        if checked.status == 2:
            assert any(name in checked.err for name in names), checked.err
            return
        t.expect(checked.status, 0, str(checked))
        with KernelPath(lab, made) as leat:
            links = json.loads(netns.command("ip", "-j", "-n", lab.name("leat"), "link", "show").stdout)
            taps = [link["ifname"] for link in links if link["ifname"].startswith("leat")]
            t.expect(len(taps), len(names), f"kernel interfaces {taps}")
            leat.end()


def test_a_port_with_a_long_name_has_a_kernel_interface():
    long_names_work_or_are_refused("exchange_a_feed_primary")


def test_two_ports_whose_names_begin_alike_have_a_kernel_interface_each():
    long_names_work_or_are_refused("exchange_fa", "exchange_fb")


def test_killed_and_started_again():
    with Lab() as lab:
        leat = lab.kernel_path(feed_config())
        lab.ping("a", KERNEL[V4])
        leat.kill()
        taps_are_gone(lab)
        leat = lab.kernel_path(feed_config())
        for address in KERNEL:
            lab.ping("a", address)
        feed = Feed(lab, leat)
        feed.window()
        feed.check(leat.end())


def cases():
    for test in (ping_is_answered, transfer_is_whole, claims_change_under_traffic):
        for placement in (t.ONE_LCORE, SPLIT):
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(dict(globals()), [*cases()]))
