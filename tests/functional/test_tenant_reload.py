#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tenants change while connections run: whole or nothing, and what has not changed does not notice."""

import itertools
import json
import os
import re
import signal
import sys
import threading
import time
from collections import Counter

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab
import xdp_lab as x

V4, V6, RED, BLUE, FAR, SOME = lab.V4, lab.V6, lab.RED, lab.BLUE, lab.FAR, lab.SOME
SERVICE, OTHER = lab.SERVICE, lab.OTHER
VERSIONS = (V4, V6)
TRANSFER_BYTES = 64 << 20

CHURN_S, CHURN_HZ = (30, 10) if t.LONG else (5, 10)
CHURN_TENANTS, CHURN_RULES = (1000, 100) if t.LONG else (100, 10)
# Where neighbours have the CPU, reloads merge: so many at least become generations of their own. What a reload takes of a
# CPU, no neighbour changes, and it leaves time for ten in a second.
CHURN_SHARE, CHURN_CPU_MS = 0.1, 90
CHURN_SETTLE = 20  # reloads before memory is measured
RSS_GROWTH_KB = 16384
HEAP_GROWTH_BYTES = 65536


def two(red=None, blue=None, **rest):
    """Red and blue, with what each is given beyond its addresses."""
    return lab.config({"/red": lab.tenant(**(red or {})), "/blue": lab.tenant(BLUE, **(blue or {}))}, **rest)


def hup_until(leat, process, what):
    """Reloads again and again, to alternating configs, while a process runs."""
    count = 0
    deadline = time.monotonic() + t.BOUND_S
    while process.poll() is None or count < 4:
        assert time.monotonic() < deadline, "the process does not end"
        leat.reload(what[count % len(what)])
        count += 1
    return count


# What has not changed


def test_connections_flows_and_counters_of_unchanged_tenants_go_on():
    with lab.started(two()) as (net, leat):
        pairs = []
        for version in VERSIONS:
            server = net.tcp_server("b", FAR[version], SERVICE)
            pairs.append(net.tcp_pair(server, RED[version], FAR[version], SERVICE))
            pairs.append(net.udp_pair(RED[version], FAR[version], OTHER))
        for turn in range(10):
            for near, far in pairs:
                say(near, far)
            before = leat.tenant("/red")
            leat.reload(two(blue={"pps.max": 1000 + turn}))
            after = leat.tenant("/red")
            t.expect((after.flows, after.flows_created), (4, 4))
            t.expect((after.packets >= before.packets, after.bytes >= before.bytes), (True, True), "counters go on")
        red = leat.tenant("/red")
        t.expect((red.flows_created, red.drops), (4, {}))
        leat.end()


def say(near, far):
    """Over TCP or UDP."""
    (lab.talk if near.type == 1 else lab.exchange)(near, far)


def test_a_transfer_goes_on_through_reloads():
    file = lab.File(TRANSFER_BYTES)
    with lab.started(two()) as (net, leat):
        server = net.server("b", lab.TCP_SINK, FAR[V4], SERVICE)
        client = net.script("a", lab.TCP_SOURCE, RED[V4], FAR[V4], SERVICE, file.path)
        count = hup_until(leat, client, [two(blue={"frozen": True}), two()])
        print(f"# {count} reloads")
        lab.netns.end(client)
        t.expect(lab.netns.end(server).split(), [str(file.size), file.digest], "the file")
        t.expect(leat.tenant("/red").flows_created, 1)
        leat.end(overload=True)


def test_quota_and_hits_of_an_unchanged_tenant_go_on():
    quota = {"packets": 100, "period": "365d"}
    egress = lab.allow({"name": "service", "proto": "udp", "dport": SERVICE})
    red = {"quota": quota, "egress": egress}
    with lab.started(two(red)) as (net, leat):
        wire = net.wire("a")
        net.udp_socket("b", FAR[V4], SERVICE)
        lab.send_settled(leat, wire, [lab.udp(i, sport=4000 + i) for i in range(60)])
        leat.reload(two(red, {"pps.max": 1000}))
        t.expect((leat.tenant("/red").quota_left, leat.hits("/red")["service"]), (40, 60))
        lab.send_settled(leat, wire, [lab.udp(i, sport=5000 + i) for i in range(60)])
        t.expect(leat.tenant("/red").drops, {"quota_spent": 20})
        leat.end(quota_spent=20)


