# SPDX-License-Identifier: BSD-3-Clause
"""What the functional tests of leat share: running it, its summary, captures, packets, TAP output.

Everything that a script makes is gone when it ends: files live in one temporary folder, every leat gets a file prefix
of its own, whose run-time folder is removed, and processes still running are killed by their pid.
"""

import atexit
import ctypes
import gzip
import itertools
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

BUILD = os.environ.get("LEAT_BUILD")
SHARED = os.environ.get("LEAT_SHARED")
LONG = os.environ.get("LEAT_LONG") == "1"
RUNTIME = Path("/var/run/dpdk")
NO_HUGE = ("--no-huge", "--no-shconf")
BOUND_S = 60  # for whatever should take a moment


class Skip(Exception):
    """A reason why a test cannot run here."""


def expect(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what}{': ' if what else ''}got {got!r}, wanted {wanted!r}")


def wait_for(condition, what, bound_s=BOUND_S):
    """Polls until the condition holds, and returns its value."""
    deadline = time.monotonic() + bound_s
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {bound_s} s for {what}")
        time.sleep(0.005)
    return value


def shared(path):
    if SHARED is None:
        raise Skip("LEAT_SHARED is not set: no captures")
    file = Path(SHARED, path)
    if not file.exists():
        raise Skip(f"{file} is missing")
    return file


# Files and names of this run


class Scratch:
    """The temporary folder, the file prefixes and the processes of this script."""

    def __init__(self):
        self.folder = None
        self.prefixes = []
        self.running = []
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()

    def path(self, name):
        with self.lock:
            if self.folder is None:
                self.folder = tempfile.mkdtemp(prefix="leat-test-")
        return Path(self.folder, name)

    def new_path(self, suffix=""):
        return self.path(f"{next(self.numbers)}{suffix}")

    def prefix(self):
        prefix = f"leat-test-{os.getpid()}-{next(self.numbers)}"
        self.prefixes.append(prefix)
        return prefix

    def clean(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
        for prefix in self.prefixes:
            shutil.rmtree(RUNTIME / prefix, ignore_errors=True)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


scratch = Scratch()
atexit.register(scratch.clean)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that atexit runs


# Running leat


def binary(name):
    file = Path(BUILD, name)
    # Somebody may be linking it right now.
    wait_for(lambda: os.access(file, os.X_OK), f"{file} to be there")
    return file


def leat_program():
    return binary("app/leat")


def is_sanitized():
    return b"__asan_init" in leat_program().read_bytes()


class Ended:
    """How a leat ended."""

    def __init__(self, status, out, err, prefix):
        self.status, self.out, self.err, self.prefix = status, out, err, prefix

    @property
    def summary(self):
        return json.loads(self.out)

    @property
    def errors(self):
        """leat's own error lines, without the words in front."""
        mark = "leat: error: "
        return [line[len(mark) :] for line in self.err.splitlines() if line.startswith(mark)]

    def __str__(self):
        return f"exit {self.status}\nstdout: {self.out[-1500:]}\nstderr: {self.err[-3000:]}"


def config_file(config):
    """A dict as a config: JSON is YAML. A string is taken as it is, a path too."""
    if isinstance(config, Path):
        return config
    file = scratch.new_path(".yaml")
    file.write_text(config if isinstance(config, str) else json.dumps(config, indent=1))
    return file


class Leat:
    """A running leat; as a context manager it is surely gone afterwards."""

    def __init__(
        self, config, *options, eal=NO_HUGE, prefix=None, before=(), stdout=None, cwd=None, env=None
    ):
        self.prefix = prefix or scratch.prefix()
        self.err_file = scratch.new_path(".err")
        self.out_file = scratch.new_path(".out")
        command = [*before, leat_program(), *eal, f"--file-prefix={self.prefix}", "--"]
        if config is not None:
            command += ["--config", config_file(config)]
        self.command = [str(word) for word in [*command, *options]]
        environment = dict(os.environ, **env) if env else None
        with open(self.out_file, "wb") as out, open(self.err_file, "wb") as err:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out if stdout is None else stdout,
                stderr=err,
                cwd=cwd,
                env=environment,
            )
        scratch.running.append(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def err(self):
        return self.err_file.read_text(errors="replace")

    def wait_running(self):
        wait_for(
            lambda: "leat: running on" in self.err or self.process.poll() is not None,
            "leat to run",
        )
        if "leat: running on" not in self.err:
            raise AssertionError(f"leat does not run: {self.finish()}")
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, bound_s=BOUND_S):
        try:
            status = self.process.wait(bound_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"leat did not end in {bound_s} s: {self.err[-3000:]}") from None
        scratch.running.remove(self.process)
        shutil.rmtree(RUNTIME / self.prefix, ignore_errors=True)
        return Ended(status, self.out_file.read_text(errors="replace"), self.err, self.prefix)


