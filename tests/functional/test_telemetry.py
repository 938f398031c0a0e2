#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The telemetry socket: whole answers, numbers that agree with each other, and no harm from what clients send."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

COMMANDS = ("info", "plan", "ports", "lcores", "fates", "feeds")
N_PORTS, N_FEEDS = 32, 200
N_FRAMES = 5000
LONG_NAME = "x" * 29  # and two digits: the longest that a name may be
BAD_PARAMETERS = ("-1", "abc", "99999999999999999999", " 1", "1,2", "0x1", "1.5", "4294967296", "%s%n",
                  "x" * 900, "\u00e9", '"', "\\", "../..")

# (name, help) from the table itself.
FATE_TABLE = (Path(__file__).parents[2] / "pipeline/fate.h").read_text().replace("\\\n", " ")
FATE_ROWS = re.findall(r'X\(\w+,\s*"(\w+)",\s*\w+,\s*"([^"]*)"\)', FATE_TABLE)


def frames(count=N_FRAMES):
    src, dst = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
    packets = [t.udp(src, dst, 1000 + i % 100, 2000, i.to_bytes(4, "big")) for i in range(count)]
    packets = [t.ipv4(src, dst, t.UDP, packet) for packet in packets]
    # Every tenth one is broken.
    return [t.ethernet(t.IPV4, p if i % 10 else p[:10] + b"\0\0" + p[12:]) for i, p in enumerate(packets)]


def small(extra="", placement=t.ONE_LCORE, **keys):
    return {
        "ports": {
            "left": t.pcap_port(0, t.pcap_write(frames()), extra=extra, **keys),
            "right": {"device": "net_null1,no-rx=1"},
        },
        "forward": [{"between": ["left", "right"]}],
        "lcores": t.need_cpus(placement),
        "feeds": {"nasdaq": {"protocol": "itch50", "lines": {
            "a": {"port": "left", "group": "233.54.12.1", "dport": 26400}}}},
    }


def large():
    """As many ports as DPDK has, and many feeds, with the longest names."""
    ports = {f"{LONG_NAME}{i:02}": {"device": f"net_null{i},no-rx=1"} for i in range(N_PORTS)}
    names = list(ports)
    feeds = {
        f"{LONG_NAME[:-1]}{i:03}": {
            "protocol": "itch50",
            "lines": {
                f"{LONG_NAME}{line:02}": {
                    "port": names[i % N_PORTS], "group": f"233.0.{line}.{i}", "dport": 26400 + i}
                for line in range(8)
            },
        }
        for i in range(N_FEEDS)
    }
    pairs = [{"between": names[i : i + 2]} for i in range(0, N_PORTS, 2)]
    return {"ports": ports, "forward": pairs, "feeds": feeds, "lcores": t.need_cpus(t.ONE_LCORE)}


class Served:
    """A running leat and a client of it; ends it well."""

    def __init__(self, config, **rest):
        self.running = t.Leat(config, **rest)

    def __enter__(self):
        self.running.wait_running()
        # The commands are registered after the line that wait_running saw was written.
        self.client = t.Telemetry(self.running.prefix)
        t.wait_for(lambda: "/leat/feed" in self.client.ask("/"), "leat's commands")
        return self

    def __exit__(self, kind, *_):
        self.client.socket.close()
        if kind is None:
            self.running.signal(signal.SIGTERM)
            ended = self.running.finish()
            t.expect(ended.status, 0, str(ended))
            t.check_sums(ended.summary)
        self.running.__exit__()

    def wait_packets(self, number):
        def arrived():
            info = self.client.ask("/leat/info")
            return info["packets_in"] >= number and info["packets_settled"] == info["packets_in"]

        t.wait_for(arrived, f"{number} packets")


def check_numbers(value, path=""):
    """Counters are numbers, below what a counter can be."""
    texts = {"name", "device", "driver", "class", "help", "protocol", "version", "dpdk", "config"}
    if isinstance(value, dict):
        for key, inner in value.items():
            check_numbers(inner, f"{path}/{key}")
    elif path.endswith("/calls"):
        assert all(isinstance(call, str) for call in value), f"{path}: {value!r} are no texts"
    elif path.rsplit("/", 1)[-1] in texts:
        assert isinstance(value, str), f"{path}: {value!r} is no text"
    else:
        assert isinstance(value, int) and 0 <= value < 2**63, f"{path}: {value!r} is no number"


# The lists


def test_info_tells_of_this_run():
    config = t.config_file(small())
    with Served(config) as served:
        served.wait_packets(N_FRAMES)
        info = served.client.ask("/leat/info")
        check_numbers(info)
        t.expect(info["pid"], served.running.process.pid)
        t.expect(info["config"], str(config))
        t.expect(info["packets_in"], N_FRAMES)
        first = info["uptime_ns"]
        t.wait_for(lambda: served.client.ask("/leat/info")["uptime_ns"] > first, "time to go on")


