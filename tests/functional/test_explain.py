#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""--explain: what it says of each packet, and that leat, running, does the same with the same capture and config."""

import json
import os
import random
import socket
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab

V4, V6 = lab.V4, lab.V6
VERSIONS = (V4, V6)
RED, FAR, NOBODY = ("10.1.0.1", "fd01::1"), ("198.51.100.1", "2001:db8::1"), ("10.200.0.1", "fd20::1")
ROUTER = ("198.51.100.254", "2001:db8::fe")
WATCHED, FEW, SPENT, FROZEN, SLOW, NEW = (
    (f"10.{i}.0.1", f"fd{i:02}::1") for i in (2, 3, 4, 5, 6, 7)
)
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
YEAR = "365d"
N_RANDOM = 20000 if t.LONG else 3000
N_SEEDS = 5 if t.LONG else 1
# No flow shall end for its time in the one and not in the other.
TIMEOUTS = {
    name: "1h" for name in (
        "tcp_syn", "tcp_established", "tcp_closing", "tcp_closed", "tcp_reset", "udp", "udp_replied", "icmp", "other",
    )
}


def near(address):
    """The prefixes of the tenant that has these addresses."""
    return [f"{address[V4].rsplit('.', 2)[0]}.0.0/16", f"{address[V6].split(':')[0]}::/16"]


TENANTS = {
    "/": {"timeouts": TIMEOUTS},
    "/desk": {"egress": {"default": "allow", "rules": [{"name": "no82", "proto": "tcp", "dport": 82, "action": "deny"}]}},
    "/desk/red": lab.tenant(near(RED), egress={
        "rules": [
            {"name": "web", "proto": "tcp", "dport": "80-82", "action": "allow"},
            {"name": "dns", "proto": "udp", "dport": [53, 5300], "action": "allow"},
            {"name": "ping", "proto": "icmp", "icmp_type": 8, "action": "allow"},
            {"name": "ping6", "proto": "icmp6", "icmp_type": 128, "action": "allow"},
            {"name": "telnet", "proto": "tcp", "dport": 23, "action": "reject"},
        ],
    }),
    "/far": {
        "to": [{"dst": "198.51.100.0/24"}, {"dst": "2001:db8::/32"}],
        "ingress": {"default": "allow", "rules": [{"name": "no81", "proto": "tcp", "dport": 81, "action": "deny"}]},
    },
    "/watched": lab.tenant(near(WATCHED), mode="audit", egress={"default": "deny"}),
    "/few": lab.tenant(near(FEW), flows__max=2),
    "/spent": lab.tenant(near(SPENT), quota={"packets": 3, "period": YEAR}),
    "/frozen": lab.tenant(near(FROZEN), frozen=True),
    "/slow": lab.tenant(near(SLOW), pps__max=1),
    "/new": lab.tenant(near(NEW), flows__rate=1),
    "/vlan": {"from": [{"port": "in", "vlan": 100}], "egress": lab.allow(lab.service("udp", 53))},
    "/qinq": {"from": [{"vlan": [10, 20]}]},
}


class Setup:
    """A config, and the files that its ports read and write."""

    def __init__(self, tenants, **rest):
        self.capture, self.back, self.out = (t.scratch.new_path(".pcap") for _ in range(3))
        ports = {"in": t.pcap_port(0, self.capture, self.back), "out": t.pcap_port(1, None, self.out)}
        self.config = {
            "ports": ports, "forward": [{"between": ["in", "out"]}], "lcores": t.need_cpus(t.ONE_LCORE), **rest,
        }
        if tenants is not None:
            self.config["tenants"] = tenants
        self.file = t.config_file(self.config)

    def explained(self, frames, times_ns=None, port=""):
        """With `port`, "in=", all came in by that port; else the capture may be of both directions."""
        write(self.capture, frames, times_ns)
        return explain(self.file, f"{port}{self.capture}")

    def ran(self, frames, **rest):
        """The fates, and the frames that were forwarded, where leat has run."""
        self.capture.write_bytes(t.pcap_bytes(frames))
        ended = t.leat_until(self.file, len(frames), **rest)
        t.expect(ended.status, 0, str(ended))
        lab.check_sums(ended.summary)
        fates = {name: count for name, count in ended.summary["fates"].items() if count}
        return fates, t.pcap_read(self.out)


def write(file, frames, times_ns=None):
    """With times, the capture is one of nanoseconds."""
    data = t.pcap_bytes(frames)
    if times_ns is not None:
        head = t.PCAP_HEADER.pack(t.PCAP_MAGICS[1], 2, 4, 0, 0, 262144, 1)
        data = head + b"".join(
            t.PCAP_RECORD.pack(*divmod(at, 10**9), len(frame), len(frame)) + frame for frame, at in zip(frames, times_ns)
        )
    file.write_bytes(data)


