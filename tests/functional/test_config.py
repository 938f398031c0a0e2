#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Wrong configs and wrong command lines: exit 2, one line for each error, nothing on stdout, no device touched."""

import shutil
import subprocess
import sys
import textwrap

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

PORT = "ports:\n  in: { device: net_null0 }\n"
TWO = "ports:\n  a: { device: net_null0 }\n  b: { device: net_null1 }\n"
LINE = "port: in, group: 233.54.12.1, dport: 26400"
FEED = PORT + "feeds:\n  nasdaq:\n    protocol: itch50\n    lines:\n"
TOP_KEYS = "ports, lcores, forward, claims, deny, sets, tenants, flows, feeds, services, streams, mbufs"
PORT_KEYS = "device, af_xdp, rx_queues, rx_descriptors, tx_descriptors, mtu, promiscuous, pace"
TENANT_KEYS = (
    "from, to, flows.max, flows.rate, streams.max, pps.max, bps.max, burst, quota, frozen, mode, pickup, on_full, "
    "timeouts, egress, ingress"
)
TIMEOUTS = "tcp_syn, tcp_established, tcp_closing, tcp_closed, tcp_reset, udp, udp_replied, icmp, other"
RULE_KEYS = "name, proto, src, dst, sport, dport, icmp_type, icmp_code, action"
NO_NUMBER = "is not a number (digits, then k, M, G or nothing)"
NO_NAME = "is no name: 1 to 31 of A-Z a-z 0-9 _ . -"