def test_fates_are_all_there_and_sum_to_the_settled_packets():
    with Served(small()) as served:
        served.wait_packets(N_FRAMES)
        rows = served.client.rows("/leat/fates")
        t.expect([row["name"] for row in rows], [row[0] for row in FATE_ROWS])
        assert len(rows) > 30, "too few for two pages"
        check_numbers({"rows": dict(enumerate(rows))})
        packets = {row["name"]: row["packets"] for row in rows if row["packets"]}
        t.expect(sum(packets.values()), served.client.ask("/leat/info")["packets_settled"])
        t.expect(packets, {"forward": N_FRAMES * 9 // 10, "ip_bad_checksum": N_FRAMES // 10})


def test_every_fate_has_a_whole_help_text():
    with Served(small()) as served:
        helps = [row["help"] for row in served.client.rows("/leat/fates")]
        t.expect(helps, [row[1] for row in FATE_ROWS])


def test_ports_and_lcores_agree_with_the_traffic():
    with Served(small(placement={"rx": [0], "work": [1], "tx": [0]})) as served:
        served.wait_packets(N_FRAMES)
        ports = {row["name"]: row for row in served.client.rows("/leat/ports")}
        lcores = served.client.rows("/leat/lcores")
        check_numbers(ports)
        check_numbers(dict(enumerate(lcores)))
        t.expect(list(ports), ["left", "right"])
        t.expect(ports["left"]["rx_packets"], N_FRAMES)
        t.expect(ports["right"]["tx_packets"], N_FRAMES * 9 // 10)
        t.expect(ports["left"]["driver"], "net_pcap")
        t.expect([(row["rx"], row["work"], row["tx"]) for row in lcores], [(1, 0, 1), (0, 1, 0)])
        t.expect(sum(row["received"] for row in lcores), N_FRAMES)
        t.expect(sum(row["settled"] for row in lcores), N_FRAMES)
        for row in lcores:
            assert row["rounds"] >= row["busy_rounds"] > 0, row


def test_plan_says_what_check_says():
    config = t.config_file(small(placement={"rx": [0], "work": [0, 1], "tx": [1]}))
    checked = t.leat(config, "--check")
    with Served(config) as served:
        for row in served.client.rows("/leat/plan"):
            line = f"lcore {row['lcore']}: {' '.join(row['calls'])}"
            assert line in checked.out, f"{line!r} is not in\n{checked.out}"


def test_feeds_and_one_feed():
    with Served(small()) as served:
        served.wait_packets(N_FRAMES)
        rows = served.client.rows("/leat/feeds")
        t.expect([row["name"] for row in rows], ["nasdaq"])
        feed = served.client.ask("/leat/feed,nasdaq")
        check_numbers(feed)
        t.expect(len(feed["messages_by_type"]), 23)
        t.expect([line["name"] for line in feed["lines"].values()], ["a"])
        t.expect({key: feed[key] for key in rows[0]}, rows[0])


# Many rows


def test_many_ports_and_feeds_come_in_pages():
    with Served(large()) as served:
        client = served.client
        for command in COMMANDS[1:]:
            check_numbers(dict(enumerate(client.rows(f"/leat/{command}"))))
        names = [row["name"] for row in client.rows("/leat/ports")]
        t.expect(names, [f"{LONG_NAME}{i:02}" for i in range(N_PORTS)])
        feeds = client.rows("/leat/feeds")
        t.expect([row["name"] for row in feeds], [f"{LONG_NAME[:-1]}{i:03}" for i in range(N_FEEDS)])
        for row in feeds[:: N_FEEDS // 10]:
            feed = client.ask(f"/leat/feed,{row['name']}")
            t.expect(feed["name"], row["name"])
            t.expect(len(feed["messages_by_type"]), 23)
            t.expect(len(feed["lines"]), 8, "lines")


def test_a_plan_of_many_ports_is_whole():
    config = t.config_file(large())
    checked = t.leat(config, "--check").out
    with Served(config) as served:
        calls = served.client.rows("/leat/plan")[0]["calls"]
    for i in range(N_PORTS):
        port = f"rx {LONG_NAME}{i:02}.0"
        assert port in checked, f"--check has no {port}"
        assert port in calls, f"{port} is missing in {calls}"


def test_long_device_strings_are_whole_or_visibly_cut():
    """The library holds 127 characters of a text in a dictionary."""
    for length in (50, 100, 200):
        file = t.scratch.path("f" * length)
        file.write_bytes(t.pcap_bytes([]))
        wanted = f"net_pcap0,rx_pcap={file}"
        with Served({"ports": {"in": {"device": wanted}}}) as served:
            device = served.client.rows("/leat/ports")[0]["device"]
        if len(wanted) <= 127:
            t.expect(device, wanted)
        else:
            assert device.endswith("...") and wanted.startswith(device[:-3]), device
            assert len(device) > 100, device


def test_device_strings_with_json_s_own_characters():
    file = t.scratch.path('quote"back\\slash.pcap')
    file.write_bytes(t.pcap_bytes([]))
    config = {"ports": {"in": {"device": f"net_pcap0,rx_pcap={file}"}}}
    with Served(config) as served:
        device = served.client.rows("/leat/ports")[0]["device"]
    t.expect(device, config["ports"]["in"]["device"])


# What clients send


def test_bad_parameters_do_no_harm():
    with Served(small()) as served:
        served.wait_packets(N_FRAMES)
        for command in (*COMMANDS, "feed"):
            for parameter in BAD_PARAMETERS:
                answer = served.client.raw(f"/leat/{command},{parameter}")
                assert isinstance(json.loads(answer), dict), answer
        for bad in ("-1", "abc"):
            t.expect(served.client.ask(f"/leat/fates,{bad}"), None, f"/leat/fates,{bad}")
        t.expect(served.client.ask("/leat/feed,unknown"), None)
        t.expect(served.client.ask("/leat/feed"), None)
        # Behind the end: an empty page that says so.
        page = served.client.ask("/leat/fates,1000")
        t.expect((page["rows"], page["next"]), ({}, 0))
        t.expect(served.client.ask("/leat/info")["packets_in"], N_FRAMES)


def test_offsets_within_a_page():
    with Served(small()) as served:
        names = [row["name"] for row in served.client.rows("/leat/fates")]
        for offset in (1, len(names) // 2, len(names) - 1):
            page = served.client.ask(f"/leat/fates,{offset}")
            t.expect(page["rows"][str(offset)]["name"], names[offset])


def test_unknown_commands_and_noise():
    with Served(small()) as served:
        for command in ("/leat/none", "/leat", "/leat/", "x", "/", b"\x00\x01\x02", b"\xff" * 1000):
            served.client.raw(command)
        t.expect(served.client.ask("/leat/info")["pid"], served.running.process.pid)


def test_clients_that_leave_in_the_middle():
    with Served(small()) as served:
        for _ in range(100):
            with t.Telemetry(served.running.prefix) as hasty:
                hasty.socket.send(b"/leat/fates")
        t.expect(served.client.ask("/leat/info")["pid"], served.running.process.pid)


# While packets flow


def reading_while_packets_flow(placement):
    """
    Ten times a second and more: every answer whole, every counter never falling. One client at a time: DPDK 22.11
    splits commands with strtok, so that clients at once may get each other's parameters.
    """
    config = small(extra=",infinite_rx=1", placement=placement)
    with Served(config) as served:
        readings, last = 0, 0
        end = time.monotonic() + 2
        while time.monotonic() < end:
            for command in COMMANDS[1:]:
                served.client.rows(f"/leat/{command}")
            info = served.client.ask("/leat/info")
            assert info["packets_in"] >= last, "packets_in has fallen"
            last = info["packets_in"]
            readings += 1
        assert last > 0, "no packets"
        print(f"# {readings} readings of everything in 2 s")
        assert readings >= 20, f"{readings} readings: fewer than 10 Hz"


def test_several_clients_at_once_that_ask_without_parameters():
    with Served(small(extra=",infinite_rx=1")) as served:
        faults = []

        def read():
            try:
                with t.Telemetry(served.running.prefix) as client:
                    for _ in range(200):
                        check_numbers(client.ask("/leat/info"))
                        check_numbers(client.ask("/leat/ports")["rows"])
            except Exception as error:  # told by the main thread
                faults.append(error)

        threads = [threading.Thread(target=read) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults, faults


def test_reading_while_leat_ends():
    for _ in range(5):
        with t.Leat(small(extra=",infinite_rx=1")) as running:
            running.wait_running()
            with t.Telemetry(running.prefix) as client:
                t.wait_for(lambda client=client: "/leat/feed" in client.ask("/"), "leat's commands")
                running.signal(signal.SIGTERM)
                try:
                    while client.raw("/leat/ports"):
                        pass
                except OSError:
                    pass
            ended = running.finish()
            t.expect(ended.status, 0, str(ended))
            t.check_sums(ended.summary)


# Debian's client


def test_dpdk_telemetry_py():
    tool = shutil.which("dpdk-telemetry.py") or shutil.which("dpdk-telemetry")
    if tool is None:
        raise t.Skip("no dpdk-telemetry.py: Debian's dpdk package is not installed")
    commands = [f"/leat/{command}" for command in COMMANDS] + ["/leat/feed,nasdaq", "/leat/fates,24"]
    with Served(small()) as served:
        served.wait_packets(N_FRAMES)
        result = subprocess.run(
            [tool, "-f", served.running.prefix],
            input="".join(f"{command}\n" for command in [*commands, "quit"]),
            capture_output=True, text=True, timeout=t.BOUND_S, check=False,
        )
        t.expect((result.returncode, result.stderr), (0, ""))
        for command in commands:
            assert f'"{command.split(",")[0]}"' in result.stdout, f"{command}: {result.stdout[:2000]}"
        assert f'"packets_in": {N_FRAMES}' in result.stdout, result.stdout[:2000]


def in_placements():
    for placement in (t.ONE_LCORE, {"rx": [0], "work": [0, 1], "tx": [1]}):
        name = f"reading_while_packets_flow {t.placement_name(placement)}"
        yield name, lambda placement=placement: reading_while_packets_flow(placement)


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(in_placements())))
