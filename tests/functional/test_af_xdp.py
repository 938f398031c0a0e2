#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""AF_XDP ports: leat takes what it claims of an interface, the kernel keeps the rest, and each outlives the other."""

import hashlib
import http.client
import os
import random
import shutil
import signal
import sys
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import test_netns as netns
import xdp_lab as x

FEED = {"proto": "udp", "dst": x.KERNEL["a"][x.V4], "dport": "26400-26499"}
BETWEEN = [
    {"port": port, "dst": network} for port in ("a", "b") for network in ("10.99.0.0/24", "fd99::/64")
]
FILE_BYTES = (256 if t.LONG else 64) << 20
HTTP_PORT = 8080
SOON_S = 15

# Fetches URL parts ADDRESS, PORT, PATH and says how much came and its SHA-256.
HTTP_FETCH = """
import hashlib, http.client, sys
peer = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=60)
peer.request("GET", sys.argv[3])
answer = peer.getresponse()
digest, size = hashlib.sha256(), 0
while data := answer.read(1 << 20):
    digest.update(data)
    size += len(data)
print(answer.status, size, digest.hexdigest())
"""
HTTP_SERVE = """
import http.server, socket, sys, functools
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6  # and IPv4, on Linux
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
Server(("::", int(sys.argv[1])), functools.partial(Quiet, directory=sys.argv[2])).serve_forever()
"""
NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
	access_log off;
	client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
	uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
	server {{ listen {port}; listen [::]:{port}; root {folder}; }}
}}
"""


# The claimed and the kernel's, at once


def test_claimed_udp_to_the_last_packet_while_tcp_and_ping_work():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        far, tap = lab.wire("b"), lab.wire("leat", "to_a")
        sender = lab.wire("a")
        data = os.urandom(netns.TRANSFER_BYTES)
        file = t.scratch.new_path(".bin")
        file.write_bytes(data)
        sink = lab.script("leat", netns.TCP_SINK, x.KERNEL["a"][x.V4], 5001)
        netns.wait_ready(sink)
        services = [
            lab.script("a", netns.TCP_SOURCE, x.KERNEL["a"][x.V4], 5001, file),
            lab.script("a", netns.PING, x.KERNEL["a"][x.V4], 200, 10),
            lab.script("a", netns.PING, x.KERNEL["a"][x.V6], 200, 10),
        ]
        sent = 0
        deadline = time.monotonic() + t.BOUND_S
        while sent < 5000 or any(service.poll() is None for service in services):
            assert time.monotonic() < deadline, "TCP or ping does not end"
            frames = x.numbered(x.WINDOW, sent, dport=26400 + sent % 100)
            t.expect(x.send_through(sender, far, frames), frames, f"after {sent} datagrams")
            sent += len(frames)
        for service in services:
            netns.end(service)
        size, digest = netns.end(sink).split()
        t.expect((int(size), digest), (len(data), hashlib.sha256(data).hexdigest()), "the TCP service")
        # A tap sees the kernel's TCP, and must see nothing else but that.
        t.expect([f for f in tap.look() if f[23] == t.UDP], [], "claimed at the kernel")
        counters = leat.claims()
        t.expect(counters["claimed"], sent, "claimed")
        t.expect(counters["no_socket"], 0, "no_socket")
        assert counters["passed"] > 1000, counters
        summary = leat.end()
        t.expect(summary["fates"], {"forward": sent})
        lab.expect_clean()
        print(f"# {sent} datagrams beside {len(data)} bytes over TCP and 400 pings")


def test_without_claims_everything_is_the_kernel_s():
    with x.Lab() as lab, lab.leat(x.config()) as leat:
        tap, sender = lab.wire("leat", "to_a"), lab.wire("a")
        frames = x.numbered(200)
        t.expect(x.send_through(sender, tap, frames), frames)
        lab.ping("a", x.KERNEL["a"][x.V4])
        lab.ping("b", x.KERNEL["b"][x.V6])
        t.expect(leat.claims()["claimed"], 0)
        t.expect(leat.end()["packets_in"], 0)
        lab.expect_clean()


# A file


def http_server(lab, folder):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        print("# nginx is not installed: Python's http.server instead")
        return lab.script("b", HTTP_SERVE, HTTP_PORT, folder)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, port=HTTP_PORT))
    return lab.start("b", nginx, "-c", file, "-p", folder)


def http_answers(lab, server):
    if server.poll() is not None:
        raise AssertionError(f"the HTTP server ended: {server.stderr.read()}")
    with lab.within("b"):
        peer = http.client.HTTPConnection("127.0.0.1", HTTP_PORT, timeout=5)
        try:
            peer.connect()
        except OSError:
            return False
        peer.close()
        return True


def test_a_file_over_http_between_two_hosts_is_whole():
    folder = t.scratch.new_path(".www")
    folder.mkdir()
    folder.chmod(0o755)
    t.scratch.folder and os.chmod(t.scratch.folder, 0o755)  # for nginx's worker, should it not be root
    block = random.Random(1).randbytes(1 << 20)
    digest = hashlib.sha256()
    with open(folder / "file", "wb") as file:
        for number in range(FILE_BYTES >> 20):
            piece = number.to_bytes(8, "big") + block[8:]
            file.write(piece)
            digest.update(piece)
    wanted = f"200 {FILE_BYTES} {digest.hexdigest()}\n"
    with x.Lab() as lab, lab.leat(x.config(*BETWEEN)) as leat:
        server = http_server(lab, folder)
        t.wait_for(lambda: http_answers(lab, server), "the HTTP server", 20)
        taps = lab.wire("leat", "to_a"), lab.wire("leat", "to_b")
        for address in x.HOST["b"]:
            start = time.monotonic()
            client = lab.script("a", HTTP_FETCH, address, HTTP_PORT, "/file")
            out, err = client.communicate(timeout=120)
            t.expect((out, err), (wanted, ""), address)
            seconds = time.monotonic() - start
            print(f"# {address}: {FILE_BYTES >> 20} MiB in {seconds:.1f} s, {FILE_BYTES * 8 / seconds / 1e6:.0f} Mbit/s")
        for tap in taps:
            t.expect(tap.look(), [], "claimed at the kernel")
        summary = leat.end()
        overload = {"work_ring_full", "tx_ring_full", "tx_queue_full", "tx_refused"}
        t.expect(set(summary["fates"]) - overload, {"forward"}, str(summary["fates"]))
        assert summary["ports"]["b"]["rx_bytes"] > 2 * FILE_BYTES, summary["ports"]
        lab.expect_clean()
    shutil.rmtree(folder)


# Leat dies


def check_flows(lab, sender, far, start):
    frames = x.numbered(500, start)
    t.expect(x.send_through(sender, far, frames), frames, "through leat")


def test_killed_in_traffic_and_started_again_at_once():
    with x.Lab() as lab:
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", "to_a")
        leat = lab.leat(x.config(FEED))
        prefix = leat.prefix
        for turn in range(3):
            check_flows(lab, sender, far, 1000 * turn)
            program = lab.program_id("to_a")
            for frame in x.numbered(100, 10000):  # under way while it dies
                sender.send(frame)
            leat.process.signal(signal.SIGKILL)
            again = t.Leat(leat.file, before=lab.inside("leat"), prefix=prefix)
            t.expect(leat.process.process.wait(SOON_S), -signal.SIGKILL)
            for frame in x.numbered(100, 11000):
                sender.send(frame)
            leat.process = again
            again.wait_running()
            assert lab.program_id("to_a") not in (None, program), "the program is not a new one"
            far.look(), tap.look()
        check_flows(lab, sender, far, 5000)
        t.expect(leat.claims()["claimed"] >= 500, True)
        t.expect(lab.program_id("to_a"), leat.claims()["program_id"])
        leat.end()
        lab.expect_clean()


def test_a_dead_leat_s_claims_go_to_the_kernel():
    """With nobody at the socket, the host answers for itself: also where the claim took its management traffic."""
    everything = {"dst": "0.0.0.0/0", "allow_management": True}
    with x.Lab() as lab:
        leat = lab.leat(x.config(everything))
        leat.kill()
        assert lab.program_id("to_a"), "the program went with the process"
        lab.ping("a", x.KERNEL["a"][x.V4])
        with lab.leat(x.config(FEED)) as again:  # another config
            lab.ping("a", x.KERNEL["a"][x.V4])
            again.end()
        lab.expect_clean()


def test_killed_while_it_starts():
    choose = random.Random(3)
    with x.Lab() as lab:
        config = t.config_file(x.config(FEED))
        for _ in range(6):
            with t.Leat(config, before=lab.inside("leat")) as young:
                try:
                    young.process.wait(choose.uniform(0.05, 0.6))
                except Exception:  # pylint: disable=broad-exception-caught
                    pass
        sender, far = lab.wire("a"), lab.wire("b")
        leat = lab.leat(x.config(FEED))
        check_flows(lab, sender, far, 0)
        leat.end()
        lab.expect_clean()


# Other programs


def test_a_foreign_program_stays_and_runs():
    for device, other in (("to_a", "to_b"), ("to_b", "to_a")):
        with x.Lab() as lab:
            program = x.foreign_attach(lab, device)
            sender = lab.wire(device[-1])
            tap = lab.wire("leat", device)
            before = x.foreign_hits(program)
            lab.leat_fails(x.config(FEED), 1, device, x.FOREIGN_NAME, rf"\b{program}\b")
            t.expect(lab.program_id(device), program)
            lab.expect_clean(other)
            frames = x.numbered(100)
            t.expect(x.send_through(sender, tap, frames), frames)
            assert x.foreign_hits(program) >= before + 100, "the foreign program does not run"


def test_a_foreign_program_in_generic_mode_stays():
    with x.Lab() as lab:
        lab.ip("leat", "link set dev to_a xdpgeneric obj", x.foreign_object(), "sec xdp")
        program = lab.program_id("to_a")
        assert program, lab.link("to_a")
        lab.leat_fails(x.config(FEED), 1, "to_a", x.FOREIGN_NAME, rf"\b{program}\b")
        t.expect(lab.program_id("to_a"), program)
        lab.expect_clean("to_b")


def test_a_program_that_replaces_leat_s_by_force_outlives_leat():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        lab.ip("leat", "-force link set dev to_a xdp obj", x.foreign_object(), "sec xdp")
        program = lab.program_id("to_a")
        before = x.foreign_hits(program)
        leat.process.signal(signal.SIGTERM)
        leat.process.finish()
        t.expect(lab.program_id("to_a"), program, "somebody else's program after leat's end")
        lab.ping("a", x.KERNEL["a"][x.V4])
        assert x.foreign_hits(program) > before
        lab.expect_clean("to_b")


def taken_away(words):
    """Somebody detaches or replaces leat's program while it runs: leat says so, and reports no attachment that is gone."""
    with x.Lab() as lab:
        if "obj" in words:
            words = f"{words} {x.foreign_object()} sec xdp"
        with t.Leat(x.config(FEED), before=lab.inside("leat")) as leat:
            leat.wait_running()
            log_bytes, program = len(leat.err), lab.program_id("to_a")
            lab.ip("leat", words)
            t.wait_for(lambda: leat.process.poll() is not None, "the end of a leat without its program", 10)
            t.expect(leat.process.poll(), 1)
            assert "to_a" in leat.err[log_bytes:], leat.err
            assert lab.program_id("to_a") != program


