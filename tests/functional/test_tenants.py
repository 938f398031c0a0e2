#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tenants and real endpoints: the services that must work through leat, the policy they are under, and the limits."""

import itertools
import random
import socket
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab
import xdp_lab as x

V4, V6, RED, BLUE, FAR, SOME, ANY = lab.V4, lab.V6, lab.RED, lab.BLUE, lab.FAR, lab.SOME, lab.ANY
SERVICE, OTHER = lab.SERVICE, lab.OTHER
VERSIONS = (V4, V6)

FILE_BYTES = (64 if t.LONG else 8) << 20
N_FLOWS, N_CONNECTS = 50, 61
N_QUOTA = 100
TCP_STREAMS = "--parallel", 4, "--congestion", "cubic"
TCP_BURST, TCP_BURST_S = "200ms", 0.2
QUOTA_PERIOD = "365d"  # hardly ever ends while a test runs
RATE_S = 10 if t.LONG else 4
PPS, FLOWS_RATE = 4000, 500
BPS = 40_000_000
WITHIN = 0.02
UDP_BYTES = 1400
UDP_FRAME = UDP_BYTES + 8 + 20 + 14

REJECTS_PER_SECOND, REJECTS_PER_WINDOW = 1000, 500  # docs/manual.md

# Everything that the services need, by name.
SERVICES = lab.allow(
    {"name": "http", "proto": "tcp", "dport": lab.HTTP_PORT},
    {"name": "tcp", "proto": "tcp", "dport": SERVICE},
    {"name": "dns", "proto": "udp", "dport": lab.DNS_PORT},
    {"name": "echo", "proto": "icmp", "icmp_type": 8},
    {"name": "echo6", "proto": "icmp6", "icmp_type": 128},
)


def one_tenant(placement=t.ONE_LCORE, **keys):
    return lab.config({"/red": lab.tenant(**keys)}, placement)


# Services


def http_is_whole(placement):
    folder = t.scratch.new_path(".www")
    folder.mkdir()
    file = lab.File(FILE_BYTES)
    (folder / "file").symlink_to(file.path)
    with lab.started(one_tenant(placement, egress=SERVICES)) as (net, leat):
        net.server("b", lab.HTTP_SERVE, lab.HTTP_PORT, folder)
        for version in VERSIONS:
            got = net.run("a", lab.HTTP_FETCH, RED[version], FAR[version], lab.HTTP_PORT, "/file")
            t.expect(got, ["200", str(file.size), file.digest], FAR[version])
        red = leat.tenant("/red")
        t.expect((red.flows_created, red.drops), (2, {}))
        assert red.bytes > 2 * file.size, red.answer
        t.expect(leat.hits("/red")["http"], 2, "hits of the rule")
        leat.end(overload=True)


def tcp_transfer_is_whole_both_ways(placement):
    """The second tenant is b's: connections come to a from outside."""
    file = lab.File(FILE_BYTES)
    tenants = {"/red": lab.tenant(egress=SERVICES), "/far": lab.tenant(FAR)}
    with lab.started(lab.config(tenants, placement)) as (net, leat):
        for version in VERSIONS:
            net.transfer(RED[version], FAR[version], file)
            net.transfer(FAR[version], RED[version], file, ("b", "a"))
        t.expect(leat.tenant("/red").flows_created, 2)
        t.expect(leat.tenant("/far").flows_created, 2)
        leat.end(overload=True)


def names_are_resolved(placement):
    with lab.started(one_tenant(placement, egress=SERVICES)) as (net, leat):
        for version in VERSIONS:
            net.neighbours_know()
            net.server("b", lab.DNS_SERVE, FAR[version], lab.DNS_PORT)
            net.run("a", lab.DNS_ASK, RED[version], FAR[version], lab.DNS_PORT, 100)
        red = leat.tenant("/red")
        t.expect((red.flows_created, red.packets, red.drops), (200, 400, {}))
        leat.end()


def ping_is_answered(placement):
    with lab.started(one_tenant(placement, egress=SERVICES)) as (net, leat):
        for version in VERSIONS:
            net.echo(RED[version], FAR[version], 20)
        t.expect(leat.tenant("/red").drops, {})
        t.expect([leat.hits("/red")[name] for name in ("echo", "echo6")], [1, 1], "hits: one flow each")
        leat.end()


# ICMP errors


def path_mtu_is_discovered(version):
    """The router's word comes to the sender through leat, and the transfer completes, in smaller segments."""
    file = lab.File(2 << 20)
    with lab.started(one_tenant(egress=SERVICES), lab.Lab.behind_make) as (net, leat):
        mtu, _ = net.transfer(RED[version], lab.BEHIND[version], file, ("a", "d"))
        t.expect(mtu, lab.MTU_SMALL, "the path MTU that the connection knows")
        route = net.ip("a", "route get", lab.BEHIND[version], "from", RED[version]).stdout
        assert f"mtu {lab.MTU_SMALL}" in route, f"the route cache: {route}"
        # And from there: its own router tells d, and nothing of that comes by here.
        t.expect(leat.tenant("/red").drops, {})
        leat.end(overload=True)


