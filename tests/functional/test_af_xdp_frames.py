#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What AF_XDP ports send: every shape of frame that leat can produce today, compared byte by byte at the far end.

net_af_xdp of DPDK 22.11 sends zeros for some of them, without an error (drivers-config/af_xdp.c, tx_offloads).
"""

import random
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import xdp_lab as x

ALL = [{"dst": x.HOST["b"][x.V4]}, {"dst": x.HOST["b"][x.V6]}]
MTU, LONG_MTU = 1500, 3300  # a veth takes XDP up to some 3500
MBUF_ROOM = 2048  # of an mbuf: what is longer comes in several
SPLIT = {"rx": [0], "work": [1], "tx": [0]}
PIECES = {"rx": [0], "work": [0, 1], "tx": [1]}


def check_lengths(sender, far, lengths, tags=()):
    for version in (x.V4, x.V6):
        least = 14 + 4 * len(tags) + (20, 40)[version] + 8
        frames = x.frames_of_lengths([n for n in lengths if n >= least], tags, version)
        got = x.send_through(sender, far, frames)
        t.check_same_flows(got, frames, f"IPv{(4, 6)[version]}, {len(tags)} tags")


def every_length(placement, mtu):
    """A tag is not part of the MTU: the second makes a frame longer than any that may leave."""
    longest = 14 + mtu
    with x.Lab(mtu) as lab:
        ports = {"a": x.port("to_a", mtu=mtu), "b": x.port("to_b", mtu=mtu)}
        leat = lab.leat(x.config(*ALL, ports=ports, lcores=t.need_cpus(placement)))
        sender, far = lab.wire("a"), lab.wire("b")
        step = 1 if mtu == MTU else 7
        check_lengths(sender, far, [*range(60, longest + 1, step), longest])
        check_lengths(sender, far, [*range(60, longest + 5, 3 * step), longest + 4], [(t.VLAN, 100)])
        check_lengths(sender, far, range(60, longest, 5 * step), [(t.QINQ, 7), (t.VLAN, 4094)])
        t.expect(set(leat.end()["fates"]), {"forward"})
        lab.expect_clean()


def every_placement(placement):
    """More lcores than queues, and an lcore for each thing."""
    with x.Lab() as lab:
        leat = lab.leat(x.config(*ALL, {"port": "b", "dst": x.HOST["a"][x.V4]}, lcores=t.need_cpus(placement)))
        a, b = lab.wire("a"), lab.wire("b")
        check_lengths(a, b, range(60, 1515, 5))
        addresses = {"dst": x.HOST["a"][x.V4], "src": x.HOST["b"][x.V4], "macs": (x.MAC_HOST_B, x.MAC_HOST_A)}
        frames = [frame for port in range(50) for frame in x.numbered(20, sport=port, **addresses)]
        t.check_same_flows(x.send_through(b, a, frames), frames, "50 flows back")
        t.expect(set(leat.end()["fates"]), {"forward"})
        lab.expect_clean()


def test_both_directions_at_once():
    with x.Lab() as lab:
        back = [{"port": "b", "dst": address} for address in x.HOST["a"]]
        leat = lab.leat(x.config(*ALL, *back))
        a, b = lab.wire("a"), lab.wire("b")
        forth = x.frames_of_lengths(range(60, 1515), seed=2)
        back = []
        for i, length in enumerate(range(60, 1515)):
            payload = random.Random(i).randbytes(length - 42)
            addresses = {"dst": x.HOST["a"][x.V4], "src": x.HOST["b"][x.V4]}
            back.append(x.udp_frame(payload, macs=(x.MAC_HOST_B, x.MAC_HOST_A), **addresses, pad=False))
        got_a, got_b = [], []
        for at in range(0, len(forth), 32):
            for one, other in zip(forth[at : at + 32], back[at : at + 32]):
                a.send(one)
                b.send(other)
            got_b += b.wait(len(forth[at : at + 32]))
            got_a += a.wait(len(back[at : at + 32]))
        t.check_same_flows(got_b, forth, "towards b")
        t.check_same_flows(got_a, back, "towards a")
        leat.end()


def test_bytes_that_leat_must_not_look_at():
    """The same buffers again and again, with other bytes each time: nothing of an earlier frame comes along."""
    with x.Lab() as lab:
        leat = lab.leat(x.config(*ALL))
        sender, far = lab.wire("a"), lab.wire("b")
        choose = random.Random(9)
        lengths = [choose.choice((60, 61, 1514, choose.randrange(60, 1515))) for _ in range(10000)]
        frames = x.frames_of_lengths(lengths, seed=5)
        t.check_same_flows(x.send_through(sender, far, frames), frames, "10,000 frames")
        leat.end()


# From captures: one mbuf, and chains of them


def from_capture(frames, mtu, placement=t.ONE_LCORE, refused=0, device_mtu=None):
    """leat plays a capture out of an AF_XDP port; what does not fit ends as tx_refused."""
    with x.Lab(mtu) as lab:
        ports = {
            # Slow enough for a veth, which drops what its 256 places do not hold.
            "file": t.pcap_port(0, t.pcap_write(frames), pace=5000),
            "b": x.port("to_b", **({"mtu": device_mtu} if device_mtu else {})),
        }
        far = lab.wire("b")
        config = x.config(ports=ports, pair=("file", "b"), lcores=t.need_cpus(placement))
        leat = lab.leat(config)
        leat.wait_for(lambda: leat.settled() == len(frames), "the frames' fates", 60)
        got = far.wait(len(frames) - refused)
        far.check_whole()
        program = lab.program_id("to_b")
        assert program, "a port without claims has a program all the same"
        fates = leat.end()["fates"]
        lab.expect_clean()
        return got, fates


def both_versions(lengths, tags=()):
    return [
        frame for version in (x.V4, x.V6) for frame in x.frames_of_lengths(lengths, tags, version)
    ]


def capture_of_short_frames(placement):
    frames = both_versions(range(66, 14 + MTU + 1, 9)) + both_versions(range(70, 18 + MTU + 1, 31), [(t.VLAN, 100)])
    got, fates = from_capture(frames, MTU, placement)
    t.check_same_flows(got, frames, "from a capture")
    t.expect(fates, {"forward": len(frames)})


def capture_of_chains(placement):
    """Frames longer than an mbuf, into a port that sends single segments only."""
    lengths = [*range(MBUF_ROOM - 200, MBUF_ROOM + 200, 3), *range(1400, 14 + LONG_MTU + 1, 97), 14 + LONG_MTU]
    frames = both_versions(lengths) + both_versions([18 + LONG_MTU, 3000], [(t.VLAN, 7)])
    got, fates = from_capture(frames, LONG_MTU, placement, device_mtu=LONG_MTU)
    t.check_same_flows(got, frames, "chains")
    t.expect(fates, {"forward": len(frames)})


def test_the_interface_s_own_mtu_counts_where_the_config_names_none():
    frames = both_versions([60 + 6, 1514, 2000, 2500, 3000, 14 + LONG_MTU])
    got, fates = from_capture(frames, LONG_MTU)
    t.check_same_flows(got, frames, "chains")
    t.expect(fates, {"forward": len(frames)})


def test_an_interface_with_a_smaller_mtu_refuses_what_it_cannot_send():
    """Its own MTU, not the 1500 that DPDK assumes: what cannot leave is not called forwarded."""
    frames = x.frames_of_lengths([60, 1314, 1314 + 5, 1400, 1514] * 10)
    fit = [frame for frame in frames if len(frame) <= 1314]
    got, fates = from_capture(frames, 1300, refused=len(frames) - len(fit))
    t.check_same_flows(got, fit, "MTU 1300")
    t.expect(fates, {"forward": len(fit), "tx_refused": len(frames) - len(fit)})


def test_frames_that_are_too_long_are_refused_and_the_others_arrive():
    for mtu in (MTU, LONG_MTU):
        short = x.frames_of_lengths([60, 200, 14 + mtu, 61, 1000] * 20)
        long = x.frames_of_lengths([14 + mtu + n for n in (5, 100, 2000, 7500)] * 5)
        mixed = short + long
        random.Random(4).shuffle(mixed)
        got, fates = from_capture(mixed, mtu, refused=len(long), device_mtu=mtu)
        t.check_same_flows(got, [frame for frame in mixed if len(frame) <= 14 + mtu], f"MTU {mtu}")
        t.expect(fates, {"forward": len(short), "tx_refused": len(long)})


def test_a_long_frame_from_a_port_with_a_longer_mtu_is_refused():
    """What comes in on the wide side and fits not the narrow one."""
    with x.Lab(LONG_MTU) as lab:
        for which, device in (("b", "eth"), ("leat", "to_b")):
            lab.ip(which, "link set", device, "mtu", MTU)
        ports = {"a": x.port("to_a", mtu=LONG_MTU), "b": x.port("to_b", mtu=MTU)}
        leat = lab.leat(x.config(*ALL, ports=ports))
        sender, far = lab.wire("a"), lab.wire("b")
        frames = x.frames_of_lengths([100, 2000, 1514, 1600, 3000, 60] * 20)
        fit = [frame for frame in frames if len(frame) <= 14 + MTU]
        for at in range(0, len(frames), 60):
            for frame in frames[at : at + 60]:
                sender.send(frame)
            leat.wait_for(lambda wanted=at + 60: leat.port()["rx_packets"] == wanted, "the frames")
        t.check_same_flows(far.wait(len(fit)), fit, "those that fit")
        t.expect(leat.end()["fates"], {"forward": len(fit), "tx_refused": len(frames) - len(fit)})


def test_the_mtu_is_the_old_one_afterwards():
    """On exit the interface is left as it was found."""
    with x.Lab(LONG_MTU) as lab:
        leat = lab.leat(x.config(*ALL, ports={"a": x.port("to_a", mtu=1400), "b": x.port("to_b")}))
        t.expect(lab.link("to_a")["mtu"], 1400)
        leat.end()
        t.expect(lab.link("to_a")["mtu"], LONG_MTU)
        lab.expect_clean()


def cases():
    for placement in (t.ONE_LCORE, SPLIT, PIECES):
        name = t.placement_name(placement)
        for test in (capture_of_short_frames, capture_of_chains):
            yield f"{test.__name__} {name}", lambda p=placement, test=test: test(p)
    for placement in t.SPLITS:
        yield f"every_placement {t.placement_name(placement)}", lambda p=placement: every_placement(p)
    for placement, mtu in ((t.ONE_LCORE, MTU), (PIECES, MTU), (t.ONE_LCORE, LONG_MTU)):
        name = f"every_length_up_to_{mtu} {t.placement_name(placement)}"
        yield name, lambda p=placement, mtu=mtu: every_length(p, mtu)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(globals(), [*cases()]))
