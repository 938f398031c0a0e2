# SPDX-License-Identifier: BSD-3-Clause
"""A laboratory for AF_XDP: leat in a network namespace of its own, between hosts `a` and `b`.

	a: eth -- to_a: leat :to_b -- eth: b

All interfaces are veth pairs. The middle namespace has addresses of its own on `to_a` and `to_b`, so that there is a
kernel to reach on the same cable. Sockets in every namespace belong to this process, so that a test sends a few
frames, looks at what has arrived at leat's kernel and at the far end, and goes on: nothing is lost to a slow machine,
and what is missing was lost by leat.
"""

import atexit
import contextlib
import ctypes
import functools
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import leat_test as t
import test_netns as netns

# MAC addresses. What t.ethernet makes is a frame from `a` to leat's kernel.
MAC_HOST_A, MAC_TO_A = t.MAC_A, t.MAC_B
MAC_HOST_B, MAC_TO_B = bytes.fromhex("020000000003"), bytes.fromhex("020000000004")
MACS = {"a": (MAC_HOST_A, MAC_TO_A), "b": (MAC_HOST_B, MAC_TO_B)}

# One subnet over both hosts, for what goes through leat, and one for each host with leat's kernel.
HOST = netns.ADDRESSES
OWN_HOST = {"a": ("10.99.1.1", "fd99:1::1"), "b": ("10.99.2.1", "fd99:2::1")}
KERNEL = {"a": ("10.99.1.254", "fd99:1::fe"), "b": ("10.99.2.254", "fd99:2::fe")}
V4, V6 = 0, 1  # indices of the above

WINDOW = 64  # frames under way at once: a veth holds 256, an AF_XDP socket 2048
ARRIVAL_S = 10

# linux/if_packet.h, linux/socket.h
SOL_PACKET, PACKET_STATISTICS, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING = 263, 6, 8, 23
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
AUXDATA = struct.Struct("IIIHHHH")
VLAN_VALID, VLAN_TPID_VALID = 1 << 4, 1 << 6
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)

# What net_af_xdp of DPDK 22.11 forgets to free: the umem's struct and, with xdp_prog=, libbpf's object. leat itself opens
# no BPF object. The stacks end inside the libraries, which are built without frame pointers.
LEAKS = "leak:librte_net_af_xdp\nleak:libxdp.so\nleak:libbpf.so\n"


def leaks_of_libraries():
    """LSAN_OPTIONS of builds with AddressSanitizer."""
    file = t.scratch.path("lsan.supp")
    file.write_text(LEAKS)
    return f"suppressions={file}:print_suppressions=0"


if t.BUILD is not None:
    os.environ.setdefault("LSAN_OPTIONS", leaks_of_libraries())


def mac_text(mac):
    return mac.hex(":")


def need_privileges():
    for tool in ("ip", "ethtool"):
        if shutil.which(tool) is None:
            raise t.Skip(f"no {tool}")
    if os.geteuid() != 0:
        raise t.Skip("not root")


def namespaces_clean():
    """Removes what a killed test has left: namespaces whose maker is dead."""
    for line in netns.command("ip", "netns", "list", check=False).stdout.splitlines():
        match = re.match(r"leat-xdp-(\d+)-", line)
        if match and not Path("/proc", match[1]).exists():
            netns.command("ip", "netns", "del", line.split()[0], check=False)


