/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: later fragments go the way of their first one, and nowhere without it. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

#define TWO_TENANTS                                                                                \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A " }\n"                                                  \
		      "  /b: { " SPEC_IS_B " }\n"

enum {
	PIECE_BYTES = 8 + 64, /* of the first fragment: a UDP header and some */
	OWNER_SHARE = 50, /* of 400 entries, what one tenant may hold */
};

static struct packet_spec
first_of(const struct spec_version *v, uint16_t datagram)
{
	return (struct packet_spec){
		.src = v->a,
		.dst = v->b,
		.sport = 5000,
		.dport = 53,
		.more = true,
		.datagram = datagram,
		.payload_bytes = 64,
	};
}

static struct packet_spec
later_of(const struct spec_version *v, uint16_t datagram)
{
	struct packet_spec s = first_of(v, datagram);

	s.offset = PIECE_BYTES;
	s.more = false;
	return s;
}

static void
a_first_fragment_opens_a_flow_and_a_later_one_belongs_to_it(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_flow(0)->packets, 2);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
}

static void
all_fragments_in_one_burst_in_order_pass(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	tenancy_add(&first);
	tenancy_add(&later);
	tenancy_add(&later);
	tenancy_run();
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(tenancy_fate(i), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(i), tenancy_flow(0));
	}
	assert_int_equal(tenancy_flow(0)->packets, 3);
}

static void
in_one_burst_a_later_fragment_before_the_first_is_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	tenancy_add(&later);
	tenancy_add(&first);
	tenancy_run();
	assert_int_equal(tenancy_fate(0), FATE_FRAG_BEFORE_FIRST);
	assert_int_equal(tenancy_fate(1), FATE_FORWARD);
	assert_int_equal(tenancy_drops("/a", FATE_FRAG_BEFORE_FIRST), 1);
}

static void
a_later_fragment_of_another_datagram_is_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 2);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
}

static void
a_later_fragment_from_another_host_is_refused(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec first = first_of(v, 1), later = later_of(v, 1);

	tenancy_open(TWO_TENANTS);
	later.src = v->a2;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
}

static void
a_later_fragment_in_another_vlan_is_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	later.vlan_outer = 5;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
}

static void
fragments_in_a_vlan_find_each_other(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	first.vlan_outer = later.vlan_outer = 5;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
}

static void
the_responder_s_fragments_belong_to_the_flow_too(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec question = first_of(v, 1), first = first_of(v, 2);
	struct packet_spec later = later_of(v, 2);

	tenancy_open(TWO_TENANTS);
	first.src = later.src = v->b;
	first.dst = later.dst = v->a;
	first.sport = 53;
	first.dport = 5000;
	first.in = later.in = WAN;
	assert_int_equal(tenancy_send(&question), FATE_FORWARD);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_account("/a")->packets[1], 2);
}

static void
fragments_of_an_echo_request_are_of_its_flow(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec first = first_of(v, 1), later = later_of(v, 1);

	tenancy_open(TWO_TENANTS);
	first.protocol = later.protocol = v->icmp;
	first.icmp_type = v->echo;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_ICMP);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
fragments_of_a_protocol_without_ports_are_of_its_flow(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	first.protocol = later.protocol = IPPROTO_GRE;
	first.payload_bytes = 68;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
a_fragmented_syn_opens_a_flow_and_its_rest_follows(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	first.protocol = later.protocol = IPPROTO_TCP;
	first.tcp_flags = TCP_SYN;
	first.payload_bytes = 20;
	later.offset = 40;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_SYN);
}

static void
fragments_of_an_established_connection_pass(void **state)
{
	struct packet_spec syn = first_of(*state, 0), first = first_of(*state, 1);
	struct packet_spec later = later_of(*state, 1), answer;

	tenancy_open(TWO_TENANTS);
	syn.protocol = first.protocol = later.protocol = IPPROTO_TCP;
	syn.more = false;
	syn.tcp_flags = TCP_SYN;
	answer = packet_spec_reply(&syn);
	answer.tcp_flags = TCP_SYN | TCP_ACK;
	first.tcp_flags = TCP_ACK;
	first.payload_bytes = 52;
	assert_int_equal(tenancy_send(&syn), FATE_FORWARD);
	assert_int_equal(tenancy_send(&answer), FATE_FORWARD);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
	first.datagram = later.datagram = 2;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
}

