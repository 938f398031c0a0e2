/* SPDX-License-Identifier: BSD-3-Clause */
/* flow: which packets are looked up, by which key, and what is found. */
#include "pipeline/flow/flow_track.h"
#include "pipeline/stages/flow.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

#define TENANT_A TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A " }\n"

static struct packet_spec
udp_of(const struct spec_version *v)
{
	return (struct packet_spec){.src = v->a, .dst = v->b, .sport = 5000, .dport = 53};
}

static void
a_known_flow_is_found_in_either_direction(void **state)
{
	struct packet_spec s = udp_of(*state), r = packet_spec_reply(&s);
	const struct flow *f;

	tenancy_open(TENANT_A);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	f = tenancy_flow(0);
	tenancy_add(&r);
	tenancy_add(&s);
	tenancy_run();
	assert_ptr_equal(tenancy_flow(0), f);
	assert_ptr_equal(tenancy_flow(1), f);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
the_stage_alone_makes_no_flow(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANT_A);
	struct packet_spec s = udp_of(*state);

	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	s.sport++;
	tenancy_add(&s);
	f->burst.packets[0].src_port_be++; /* of the burst before, parsed: now an unknown flow's */
	f->burst.packets[0].fate = FATE_NONE;
	f->burst.flows[0] = (struct flow *)(uintptr_t)64; /* stale */
	flow_stage(f->worker, &f->burst);
	assert_null(f->burst.flows[0]);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_run();
}

static void
a_packet_that_has_a_fate_is_not_looked_up(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANT_A);
	struct packet_spec s = udp_of(*state);

	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	tenancy_add(&s);
	f->burst.packets[0].fate = FATE_DENIED;
	flow_stage(f->worker, &f->burst);
	assert_null(f->burst.flows[0]);
	assert_int_equal(f->burst.packets[0].fate, FATE_DENIED);
	tenancy_run();
}

static void
vlans_keep_equal_addresses_apart(void **state)
{
	static const uint16_t tags[][2] = {{0, 0}, {5, 0}, {6, 0}, {5, 6}, {6, 5}};
	struct packet_spec s = udp_of(*state);

	tenancy_open(TENANT_A);
	for (unsigned i = 0; i < ARRAY_LENGTH(tags); i++) {
		s.vlan_outer = tags[i][0];
		s.vlan_inner = tags[i][1];
		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
		assert_int_equal(tenancy_flow(0)->packets, 1);
		assert_int_equal(tenancy_flows_all(), i + 1);
	}
}

static void
a_priority_tag_is_no_vlan(void **state)
{
	struct packet_spec s = udp_of(*state), r = packet_spec_reply(&s);

	tenancy_open(TENANT_A);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	r.vlan_outer = SPEC_PRIORITY_TAG;
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 2);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
behind_a_priority_tag_the_second_tag_is_the_vlan(void **state)
{
	struct packet_spec s = udp_of(*state), r = packet_spec_reply(&s), other = udp_of(*state);

	tenancy_open(TENANT_A);
	s.vlan_outer = 100;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	r.vlan_outer = SPEC_PRIORITY_TAG;
	r.vlan_inner = 100;
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 2);
	/* Two tags that count are another VLAN, in whichever order. */
	other.vlan_outer = 100;
	other.vlan_inner = SPEC_PRIORITY_TAG;
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 3);
	other.vlan_inner = 100;
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 1);
}

#define TWO_PAIRS                                                                                  \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 },\n"                       \
	"         in: { device: net_null2 }, out: { device: net_null3 } }\n"                       \
	"forward: [ { between: [lan, wan] }, { between: [in, out] } ]\n"                           \
	"flows: { ipv4: 2k, ipv6: 1k, fragments: 400 }\n"                                          \
	"tenants:\n  /a: { " SPEC_IS_A " }\n"

enum { PORTS = 4 };

static void
pairs_of_ports_keep_equal_addresses_apart(void **state)
{
	struct packet_spec s = udp_of(*state);

	tenancy_open(TWO_PAIRS);
	for (uint16_t port = 0; port < PORTS; port++) {
		s.in = port;
		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
		assert_int_equal(tenancy_flow(0)->packets, 1);
	}
	/* By the other port of a pair comes another host that has the same address. */
	assert_int_equal(tenancy_flows_all(), PORTS);
}

static void
a_reply_comes_by_the_other_port_of_its_pair_and_by_no_other(void **state)
{
	struct packet_spec s = udp_of(*state), r = packet_spec_reply(&s);

	for (uint16_t from = 0; from < PORTS; from++) {
		const struct flow *f;

		tenancy_open(TWO_PAIRS);
		s.in = from;
		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
		f = tenancy_flow(0);
		for (r.in = 0; r.in < PORTS; r.in++) {
			assert_int_equal(tenancy_send(&r), FATE_FORWARD);
			if (r.in == (from ^ 1))
				assert_ptr_equal(tenancy_flow(0), f);
			else
				assert_ptr_not_equal(tenancy_flow(0), f);
		}
		assert_int_equal(tenancy_flows_all(), PORTS);
		(void)tenancy_teardown(state);
	}
}

/* Whichever of both addresses is the low one of the key. */
static void
both_ends_find_their_flow_whoever_begins_and_on_whichever_side(void **state)
{
	struct packet_spec s = udp_of(*state);

	for (unsigned i = 0; i < 4; i++) {
		struct packet_spec first = i & 1 ? packet_spec_reply(&s) : s, r;
		const struct flow *f;

		first.in = (i & 2) != 0;
		r = packet_spec_reply(&first);
		tenancy_open(TENANT_A);
		assert_int_equal(tenancy_send(&first), FATE_FORWARD);
		f = tenancy_flow(0);
		assert_int_equal(tenancy_send(&r), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(0), f);
		assert_int_equal(tenancy_send(&first), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(0), f);
		(void)tenancy_teardown(state);
	}
}

