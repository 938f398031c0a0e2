#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""One tenant floods into its limits; its neighbour's steady traffic loses nothing, and all drops are the flooder's."""

import random
import socket
import struct
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab
import xdp_lab as x

V4, V6, FAR, SERVICE, OTHER = lab.V4, lab.V6, lab.FAR, lab.SERVICE, lab.OTHER
STEADY = lab.RED
NOISY = ("10.96.0.0/16", "fd96::/32")
NOISY_HOST = ("10.96.0.1", "fd96::1")
N_WINDOWS = 300 if t.LONG else 60
FLOOD_S = 10 if t.LONG else 3
N_STEADY = 16  # frames of a window; the noise has the rest
TCP_SYN, FLOWS_MAX = 0x02, 500
LIMITS = {"flows.max": FLOWS_MAX, "flows.rate": 2000, "pps.max": 20000}
REASONS = {
    "tenant_flows_max", "tenant_flows_rate", "tenant_pps_max", "frag_before_first", "frag_table_full", "flow_no_syn",
}

TCP_INFO_RETRANSMITTED = 100, 216  # linux/tcp.h: tcpi_total_retrans, tcpi_dsack_dups

MARK = b"stead"  # how numbers of its datagrams begin
MARK_VALUE = int.from_bytes(MARK, "big") << 24

# FILE, SECONDS: frames from a file, a length before each, over and over. Says how many.
FLOOD = """
import socket, sys, time
data, frames, at = open(sys.argv[1], "rb").read(), [], 0
while at < len(data):
    length = int.from_bytes(data[at:at + 2], "big")
    frames.append(data[at + 2:at + 2 + length])
    at += 2 + length
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as wire:
    wire.bind(("eth", 0))
    print("ready", flush=True)
    end, sent = time.monotonic() + float(sys.argv[2]), 0
    while time.monotonic() < end:
        for frame in frames[sent % len(frames):][:256]:
            try:
                wire.send(frame)
            except OSError:  # no room on the wire
                pass
            sent += 1
print(sent)
"""


# Noise: endless frames


def random_address(source, version, prefix=None):
    """In the noisy prefix, or one of ours."""
    if version == V4:
        return f"{prefix or '10.96'}.{source.randrange(256)}.{source.randrange(1, 255)}"
    return f"{prefix or 'fd96:0'}:{source.randrange(1 << 16):x}::{source.randrange(1, 1 << 16):x}"


def random_addresses(source):
    while True:
        version = source.randrange(2)
        yield lab.udp(
            source.randrange(1 << 32), version, random_address(source, version),
            random_address(source, version, ("10.97", "fd97:0")[version]),
            source.randrange(1, 1 << 16), source.randrange(1, 1 << 16),
        )


def syn_flood(source):
    while True:
        version = source.randrange(2)
        yield lab.tcp(
            TCP_SYN, version, random_address(source, version), FAR[version], source.randrange(1024, 1 << 16), SERVICE,
            source.randrange(1 << 32),
        )


def port_scan(source):
    while True:
        for port in range(1, 1 << 16):
            version = port % 2
            yield lab.tcp(TCP_SYN, version, NOISY_HOST[version], FAR[version], 40000, port, source.randrange(1 << 32))


def no_syns(source):
    """Segments of connections that are none."""
    while True:
        yield lab.tcp(0x10, V4, random_address(source, V4), FAR[V4], source.randrange(1024, 1 << 16), SERVICE)


def fragments_flood(source):
    """First ones whose rest never comes, and others that no first one came before."""
    while True:
        version, number = source.randrange(2), source.randrange(1, 1 << 16)
        src, dst = t.address(random_address(source, version)), t.address(FAR[version])
        datagram = t.udp(src, dst, source.randrange(1024, 1 << 16), OTHER, bytes(1000))
        cut = (t.ipv4_fragments, t.ipv6_fragments)[version]
        first, second, *_ = cut(src, dst, t.UDP, datagram, number, 512)
        whole = t.ethernet((t.IPV4, t.IPV6)[version], source.choice((first, second)))
        yield x.MAC_HOST_B + x.MAC_HOST_A + whole[12:]


NOISES = (random_addresses, syn_flood, port_scan, no_syns, fragments_flood)


# The steady one


class Steady:
    """Datagrams of old flows and of new ones, and a connection that talks; every one must come through."""

    def __init__(self, net, leat, wires, hosts=("a", "b"), macs=None, addresses=(STEADY, FAR)):
        self.leat, self.wires, self.macs = leat, wires, macs
        self.source, self.target = addresses
        self.sent = self.flows = 0
        for version in (V4, V6):
            net.udp_socket(hosts[1], self.target[version], SERVICE)  # b shall not answer that nobody listens
        server = net.tcp_server(hosts[1], self.target[V4], OTHER)
        self.near = net.tcp_connect(hosts[0], self.source[V4], self.target[V4], OTHER)
        self.far = net.closing.enter_context(server.accept()[0])
        self.far.settimeout(lab.ARRIVAL_S)
        self.wires[1].wanted = lambda frame: MARK in frame

    def window(self):
        frames = []
        for i in range(N_STEADY):
            version, new = i % 2, i < 2
            sport = 10000 + self.flows % 50000 if new else 4000 + i
            self.flows += new
            ends = self.source[version], self.target[version]
            frames.append(lab.udp(MARK_VALUE | self.sent + i, version, *ends, sport, SERVICE, macs=self.macs))
        self.sent += len(frames)
        return frames

    def talk(self):
        lab.talk(self.near, self.far, b"talk" * 20)

    def check(self, frames):
        got = self.wires[1].wait(len(frames))
        t.check_same_flows(got, frames, f"the steady ones, at {self.sent}")
        self.wires[1].check_whole()

    def check_connection(self):
        """Not a segment was lost. One that was sent again because its answer came late has been reported as a double."""

        def lost():
            info = self.near.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
            sent_again, doubles = (struct.unpack_from("I", info, at)[0] for at in TCP_INFO_RETRANSMITTED)
            return sent_again - doubles

        t.wait_for(lambda: lost() <= 0, "reports of doubles: else segments were lost", 5)