def leat(config, *options, bound_s=BOUND_S, **rest):
    """Runs leat to its end."""
    with Leat(config, *options, **rest) as running:
        return running.finish(bound_s)


def leat_until(config, packets, *options, **rest):
    """
    Runs leat until so many packets have their fates, or it ends by itself. A machine that is busy otherwise may keep
    an lcore waiting longer than any short --exit-when-idle.
    """
    with Leat(config, *options, "--exit-when-idle", f"{BOUND_S // 2}s", **rest) as running:
        with Telemetry(running.prefix, running.process) as telemetry:

            def settled():
                info = telemetry.ask("/leat/info")
                return telemetry.closed or info and info["packets_settled"] >= packets

            wait_for(settled, f"{packets} packets to be settled", 2 * BOUND_S)
        running.signal(signal.SIGTERM)
        return running.finish()


def leat_summary(config, *options, packets=None, **rest):
    """Runs leat to an end that must be good, and returns its summary, whose sums must come out even."""
    if packets is None:
        ended = leat(config, *options, **rest)
    else:
        ended = leat_until(config, packets, *options, **rest)
    expect(ended.status, 0, str(ended))
    check_sums(ended.summary)
    return ended.summary


def check_sums(summary):
    """What holds at the end of every run."""
    ports = summary["ports"].values()
    expect(summary["packets_settled"], summary["packets_in"], "settled and received")
    expect(sum(summary["fates"].values()), summary["packets_in"], "sum of fates and received")
    expect(sum(p["rx_packets"] for p in ports), summary["packets_in"], "ports and received")
    forwarded = summary["fates"].get("forward", 0)
    expect(sum(p["tx_packets"] for p in ports), forwarded, "sent by ports and fate forward")
    expect(summary["pool"]["free"], summary["pool"]["mbufs"], "free mbufs and all mbufs")


# Placements

ONE_LCORE = {"rx": [0], "work": [0], "tx": [0]}
SPLITS = [
    {"rx": [0], "work": [1], "tx": [0]},
    {"rx": [0], "work": [1], "tx": [1]},
    {"rx": [0], "work": [0], "tx": [1]},
    {"rx": [0], "work": [0, 1], "tx": [1]},
    {"rx": [0], "work": [0, 1], "tx": [0]},
    {"rx": [1], "work": [0, 1], "tx": [0, 1]},
    {"rx": [0, 1], "work": [0, 1], "tx": [0, 1]},
    {"rx": [0, 1], "work": [1, 0], "tx": [1, 0]},
]


def placement_name(placement):
    return " ".join(f"{role}{ids}".replace(" ", "") for role, ids in placement.items())


def need_cpus(placement):
    """The placement with CPUs that exist: its 0 and 1 are the first and second that leat may use."""
    allowed = sorted(os.sched_getaffinity(0))
    wanted = {cpu for role in ("rx", "work", "tx") for cpu in placement[role]}
    if max(wanted) >= len(allowed):
        raise Skip(f"{len(wanted)} CPUs wanted, {len(allowed)} allowed")
    mapped = {role: [allowed[cpu] for cpu in placement[role]] for role in ("rx", "work", "tx")}
    return dict(placement, **mapped)


def pcap_port(number, read=None, write=None, extra="", **keys):
    device = f"net_pcap{number}"
    device += "".join(f",rx_pcap={file}" for file in ([read] if read else []))
    device += f",tx_pcap={write}" if write else ""
    return dict(keys, device=device + extra)


# Captures