static void
protocols_keep_equal_ports_apart(void **state)
{
	static const uint8_t protocols[] = {
		IPPROTO_UDP, IPPROTO_TCP, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_DCCP, IPPROTO_GRE};
	struct packet_spec s = udp_of(*state);

	tenancy_open(TENANT_A);
	s.tcp_flags = TCP_SYN;
	for (unsigned i = 0; i < ARRAY_LENGTH(protocols); i++) {
		s.protocol = protocols[i];
		s.payload_bytes = 16;
		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
		assert_int_equal(tenancy_flows_all(), i + 1);
	}
}

static void
a_whole_burst_of_flows_is_found_at_once(void **state)
{
	struct packet_spec s = udp_of(*state);
	const struct flow *flows[BURST_MAX];

	tenancy_open(TENANT_A);
	for (uint16_t i = 0; i < BURST_MAX; i++) {
		s.sport = (uint16_t)(1000 + i);
		tenancy_add(&s);
	}
	tenancy_run();
	for (unsigned i = 0; i < BURST_MAX; i++)
		flows[i] = tenancy_flow(i);
	for (uint16_t i = BURST_MAX; i-- > 0;) {
		s.sport = (uint16_t)(1000 + i);
		tenancy_add(&s);
	}
	tenancy_run();
	for (unsigned i = 0; i < BURST_MAX; i++)
		assert_ptr_equal(tenancy_flow(i), flows[BURST_MAX - 1 - i]);
}

static void
a_burst_may_mix_both_ip_versions(void **state)
{
	struct packet_spec v4 = udp_of(&spec_ipv4), v6 = udp_of(&spec_ipv6);
	const struct flow *flows[2];

	(void)state;
	tenancy_open(TENANT_A);
	tenancy_add(&v4);
	tenancy_add(&v6);
	tenancy_run();
	flows[0] = tenancy_flow(0);
	flows[1] = tenancy_flow(1);
	assert_ptr_not_equal(flows[0], flows[1]);
	tenancy_add(&v6);
	tenancy_add(&v4);
	tenancy_run();
	assert_ptr_equal(tenancy_flow(0), flows[1]);
	assert_ptr_equal(tenancy_flow(1), flows[0]);
}

static void
an_arp_packet_has_no_flow(void **state)
{
	struct packet_builder b;

	(void)state;
	tenancy_open(TENANT_A);
	builder_ethernet(&b);
	builder_arp(&b);
	builder_finish(&b);
	assert_int_equal(tenancy_send_built(&b, LAN), FATE_FORWARD);
	assert_null(tenancy_flow(0));
}

#define CLAIMED                                                                                    \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 } }\n"                      \
	"forward: [ { between: [lan, wan] } ]\n"                                                   \
	"claims: [ { port: lan, proto: udp, dst: 10.2.0.1, dport: 53 } ]\n"                        \
	"flows: { ipv4: 2k, ipv6: 1k, fragments: 400 }\n"                                          \
	"tenants:\n  /all: { from: [ { port: lan }, { src: 10.1.0.0/16 } ], frozen: true }\n"

/* Port 2 is the kernel's side of lan. */
static void
what_the_kernel_sends_bypasses_the_tenants(void **state)
{
	struct tenancy_fixture *f = tenancy_open(CLAIMED);
	struct packet_spec s = udp_of(&spec_ipv4);

	(void)state;
	assert_int_equal(f->a.config->n_ports, 3);
	s.in = 2;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_passed("/all"), 0);
}

static void
what_goes_to_the_kernel_bypasses_the_tenants(void **state)
{
	struct packet_spec s = udp_of(&spec_ipv4);

	(void)state;
	tenancy_open(CLAIMED);
	s.dport = 99; /* no claim takes it */
	assert_int_equal(tenancy_send(&s), FATE_TO_KERNEL);
	assert_int_equal(tenancy_flows_all(), 0);
	s.dport = 53;
	assert_int_equal(tenancy_send(&s), FATE_TENANT_FROZEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(a_known_flow_is_found_in_either_direction),
		TENANCY_TEST_BOTH(the_stage_alone_makes_no_flow),
		TENANCY_TEST_BOTH(a_packet_that_has_a_fate_is_not_looked_up),
		TENANCY_TEST_BOTH(vlans_keep_equal_addresses_apart),
		TENANCY_TEST_BOTH(a_priority_tag_is_no_vlan),
		TENANCY_TEST_BOTH(behind_a_priority_tag_the_second_tag_is_the_vlan),
		TENANCY_TEST_BOTH(pairs_of_ports_keep_equal_addresses_apart),
		TENANCY_TEST_BOTH(a_reply_comes_by_the_other_port_of_its_pair_and_by_no_other),
		TENANCY_TEST_BOTH(both_ends_find_their_flow_whoever_begins_and_on_whichever_side),
		TENANCY_TEST_BOTH(protocols_keep_equal_ports_apart),
		TENANCY_TEST_BOTH(a_whole_burst_of_flows_is_found_at_once),
		TENANCY_TEST(a_burst_may_mix_both_ip_versions),
		TENANCY_TEST(an_arp_packet_has_no_flow),
		TENANCY_TEST(what_the_kernel_sends_bypasses_the_tenants),
		TENANCY_TEST(what_goes_to_the_kernel_bypasses_the_tenants),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
