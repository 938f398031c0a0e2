#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Services: TCP connections read along by leat itself: reordered, cut, lost, flooded, limited; forwarded all the same."""

import random
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t

CLIENT, SERVER, OTHER = "10.1.0.5", "198.51.100.7", "203.0.113.9"
CLIENT_V6, SERVER_V6 = "2001:db8:1::5", "2001:db8:2::7"
CPORT, PORT = 40000, 9000
FIN, SYN, RST, ACK = 1, 2, 4, 16
FIX2 = "data/fix/fix2.pcap"


# Messages and packets made by hand


def fix(kind, sequence, *fields):
    body = "".join(f"{tag}={value}\x01" for tag, value in ((35, kind), (34, sequence), *fields))
    message = f"8=FIX.4.4\x019={len(body)}\x01{body}".encode()
    return message + f"10={sum(message) % 256:03}\x01".encode()


def orders(n, first=1):
    return [fix("D", first + i, (11, f"order{first + i}"), (55, "LEAT"), (54, 1), (38, 100)) for i in range(n)]


class Talk:
    """Frames of one connection, both directions, sequence numbers kept."""

    def __init__(self, client=CLIENT, cport=CPORT, server=SERVER, port=PORT, start=(1000, 0xFFFFFF00), tags=()):
        self.ends = [(client, cport), (server, port)]
        self.next = list(start)
        self.tags = tags

    def frame(self, side, payload=b"", flags=ACK, sequence=None, acked=None):
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        a, b = t.address(src), t.address(dst)
        number = self.next[side] if sequence is None else sequence
        segment = bytearray(t.tcp(a, b, sport, dport, payload, number % 2**32))
        segment[8:12] = ((self.next[1 - side] if acked is None else acked) % 2**32).to_bytes(4, "big")
        segment[13], segment[16:18] = flags, b"\0\0"
        segment = t.transport(t.TCP, bytes(segment), 16, a, b)
        if ":" in src:
            return t.ethernet(0x86DD, t.ipv6(a, b, t.TCP, segment), self.tags)
        return t.ethernet(0x0800, t.ipv4(a, b, t.TCP, segment), self.tags)

    def say(self, side, payload=b"", flags=ACK):
        frame = self.frame(side, payload, flags)
        self.next[side] += len(payload) + bool(flags & (SYN | FIN))
        return frame

    def open(self):
        return [self.say(0, flags=SYN), self.say(1, flags=SYN | ACK), self.say(0)]

    def close(self):
        return [self.say(0, flags=FIN | ACK), self.say(1, flags=FIN | ACK), self.say(0)]


# Running


def service(**keys):
    return {"protocol": "fix", "dport": PORT, **keys}


def config_of(frames, services, placement=t.ONE_LCORE, **sections):
    ports = {
        "in": t.pcap_port(0, t.pcap_write(frames)),
        "out": t.pcap_port(1, write=t.scratch.new_path(".pcap")),
    }
    return {
        "ports": ports,
        "forward": [{"between": ["in", "out"]}],
        "lcores": t.need_cpus(placement),
        "services": services,
        **sections,
    }


def read(frames, services=None, placement=t.ONE_LCORE, **sections):
    """The summary's services. Whatever is read, each packet goes on."""
    config = config_of(frames, services or {"orders": service()}, placement, **sections)
    summary = t.leat_summary(config, packets=len(frames))
    t.expect(summary["fates"], {"forward": len(frames)}, "every packet is forwarded")
    return summary["services"]


def check(got, **wanted):
    for key, value in wanted.items():
        t.expect(got[key], value, key)


def session(placement=t.ONE_LCORE, **talk):
    talk = Talk(**talk)
    frames = talk.open()
    frames += [talk.say(0, fix("A", 1, (98, 0), (108, 30))), talk.say(1, fix("A", 1, (98, 0), (108, 30)))]
    frames += [talk.say(0, order) for order in orders(20, 2)]
    frames += [talk.say(1, fix("8", 2 + i, (37, i), (39, 0))) for i in range(20)]
    frames += talk.close()
    got = read(frames, placement=placement)["orders"]
    check(got, connections=1, messages=42, losses=0, lost_bytes=0, malformed={})
    check(got, by_type={"A": 1, "8": 20}, requests_by_type={"A": 1, "D": 20}, session_by_type={})


def test_a_session_over_ipv6():
    session(client=CLIENT_V6, server=SERVER_V6)


def test_a_session_behind_vlan_tags():
    session(tags=((0x88A8, 100), (0x8100, 7)))


def test_one_message_in_many_segments():
    talk = Talk()
    stream = b"".join(orders(3))
    frames = talk.open() + [talk.say(0, stream[i : i + 1]) for i in range(len(stream))]
    check(read(frames)["orders"], messages=3, requests_by_type={"D": 3}, losses=0, malformed={})