static void
fragments_of_an_answered_udp_flow_pass(void **state)
{
	struct packet_spec question = first_of(*state, 0), answer;
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	question.more = false;
	answer = packet_spec_reply(&question);
	assert_int_equal(tenancy_send(&question), FATE_FORWARD);
	assert_int_equal(tenancy_send(&answer), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_UDP_REPLIED);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
}

static void
where_the_first_is_denied_the_later_ones_are_refused_too(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", egress: { default: deny } }\n");
	assert_int_equal(tenancy_send(&first), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
a_later_fragment_is_refused_when_its_first_one_is_too_long_ago(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	tenancy_wait_ms(4990);
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
}

static void
a_later_fragment_whose_flow_has_been_evicted_is_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);
	struct packet_spec other = first_of(*state, 2);

	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
				   ", flows.max: 1, on_full: evict }\n");
	other.sport++;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	tenancy_add(&other);
	tenancy_add(&later);
	tenancy_run();
	assert_int_equal(tenancy_fate(0), FATE_FORWARD);
	assert_int_equal(tenancy_fate(1), FATE_FRAG_BEFORE_FIRST);
}

/* Of one flow, so that only fragments are used up. */
static void
share_use_up(const struct spec_version *v)
{
	for (uint16_t i = 0; i < OWNER_SHARE; i++) {
		struct packet_spec first = first_of(v, (uint16_t)(100 + i));

		assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	}
}

static void
beyond_the_tenant_s_share_first_fragments_are_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	share_use_up(*state);
	assert_int_equal(tenancy_send(&first), FATE_FRAG_TABLE_FULL);
	assert_int_equal(tenancy_drops("/a", FATE_FRAG_TABLE_FULL), 1);
	tenancy_wait_ms(5000);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
}

static void
the_share_of_one_tenant_leaves_that_of_another_alone(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec first = first_of(v, 1);

	tenancy_open(TWO_TENANTS);
	share_use_up(v);
	first.src = v->b;
	first.dst = v->a;
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
}

static void
what_is_no_fragment_passes_when_the_share_is_used_up(void **state)
{
	struct packet_spec whole = first_of(*state, 0);

	tenancy_open(TWO_TENANTS);
	share_use_up(*state);
	whole.more = false;
	assert_int_equal(tenancy_send(&whole), FATE_FORWARD);
}

/* "Flows are made only for packets that are let pass." */
static void
a_first_fragment_that_cannot_be_remembered_leaves_no_flow(void **state)
{
	struct packet_spec first = first_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	share_use_up(*state);
	first.sport++;
	assert_int_equal(tenancy_send(&first), FATE_FRAG_TABLE_FULL);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
a_first_fragment_that_cannot_be_remembered_costs_nothing(void **state)
{
	struct packet_spec first = first_of(*state, 1), whole = first_of(*state, 0);

	/* One more than share_use_up takes. */
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 51, period: 1d } }\n");
	share_use_up(*state);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(tenancy_send(&first), FATE_FRAG_TABLE_FULL);
	whole.more = false;
	assert_int_equal(tenancy_send(&whole), FATE_FORWARD);
	assert_int_equal(tenancy_send(&whole), FATE_QUOTA_SPENT);
}

