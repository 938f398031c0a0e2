# SPDX-License-Identifier: BSD-3-Clause
"""A laboratory for tenants: hosts that talk to each other through leat, which is a bump in the wire between them.

	a: eth -- to_a: leat :to_b -- eth: b [ -- c -- d, behind a link of a smaller MTU ]

Each test gets namespaces of its own. ARP and neighbour discovery go through leat as all else does. leat's ports are
net_af_xdp ones of the plain kind, which take every frame as it is: net_af_packet has the kernel join IPv4 fragments.
Host `a` has one address for each of two tenants, `b` is everybody's other end.
"""

import contextlib
import hashlib
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import threading
import time
from collections import Counter
from pathlib import Path

import leat_test as t
import test_netns as netns
import xdp_lab as x

V4, V6 = x.V4, x.V6
RED = x.HOST["a"]  # the first tenant's address of each IP version
BLUE = ("10.99.0.11", "fd99::11")  # the second one's
FAR = x.HOST["b"]
BEHIND = ("10.98.2.2", "fd98:2::2")  # d's
MTU_SMALL, MTU_VLAN = 1300, 1400

SERVICE, OTHER = 5001, 5002  # ports of services at the far end
HTTP_PORT, DNS_PORT, IPERF_PORT = 8080, 53, 5201
ARRIVAL_S, REFUSED_S = 10, 0.9  # a SYN is sent again after 1 s: who refuses at once is faster
N_MOST = 1 << 62
SOME = range(1, N_MOST)
ANY = range(0, N_MOST)
PRIORITY, PRIORITY_ON_ALL_CPUS, WAIT_SHARE_MAX = -20, -8, 0.02
OVERLOAD = {"work_ring_full", "tx_ring_full", "tx_queue_full", "tx_refused"}

# linux/in.h, linux/in6.h, linux/errqueue.h
IP_MTU_DISCOVER, IP_RECVERR, IP_MTU = 10, 11, 14
IPV6_MTU_DISCOVER, IPV6_MTU, IPV6_RECVERR = 23, 24, 25
PMTUDISC_DONT, PMTUDISC_DO = 0, 2
EXTENDED_ERROR = struct.Struct("IBBBBII")
ICMP_UNREACHABLE, ICMP_FRAG_NEEDED, ICMP_PROHIBITED = 3, 4, 13
ICMP6_UNREACHABLE, ICMP6_PROHIBITED, ICMP6_TOO_BIG = 1, 1, 2


def cpus():
    return sorted(os.sched_getaffinity(0))


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


# What runs in a namespace, as a process. Each server says "ready" when it listens.