def explain(config, capture, *options, status=0, **rest):
    """The rows."""
    ended = t.leat(config, "--explain", capture, *options, **rest)
    t.expect(ended.status, status, str(ended))
    assert not (t.RUNTIME / ended.prefix).exists(), "files of a running leat"
    rows = [json.loads(line) for line in ended.out.splitlines()]
    t.expect([row["packet"] for row in rows], list(range(1, len(rows) + 1)), "numbers of packets")
    return rows


def fates_of(rows):
    return dict(Counter(row["fate"] for row in rows))


def check_same(rows, frames, fates, forwarded, in_order=True):
    """What is explained, and what has happened."""
    t.expect(len(rows), len(frames), "rows")
    t.expect(fates_of(rows), fates, "fates explained, and fates of the running leat")
    wanted = [frame for row, frame in zip(rows, frames) if row["fate"] == "forward"]
    if in_order:
        lab.expect_frames(forwarded, wanted, "forwarded by the running leat, and explained so")
    else:
        t.expect(Counter(forwarded) - Counter(wanted), Counter(), "forwarded, and not explained so")
        t.expect(len(forwarded), len(wanted), "forwarded and explained so")


# Frames


def icmp(version, kind, code, rest, src, dst):
    message = bytes([kind, code, 0, 0]) + rest
    if version == V4:
        message = message[:2] + t.checksum(message).to_bytes(2, "big") + message[4:]
        return lab.frame(V4, t.ICMP, message, src, dst)
    message = t.transport(t.ICMP6, message, 2, t.address(src), t.address(dst))
    return lab.frame(V6, t.ICMP6, message, src, dst)


def echo(version, number, src, dst, is_reply=False, identifier=1):
    kind = ((8, 0), (128, 129))[version][is_reply]
    return icmp(version, kind, 0, identifier.to_bytes(2, "big") + number.to_bytes(2, "big") + b"leat", src, dst)


def unreachable(version, quoted, src, dst):
    """An ICMP error about a frame without tags."""
    return icmp(version, *((3, 1), (1, 3))[version], bytes(4) + quoted[14:][:96], src, dst)


def fragments(version, number, src, dst, dport=53):
    """Three, of one datagram."""
    source, target = t.address(src), t.address(dst)
    datagram = t.udp(source, target, 4000, dport, number.to_bytes(4, "big") * 300)
    cut = (t.ipv4_fragments, t.ipv6_fragments)[version](source, target, t.UDP, datagram, number)
    return [t.ethernet((t.IPV4, t.IPV6)[version], one) for one in cut]


# Each packet


class Story:
    """
    Frames, each with the fate that it must have, and what else must be said of it. Those that come back are only in a
    capture of both directions: where leat runs, they come in by the other port.
    """

    def __init__(self, is_both=False):
        self.frames, self.wanted, self.is_both = [], [], is_both

    def back(self, frame, fate, **wanted):
        if self.is_both:
            self.add(frame, fate, **wanted)

    def add(self, frame, fate, **wanted):
        self.frames.append(frame)
        self.wanted.append({"fate": fate, **wanted})
        return frame

    def check(self, rows):
        for number, (row, wanted) in enumerate(zip(rows, self.wanted), 1):
            wanted = dict(wanted)
            if wanted.get("rules") is not None:
                got = [(r["tenant"], r["list"], r.get("name", r["rule"]), r["action"]) for r in row["rules"]]
                t.expect(got, wanted.pop("rules"), f"rules of packet {number}, {row}")
            if not self.is_both and wanted.get("flow"):  # states and counts are those of both directions
                t.expect(row["flow"] and row["flow"]["status"], wanted.pop("flow")[0], f"flow of packet {number}, {row}")
            if "flow" in wanted:
                got = row.get("flow") and (row["flow"]["status"], row["flow"]["state"], row["flow"]["packets"])
                t.expect(got, wanted.pop("flow"), f"flow of packet {number}, {row}")
            got = {key: row.get(key) for key in wanted}
            t.expect(got, wanted, f"packet {number}, {row}")


DESK, RED_RULES = ("/desk", "egress", "default", "allow"), "/desk/red"


def ruled(name, action="allow", desk=DESK, far="default", far_action="allow"):
    """The lists that were asked of a packet from red to far."""
    asked = [("/desk/red", "egress", name, action), desk, ("/far", "ingress", far, far_action)]
    return [one for one in asked if one is not None]