static void
a_first_fragment_that_cannot_be_remembered_leaves_the_connection_as_it_is(void **state)
{
	struct packet_spec syn = first_of(*state, 0), first = first_of(*state, 1), answer;

	tenancy_open(TWO_TENANTS);
	syn.protocol = first.protocol = IPPROTO_TCP;
	syn.more = false;
	syn.tcp_flags = TCP_SYN;
	answer = packet_spec_reply(&syn);
	answer.tcp_flags = TCP_SYN | TCP_ACK;
	first.payload_bytes = 52;
	assert_int_equal(tenancy_send(&syn), FATE_FORWARD);
	assert_int_equal(tenancy_send(&answer), FATE_FORWARD);
	share_use_up(*state);
	first.tcp_flags = TCP_ACK;
	assert_int_equal(tenancy_send(&first), FATE_FRAG_TABLE_FULL);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_SYN);
	first.tcp_flags = TCP_RST;
	assert_int_equal(tenancy_send(&first), FATE_FRAG_TABLE_FULL);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_SYN);
	/* And this is still the one that is left to do. */
	syn.tcp_flags = TCP_ACK;
	assert_int_equal(tenancy_send(&syn), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
}

static void
a_later_fragment_from_the_other_side_of_the_pair_is_refused(void **state)
{
	struct packet_spec first = first_of(*state, 1), later = later_of(*state, 1);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&first), FATE_FORWARD);
	later.in ^= 1;
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
	later.in ^= 1;
	assert_int_equal(tenancy_send(&later), FATE_FORWARD);
}

static void
fragmented_neighbour_discovery_is_no_way_around_the_rules(void **state)
{
	const uint8_t neighbour_solicitation = 135;
	struct packet_spec first = first_of(&spec_ipv6, 1);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", egress: { default: deny } }\n");
	first.protocol = IPPROTO_ICMPV6;
	first.icmp_type = neighbour_solicitation;
	assert_int_not_equal(tenancy_send(&first), FATE_FORWARD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(a_first_fragment_opens_a_flow_and_a_later_one_belongs_to_it),
		TENANCY_TEST_BOTH(all_fragments_in_one_burst_in_order_pass),
		TENANCY_TEST_BOTH(in_one_burst_a_later_fragment_before_the_first_is_refused),
		TENANCY_TEST_BOTH(a_later_fragment_of_another_datagram_is_refused),
		TENANCY_TEST_BOTH(a_later_fragment_from_another_host_is_refused),
		TENANCY_TEST_BOTH(a_later_fragment_in_another_vlan_is_refused),
		TENANCY_TEST_BOTH(fragments_in_a_vlan_find_each_other),
		TENANCY_TEST_BOTH(the_responder_s_fragments_belong_to_the_flow_too),
		TENANCY_TEST_BOTH(fragments_of_an_echo_request_are_of_its_flow),
		TENANCY_TEST_BOTH(fragments_of_a_protocol_without_ports_are_of_its_flow),
		TENANCY_TEST_BOTH(a_fragmented_syn_opens_a_flow_and_its_rest_follows),
		TENANCY_TEST_BOTH(fragments_of_an_established_connection_pass),
		TENANCY_TEST_BOTH(fragments_of_an_answered_udp_flow_pass),
		TENANCY_TEST_BOTH(where_the_first_is_denied_the_later_ones_are_refused_too),
		TENANCY_TEST_BOTH(a_later_fragment_is_refused_when_its_first_one_is_too_long_ago),
		TENANCY_TEST_BOTH(a_later_fragment_whose_flow_has_been_evicted_is_refused),
		TENANCY_TEST_BOTH(beyond_the_tenant_s_share_first_fragments_are_refused),
		TENANCY_TEST_BOTH(the_share_of_one_tenant_leaves_that_of_another_alone),
		TENANCY_TEST_BOTH(what_is_no_fragment_passes_when_the_share_is_used_up),
		TENANCY_TEST_BOTH(a_first_fragment_that_cannot_be_remembered_leaves_no_flow),
		TENANCY_TEST_BOTH(a_first_fragment_that_cannot_be_remembered_costs_nothing),
		TENANCY_TEST_BOTH(
			a_first_fragment_that_cannot_be_remembered_leaves_the_connection_as_it_is
		),
		TENANCY_TEST_BOTH(a_later_fragment_from_the_other_side_of_the_pair_is_refused),
		TENANCY_TEST(fragmented_neighbour_discovery_is_no_way_around_the_rules),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
