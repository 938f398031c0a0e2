#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Multicast on AF_XDP ports: leat joins the groups that it claims, by the kernel, and leaves them."""

import signal
import socket
import struct
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import xdp_lab as x

GROUP, OTHER, GROUP_V6, OTHER_V6 = "233.54.12.1", "233.54.12.2", "ff15::12:1", "ff15::12:2"
PORT = 26400
N_DATAGRAMS = 500
IGMP, IGMP_ROUTERS_V3 = 2, "224.0.0.22"


def claim(group, **more):
    return {"proto": "udp", "dst": group, "dport": PORT, **more}


def is_joined(lab, group, device="to_a"):
    """Does the kernel of leat's namespace have the group on this interface?"""
    if ":" in group:
        wanted = t.address(group).hex()
        lines = lab.read("leat", "/proc/net/igmp6").splitlines()
        return any(line.split()[1:3] == [device, wanted] for line in lines)
    wanted, current = t.address(group)[::-1].hex().upper(), None
    for line in lab.read("leat", "/proc/net/igmp").splitlines():
        words = line.split()
        if line[:1].isdigit():
            current = words[1]
        elif current == device and words and words[0] == wanted:
            return True
    return False


def joined(lab, *groups):
    return [is_joined(lab, group) for group in groups]


def group_mac(group):
    address = t.address(group)
    if len(address) == 4:
        return b"\x01\x00\x5e" + bytes([address[1] & 127]) + address[2:]
    return b"\x33\x33" + address[12:]


def mold(sequence):
    """A MoldUDP64 packet with one order delete message."""
    message = b"D" + bytes(18)
    return struct.pack("!10sQHH", b"SESSION001", sequence, 1, len(message)) + message


def datagrams(group, count=N_DATAGRAMS, start=1, port=PORT):
    macs = (x.MAC_HOST_A, group_mac(group))
    src = x.OWN_HOST["a"][x.V6 if ":" in group else x.V4]
    return [x.udp_frame(mold(start + i), dst=group, dport=port, src=src, macs=macs) for i in range(count)]


def igmp_records(frames):
    """(type, group) of the IGMPv3 reports among the frames."""
    records = []
    for frame in frames:
        header = 14 + 4 * (frame[14] & 15)
        if frame[12:14] != b"\x08\x00" or frame[23] != IGMP or frame[header] != 0x22:
            continue
        at = header + 8
        for _ in range(struct.unpack_from("!H", frame, header + 6)[0]):
            kind, aux, sources = struct.unpack_from("!BBH", frame, at)
            records.append((kind, frame[at + 4 : at + 8]))
            at += 8 + 4 * (sources + aux)
    return records


def reports(wire, kinds, group):
    """Waits for an IGMPv3 record of one of the kinds (RFC 3376, section 4.2.12) for the group."""
    seen = []

    def found():
        seen.extend(igmp_records(wire.look()))
        return any(kind in kinds and address == t.address(group) for kind, address in seen)

    t.wait_for(found, f"an IGMP record {kinds} for {group}; seen: {seen}", 15)


JOIN, LEAVE = (2, 4, 5), (3, 6)  # is-exclude, to-exclude, allow; to-include, block


def test_a_feed_is_received_from_join_to_leave():
    lines = {
        name: {"port": "a", "group": group, "dport": PORT} for name, group in (("a", GROUP), ("six", GROUP_V6))
    }
    config = x.alone(claim(GROUP), claim(GROUP_V6), feeds={"nasdaq": {"protocol": "itch50", "lines": lines}})
    with x.Lab() as lab:
        sender, tap = lab.wire("a"), lab.wire("leat", "to_a")
        t.expect(joined(lab, GROUP, GROUP_V6), [False, False], "before")
        leat = lab.leat(config)
        t.wait_for(lambda: joined(lab, GROUP, GROUP_V6) == [True, True], "the groups", 10)
        for group in (GROUP, GROUP_V6):
            for at in range(0, N_DATAGRAMS, x.WINDOW):
                before = leat.port()["rx_packets"]
                window = datagrams(group, min(x.WINDOW, N_DATAGRAMS - at), 1 + at)
                for frame in window:
                    sender.send(frame)
                leat.wait_for(lambda n=before + len(window): leat.port()["rx_packets"] == n, "a window")
        t.expect(tap.look(), [], "claimed at the kernel")
        summary = leat.end()
        feed = summary["feeds"]["nasdaq"]
        t.expect(feed["messages"], 2 * N_DATAGRAMS)
        wanted = {"packets": N_DATAGRAMS, "messages": N_DATAGRAMS}
        t.expect(feed["lines"], {"a": wanted, "six": wanted})
        t.expect(summary["fates"], {"deliver": 2 * N_DATAGRAMS})
        t.expect(joined(lab, GROUP, GROUP_V6), [False, False], "after")
        lab.expect_clean()


def test_the_kernel_reports_and_leaves_on_the_wire():
    with x.Lab() as lab:
        wire = lab.wire("a", wanted=lambda frame: True)
        leat = lab.leat(x.alone(claim(GROUP)))
        reports(wire, JOIN, GROUP)
        leat.end()
        reports(wire, LEAVE, GROUP)