# What is wrong, the file, its errors without the file's name.
WRONG = [
    # The top
    ("empty_file", "", ["1: the file holds no config"]),
    ("only_a_comment", "# nothing\n", ["1: the file holds no config"]),
    ("no_ports", "mbufs: 2048\n", ["1: ports: is missing"]),
    ("a_list_at_the_top", "- a\n", ["1: is not a mapping (key: value)"]),
    ("a_scalar_at_the_top", "ports\n", ["1: is not a mapping (key: value)"]),
    ("unknown_section", PORT + "tenant: {}\n", [f"3: tenant: unknown key; known here: {TOP_KEYS}"]),
    ("duplicate_section", PORT + "mbufs: 4k\nmbufs: 8k\n", ["4: mbufs: duplicate key"]),
    ("second_document", PORT + "---\nports: {}\n", ["3: a second document; one file holds one config"]),
    ("mbufs_below", PORT + "mbufs: 1023\n", ["3: mbufs: 1023 is below 1024"]),
    ("mbufs_above", PORT + "mbufs: 68M\n", ["3: mbufs: 68M is above 67108864"]),
    ("mbufs_beyond_64_bits", PORT + "mbufs: 99999999999999999999\n",
     ["3: mbufs: 99999999999999999999 is above 67108864"]),
    ("mbufs_negative", PORT + "mbufs: -1\n", [f'3: mbufs: "-1" {NO_NUMBER}']),
    ("mbufs_hexadecimal", PORT + "mbufs: 0x1000\n", [f'3: mbufs: "0x1000" {NO_NUMBER}']),
    ("mbufs_fraction", PORT + "mbufs: 4.5k\n", [f'3: mbufs: "4.5k" {NO_NUMBER}']),
    ("mbufs_without_value", PORT + "mbufs:\n", ["3: mbufs: has no value"]),
    ("mbufs_a_list", PORT + "mbufs: [1]\n", ["3: mbufs: is a list, not a single value"]),
    # ports
    ("ports_empty", "ports: {}\n", ["1: ports: names no port"]),
    ("ports_null", "ports:\n", ["1: ports: is not a mapping (key: value)"]),
    ("ports_a_list", "ports: [a]\n", ["1: ports: is not a mapping (key: value)"]),
    ("port_null", "ports:\n  in:\n", ["2: ports.in: is not a mapping (key: value)"]),
    ("port_without_device", "ports:\n  in: { mtu: 1500 }\n", ["2: ports.in: names neither device nor af_xdp"]),
    ("device_empty", 'ports:\n  in: { device: "" }\n', ["2: ports.in.device: has no value"]),
    ("device_a_mapping", "ports:\n  in: { device: { a: b } }\n",
     ["2: ports.in.device: is a mapping, not a single value"]),
    ("device_too_long", f"ports:\n  in: {{ device: net_null{'0' * 1020} }}\n",
     ["2: ports.in.device: is longer than 1023 characters"]),
    ("unknown_port_key", "ports:\n  in:\n    device: net_null0\n    qeues: 2\n",
     [f"4: ports.in.qeues: unknown key; known here: {PORT_KEYS}"]),
    ("duplicate_port", "ports:\n  in: { device: net_null0 }\n  in: { device: net_null1 }\n",
     ["3: ports.in: duplicate name"]),
    ("duplicate_port_key", "ports:\n  in: { device: net_null0, mtu: 1500, mtu: 1500 }\n",
     ["2: ports.in.mtu: duplicate key"]),
    ("same_device_twice", "ports:\n  a: { device: net_null0 }\n  b: { device: 'net_null0,size=64' }\n",
     ['3: ports.b: another port has the device "net_null0,size=64" already']),
    ("port_name_with_blank", "ports:\n  'a b': { device: net_null0 }\n", [f'2: ports: "a b" {NO_NAME}']),
    ("port_name_too_long", f"ports:\n  {'a' * 32}: {{ device: net_null0 }}\n",
     [f'2: ports: "{"a" * 32}" {NO_NAME}']),
    ("rx_queues_zero", "ports:\n  in: { device: net_null0, rx_queues: 0 }\n",
     ["2: ports.in.rx_queues: 0 is below 1"]),
    ("rx_queues_many", "ports:\n  in: { device: net_null0, rx_queues: 65 }\n",
     ["2: ports.in.rx_queues: 65 is above 64"]),
    ("descriptors", "ports:\n  in:\n    device: net_null0\n    rx_descriptors: 7\n    tx_descriptors: 1M\n",
     ["4: ports.in.rx_descriptors: 7 is below 8", "5: ports.in.tx_descriptors: 1M is above 32768"]),
    ("mtu_below", "ports:\n  in: { device: net_null0, mtu: 67 }\n", ["2: ports.in.mtu: 67 is below 68"]),
    ("mtu_above", "ports:\n  in: { device: net_null0, mtu: 65536 }\n",
     ["2: ports.in.mtu: 65536 is above 65535"]),
    ("promiscuous_yes", "ports:\n  in: { device: net_null0, promiscuous: yes }\n",
     ['2: ports.in.promiscuous: "yes" is neither true nor false']),
    ("pace_word", "ports:\n  in: { device: net_null0, pace: fast }\n",
     [f'2: ports.in.pace: "fast" {NO_NUMBER}']),
    ("pace_zero", "ports:\n  in: { device: net_null0, pace: 0 }\n", ["2: ports.in.pace: 0 is below 1"]),
    ("pace_above", "ports:\n  in: { device: net_null0, pace: 2G }\n",
     ["2: ports.in.pace: 2G is above 1000000000"]),
    # lcores
    ("lcores_incomplete", PORT + "lcores: { rx: [0] }\n",
     ["3: lcores.work: is missing", "3: lcores.tx: is missing"]),
    ("lcores_empty_list", PORT + "lcores: { rx: [], work: [0], tx: [0] }\n",
     ["3: lcores.rx: names no lcore"]),
    ("lcores_no_list", PORT + "lcores: { rx: 0, work: [0], tx: [0] }\n", ["3: lcores.rx: is not a list"]),
    ("lcore_twice", PORT + "lcores:\n  rx: [0]\n  work: [0, 1, 0]\n  tx: [0]\n",
     ["5: lcores.work: lcore 0 stands twice in this list"]),
    ("lcore_above", PORT + "lcores: { rx: [128], work: [0], tx: [0] }\n",
     ["3: lcores.rx: 128 is above 127"]),
    ("lcore_word", PORT + "lcores: { rx: [all], work: [0], tx: [0] }\n",
     [f'3: lcores.rx: "all" {NO_NUMBER}']),
    ("ring_size_below", PORT + "lcores: { rx: [0], work: [0], tx: [0], ring_size: 127 }\n",
     ["3: lcores.ring_size: 127 is below 128"]),
    ("ring_size_above", PORT + "lcores: { rx: [0], work: [0], tx: [0], ring_size: 2M }\n",
     ["3: lcores.ring_size: 2M is above 1048576"]),
    ("lcores_unknown_key", PORT + "lcores: { rx: [0], work: [0], tx: [0], main: 1 }\n",
     ["3: lcores.main: unknown key; known here: rx, work, tx, ring_size"]),
    # forward
    ("forward_no_list", TWO + "forward: { between: [a, b] }\n", ["4: forward: is not a list"]),
    ("forward_without_between", TWO + "forward: [ {} ]\n", ["4: forward.between: is missing"]),
    ("forward_one_port", TWO + "forward: [ { between: [a] } ]\n",
     ["4: forward.between: names 1 ports; a pair is two"]),
    ("forward_three_ports", TWO + "forward: [ { between: [a, b, a] } ]\n",
     ["4: forward.between: names 3 ports; a pair is two"]),
    ("forward_unknown_port", TWO + "forward:\n  - between: [a, c]\n",
     ['5: forward.between: there is no port "c"']),
    ("forward_with_itself", TWO + "forward: [ { between: [a, a] } ]\n",
     ["4: forward.between: pairs a port with itself"]),
    ("forward_port_twice", TWO + "forward:\n  - between: [a, b]\n  - between: [b, a]\n",
     ['6: forward.between: port "b" is in another pair already',
      '6: forward.between: port "a" is in another pair already']),
    ("forward_unknown_key", TWO + "forward: [ { from: a, to: b, between: [a, b] } ]\n",
     ["4: forward.from: unknown key; known here: between",
      "4: forward.to: unknown key; known here: between"]),
    # feeds
    ("feeds_a_list", PORT + "feeds: [ nasdaq ]\n", ["3: feeds: is not a mapping (key: value)"]),
    ("feed_empty", PORT + "feeds: { nasdaq: {} }\n",
     ["3: feeds.nasdaq.protocol: is missing", "3: feeds.nasdaq.lines: is missing"]),
    ("feed_unknown_protocol", PORT + f"feeds: {{ x: {{ protocol: fax, lines: {{ a: {{ {LINE} }} }} }} }}\n",
     ['3: feeds.x.protocol: there is no decoder "fax"']),
    ("feed_of_streams", PORT + f"feeds: {{ x: {{ protocol: fix, lines: {{ a: {{ {LINE} }} }} }} }}\n",
     ['3: feeds.x.protocol: "fix" comes in TCP streams: it is a service\'s']),
    ("feed_without_lines", FEED.rstrip() + " {}\n", ["6: feeds.nasdaq.lines: names no line"]),
    ("line_incomplete", FEED + "      a: { port: in }\n",
     ["7: feeds.nasdaq.lines.a.group: is missing", "7: feeds.nasdaq.lines.a.dport: is missing"]),
    ("line_unknown_port", FEED + "      a: { port: out, group: 233.54.12.1, dport: 26400 }\n",
     ['7: feeds.nasdaq.lines.a.port: there is no port "out"']),
    ("line_bad_group", FEED + "      a: { port: in, group: 233.54.12.256, dport: 26400 }\n",
     ['7: feeds.nasdaq.lines.a.group: "233.54.12.256" is no IPv4 or IPv6 address']),
    ("line_group_a_network", FEED + "      a: { port: in, group: 233.54.12.0/24, dport: 26400 }\n",
     ['7: feeds.nasdaq.lines.a.group: "233.54.12.0/24" is no IPv4 or IPv6 address']),
    ("line_dport_zero", FEED + "      a: { port: in, group: 233.54.12.1, dport: 0 }\n",
     ["7: feeds.nasdaq.lines.a.dport: 0 is below 1"]),
    ("line_dport_above", FEED + "      a: { port: in, group: 233.54.12.1, dport: 65536 }\n",
     ["7: feeds.nasdaq.lines.a.dport: 65536 is above 65535"]),
    ("line_same_place", FEED + f"      a: {{ {LINE} }}\n      b: {{ {LINE} }}\n",
     ['8: feeds.nasdaq.lines.b: feed "nasdaq" has a line with this port, group and dport already']),
    ("line_same_place_in_other_feed",
     FEED + f"      a: {{ {LINE} }}\n  other: {{ protocol: itch50, lines: {{ c: {{ {LINE} }} }} }}\n",
     ['8: feeds.other.lines.c: feed "nasdaq" has a line with this port, group and dport already']),
    ("line_duplicate_name", FEED + f"      a: {{ {LINE} }}\n      a: {{ {LINE} }}\n",
     ["8: feeds.nasdaq.lines.a: duplicate name"]),
    ("line_unknown_key", FEED + f"      a: {{ {LINE}, source: 10.0.0.1 }}\n",
     ["7: feeds.nasdaq.lines.a.source: unknown key; known here: port, group, dport"]),
    ("too_many_lines", FEED + "".join(
        f"      l{i}: {{ port: in, group: 233.54.12.{i}, dport: 26400 }}\n" for i in range(9)),
     ["15: feeds.nasdaq.lines.l8: more than 8 lines"]),
    ("too_many_ports", "ports:\n" + "".join(f"  p{i}: {{ device: net_null{i} }}\n" for i in range(33)),
     ["34: ports.p32: more than 32 ports"]),
    # tenants, sets, flows
    ("tenant_path", PORT + 'tenants:\n  desk: {}\n',
     ['4: tenants: "desk" is no path of a tenant: it does not begin with /']),
    ("tenant_twice", PORT + "tenants:\n  /a: {}\n  /a: {}\n", ["5: tenants./a: duplicate name"]),
    ("tenant_rate_zero", PORT + "tenants:\n  /a:\n    pps.max: 0\n    flows.rate: 0\n",
     ["5: tenants./a.pps.max: 0 is below 1", "6: tenants./a.flows.rate: 0 is below 1"]),
    ("tenant_unknown_port", PORT + "tenants:\n  /a: { from: [ { port: out } ] }\n",
     ['4: tenants./a.from.port: there is no port "out"']),
    ("tenant_host_bits", PORT + "tenants:\n  /a: { from: [ { src: 10.0.0.1/8 } ] }\n",
     ['4: tenants./a.from.src: "10.0.0.1/8" has bits set behind its prefix']),
    ("tenants_overlap", PORT + textwrap.dedent("""
        tenants:
          /a/x: { from: [ { src: 10.0.0.0/8 } ] }
          /a/y:
            from:
              - { src: 10.1.0.0/16 }
        """), ["8: tenants./a/y.from: overlaps with line 5, /a/x"]),
    ("tenant_and_child_alike",
     PORT + "tenants:\n  /a: { to: [ { dst: 10.0.0.1 } ] }\n  /a/b: { to: [ { dst: 10.0.0.1 } ] }\n",
     ["5: tenants./a/b.to: overlaps with line 4, /a, and neither is the narrower one"]),
    ("tenant_unknown_key", PORT + "tenants:\n  /a: { flow.max: 1 }\n",
     [f"4: tenants./a.flow.max: unknown key; known here: {TENANT_KEYS}"]),
    ("tenant_unknown_timeout", PORT + "tenants:\n  /a:\n    timeouts: { tcp: 1s, udp: 1ms }\n",
     [f"5: tenants./a.timeouts.tcp: unknown key; known here: {TIMEOUTS}", "5: tenants./a.timeouts.udp: 1ms is below 100ms"]),
    ("tenant_unknown_words", PORT + "tenants:\n  /a: { mode: off, on_full: wait, pickup: maybe, frozen: 1 }\n",
     ['4: tenants./a.mode: "off" is none of enforce, audit', '4: tenants./a.on_full: "wait" is none of drop, evict',
      '4: tenants./a.pickup: "maybe" is neither true nor false', '4: tenants./a.frozen: "1" is neither true nor false']),
    ("tenant_path_with_blank", PORT + "tenants:\n  /a b: {}\n",
     ['4: tenants: "/a b" is no path of a tenant: it has a name that is not 1 to 31 of A-Z a-z 0-9 _ . -']),
    ("every_limit_zero", PORT + "tenants:\n  /a: { flows.max: 0, bps.max: 7 }\n  /b: { quota: { bytes: 0, period: 1d } }\n",
     ["4: tenants./a.flows.max: 0 is below 1", "4: tenants./a.bps.max: 7 is below 8", "5: tenants./b.quota.bytes: 0 is below 1"]),
    ("burst", PORT + "tenants:\n  /a: { burst: 0 }\n  /b: { burst: 11s }\n  /c: { burst: fast }\n",
     ["4: tenants./a.burst: 0 is below 1ms", "5: tenants./b.burst: 11s is above 10s",
      '6: tenants./c.burst: "fast" is not a time (digits, then us, ms, s, m, h, d or nothing)']),
    ("tenants_overlap_in_a_vlan", PORT + textwrap.dedent("""
        tenants:
          /a: { from: [ { port: in, vlan: 7, src: 2001:db8::/32 } ] }
          /b: { from: [ { port: in, vlan: 8, src: 2001:db8::/32 }, { port: in, vlan: 7, src: 2001:db8:1::/48 } ] }
        """), ["6: tenants./b.from: overlaps with line 5, /a"]),
    ("services_overlap", PORT + textwrap.dedent("""
        tenants:
          /a: { to: [ { dst: 10.0.0.0/8, proto: tcp, dport: 80-90 } ] }
          /b: { to: [ { dst: 10.0.0.0/8, proto: tcp, dport: 90 } ] }
          /c: { to: [ { dst: 10.0.0.0/8, proto: udp, dport: 90 } ] }
        """), ["6: tenants./b.to: overlaps with line 5, /a"]),
    ("quota_without_period", PORT + "tenants:\n  /a: { quota: { bytes: 1G } }\n",
     ["4: tenants./a.quota.period: is missing"]),
    ("rule_unknown_set", PORT + "tenants:\n  /a: { egress: { rules: [ { dst: hosts, action: allow } ] } }\n",
     ['4: tenants./a.egress.rules.dst: "hosts" is neither an IPv4 or IPv6 prefix nor a set']),
    ("rule_ports_of_any", PORT + "tenants:\n  /a: { egress: { rules: [ { dport: 80, action: allow } ] } }\n",
     ["4: tenants./a.egress.rules: dport needs a proto that has ports: tcp, udp, sctp"]),
    ("rule_without_sense", PORT + textwrap.dedent("""
        tenants:
          /a:
            egress:
              default: drop
              rules:
                - { proto: tcp, dport: 90-80, action: allow }
                - { proto: icmp, icmp_code: 3, action: deny }
                - { proto: tcp }
                - { port: 5, action: pass }
                - { src: 10.0.0.0/8, dst: 2001:db8::/32, action: allow }
        """), ['7: tenants./a.egress.default: "drop" is none of allow, deny, reject',
               "9: tenants./a.egress.rules.dport: the port range ends before it begins",
               "10: tenants./a.egress.rules: icmp_code needs an icmp_type",
               "11: tenants./a.egress.rules.action: is missing",
               f"12: tenants./a.egress.rules.port: unknown key; known here: {RULE_KEYS}",
               '12: tenants./a.egress.rules.action: "pass" is none of allow, deny, reject',
               "13: tenants./a.egress.rules: src and dst are of different IP versions"]),
    ("sets_without_sense", PORT + textwrap.dedent("""
        sets:
          a: [ b ]
          b: [ c ]
          c: [ a, 10.0.0.0/8 ]
          d: [ 10.0.0.1/24 ]
          e: []
          f: [ f ]
          g: [ nobody ]
        """), ["7: sets.c: a set that holds itself: a -> b -> c -> a",
               '8: sets.d: "10.0.0.1/24" has bits set behind its prefix', "9: sets.e: names no address",
               "10: sets.f: a set that holds itself: f -> f",
               '11: sets.g: "nobody" is neither an IPv4 or IPv6 prefix nor a set']),
    ("set_cycle", PORT + "sets:\n  a: [ 10.0.0.1, b ]\n  b: [ a ]\n",
     ["5: sets.b: a set that holds itself: a -> b -> a"]),
    ("set_named_like_an_address", PORT + "sets:\n  10.0.0.1: [ 10.0.0.2 ]\n",
     ["4: sets.10.0.0.1: is an address, and cannot be the name of a set"]),
    ("flows_small", PORT + "flows: { ipv4: 10 }\n", ["3: flows.ipv4: 10 is below 1000"]),
    # Several at once: each is said
    ("three_errors",
     "ports:\n  in: { device: net_null0, mtu: 1 }\nmbufs: many\nforward: [ { between: [in, x] } ]\n",
     [f'3: mbufs: "many" {NO_NUMBER}', "2: ports.in.mtu: 1 is below 68",
      '4: forward.between: there is no port "x"']),
]