def udp_is_told_the_path_mtu(version, others=None):
    tenants = {"/red": lab.tenant(), **(others or {})}
    with lab.started(lab.config(tenants), lab.Lab.behind_make) as (net, leat):
        near, far = net.udp_pair(RED[version], lab.BEHIND[version], SERVICE, ("a", "d"))
        lab.discovery_set(near, lab.PMTUDISC_DO)
        lab.errors_wanted(near)
        near.send(bytes(lab.MTU_SMALL))
        wanted = [(lab.ICMP_UNREACHABLE, lab.ICMP_FRAG_NEEDED), (lab.ICMP6_TOO_BIG, 0)][version]
        t.expect(lab.icmp_error(near), wanted, "the error at the sender")
        t.expect(lab.path_mtu(near), lab.MTU_SMALL, "path MTU")
        lab.exchange(near, far, bytes(1200))
        for path in others or ():
            tenant = leat.tenant(path)
            assert tenant.packets > 0 and not tenant.drops, f"{path} pays for its router's error: {tenant.answer}"
        leat.end()


def a_router_of_another_tenant_tells_udp_the_path_mtu(version):
    """The address that its error comes from is neither end's, and the tenant that has it has no part in the flow."""
    udp_is_told_the_path_mtu(version, {"/core": {"from": [{"src": address} for address in FAR]}})


def udp_is_told_that_nobody_listens(version):
    with lab.started(one_tenant()) as (net, leat):
        near = net.udp_socket("a", RED[version], 0)
        near.connect((FAR[version], SERVICE))
        lab.errors_wanted(near)
        near.send(b"anybody?")
        t.expect(lab.icmp_error(near), [(3, 3), (1, 4)][version], "port unreachable")
        leat.end()


def hops_are_counted(version):
    """As traceroute does."""
    with lab.started(one_tenant(), lab.Lab.behind_make) as (net, leat):
        near = net.udp_socket("a", RED[version], 0)
        if version == V4:
            near.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        else:
            near.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 1)
        lab.errors_wanted(near)
        near.connect((lab.BEHIND[version], 33434))
        near.send(b"how far?")
        t.expect(lab.icmp_error(near), [(11, 0), (3, 0)][version], "time exceeded")
        leat.end()


def icmp_error_of_no_flow_is_dropped(version):
    """Somebody who guesses cannot reset or slow a tenant's connections."""
    with lab.started(one_tenant()) as (net, leat):
        near, far = net.udp_pair(RED[version], FAR[version], SERVICE, source_port=4000)
        lab.exchange(near, far)
        lab.errors_wanted(near)
        wire = net.wire("b")
        for sport, dport in ((4000, OTHER), (4001, SERVICE), (4000, SERVICE)):
            wire.send(unreachable(version, sport, dport))
        t.expect(lab.icmp_error(near), [(3, 1), (1, 3)][version], "that of the flow")
        leat.end(flow_unknown=2)


def unreachable(version, sport, dport):
    """From b, with a quotation of what a has sent, or not."""
    src, dst = t.address(RED[version]), t.address(FAR[version])
    datagram = t.udp(src, dst, sport, dport, b"leat")
    if version == V4:
        message = bytes([3, 1, 0, 0]) + bytes(4) + t.ipv4(src, dst, t.UDP, datagram)
        message = message[:2] + t.checksum(message).to_bytes(2, "big") + message[4:]
    else:
        message = bytes([1, 3, 0, 0]) + bytes(4) + t.ipv6(src, dst, t.UDP, datagram)
        message = t.transport(t.ICMP6, message, 2, dst, src)
    return lab.frame(
        version, (t.ICMP, t.ICMP6)[version], message, FAR[version], RED[version], macs=(x.MAC_HOST_B, x.MAC_HOST_A)
    )


# Fragments


def fragments_come_through(placement):
    with lab.started(one_tenant(placement, egress=lab.allow({"proto": "any"}))) as (net, leat):
        for version in VERSIONS:
            net.echo(RED[version], FAR[version], 20, 4000)
            near, far = net.udp_pair(RED[version], FAR[version], SERVICE)
            lab.discovery_set(near, lab.PMTUDISC_DONT)
            lab.discovery_set(far, lab.PMTUDISC_DONT)
            for number in range(20):
                lab.exchange(near, far, random.Random(number).randbytes(4000))
        red = leat.tenant("/red")
        t.expect((red.flows_created, red.drops), (4, {}))
        assert red.packets >= 4 * 20 * 2 * 3, red.answer
        leat.end()


def test_fragments_of_what_is_denied_are_dropped_all():
    with lab.started(one_tenant(egress=SERVICES)) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        for version in VERSIONS:
            frames = [fragment_to_far(f) for f in x.fragments(bytes(2000), SERVICE, 7, version)]
            lab.send_settled(leat, wire, frames)
        lab.expect_frames(far.look(), [], "at the far end")
        drops = leat.tenant("/red").drops
        t.expect(sum(drops.values()), 2 * 4, str(drops))
        leat.end(policy_denied=ANY, frag_before_first=ANY)