def test_a_lower_flows_max_ends_no_flow():
    """But none is opened until there are fewer."""
    with lab.started(two({"flows.max": 10})) as (net, leat):
        far = net.udp_socket("b", FAR[V4], SERVICE)
        nears = [net.udp_socket("a", RED[V4], 0) for _ in range(11)]
        for near in nears:
            near.connect((FAR[V4], SERVICE))
        for near in nears[:10]:
            lab.exchange(near, far)
        leat.reload(two({"flows.max": 5}))
        for near in nears[:10]:
            lab.exchange(near, far)
        lab.exchange_fails(nears[10], far)
        red = leat.tenant("/red")
        t.expect((red.flows, red.flows_created, red.drops), (10, 10, {"tenant_flows_max": 1}))
        leat.end(tenant_flows_max=1)


# What has


def test_policy_is_for_living_flows_when_they_next_speak():
    policies = {"allow": {}, "deny": {"egress": {"default": "deny"}}, "reject": {"egress": {"default": "reject"}}}
    with lab.started(two(policies["allow"])) as (net, leat):
        pairs = [net.udp_pair(RED[version], FAR[version], SERVICE) for version in VERSIONS]
        server = net.tcp_server("b", FAR[V4], SERVICE)
        tcp = net.tcp_pair(server, RED[V4], FAR[V4], SERVICE)
        for pair in (*pairs, tcp):
            say(*pair)
        leat.reload(two(policies["deny"]))
        for pair in pairs:
            lab.exchange_fails(*pair)
        # The other side is silenced as well: the flow is judged as its initiator opened it.
        tcp[1].sendall(b"from far")
        leat.wait_fate("policy_denied", 3)
        leat.reload(two(policies["allow"]))
        for pair in pairs:
            lab.exchange(*pair, data=b"again")
        t.expect(tcp[0].recv(100), b"from far")
        leat.reload(two(policies["reject"]))
        tcp[0].sendall(b"once more")
        try:
            raise AssertionError(f"the connection lives: {tcp[0].recv(100)}")
        except ConnectionResetError:
            pass
        leat.end(policy_denied=SOME, policy_rejected=SOME)


def test_a_removed_tenants_flows_end():
    with lab.started(two()) as (net, leat):
        server = net.tcp_server("b", FAR[V4], SERVICE)
        red = net.tcp_pair(server, RED[V4], FAR[V4], SERVICE)
        blue = net.tcp_pair(server, BLUE[V4], FAR[V4], SERVICE)
        for pair in (red, blue):
            lab.talk(*pair)
        leat.reload(lab.config({"/blue": lab.tenant(BLUE)}))
        t.expect(leat.is_tenant("/red"), False, "/red is there")
        assert "/red" not in [row["path"] for row in leat.tenants()]
        lab.talk(*blue)
        # Its addresses are nobody's now, and the connection is one that nobody has seen begin.
        red[0].sendall(b"who am I?")
        leat.wait_fate("flow_no_syn", 1)
        # When it comes back, it begins anew.
        leat.reload(two())
        account = leat.tenant("/red")
        t.expect((account.flows, account.flows_created), (0, 0))
        lab.talk(*net.tcp_pair(server, RED[V4], FAR[V4], SERVICE))
        t.expect(leat.tenant("/red").flows_created, 1)
        t.expect(leat.tenant("/blue").flows_created, 1)
        leat.end(flow_no_syn=SOME)


def test_removed_and_added_many_times():
    """Slots are used again; nothing is left of who had one before."""
    with lab.started(two()) as (net, leat):
        far = net.udp_socket("b", FAR[V4], SERVICE)
        for turn in range(50):
            name = f"/t{turn}"
            leat.reload(lab.config({name: lab.tenant(), "/blue": lab.tenant(BLUE)}))
            near = net.udp_socket("a", RED[V4], 0)
            near.connect((FAR[V4], SERVICE))
            lab.exchange(near, far)
            account = leat.tenant(name)
            t.expect((account.flows, account.flows_created, account.packets), (1, 1, 2), name)
            t.expect(sorted(row["path"] for row in leat.tenants()), sorted(["/", name, "/blue"]))
        leat.end()