# No YAML at all: the words are libyaml's, the line is ours.
NO_YAML = [
    ("unclosed_brace", "ports:\n  in: { device: net_null0\n", 3),
    ("unclosed_quote", 'ports:\n  in: { device: "net_null0 }\n', 3),
    ("tab", "ports:\n\tin: { device: net_null0 }\n", 2),
    ("wrong_indent", "ports:\n    in: { device: net_null0 }\n  out: { device: net_null1 }\n", 3),
    ("undefined_alias", "ports: *other\n", 1),
    ("control_character", "ports:\n  in: { device: net_\x01null0 }\n", 2),
    ("not_utf8", b"ports:\n  in: { device: net_\xff\xfe }\n", 2),
]

GOOD = {
    "ports": {"in": {"device": "net_null0"}, "out": {"device": "net_null1,size=64"}},
    "forward": [{"between": ["in", "out"]}],
    "lcores": {"rx": [0], "work": [1, 2], "tx": [3], "ring_size": "1k"},
    "feeds": {
        "nasdaq": {
            "protocol": "itch50",
            "lines": {
                "a": {"port": "in", "group": "233.54.12.1", "dport": 26400},
                "b": {"port": "in", "group": "ff0e::1", "dport": 26400},
            },
        }
    },
}


def run_once(*options, prefix=None, eal=t.NO_HUGE, split="--"):
    words = [t.leat_program(), *eal, *([f"--file-prefix={prefix}"] if prefix else [])]
    command = [str(word) for word in [*words, *([split] if split else []), *options]]
    return subprocess.run(command, capture_output=True, text=True, timeout=t.BOUND_S, check=False)