HTTP_SERVE = """
import functools, http.server, socket, sys
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6  # and IPv4, on Linux
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
server = Server(("::", int(sys.argv[1])), functools.partial(Quiet, directory=sys.argv[2]))
print("ready", flush=True)
server.serve_forever()
"""
# SOURCE, ADDRESS, PORT, PATH: says how much came, and its SHA-256.
HTTP_FETCH = """
import hashlib, http.client, sys
source, address, port, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
peer = http.client.HTTPConnection(address, port, timeout=60, source_address=(source, 0))
peer.request("GET", path)
answer = peer.getresponse()
digest, size = hashlib.sha256(), 0
while data := answer.read(1 << 20):
    digest.update(data)
    size += len(data)
print(answer.status, size, digest.hexdigest())
"""
# SOURCE, ADDRESS, PORT, FILE: says the path MTU that the kernel knows at the end, and segments sent again.
TCP_SOURCE = """
import socket, struct, sys
source, address, port, file = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
data = open(file, "rb").read()
with socket.create_connection((address, port), timeout=30, source_address=(source, 0)) as peer:
    peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)
    peer.recv(1)  # the other end has read it all
    option = (socket.IPPROTO_IPV6, 24) if ":" in address else (socket.IPPROTO_IP, 14)
    info = peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    print(peer.getsockopt(*option), struct.unpack_from("I", info, 100)[0])
"""
# Answers questions for A records (RFC 1035, section 4) until it is killed. ADDRESS, PORT.
DNS_SERVE = """
import hashlib, socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as server:
    server.bind((sys.argv[1], int(sys.argv[2])))
    print("ready", flush=True)
    while True:
        data, peer = server.recvfrom(512)
        question = data[12:]
        name = question[:question.index(0) + 1]
        record = b"\\xc0\\x0c" + b"\\0\\1\\0\\1" + (60).to_bytes(4, "big") + b"\\0\\4" + hashlib.sha256(name).digest()[:4]
        server.sendto(data[:2] + b"\\x81\\x80" + b"\\0\\1\\0\\1\\0\\0\\0\\0" + question + record, peer)
"""
# SOURCE, ADDRESS, PORT, COUNT: each question from a port of its own, from 20000 on.
DNS_ASK = """
import hashlib, socket, sys
source, address, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
for i in range(count):
    name = b"".join(bytes([len(label)]) + label for label in (b"desk%d" % i, b"example")) + b"\\0"
    query = i.to_bytes(2, "big") + b"\\1\\0" + b"\\0\\1\\0\\0\\0\\0\\0\\0" + name + b"\\0\\1\\0\\1"
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        asker.bind((source, 20000 + i))
        asker.connect((address, port))
        asker.settimeout(10)
        asker.send(query)
        got = asker.recv(512)
    if got[:2] != query[:2] or got[-4:] != hashlib.sha256(name).digest()[:4]:
        sys.exit(f"question {i}: another answer")
"""
# SOURCE, ADDRESS, COUNT, BYTES: echoes of that size; the kernel cuts and joins what is longer than the MTU.
ECHO = """
import os, socket, struct, sys
source, address, count, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
v6 = ":" in address
ask, answer = (128, 129) if v6 else (8, 0)
payload = os.urandom(size)

def echo(number):
    message = struct.pack("!BBHHH", ask, 0, 0, os.getpid() & 0xFFFF, number) + payload
    if v6:
        return message  # the kernel fills in the checksum
    value = int.from_bytes(message + bytes(len(message) % 2), "big") % 0xFFFF
    return message[:2] + struct.pack("!H", 0xFFFF - value) + message[4:]

with socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, 58 if v6 else 1) as raw:
    raw.bind((source, 0))
    raw.settimeout(10)
    for number in range(count):
        wanted = echo(number)
        raw.sendto(wanted, (address, 0))
        while True:
            got = raw.recv(65536)
            got = got if v6 else got[20:]
            if got[0] == answer and got[4:] == wanted[4:]:
                break
"""
# SOURCE, ADDRESS, PORT, RATE, SECONDS, BYTES, FIRST_PORT: numbered datagrams, evenly; with a FIRST_PORT that is not 0 each
# from the next port. Says how many there were, how long it took, and how much of that time it was away for more than 5 ms
# at once.
UDP_PACED = """
import socket, sys, time
source, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
rate, seconds, size, first_port = int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]), int(sys.argv[7])

def sender_make(port_of_its_own):
    sender = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind((source, port_of_its_own))
    sender.connect((address, port))
    return sender

sender = sender_make(0)
sent, away, start = 0, 0.0, time.monotonic()
last = start
while (now := time.monotonic()) < start + seconds:
    away += max(0.0, now - last - 0.005)
    last = now
    # What fell due while it was away is not sent late, all at once: it would only fill queues.
    due = min(int((now - start - away) * rate), sent + max(1, rate // 100))
    while sent < due:
        if first_port:
            sender.close()
            sender = sender_make(first_port + sent)
        sender.send(sent.to_bytes(4, "big") + bytes(size - 4))
        sent += 1
print(sent, last - start, away)
"""


# The hosts