def test_a_reload_joins_and_leaves():
    with x.Lab() as lab:
        wire = lab.wire("a", wanted=lambda frame: True)
        leat = lab.leat(x.config(claim(GROUP), claim(GROUP_V6)))
        everything = (GROUP, OTHER, GROUP_V6, OTHER_V6)
        t.expect(joined(lab, *everything), [True, False, True, False])
        leat.reload(x.config(claim(GROUP), claim(OTHER), claim(OTHER_V6)))
        t.expect(joined(lab, *everything), [True, True, False, True])
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", "to_a")
        for group in (GROUP, OTHER, OTHER_V6):
            frames = datagrams(group, 100)
            t.expect(x.send_through(sender, far, frames), frames, group)
        reports(wire, JOIN, OTHER)
        leat.reload(x.config(claim(OTHER_V6)))
        t.expect(joined(lab, *everything), [False, False, False, True])
        reports(wire, LEAVE, GROUP)
        gone = datagrams(GROUP, 100)
        t.expect(x.send_through(sender, tap, gone), gone, "no longer claimed: the kernel's")
        t.expect(far.look(), [])
        leat.reload(x.config())
        t.expect(joined(lab, *everything), [False] * 4)
        leat.end()


def test_a_bad_reload_leaves_and_joins_nothing():
    with x.Lab() as lab:
        leat = lab.leat(x.config(claim(GROUP)))
        leat.reload_fails(x.config(claim(OTHER), {"dst": "10.0.0.1/8"}), "claims")
        t.expect(joined(lab, GROUP, OTHER), [True, False])
        leat.end()


def test_two_claims_on_a_group_are_one_membership():
    with x.Lab() as lab:
        leat = lab.leat(x.config(claim(GROUP), claim(GROUP, dport=PORT + 1)))
        t.expect(joined(lab, GROUP), [True])
        leat.reload(x.config(claim(GROUP, dport=PORT + 1)))
        t.expect(joined(lab, GROUP), [True], "the other claim holds it")
        leat.reload(x.config())
        t.expect(joined(lab, GROUP), [False])
        leat.end()


def test_a_prefix_of_groups_and_unicast_are_not_joined():
    with x.Lab() as lab:
        leat = lab.leat(x.config({"dst": "233.54.12.0/24", "proto": "udp"}, {"dst": "ff15::/64", "proto": "udp"}))
        t.expect(joined(lab, GROUP, "233.54.12.0", GROUP_V6), [False] * 3)
        sender, far = lab.wire("a"), lab.wire("b")
        frames = datagrams(GROUP, 100) + datagrams(GROUP_V6, 100)
        t.expect(x.send_through(sender, far, frames), frames, "claimed all the same")
        leat.end()


def test_each_port_joins_its_own_groups():
    with x.Lab() as lab:
        leat = lab.leat(x.config(claim(GROUP), claim(OTHER, port="b"), claim(GROUP_V6, port="b")))
        t.expect([is_joined(lab, GROUP, device) for device in ("to_a", "to_b")], [True, False])
        t.expect([is_joined(lab, OTHER, device) for device in ("to_a", "to_b")], [False, True])
        t.expect([is_joined(lab, GROUP_V6, device) for device in ("to_a", "to_b")], [False, True])
        leat.end()


def test_more_groups_than_one_socket_may_join():
    """net.ipv4.igmp_max_memberships is 20 for each socket, by default."""
    groups = [f"233.54.{i // 200}.{1 + i % 200}" for i in range(300)]
    groups_v6 = [f"ff15::{i + 1:x}" for i in range(300)]
    with x.Lab() as lab:
        leat = lab.leat(x.config(*map(claim, groups + groups_v6)))
        missing = [group for group in groups + groups_v6 if not is_joined(lab, group)]
        t.expect((len(missing), missing[:3]), (0, []), "groups that were not joined")
        sender, far = lab.wire("a"), lab.wire("b")
        frames = [frame for group in groups for frame in datagrams(group, 2)]
        t.expect(x.send_through(sender, far, frames), frames)
        leat.end()
        t.expect([group for group in groups + groups_v6 if is_joined(lab, group)], [], "left")


def test_killed_and_started_again_the_group_is_held_once():
    with x.Lab() as lab:
        leat = lab.leat(x.config(claim(GROUP)))
        leat.kill()
        t.expect(joined(lab, GROUP), [False], "the kernel leaves for a dead process")
        leat = lab.leat(x.config(claim(GROUP)))
        t.expect(joined(lab, GROUP), [True])
        leat.process.signal(signal.SIGINT)
        t.expect(leat.process.finish().status, 0)
        t.expect(joined(lab, GROUP), [False])


def test_another_program_s_membership_stays():
    with x.Lab() as lab:
        other = lab.udp_socket("leat", "0.0.0.0", 9999)
        index = lab.link("to_a")["ifindex"]
        request = t.address(GROUP) + bytes(4) + struct.pack("i", index)
        other.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        leat = lab.leat(x.config(claim(GROUP)))
        leat.end()
        t.expect(joined(lab, GROUP), [True])


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(globals()))