def config_of(text):
    file = t.scratch.new_path(".yaml")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def check_untouched(prefix):
    folder = t.RUNTIME / prefix
    assert not folder.exists(), f"{folder} exists: DPDK was started"


def wrong_config(text, errors):
    file = config_of(text)
    for options in ([], ["--check"], ["--check=dot"]):
        prefix = t.scratch.prefix()
        result = run_once("-c", file, *options, prefix=prefix)
        t.expect(result.stderr.splitlines(), [f"{file}:{error}" for error in errors], str(options))
        t.expect((result.returncode, result.stdout), (2, ""), str(options))
        check_untouched(prefix)


def no_yaml(text, line):
    file, prefix = config_of(text), t.scratch.prefix()
    result = run_once("-c", file, prefix=prefix)
    t.expect((result.returncode, result.stdout), (2, ""))
    lines = result.stderr.splitlines()
    t.expect(len(lines), 1, result.stderr)
    assert lines[0].startswith(f"{file}:{line}: "), f"{lines[0]}: line {line} is meant"
    assert len(lines[0]) > len(f"{file}:{line}: "), "no reason"
    check_untouched(prefix)


def wrong_command(options, words, **rest):
    prefix = t.scratch.prefix()
    result = run_once(*options, prefix=prefix, **rest)
    t.expect((result.returncode, result.stdout), (2, ""), result.stderr)
    for word in words:
        assert word in result.stderr, f"{word!r} is not in {result.stderr!r}"
    check_untouched(prefix)