def fragment_to_far(frame):
    """Those of xdp_lab are for leat's kernel; the addresses are other ones, and so is the checksum of IPv4's header."""
    packet = frame[14:]
    if packet[0] >> 4 == 4:
        packet = packet[:10] + b"\0\0" + t.address(RED[V4]) + t.address(FAR[V4]) + packet[20:]
        packet = packet[:10] + t.checksum(packet[:20]).to_bytes(2, "big") + packet[12:]
    else:
        packet = packet[:8] + t.address(RED[V6]) + t.address(FAR[V6]) + packet[40:]
    return x.MAC_HOST_B + x.MAC_HOST_A + frame[12:14] + packet


def test_a_fragment_before_its_first_has_a_fate_of_its_own():
    with lab.started(one_tenant()) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        for version in VERSIONS:
            net.udp_socket("b", FAR[version], SERVICE)
            frames = [fragment_to_far(f) for f in x.fragments(bytes(2000), SERVICE, 9, version)]
            lab.send_settled(leat, wire, frames[1:])
            lab.expect_frames(far.look(), [], "before the first")
            lab.send_settled(leat, wire, frames)
            lab.expect_frames(far.wait(len(frames)), frames, "in order")
        leat.end(frag_before_first=2 * 3)


# Policy


def what_is_not_allowed_is(action, ending, fate):
    """One service is allowed; the other listens as well, and so would answer if it were asked."""
    egress = lab.allow({"name": "service", "proto": "tcp", "dport": SERVICE}, default=action)
    with lab.started(one_tenant(egress=egress)) as (net, leat):
        for version in VERSIONS:
            server = net.tcp_server("b", FAR[version], SERVICE)
            other = net.tcp_server("b", FAR[version], OTHER)
            near, far = net.tcp_pair(server, RED[version], FAR[version], SERVICE)
            lab.talk(near, far)

            def connect(bound_s, version=version):
                net.tcp_connect("a", RED[version], FAR[version], OTHER, bound_s)

            t.expect(lab.is_refused(connect), ending, f"port {OTHER}")
            other.setblocking(False)
            try:
                other.accept()
                raise AssertionError("the denied connection is open")
            except BlockingIOError:
                pass
            lab.talk(near, far)
        red = leat.tenant("/red")
        t.expect((red.flows_created, set(red.drops)), (2, {fate}))
        leat.end(**{fate: SOME})


def test_what_is_denied_is_silent():
    what_is_not_allowed_is("deny", "silence", "policy_denied")


def test_what_is_rejected_is_refused_at_once():
    what_is_not_allowed_is("reject", "refused", "policy_rejected")


def rejected_udp_is_told(version):
    with lab.started(one_tenant(egress={"default": "reject"})) as (net, leat):
        near, _ = net.udp_pair(RED[version], FAR[version], SERVICE)
        lab.errors_wanted(near)
        near.send(b"leat")
        wanted = [(lab.ICMP_UNREACHABLE, lab.ICMP_PROHIBITED), (lab.ICMP6_UNREACHABLE, lab.ICMP6_PROHIBITED)]
        t.expect(lab.icmp_error(near), wanted[version], "administratively prohibited")
        leat.end(policy_rejected=1)


def test_rejections_are_told_no_faster_than_a_rate():
    """Nobody can have leat send packets for him."""
    with lab.started(one_tenant(egress={"default": "reject"})) as (net, leat):
        wire, count = net.wire("a"), 20 * REJECTS_PER_WINDOW
        seconds = told = 0
        for first in range(0, count, REJECTS_PER_WINDOW):
            begin, before = leat.ask("/leat/info")["uptime_ns"], leat.port("lan")["tx_packets"]
            lab.send_settled(leat, wire, [lab.udp(i, sport=1024 + i) for i in range(first, first + REJECTS_PER_WINDOW)])
            seconds += (leat.ask("/leat/info")["uptime_ns"] - begin) / 1e9
            told += leat.port("lan")["tx_packets"] - before
        print(f"# {told} of {count} were told in {seconds:.2f} s")
        assert 0 < told <= REJECTS_PER_SECOND * (seconds + 20 * 0.011), f"{told} rejected packets were answered"
        leat.end(policy_rejected=count)