def test_a_second_leat_on_an_interface_is_refused():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        program = lab.program_id("to_a")
        lab.leat_fails(x.alone(FEED), 1, "to_a", "leat", rf"\b{leat.process.process.pid}\b")
        t.expect(lab.program_id("to_a"), program)
        check_flows(lab, lab.wire("a"), lab.wire("b"), 0)
        leat.end()
        lab.expect_clean()


# Attachment


def test_native_mode_is_reported():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        program, row = lab.program_id("to_a"), leat.claims()
        assert f"port a: XDP program {program} attached to to_a in native mode" in leat.err, leat.err
        t.expect([row[key] for key in ("port", "interface", "mode", "program_id")], ["a", "to_a", "native", program])
        t.expect(lab.link("to_a")["xdp"]["mode"], 1)  # XDP_ATTACHED_DRV
        leat.end()


def test_generic_mode_is_reported_and_works():
    """A macvlan has no XDP of its own."""
    with x.Lab() as lab:
        made = lab.ip("leat", "link add to_v link to_a address 02:00:00:00:00:05 type macvlan mode private", check=False)
        if made.returncode != 0:
            raise t.Skip(f"no macvlan: {made.stderr}")
        lab.ip("leat", "link set to_v up")
        config = x.config(FEED, ports={"a": x.port("to_v"), "b": x.port("to_b")})
        leat = lab.leat(config)
        program, row = lab.program_id("to_v"), leat.claims()
        assert f"port a: XDP program {program} attached to to_v in generic mode" in leat.err, leat.err
        t.expect((row["mode"], row["program_id"]), ("generic", program))
        macs = (x.MAC_HOST_A, bytes.fromhex("020000000005"))
        sender, far, tap = lab.wire("a"), lab.wire("b"), lab.wire("leat", "to_v")
        mine, other = x.numbered(300, macs=macs), x.numbered(300, macs=macs, dport=99)
        t.expect(x.send_through(sender, far, mine), mine)
        t.expect(x.send_through(sender, tap, other), other)
        leat.end()
        lab.expect_clean("to_v", "to_b")