def test_addresses_that_go_to_another_tenant_take_their_flows_along_or_end_them():
    """Either way the account of the old one is closed: its flows are none, and the new one pays."""
    with lab.started(two()) as (net, leat):
        pair = net.udp_pair(RED[V4], FAR[V4], SERVICE)
        lab.exchange(*pair)
        leat.reload(lab.config({"/red": lab.tenant(("10.99.0.99",)), "/blue": lab.tenant(RED)}))
        before = leat.tenant("/red").packets
        lab.exchange(*pair)
        t.expect(leat.tenant("/red").packets, before, "packets of the old tenant")
        t.expect((leat.tenant("/red").flows, leat.tenant("/blue").flows), (0, 1), "flows")
        leat.end()


# Bad files

BAD_FILES = {
    "no_yaml": "tenants: [",
    "unknown_key": {"tenants": {"/red": {"colour": "red"}}},
    "rate_of_zero": {"tenants": {"/red": {"pps.max": 0}}},
    "host_bits": {"tenants": {"/red": {"from": [{"src": "10.99.0.1/24"}]}}},
    "unknown_set": {"tenants": {"/red": lab.tenant(egress={"rules": [{"dst": "nobody", "action": "allow"}]})}},
    "cycle_of_sets": {"tenants": {"/red": {}}, "sets": {"one": ["two"], "two": ["one"]}},
    "overlap": {"tenants": {"/red": lab.tenant(), "/blue": lab.tenant(RED)}},
    "tenants_taken_away": {"tenants": None},
    "another_mtu": {"ports": {name: {**port, "mtu": 1400} for name, port in lab.ports().items()}},
}
ONLY_BY_RESTART = ("tenants_taken_away", "another_mtu")


def bad_file(change):
    if isinstance(change, str):
        return change
    whole = {**two(), **change}
    return {key: value for key, value in whole.items() if value is not None}


def check_lines(file, checked):
    """The errors that --check finds in the file."""
    lines = [line for line in checked.err.splitlines() if line.startswith(f"{file}:")]
    return [line for line in lines if ": warning: " not in line]


def bad_file_changes_nothing(name):
    """The error stands in the log, in /leat/config, and --check says the same of the same file."""
    with lab.started(two({"egress": lab.allow(lab.service("udp"))})) as (net, leat):
        pair = net.udp_pair(RED[V4], FAR[V4], SERVICE)
        lab.exchange(*pair)
        before = leat.ask("/leat/config")
        leat.reload_fails(bad_file(BAD_FILES[name]))
        lab.exchange(*pair)
        lab.exchange_fails(*net.udp_pair(RED[V4], FAR[V4], OTHER))
        error = leat.config_error()
        assert error, leat.ask("/leat/config")
        t.expect([line for line in error if line not in leat.err], [], "/leat/config says, the log does not")
        checked = t.leat(leat.file, "--check")
        said = check_lines(leat.file, checked)
        if name in ONLY_BY_RESTART:
            t.expect((checked.status, error[:-1]), (0, said), str(checked))
            assert "restart" in error[-1], error
        else:
            t.expect((checked.status, error), (2, said), "/leat/config and --check")
        # The running config is the old one, until a good file comes.
        after = leat.ask("/leat/config")
        keys = sorted(key for key in set(before) & set(after) if "error" not in key)
        t.expect([after[key] for key in keys], [before[key] for key in keys], "/leat/config")
        leat.reload(two())
        t.expect((leat.config_error(), leat.generation()), ([], before["generation"] + 1))
        lab.exchange(*net.udp_pair(RED[V4], FAR[V4], OTHER + 1))
        leat.end(policy_denied=1)


def test_check_names_both_lines_of_an_overlap():
    file = t.config_file(bad_file(BAD_FILES["overlap"]))
    checked = t.leat(file, "--check")
    t.expect(checked.status, 2, str(checked))
    # The row begins with a brace, on the line before.
    lines = [i for i, line in enumerate(file.read_text().splitlines()) if f'"{RED[V4]}"' in line]
    t.expect(len(lines), 2)
    errors = check_lines(file, checked)
    found = [error for error in errors if all(re.search(rf"\b{line}\b", error) for line in lines)]
    assert found, f"no error names the lines {lines}: {errors}"


# Many times, under traffic


