#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Real frames: two network namespaces that talk to each other through leat, which has one port towards each.

Three namespaces: `a` and `b` are the hosts, leat runs in the third. All interfaces are veth pairs between them, so the
machine's own are never touched. Everything goes with the namespaces.
"""

import atexit
import hashlib
import os
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

TRANSFER_BYTES = 8 * 1024 * 1024
N_DATAGRAMS = 500
N_PINGS = 5
ADDRESSES = {"a": ("10.99.0.1", "fd99::1"), "b": ("10.99.0.2", "fd99::2")}
PORT = 5001

# What runs inside a namespace. Each says "ready" when it listens, so that nobody has to guess when.
TCP_SINK = """
import hashlib, socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2])),
                          family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET) as server:
    server.settimeout(30)
    print("ready", flush=True)
    peer, _ = server.accept()
    peer.settimeout(30)
    digest, size = hashlib.sha256(), 0
    while data := peer.recv(65536):
        digest.update(data)
        size += len(data)
    print(size, digest.hexdigest(), flush=True)
"""
TCP_SOURCE = """
import socket, sys
data = open(sys.argv[3], "rb").read()
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=30) as peer:
    peer.sendall(data)
"""
UDP_ECHO = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as echo:
    echo.bind((sys.argv[1], int(sys.argv[2])))
    echo.settimeout(30)
    print("ready", flush=True)
    for _ in range(int(sys.argv[3])):
        data, peer = echo.recvfrom(65536)
        echo.sendto(data, peer)
"""
UDP_ASK = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as asker:
    asker.settimeout(30)
    asker.connect((sys.argv[1], int(sys.argv[2])))
    for i in range(int(sys.argv[3])):
        data = i.to_bytes(4, "big") * (1 + i * 7 % int(sys.argv[4]))
        asker.send(data)
        got = asker.recv(65536)
        if got != data:
            sys.exit(f"datagram {i}: sent {len(data)} bytes, got {len(got)}, or other ones")
"""
ONE_DATAGRAM = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.sendto(bytes(int(sys.argv[3])), (sys.argv[1], int(sys.argv[2])))
"""
# Asks until the first answer, because neighbour discovery is part of it; then each of COUNT must be answered.
PING = """
import os, socket, struct, sys, time
address, count, bound_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
v6 = ":" in address
kind = (socket.AF_INET6, socket.SOCK_RAW, 58) if v6 else (socket.AF_INET, socket.SOCK_RAW, 1)
ask, answer = (128, 129) if v6 else (8, 0)
payload = os.urandom(56)

def echo(number):
    message = struct.pack("!BBHHH", ask, 0, 0, os.getpid() & 0xFFFF, number) + payload
    if v6:
        return message  # the kernel fills in the checksum
    total = sum(struct.unpack("!32H", message))
    total = (total & 0xFFFF) + (total >> 16)
    total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return message[:2] + struct.pack("!H", total) + message[4:]

def answered(raw, number, deadline):
    while time.monotonic() < deadline:
        raw.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            got = raw.recv(2048)
        except TimeoutError:
            return False
        got = got if v6 else got[20:]
        if got[0] == answer and got[4:] == echo(number)[4:]:
            return True
    return False

with socket.socket(*kind) as raw:
    end = time.monotonic() + bound_s
    first, number = False, 0
    while not first and time.monotonic() < end:
        number += 1
        raw.sendto(echo(number), (address, 0))
        first = answered(raw, number, min(end, time.monotonic() + 0.3))
    if not first:
        sys.exit("no answer")
    for _ in range(count):
        number += 1
        raw.sendto(echo(number), (address, 0))
        if not answered(raw, number, time.monotonic() + 5):
            sys.exit("an answer is missing")
"""


def command(*words, check=True):
    words = [str(word) for word in words]
    result = subprocess.run(words, capture_output=True, text=True, timeout=t.BOUND_S, check=False)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {result.stdout}{result.stderr}")
    return result