def test_ingress_of_the_other_side_must_allow_too():
    """Red may speak to both ports, but far takes only the one; blue may speak to none, though far would take it."""
    tenants = {
        "/red": lab.tenant(egress=lab.allow(lab.service("udp", [SERVICE, OTHER]))),
        "/blue": lab.tenant(BLUE, egress={"default": "deny"}),
        "/far": {"to": [{"dst": address} for address in FAR], "ingress": lab.allow(lab.service("udp"))},
    }
    with lab.started(lab.config(tenants)) as (net, leat):
        for version in VERSIONS:
            lab.exchange(*net.udp_pair(RED[version], FAR[version], SERVICE, source_port=4000))
            other = net.udp_socket("b", FAR[version], OTHER)
            near = net.udp_socket("a", RED[version], 0)
            near.connect((FAR[version], OTHER))
            lab.exchange_fails(near, other)
            blue = net.udp_socket("a", BLUE[version], 0)
            blue.connect((FAR[version], OTHER))
            lab.exchange_fails(blue, other)
        t.expect(leat.tenant("/red").drops, {"policy_denied": 2})
        t.expect(leat.tenant("/blue").drops, {"policy_denied": 2})
        # Who has refused: red's packets far, blue's packets blue itself.
        refusals = [leat.tenant(path).refusals.get("policy_denied", 0) for path in ("/red", "/blue", "/far")]
        t.expect(refusals, [0, 2, 2], "refusals of red, blue and far")
        leat.end(policy_denied=4)


def test_what_a_parent_denies_no_child_can_allow():
    tenants = {
        "/desk": {"egress": lab.allow(lab.service("udp"))},
        "/desk/red": lab.tenant(egress=lab.allow(lab.service("udp", [SERVICE, OTHER]))),
    }
    with lab.started(lab.config(tenants)) as (net, leat):
        lab.exchange(*net.udp_pair(RED[V4], FAR[V4], SERVICE))
        lab.exchange_fails(*net.udp_pair(RED[V4], FAR[V4], OTHER))
        t.expect(leat.tenant("/desk").refusals, {"policy_denied": 1})
        t.expect(leat.tenant("/desk/red").drops, {"policy_denied": 1})
        leat.end(policy_denied=1)


def test_named_sets_are_what_they_hold():
    rest = {"sets": {"inner": [f"{FAR[V4]}/32"], "peers": ["inner", f"{FAR[V6]}/128"]}}
    egress = lab.allow({"proto": "udp", "dst": "peers"})
    with lab.started(lab.config({"/red": lab.tenant(egress=egress)}, **rest)) as (net, leat):
        net.address("b", "eth", ("10.99.0.3", "fd99::3"))
        for version in VERSIONS:
            lab.exchange(*net.udp_pair(RED[version], FAR[version], SERVICE))
            lab.exchange_fails(*net.udp_pair(RED[version], ("10.99.0.3", "fd99::3")[version], SERVICE))
        leat.end(policy_denied=2)


def test_audit_counts_and_lets_pass():
    """Of a policy and of a limit."""
    egress = lab.allow(lab.service("udp", dport=OTHER))
    with lab.started(one_tenant(mode="audit", egress=egress, flows__max=1)) as (net, leat):
        for version in VERSIONS:
            lab.exchange(*net.udp_pair(RED[version], FAR[version], SERVICE))
            lab.exchange(*net.udp_pair(RED[version], FAR[version], OTHER))
        red = leat.tenant("/red")
        t.expect((red.drops, red.flows_created), ({}, 4))
        t.expect(red.audits.get("tenant_flows_max"), 3, "would-be refusals by flows.max")
        assert red.audits["policy_denied"] >= 2, red.answer
        leat.end()


# Flows


def flows_max_is_exact(placement, version):
    """61 connections at once, of which 50 may be; the rest are refused however often they ask."""
    with lab.started(one_tenant(placement, flows__max=N_FLOWS)) as (net, leat):
        server = net.tcp_server("b", FAR[version], SERVICE)
        opening = lab.connect_all(net, RED[version], FAR[version], SERVICE, N_CONNECTS)
        refused = N_CONNECTS - N_FLOWS
        t.wait_for(lambda: len(lab.connected(opening)) >= N_FLOWS, f"{N_FLOWS} connections", lab.ARRIVAL_S)
        leat.wait_fate("tenant_flows_max", 2 * refused)  # they have tried again
        open_now = lab.connected(opening)
        t.expect(len(open_now), N_FLOWS, "connections")
        red = leat.tenant("/red")
        t.expect((red.flows, red.flows_peak, red.flows_created), (N_FLOWS, N_FLOWS, N_FLOWS))
        t.expect(len(leat.flows("/red")), N_FLOWS, "rows of /leat/flows")
        # What is open works.
        for _ in range(N_FLOWS):
            server.accept()[0].close()
        t.expect(set(leat.tenant("/red").drops), {"tenant_flows_max"})
        leat.end(tenant_flows_max=SOME)


def test_flows_max_of_a_parent_holds_for_its_children_together():
    tenants = {"/desk": {"flows.max": N_FLOWS}, "/desk/red": lab.tenant(), "/desk/blue": lab.tenant(BLUE)}
    with lab.started(lab.config(tenants)) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        net.udp_socket("b", FAR[V4], SERVICE)
        frames = [lab.udp(i, src=(RED, BLUE)[i % 2][V4], sport=5000 + i) for i in range(N_CONNECTS)]
        net.neighbours_know()
        lab.send_settled(leat, wire, frames)
        lab.expect_frames(far.wait(N_FLOWS), frames[:N_FLOWS], "the first ones")
        t.expect(leat.tenant("/desk").flows, N_FLOWS)
        t.expect([leat.tenant(f"/desk/{name}").flows for name in ("red", "blue")], [25, 25])
        leat.end(tenant_flows_max=N_CONNECTS - N_FLOWS)