def good_file():
    return t.config_file(GOOD)


# --check


def check_only_warnings(result):
    """A plan may be made for another machine: CPUs that this one has not are worth a warning."""
    t.expect(result.returncode, 0, result.stderr)
    others = [line for line in result.stderr.splitlines() if "leat: warning: lcores:" not in line]
    t.expect(others, [])


def test_check_prints_the_plan():
    prefix = t.scratch.prefix()
    result = run_once("--config", good_file(), "--check", prefix=prefix)
    check_only_warnings(result)
    for words in ("in: net_null0", "out: net_null1,size=64", "nasdaq: itch50, 2 lines", "lcore 0",
                  "lcore 1", "lcore 2", "lcore 3", "ring"):
        assert words in result.stdout, f"{words!r} is not in\n{result.stdout}"
    check_untouched(prefix)


def test_check_of_lcores_that_this_machine_has_not():
    config = dict(GOOD, lcores={"rx": [100], "work": [101], "tx": [102]})
    result = run_once("--config", t.config_file(config), "--check")
    check_only_warnings(result)
    assert "lcore 102" in result.stdout, result.stdout


def test_check_is_the_same_each_time_and_with_text():
    file = good_file()
    first = run_once("-c", file, "--check").stdout
    t.expect(run_once("-c", file, "--check=text").stdout, first)
    t.expect(run_once("--check", "-c", file, eal=(), split="").stdout, first)