def tcp_story(s, v):
    ends = {"version": v, "src": RED[v], "dst": FAR[v]}
    back = {"version": v, "src": FAR[v], "dst": RED[v], "sport": 80, "dport": 4000}
    both = {"from": "/desk/red", "to": "/far", "payer": "/desk/red", "refused_by": None}
    s.add(lab.tcp(SYN, sport=4000, dport=80, **ends), "forward", flow=("made", "tcp_syn", 1), rules=ruled("web"), **both)
    s.back(lab.tcp(SYN | ACK, **back), "forward", flow=("found", "tcp_syn", 2), rules=[], src=FAR[v], **both)
    s.add(lab.tcp(ACK, sport=4000, dport=80, sequence=2, **ends), "forward", flow=("found", "tcp_established", 3), **both)
    s.add(lab.tcp(FIN | ACK, sport=4000, dport=80, sequence=3, **ends), "forward", flow=("found", "tcp_closing", 4))
    s.back(lab.tcp(FIN | ACK, sequence=4, **back), "forward", flow=("found", "tcp_closed", 5))
    s.add(lab.tcp(SYN | FIN, sport=4000, dport=80, **ends), "tcp_bad_flags")
    s.add(lab.tcp(ACK, sport=4001, dport=80, **ends), "flow_no_syn", flow=None, refused_by="/desk/red")
    s.add(lab.tcp(SYN, sport=4002, dport=22, **ends), "policy_denied", flow=None, refused_by="/desk/red",
          rules=[("/desk/red", "egress", "default", "deny")])
    s.add(lab.tcp(SYN, sport=4002, dport=23, **ends), "policy_rejected", flow=None, refused_by="/desk/red",
          rules=[("/desk/red", "egress", "telnet", "reject")])
    s.add(lab.tcp(SYN, sport=4002, dport=81, **ends), "policy_denied", flow=None, refused_by="/far",
          rules=ruled("web", far="no81", far_action="deny"))
    s.add(lab.tcp(SYN, sport=4002, dport=82, **ends), "policy_denied", flow=None, refused_by="/desk",
          rules=[("/desk/red", "egress", "web", "allow"), ("/desk", "egress", "no82", "deny")])
    s.add(lab.tcp(SYN, sport=4003, dport=80, **ends), "forward", flow=("made", "tcp_syn", 1))
    s.add(lab.tcp(RST | ACK, sport=4003, dport=80, **ends), "forward", flow=("found", "tcp_reset", 2))


def udp_story(s, v):
    asked = s.add(lab.udp(1, v, RED[v], FAR[v], 4000, 53), "forward", flow=("made", "udp", 1), rules=ruled("dns"),
                  proto=t.UDP, sport=4000, dport=53, src=RED[v], dst=FAR[v])
    s.back(lab.udp(2, v, FAR[v], RED[v], 53, 4000), "forward", flow=("found", "udp_replied", 2), payer="/desk/red",
          rules=[])
    denied = s.add(lab.udp(3, v, RED[v], FAR[v], 4000, 54), "policy_denied", flow=None)
    kind, code = ((3, 1), (1, 3))[v]
    s.back(unreachable(v, asked, ROUTER[v], RED[v]), "forward", icmp_type=kind, icmp_code=code, payer="/desk/red",
          rules=[])
    s.add(unreachable(v, denied, ROUTER[v], RED[v]), "flow_unknown", flow=None)
    # Who is nobody's pays nothing, and the responder pays for him.
    s.add(lab.udp(4, v, NOBODY[v], FAR[v], 4000, 53), "forward", payer="/far", **{"from": "/", "to": "/far"})
    s.add(lab.udp(5, v, NOBODY[v], ("203.0.113.1", "2001:db9::1")[v], 4000, 53), "forward", payer="/", to="/", limits=[])


def echo_story(s, v):
    s.add(echo(v, 1, RED[v], FAR[v]), "forward", flow=("made", "icmp", 1), rules=ruled(("ping", "ping6")[v]),
          icmp_type=(8, 128)[v], icmp_code=0)
    s.back(echo(v, 1, FAR[v], RED[v], True), "forward", flow=("found", "icmp", 2))
    s.add(echo(v, 2, FAR[v], RED[v], True, 77), "flow_unknown", flow=None)


def fragment_story(s, v):
    first, second, third = fragments(v, 7, RED[v], FAR[v])
    s.add(second, "frag_before_first", fragment="later", flow=None)
    s.add(first, "forward", fragment="first")
    s.add(second, "forward", fragment="later", payer="/desk/red")
    s.add(third, "forward", fragment="later")
    for one, fate in zip(fragments(v, 8, RED[v], FAR[v], 99), ("policy_denied", "frag_before_first", "frag_before_first")):
        s.add(one, fate)