def flows_rate_is_held(placement):
    """Each datagram opens a flow or is dropped: four times as many as may be."""
    with lab.going_first(placement), lab.started(one_tenant(placement, flows__rate=FLOWS_RATE)) as (net, leat):
        net.udp_socket("b", FAR[V4], SERVICE)
        net.neighbours_know()
        first_ports = itertools.cycle(range(2000, 60000 - 4 * FLOWS_RATE * RATE_S, 4 * FLOWS_RATE * RATE_S))

        def measure():
            created = leat.tenant("/red").flows_created
            words = RED[V4], FAR[V4], SERVICE, 4 * FLOWS_RATE, RATE_S, 64, next(first_ports)
            sent, span, away = map(float, net.run("a", lab.UDP_PACED, *words))
            leat.wait_settled()
            got = leat.tenant("/red").flows_created - created
            print(f"# {got / span:.1f} flows a second of {sent / span:.0f}; away for {away:.2f} s of {span:.1f} s")
            assert got <= FLOWS_RATE * (span * (1 + WITHIN) + 0.011), f"{got} flows in {span} s"
            if got >= FLOWS_RATE * (span - away) * (1 - WITHIN):
                return None
            return f"{got / span:.1f} flows a second, not {FLOWS_RATE}"

        lab.tries(leat, measure)
        leat.end(tenant_flows_rate=SOME)


def test_evict_gives_up_old_flows_for_new_ones():
    with lab.started(one_tenant(on_full="evict", flows__max=N_FLOWS)) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        frames = [lab.udp(i, sport=5000 + i) for i in range(N_CONNECTS)]
        net.udp_socket("b", FAR[V4], SERVICE)
        lab.send_settled(leat, wire, frames)
        lab.expect_frames(far.wait(N_CONNECTS), frames, "all of them")
        red = leat.tenant("/red")
        t.expect((red.flows, red.flows_created, red.flows_evicted), (N_FLOWS, N_CONNECTS, N_CONNECTS - N_FLOWS))
        leat.end()


def test_a_connection_is_picked_up_only_where_the_tenant_says_so():
    """It was opened before leat was started again."""
    with lab.Lab() as net:
        first = net.leat(one_tenant())
        server = net.tcp_server("b", FAR[V4], SERVICE)
        near, far = net.tcp_pair(server, RED[V4], FAR[V4], SERVICE)
        lab.talk(near, far)
        first.end()
        leat = net.leat(one_tenant())
        near.sendall(b"in the middle")
        leat.wait_fate("flow_no_syn", 2)  # it was sent again
        t.expect(leat.tenant("/red").flows, 0)
        leat.reload(one_tenant(pickup=True))
        t.expect(far.recv(100), b"in the middle")
        lab.talk(near, far)
        t.expect(leat.tenant("/red").flows_created, 1)
        leat.end(flow_no_syn=SOME)


def test_flows_end_with_their_timeouts():
    keys = {"timeouts": {"udp": "1s", "udp_replied": "1s", "icmp": "1s", "tcp_established": "2s"}}
    with lab.started(one_tenant(**keys)) as (net, leat):
        lab.exchange(*net.udp_pair(RED[V4], FAR[V4], SERVICE))
        server = net.tcp_server("b", FAR[V6], SERVICE)
        net.tcp_pair(server, RED[V6], FAR[V6], SERVICE)
        net.echo(RED[V4], FAR[V4])
        assert leat.tenant("/red").flows >= 1
        leat.wait_for(lambda: leat.tenant("/red").flows == 0, "the flows' end")
        t.expect(leat.tenant("/red").flows_expired, 3)
        leat.end()


# Packets and bytes


def pps_max_is_held(placement):
    """Twice as many as may pass: what arrives is counted, and against the sender's time."""
    with lab.going_first(placement), lab.started(one_tenant(placement, pps__max=PPS)) as (net, leat):
        far = net.udp_socket("b", FAR[V4], SERVICE)
        net.neighbours_know()

        def measure():
            before = leat.tenant("/red")
            words = RED[V4], FAR[V4], SERVICE, 2 * PPS, RATE_S, 64, 0
            sent, span, away = map(float, net.run("a", lab.UDP_PACED, *words))
            leat.wait_settled()
            after = leat.tenant("/red")
            passed = after.packets - before.packets
            t.expect(received(far, passed), passed, "arrived, and passed")
            got = passed / span
            print(f"# {got:.0f} packets a second of {sent / span:.0f}; away for {away:.2f} s of {span:.1f} s")
            assert passed <= PPS * (span * (1 + WITHIN) + 0.011), f"{got} packets a second, {PPS} allowed"
            # What it did not send for being away could not pass.
            return None if passed >= PPS * (span - away) * (1 - WITHIN) else f"{got:.0f} packets a second, not {PPS}"

        lab.tries(leat, measure)
        leat.end(tenant_pps_max=SOME)


