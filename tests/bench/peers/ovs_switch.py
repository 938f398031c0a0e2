# SPDX-License-Identifier: BSD-3-Clause
"""Open vSwitch on DPDK that tracks connections between two net_pcap ports, in a folder of its own.

Nothing is installed and no service is started: a database server and a switch run as children, with their sockets
in the folder, and die with us. The taps that the switch makes are in a network namespace that ends with it.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import bench

PACKAGES = ("openvswitch-common", "openvswitch-switch", "openvswitch-switch-dpdk")
SWITCH = "usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk"
MEMORY_MIB = 1280  # for the 262,144 packet buffers of 3 KiB that it asks for
SETTLE_S = 0.6  # its caches learn one packet in a hundred
COMMAND_TIMEOUT_S = 60
RECIRCULATED_MIN = 0.999

# Both directions of a connection are in one zone, so that the answers find it.
RULES = """\
table=0,priority=10,ip,ct_state=-trk,actions=ct(zone=1,table=1)
table=1,priority=10,ip,ct_state=+trk+new,in_port=1,actions=ct(commit,zone=1),output:2
table=1,priority=10,ip,ct_state=+trk+new,in_port=2,actions=ct(commit,zone=1),output:1
table=1,priority=10,ip,ct_state=+trk+est,in_port=1,actions=output:2
table=1,priority=10,ip,ct_state=+trk+est,in_port=2,actions=output:1
"""


# Packages


def installed(root):
    return (Path(root) / SWITCH).exists()


def version(root):
    return tool(Path(root) / SWITCH, "--version").splitlines()


def unpack(directory):
    """Debian's packages without their scripts, which would start services. Returns where they are."""
    root = Path(directory) / "ovs"
    root.mkdir()
    tool("apt-get", "-o", "APT::Sandbox::User=root", "download", *PACKAGES, cwd=root)
    for package in list(root.glob("*.deb")):
        tool("dpkg", "-x", str(package), str(root))
        package.unlink()
    return root


def tool(*command, cwd=None, text=None):
    run = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        input=text,
        stdin=None if text else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=COMMAND_TIMEOUT_S,
    )
    if run.returncode != 0:
        raise bench.BenchError(f"{' '.join(map(str, command))}\n{run.stderr[-2000:]}")
    return run.stdout


# Counters


def datapath_counters(text):
    """The sums of `dpif-netdev/pmd-stats-show` for the one polling thread; its averages are left out."""
    counters = {}
    of_main, before = text.find("main thread:"), text.find("pmd thread")
    for line in text[before : of_main if of_main > before else None].splitlines():
        name, _, value = line.strip().partition(": ")
        if value.isdecimal():
            counters[name] = int(value)
    return counters


def datapath_shares(counters):
    """Per packet. Each is looked up twice: as it comes, and again when its connection is known."""
    packets = max(counters["packets received"], 1)
    names = {
        "recirculated": "packet recirculations",
        "emc_hits": "emc hits",
        "smc_hits": "smc hits",
        "megaflow_hits": "megaflow hits",
        "upcalls": "miss with success upcall",
        "upcalls_failed": "miss with failed upcall",
    }
    return {name: counters[theirs] / packets for name, theirs in names.items()}


# The switch


def mask(cpu):
    return f"{1 << cpu:#x}"


def dying_with_us(*command):
    return ["setpriv", "--pdeathsig", "KILL", *map(str, command)]


class Ovs(bench.Program):
    last_words = None
    thread_name = "pmd-c"

    def __init__(self, root, captures, flows, eal, cpu, settings, directory):
        self.root = Path(root)
        self.folder = Path(tempfile.mkdtemp(prefix="ovs-", dir=directory))
        self.captures, self.flows = captures, flows
        prefix = f"leat-bench-{os.getpid()}"
        self.database = self.database_start()
        others = [other for other in bench.cpus() if other != cpu]
        self.configure(
            {
                "dpdk-init": "true",
                "dpdk-extra": " ".join(["--no-pci", f"--file-prefix={prefix}", *eal]),
                "dpdk-lcore-mask": mask(others[0] if others else cpu),
                "pmd-cpu-mask": mask(cpu),
                **dict(setting.split("=", 1) for setting in settings),
            }
        )
        switch = ["unshare", "--net", "env", f"OVS_RUNDIR={self.folder}", self.root / SWITCH]
        switch += [self.socket("db"), f"--unixctl={self.folder}/switch.ctl", "-vsyslog:off"]
        super().__init__(dying_with_us(*switch), prefix, 1, self.folder / "switch.log")

    def socket(self, name):
        return f"unix:{self.folder}/{name}"

    def database_start(self):
        file = self.folder / "conf.db"
        schema = self.root / "usr/share/openvswitch/vswitch.ovsschema"
        tool(self.root / "usr/bin/ovsdb-tool", "create", file, schema)
        server = [self.root / "usr/sbin/ovsdb-server", file, f"--remote=p{self.socket('db')}"]
        server += [f"--unixctl={self.folder}/db.ctl", "-vsyslog:off"]
        with open(self.folder / "db.log", "w") as log:
            return subprocess.Popen(dying_with_us(*server), stdout=log, stderr=log)

    def vsctl(self, *words):
        # It tries again until the server listens.
        options = [f"--db={self.socket('db')}", "--retry", f"--timeout={bench.START_TIMEOUT_S}"]
        return tool(self.root / "usr/bin/ovs-vsctl", *options, *words)

    def appctl(self, *words):
        target = f"--target={self.folder}/switch.ctl"
        return tool(self.root / "usr/bin/ovs-appctl", target, *words)

    def configure(self, settings):
        """Before the switch runs: it reads most of this only once."""
        columns = [f'other_config:{name}="{value}"' for name, value in settings.items()]
        self.vsctl("--no-wait", "init", "--", "set", "Open_vSwitch", ".", *columns)

    def connect(self):
        super().connect()
        self.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure")
        tool(self.root / "usr/bin/ovs-ofctl", "add-flows", self.socket("br0.mgmt"), "-", text=RULES)
        for i, capture in enumerate(self.captures):
            options = ["type=dpdk", f"ofport_request={i + 1}"]
            options.append(f'options:dpdk-devargs="{bench.vdev(i, capture)}"')
            self.vsctl("add-port", "br0", f"p{i}", "--", "set", "Interface", f"p{i}", *options)

    def start(self):
        super().start()
        deadline = time.monotonic() + bench.START_TIMEOUT_S
        while self.connections() < self.flows:
            if time.monotonic() > deadline:
                self.fail(f"{self.connections()} connections of {self.flows}")
            time.sleep(0.05)
        time.sleep(SETTLE_S)

    def counters(self):
        return self.port_counters()

    def connections(self):
        return int(self.appctl("dpctl/ct-get-nconns"))

    def datapath(self):
        return datapath_counters(self.appctl("dpif-netdev/pmd-stats-show"))

    def measure(self, seconds):
        self.appctl("dpif-netdev/pmd-stats-clear")
        measured = super().measure(seconds)
        measured["datapath"] = datapath_shares(self.datapath())
        measured["tracked"] = self.connections()
        if measured["datapath"]["recirculated"] < RECIRCULATED_MIN:
            self.fail(f"not every packet was tracked: {measured['datapath']}")
        return measured

    def kill(self):
        super().kill()
        self.database.kill()
        self.database.wait()

    def stop(self):
        self.appctl("exit", "--cleanup")
        super().stop()
        self.database.terminate()
        self.database.wait(bench.START_TIMEOUT_S)
