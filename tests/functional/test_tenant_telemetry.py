#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tenants, flows, rules and the config by telemetry: whole lists in pages, numbers that agree with the traffic."""

import json
import sys
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import leat_test as t
import tenant_lab as lab
import xdp_lab as x

V4, V6, RED, BLUE, FAR, SERVICE, OTHER = lab.V4, lab.V6, lab.RED, lab.BLUE, lab.FAR, lab.SERVICE, lab.OTHER
VERSIONS = (V4, V6)
N_TENANTS, N_RULES, N_FLOWS = 300, 200, 400
PATH_MAX = 127
TEXTS = {
    "path", "mode", "unit", "src", "dst", "from", "to", "state", "verdict", "list", "name", "match", "action", "file",
    "text", "reason", "tenant",
}
BAD_PARAMETERS = (
    "", "red", "/", "//", "/none", "/red/", "/red,", "/red,-1", "/red,x", "/red,99999999999999999999", "/red,1,2",
    "/red,18446744073709551615", "/" + "x" * 900, "/%s%n", "/\u00e9", '/"', "/..", "0", "-1", "99999999999999999999",
)


# SOURCE, ADDRESS, PORT, SECONDS: each datagram from a port of its own.
NEW_FLOWS = """
import socket, sys, time
end = time.monotonic() + float(sys.argv[4])
while time.monotonic() < end:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((sys.argv[1], 0))
        sender.sendto(b"new", (sys.argv[2], int(sys.argv[3])))
"""