def check_accounts(leat, noise):
    """All drops are the noisy one's, and there were some."""
    leat.wait_settled()
    noisy, steady = leat.tenant("/noisy"), leat.tenant("/steady")
    t.expect((steady.drops, steady.flows_evicted, steady.refusals), ({}, 0, {}), "the steady one's")
    print(f"# {noisy.drops}; {noisy.flows} flows, {noisy.flows_evicted} evicted")
    t.expect(leat.tenant_fates(), noisy.drops, "fates of tenants and the noisy one's drops")
    assert noisy.drops and set(noisy.drops) <= REASONS, f"{noise.__name__}: {noisy.drops}"
    assert noisy.flows <= FLOWS_MAX and noisy.flows_peak <= FLOWS_MAX, noisy.answer
    return noisy.drops


def tenants(**noisy):
    return {
        "/noisy": {**lab.tenant(NOISY), **LIMITS, **noisy},
        "/steady": lab.tenant(STEADY, egress=lab.allow(lab.service("udp"), lab.service("tcp", OTHER))),
    }


def noise_on_the_same_wire(noise, placement, **noisy):
    """Frame beside frame: what is lost is lost by leat, because nothing is sent before the last window has its fates."""
    with lab.started(lab.config(tenants(**noisy), placement)) as (net, leat):
        wire = net.wire("a")
        steady = Steady(net, leat, (wire, net.wire("b")))
        source = random.Random(1)
        noises = noise(source)
        for _ in range(N_WINDOWS):
            mine = steady.window()
            mixed = [(source.random(), frame) for frame in mine + [next(noises) for _ in range(x.WINDOW - N_STEADY)]]
            order = {frame: at for at, frame in mixed}
            mixed = [frame for _, frame in sorted(mixed)]
            lab.send_settled(leat, wire, mixed)
            steady.check(sorted(mine, key=order.get))
            steady.talk()
        steady.check_connection()
        drops = check_accounts(leat, noise)
        t.expect(leat.tenant("/noisy").flows_evicted > 0, noisy.get("on_full") == "evict", "flows are evicted")
        account = leat.tenant("/steady")
        wanted = steady.flows + N_STEADY - 2 + 1  # new ones, old ones, and the connection
        t.expect((account.flows_created, account.flows), (wanted, wanted), "the steady one's flows")
        leat.end(**drops)


# On wires of their own

MAC_C, MAC_D = bytes.fromhex("020000000005"), bytes.fromhex("020000000006")
OWN = (("10.95.0.1", "fd95::1"), ("10.95.0.2", "fd95::2"))


def second_wire(net):
    for (which, device), mac, addresses in zip((("c", "to_c"), ("d", "to_d")), (MAC_C, MAC_D), OWN):
        net.host_make(which, device, addresses)
        net.ip(which, "link set eth address", x.mac_text(mac))


def flood_config(placement, **noisy):
    made = tenants(**noisy)
    made["/steady"] = lab.tenant(OWN[0])
    devices = (("lan", "to_a"), ("wan", "to_b"), ("lan2", "to_c"), ("wan2", "to_d"))
    return lab.config(
        made, placement, ports=lab.ports(*devices),
        forward=[{"between": ["lan", "wan"]}, {"between": ["lan2", "wan2"]}],
    )


def noise_as_fast_as_it_can(noise):
    """
    On ports of its own, so that it fills its own queues before leat and not the neighbour's. One lcore does it all: between
    lcores there are rings, which know no tenants.
    """
    frames = [frame for _, frame in zip(range(20000), noise(random.Random(2)))]
    file = t.scratch.new_path(".frames")
    file.write_bytes(b"".join(struct.pack("!H", len(frame)) + frame for frame in frames))
    with lab.started(flood_config(t.ONE_LCORE), second_wire) as (net, leat):
        steady = Steady(net, leat, (net.wire("c"), net.wire("d")), ("c", "d"), (MAC_C, MAC_D), OWN)
        flood = net.server("a", FLOOD, file, FLOOD_S)
        while flood.poll() is None:
            mine = steady.window()
            for frame in mine:
                steady.wires[0].send(frame)
            steady.check(mine)
            steady.talk()
        sent = int(lab.netns.end(flood))
        steady.check_connection()
        drops = check_accounts(leat, noise)
        taken = leat.port("lan")["rx_packets"]
        print(f"# {taken} of {sent} noisy frames reached leat in {FLOOD_S} s, beside {steady.sent} steady ones")
        assert taken > 10 * FLOWS_MAX, f"only {taken} noisy frames"
        leat.end(overload=True, **drops)


def cases():
    for noise in NOISES:
        for placement in lab.PLACEMENTS:
            name = f"{noise.__name__} on_the_same_wire {t.placement_name(placement)}"
            yield name, lambda noise=noise, placement=placement: noise_on_the_same_wire(noise, placement)
        yield f"{noise.__name__} as_fast_as_it_can", lambda noise=noise: noise_as_fast_as_it_can(noise)
    # Giving up flows of its own does not give up others'.
    limits = {"on_full": "evict", "flows.max": 50, "flows.rate": 100000, "pps.max": 2000}
    yield "random_addresses with evict", lambda: noise_on_the_same_wire(random_addresses, t.ONE_LCORE, **limits)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(dict(globals()), [*cases()]))