class Lab:
    """As a context manager: three namespaces and all that runs or is open in them."""

    numbers = iter(range(1, 1 << 30))

    def __init__(self, mtu=1500):
        self.mtu = mtu
        self.id = f"leat-xdp-{os.getpid()}-{next(self.numbers)}"
        self.made = []
        self.closing = contextlib.ExitStack()
        atexit.register(self.remove)

    def __enter__(self):
        need_privileges()
        try:
            self.make()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.closing.close()
        self.remove()
        atexit.unregister(self.remove)

    def remove(self):
        for which in self.made:
            netns.command("ip", "netns", "del", self.name(which), check=False)
        self.made = []

    def name(self, which):
        return f"{self.id}-{which}"

    def inside(self, which):
        return ["ip", "netns", "exec", self.name(which)]

    def ip(self, which, *words, **rest):
        return netns.command("ip", "-n", self.name(which), *" ".join(map(str, words)).split(), **rest)

    @contextlib.contextmanager
    def within(self, which):
        """This thread in another namespace: sockets made here stay there."""
        with open("/proc/thread-self/ns/net", "rb") as home, open(
            f"/var/run/netns/{self.name(which)}", "rb"
        ) as other:
            namespace_enter(other)
            try:
                yield
            finally:
                namespace_enter(home)

    def sysctl(self, which, name, value):
        with self.within(which):
            Path("/proc/sys/net", *name.split(".")).write_text(str(value))

    def read(self, which, path):
        with self.within(which):
            return Path(path).read_text()

    def make(self):
        for which in ("a", "b", "leat"):
            self.namespace_make(which)
        for which in ("a", "b"):
            self.join(which)
        for which in ("a", "b"):
            self.neighbours(which)

    def namespace_make(self, which):
        self.made.append(which)
        added = netns.command("ip", "netns", "add", self.name(which), check=False)
        if added.returncode != 0:
            self.made.remove(which)
            raise t.Skip("no network namespace can be made")
        self.ip(which, "link set lo up")
        for key in ("accept_ra", "autoconf", "router_solicitations", "accept_dad"):
            self.sysctl(which, f"ipv6.conf.default.{key}", 0)
        self.sysctl(which, "ipv6.conf.default.keep_addr_on_down", 1)

    def join(self, which):
        """A host's `eth`, whose other end is leat's `to_` and the host's name."""
        outer, inner = map(mac_text, MACS[which])
        made = self.ip(
            which, "link add eth mtu", self.mtu, "address", outer, "type veth peer name", f"to_{which}",
            "mtu", self.mtu, "address", inner, "netns", self.name("leat"), check=False,
        )
        if made.returncode != 0:
            raise t.Skip(f"no veth pair can be made: {made.stderr}")
        for place, device in ((which, "eth"), ("leat", f"to_{which}")):
            self.whole_frames(place, device)
            self.ip(place, "link set", device, "up")
        for addresses in (HOST, OWN_HOST):
            self.address(which, "eth", addresses[which])
        self.address("leat", f"to_{which}", KERNEL[which])

    def whole_frames(self, which, device):
        """The kernel leaves checksums, segmentation and VLAN tags to a NIC, which a veth is not."""
        features = "tx off tso off gso off gro off txvlan off rxvlan off".split()
        netns.command(*self.inside(which), "ethtool", "-K", device, *features)

    def address(self, which, device, pair):
        self.ip(which, "addr add", f"{pair[V4]}/24 dev", device)
        self.ip(which, "addr add", f"{pair[V6]}/64 dev", device, "nodad")

    def neighbours(self, which):
        """ARP and neighbour discovery stay with leat's kernel: the hosts cannot ask each other."""
        other = "b" if which == "a" else "a"
        for address in HOST[other]:
            self.ip(which, "neigh replace", address, "lladdr", mac_text(MACS[other][0]), "dev eth nud permanent")

    # What is attached

    def link(self, device, which="leat"):
        """What `ip link` says, or None where the interface is gone."""
        shown = netns.command("ip", "-j", "-n", self.name(which), "link", "show", "dev", device, check=False)
        return json.loads(shown.stdout)[0] if shown.returncode == 0 else None

    def program_id(self, device):
        """The ID of the XDP program there, or None."""
        return self.link(device).get("xdp", {}).get("prog", {}).get("id")

    def expect_clean(self, *devices):
        for device in devices or ("to_a", "to_b"):
            link = self.link(device)
            assert "xdp" not in link, f"left on {device}: {link['xdp']}"

    # Sockets and processes

    def wire(self, which, device="eth", **rest):
        return self.closing.enter_context(Wire(self, which, device, **rest))

    def socket(self, which, *kind):
        with self.within(which):
            return self.closing.enter_context(socket.socket(*kind))

    def udp_socket(self, which, address, port):
        made = self.socket(which, socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        made.bind((address, port))
        made.settimeout(ARRIVAL_S)
        return made

    def script(self, which, source, *words):
        """A Python process inside; it is killed with the lab."""
        return self.start(which, sys.executable, "-c", source, *words)

    def start(self, which, *words):
        process = subprocess.Popen(
            [*self.inside(which), *map(str, words)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        t.scratch.running.append(process)
        self.closing.callback(process_stop, process)
        return process

    def ping(self, which, address, count=3):
        netns.end(self.script(which, netns.PING, address, count, 10))

    def leat(self, config, *options, **rest):
        """A leat, running; see Running."""
        return self.closing.enter_context(Running(self, config, *options, **rest))

    def leat_ends(self, config, *options, bound_s=20):
        """Runs leat to its end, which must come by itself."""
        with t.Leat(config, *options, before=self.inside("leat")) as running:
            return running.finish(bound_s)

    def leat_fails(self, config, status, *words, options=("--run-for", "20s")):
        """It ends soon, with one error line that has all the words."""
        ended = self.leat_ends(config, *options)
        t.expect(ended.status, status, str(ended))
        t.expect(ended.out, "", "stdout of a run that did not begin")
        t.expect(len(ended.errors), 1, f"error lines: {ended}")
        for word in words:
            assert re.search(word, ended.errors[0]), f"{word!r} is not in: {ended.errors[0]}"
        return ended


def namespace_enter(file):
    if libc.setns(file.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def process_stop(process):
    if process.poll() is None:
        process.kill()
        process.wait()
    if process in t.scratch.running:
        t.scratch.running.remove(process)
    process.stdout.close()
    process.stderr.close()


# leat


def port(device, **keys):
    return {"af_xdp": {"interface": device, "queues": 1}, **keys}


def config(*claims, deny=(), ports=None, pair=("a", "b"), **rest):
    """leat between both hosts; a claim says its port, which is `a` unless it does."""
    made = {
        "ports": ports or {"a": port("to_a"), "b": port("to_b")},
        "lcores": t.need_cpus(t.ONE_LCORE),
        **rest,
    }
    if pair:
        made["forward"] = [{"between": list(pair)}]
    made["claims"] = [{"port": "a", **claim} for claim in claims]
    if deny:
        made["deny"] = [{"port": "a", **row} for row in deny]
    return made


def alone(*claims, **rest):
    """leat with one port, which forwards to nowhere: what it gets has the fate `unclaimed`."""
    return config(*claims, ports={"a": port("to_a")}, pair=None, **rest)


class Running:
    """A leat in the lab."""

    def __init__(self, lab, what, *options, prefix=None):
        self.lab, self.summary = lab, None
        self.file = t.config_file(what)
        self.process = t.Leat(self.file, *options, before=lab.inside("leat"), prefix=prefix)
        self.prefix = self.process.prefix

    def __enter__(self):
        try:
            self.process.wait_running()
        except BaseException:
            self.process.__exit__()
            raise
        return self

    def __exit__(self, kind, *_):
        self.process.__exit__()
        if kind is not None:
            print("#", "\n# ".join(self.process.err.splitlines()[-15:]))

    @property
    def err(self):
        return self.process.err

    def telemetry(self):
        return t.Telemetry(self.prefix)

    def claims(self, name="a"):
        with self.telemetry() as telemetry:
            return next(row for row in telemetry.rows("/leat/claims") if row["port"] == name)

    def port(self, name="a"):
        with self.telemetry() as telemetry:
            return next(row for row in telemetry.rows("/leat/ports") if row["name"] == name)

    def settled(self):
        with self.telemetry() as telemetry:
            return telemetry.ask("/leat/info")["packets_settled"]

    def reload_begin(self, what):
        """Another config in the same file, all at once."""
        text = what if isinstance(what, str) else json.dumps(what, indent=1)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        os.replace(fresh, self.file)
        self.process.signal(signal.SIGHUP)

    def reload(self, what):
        before = self.err.count("reloaded")
        self.reload_begin(what)
        self.wait_for(lambda: self.err.count("reloaded") > before, "the reload")

    def reload_fails(self, what, *words):
        """The log says why, and nothing has changed."""
        before, claims = len(self.err), self.claims()
        self.reload_begin(what)

        def said():
            lines = self.err[before:].splitlines()
            return any(all(re.search(word, line) for word in words) for line in lines)

        self.wait_for(said, f"a line with {words}")
        after = self.claims()
        keys = ("program_id", "claims", "denies", "entries", "reloads")
        t.expect([after[key] for key in keys], [claims[key] for key in keys], "after a reload that failed")

    def wait_for(self, condition, what, bound_s=20):
        held = []  # asked once more it might not be so any longer

        def ready():
            held[:] = [condition()]
            return held[0] or self.process.process.poll() is not None

        try:
            t.wait_for(ready, what, bound_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; log: {self.err[-2000:]}") from None
        if not held[0]:
            raise AssertionError(f"leat has ended before {what}: {self.process.finish()}")

    def kill(self):
        """As a crash would end it. Returns before the kernel has let go of everything."""
        self.process.signal(signal.SIGKILL)
        self.process.process.wait()

    def end(self, status=0):
        """Ends it as its supervisor would, and returns the summary."""
        self.process.signal(signal.SIGTERM)
        ended = self.process.finish()
        t.expect(ended.status, status, str(ended))
        self.summary = ended.summary
        check_sums(self.summary)
        return self.summary


def check_sums(summary):
    """As t.check_sums, but net_af_xdp does not give back what lies in its fill ring: 2048 mbufs of each port."""
    pool = summary["pool"]
    assert 0 <= pool["mbufs"] - pool["free"] <= 2048 * len(summary["ports"]), pool
    t.check_sums({**summary, "pool": {**pool, "free": pool["mbufs"]}})


# Frames


def is_control(frame):
    """What the kernels say by themselves: ARP, IGMP, neighbour discovery, MLD, and ICMP errors."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == t.IPV4:
        return frame[23] in (2, t.ICMP)
    if kind == t.IPV6:
        return frame[20] in (t.HOP_BY_HOP, t.ICMP6)
    return kind not in (t.VLAN, t.QINQ)


class Wire:
    """A packet socket: every frame that this interface's kernel gets, and frames out of it."""

    def __init__(self, lab, which, device, wanted=lambda frame: not is_control(frame)):
        self.wanted = wanted
        with lab.within(which):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
            self.socket.bind((device, ETH_P_ALL))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, frame):
        self.socket.send(frame)

    def look(self):
        """What has arrived and is wanted."""
        frames = []
        while True:
            try:
                data, notes, _, _ = self.socket.recvmsg(65536, 128, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return frames
            data = tag_restore(data, notes)
            if self.wanted(data):
                frames.append(data)

    def wait(self, count, bound_s=ARRIVAL_S):
        """So many wanted frames, or those that came in time."""
        frames = self.look()
        deadline = time.monotonic() + bound_s
        while len(frames) < count and time.monotonic() < deadline:
            frames += self.look()
            time.sleep(0.0005)
        return frames

    def check_whole(self):
        """No frame was lost by this socket itself."""
        counts = self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        t.expect(struct.unpack("II", counts)[1], 0, "frames lost by the test's own socket")


def tag_restore(data, notes):
    """The kernel takes the outer VLAN tag off before anyone sees the frame."""
    for level, kind, value in notes:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, _, _, _, _, tci, tpid = AUXDATA.unpack(value)
            if status & VLAN_VALID:
                tag = struct.pack("!HH", tpid if status & VLAN_TPID_VALID else t.VLAN, tci)
                return data[:12] + tag + data[12:]
    return data


def send_through(source, sink, frames, wanted=None):
    """Sends frames a window at a time; returns what arrived, which need not be the same but as many."""
    got = []
    wanted = len(frames) if wanted is None else wanted
    for at in range(0, len(frames), WINDOW):
        for frame in frames[at : at + WINDOW]:
            source.send(frame)
        got += sink.wait(min(at + WINDOW, wanted) - len(got))
        if len(got) < min(at + WINDOW, wanted):
            break
    got += sink.look()
    sink.check_whole()
    return got


def udp_frame(
    payload, dst=KERNEL["a"][V4], dport=26400, src=OWN_HOST["a"][V4], sport=4000, tags=(), macs=MACS["a"], pad=True
):
    """A frame from `a` to leat's kernel, unless said otherwise."""
    source, target = t.address(src), t.address(dst)
    datagram = t.udp(source, target, sport, dport, payload)
    if len(source) == 4:
        kind, packet = t.IPV4, t.ipv4(source, target, t.UDP, datagram)
    else:
        kind, packet = t.IPV6, t.ipv6(source, target, t.UDP, datagram)
    frame = t.ethernet(kind, packet, tags, pad)
    return macs[1] + macs[0] + frame[12:]


def numbered(count, start=0, **rest):
    return [udp_frame(struct.pack("!I", start + i) + b"leat", **rest) for i in range(count)]


def frames_of_lengths(lengths, tags=(), version=V4, seed=1):
    """UDP from `a` to `b` with random bytes, each frame exactly so long."""
    random_bytes = random.Random(seed).randbytes
    overhead = 14 + 4 * len(tags) + (20, 40)[version] + 8
    addresses = {"dst": HOST["b"][version], "src": HOST["a"][version]}
    macs = (MAC_HOST_A, MAC_HOST_B)
    return [
        udp_frame(random_bytes(length - overhead), tags=tags, macs=macs, pad=False, **addresses)
        for length in lengths
    ]


def fragments(payload, dport, identifier=7, version=V4, size=512):
    """A UDP datagram from `a` to leat's kernel, in pieces."""
    source, target = t.address(OWN_HOST["a"][version]), t.address(KERNEL["a"][version])
    datagram = t.udp(source, target, 4000, dport, payload)
    cut = (t.ipv4_fragments, t.ipv6_fragments)[version]
    packets = cut(source, target, t.UDP, datagram, identifier, size)
    return [t.ethernet((t.IPV4, t.IPV6)[version], packet) for packet in packets]


# XDP programs of somebody else

FOREIGN_PROGRAM = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");
SEC("xdp")
int somebody_elses(struct xdp_md *context)
{
	__u32 key = 0;
	__u64 *hit = bpf_map_lookup_elem(&hits, &key);

	if (hit)
		__sync_fetch_and_add(hit, 1);
	return XDP_PASS;
}
char foreign_license[] SEC("license") = "GPL";
"""
FOREIGN_NAME = "somebody_elses"


@functools.lru_cache(maxsize=None)
def foreign_object():
    for tool in ("clang", "bpftool"):
        if shutil.which(tool) is None:
            raise t.Skip(f"no {tool}")
    source, made = t.scratch.path("foreign.bpf.c"), t.scratch.path("foreign.bpf.o")
    source.write_text(FOREIGN_PROGRAM)
    includes = [f"-I/usr/include/{os.uname().machine}-linux-gnu"]
    netns.command("clang", "-g", "-O2", "-target", "bpf", *includes, "-c", source, "-o", made)
    return made


def foreign_attach(lab, device):
    """Attaches it and returns its ID."""
    lab.ip("leat", "link set dev", device, "xdp obj", foreign_object(), "sec xdp")
    return lab.program_id(device)


def foreign_hits(program_id):
    shown = json.loads(netns.command("bpftool", "-j", "prog", "show", "id", program_id).stdout)
    dump = json.loads(netns.command("bpftool", "-j", "map", "dump", "id", shown["map_ids"][0]).stdout)
    if "formatted" in dump[0]:
        return dump[0]["formatted"]["value"]
    return int.from_bytes(bytes(int(byte, 16) for byte in dump[0]["value"]), sys.byteorder)
