#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""leat with tenants and OVS-DPDK with connection tracking in turn on the same captures: one JSON object.

One core for each. `leat` has tenants: flow tables, rules and limits, none of which refuses anything. `plain` is leat
without tenants, which keeps no state. OVS-DPDK tracks every connection in one zone. A run counts only where the
program forwarded what it received and knows as many connections as there are flows.

OVS is looked for below --ovs; --unpack takes Debian's packages into the scratch folder instead.
"""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import bench  # noqa: E402
import ovs_switch  # noqa: E402
import rounds  # noqa: E402

# Two moments of a port that receives bursts, not a loss: the received ones are under way.
LOST_MAX = 0.001
TENANT_HOSTS = 254
SPARE_MIB = 512


# Tenants


def tenant_client(i, tenants):
    """Address and port of the client of a flow: one tenant after the other, each a /24."""
    host, turn = i // tenants % TENANT_HOSTS, i // (tenants * TENANT_HOSTS)
    return 0x0A000000 + (i % tenants << 8) + 1 + host, 1024 + turn


def tenants_config(tenants):
    """The section `tenants`: limits on two levels that do not bite, rules that allow what there is."""
    limits = "flows.max: 200k, pps.max: 1G, bps.max: 1000G"
    lines = ["tenants:", f"  /desks: {{ {limits} }}"]
    for i in range(tenants):
        prefix = f"10.{i >> 8}.{i & 255}.0/24"
        lines += [
            f"  /desks/t{i}:",
            f"    from: [ {{ src: {prefix} }} ]",
            f"    to: [ {{ dst: {prefix} }} ]",
            *(f"    {limit}" for limit in limits.split(", ")),
            "    egress: { default: deny, rules: [ { proto: udp, dport: 9000, action: allow } ] }",
            "    ingress: { default: deny, rules: [ { proto: udp, sport: 9000, action: allow } ] }",
        ]
    return "\n".join(lines) + "\n"


class LeatTenants(bench.Leat):
    def connections(self):
        return self.ask("/leat/tenant,/")["flows_current"]

    def measure(self, seconds):
        measured = super().measure(seconds)
        measured["tracked"] = self.connections()
        return measured


# Runs


class Comparison:
    def __init__(self, flows, arguments, directory):
        self.flows, self.arguments, self.directory = flows, arguments, directory
        self.captures = bench.flow_captures(
            directory, flows, lambda i: tenant_client(i, max(arguments.tenants, 1))
        )

    def program(self, name, eal):
        cpu = self.arguments.cpu
        if name == "ovs":
            place = self.arguments.ovs, self.captures, self.flows, eal, cpu
            return ovs_switch.Ovs(*place, self.arguments.set, self.directory)
        config = bench.leat_config(self.captures, cpu, cpu, cpu, "none")
        if name == "plain":
            return bench.Leat(config, eal, 1, self.directory, self.arguments.build)
        # Tables for twice the flows, as one who knows his load would ask for.
        config += f"flows: {{ ipv4: {max(2 * self.flows, 4096)} }}\n" + tenants_config(self.arguments.tenants)
        return LeatTenants(config, eal, 1, self.directory, self.arguments.build)

    def run(self, name, eal):
        program = self.program(name, eal)
        measured = rounds.run_once(program, self.arguments.seconds)
        if name != "ovs":
            measured["fates"] = program.summary()["fates"]
        verify(name, measured, self.flows)
        return measured

    def result(self):
        mib = max(bench.memory_mib(self.flows), ovs_switch.MEMORY_MIB)
        names = (*(["leat"] if self.arguments.tenants else []), "plain", "ovs")
        with bench.Hugepages(self.directory, mib, SPARE_MIB) as hugepages:
            if not hugepages.used():
                raise bench.BenchError(f"OVS needs {mib} MiB of hugepages, and there are not as many")
            runs = rounds.run_in_turn(
                names,
                lambda name: self.run(name, hugepages.options),
                self.arguments.rounds,
                f"{self.flows} flows",
                self.arguments.share_min,
            )
        result = {"flows": self.flows}
        for name, measured in runs.items():
            result[name] = {**rounds.rates(measured), "lost": bench.spread([lost(run) for run in measured], 6)}
            if name != "plain":
                result[name]["tracked"] = bench.spread([run["tracked"] for run in measured])
        result["ovs"]["datapath"] = {
            key: bench.spread([run["datapath"][key] for run in runs["ovs"]])
            for key in runs["ovs"][0]["datapath"]
        }
        for name in names[:-1]:
            result.update(rounds.ratios(runs, name, "ovs"))
        return result


def lost(measured):
    """Share of what was received. Slightly negative where the later moment was the sender's."""
    counters = measured["counters"]
    return 1 - counters["forwarded"] / max(counters["received"], 1)


def verify(name, measured, flows):
    if measured["counters"]["forwarded"] == 0 or abs(lost(measured)) > LOST_MAX:
        raise bench.BenchError(f"{name} lost {lost(measured):.2%}: {measured['counters']}")
    if set(measured.get("fates", ())) - {"forward"}:
        raise bench.BenchError(f"{name} dropped packets: {measured['fates']}")
    if measured.get("tracked", flows) != flows:
        raise bench.BenchError(f"{name} tracks {measured['tracked']} of {flows} flows")


def measure(arguments):
    with bench.scratch() as directory:
        if arguments.unpack:
            arguments.ovs = ovs_switch.unpack(directory)
        if not ovs_switch.installed(arguments.ovs):
            raise bench.BenchError(f"no {ovs_switch.SWITCH} below {arguments.ovs}: see --unpack")
        results = [Comparison(flows, arguments, directory).result() for flows in arguments.flows]
        return {
            "bench": "peers/ovs",
            "machine": bench.machine(),
            "ovs": ovs_switch.version(arguments.ovs),
            "ovs_settings": arguments.set,
            "tenants": arguments.tenants,
            "seconds": arguments.seconds,
            "share_min": arguments.share_min,
            "results": results,
        }


def options(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each run, settled")
    parser.add_argument("--flows", type=int, nargs="+", default=[1024, 65536])
    parser.add_argument("--tenants", type=int, default=1000, help="of leat's; 0: only leat without")
    parser.add_argument("--cpu", type=int, default=bench.cpus()[-1])
    parser.add_argument("--nice", type=int, default=-10, help="of the session, while it runs")
    parser.add_argument(
        "--share-min", type=float, default=0.8, help="of the CPU; a round with less does not count"
    )
    parser.add_argument("--build", help="leat's build folder (default: LEAT_BUILD, else build/)")
    parser.add_argument("--ovs", metavar="DIR", default=os.environ.get("OVS_ROOT", "/"), help="its root")
    parser.add_argument("--unpack", action="store_true", help="OVS: Debian's packages, not installed")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="OVS: other_config besides"
    )
    parser.add_argument("--json", metavar="FILE", help="write the result there too")
    return parser.parse_args(words)


def main():
    arguments = options()
    try:
        with bench.priority(arguments.nice):
            result = measure(arguments)
        bench.result_write(result, arguments.json)
    except bench.BenchError as error:
        sys.exit(f"ovs.py: {error}")


if __name__ == "__main__":
    main()