def check_numbers(value, path=""):
    """All values are numbers in base units but for those that are texts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            check_numbers(inner, f"{path}/{key}")
    elif path.rsplit("/", 1)[-1] in TEXTS:
        assert isinstance(value, str), f"{path}: {value!r} is no text"
    else:
        assert isinstance(value, int) and 0 <= value < 1 << 63, f"{path}: {value!r} is no number"


def long_path(i):
    """As long as may be, of names as long as may be."""
    name = f"/{'d' * 31}" * 3 + f"/t{i:03}"
    return name + "x" * (PATH_MAX - len(name))


# Tenants


def test_many_tenants_come_in_pages():
    paths = [long_path(i) for i in range(N_TENANTS)]
    made = {path: {"from": [{"src": f"10.{i // 250}.{i % 250}.0/24"}]} for i, path in enumerate(paths)}
    parents = {"/".join(paths[0].split("/")[:depth]) or "/" for depth in range(1, 5)}
    with lab.started(lab.config(made)) as (_, leat):
        first = leat.ask("/leat/tenants")
        t.expect((first["total"], first["offset"], first["next"]), (N_TENANTS + 4, 0, len(first["rows"])))
        rows = leat.tenants()
        t.expect(sorted(row["path"] for row in rows), sorted([*paths, *parents]))
        for row in rows:
            check_numbers(row)
        for path in (*paths[:: N_TENANTS // 5], *parents):
            t.expect(leat.tenant(path).path, path)
        page = leat.ask(f"/leat/tenants,{N_TENANTS}")
        t.expect((page["offset"], list(page["rows"]), page["next"]), (N_TENANTS, ["300", "301", "302", "303"], 0))
        page = leat.ask("/leat/tenants,100000")
        t.expect((page["rows"], page["next"]), ({}, 0), "behind the end")
        leat.end()


def test_an_account_agrees_with_the_traffic():
    tenants = {
        "/desk": {"pps.max": 100000, "quota": {"bytes": "1G", "period": "365d"}},
        "/desk/red": lab.tenant(egress=lab.allow(lab.service("udp"))),
    }
    with lab.started(lab.config(tenants)) as (net, leat):
        wire = net.wire("a")
        for version in VERSIONS:
            net.udp_socket("b", FAR[version], SERVICE)
        allowed = [lab.udp(i, i % 2, sport=4000 + i) for i in range(60)]
        denied = [lab.udp(i, i % 2, sport=4000 + i, dport=OTHER) for i in range(20)]
        lab.send_settled(leat, wire, allowed + denied)
        octets = sum(map(len, allowed))
        for path in ("/desk", "/desk/red", "/"):
            account = leat.tenant(path)
            check_numbers(account.answer)
            t.expect((account.flows, account.flows_peak, account.flows_created), (60, 60, 60), path)
        red, desk = leat.tenant("/desk/red"), leat.tenant("/desk")
        t.expect((red.packets, red.bytes, red.drops), (60, octets, {"policy_denied": 20}))
        t.expect((desk.packets, desk.bytes, desk.drops), (60, octets, {}), "/desk")
        t.expect(desk.answer["own"]["packets"], 0, "/desk's own packets")
        t.expect(desk.answer["subtree"]["drops_policy_denied"], 20)
        t.expect(desk.quota_left, 10**9 - octets, "what is left, with what the worker has taken ahead")
        t.expect(desk.answer["limits"], {"pps_max": 100000})
        rows = {row["path"]: row for row in leat.tenants()}
        t.expect([rows["/desk/red"][key] for key in ("packets", "bytes", "drops")], [60, octets, 20])
        t.expect(rows["/desk"]["packets"], 0, "rows of the list are each tenant's own")
        leat.end(policy_denied=20)


def test_both_directions_are_told_apart():
    with lab.started(lab.config({"/red": lab.tenant()})) as (net, leat):
        net.neighbours_know()
        for version in VERSIONS:
            pair = net.udp_pair(RED[version], FAR[version], SERVICE)
            for _ in range(10):
                lab.exchange(*pair)
        own = leat.tenant("/red").answer["own"]
        t.expect([own[f"packets_from_{who}"] for who in ("initiators", "responders")], [20, 20])
        leat.end()


# Flows


def test_a_worker_s_tables_say_how_full_they_are_and_have_been():
    tenant = lab.tenant(timeouts={"udp": "100ms"})
    sizes = {"ipv4": 2000, "ipv6": 1000}
    with lab.started({**lab.config({"/red": tenant}), "flows": sizes}) as (net, leat):
        wire = net.wire("a")

        def tables(figure):
            worker = next(row for row in leat.rows("/leat/lcores") if row["work"])
            return [worker[f"flows_{version}{figure}"] for version in sizes]

        lab.send_settled(leat, wire, [lab.udp(i, i % 3 == 0, sport=4000 + i) for i in range(30)])
        t.expect((tables("_peak"), tables("_max")), ([20, 10], [2000, 1000]))
        t.wait_for(lambda: tables("") == [0, 0], "the flows to end")
        t.expect(tables("_peak"), [20, 10], "after they have ended")
        leat.end()


def many_flows_come_in_pages(placement):
    """Each once, of both IP versions and all workers, while nothing changes."""
    path, far = long_path(0), long_path(1)
    tenants = {path: lab.tenant(), far: {"to": [{"dst": address} for address in FAR]}}
    with lab.started(lab.config(tenants, placement)) as (net, leat):
        wire = net.wire("a")
        for version in VERSIONS:
            net.udp_socket("b", FAR[version], SERVICE)
        lab.send_settled(leat, wire, [lab.udp(i, i % 2, sport=4000 + i) for i in range(N_FLOWS)])
        pages = list(leat.flow_pages(path))
        t.expect({page["total"] for page in pages}, {N_FLOWS}, "total")
        rows = [row for page in pages for row in page["rows"].values()]
        for row in rows:
            check_numbers(row)
        got = sorted((row["sport"], row["src"], row["dst"]) for row in rows)
        t.expect(got, [(4000 + i, RED[i % 2], FAR[i % 2]) for i in range(N_FLOWS)], "flows")
        t.expect({(row["proto"], row["dport"], row["from"], row["to"]) for row in rows}, {(t.UDP, SERVICE, path, far)})
        t.expect({(row["state"], row["verdict"], row["packets"]) for row in rows}, {("udp", "allow", 1)})
        t.expect(leat.flows(far), [], "flows of who does not pay")
        leat.end()


def test_states_and_tags_of_flows():
    with lab.started(lab.config({"/red": lab.tenant()})) as (net, leat):
        server = net.tcp_server("b", FAR[V4], SERVICE)
        near, far = net.tcp_pair(server, RED[V4], FAR[V4], SERVICE)
        lab.exchange(*net.udp_pair(RED[V6], FAR[V6], SERVICE))
        net.echo(RED[V4], FAR[V4], 1)

        def states():
            return {(row["proto"], row["state"]) for row in leat.flows("/red")}

        wanted = {(t.TCP, "tcp_established"), (t.UDP, "udp_replied"), (t.ICMP, "icmp")}
        t.expect(states() - {(t.ICMP6, "icmp")}, wanted)
        near.close()
        t.wait_for(lambda: (t.TCP, "tcp_closing") in states(), "the first FIN")
        far.close()
        t.wait_for(lambda: (t.TCP, "tcp_closed") in states(), "the second FIN")
        leat.end()


def test_flows_are_read_while_they_come_and_go():
    """The worker answers between bursts."""
    keys = {"flows__max": 200, "on_full": "evict"}
    with lab.started(lab.config({"/red": lab.tenant(**keys)}, lab.TWO_WORKERS)) as (net, leat):
        net.udp_socket("b", FAR[V4], SERVICE)
        flood = net.script("a", NEW_FLOWS, RED[V4], FAR[V4], SERVICE, 3)
        readings, start = 0, time.monotonic()
        while flood.poll() is None:
            for page in leat.flow_pages("/red"):
                for row in page["rows"].values():
                    t.expect((row["from"], row["dport"]), ("/red", SERVICE))
            check_numbers(leat.tenant("/red").answer)
            readings += 1
        seconds = time.monotonic() - start
        print(f"# {readings} readings in {seconds:.1f} s")
        assert readings >= 5, f"{readings} readings in {seconds:.1f} s"
        lab.netns.end(flood)
        assert leat.tenant("/red").flows_evicted > 0, "too few flows"
        leat.end(overload=True)


# Rules


def test_many_rules_come_in_pages_with_their_hits():
    rules = [{"name": f"{'r' * 27}{i:04}", "proto": "udp", "dport": 7000 + i, "action": "allow"} for i in range(N_RULES)]
    ingress = {"default": "reject", "rules": [{"proto": "any", "src": [*RED, "10.0.0.0/8"], "action": "allow"}]}
    tenants = {
        "/red": lab.tenant(egress={"rules": rules}),
        "/far": {"to": [{"dst": address} for address in FAR], "ingress": ingress},
    }
    with lab.started(lab.config(tenants)) as (net, leat):
        wire = net.wire("a")
        frames = [lab.udp(i, sport=4000 + i, dport=7000 + i % 7) for i in range(70)]
        for i in range(7):
            net.udp_socket("b", FAR[V4], 7000 + i)
        lab.send_settled(leat, wire, frames + [lab.udp(0, dport=6999, sport=i) for i in range(1, 4)])
        rows = leat.rules("/red")
        for row in rows:
            check_numbers(row)
        t.expect([row["name"] for row in rows], [*(rule["name"] for rule in rules), "default"])
        t.expect([row["hits"] for row in rows], [10] * 7 + [0] * (N_RULES - 7) + [3])
        t.expect({row["list"] for row in rows}, {"egress"})
        t.expect(rows[0]["match"], "udp dport 7000")
        t.expect((rows[0]["action"], rows[-1]["action"]), ("allow", "deny"))
        far = leat.rules("/far")
        t.expect([(row["list"], row["action"], row["hits"]) for row in far], [
            ("ingress", "allow", 70), ("ingress", "reject", 0),
        ])
        t.expect(leat.rules("/"), [], "rules of a tenant that has none")
        leat.end(policy_denied=3)


def test_rules_are_numbered_as_explain_does():
    """From 0 in each list; a default has no number."""
    egress = lab.allow(*({"dport": 1 + i, "proto": "udp"} for i in range(5)))
    ingress = lab.allow({"dport": 9, "proto": "tcp"})
    with lab.started(lab.config({"/red": lab.tenant(egress=egress, ingress=ingress)})) as (_, leat):
        got = [(row["list"], row.get("rule"), row["match"]) for row in leat.rules("/red")]
        t.expect(got[:5], [("egress", i, f"udp dport {1 + i}") for i in range(5)])
        t.expect([row[:2] for row in got[5:]], [("egress", None), ("ingress", 0), ("ingress", None)])
        leat.end()


# Config


def test_the_config_s_text_is_whole():
    """With lines longer than a text of the library's, and lines that JSON makes longer."""
    made = json.dumps(lab.config({"/red": lab.tenant()}), indent=1)
    hard = ["# " + "x" * 1000, "", '# "' + '"' * 300, "#" + "\\" * 200, "# a\tb", ""]
    hard += [f'# {i} ' + '"\\' * 60 for i in range(100)]
    text = "\n".join([*hard, made, ""])
    with lab.started(text) as (_, leat):
        got, wanted = leat.config_text().splitlines(), text.replace("\t", "?").splitlines()
        t.expect(len(got), len(wanted), "lines")
        for number, (one, other) in enumerate(zip(got, wanted), 1):
            t.expect(one, other, f"line {number}")
        leat.end()