def received(far, wanted):
    """Datagrams in the socket, once so many are there or none comes any more."""
    count = 0
    far.settimeout(1)
    try:
        while count < wanted:
            far.recv(2048)
            count += 1
        far.setblocking(False)
        while True:
            far.recv(2048)
            count += 1
    except (TimeoutError, BlockingIOError):
        return count


def bps_is(leat, what, burst_s=0):
    """leat's counters against leat's time; a reason, or None. What is saved up for a burst may come once."""
    _, bits = leat.rates("/red", RATE_S)
    print(f"# {what}: {bits / 1e6:.2f} of {BPS / 1e6} Mbit/s")
    assert bits <= BPS * (1 + WITHIN + burst_s / RATE_S), f"{bits} bits a second, {BPS} allowed"
    return None if bits >= BPS * (1 - WITHIN) else f"{bits / 1e6:.2f} Mbit/s, not {BPS / 1e6}"


def wait_flowing(leat, mbytes):
    before = leat.tenant("/red").bytes
    leat.wait_for(lambda: leat.tenant("/red").bytes > before + mbytes * 1e6, "iperf3 to be under way")


def bps_max_holds_iperf_udp(placement):
    """By leat's counters, and by what iperf3's server has got."""
    lab.need_iperf()
    with lab.going_first(placement), lab.started(one_tenant(placement, bps__max=BPS)) as (net, leat):
        options = ("--udp", "--bitrate", 2 * BPS, "--length", UDP_BYTES, "--time", RATE_S + 4)

        def measure():
            client = lab.iperf(net, RED[V4], FAR[V4], *options)
            wait_flowing(leat, 2)
            reason = bps_is(leat, "UDP")
            end = lab.iperf_end(client)["sum"]
            arrived = end["packets"] - end["lost_packets"]
            bits = arrived * UDP_FRAME * 8 / end["seconds"]
            print(f"# iperf3: {arrived} of {end['packets']} datagrams, {bits / 1e6:.2f} Mbit/s of frames")
            assert bits <= BPS * (1 + WITHIN), f"iperf3's server got {bits} bits a second"
            return reason or (None if bits >= BPS * (1 - WITHIN) else f"iperf3: {bits / 1e6:.2f} Mbit/s")

        lab.tries(leat, measure)
        leat.end(overload=True, tenant_bps_max=SOME)


def bps_max_holds_iperf_tcp(placement):
    """Both directions count. The limit drops and delays nothing, so TCP needs a deeper bucket to fill its rate."""
    lab.need_iperf()
    keys = {"bps__max": BPS, "burst": TCP_BURST}
    with lab.going_first(placement), lab.started(one_tenant(placement, **keys)) as (net, leat):

        def measure():
            client = lab.iperf(net, RED[V4], FAR[V4], "--time", RATE_S + 4, *TCP_STREAMS)
            wait_flowing(leat, 2)
            reason = bps_is(leat, "TCP", TCP_BURST_S)
            end = lab.iperf_end(client)["sum_received"]
            got, seconds = end["bits_per_second"], end["seconds"]
            print(f"# iperf3: {got / 1e6:.2f} Mbit/s of payload")
            assert got <= BPS * (1 + WITHIN + TCP_BURST_S / seconds), f"iperf3's server got {got} bits a second"
            return reason

        lab.tries(leat, measure)
        leat.end(overload=True, tenant_bps_max=SOME)


def test_bps_max_of_a_parent_holds_for_its_children_together():
    tenants = {"/desk": {"bps.max": BPS}, "/desk/red": lab.tenant(), "/desk/blue": lab.tenant(BLUE)}
    with lab.going_first(), lab.started(lab.config(tenants)) as (net, leat):
        for port in (SERVICE, OTHER):
            net.udp_socket("b", FAR[V4], port)
        rate = BPS // (8 * UDP_FRAME)
        for source, port in ((RED, SERVICE), (BLUE, OTHER)):
            net.script("a", lab.UDP_PACED, source[V4], FAR[V4], port, rate, 4 * RATE_S + 10, UDP_BYTES, 0)
        leat.wait_for(lambda: all(leat.tenant(f"/desk/{name}").packets > 1000 for name in ("red", "blue")), "both")

        def measure():
            first = [leat.reading(f"/desk/{name}") for name in ("red", "blue")]
            _, bits = leat.rates("/desk", RATE_S)
            shares = [leat.reading(f"/desk/{name}")[2] - one[2] for name, one in zip(("red", "blue"), first)]
            print(f"# {bits / 1e6:.2f} of {BPS / 1e6} Mbit/s; red and blue {[s * 8 / 1e6 for s in shares]} Mbit")
            assert bits <= BPS * (1 + WITHIN), f"{bits} bits a second, {BPS} allowed"
            assert min(shares) > 0, "one has got nothing"
            return None if bits >= BPS * (1 - WITHIN) else f"{bits / 1e6:.2f} Mbit/s"

        lab.tries(leat, measure)
        leat.end(overload=True, tenant_bps_max=SOME)