def test_dot_draws_the_graph():
    if shutil.which("dot") is None:
        raise t.Skip("no dot: Debian's graphviz is not installed")
    result = run_once("-c", good_file(), "--check=dot")
    check_only_warnings(result)
    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=result.stdout, capture_output=True, text=True, timeout=60, check=False
    )
    t.expect((drawn.returncode, drawn.stderr), (0, ""))
    for word in ("<svg", "lcore 0", "lcore 3", "in", "out"):
        assert word in drawn.stdout, word


def test_dot_draws_names_that_graphviz_might_take_for_words():
    if shutil.which("dot") is None:
        raise t.Skip("no dot: Debian's graphviz is not installed")
    ports = {name: {"device": f"net_null{i}"} for i, name in enumerate(["node", "a.b-c", "-", "1"])}
    file = t.config_file({"ports": ports, "forward": [{"between": ["node", "-"]}]})
    result = run_once("-c", file, "--check=dot")
    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=result.stdout, capture_output=True, text=True, timeout=60, check=False
    )
    t.expect((drawn.returncode, drawn.stderr), (0, ""))


def test_check_refuses_claims_that_the_xdp_program_cannot_hold():
    """Every wide row counts in every narrow destination, each of which differs from the others."""
    rows = [("0.0.0.0/0" if i < 600 else f"10.0.{i >> 8}.{i & 255}", 2 * i + 1) for i in range(1800)]
    text = "ports:\n  in: { af_xdp: { interface: eth9 } }\nclaims:\n" + "".join(
        f"  - {{ port: in, dst: {dst}, proto: udp, dport: {dport} }}\n" for dst, dport in rows)
    result = run_once("-c", config_of(text), "--check")
    t.expect(result.returncode, 2)
    assert "port in: its 1800 claims and denies need more than 524288 entries" in result.stderr, result.stderr
    t.expect(result.stdout, "")