def tag_story(s, v):
    """Of nobody's addresses: a longer prefix goes before any tag."""
    tags = [(t.VLAN, 100)]
    s.add(lab.udp(1, v, NOBODY[v], FAR[v], 4000, 53, tags=tags), "forward", vlan=100, vlan_inner=None, payer="/vlan",
          flow=("made", "udp", 1))
    s.add(lab.udp(2, v, NOBODY[v], FAR[v], 4000, 54, tags=tags), "policy_denied", refused_by="/vlan")
    s.add(lab.udp(3, v, NOBODY[v], FAR[v], 4000, 53, tags=[(t.QINQ, 10), (t.VLAN, 20)]), "forward", vlan=10, vlan_inner=20,
          payer="/qinq", flow=("made", "udp", 1))


def limit_story(s, v):
    def ask(number, src, fate, **wanted):
        s.add(lab.udp(number, v, src[v], FAR[v], 5000 + number, 53), fate, **wanted)

    ask(1, WATCHED, "forward", audited=True, payer="/watched")
    if v == V4:  # one account for both
        for number, fate in enumerate(["forward", "forward", "tenant_flows_max"]):
            refused = "/few" if fate != "forward" else None
            limits = [{"tenant": "/few", "limit": "flows.max", "max": 2, "left": max(0, 1 - number)}]
            ask(number, FEW, fate, refused_by=refused, limits=limits)
        for number, left in enumerate([2, 1, 0, 0]):
            limits = [{"tenant": "/spent", "limit": "quota", "max": 3, "left": left}]
            ask(number, SPENT, "forward" if number < 3 else "quota_spent", limits=limits)
        for number, fate in enumerate(["forward", "tenant_pps_max"]):
            ask(number, SLOW, fate, refused_by="/slow" if fate != "forward" else None)
        for number, fate in enumerate(["forward", "tenant_flows_rate"]):
            ask(number, NEW, fate, refused_by="/new" if fate != "forward" else None)
    ask(1, FROZEN, "tenant_frozen", refused_by="/frozen", flow=None)


def other_story(s):
    s.add(t.ethernet(t.ARP, t.arp()), "forward", **{"from": "/"}, src=None, proto=None)
    s.add(t.ethernet(0x88B5, b"leat"), "forward")
    good = lab.udp(9, V4, RED[V4], FAR[V4], 4000, 53)
    s.add(good[:30], "ip_truncated", **{"from": None}, payer=None, flow=None, rules=None, limits=None)
    s.add(good[:-1] + b"x", "udp_bad_checksum", **{"from": None}) if len(good) > 60 else None


def whole_story(is_both=False):
    s = Story(is_both)
    for v in VERSIONS:
        for tell in (limit_story, tcp_story, udp_story, echo_story, fragment_story, tag_story):
            tell(s, v)
    other_story(s)
    return s


def test_each_packet_is_explained_and_has_that_fate_where_leat_runs():
    story, setup = whole_story(), Setup(TENANTS)
    t.expect(len(set(story.frames)), len(story.frames) - 2, "frames that differ")  # but for a fragment that comes twice
    rows = setup.explained(story.frames, port="in=")
    story.check(rows)
    check_same(rows, story.frames, *setup.ran(story.frames))


def test_a_capture_of_both_directions_serves():
    """docs/manual.md: as long as no row depends on the port."""
    story = whole_story(is_both=True)
    story.check(Setup(TENANTS).explained(story.frames))


# Random captures


def source_of(version, frame):
    return socket.inet_ntop(socket.AF_INET6, frame[22:38]) if version == V6 else socket.inet_ntop(socket.AF_INET, frame[26:30])


class Crowd:
    """Random packets of few addresses and ports, so that they meet."""

    HOSTS = (RED, WATCHED, FEW, SPENT, FROZEN, NOBODY, FAR, ROUTER)
    PORTS = (22, 23, 53, 80, 81, 82, 4000, 4001)
    FLAGS = (SYN, SYN, SYN | ACK, ACK, ACK, FIN | ACK, RST, RST | ACK, SYN | FIN, 0)
    TAGS = ((), (), (), ((t.VLAN, 100),), ((t.QINQ, 10), (t.VLAN, 20)), ((t.VLAN, 7),))

    def __init__(self, seed):
        self.source, self.number, self.plain = random.Random(seed), 0, []

    def next(self):
        self.number += 1
        pick, v = self.source.choice, self.source.randrange(2)
        src, dst = self.source.sample(self.HOSTS, 2)
        kind = pick((self.tcp, self.tcp, self.udp, self.udp, self.echo, self.error, self.fragment))
        return kind(v, src[v], dst[v])

    def quotable(self, frame, v, tags):
        if not tags:
            self.plain.append((v, frame))
        return frame

    def tcp(self, v, src, dst):
        pick, tags = self.source.choice, self.source.choice(self.TAGS)
        ends = {"version": v, "src": src, "dst": dst, "sport": pick(self.PORTS), "dport": pick(self.PORTS)}
        return self.quotable(lab.tcp(pick(self.FLAGS), sequence=self.number, tags=tags, **ends), v, tags)

    def udp(self, v, src, dst):
        pick, tags = self.source.choice, self.source.choice(self.TAGS)
        made = lab.udp(self.number, v, src, dst, pick(self.PORTS), pick(self.PORTS), tags=tags)
        return self.quotable(made, v, tags)

    def echo(self, v, src, dst):
        return echo(v, self.number & 0xFFFF, src, dst, self.source.randrange(2) == 1, self.source.randrange(1, 4))

    def error(self, v, src, dst):
        if self.plain:
            v, quoted = self.source.choice(self.plain[-50:])
            src = ROUTER[v]
            dst = source_of(v, quoted) if self.source.randrange(4) else RED[v]
            return unreachable(v, quoted, src, dst)
        return self.udp(v, src, dst)

    def fragment(self, v, src, dst):
        number = self.source.randrange(1, 40)
        return self.source.choice(fragments(v, number, src, dst, self.source.choice((53, 99))))


