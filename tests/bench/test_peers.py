#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The comparison with OVS-DPDK: its parts, and with --long a short run where OVS is installed. TAP.

OVS_ROOT is the root of an OVS that is only unpacked.
"""

import argparse
import os
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

import bench  # noqa: E402
import ovs  # noqa: E402
import ovs_switch  # noqa: E402
from tap import attempt, plan, report, skip  # noqa: E402

# At 65,536 flows 6 is wanted and 6.3 reached, with single rounds from 5.6 (docs/performance.md).
RATIOS_MIN = {1024: 3, 65536: 5.5}
TENANTS = 1000
ROUNDS = 3
SECONDS = "0.5"

# What the switch prints; two lookups a packet. Its main thread polls nothing.
PMD_STATS = """\
pmd thread numa_id 0 core_id 1:
  packets received: 1000
  packet recirculations: 1000
  avg. datapath passes per packet: 2.00
  emc hits: 1500
  smc hits: 0
  megaflow hits: 498
  miss with success upcall: 2
  miss with failed upcall: 0
  idle cycles: 0 (0.00%)
main thread:
  packets received: 0
  packet recirculations: 0
"""


def test_clients():
    clients = [ovs.tenant_client(i, TENANTS) for i in range(65536)]
    report(len(set(clients)) == len(clients), "each flow has a client address and port of its own")
    config = ovs.tenants_config(TENANTS).splitlines()
    prefixes = [ip_network(line.split()[4]) for line in config if line.startswith("    from:")]
    good = len(prefixes) == TENANTS and all(
        ip_address(address) in prefixes[i % TENANTS] for i, (address, _) in enumerate(clients)
    )
    report(good, "flows go round the tenants, each client in its tenant's prefix")


def test_shares():
    shares = ovs_switch.datapath_shares(ovs_switch.datapath_counters(PMD_STATS))
    good = shares["recirculated"] == 1 and shares["emc_hits"] == 1.5 and shares["upcalls"] == 0.002
    report(good, "reads the polling thread's statistics, not the main thread's", shares)


def refused(**measured):
    try:
        ovs.verify("peer", {"counters": {"received": 10000, "forwarded": 10000}, **measured}, 1024)
    except bench.BenchError:
        return True
    return False


def test_verify():
    report(not refused(tracked=1024), "a run without loss that knows every flow counts")
    lossy = {"received": 10000, "forwarded": 9980}
    report(refused(tracked=1024, counters=lossy), "a run that lost 0.2 % does not count")
    limited = {"forward": 9999, "tenant_pps": 1}
    report(refused(tracked=1024, fates=limited), "a run in which a limit bit does not count")
    report(refused(tracked=1023), "a run that does not know one of the flows does not count")


def ratio_name(flows):
    return f"at least {RATIOS_MIN[flows]} times OVS-DPDK with connection tracking, {flows} flows"


def test_ratio():
    names = [ratio_name(flows) for flows in RATIOS_MIN]
    words = ["--rounds", str(ROUNDS), "--seconds", SECONDS, "--tenants", str(TENANTS)]
    arguments = ovs.options([*words, "--flows", *map(str, RATIOS_MIN)])
    if os.environ.get("LEAT_LONG") != "1":
        skip(names, "only for tools/test.sh --long")
        return
    if not ovs_switch.installed(arguments.ovs):
        skip(names, "no openvswitch-switch-dpdk")
        return
    with bench.priority(arguments.nice):
        measured = attempt(names, lambda: ovs.measure(arguments))
    for row in measured["results"] if measured else ():
        ratio = row["leat/ovs"]
        detail = f"leat/ovs {ratio}, leat {row['leat']['mpps_cpu']}, ovs {row['ovs']['mpps_cpu']} Mpps"
        report(ratio["median"] >= RATIOS_MIN[row["flows"]], ratio_name(row["flows"]), detail)


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    test_clients()
    test_shares()
    test_verify()
    test_ratio()
    plan()


if __name__ == "__main__":
    main()