class Policies:
    """
    Two configs, A and B, in which each tenant's rules differ. Judged by A or B alone,
      * a datagram to ALWAYS passes: in A it is `/even`'s and that allows it, in B it is `/odd`'s and that does. Who takes the
        tenant by the one and the rules by the other finds it denied;
      * one to NEVER does not: in A its ingress denies it, in B its egress. Who takes both from different ones lets it pass;
      * ONLY_A and ONLY_B pass by one of them.
    """

    ALWAYS, NEVER, ONLY_A, ONLY_B = ALL = 7001, 7002, 7003, 7004

    def __init__(self, tenants, rules):
        self.files = [self.write(name, self.config(name, tenants, rules)) for name in "AB"]
        self.link = t.scratch.new_path(".yaml")
        self.link.symlink_to(self.files[0])
        self.turns = itertools.cycle(self.files[1:] + self.files[:1])

    def write(self, name, config):
        file = t.scratch.new_path(f"-{name}.yaml")
        file.write_text(json.dumps(config, indent=0))
        return file

    def config(self, name, tenants, rules):
        allowed = [self.ALWAYS, self.ONLY_A if name == "A" else self.ONLY_B]
        never = {"A": ([self.NEVER], []), "B": ([], [self.NEVER])}[name]  # for egress, ingress
        good = self.list(rules, allowed + never[0])
        bad = self.list(rules, [])
        even, odd = (good, bad) if name == "A" else (bad, good)
        lists = {"/even": (RED, even), "/odd": (BLUE_ELSEWHERE, odd)}
        if name == "B":
            lists = {"/even": (BLUE_ELSEWHERE, even), "/odd": (RED, odd)}
        made = {path: lab.tenant(addresses, egress=egress) for path, (addresses, egress) in lists.items()}
        made["/far"] = {
            "to": [{"dst": address} for address in FAR],
            "ingress": self.list(rules, [self.ALWAYS, self.ONLY_A, self.ONLY_B] + never[1]),
        }
        for i in range(tenants - len(made)):
            made[f"/crowd/t{i}"] = {
                "from": [{"src": f"10.{100 + i // 250}.{i % 250}.0/24"}],
                "egress": self.list(rules, [1000 + i % 1000 + (name == "B")], i),
            }
        return lab.config(made)

    def list(self, rules, ports, salt=0):
        """So many rules; those that matter come last."""
        crowd = [
            {"proto": "udp", "dst": f"10.{i % 200}.{(i + salt) % 250}.0/24", "dport": 100 + i, "action": "deny"}
            for i in range(rules - len(ports))
        ]
        return {"rules": crowd + [{"proto": "udp", "dport": port, "action": "allow"} for port in ports]}

    def next(self):
        """The other one, at once."""
        fresh = self.link.with_suffix(".new")
        fresh.symlink_to(next(self.turns))
        os.replace(fresh, self.link)


BLUE_ELSEWHERE = ("10.97.0.1", "fd97::1")