def test_an_interface_that_does_not_exist():
    with x.Lab() as lab:
        config = x.config(FEED, ports={"a": x.port("nowhere0"), "b": x.port("to_b")})
        lab.leat_fails(config, 1, "port a", "nowhere0")
        lab.expect_clean("to_b")


def test_one_port_that_cannot_be_opened_leaves_the_other_clean():
    with x.Lab() as lab:
        config = x.config(FEED, ports={"a": x.port("to_a"), "b": {"device": "net_af_packet0,iface=nowhere0"}})
        lab.leat_fails(config, 1, "port b", "nowhere0")
        lab.expect_clean()


def test_more_queues_than_the_interface_has():
    with x.Lab() as lab:
        many = {"af_xdp": {"interface": "to_a", "queues": 2}}
        lab.leat_fails(x.config(FEED, ports={"a": many, "b": x.port("to_b")}), 1, "port a", "to_a", "queue")
        lab.expect_clean()


def test_check_touches_no_interface():
    with x.Lab() as lab:
        file = t.config_file(x.config(FEED))
        ended = lab.leat_ends(file, "--check")
        t.expect(ended.status, 0, str(ended))
        lab.expect_clean()
        ended = t.leat(file, "--check")  # on a machine without the interfaces
        t.expect(ended.status, 0, str(ended))