PCAP_HEADER = struct.Struct("IHHiIII")
PCAP_RECORD = struct.Struct("IIII")
PCAP_MAGICS = (0xA1B2C3D4, 0xA1B23C4D)


def pcap_bytes(frames, link_type=1, snap_length=262144):
    header = PCAP_HEADER.pack(PCAP_MAGICS[0], 2, 4, 0, 0, snap_length, link_type)
    # A time that counts up, so that nothing looks repeated.
    records = (
        PCAP_RECORD.pack(i // 1000000, i % 1000000, len(f), len(f)) + f
        for i, f in enumerate(frames)
    )
    return header + b"".join(records)


def pcap_write(frames, name=None):
    file = scratch.path(name) if name else scratch.new_path(".pcap")
    file.write_bytes(pcap_bytes(frames))
    return file


def pcap_read(file):
    """The frames of a capture; a last one that is cut short is left out."""
    data = Path(file).read_bytes()
    order = next(o for o in "<>" if struct.unpack(o + "I", data[:4])[0] in PCAP_MAGICS)
    record, at, frames = struct.Struct(order + "IIII"), PCAP_HEADER.size, []
    while at + record.size <= len(data):
        length = record.unpack_from(data, at)[2]
        at += record.size
        if at + length > len(data):
            break
        frames.append(data[at : at + length])
        at += length
    return frames


def iex_capture():
    """The real capture, unpacked."""
    packed, file = shared("data/iex/DEEP10.pcap.gz"), scratch.path("iex.pcap")
    if not file.exists():
        file.write_bytes(gzip.decompress(packed.read_bytes()))
    return file


class Libpcap:
    """libpcap's opinion of a capture, which leat should repeat."""

    def __init__(self):
        try:
            self.library = ctypes.CDLL("libpcap.so.0.8")
        except OSError as error:
            raise Skip(f"no libpcap: {error}") from None
        self.library.pcap_open_offline.restype = ctypes.c_void_p
        self.library.pcap_next_ex.argtypes = [ctypes.c_void_p] * 3
        self.library.pcap_close.argtypes = [ctypes.c_void_p]

    class Header(ctypes.Structure):
        _fields_ = [
            ("seconds", ctypes.c_long),
            ("microseconds", ctypes.c_long),
            ("captured", ctypes.c_uint32),
            ("length", ctypes.c_uint32),
        ]

    def read(self, file):
        """The frames and None, or None and the reason why it is refused."""
        reason = ctypes.create_string_buffer(256)
        handle = self.library.pcap_open_offline(str(file).encode(), reason)
        if not handle:
            return None, reason.value.decode(errors="replace")
        header, data, frames = ctypes.POINTER(self.Header)(), ctypes.c_void_p(), []
        while self.library.pcap_next_ex(handle, ctypes.byref(header), ctypes.byref(data)) == 1:
            frames.append(ctypes.string_at(data, header.contents.captured))
        self.library.pcap_close(handle)
        return frames, None


# Building packets

MAC_A, MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
VLAN, QINQ, IPV4, IPV6, ARP = 0x8100, 0x88A8, 0x0800, 0x86DD, 0x0806
HOP_BY_HOP, TCP, UDP, ROUTING, FRAGMENT, ICMP, ICMP6, DESTINATION = 0, 6, 17, 43, 44, 1, 58, 60


def checksum(data):
    """RFC 1071: the words' sum is that of the number itself modulo 65535."""
    value = int.from_bytes(data + b"\0" * (len(data) % 2), "big")
    rest = value % 0xFFFF
    return 0xFFFF if value == 0 else 0 if rest == 0 else 0xFFFF - rest


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def transport(protocol, packet, checksum_at, src, dst):
    """The packet with its checksum over the pseudo header filled in."""
    if len(src) == 4:
        pseudo = src + dst + struct.pack("!HH", protocol, len(packet))
    else:
        pseudo = src + dst + struct.pack("!II", len(packet), protocol)
    value = checksum(pseudo + packet)
    if protocol == UDP and value == 0:
        value = 0xFFFF
    return packet[:checksum_at] + struct.pack("!H", value) + packet[checksum_at + 2 :]


def udp(src, dst, sport, dport, payload):
    header = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    return transport(UDP, header + payload, 6, src, dst)


def tcp(src, dst, sport, dport, payload, sequence=1):
    header = struct.pack("!HHIIBBHHH", sport, dport, sequence, 1, 0x50, 0x18, 65535, 0, 0)
    return transport(TCP, header + payload, 16, src, dst)


def icmp_echo(payload, identifier=1):
    packet = struct.pack("!BBHHH", 8, 0, 0, identifier, 1) + payload
    return packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]