# Good configs that look strange


def good_config(text):
    result = run_once("-c", config_of(text), "--check")
    t.expect((result.returncode, result.stderr), (0, ""))


STRANGE = [
    ("json", '{"ports": {"in": {"device": "net_null0"}}}'),
    ("sections_in_any_order", "forward: [ { between: [a, b] } ]\n" + TWO),
    ("anchors", "ports:\n  a: { device: net_null0, mtu: &m 1500 }\n  b: { device: net_null1, mtu: *m }\n"),
    ("carriage_returns", PORT.replace("\n", "\r\n")),
    ("byte_order_mark", "\ufeff" + PORT),
    ("suffixes", PORT + "mbufs: 64k\n"),
    ("31_characters", f"ports:\n  {'a' * 31}: {{ device: net_null0 }}\n"),
    ("32_ports", "ports:\n" + "".join(f"  p{i}: {{ device: net_null{i} }}\n" for i in range(32))),
    ("limits", "ports:\n  in: { device: net_null0, rx_queues: 64, mtu: 65535, pace: 1G }\nmbufs: 64M\n"),
    ("256_feeds", PORT + "feeds:\n" + "".join(
        f"  f{i}: {{ protocol: itch50, lines: {{ a: {{ port: in, group: 233.0.0.1, dport: {i + 1} }} }} }}\n"
        for i in range(256))),
    ("tenants", PORT + textwrap.dedent("""
        tenants:
          /trading: { bps.max: 2G, flows.max: 200k }
          /trading/alpha:
            from: [ { port: in, vlan: 100 }, { src: 10.1.0.0/16 } ]
            to: [ { dst: 10.1.0.0/16 } ]
            quota: { bytes: 10G, period: 1d, spent: { bps.max: 1M } }
            timeouts: { udp: 20s }
            egress:
              rules:
                - { name: orders, proto: tcp, dst: gateways, dport: 9000-9010, action: allow }
            ingress: { default: allow }
        sets: { gateways: [ 10.9.0.0/24, 2001:db8::/32 ] }
        flows: { ipv4: 1M, fragment_timeout: 10s }
        """)),
    ("one_port_several_feeds_on_one_group", PORT + textwrap.dedent("""
        feeds:
          one: { protocol: itch50, lines: { a: { port: in, group: 233.0.0.1, dport: 1 } } }
          two: { protocol: itch50, lines: { a: { port: in, group: 233.0.0.1, dport: 2 } } }
        """)),
]


# Legal, and probably not meant: a warning, and the plan all the same


WARNED = [
    ("limit_above_its_parents", "tenants:\n  /a: { flows.max: 10 }\n  /a/b: { flows.max: 11 }\n",
     ["5: tenants./a/b.flows.max: warning: 11 is more than the 10 of /a, which rules"]),
    ("limits_above_those_of_all_above", textwrap.dedent("""\
        tenants:
          /a: { flows.max: 5, bps.max: 1M, quota: { bytes: 10k, period: 1d } }
          /a/b: { bps.max: 2M, quota: { bytes: 20k, period: 1d } }
          /a/b/c: { bps.max: 3M, pps.max: 5 }
        """), ["5: tenants./a/b.bps.max: warning: 2000000 is more than the 1000000 of /a, which rules",
               "5: tenants./a/b.quota: warning: 20000 is more than the 10000 of /a, which rules",
               "6: tenants./a/b/c.bps.max: warning: 3000000 is more than the 2000000 of /a/b, which rules",
               "6: tenants./a/b/c.bps.max: warning: 3000000 is more than the 1000000 of /a, which rules"]),
    ("flows_max_beyond_the_tables", "tenants:\n  /a: { flows.max: 1M }\n",
     ["4: tenants./a.flows.max: warning: 1000000 is more than both flow tables hold (320000)"]),
    ("rules_covered_that_have_no_name", textwrap.dedent("""\
        sets: { ten: [ 10.0.0.0/8 ] }
        tenants:
          /a:
            flows.max: 5
            egress:
              rules:
                - { proto: udp, action: allow }
                - { proto: udp, dport: 53, action: deny }
                - { proto: tcp, dst: ten, dport: [ 80, 443-450 ], action: allow }
                - { name: tls, proto: tcp, dst: [ 10.1.0.0/16, 10.2.0.0/16 ], dport: 443, action: reject }
                - { name: more, proto: tcp, dst: [ 10.1.0.0/16, 11.2.0.0/16 ], dport: 443, action: reject }
            ingress:
              rules:
                - { name: all, action: allow }
                - { name: rest, proto: tcp, dst: [ 10.0.0.0/8, 11.0.0.0/8 ], action: deny }
        """), ["10: tenants./a.egress.rules: warning: never matches: the rule of line 9 covers it",
               "12: tenants./a.egress.rules.tls: warning: never matches: the rule of line 11 covers it",
               '17: tenants./a.ingress.rules.rest: warning: never matches: "all" of line 16 covers it']),
    ("rule_covered", textwrap.dedent("""\
        tenants:
          /a:
            egress:
              rules:
                - { name: web, proto: tcp, dport: 1-1024, action: allow }
                - { name: tls, proto: tcp, dst: 10.0.0.0/8, dport: 443, action: deny }
        """), ['8: tenants./a.egress.rules.tls: warning: never matches: "web" of line 7 covers it']),
    ("no_flows_max", "tenants:\n  /a: { from: [ { src: 10.0.0.0/8 } ] }\n",
     ["4: tenants: warning: 1 of the tenants, /a first, have no flows.max, nor has one above them: "
      "each may fill the flow tables for all"]),
]