def as_it_is(lab):
    """What leat could change about the interfaces."""
    return [
        [device, *(link[key] for key in ("flags", "mtu", "address", "operstate")), link.get("xdp")]
        for device in ("to_a", "to_b")
        for link in [lab.link(device)]
    ]


def test_the_interface_is_left_as_it_was_found():
    with x.Lab() as lab:
        before = as_it_is(lab)
        lab.leat(x.config(FEED)).end()
        t.expect(as_it_is(lab), before)


def test_the_interface_is_left_as_it_was_found_also_after_a_crash():
    with x.Lab() as lab:
        before = as_it_is(lab)
        lab.leat(x.config(FEED)).kill()
        lab.leat(x.config(FEED)).end()
        t.expect(as_it_is(lab), before)


def test_promiscuous_mode_that_was_on_stays_on():
    with x.Lab() as lab:
        lab.ip("leat", "link set to_a promisc on")
        before = as_it_is(lab)
        lab.leat(x.config(FEED)).end()
        t.expect(as_it_is(lab), before)


# The interface goes away


def links(leat):
    return {name: (leat.port(name)["link_up"], leat.port(name)["link_changes"]) for name in ("a", "b")}


def flap(which, device):
    """Either end of the cable goes down and comes back."""
    with x.Lab() as lab, lab.leat(x.config(FEED, {"port": "b", **FEED})) as leat:
        sender, far = lab.wire("a"), lab.wire("b")
        check_flows(lab, sender, far, 0)
        t.expect([leat.port(name)["link_up"] for name in ("a", "b")], [1, 1])
        name = device[-1] if which == "leat" else which
        changes, log_bytes = leat.port(name)["link_changes"], len(leat.err)
        lab.ip(which, "link set", device, "down")
        leat.wait_for(lambda: leat.port(name)["link_up"] == 0, "the link to be down")
        stale = x.numbered(50, 777) if name == "b" else []  # they may be dropped, or wait for the link
        for frame in stale:
            sender.send(frame)
        lab.ip(which, "link set", device, "up")
        leat.wait_for(lambda: leat.port(name)["link_up"] == 1, "the link to be up")
        assert leat.port(name)["link_changes"] >= changes + 2, leat.port(name)
        said = [line for line in leat.err[log_bytes:].splitlines() if f"port {name}" in line and "link" in line]
        assert 2 <= len(said) <= 10, f"log: {leat.err[log_bytes:]}"
        # A packet socket that has seen its interface down is no good any more.
        far = lab.wire("b", wanted=lambda frame: not x.is_control(frame) and frame not in stale)
        check_flows(lab, lab.wire("a"), far, 5000)
        leat.end()
        lab.expect_clean()