def icmp6_echo(src, dst, payload):
    return transport(ICMP6, struct.pack("!BBHHH", 128, 0, 0, 1, 1) + payload, 2, src, dst)


def ipv4(src, dst, protocol, packet, identifier=1, fragment=0, options=b""):
    """`fragment` is the 16-bit field of flags and offset."""
    head = 20 + len(options)
    start = struct.pack(
        "!BBHHHBB", 0x40 | head // 4, 0, head + len(packet), identifier, fragment, 64, protocol
    )
    addresses = src + dst + options
    return start + struct.pack("!H", checksum(start + addresses)) + addresses + packet


def ipv4_fragments(src, dst, protocol, packet, identifier, size=512):
    """The packet in fragments of `size` bytes, a multiple of 8."""
    result = []
    for at in range(0, len(packet), size):
        more = 0x2000 if at + size < len(packet) else 0
        piece = packet[at : at + size]
        result.append(ipv4(src, dst, protocol, piece, identifier, more | at // 8))
    return result


def ipv6(src, dst, protocol, packet, headers=()):
    """`headers`: (next header value, bytes without the first, which is filled in) in order."""
    chain, following = b"", protocol
    for kind, body in reversed(headers):
        chain = bytes([following]) + body + chain
        following = kind
    return struct.pack("!IHBB", 6 << 28, len(chain) + len(packet), following, 64) + src + dst + (
        chain + packet
    )


def padded_options(length=8):
    """The rest of a hop-by-hop or destination options header: its length and one PadN."""
    return bytes([length // 8 - 1, 1, length - 4]) + bytes(length - 4)


def ipv6_fragments(src, dst, protocol, packet, identifier, size=512):
    result = []
    for at in range(0, len(packet), size):
        more = 1 if at + size < len(packet) else 0
        body = struct.pack("!BHI", 0, at | more, identifier)
        result.append(ipv6(src, dst, protocol, packet[at : at + size], [(FRAGMENT, body)]))
    return result


def ethernet(kind, packet, tags=(), pad=True):
    """`tags`: (EtherType of the tag, VLAN ID)."""
    words = b"".join(struct.pack("!HH", *tag) for tag in tags)
    frame = MAC_B + MAC_A + words + struct.pack("!H", kind) + packet
    return frame + b"\0" * (60 - len(frame)) if pad else frame


def arp():
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, 1) + MAC_A + bytes(4) + MAC_B + bytes(4)


# leat-decode


def text_of(raw):
    """A text field as leat-decode prints it."""
    return raw.rstrip(b"\0" if raw.endswith(b"\0") else b" ").decode("latin-1")


# Flows, by a reading of the bytes that is not leat's

EXTENSIONS = (HOP_BY_HOP, ROUTING, DESTINATION)


def flow_of(frame):
    """What must keep its order: addresses and ports, both directions alike; fragments by addresses alone."""
    at, kind = 14, int.from_bytes(frame[12:14], "big")
    while kind in (VLAN, QINQ) and len(frame) >= at + 4:
        kind = int.from_bytes(frame[at + 2 : at + 4], "big")
        at += 4
    if kind == IPV4 and len(frame) >= at + 20:
        ends = [frame[at + 12 : at + 16], frame[at + 16 : at + 20]]
        fragment = int.from_bytes(frame[at + 6 : at + 8], "big") & 0x3FFF
        protocol, at = frame[at + 9], at + 4 * (frame[at] & 15)
    elif kind == IPV6 and len(frame) >= at + 40:
        ends = [frame[at + 8 : at + 24], frame[at + 24 : at + 40]]
        fragment, protocol, at = 0, frame[at + 6], at + 40
        while protocol in EXTENSIONS and len(frame) >= at + 8:
            protocol, at = frame[at], at + 8 * (frame[at + 1] + 1)
        fragment = protocol == FRAGMENT
    else:
        return kind, frozenset()
    if fragment or protocol not in (TCP, UDP) or len(frame) < at + 4:
        return kind, frozenset(ends)
    ends = [ends[0] + frame[at : at + 2], ends[1] + frame[at + 2 : at + 4]]
    return kind, frozenset(ends), protocol


def by_flow(frames):
    flows = defaultdict(list)
    for frame in frames:
        flows[flow_of(frame)].append(frame)
    return flows


def check_same_flows(got, wanted, what):
    """The same bytes, and each flow in its order."""
    expect(len(got), len(wanted), f"{what}: packets")
    if Counter(got) != Counter(wanted):
        lost = Counter(wanted) - Counter(got)
        raise AssertionError(f"{what}: {sum(lost.values())} packets have other bytes")
    got_flows, wanted_flows = by_flow(got), by_flow(wanted)
    for flow, frames in wanted_flows.items():
        if got_flows[flow] != frames:
            raise AssertionError(f"{what}: the order of flow {flow} has changed")


# The telemetry socket


class Telemetry:
    """A client of /var/run/dpdk/PREFIX/dpdk_telemetry.v2. Where the process is gone, `closed`, and answers are None."""

    def __init__(self, prefix, process=None):
        self.path = str(RUNTIME / prefix / "dpdk_telemetry.v2")
        self.process, self.closed, self.greeting, self.socket = process, False, None, None
        wait_for(self.connect, f"{self.path} to accept a client")

    def connect(self):
        if self.process is not None and self.process.poll() is not None:
            self.closed = True
            return True
        candidate = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Non-blocking: DPDK lets one client wait, tells the next to try again, and closes on the eleventh.
        candidate.settimeout(BOUND_S / 2)
        try:
            candidate.connect(self.path)
            self.greeting = json.loads(candidate.recv(1024))
        except (OSError, ValueError):
            candidate.close()
            return False
        self.socket = candidate
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.socket is not None:
            self.socket.close()

    def raw(self, command):
        self.socket.send(command.encode() if isinstance(command, str) else command)
        return self.socket.recv(self.greeting["max_output_len"] + 1)

    def ask(self, command):
        """The answer without the command around it."""
        try:
            answer = b"" if self.closed else self.raw(command)
        except ConnectionError:
            answer = b""
        if not answer:
            assert self.process is not None, f"{command}: the connection is closed"
            self.closed = True
            return None
        assert len(answer) < 16384, f"{command}: {len(answer)} bytes"
        return json.loads(answer)[command.split(",")[0]]

    def rows(self, command):
        """Every row of a list, over its pages."""
        offset, rows = 0, []
        while True:
            page = self.ask(f"{command},{offset}" if offset else command)
            expect(page["offset"], offset, command)
            expect(list(page["rows"]), [str(offset + i) for i in range(len(page["rows"]))], command)
            rows += page["rows"].values()
            if page["next"] == 0:
                expect(len(rows), page["total"], f"rows of {command}")
                return rows
            expect(page["next"], len(rows), f"next of {command}")
            offset = page["next"]


# TAP


def report(number, name, test):
    start = time.monotonic()
    try:
        test()
        line = f"ok {number} - {name}"
    except Skip as reason:
        line = f"ok {number} - {name} # SKIP {reason}"
    except Exception as error:  # whatever it is, the other tests still run
        text = f"{type(error).__name__}: {error}"
        print("\n".join(f"# {part}" for part in text.split("\n")))
        line = f"not ok {number} - {name}"
    print(f"# {time.monotonic() - start:.1f} s")
    print(line, flush=True)
    return not line.startswith("not")


def main(namespace, extra=()):
    """Runs the functions test_* of a script, and (name, function) pairs that it made."""
    if BUILD is None:
        print("1..0 # SKIP LEAT_BUILD is not set")
        return 0
    tests = [(name[5:], test) for name, test in namespace.items() if name.startswith("test_")]
    tests += extra
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    tests = [test for test in tests if re.search(wanted, test[0])]
    print(f"1..{len(tests)}")
    good = [report(number, *test) for number, test in enumerate(tests, 1)]
    return 0 if all(good) else 1