def test_burst_is_what_may_be_saved_up():
    """All at once after a rest, so much of the rate and no more; then the rate."""
    pps, burst_s = 1000, 0.5
    with lab.going_first(), lab.started(one_tenant(pps__max=pps, burst="500ms")) as (net, leat):
        wire = net.wire("a")
        net.udp_socket("b", FAR[V4], SERVICE)
        net.neighbours_know()
        leat.wait_for(lambda: leat.ask("/leat/info")["uptime_ns"] > 2 * burst_s * 1e9, "the bucket to be full")
        begin = leat.ask("/leat/info")["uptime_ns"]
        lab.send_settled(leat, wire, [lab.udp(i) for i in range(2 * pps)])
        span = (leat.ask("/leat/info")["uptime_ns"] - begin) / 1e9
        passed = leat.tenant("/red").packets
        print(f"# {passed} of {2 * pps} packets in {span:.3f} s")
        assert pps * burst_s <= passed <= pps * (burst_s + span) + 1, f"{passed} packets passed in {span} s"
        leat.end(tenant_pps_max=SOME)


# Quota, frozen


def quota_of_packets_is_exact(placement):
    quota = {"packets": N_QUOTA, "period": QUOTA_PERIOD}
    with lab.started(one_tenant(placement, quota=quota)) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        net.udp_socket("b", FAR[V4], SERVICE)
        net.neighbours_know()
        frames = [lab.udp(i, sport=4000 + i % 7) for i in range(N_QUOTA + 50)]
        lab.send_settled(leat, wire, frames)
        t.expect(len(far.wait(N_QUOTA)), N_QUOTA, "arrived")
        lab.expect_frames(far.look(), [], "and no more")
        red = leat.tenant("/red")
        t.expect((red.packets, red.quota_left, red.drops), (N_QUOTA, 0, {"quota_spent": 50}))
        leat.end(quota_spent=50)


def quota_of_bytes_is_exact(placement):
    """To the last packet that begins before it is spent."""
    frames = [lab.udp(i, sport=4000 + i % 7) for i in range(N_QUOTA + 50)]
    quota = {"bytes": N_QUOTA * len(frames[0]), "period": QUOTA_PERIOD}
    with lab.started(one_tenant(placement, quota=quota)) as (net, leat):
        wire, far = net.wire("a"), net.wire("b")
        net.udp_socket("b", FAR[V4], SERVICE)
        lab.send_settled(leat, wire, frames)
        t.expect(len(far.wait(N_QUOTA)), N_QUOTA, "arrived")
        lab.expect_frames(far.look(), [], "and no more")
        red = leat.tenant("/red")
        t.expect((red.bytes, red.quota_left, red.drops), (quota["bytes"], 0, {"quota_spent": 50}))
        leat.end(quota_spent=50)


def test_a_quota_that_is_spent_may_pass_or_throttle():
    quota = {"packets": N_QUOTA, "period": QUOTA_PERIOD}
    tenants = {
        "/red": lab.tenant(quota={**quota, "spent": "pass"}),
        "/blue": lab.tenant(BLUE, quota={**quota, "spent": {"bps.max": 8000}}),
    }
    with lab.started(lab.config(tenants)) as (net, leat):
        wire = net.wire("a")
        net.udp_socket("b", FAR[V4], SERVICE)
        net.neighbours_know()
        for source in (RED, BLUE):
            lab.send_settled(leat, wire, [lab.udp(i, src=source[V4]) for i in range(4 * N_QUOTA)])
        t.expect(leat.tenant("/red").packets, 4 * N_QUOTA, "red's packets")
        passed = leat.tenant("/blue").packets
        assert N_QUOTA < passed < 2 * N_QUOTA, f"blue: {passed} packets passed"
        leat.end(quota_spent=ANY, tenant_bps_max=ANY)


def test_frozen_and_thawed_by_reload():
    with lab.started(one_tenant()) as (net, leat):
        pairs = [net.udp_pair(RED[version], FAR[version], SERVICE, source_port=4000) for version in VERSIONS]
        server = net.tcp_server("b", FAR[V4], OTHER)
        tcp = net.tcp_pair(server, RED[V4], FAR[V4], OTHER)
        for pair in pairs:
            lab.exchange(*pair)
        leat.reload(one_tenant(frozen=True))
        for pair in pairs:
            lab.exchange_fails(*pair)
        tcp[0].sendall(b"later")
        leat.wait_fate("tenant_frozen", 4)  # both datagrams, and the segment more than once
        t.expect(set(leat.tenant("/red").drops), {"tenant_frozen"})
        leat.reload(one_tenant())
        for pair in pairs:
            lab.exchange(*pair, data=b"thawed")
        t.expect(tcp[1].recv(100), b"later")
        t.expect(leat.tenant("/red").flows_created, 3, "the same flows as before")
        leat.end(tenant_frozen=SOME)


