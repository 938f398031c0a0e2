#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Services between real hosts: leat is a bump in the wire, and counts each message of conversations over lossy lines."""

import random
import socket
import sys
import threading

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab
import test_services as offline

V4, V6, RED, FAR, SERVICE = lab.V4, lab.V6, lab.RED, lab.FAR, lab.SERVICE
CLIENT = ("10.99.0.51", "fd99::51")  # behind the lossy line
N_ORDERS = 400
PATIENCE_S = 60
TCP = 6


def order(i):
    return offline.fix("D", i, (11, f"order{i}"), (55, "LEAT"), (58, "x" * (1 + i * 37 % 900)))


def report(i):
    return offline.fix("8", i, (37, i), (39, 0), (58, "y" * (1 + i * 53 % 1700)))


def config(placement=t.ONE_LCORE, tenants=None, **rest):
    services = {"orders": {"protocol": "fix", "port": "lan", "dport": SERVICE}}
    # Longer than TCP waits before it sends again, several times, and more than it sends meanwhile.
    streams = {"wait": "60s", "segments_of_stream": 4096}
    made = lab.config(tenants, placement, services=services, streams=streams, **rest)
    if tenants is None:
        del made["tenants"]
    return made


# A line that loses, turns round and doubles


class LossyWire:
    """What is sent into it comes out late, twice or never, if it is TCP."""

    def __init__(self, wire, seed):
        self.wire, self.socket, self.seeds = wire, wire.socket, random.Random(seed)
        self.late, self.lost = [], 0

    def look(self):
        return self.wire.look()

    def send(self, frame):
        chance = self.seeds.random() if is_tcp(frame) else 1
        if chance < 0.04:
            self.lost += 1
        elif chance < 0.12:
            self.late.append(frame)
        else:
            self.wire.send(frame)
            if chance < 0.16:
                self.wire.send(frame)
            late, self.late = self.late, []
            for one in reversed(late):
                self.wire.send(one)


def is_tcp(frame):
    kind = frame[12:14]
    return (kind == b"\x08\x00" and frame[23] == TCP) or (kind == b"\x86\xdd" and frame[20] == TCP)


def line_make(net, seed):
    """client -- a -- leat: the middle one is this process."""
    net.namespace_make("client")
    net.link_make("client", "a", names=("eth", "client"))
    net.address("client", "eth", CLIENT)
    wires = [LossyWire(net.wire("a", *device, wanted=lab.everything), seed) for device in ((), ("client",))]
    line = lab.Trunk(wires[0], {wires[1]: ()})
    net.closing.callback(line.end)
    line.start()
    return wires


# Conversations


def pieces_send(peer, data, seeds):
    """In pieces that have nothing to do with messages; each leaves at once."""
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data:
        n = seeds.randint(1, 2000)
        peer.sendall(data[:n])
        data = data[n:]


def receive_all(peer, n):
    got = b""
    while len(got) < n and (data := peer.recv(65536)):
        got += data
    return got


def converse(near, far, seed):
    """Orders one way, reports the other, at the same time."""
    orders, reports = (b"".join(make(i) for i in range(N_ORDERS)) for make in (order, report))
    senders = [
        threading.Thread(target=pieces_send, args=(peer, data, random.Random(seed)), daemon=True)
        for peer, data in ((near, orders), (far, reports))
    ]
    got = {}
    readers = [
        threading.Thread(target=lambda p=peer, d=data: got.update({p: receive_all(p, len(d)) == d}), daemon=True)
        for peer, data in ((far, orders), (near, reports))
    ]
    for thread in (*senders, *readers):
        thread.start()
    for thread in (*senders, *readers):
        thread.join(PATIENCE_S)
    t.expect(sorted(got.values()), [True, True], "all bytes have come, both ways")
    for peer in (near, far):
        peer.close()


def pair(net, server, which, source, target):
    near = net.tcp_connect(which, source, target, SERVICE, bound_s=PATIENCE_S)
    server.settimeout(PATIENCE_S)
    far, _ = server.accept()
    for peer in (near, far):
        peer.settimeout(PATIENCE_S)
    return near, far


def one(leat):
    return leat.rows("/leat/services")[0]


def check(summary, connections, orders, reports):
    got = summary["services"]["orders"]
    for key, wanted in (("connections", connections), ("losses", 0), ("lost_bytes", 0), ("malformed", {})):
        t.expect(got[key], wanted, key)
    t.expect(got["requests_by_type"], {"D": orders}, "orders")
    t.expect(got["by_type"], {"8": reports}, "reports")


def running(net, what):
    return net.closing.enter_context(lab.x.Running(net, what))


def conversation_is_read(placement, version):
    with lab.Lab() as net:
        leat = running(net, config(placement))
        server = net.tcp_server("b", FAR[version], SERVICE)
        converse(*pair(net, server, "a", RED[version], FAR[version]), seed=version)
        check(leat.end(), 1, N_ORDERS, N_ORDERS)


def lossy_conversation_is_read(placement, version):
    with lab.Lab() as net:
        leat = running(net, config(placement))
        wires = line_make(net, seed=version)
        server = net.tcp_server("b", FAR[version], SERVICE)
        converse(*pair(net, server, "client", CLIENT[version], FAR[version]), seed=version)
        assert all(wire.lost for wire in wires), "nothing was lost"
        with leat.telemetry() as telemetry:
            streams = telemetry.ask("/leat/streams")
        assert streams["held_segments"] > 0 and streams["duplicate_bytes"] > 0, streams
        summary = leat.end()
        check(summary, 1, N_ORDERS, N_ORDERS)


def test_tenants_come_and_go_under_a_connection():
    """Few slots, so that tenants get each other's; the same addresses are now here, now there in the tree."""
    red = lab.tenant(pickup=True, streams__max=50)
    trees = [
        {"/a": {}, "/a/b": red},
        {"/c": red, "/d": {}, "/d/e": {}},
        {"/e": {}, "/e/f": {}, "/e/f/g": red},
        {"/g": red},
    ]
    flows = {"tenants": 9}
    with lab.Lab() as net:
        leat = net.leat(config(tenants=trees[0], flows=flows))
        server = net.tcp_server("b", FAR[V4], SERVICE)
        kept = []
        for i in range(24):
            kept.append(pair(net, server, "a", RED[V4], FAR[V4]))
            for near, far in kept:
                near.sendall(order(i))
                receive_all(far, len(order(i)))
            if len(kept) > 5:
                for peer in kept.pop(0):
                    peer.close()
            leat.reload(config(tenants=trees[i % len(trees)], flows=flows))
        n = one(leat)["messages"]
        for peers in kept:
            for peer in peers:
                peer.close()
        leat.wait_for(lambda: one(leat)["open"] == 0, "the end of all connections")
        t.expect(leat.ask("/leat/streams")["streams"]["used"], 0, "streams")
        t.expect(n, sum(min(i + 1, 6) for i in range(24)), "orders")
        # The last acknowledgment of a connection may come when its tenant, and with it the flow, has gone.
        leat.end(flow_no_syn=range(25))


def cases():
    for placement in lab.PLACEMENTS:
        for version, name in ((V4, "IPv4"), (V6, "IPv6")):
            where = f"{name}, {t.placement_name(placement)}"
            yield f"a conversation is read, {where}", lambda p=placement, v=version: conversation_is_read(p, v)
            yield f"a lossy one too, {where}", lambda p=placement, v=version: lossy_conversation_is_read(p, v)


if __name__ == "__main__":
    sys.exit(t.main(globals(), list(cases())))