RANDOM_TENANTS = {
    path: ({"from": keys["from"]} if path in ("/few", "/slow", "/new", "/spent") else keys)
    for path, keys in TENANTS.items()
}


def random_captures_agree(placement, limits):
    tenants = dict(RANDOM_TENANTS)
    if limits:  # those that do not depend on time. With several workers, order decides whom they hit.
        tenants.update({path: TENANTS[path] for path in ("/few", "/spent")})
        tenants["/few"]["flows.max"] = 20
        tenants["/spent"]["quota"]["packets"] = N_RANDOM // 30
    for seed in range(N_SEEDS):
        crowd = Crowd(seed)
        frames = [crowd.next() for _ in range(N_RANDOM)]
        setup = Setup(tenants, lcores=t.need_cpus(placement), flows={"fragment_timeout": "100s"})
        rows = setup.explained(frames, port="in=")
        fates = fates_of(rows)
        print(f"# {fates}")
        wanted = {"forward", "policy_denied", "policy_rejected", "flow_no_syn", "flow_unknown", "frag_before_first"}
        wanted |= {"tenant_flows_max", "quota_spent"} if limits else set()
        t.expect(wanted - set(fates), set(), "fates that none has")
        check_same(rows, frames, *setup.ran(frames), in_order=len(placement["work"]) == 1)


# What is said


ALWAYS = {"packet", "time_ns", "port", "bytes", "fate", "help"}
IP = {"src", "dst", "proto"}
TENANCY = {"from", "to", "payer", "flow", "rules", "limits"}


def test_keys_are_as_documented():
    frames = [lab.udp(1, V4, RED[V4], FAR[V4], 4000, 53), t.ethernet(t.ARP, t.arp()), b"short"]
    rows = Setup(TENANTS).explained(frames)
    t.expect(set(rows[0]), ALWAYS | IP | {"sport", "dport"} | TENANCY)
    t.expect(set(rows[1]), ALWAYS | TENANCY)
    t.expect(set(rows[2]), ALWAYS)
    t.expect(set(rows[0]["flow"]), {"status", "state", "verdict", "generation", "packets", "bytes"})
    t.expect((rows[0]["flow"]["verdict"], rows[0]["flow"]["bytes"]), ("allow", len(frames[0])))
    t.expect(set(rows[0]["rules"][0]), {"tenant", "list", "rule", "name", "line", "match", "action"})
    t.expect(set(rows[0]["rules"][1]), {"tenant", "list", "rule", "action"})
    t.expect([row["bytes"] for row in rows], [len(frame) for frame in frames])
    t.expect({row["port"] for row in rows}, {"in"})


def test_a_rule_is_named_with_its_line():
    setup = Setup(TENANTS)
    row = setup.explained([lab.tcp(SYN, V4, RED[V4], FAR[V4], 4000, 23)])[0]
    rule = row["rules"][0]
    t.expect((rule["rule"], rule["name"], rule["match"]), (4, "telnet", "tcp dport 23"))
    text = setup.file.read_text().splitlines()
    assert '"telnet"' in "".join(text[rule["line"] - 1 : rule["line"] + 1]), f"line {rule['line']}"


def test_without_tenants_only_the_fate_is_said():
    row = Setup(None).explained([lab.udp(1, V4, RED[V4], FAR[V4])])[0]
    t.expect((set(row), row["fate"]), (ALWAYS | IP | {"sport", "dport"}, "forward"))