class Lab(x.Lab):
    """As a context manager: the namespaces and all that runs or is open in them."""

    def make(self):
        super().make()
        for device in ("to_a", "to_b"):
            self.ip("leat", "addr flush dev", device)
            self.sysctl("leat", f"ipv6.conf.{device}.disable_ipv6", 1)
        self.address("a", "eth", BLUE)

    def neighbours(self, which):
        """They ask each other; but see neighbours_know()."""

    def neighbours_know(self):
        """For tests that count packets: neighbour discovery is the asker's."""
        for which, addresses in (("a", (FAR,)), ("b", (RED, BLUE))):
            mac = x.mac_text(x.MACS["b" if which == "a" else "a"][0])
            for address in sum(addresses, ()):
                self.ip(which, "neigh replace", address, "lladdr", mac, "dev eth nud permanent")

    def inside(self, which):
        """Endpoints share one CPU, which is not leat's first one, so that leat is not kept from its packets."""
        words = super().inside(which)
        return words if which == "leat" else ["taskset", "-c", str(cpus()[-1]), *words]

    def leat(self, what, *options, **rest):
        return self.closing.enter_context(Running(self, what, *options, **rest))

    def link_make(self, left, right, mtu=1500, names=("eth", "eth")):
        """One more veth pair, of devices that need no NIC."""
        self.ip(
            left, "link add", names[0], "mtu", mtu, "type veth peer name", names[1], "mtu", mtu,
            "netns", self.name(right),
        )
        for which, device in zip((left, right), names):
            self.whole_frames(which, device)
            self.ip(which, "link set", device, "up")

    def host_make(self, which, device, addresses):
        """A host with a veth to leat's namespace, whose end there is `device`."""
        self.namespace_make(which)
        self.link_make(which, "leat", names=("eth", device))
        self.sysctl("leat", f"ipv6.conf.{device}.disable_ipv6", 1)
        self.address(which, "eth", addresses)

    def behind_make(self):
        """b is a router: b -- c is a link with a smaller MTU, and d is behind c."""
        for which in ("c", "d"):
            self.namespace_make(which)
        self.link_make("b", "c", MTU_SMALL, ("narrow", "narrow"))
        self.link_make("c", "d", 1500, ("eth", "eth"))
        for which in ("b", "c"):
            self.sysctl(which, "ipv4.ip_forward", 1)
            self.sysctl(which, "ipv6.conf.all.forwarding", 1)
        self.address("b", "narrow", ("10.98.1.1", "fd98:1::1"))
        self.address("c", "narrow", ("10.98.1.2", "fd98:1::2"))
        self.address("c", "eth", ("10.98.2.1", "fd98:2::1"))
        self.address("d", "eth", BEHIND)
        for which, v4, v6 in (
            ("a", f"10.98.0.0/16 via {FAR[V4]}", f"fd98::/16 via {FAR[V6]}"),
            ("b", "10.98.2.0/24 via 10.98.1.2", "fd98:2::/64 via fd98:1::2"),
            ("c", "10.99.0.0/24 via 10.98.1.1", "fd99::/64 via fd98:1::1"),
            ("d", "default via 10.98.2.1", "default via fd98:2::1"),
        ):
            self.ip(which, "route add", v4)
            self.ip(which, "-6 route add", v6)

    def trunk_make(self, inside, hosts):
        """
        Hosts behind VLANs of the host `inside`: {name: tags}; two tags are QinQ. The switch between them is this process,
        because not every kernel has VLAN devices.
        """
        made = {}
        for which, tags in hosts.items():
            self.namespace_make(which)
            self.link_make(which, inside, MTU_VLAN, ("eth", which))
            made[self.wire(inside, which, wanted=everything)] = tags
        trunk = Trunk(self.wire(inside, wanted=everything), made)
        self.closing.callback(trunk.end)
        trunk.start()

    # Sockets of this process

    def tcp_server(self, which, address, port):
        made = self.socket(which, family(address), socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(256)
        made.settimeout(ARRIVAL_S)
        return made

    def tcp_connect(self, which, source, target, port, bound_s=ARRIVAL_S, source_port=0):
        made = self.socket(which, family(target), socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((source, source_port))
        made.settimeout(bound_s)
        made.connect((target, port))
        return made

    def tcp_pair(self, server, source, target, port, **rest):
        """A connection from `a`: both its ends."""
        near = self.tcp_connect("a", source, target, port, **rest)
        far, _ = server.accept()
        self.closing.enter_context(far)
        far.settimeout(ARRIVAL_S)
        return near, far

    def udp_pair(self, source, target, port, which=("a", "b"), source_port=0):
        """A socket that asks and one that answers; see exchange()."""
        near = self.udp_socket(which[0], source, source_port)
        near.connect((target, port))
        return near, self.udp_socket(which[1], target, port)

    # Processes

    def server(self, which, source, *words):
        process = self.script(which, source, *words)
        netns.wait_ready(process)
        return process

    def run(self, which, source, *words):
        """Runs to its end, which must be good; returns the words that it says."""
        return netns.end(self.script(which, source, *words)).split()

    def echo(self, source, target, count=3, size=56, which="a"):
        self.run(which, ECHO, source, target, count, size)

    def transfer(self, source, target, file, which=("a", "b"), port=SERVICE):
        """A file over TCP; returns the path MTU and the segments sent again."""
        sink = self.server(which[1], TCP_SINK, target, port)
        mtu, again = self.run(which[0], TCP_SOURCE, source, target, port, file.path)
        t.expect(netns.end(sink).split(), [str(file.size), file.digest], f"the file at {target}")
        return int(mtu), int(again)


def everything(_):
    return True


class Trunk(threading.Thread):
    """A switch: what it takes from a host gets the host's tags on the trunk, what comes from there loses them."""

    def __init__(self, trunk, hosts):
        super().__init__(daemon=True)
        self.trunk, self.hosts = trunk, {wire: tag_bytes(tags) for wire, tags in hosts.items()}
        self.stop, self.stopped = os.pipe()

    def end(self):
        os.close(self.stopped)
        self.join()
        os.close(self.stop)

    def run(self):
        poll = select.poll()
        for readable in (self.stop, self.trunk.socket, *(wire.socket for wire in self.hosts)):
            poll.register(readable, select.POLLIN)
        while self.stop not in [fd for fd, _ in poll.poll()]:
            for wire, tags in self.hosts.items():
                for one in wire.look():
                    self.trunk.send(one[:12] + tags + one[12:])
            for one in self.trunk.look():
                for wire, tags in self.hosts.items():
                    if one[12 : 12 + len(tags)] == tags:
                        wire.send(one[:12] + one[12 + len(tags) :])


def tag_bytes(tags):
    """802.1Q, or 802.1ad around it."""
    kinds = (t.QINQ, t.VLAN)[-len(tags) :]
    return b"".join(struct.pack("!HH", *pair) for pair in zip(kinds, tags))


TCP_SINK = netns.TCP_SINK.replace("    print(size,", "    peer.send(b'.')\n    print(size,")


class File:
    """Random bytes in a file."""

    def __init__(self, size, name=None):
        data = os.urandom(size)
        self.path = t.scratch.path(name) if name else t.scratch.new_path(".bin")
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_bytes(data)
        self.size, self.digest = size, hashlib.sha256(data).hexdigest()


def exchange(near, far, data=b"leat", bound_s=ARRIVAL_S):
    """A request and its reply. Where the one or the other is lost, TimeoutError."""
    near.settimeout(bound_s)
    far.settimeout(bound_s)
    near.send(data)
    while True:
        got, peer = far.recvfrom(65536)
        if got == data:
            break
    far.sendto(data[::-1], peer)
    t.expect(near.recv(65536), data[::-1], "the reply")


def exchange_fails(near, far, data=b"leat", bound_s=0.3):
    """The caller shows by a counter that it is leat that has dropped it, not time."""
    try:
        exchange(near, far, data, bound_s)
    except TimeoutError:
        return
    raise AssertionError(f"{data!r} came through")


def talk(near, far, data=b"leat"):
    """Over TCP, there and back."""
    near.sendall(data)
    t.expect(far.recv(65536), data, "there")
    far.sendall(data[::-1])
    t.expect(near.recv(65536), data[::-1], "back")


def is_refused(connect, bound_s=REFUSED_S):
    """How a connect ends: "open", "refused" (at once) or "silence"."""
    try:
        connect(bound_s)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silence"
    return "open"


def connect_all(net, source, target, port, count):
    """So many connects at once; they go on by themselves."""
    opening = []
    for _ in range(count):
        one = net.socket("a", family(target), socket.SOCK_STREAM)
        one.setblocking(False)
        one.bind((source, 0))
        one.connect_ex((target, port))
        opening.append(one)
    return opening


def connected(opening):
    """Those that are."""
    poll = select.poll()
    for one in opening:
        poll.register(one, select.POLLOUT)
    ready = {fd for fd, event in poll.poll(0) if not event & (select.POLLERR | select.POLLHUP)}
    return [one for one in opening if one.fileno() in ready]


def errors_wanted(asker):
    """ICMP errors of this socket shall be kept for icmp_error()."""
    v6 = asker.family == socket.AF_INET6
    asker.setsockopt(*((socket.IPPROTO_IPV6, IPV6_RECVERR) if v6 else (socket.IPPROTO_IP, IP_RECVERR)), 1)


def icmp_error(asker, bound_s=ARRIVAL_S):
    """(type, code) of the next ICMP error that came for this socket. Those of its own kernel are passed over."""
    asker.settimeout(0)  # never waits; and what the kernel has said on it by then is in the queue

    def received():
        try:
            _, notes, _, _ = asker.recvmsg(2048, 512, socket.MSG_ERRQUEUE)
        except BlockingIOError:
            return None
        for level, kind, value in notes:
            if (level, kind) in ((socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)):
                _, origin, icmp_type, code, _, _, _ = EXTENDED_ERROR.unpack_from(value)
                return (icmp_type, code) if origin != 1 else None  # SO_EE_ORIGIN_LOCAL
        return None

    return t.wait_for(received, "an ICMP error", bound_s)


def path_mtu(connected_socket):
    v6 = connected_socket.family == socket.AF_INET6
    option = (socket.IPPROTO_IPV6, IPV6_MTU) if v6 else (socket.IPPROTO_IP, IP_MTU)
    return connected_socket.getsockopt(*option)


def discovery_set(made, how):
    v6 = made.family == socket.AF_INET6
    option = (socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER) if v6 else (socket.IPPROTO_IP, IP_MTU_DISCOVER)
    made.setsockopt(*option, how)


# Frames from `a` to `b`, made by hand


def frame(version, protocol, packet, src=None, dst=None, tags=(), macs=None):
    source, target = t.address(src or RED[version]), t.address(dst or FAR[version])
    outer = (t.ipv4, t.ipv6)[version](source, target, protocol, packet)
    sender, receiver = macs or (x.MAC_HOST_A, x.MAC_HOST_B)
    return receiver + sender + t.ethernet((t.IPV4, t.IPV6)[version], outer, tags)[12:]


def udp(number, version=V4, src=None, dst=None, sport=4000, dport=SERVICE, **rest):
    """A datagram with a number in it."""
    ends = t.address(src or RED[version]), t.address(dst or FAR[version])
    packet = t.udp(*ends, sport, dport, struct.pack("!Q", number) + b"leat")
    return frame(version, t.UDP, packet, src, dst, **rest)


def tcp(flags, version=V4, src=None, dst=None, sport=4000, dport=SERVICE, sequence=1, **rest):
    """A segment without data."""
    ends = t.address(src or RED[version]), t.address(dst or FAR[version])
    header = struct.pack("!HHIIBBHHH", sport, dport, sequence, 0, 0x50, flags, 65535, 0, 0)
    return frame(version, t.TCP, t.transport(t.TCP, header, 16, *ends), src, dst, **rest)


def expect_frames(got, wanted, what):
    """A difference is told in few words."""
    if got != wanted:
        counts = Counter(got), Counter(wanted)
        lost, more = (sum((a - b).values()) for a, b in (counts[::-1], counts))
        raise AssertionError(f"{what}: {len(got)} frames, wanted {len(wanted)}: {lost} missing, {more} others")


def send_settled(leat, wire, frames, port="lan", bound_s=t.BOUND_S):
    """Sends frames a window at a time; all have their fates when it returns. Nothing else comes in by that port."""
    taken = leat.port(port)["rx_packets"]
    for at in range(0, len(frames), x.WINDOW):
        window = frames[at : at + x.WINDOW]
        for one in window:
            wire.send(one)
        taken += len(window)
        leat.wait_for(lambda wanted=taken: leat.port(port)["rx_packets"] >= wanted, "the window", bound_s)
        leat.wait_settled()


# leat's config


def ports(*devices):
    return {
        name: {"device": f"net_af_xdp{number},iface={device}"}
        for number, (name, device) in enumerate(devices or (("lan", "to_a"), ("wan", "to_b")))
    }


def config(tenants, placement=t.ONE_LCORE, **rest):
    return {
        "ports": ports(),
        "forward": [{"between": ["lan", "wan"]}],
        "lcores": t.need_cpus(placement),
        "tenants": tenants,
        **rest,
    }


def tenant(addresses=RED, **keys):
    """One that has these addresses. In the names of keys, `__` stands for a dot."""
    sources = [{"src": address} for address in addresses]
    return {"from": sources, **{key.replace("__", "."): value for key, value in keys.items()}}


def allow(*rules, default="deny", action="allow"):
    """A rule list that allows these alone."""
    return {"default": default, "rules": [{**rule, "action": action} for rule in rules]}


def service(proto="tcp", dport=SERVICE, **keys):
    return {"proto": proto, "dport": dport, **keys}


TWO_WORKERS = {"rx": [0], "work": [0, 1], "tx": [0]}
PLACEMENTS = (t.ONE_LCORE, TWO_WORKERS)


# What leat says. The names of its telemetry's keys stand here and nowhere else.

LAST_COMMAND = "/leat/audit"  # of tenants, to be registered


def number_of(answer, *path):
    value = answer
    for key in path:
        value = value[key]
    assert isinstance(value, int) and 0 <= value < 1 << 63, f"{path} is {value!r}"
    return value


class Account:
    """One tenant: what /leat/tenant,PATH answers. Numbers are of it and all below it, drops and audits its own."""

    def __init__(self, answer):
        assert answer is not None, "there is no such tenant"
        self.answer = answer

    path = property(lambda self: self.answer["path"])
    flows = property(lambda self: number_of(self.answer, "flows_current"))
    flows_peak = property(lambda self: number_of(self.answer, "flows_peak"))
    flows_created = property(lambda self: number_of(self.answer, "subtree", "flows_created"))
    flows_expired = property(lambda self: number_of(self.answer, "subtree", "flows_expired"))
    flows_evicted = property(lambda self: number_of(self.answer, "subtree", "flows_evicted"))
    packets = property(lambda self: number_of(self.answer, "subtree", "packets"))
    bytes = property(lambda self: number_of(self.answer, "subtree", "bytes"))
    quota_left = property(lambda self: number_of(self.answer, "quota", "left"))
    drops = property(lambda self: reasons(self.answer["own"], "drops_"))
    audits = property(lambda self: reasons(self.answer["own"], "audits_"))
    refusals = property(lambda self: reasons(self.answer["refusals"], "refused_"))


def reasons(counts, prefix):
    """Packets by reason, zeros left out."""
    return {key[len(prefix) :]: count for key, count in counts.items() if key.startswith(prefix) and count}


def lines_of(pieces):
    """A text that comes in pieces of lines."""
    lines = {}
    for piece in pieces:
        lines[piece["line"]] = lines.get(piece["line"], "") + piece["text"]
    t.expect(sorted(lines), list(range(1, len(lines) + 1)), "numbers of lines")
    return [text for _, text in sorted(lines.items())]


class Running(x.Running):
    """A leat with tenants."""

    def __enter__(self):
        super().__enter__()
        # The commands are registered after the line that says that it runs.
        t.wait_for(lambda: LAST_COMMAND in self.ask("/"), f"{LAST_COMMAND}, leat's command")
        return self

    @property
    def pid(self):
        return self.process.process.pid

    def ask(self, command):
        with self.telemetry() as telemetry:
            return telemetry.ask(command)

    def rows(self, command):
        with self.telemetry() as telemetry:
            return telemetry.rows(command)

    def tenant(self, path):
        return Account(self.ask(f"/leat/tenant,{path}"))

    def is_tenant(self, path):
        return self.ask(f"/leat/tenant,{path}") is not None

    def tenants(self):
        return self.rows("/leat/tenants")

    def flow_pages(self, path):
        """Where a page goes on is leat's own business: workers and tables have places of their own in `offset`."""
        offset = 0
        while True:
            page = self.ask(f"/leat/flows,{path},{offset}" if offset else f"/leat/flows,{path}")
            t.expect((page["path"], page["offset"]), (path, offset))
            yield page
            offset = page["next"]
            if offset == 0:
                return

    def flows(self, path):
        return [row for page in self.flow_pages(path) for row in page["rows"].values()]

    def rules(self, path):
        return self.rows(f"/leat/rules,{path}")

    def hits(self, path):
        """How often each rule decided, by name."""
        return {row["name"]: row["hits"] for row in self.rules(path)}

    def generation(self):
        return self.ask("/leat/config")["generation"]

    def config_error(self):
        """Why the last reload failed, in lines; none where it did not."""
        answer = self.ask("/leat/config")
        lines = lines_of(answer["errors"].values()) if answer["error"] else []
        t.expect("errors" in answer, bool(answer["error"]), "error and errors")
        return lines

    def config_text(self):
        return "".join(f"{line}\n" for line in lines_of(self.rows("/leat/config")))

    def reload_wait(self, change):
        """`change` has the file changed; returns when it is in force."""
        before = self.err.count("reloaded")
        change()
        self.process.signal(signal.SIGHUP)
        self.wait_for(lambda: self.err.count("reloaded") > before, "the reload", t.BOUND_S)

    def fates(self):
        """Those that packets have had."""
        return {row["name"]: row["packets"] for row in self.rows("/leat/fates") if row["packets"]}

    def tenant_fates(self):
        """Those that are drop reasons of tenants."""
        rows = self.rows("/leat/fates")
        return {row["name"]: row["packets"] for row in rows if row["packets"] and row["class"] == "tenant"}

    def fate(self, name):
        return self.fates().get(name, 0)

    def wait_fate(self, name, count, bound_s=20):
        self.wait_for(lambda: self.fate(name) >= count, f"{count} packets with the fate {name}", bound_s)

    def wait_settled(self):
        """Until nothing is under way."""
        def still():
            info = self.ask("/leat/info")
            return info["packets_in"] == info["packets_settled"]

        self.wait_for(still, "the packets under way")

    def reload_fails(self, what, *words):
        """The log says why, the generation is the same."""
        before, generation = len(self.err), self.generation()
        self.reload_begin(what)

        def said():
            lines = self.err[before:].splitlines()
            return all(any(re.search(word, line) for line in lines) for word in words) and self.config_error()

        self.wait_for(said, f"lines with {words}")
        t.expect(self.generation(), generation, "generation after a reload that failed")

    def reading(self, path):
        """(leat's time in ns, packets, bytes) of a tenant."""
        while True:
            with self.telemetry() as telemetry:
                before = telemetry.ask("/leat/info")["uptime_ns"]
                account = Account(telemetry.ask(f"/leat/tenant,{path}"))
                after = telemetry.ask("/leat/info")["uptime_ns"]
            if after - before < 4000000:
                return (before + after) / 2, account.packets, account.bytes

    def rates(self, path, seconds):
        """(packets, bits) a second that pass, over so many seconds from now."""
        first = self.reading(path)
        bound = time.monotonic() + seconds + t.BOUND_S
        while (last := self.reading(path))[0] < first[0] + seconds * 1e9:
            assert time.monotonic() < bound, "leat's clock stands still"
            select.select([], [], [], 0.02)  # reads 50 times a second at most
        span = (last[0] - first[0]) / 1e9
        return (last[1] - first[1]) / span, 8 * (last[2] - first[2]) / span

    def end(self, overload=False, **drops):
        """
        Ends it as its supervisor would. `drops` are the fates besides forward that packets must have had: how many, or a
        range; `overload` lets others of that class be.
        """
        self.process.signal(signal.SIGTERM)
        ended = self.process.finish()
        t.expect(ended.status, 0, str(ended))
        self.summary = ended.summary
        check_sums(self.summary)
        fates = {name: count for name, count in self.summary["fates"].items() if count and name != "forward"}
        for name, wanted in drops.items():
            got = fates.pop(name, 0)
            fits = got in wanted if isinstance(wanted, range) else got == wanted
            assert fits, f"{got} packets with the fate {name}, wanted {wanted}; all: {self.summary['fates']}"
        left = {name: count for name, count in fates.items() if not (overload and name in OVERLOAD)}
        t.expect(left, {}, "other fates")
        return self.summary


def check_sums(summary):
    """As xdp_lab.check_sums, but leat sends packets of its own: at most one for each that is rejected."""
    fates, ports = summary["fates"], summary["ports"].values()
    t.expect(summary["packets_settled"], summary["packets_in"], "settled and received")
    t.expect(sum(fates.values()), summary["packets_in"], "sum of fates and received")
    t.expect(sum(port["rx_packets"] for port in ports), summary["packets_in"], "ports and received")
    own = sum(port["tx_packets"] for port in ports) - fates.get("forward", 0)
    assert 0 <= own <= fates.get("policy_rejected", 0), f"{own} packets of leat's own; {fates}"
    pool = summary["pool"]
    assert 0 <= pool["mbufs"] - pool["free"] <= 2048 * len(ports), pool  # see xdp_lab.check_sums


def need_iperf():
    if shutil.which("iperf3") is None:
        raise t.Skip("no iperf3")


def iperf(net, source, target, *options):
    """Starts a server and a client; returns what is to be awaited: see iperf_end."""
    need_iperf()
    server = net.start("b", "iperf3", "--server", "--one-off", "--bind", target, "--port", IPERF_PORT, "--forceflush")
    for line in server.stdout:
        if "listening" in line:
            break
    else:
        raise AssertionError(f"iperf3 does not listen: {server.stderr.read()}")
    return net.start(
        "a", "iperf3", "--client", target, "--bind", source, "--port", IPERF_PORT, "--json", *options
    )


def iperf_end(client, bound_s=t.BOUND_S):
    out, err = client.communicate(timeout=bound_s)
    if client.returncode != 0:
        raise AssertionError(f"iperf3: {out[-500:]}{err}")
    return json.loads(out)["end"]


def waited_s(leat):
    """How long the lcore that waited longest for its CPU has waited, since leat began (Linux: sched-stats.rst)."""
    waits = []
    for file in Path(f"/proc/{leat.pid}/task").glob("*/schedstat"):
        waits.append(int(file.read_text().split()[1]) / 1e9)
    return max(waits)


def tries(leat, measure, count=3):
    """
    A lower bound is a matter of the whole machine, which others use too: one of a few tries must keep it. `measure` returns
    None, or the reason why not. Where leat was kept from its CPU each time, nothing was measured.
    """
    shares = []
    for _ in range(count):
        start, waited = time.monotonic(), waited_s(leat)
        reason = measure()
        if reason is None:
            return
        shares.append((waited_s(leat) - waited) / (time.monotonic() - start))
        print(f"# {reason}; leat waited for its CPU {100 * shares[-1]:.1f} % of the time")
    if min(shares) > WAIT_SHARE_MAX:
        raise t.Skip(f"{reason}, but others had leat's CPU {100 * min(shares):.0f} % of the time")
    raise AssertionError(f"{count} times: {reason}")


def words_swap(file, words):
    before = file.read_text().split()[-1]
    file.write_text(words)
    return before


@contextlib.contextmanager
def going_first(placement=t.ONE_LCORE):
    """
    What is started here comes before all else on this machine: an lcore that waits for its CPU loses what buckets hold.
    Lcores that poll on all CPUs must leave some to the kernel's own threads.
    """
    priority = PRIORITY if placement == t.ONE_LCORE else PRIORITY_ON_ALL_CPUS
    group = Path("/proc/self/autogroup")  # where there is one, it is that which has a share of the CPUs (sched(7))
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, priority)
    group_before = words_swap(group, str(priority)) if group.exists() else None
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)
        if group_before is not None:
            words_swap(group, group_before)


@contextlib.contextmanager
def started(what=None, make=None):
    """A laboratory, and a leat in it."""
    with Lab() as net:
        if make is not None:
            make(net)
        yield net, net.leat(what)