# VLANs


def vlans(tags):
    """The same two addresses in each VLAN, at the same time."""

    def make(net):
        for inside, addresses in SAME.items():
            net.trunk_make(inside, {inside + name: tag for name, tag in tags.items()})
            for name in tags:
                net.address(inside + name, "eth", addresses)

    return make


SAME = {"a": ("10.77.0.1", "fd77::1"), "b": ("10.77.0.2", "fd77::2")}


def tenants_of_vlans_have_the_same_addresses(tags, keys):
    """The five numbers of the connections are the same, too. Only blue may speak to the other port."""
    tenants = {
        "/red": {"from": [{"port": "lan", "vlan": keys["red"]}], "egress": lab.allow(lab.service(dport=SERVICE))},
        "/blue": {"from": [{"port": "lan", "vlan": keys["blue"]}]},
    }
    with lab.started(lab.config(tenants), vlans(tags)) as (net, leat):
        pairs = {}
        for version in VERSIONS:
            source, target = SAME["a"][version], SAME["b"][version]
            for name in tags:
                server = net.tcp_server(f"b{name}", target, SERVICE)
                near = net.tcp_connect(f"a{name}", source, target, SERVICE, source_port=4000)
                far, _ = server.accept()
                pairs[name, version] = near, net.closing.enter_context(far)
        for (name, version), pair in pairs.items():
            lab.talk(*pair, f"{name} {version}".encode())
        for name in tags:
            flows = leat.flows(f"/{name}")
            t.expect(len([row for row in flows if row["proto"] == t.TCP]), 2, f"TCP flows of /{name}")
        for version in VERSIONS:
            ends = {name: net.tcp_server(f"b{name}", SAME["b"][version], OTHER) for name in tags}
            got = {}
            for name in ends:
                def connect(bound_s, name=name, version=version):
                    net.tcp_connect(f"a{name}", SAME["a"][version], SAME["b"][version], OTHER, bound_s, 4001)

                got[name] = lab.is_refused(connect)
            t.expect(got, {"red": "silence", "blue": "open"})
        for name in tags:
            t.expect("policy_denied" in leat.tenant(f"/{name}").drops, name == "red", f"drops of {name}")
        leat.end(policy_denied=SOME)


def test_two_vlans_have_the_same_addresses():
    tenants_of_vlans_have_the_same_addresses({"red": [100], "blue": [200]}, {"red": 100, "blue": 200})


def test_two_qinq_pairs_have_the_same_addresses():
    tenants_of_vlans_have_the_same_addresses(
        {"red": [10, 20], "blue": [10, 21]}, {"red": [10, 20], "blue": [10, 21]}
    )


def test_what_is_nobodys_passes():
    """Where no tenant matches, "/" has no policy of its own."""
    with lab.started(lab.config({"/red": lab.tenant(egress={"default": "deny"})})) as (net, leat):
        for version in VERSIONS:
            lab.exchange(*net.udp_pair(BLUE[version], FAR[version], SERVICE, source_port=4000))
        t.expect(leat.tenant("/red").packets, 0)
        leat.end()


def test_what_is_nobodys_is_under_the_roots_policy():
    tenants = {"/": {"egress": lab.allow(lab.service("udp"))}, "/red": lab.tenant()}
    with lab.started(lab.config(tenants)) as (net, leat):
        server = net.udp_socket("b", FAR[V4], SERVICE)
        for address in (RED, BLUE):
            allowed, denied = (net.udp_socket("a", address[V4], 0) for _ in range(2))
            allowed.connect((FAR[V4], SERVICE))
            lab.exchange(allowed, server)
            denied.connect((FAR[V4], OTHER))
            denied.send(b"leat")
        leat.wait_fate("policy_denied", 2)
        leat.end(policy_denied=2)


def cases():
    for test in (
        http_is_whole, tcp_transfer_is_whole_both_ways, names_are_resolved, ping_is_answered, fragments_come_through,
        flows_rate_is_held, pps_max_is_held, bps_max_holds_iperf_udp, bps_max_holds_iperf_tcp, quota_of_packets_is_exact,
        quota_of_bytes_is_exact,
    ):
        for placement in lab.PLACEMENTS:
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)
    for test in (
        path_mtu_is_discovered, udp_is_told_the_path_mtu, a_router_of_another_tenant_tells_udp_the_path_mtu,
        udp_is_told_that_nobody_listens, hops_are_counted,
        icmp_error_of_no_flow_is_dropped, rejected_udp_is_told,
    ):
        for version in VERSIONS:
            yield f"{test.__name__} ipv{(4, 6)[version]}", lambda test=test, version=version: test(version)
    for placement in lab.PLACEMENTS:
        for version in VERSIONS:
            name = f"flows_max_is_exact ipv{(4, 6)[version]} {t.placement_name(placement)}"
            yield name, lambda placement=placement, version=version: flows_max_is_exact(placement, version)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(dict(globals()), [*cases()]))