def test_what_is_no_printable_ascii_is_shown_as_a_question_mark():
    """The library's JSON knows nothing else."""
    made = json.dumps(lab.config({"/red": lab.tenant()}), indent=1)
    text = "# \u00e9" + "\u00e8" * 200 + "\t\u20ac.\n" + made + "\n"
    with lab.started(text) as (_, leat):
        first, *rest = leat.config_text().splitlines()
        t.expect(first, "# " + "?" * (2 * 201 + 1 + 3) + ".", "a mark for each byte")
        t.expect(rest, made.splitlines())
        leat.end()


def test_the_config_tells_of_generations_and_failures():
    good, other = (lab.config({"/red": lab.tenant(pps__max=number)}) for number in (1000, 2000))
    with lab.started(good) as (_, leat):
        first = leat.ask("/leat/config")
        check_numbers(first)
        t.expect((first["generation"], first["error"], first["file"]), (1, 0, str(leat.file)))
        now = time.time_ns()
        assert now - 60 * 10**9 < first["since_unix_ns"] <= now, first["since_unix_ns"]
        leat.reload(other)
        second = leat.ask("/leat/config")
        t.expect((second["generation"], second["error"]), (2, 0))
        assert first["since_unix_ns"] < second["since_unix_ns"] <= time.time_ns(), second
        t.expect(leat.config_text(), json.dumps(other, indent=1) + "\n")
        many = {f"/t{i}": {"colour": '"red"\\' * 15} for i in range(60)}
        leat.reload_fails({**good, "tenants": many}, "colour")
        third = leat.ask("/leat/config")
        check_numbers(third)
        t.expect((third["generation"], third["since_unix_ns"]), (2, second["since_unix_ns"]))
        assert second["since_unix_ns"] < third["error_unix_ns"] <= time.time_ns(), third
        assert leat.config_error(), third
        t.expect(leat.config_text(), json.dumps(other, indent=1) + "\n", "the config in force")
        leat.end()