def warned_config(text, warnings):
    file = config_of(PORT + text)
    result = run_once("-c", file, "--check")
    t.expect(result.stderr.splitlines(), [f"{file}:{warning}" for warning in warnings])
    t.expect(result.returncode, 0)
    assert "in: net_null0" in result.stdout, result.stdout


# The command line


def test_help_prints_the_options():
    for words in (["--help"], ["-h"]):
        result = run_once(*words)
        t.expect((result.returncode, result.stderr), (0, ""))
        for option in ("--config", "--check", "--exit-when-idle", "--run-for", "--version"):
            assert option in result.stdout, option
        t.expect(run_once(*words, eal=(), split="").stdout, result.stdout)


def test_version_prints_one_line():
    for words in (["--version"], ["-v"]):
        result = run_once(*words)
        t.expect((result.returncode, result.stderr), (0, ""))
        t.expect(len(result.stdout.splitlines()), 1)
        assert result.stdout.startswith("leat "), result.stdout


def commands():
    good, prefix = good_file(), "leat:"
    return [
        ("unknown_option", ["-c", good, "--bogus"], ["--bogus", "--help"]),
        ("unknown_letter", ["-c", good, "-z"], ["z", "--help"]),
        ("unknown_option_after_check", ["-c", good, "--check", "--bogus"], ["--bogus"]),
        ("config_without_value", ["--config"], ["config"]),
        ("run_for_without_value", ["-c", good, "--run-for"], ["run-for"]),
        ("extra_argument", ["-c", good, "more"], [prefix, '"more"']),
        ("run_for_zero", ["-c", good, "--run-for", "0"], ['--run-for: "0"']),
        ("run_for_negative", ["-c", good, "--run-for", "-5"], ['"-5"']),
        ("run_for_word", ["-c", good, "--run-for", "long"], ['"long"']),
        ("run_for_too_long", ["-c", good, "--run-for", "99999999999999999999"], ["99999999999999999999"]),
        ("run_for_beyond_ns", ["-c", good, "--run-for", "300000d"], ["300000d"]),
        ("idle_unit", ["-c", good, "--exit-when-idle", "5w"], ['"5w"']),
        ("idle_empty", ["-c", good, "--exit-when-idle", ""], ['""']),
        ("check_format", ["-c", good, "--check=svg"], ['"svg"']),
        ("check_without_config", ["--check"], ["--config"]),
        ("no_such_file", ["-c", "/nonexistent/leat.yaml"],
         ["/nonexistent/leat.yaml: cannot be opened: No such file or directory"]),
        ("no_such_file_check", ["-c", "/nonexistent/leat.yaml", "--check"],
         ["/nonexistent/leat.yaml: cannot be opened: No such file or directory"]),
        ("folder_as_config", ["-c", "/"], ["/:"]),
    ]


def all_cases():
    for name, text, errors in WRONG:
        yield f"refused: {name}", lambda text=text, errors=errors: wrong_config(text, errors)
    for name, text, line in NO_YAML:
        yield f"no YAML: {name}", lambda text=text, line=line: no_yaml(text, line)
    for name, text in STRANGE:
        yield f"accepted: {name}", lambda text=text: good_config(text)
    for name, text, warnings in WARNED:
        yield f"warned of: {name}", lambda text=text, warnings=warnings: warned_config(text, warnings)
    for name, options, words in commands():
        yield f"command: {name}", lambda options=options, words=words: wrong_command(options, words)


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(all_cases()) if t.BUILD else []))