class Namespaces:
    """a -- leat -- b"""

    def __init__(self):
        self.names = {}
        self.ready = False

    def name(self, which):
        return self.names[which]

    def inside(self, which):
        return ["ip", "netns", "exec", self.name(which)]

    def make(self):
        if self.ready:
            return self
        self.remove()  # what an attempt that failed has left
        for tool in ("ip", "ethtool"):
            if shutil.which(tool) is None:
                raise t.Skip(f"no {tool}")
        if os.geteuid() != 0:
            raise t.Skip("not root")
        for which in ("a", "b", "leat"):
            name = f"leat-test-{os.getpid()}-{which}"
            if command("ip", "netns", "add", name, check=False).returncode != 0:
                raise t.Skip("no network namespace can be made")
            self.names[which] = name
            command("ip", "-n", name, "link", "set", "lo", "up")
        for which in ("a", "b"):
            self.join(which)
        self.ready = True
        return self

    def join(self, which):
        """A host's `eth`, whose other end is leat's `to_` and the host's name."""
        host, middle = self.name(which), self.name("leat")
        made = command("ip", "-n", host, "link", "add", "eth", "type", "veth", "peer", "name", f"to_{which}",
                       "netns", middle, check=False)
        if made.returncode != 0:
            raise t.Skip(f"no veth pair can be made: {made.stderr}")
        for address in ADDRESSES[which]:
            options = ["nodad"] if ":" in address else []
            length = 64 if ":" in address else 24
            command("ip", "-n", host, "addr", "add", f"{address}/{length}", "dev", "eth", *options)
        command(*self.inside("leat"), "sysctl", "-q", "-w", f"net.ipv6.conf.to_{which}.disable_ipv6=1")
        command(*self.inside(which), "sysctl", "-q", "-w", "net.ipv6.conf.eth.keep_addr_on_down=1")
        # The kernel leaves checksums and segmentation to a NIC, which a veth is not.
        features = ["tx", "off", "tso", "off", "gso", "off", "gro", "off"]
        command(*self.inside(which), "ethtool", "-K", "eth", *features)
        command(*self.inside("leat"), "ethtool", "-K", f"to_{which}", *features)
        command("ip", "-n", middle, "link", "set", f"to_{which}", "up")
        command("ip", "-n", host, "link", "set", "eth", "up")

    def remove(self):
        for name in self.names.values():
            command("ip", "netns", "del", name, check=False)
        self.names = {}


namespaces = Namespaces()
atexit.register(namespaces.remove)


class Bump:
    """leat between the two namespaces; at the end its sums come out even."""

    def __init__(self, placement=t.ONE_LCORE):
        made = namespaces.make()
        config = {
            "ports": {
                "towards_a": {"device": "net_af_packet0,iface=to_a"},
                "towards_b": {"device": "net_af_packet1,iface=to_b"},
            },
            "forward": [{"between": ["towards_a", "towards_b"]}],
            "lcores": t.need_cpus(placement),
        }
        self.running = t.Leat(config, before=made.inside("leat"))
        self.summary = None

    def __enter__(self):
        self.running.wait_running()
        return self

    def __exit__(self, kind, *_):
        self.running.signal(signal.SIGTERM)
        ended = self.running.finish()
        if kind is not None:
            print("#", ended.out.replace("\n", " "))
        else:
            t.expect(ended.status, 0, str(ended))
            self.summary = ended.summary
            t.check_sums(self.summary)