# What clients send


def test_bad_parameters_do_no_harm():
    with lab.started(lab.config({"/red": lab.tenant(egress={"default": "deny"})})) as (net, leat):
        before = leat.tenant("/red").answer
        with leat.telemetry() as client:
            for command in ("tenants", "tenant", "flows", "rules", "config", "audit"):
                for parameter in BAD_PARAMETERS:
                    answer = json.loads(client.raw(f"/leat/{command},{parameter}"))
                    assert isinstance(answer, dict), answer
                assert isinstance(json.loads(client.raw(f"/leat/{command}")), dict)
        for path in ("red", "/none", "/red/", "/" + "x" * 900, ""):
            for command in ("tenant", "flows", "rules"):
                t.expect(leat.ask(f"/leat/{command},{path}"), None, f"/leat/{command},{path}")
        for junk in ("x", "-1", "1x", " 1", "99999999999999999999"):
            for command in ("tenants", "config", "audit", "flows,/red", "rules,/red"):
                t.expect(leat.ask(f"/leat/{command},{junk}"), None, f"/leat/{command},{junk}")
        t.expect(leat.tenant("/red").answer, before)
        leat.end()


def test_without_tenants_the_lists_are_empty():
    made = lab.config({})
    del made["tenants"]
    with lab.started(made) as (net, leat):
        for version in VERSIONS:
            net.echo(RED[version], FAR[version])
        t.expect(leat.tenants(), [])
        for command in ("tenant", "flows", "rules"):
            t.expect(leat.ask(f"/leat/{command},/"), None, command)
        t.expect(leat.rows("/leat/audit"), [])
        t.expect(leat.config_text(), json.dumps(made, indent=1) + "\n")
        leat.end()


# Audit


def test_samples_of_audited_packets():
    egress = lab.allow(lab.service("tcp"))
    with lab.started(lab.config({"/red": lab.tenant(mode="audit", egress=egress)})) as (net, leat):
        wire = net.wire("a")
        for version in VERSIONS:
            net.udp_socket("b", FAR[version], SERVICE)
        lab.send_settled(leat, wire, [lab.udp(i, i % 2, sport=4000 + i) for i in range(10)])
        rows = leat.rows("/leat/audit")
        for row in rows:
            check_numbers(row)
        t.expect(sorted((row["sport"], row["src"], row["dst"], row["dport"]) for row in rows), [
            (4000 + i, RED[i % 2], FAR[i % 2], SERVICE) for i in range(10)
        ])
        t.expect({(row["reason"], row["tenant"], row["proto"]) for row in rows}, {("policy_denied", "/red", t.UDP)})
        t.expect(leat.tenant("/red").audits, {"policy_denied": 10})
        leat.end()


def cases():
    for placement in lab.PLACEMENTS:
        name = f"many_flows_come_in_pages {t.placement_name(placement)}"
        yield name, lambda placement=placement: many_flows_come_in_pages(placement)


if __name__ == "__main__":
    x.namespaces_clean()
    sys.exit(t.main(dict(globals()), [*cases()]))