def test_limits_are_those_of_all_levels_with_what_is_left():
    """Bits are those of frames. What is refused by one uses nothing of the others, nor does a flow that it would open."""
    frame = lab.udp(1, V4, RED[V4], FAR[V4])
    bits = 8 * len(frame)
    tenants = {
        "/desk": {"bps.max": 1000 * bits, "quota": {"bytes": 10 * len(frame), "period": YEAR}, "burst": "1s"},
        "/desk/red": lab.tenant(near(RED), pps__max=100, flows__max=5, flows__rate=1000),
    }
    rows = Setup(tenants).explained([lab.udp(1, V4, RED[V4], FAR[V4], 4000 + i // 2) for i in range(4)], [0] * 4)
    for i, row in enumerate(rows):
        passed = min(i + 1, 2)
        got = {(one["tenant"], one["limit"]): (one["max"], one["left"]) for one in row["limits"]}
        bucket, left = got.pop(("/desk", "bps.max"))
        t.expect(bucket, 1000 * bits)
        assert 0 <= (1000 - passed) * bits - left <= 8 * passed, f"packet {i + 1}: {left} of {bucket} bits left"
        t.expect(got, {
            ("/desk/red", "flows.max"): (5, 4),
            ("/desk/red", "flows.rate"): (1000, 9),
            ("/desk/red", "pps.max"): (100, 1 - passed),  # the bucket holds one, and one take more
            ("/desk", "quota"): (10 * len(frame), (10 - passed) * len(frame)),
        }, f"packet {i + 1}, {row['fate']}")
    t.expect([row["fate"] for row in rows], ["forward", "forward", "tenant_pps_max", "tenant_pps_max"])


# Time


def test_time_is_the_captures():
    """Flows end, buckets fill, a quota's period ends, and all that at once."""
    s = 10**9
    day = 86400 * s
    tenants = {
        "/red": lab.tenant(near(RED), timeouts={"udp": "30s"}),
        "/slow": lab.tenant(near(SLOW), pps__max=1, burst="2s"),
        "/spent": lab.tenant(near(SPENT), quota={"packets": 1, "period": "1d"}),
    }
    start = 20000 * day - 100 * s  # a day ends soon
    asked = [  # who, seconds, fate, flow
        (RED, 0, "forward", "made"), (SLOW, 0, "forward", "made"), (SLOW, 0, "forward", "found"),
        (SLOW, 0, "forward", "found"), (SLOW, 0, "tenant_pps_max", None), (SPENT, 0, "forward", "made"),
        (SPENT, 1, "quota_spent", None), (SLOW, 1.5, "forward", "found"), (SLOW, 1.6, "tenant_pps_max", None),
        (RED, 29, "forward", "found"), (RED, 58, "forward", "found"), (RED, 88.1, "forward", "made"),
        (SPENT, 99.9, "quota_spent", None), (SPENT, 100, "forward", "made"), (SPENT, 100, "quota_spent", None),
    ]
    frames = [lab.udp(i, V4, who[V4], FAR[V4]) for i, (who, *_) in enumerate(asked)]
    rows = Setup(tenants).explained(frames, [start + int(at * s) for _, at, *_ in asked])
    t.expect([row["time_ns"] for row in rows], [int(at * s) for _, at, *_ in asked])
    for row, (_, at, fate, flow) in zip(rows, asked):
        t.expect(row["fate"], fate, f"at {at} s: {row}")
        if flow is not None:
            t.expect(row["flow"]["status"], flow, f"at {at} s: {row}")


def test_time_does_not_go_back():
    frames = [lab.udp(i, V4, RED[V4], FAR[V4], 4000, 53) for i in range(3)]
    rows = Setup(TENANTS).explained(frames, [5 * 10**9, 2 * 10**9, 6 * 10**9])
    t.expect([row["time_ns"] for row in rows], [0, 0, 10**9])
    t.expect([row["flow"]["packets"] for row in rows], [1, 2, 3])


# Ports, claims, feeds


def test_the_port_may_be_named():
    tenants = {"/in": {"from": [{"port": "in"}]}, "/out": {"from": [{"port": "out"}]}}
    setup = Setup(tenants)
    setup.capture.write_bytes(t.pcap_bytes([lab.udp(1, V4, RED[V4], FAR[V4])]))
    for port, prefix in (("in", ""), ("in", "in="), ("out", "out=")):
        row = explain(setup.file, f"{prefix}{setup.capture}")[0]
        t.expect((row["port"], row["from"], row["fate"]), (port, f"/{port}", "forward"), prefix)


def test_a_file_may_have_an_equals_sign_in_its_name():
    setup = Setup(TENANTS)
    file = t.scratch.path("a=b.pcap")
    file.write_bytes(t.pcap_bytes([lab.udp(1, V4, RED[V4], FAR[V4])]))
    for prefix in ("", "in="):
        t.expect(len(explain(setup.file, f"{prefix}{file}")), 1)


def test_ports_that_are_in_no_pair():
    """Whoever has tenants has an account there too."""
    group = "233.54.12.1"
    feeds = {"x": {"protocol": "itch50", "lines": {"a": {"port": "in", "group": group, "dport": 26400}}}}
    heartbeat = b"session".ljust(10) + (1).to_bytes(8, "big") + bytes(2)  # MoldUDP64
    payload = t.udp(t.address(RED[V4]), t.address(group), 1, 26400, heartbeat)
    line = lab.frame(V4, t.UDP, payload, RED[V4], group)
    broken = lab.udp(2, V4, RED[V4], group, 1, 26400)
    other = lab.udp(3, V4, RED[V4], FAR[V4], 4000, 53)
    frames = [line, broken, other]
    setup = Setup(TENANTS, forward=[], feeds=feeds)
    setup.config["tenants"] = {"/red": lab.tenant(near(RED))}
    setup.file = t.config_file(setup.config)
    rows = setup.explained(frames)
    t.expect([row["fate"] for row in rows], ["deliver", "feed_malformed", "unclaimed"])
    t.expect({row["from"] for row in rows}, {"/red"})
    check_same(rows, frames, *setup.ran(frames))


# A network of its own, in which the kernel says nothing on leat's TAP.
ALONE = ("unshare", "--net", "sh", "-c", 'sysctl -qw net.ipv6.conf.default.disable_ipv6=1; exec "$@"', "sh")


def test_claims_come_first():
    rest = {
        "claims": [{"port": "in", "dst": "198.51.100.0/24"}],
        "deny": [{"port": "in", "dst": "198.51.100.0/24", "proto": "udp", "dport": 7}],
    }
    setup = Setup(TENANTS, **rest)
    frames = [
        lab.udp(1, V4, RED[V4], FAR[V4], 4000, 53), lab.udp(2, V4, RED[V4], FAR[V4], 4000, 7),
        lab.udp(3, V4, RED[V4], FAR[V4], 4000, 54), lab.udp(4, V4, RED[V4], "203.0.113.1", 4000, 53),
    ]
    rows = setup.explained(frames)
    t.expect([row["fate"] for row in rows], ["forward", "denied", "policy_denied", "to_kernel"])
    t.expect(["payer" in row for row in rows], [True, False, True, False])
    if not os.path.exists("/dev/net/tun") or os.geteuid() != 0:
        raise t.Skip("no TAP")
    write(setup.capture, frames)
    fates, _ = claims_ran(setup, len(frames))
    t.expect(fates_of(rows), fates)


def claims_ran(setup, count):
    """As Setup.ran(); but a packet that the kernel gets leaves by a port that is not in the config."""
    ended = t.leat_until(setup.file, count, before=ALONE)
    t.expect(ended.status, 0, str(ended))
    return {name: n for name, n in ended.summary["fates"].items() if n}, t.pcap_read(setup.out)


# Frames that are long, cut, or none


def test_the_longest_packets_are_read():
    """In two segments, with a checksum over both."""
    source, target = t.address(RED[V4]), t.address(FAR[V4])
    longest = lab.frame(V4, t.UDP, t.udp(source, target, 4000, 53, bytes(range(256)) * 255 + bytes(227)), RED[V4], FAR[V4])
    t.expect(len(longest), 14 + 65535)
    padded = longest + bytes(150000)
    wrong = longest[:-3] + b"\1" + longest[-2:]
    rows = Setup(TENANTS).explained([longest, padded, wrong])
    t.expect([row["fate"] for row in rows], ["forward", "forward", "udp_bad_checksum"])
    t.expect([row["bytes"] for row in rows], [len(longest), len(padded), len(wrong)])


def test_an_empty_capture_explains_nothing():
    t.expect(Setup(TENANTS).explained([]), [])


def test_empty_frames_are_frames():
    t.expect([row["fate"] for row in Setup(TENANTS).explained([b"", b"x" * 13])], ["eth_truncated"] * 2)


def test_a_capture_that_breaks_off_is_explained_up_to_there():
    setup, frames = Setup(TENANTS), [lab.udp(i, V4, RED[V4], FAR[V4], 4000, 53) for i in range(5)]
    data = t.pcap_bytes(frames)
    for cut in (1, 30, len(frames[0]) + 3):
        setup.capture.write_bytes(data[:-cut])
        ended = t.leat(setup.file, "--explain", setup.capture)
        t.expect((ended.status, len(ended.out.splitlines())), (1, 4), str(ended))
        lines = [line for line in ended.err.splitlines() if "--explain" in line]
        t.expect(len(lines), 1, ended.err)
        assert str(setup.capture) in lines[0] and "after packet 4" in lines[0], lines[0]


def not_explained(capture, *words, config=None, status=1):
    """Nothing on stdout, and one line that says why."""
    ended = t.leat(config or Setup(TENANTS).file, "--explain", capture)
    t.expect((ended.status, ended.out), (status, ""), str(ended))
    lines = [line for line in ended.err.splitlines() if "--explain" in line]
    t.expect(len(lines), 1, ended.err)
    for word in words:
        assert word in lines[0], f"{word!r} is not in {lines[0]!r}"


def file_of(data):
    file = t.scratch.new_path(".bin")
    file.write_bytes(data)
    return file


def bad_captures():
    text, raw = file_of(b"ports: {}\n" * 10), file_of(t.pcap_bytes([b"x" * 60], link_type=101))
    empty, head = file_of(b""), file_of(t.pcap_bytes([])[:20])
    return [
        ("no_such_file", "/nonexistent.pcap", ("/nonexistent.pcap", "No such file")),
        ("a_folder", "/", ("/",)),
        ("no_name", "", ("No such file",)),
        ("not_a_capture", text, (str(text), "unknown file format")),
        ("an_empty_file", empty, (str(empty), "truncated")),
        ("half_a_header", head, (str(head), "truncated")),
        ("no_ethernet", raw, (str(raw), "link type")),
        ("port_that_is_none", "nobody=/nonexistent.pcap", ("nobody=/nonexistent.pcap",)),
        ("port_without_file", "in=", ("No such file",)),
    ]


def test_explain_needs_a_config():
    ended = t.leat(None, "--explain", "/nonexistent.pcap")
    t.expect((ended.status, ended.out), (2, ""), str(ended))
    assert "--config" in ended.err, ended.err


def test_a_bad_config_is_refused_before_the_capture_is_read():
    bad = t.config_file("ports: 1\n")
    ended = t.leat(bad, "--explain", "/nonexistent.pcap")
    t.expect((ended.status, ended.out), (2, ""), str(ended))
    assert "nonexistent.pcap" not in ended.err, ended.err


# stdout


def some_rows(count=2000):
    setup = Setup(TENANTS)
    write(setup.capture, [lab.udp(i, V4, RED[V4], FAR[V4], 4000, 53) for i in range(count)])
    return setup


def stdout_fails(stdout, count):
    setup = some_rows(count)
    with t.Leat(setup.file, "--explain", setup.capture, stdout=stdout) as running:
        ended = running.finish()
    t.expect(ended.status, 1, str(ended))
    assert "stdout" in ended.err, ended.err


def test_a_full_disk_is_said():
    for count in (1, 2000):
        with open("/dev/full", "wb") as full:
            stdout_fails(full, count)


def test_a_closed_stdout_is_said():
    setup = some_rows(1)
    command = ["sh", "-c", 'exec "$@" >&-', "sh", t.leat_program(), *t.NO_HUGE, "--", "-c", setup.file, "--explain"]
    ended = subprocess.run(
        [*map(str, command), str(setup.capture)], stderr=subprocess.PIPE, text=True, timeout=t.BOUND_S, check=False
    )
    t.expect(ended.returncode, 1, ended.stderr)
    assert "stdout" in ended.stderr, ended.stderr


def test_a_reader_that_has_gone_ends_it():
    """As `| head` does."""
    setup = some_rows()
    reading, writing = os.pipe()
    os.close(reading)
    with t.Leat(setup.file, "--explain", setup.capture, stdout=writing) as running:
        os.close(writing)
        ended = running.finish()
    assert ended.status in (1, -13), str(ended)  # SIGPIPE is 13


def test_it_runs_beside_a_leat_of_the_same_config():
    """It opens no device and no socket."""
    setup, story = Setup(TENANTS), whole_story()
    setup.capture.write_bytes(t.pcap_bytes(story.frames))
    with t.Leat(setup.file) as running:
        running.wait_running()
        story.check(explain(setup.file, setup.capture, prefix=running.prefix + "x"))
        running.signal(15)
        t.expect(running.finish().status, 0)


def cases():
    for name, capture, words in bad_captures():
        yield f"not_explained {name}", lambda capture=capture, words=words: not_explained(capture, *words)
    for placement, limits in ((t.ONE_LCORE, False), (t.ONE_LCORE, True), (lab.TWO_WORKERS, False)):
        name = f"random_captures_agree {t.placement_name(placement)}{' limits' if limits else ''}"
        yield name, lambda placement=placement, limits=limits: random_captures_agree(placement, limits)


if __name__ == "__main__":
    sys.exit(t.main(globals(), [*cases()] if t.BUILD else []))