def script(which, source, *words):
    """A process in a namespace that has said that it is ready."""
    inside = [*namespaces.inside(which), sys.executable, "-c", source, *map(str, words)]
    process = subprocess.Popen(inside, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    t.scratch.running.append(process)
    return process


def wait_ready(process):
    line = process.stdout.readline()
    if line != "ready\n":
        raise AssertionError(f"not ready: {line}{process.stderr.read()}")


def end(process):
    out, err = process.communicate(timeout=t.BOUND_S)
    t.scratch.running.remove(process)
    t.expect((process.returncode, err), (0, ""))
    return out


def ping(source, address):
    end(script(source, PING, address, N_PINGS, 10))


def ping_in_vain(source, address):
    """Nothing answers within a second."""
    process = script(source, PING, address, 0, 1)
    _, err = process.communicate(timeout=t.BOUND_S)
    t.scratch.running.remove(process)
    t.expect((process.returncode, err), (1, "no answer\n"))


def transfer(source, sink, address):
    data = os.urandom(TRANSFER_BYTES)
    file = t.scratch.new_path(".bin")
    file.write_bytes(data)
    server = script(sink, TCP_SINK, address, PORT)
    wait_ready(server)
    end(script(source, TCP_SOURCE, address, PORT, file))
    t.expect(end(server).split(), [str(TRANSFER_BYTES), hashlib.sha256(data).hexdigest()])
    file.unlink()


def exchange(source, sink, address, words_max):
    server = script(sink, UDP_ECHO, address, PORT, N_DATAGRAMS)
    wait_ready(server)
    end(script(source, UDP_ASK, address, PORT, N_DATAGRAMS, words_max))
    end(server)


def ping_goes_through(placement):
    with Bump(placement) as bump:
        for i in range(2):
            ping("a", ADDRESSES["b"][i])
            ping("b", ADDRESSES["a"][i])
    assert bump.summary["fates"]["forward"] >= 4 * 2 * N_PINGS, bump.summary["fates"]


def tcp_transfer_is_whole(placement):
    with Bump(placement) as bump:
        for i in range(2):
            transfer("a", "b", ADDRESSES["b"][i])
            transfer("b", "a", ADDRESSES["a"][i])
    print("#", bump.summary["fates"])
    assert bump.summary["ports"]["towards_b"]["tx_bytes"] > 2 * TRANSFER_BYTES, bump.summary["ports"]
    # A frame that leat calls malformed was none: both hosts are this kernel.
    t.expect(set(bump.summary["fates"]) - {"tx_queue_full", "work_ring_full", "tx_ring_full"}, {"forward"})


def udp_comes_back(placement):
    with Bump(placement) as bump:
        for i in range(2):
            exchange("a", "b", ADDRESSES["b"][i], 300)
    assert bump.summary["fates"]["forward"] >= 2 * 2 * N_DATAGRAMS, bump.summary["fates"]


def test_ipv6_fragments_come_back():
    with Bump({"rx": [0], "work": [0, 1], "tx": [1]}) as bump:
        exchange("b", "a", ADDRESSES["a"][1], 5000)
    assert bump.summary["fates"]["forward"] > 2 * N_DATAGRAMS, bump.summary["fates"]


def test_ipv4_fragments_come_back_or_are_not_called_forwarded():
    """
    net_af_packet of DPDK 22.11 lets the kernel join IPv4 fragments (PACKET_FANOUT_FLAG_DEFRAG); the whole is longer
    than the other port's MTU. A frame that cannot leave must not be counted as one that did.
    """
    namespaces.make()
    before = bytes_arrived("a")
    with Bump() as bump:
        ping("b", ADDRESSES["a"][0])
        end(script("b", ONE_DATAGRAM, ADDRESSES["a"][0], PORT, 1480))
        with t.Telemetry(bump.running.prefix) as telemetry:
            t.wait_for(lambda: telemetry.rows("/leat/ports")[1]["rx_bytes"] > 1480, "the datagram")
    arrived = bytes_arrived("a") - before
    sent = bump.summary["ports"]["towards_a"]["tx_bytes"]
    assert arrived >= sent, f"leat counts {sent} bytes sent towards a, where {arrived} arrived"


def bytes_arrived(which):
    file = "/sys/class/net/eth/statistics/rx_bytes"
    return int(command(*namespaces.inside(which), "cat", file).stdout)


def test_without_leat_nothing_goes_through():
    """What the other tests show is leat's doing."""
    namespaces.make()
    ping_in_vain("a", ADDRESSES["b"][0])


def test_an_interface_that_goes_down_and_comes_back():
    with Bump() as bump:
        ping("a", ADDRESSES["b"][0])
        command("ip", "-n", namespaces.name("b"), "link", "set", "eth", "down")
        ping_in_vain("a", ADDRESSES["b"][0])
        t.expect(bump.running.process.poll(), None, "leat's end")
        command("ip", "-n", namespaces.name("b"), "link", "set", "eth", "up")
        ping("a", ADDRESSES["b"][0])


def test_the_namespaces_are_removed():
    names = list(namespaces.make().names.values())
    namespaces.remove()
    left = command("ip", "netns", "list").stdout
    assert not [name for name in names if name in left], left


def cases():
    for test in (ping_goes_through, tcp_transfer_is_whole, udp_comes_back):
        for placement in (t.ONE_LCORE, {"rx": [0], "work": [1], "tx": [0]}):
            name = f"{test.__name__} {t.placement_name(placement)}"
            yield name, lambda test=test, placement=placement: test(placement)


if __name__ == "__main__":
    # The removal comes last.
    own = {name: test for name, test in globals().items() if name != "test_the_namespaces_are_removed"}
    last = ("the_namespaces_are_removed", test_the_namespaces_are_removed)
    sys.exit(t.main(own, [*cases(), last]))