def test_an_interface_that_is_renamed_is_the_same_one():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        for words in ("to_a down", "to_a name to_c", "to_c up"):
            lab.ip("leat", "link set", words)
        check_flows(lab, lab.wire("a"), lab.wire("b"), 0)
        leat.wait_for(lambda: leat.port()["link_up"] == 1, "the link to be up")
        leat.end()
        lab.expect_clean("to_c", "to_b")


def test_a_link_that_stays_down_does_not_fill_the_log():
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        lab.ip("leat", "link set to_b down")
        leat.wait_for(lambda: leat.port("b")["link_up"] == 0, "the link to be down")
        sender, log_bytes = lab.wire("a"), len(leat.err)
        start = time.monotonic()
        while time.monotonic() < start + 2:
            for frame in x.numbered(x.WINDOW):
                sender.send(frame)
            t.wait_for(lambda: leat.claims()["claimed"] % x.WINDOW == 0, "the counter")
        assert leat.err.count("\n", log_bytes) < 20, leat.err[log_bytes:]
        lab.ip("leat", "link set to_b up")
        leat.wait_for(lambda: leat.port("b")["link_up"] == 1, "the link to be up")
        leat.end()


def test_an_interface_that_is_down_at_the_start():
    """Either it waits for the interface, or it says what is wrong."""
    with x.Lab() as lab:
        lab.ip("leat", "link set to_a down")
        with t.Leat(x.config(FEED), before=lab.inside("leat")) as leat:
            t.wait_for(lambda: leat.process.poll() is not None or "leat: running on" in leat.err, "an answer", 20)
            if leat.process.poll() is not None:
                ended = leat.finish()
                t.expect(ended.status, 1, str(ended))
                assert any("to_a" in line and "down" in line for line in ended.errors), ended
            else:
                lab.ip("leat", "link set to_a up")
                with t.Telemetry(leat.prefix) as telemetry:
                    t.wait_for(lambda: telemetry.rows("/leat/ports")[0]["link_up"] == 1, "the link")
                check_flows(lab, lab.wire("a"), lab.wire("b"), 0)
                leat.signal(signal.SIGTERM)
                t.expect(leat.finish().status, 0)


def deleted(device):
    with x.Lab() as lab, lab.leat(x.config(FEED)) as leat:
        sender, far = lab.wire("a"), lab.wire("b")
        check_flows(lab, sender, far, 0)
        lab.ip("leat", "link del", device)
        ended = leat.process.finish(SOON_S)
        t.expect(ended.status, 1, str(ended))
        name = device[-1]
        assert any(f"port {name}" in line and device in line for line in ended.errors), ended
        assert len(ended.errors) <= 3, ended.errors
        assert len(ended.err) < 20000, f"{len(ended.err)} bytes of log"
        lab.expect_clean("to_b" if device == "to_a" else "to_a")


def test_an_interface_deleted_and_made_again():
    """The supervisor starts leat again, and all is well."""
    with x.Lab() as lab:
        leat = lab.leat(x.config(FEED))
        lab.ip("leat", "link del to_a")
        t.expect(leat.process.finish(SOON_S).status, 1)
        lab.join("a")
        leat = lab.leat(x.config(FEED))
        check_flows(lab, lab.wire("a"), lab.wire("b"), 0)
        leat.end()
        lab.expect_clean()


def cases():
    yield "taken_away detached", lambda: taken_away("link set dev to_a xdp off")
    yield "taken_away replaced", lambda: taken_away("-force link set dev to_a xdp obj")
    for which, device in (("leat", "to_a"), ("leat", "to_b"), ("a", "eth"), ("b", "eth")):
        name = f"link_flaps at {which}'s {device}"
        yield name, lambda which=which, device=device: flap(which, device)
    for device in ("to_a", "to_b"):
        yield f"interface_deleted {device}", lambda device=device: deleted(device)


def test_no_namespace_is_left():
    names = netns.command("ip", "netns", "list", check=False).stdout
    assert f"leat-xdp-{os.getpid()}-" not in names, names


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(globals(), [*cases()]))