def test_many_messages_in_one_segment():
    talk = Talk()
    frames = talk.open() + [talk.say(0, b"".join(orders(12)))]
    check(read(frames)["orders"], messages=12, losses=0)


def test_segments_in_any_order_and_twice():
    seeds = random.Random(5)
    talk = Talk()
    frames, data, stream = talk.open(), [], b"".join(orders(60))
    while stream:
        n = seeds.randint(1, 200)
        data.append(talk.say(0, stream[:n]))
        stream = stream[n:]
    data += seeds.sample(data, len(data) // 3)
    for i in range(0, len(data), 8):
        part = data[i : i + 8]
        seeds.shuffle(part)
        frames += part
    check(read(frames)["orders"], messages=60, requests_by_type={"D": 60}, losses=0, lost_bytes=0, malformed={})


def test_the_first_bytes_win():
    talk = Talk()
    frames = talk.open()
    good, other = orders(1)[0], fix("F", 1, (11, "x"))
    start = talk.next[0]
    frames += [talk.say(0, good), talk.frame(0, other, sequence=start), talk.say(0, orders(1, 2)[0])]
    check(read(frames)["orders"], messages=2, requests_by_type={"D": 2}, malformed={})


def test_lost_bytes_are_said_and_reading_goes_on():
    """The server acknowledges what leat has never seen."""
    talk = Talk()
    frames = talk.open() + [talk.say(0, order) for order in orders(3)]
    lost = [talk.say(0, order) for order in orders(2, 4)]
    frames += [talk.say(0, order) for order in orders(3, 6)] + [talk.say(1)] + [talk.say(0, orders(1, 9)[0])]
    got = read(frames)["orders"]
    check(got, messages=7, losses=1, lost_bytes=sum(len(order) for order in orders(2, 4)), malformed={})
    assert len(lost) == 2


def test_a_connection_taken_up_in_the_middle():
    talk = Talk()
    whole = b"".join(orders(5))
    frames = [talk.say(0, whole[30:300]), talk.say(0, whole[300:])]
    got = read(frames)["orders"]
    wanted = whole[30:].count(b"8=FIX")
    check(got, connections=1, messages=wanted, malformed={})


def test_a_garbled_message_is_named_and_the_next_one_read():
    talk = Talk()
    a, bad, c = orders(3)
    frames = talk.open() + [talk.say(0, a + bad.replace(b"LEAT", b"LEAF") + c)]
    check(read(frames)["orders"], messages=2, malformed={"fix_checksum": 1})


def test_a_reset_ends_both_directions():
    talk = Talk()
    frames = talk.open() + [talk.say(0, orders(1)[0]), talk.say(1, flags=RST | ACK)]
    again = Talk(start=(77, 99))
    frames += again.open() + [again.say(0, order) for order in orders(2)]
    check(read(frames)["orders"], connections=2, messages=3, malformed={})


def test_other_ports_and_servers_are_not_read():
    services = {"orders": service(dst=f"{SERVER}/32"), "drops": service(dport="9100-9109", dst="203.0.113.0/24")}
    talks = [Talk(), Talk(port=9001), Talk(server=OTHER), Talk(server=OTHER, port=9105)]
    frames = [frame for talk in talks for frame in talk.open() + [talk.say(0, orders(1)[0])]]
    got = read(frames, services)
    check(got["orders"], connections=1, messages=1)
    check(got["drops"], connections=1, messages=1)


def test_a_flood_of_syns_does_not_blind():
    flood = [Talk(client=f"10.66.{i // 250}.{i % 250}", cport=10000 + i).say(0, flags=SYN) for i in range(3000)]
    before, after = Talk(), Talk(cport=CPORT + 1)
    frames = before.open() + flood[:1500] + after.open() + flood[1500:]
    frames += [talk.say(0, order) for talk in (before, after) for order in orders(3)]
    got = read(frames, streams={"connections": 16})["orders"]
    check(got, messages=6, requests_by_type={"D": 6}, malformed={})


def test_connections_that_are_over_take_no_share():
    tenants = {"/small": {"from": [{"src": "10.1.0.0/16"}], "streams.max": 2}}
    frames = []
    for i in range(40):
        talk = Talk(cport=20000 + i)
        frames += [talk.say(0, flags=SYN), talk.say(0, orders(1)[0]), talk.frame(0, flags=RST)]
    check(read(frames, tenants=tenants)["orders"], connections=40, messages=40, refused=0)


def test_connections_beyond_the_room_are_forwarded_unread():
    talks = [Talk(cport=20000 + i) for i in range(50)]
    frames = [frame for talk in talks for frame in talk.open()]
    frames += [talk.say(0, orders(1)[0]) for talk in talks]
    got = read(frames, streams={"connections": 10})["orders"]
    check(got, connections=10, messages=10)
    assert got["refused"] >= 40, got


def test_more_waiting_segments_than_allowed_are_a_loss():
    talk = Talk()
    frames = talk.open()
    talk.say(0, orders(1)[0])  # never sent
    frames += [talk.say(0, order) for order in orders(40, 2)]
    got = read(frames, streams={"segments": 8, "segments_of_stream": 8})["orders"]
    check(got, messages=40, losses=1, lost_bytes=len(orders(1)[0]))


def test_a_message_too_long_to_put_together():
    talk = Talk()
    long = fix("B", 1, (58, "x" * 3000))
    frames = talk.open() + [talk.say(0, long[:1400]), talk.say(0, long[1400:2800]), talk.say(0, long[2800:])]
    frames.append(talk.say(0, orders(1, 2)[0]))
    got = read(frames, streams={"message_bytes": 1024})["orders"]
    check(got, messages=1, requests_by_type={"D": 1})
    t.expect(sum(got["malformed"].values()) >= 1, True, "the long message is counted")


def test_a_tenant_s_streams_are_its_own():
    tenants = {
        "/greedy": {"from": [{"src": "10.1.0.0/16"}], "streams.max": 3},
        "/other": {"from": [{"src": "10.2.0.0/16"}]},
    }
    greedy = [Talk(client="10.1.0.5", cport=20000 + i) for i in range(30)]
    other = [Talk(client="10.2.0.5", cport=20000 + i) for i in range(20)]
    # The clients' side only: what a server says may not come in on the clients' port.
    frames = [talk.say(0, flags=SYN) for talk in greedy + other]
    frames += [talk.say(0, orders(1)[0]) for talk in greedy + other]
    got = read(frames, tenants=tenants, streams={"connections": 100})["orders"]
    check(got, connections=23, messages=23)


def test_a_real_session():
    """Each packet was captured twice, where it was sent with an IPv4 checksum that was left to the NIC."""
    frames = [with_ipv4_checksum(frame) for frame in t.pcap_read(t.shared(FIX2))]
    got = read(frames, {"orders": service(dport=1024)})["orders"]
    check(got, connections=2, messages=374, malformed={}, losses=0)


def test_telemetry_shows_services_and_streams():
    talk = Talk()
    frames = talk.open() + [talk.say(0, order) for order in orders(5)]
    with t.Leat(config_of(frames, {"orders": service(), "idle": service(dport=1)})).wait_running() as running:
        with t.Telemetry(running.prefix, running.process) as telemetry:
            t.wait_for(lambda: telemetry.rows("/leat/services")[0]["messages"] == 5, "five messages")
            rows = telemetry.rows("/leat/services")
            one = telemetry.ask("/leat/service,orders")
            streams = telemetry.ask("/leat/streams")
        t.expect([row["name"] for row in rows], ["orders", "idle"])
        check(rows[0], protocol="fix", connections=1, open=1, refused=0, malformed=0)
        check(rows[1], connections=0, messages=0)
        t.expect(sum(one["requests_by_type"].values()), 5)
        check(streams, messages=5, starts=2, losses=0)
        check(streams["streams"], used=2)


def with_ipv4_checksum(frame):
    if frame[12:14] != b"\x08\x00":
        return frame
    end = 14 + 4 * (frame[14] & 15)
    header = frame[14:24] + b"\0\0" + frame[26:end]
    return frame[:24] + t.checksum(header).to_bytes(2, "big") + frame[26:]


def refused(sections, *words):
    ended = t.leat({"ports": {"in": t.pcap_port(0, t.pcap_write([]))}, **sections}, "--check")
    t.expect(ended.status, 2, str(ended))
    assert any(all(word in line for word in words) for line in ended.err.splitlines()), ended.err


def test_wrong_services_are_refused():
    refused({"services": {"a": {"protocol": "itch50", "dport": 1}}}, "services.a.protocol", "feed's")
    refused({"services": {"a": {"protocol": "fox", "dport": 1}}}, "no decoder")
    refused({"services": {"a": {"protocol": "fix"}}}, "dport")
    refused({"services": {"a": service(dport="9-8")}}, "services.a.dport", "before")
    refused({"services": {"a": service(dst="10.0.0.1/8")}}, "services.a.dst")
    refused({"services": {"a": service(), "b": service(dport="8999-9001")}}, "services.b", '"a"')
    refused({"services": {"a": service()}, "streams": {"connections": 0}}, "streams.connections")
    refused({"feeds": {"a": {"protocol": "fix", "lines": {}}}}, "feeds.a.protocol", "service's")


def test_the_plan_shows_services_and_their_memory():
    ended = t.leat(config_of([], {"orders": service(dport="9000-9010")}), "--check")
    t.expect(ended.status, 0, str(ended))
    for words in ("orders: fix, TCP ports 9000 to 9010", "4096 connections"):
        assert words in ended.out, ended.out


if __name__ == "__main__":
    sys.exit(
        t.main(
            globals(),
            [
                (f"a session is read whole, {t.placement_name(p)}", lambda p=p: session(p))
                for p in (t.ONE_LCORE, *t.SPLITS)
            ],
        )
    )
