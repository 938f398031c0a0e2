# SPDX-License-Identifier: BSD-3-Clause
"""What the benches share: captures, hugepages, programs that poll, and their counters at two moments.

A rate is counted twice: per second of the wall clock, and per second that the polling threads were on
a CPU. On a machine with other jobs the second is the better measure of the program; the first is what
a user sees. A thread that polls is never idle, so on an idle machine the two are the same.
"""

import contextlib
import json
import os
import random
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRAME_BYTES = 60  # 64 on the wire, less the FCS
SETTLE_S = 0.4
START_TIMEOUT_S = 60
TELEMETRY_BYTES_MAX = 16384


class BenchError(Exception):
    """A program that did not do what it was started for."""


# Captures


def ones_complement(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def udp_frame(src, dst, sport, dport, length=FRAME_BYTES):
    """An Ethernet frame with a UDP datagram between two IPv4 addresses, checksums right."""
    payload = bytes(length - 14 - 20 - 8)
    addresses = struct.pack("!II", src, dst)
    udp_bytes = 8 + len(payload)
    udp = struct.pack("!HHHH", sport, dport, udp_bytes, 0) + payload
    pseudo = addresses + struct.pack("!HH", 17, udp_bytes)
    udp_sum = 0xFFFF - ones_complement(pseudo + udp) or 0xFFFF
    udp = udp[:6] + struct.pack("!H", udp_sum) + udp[8:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + udp_bytes, 1, 0x4000, 64, 17, 0) + addresses
    ip = ip[:10] + struct.pack("!H", 0xFFFF - ones_complement(ip)) + ip[12:]
    return bytes.fromhex("020000000002020000000001" "0800") + ip + udp


def capture_write(path, frames):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def flow_client(i):
    """Address and port of the client of a flow."""
    return 0x0A000000 + 1 + i % 4096, 1024 + i // 4096


def flow_captures(directory, flows, client_of=flow_client):
    """A capture for each of two ports: one packet of each flow, shuffled, and the answers."""
    order = list(range(flows))
    random.Random(flows).shuffle(order)
    out, back = [], []
    for i in order:
        client = client_of(i)
        server = 0xC0000200 + 1 + i % 64, 9000
        out.append(udp_frame(client[0], server[0], client[1], server[1]))
        back.append(udp_frame(server[0], client[0], server[1], client[1]))
    paths = [str(Path(directory) / f"{name}-{flows}.pcap") for name in ("out", "back")]
    capture_write(paths[0], out)
    capture_write(paths[1], back)
    return paths


def vdev(i, capture):
    return f"net_pcap{i},rx_pcap={capture},infinite_rx=1"


# Hugepages


class Hugepages:
    """With hugepages where the machine gives them. State of its own, apart from other borrowers'.

    spare_mib are for others who take from the pool while one program has ended and the next not begun.
    """

    def __init__(self, directory, mib, spare_mib=0):
        self.environment = dict(os.environ, HUGEPAGES_STATE=str(Path(directory) / "hugepages"))
        self.options = [*self.call("reserve", str(mib + spare_mib)).split()[:-1], str(mib)]
        if self.used():
            # EAL leaves its files there otherwise, and they keep the pages.
            self.options.append("--huge-unlink")

    def call(self, *arguments):
        command = [ROOT / "tools/hugepages.sh", *arguments]
        return subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def used(self):
        return "--no-huge" not in self.options

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("restore")


def memory_mib(flows):
    """Both captures in mbufs of 2.4 KiB, the packets under way, and what EAL takes for itself."""
    return 256 + 2 * flows * 2432 // (1 << 20)


# Programs


class Program:
    """A DPDK program that polls, with its telemetry."""

    thread_name = "worker"  # part of it, of the threads that poll

    def __init__(self, command, prefix, polling_threads, log):
        self.polling_threads = polling_threads
        self.prefix = prefix
        self.log = open(log, "w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self.telemetry = None
        self.output = ""

    def kill(self):
        self.process.kill()
        self.process.wait()  # until its hugepages are free again
        self.folder_remove()

    def folder_remove(self):
        """EAL leaves its folder behind."""
        shutil.rmtree(f"/var/run/dpdk/{self.prefix}", ignore_errors=True)

    def fail(self, what):
        self.kill()
        output, _ = self.process.communicate()
        self.log.seek(0)
        raise BenchError(f"{what}\n{self.process.args}\n{self.log.read()[-2000:]}{output[-2000:]}")

    def connect(self):
        path = f"/var/run/dpdk/{self.prefix}/dpdk_telemetry.v2"
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                link.connect(path)
                link.recv(TELEMETRY_BYTES_MAX)
                self.telemetry = link
                return
            except OSError:
                link.close()
                time.sleep(0.05)
        self.fail("no telemetry")

    def ask(self, command):
        self.telemetry.send(command.encode())
        answer = json.loads(self.telemetry.recv(TELEMETRY_BYTES_MAX))
        return answer[command.split(",")[0]]

    def port_counters(self):
        """Of the two ports, as DPDK counts them."""
        ports = [self.ask(f"/ethdev/stats,{i}") for i in range(2)]
        return {
            "received": sum(port["ipackets"] for port in ports),
            "forwarded": sum(port["opackets"] for port in ports),
        }

    def cpu_ns(self):
        """What the polling threads have spent on a CPU."""
        times = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            if self.thread_name in (task / "comm").read_text():
                times.append(int((task / "schedstat").read_text().split()[0]))
        if len(times) != self.polling_threads:
            self.fail(f"{len(times)} polling threads, expected {self.polling_threads}")
        return times

    def moment(self):
        return time.monotonic_ns(), self.counters(), self.cpu_ns()

    def start(self):
        """Returns when packets flow, steadily."""
        self.connect()
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.counters().get("forwarded", 0) == 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.fail("no packet")
            time.sleep(0.05)
        time.sleep(SETTLE_S)

    def measure(self, seconds):
        begin_ns, begin, begin_cpu = self.moment()
        time.sleep(seconds)
        end_ns, end, end_cpu = self.moment()
        cpu_ns = [after - before for after, before in zip(end_cpu, begin_cpu)]
        counters = {name: end[name] - begin[name] for name in end}
        # With two threads the busier one is the clock: it would be the limit on CPUs of their own.
        return {
            "pps": counters["forwarded"] * 1e9 / (end_ns - begin_ns),
            "pps_cpu": counters["forwarded"] * 1e9 / max(max(cpu_ns), 1),
            "cpu_share": min(cpu_ns) / (end_ns - begin_ns),
            "counters": counters,
        }

    def stop(self):
        if self.telemetry is not None:
            self.telemetry.close()
        try:
            self.output, _ = self.process.communicate(self.last_words, timeout=START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.fail("does not stop")
        self.folder_remove()
        if self.process.returncode != 0:
            self.fail(f"exit status {self.process.returncode}")
        self.log.close()


class Testpmd(Program):
    last_words = "\n"

    def __init__(self, mode, captures, eal, cpu, mbufs, directory):
        prefix = f"leat-bench-{os.getpid()}"
        command = ["dpdk-testpmd", f"--lcores=0@({cpus_text()}),1@{cpu}", "--no-pci"]
        command += [f"--file-prefix={prefix}", *eal, "--log-level=error"]
        for i, capture in enumerate(captures):
            command.append(f"--vdev={vdev(i, capture)}")
        command += ["--", f"--forward-mode={mode}", "--nb-cores=1", "--burst=64", "--auto-start"]
        command += [f"--total-num-mbufs={mbufs}", "--no-mlockall", "--port-topology=paired"]
        super().__init__(command, prefix, 1, Path(directory) / "testpmd.log")

    def counters(self):
        return self.port_counters()


class Leat(Program):
    last_words = None

    def __init__(self, config, eal, polling_threads, directory, build=None):
        prefix = f"leat-bench-{os.getpid()}"
        path = Path(directory) / "leat.yaml"
        path.write_text(config)
        command = [str(Path(build or leat_build()) / "app/leat"), f"--file-prefix={prefix}", *eal]
        command += ["--", "-c", str(path)]
        super().__init__(command, prefix, polling_threads, Path(directory) / "leat.log")

    def counters(self):
        answer = self.ask("/leat/ports")
        if not answer:  # not registered yet
            return {}
        ports = answer["rows"].values()
        counters = {
            "received": sum(port["rx_packets"] for port in ports),
            "forwarded": sum(port["tx_packets"] for port in ports),
        }
        lcores = self.ask("/leat/lcores")
        for row in lcores["rows"].values() if lcores else ():
            for name in ("busy_cycles", "busy_rounds", "rounds"):
                counters[f"{name}_{row['lcore']}"] = row[name]
        return counters

    def stop(self):
        self.process.terminate()
        super().stop()

    def summary(self):
        return json.loads(self.output)


def leat_build():
    return os.environ.get("LEAT_BUILD", ROOT / "build")


def leat_config(captures, rx, work, tx, pace):
    lines = ["ports:"]
    for name, i in (("a", 0), ("b", 1)):
        lines.append(f'  {name}: {{ device: "{vdev(i, captures[i])}", pace: {pace} }}')
    lines.append(f"lcores: {{ rx: [{rx}], work: [{work}], tx: [{tx}] }}")
    lines.append("forward: [ { between: [a, b] } ]")
    return "\n".join(lines) + "\n"


def tsc_hz():
    """Linux calibrates its delay loop by the TSC: two turns a cycle (x86)."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("bogomips"):
            return float(line.split(":", 1)[1]) * 1e6 / 2
    raise BenchError("no bogomips in /proc/cpuinfo")


@contextlib.contextmanager
def priority(nice):
    """Our session before others' in the scheduler, if we may: two lcores that talk wait for each other
    whenever a neighbour has the CPU of one of them. Sessions are weighed first, then processes."""
    autogroup = Path("/proc/self/autogroup")
    try:
        before = autogroup.read_text().rsplit(" ", 1)[1].strip()
        autogroup.write_text(str(nice))
    except OSError:
        before = None
    try:
        yield
    finally:
        if before is not None:
            autogroup.write_text(before)


def cpus():
    return sorted(os.sched_getaffinity(0))


def cpus_text():
    return ",".join(str(cpu) for cpu in cpus())


# Figures


def spread(values, digits=3):
    """Median, least and greatest."""
    return {
        "median": round(statistics.median(values), digits),
        "min": round(min(values), digits),
        "max": round(max(values), digits),
        "n": len(values),
    }


def machine():
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {"cpu": model, "cpus": len(cpus()), "kernel": os.uname().release, "load": os.getloadavg()[0]}


def result_write(result, path):
    text = json.dumps(result, indent=2)
    print(text)
    if path:
        Path(path).write_text(text + "\n")


def progress(text):
    print(text, file=sys.stderr, flush=True)


def scratch():
    return tempfile.TemporaryDirectory(prefix="bench-leat-")