class Traffic:
    """Windows of datagrams of all kinds, of flows that live long and of new ones. Each is looked at."""

    def __init__(self, net, leat):
        self.leat = leat
        self.wire, self.far = net.wire("a"), net.wire("b")
        self.numbers = itertools.count()
        self.sent, self.passed = {}, {}

    def window(self):
        frames = {}
        for kind in Policies.ALL:
            for i in range(x.WINDOW // 4):
                number = next(self.numbers)
                sport = 3000 + i if i % 2 else 4000 + number % 50000  # old and new
                frames[lab.udp(number, (number // 4) % 2, sport=sport, dport=kind)] = kind
        order = list(frames)
        order = [order[i * 17 % len(order)] for i in range(len(order))]  # mixed, and each once
        lab.send_settled(self.leat, self.wire, order)
        got = self.far.wait(sum(kind == Policies.ALWAYS for kind in frames.values()))
        got = Counter(got + self.far.look())
        foreign = [frame for frame, count in got.items() if frame not in frames or count != 1]
        t.expect(len(foreign), 0, "frames of another window, or twice")
        for frame, kind in frames.items():
            self.sent[kind] = self.sent.get(kind, 0) + 1
            self.passed[kind] = self.passed.get(kind, 0) + (frame in got)
        self.check()

    def check(self):
        always, never = Policies.ALWAYS, Policies.NEVER
        t.expect(self.passed.get(always), self.sent.get(always), "passed and sent, of what both policies allow")
        t.expect(self.passed.get(never), 0, "passed of what both policies deny")
        self.far.check_whole()


def memory(leat):
    """(RSS in kB, bytes allocated from DPDK's heaps)."""
    with open(f"/proc/{leat.pid}/status", encoding="ascii") as status:
        rss = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])
    heaps = leat.ask("/eal/heap_list")
    return rss, sum(leat.ask(f"/eal/heap_info,{heap}")["Alloc_size"] for heap in heaps)


def reloads_under_traffic(placement):
    policies = Policies(CHURN_TENANTS, CHURN_RULES)
    for file in policies.files:  # `need_cpus` has mapped the placement of one lcore
        config = json.loads(file.read_text())
        file.write_text(json.dumps({**config, "lcores": t.need_cpus(placement)}, indent=0))
    with lab.started(policies.link) as (net, leat):
        for kind in Policies.ALL:
            for address in FAR:
                net.udp_socket("b", address, kind)  # so that `b` does not say that nobody listens
        traffic = Traffic(net, leat)
        begin = memory_settled(leat, policies)
        done, cpu_ms = churned(leat, policies, traffic)
        asked = CHURN_S * CHURN_HZ
        print(f"# {asked} reloads asked for, {done} done, {cpu_ms / done:.0f} ms of CPU time each")
        print(f"# passed {traffic.passed} of {traffic.sent}")
        assert done >= asked * CHURN_SHARE or t.is_sanitized(), f"{done} reloads done of {asked}"
        assert cpu_ms < done * CHURN_CPU_MS or t.is_sanitized(), f"{cpu_ms:.0f} ms of CPU time for {done} reloads"
        for kind in (Policies.ONLY_A, Policies.ONLY_B):
            assert 0 < traffic.passed[kind] < traffic.sent[kind], "each policy had its turn"
        assert "error:" not in leat.err, leat.err[-2000:]
        end = memory_settled(leat, policies)
        print(f"# memory (kB, bytes of heaps): {begin}, then {end}")
        assert t.is_sanitized() or end[0] - begin[0] < RSS_GROWTH_KB, f"RSS has grown from {begin[0]} to {end[0]} kB"
        assert end[1] - begin[1] < HEAP_GROWTH_BYTES, f"heaps have grown from {begin[1]} to {end[1]} bytes"
        leat.end(policy_denied=SOME)


def churned(leat, policies, traffic):
    """Asks for reloads at a steady rate while traffic runs: (how many became generations, CPU time of the main thread)."""

    def ask():
        for turn in range(CHURN_S * CHURN_HZ):
            time.sleep(max(0, start + turn / CHURN_HZ - time.monotonic()))
            policies.next()
            leat.process.signal(signal.SIGHUP)

    generation, cpu_ms = leat.generation(), main_thread_ms(leat)
    start = time.monotonic()
    asker = threading.Thread(target=ask)
    asker.start()
    while asker.is_alive():
        traffic.window()
    traffic.window()
    return leat.generation() - generation, main_thread_ms(leat) - cpu_ms


def main_thread_ms(leat):
    with open(f"/proc/{leat.pid}/task/{leat.pid}/schedstat", encoding="ascii") as schedstat:
        return int(schedstat.read().split()[0]) / 1e6


def memory_settled(leat, policies):
    """The memory under policy A, when what was before is freed."""
    for _ in range(CHURN_SETTLE):
        leat.reload_wait(policies.next)
    while os.readlink(policies.link) != str(policies.files[0]):
        leat.reload_wait(policies.next)
    seen = [memory(leat)]

    def still():
        seen.append(memory(leat))
        # AddressSanitizer keeps what was freed for a while: its RSS is never still. Leaks it finds at the end.
        return seen[-1][1:] == seen[-2][1:] if t.is_sanitized() else seen[-1] == seen[-2]

    t.wait_for(still, "memory to be still", 10)
    return seen[-1]


def cases():
    for name in BAD_FILES:
        yield f"bad_file_changes_nothing {name}", lambda name=name: bad_file_changes_nothing(name)
    for placement in lab.PLACEMENTS:
        name = f"reloads_under_traffic {t.placement_name(placement)}"
        yield name, lambda placement=placement: reloads_under_traffic(placement)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(dict(globals()), [*cases()]))
