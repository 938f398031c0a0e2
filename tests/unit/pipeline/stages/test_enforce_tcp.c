/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: which TCP segments open flows, whose they are, and when they end. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

#define TWO_TENANTS                                                                                \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A " }\n"                                                  \
		      "  /b: { " SPEC_IS_B " }\n"
#define PICKUP                                                                                     \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A ", pickup: true }\n"

enum { MINUTE_MS = 60 * 1000 };

/* A segment from a to b. */
static struct packet_spec
segment(const struct spec_version *v, uint8_t tcp_flags)
{
	return (struct packet_spec){
		.src = v->a,
		.dst = v->b,
		.sport = 40000,
		.dport = 443,
		.protocol = IPPROTO_TCP,
		.tcp_flags = tcp_flags,
	};
}

static enum fate
send_a(const struct spec_version *v, uint8_t tcp_flags)
{
	struct packet_spec s = segment(v, tcp_flags);

	return tenancy_send(&s);
}

static enum fate
send_b(const struct spec_version *v, uint8_t tcp_flags)
{
	struct packet_spec s = segment(v, tcp_flags), r = packet_spec_reply(&s);

	return tenancy_send(&r);
}

static void
connect_a(const struct spec_version *v)
{
	assert_int_equal(send_a(v, TCP_SYN), FATE_FORWARD);
	assert_int_equal(send_b(v, TCP_SYN | TCP_ACK), FATE_FORWARD);
	assert_int_equal(send_a(v, TCP_ACK), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
}

/* Both have sent FIN. */
static void
connect_and_close(const struct spec_version *v)
{
	connect_a(v);
	assert_int_equal(send_a(v, TCP_FIN | TCP_ACK), FATE_FORWARD);
	assert_int_equal(send_b(v, TCP_FIN | TCP_ACK), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_CLOSED);
}

static void
a_syn_opens_a_flow_of_the_initiator_s_tenant(void **state)
{
	const struct flow *f;

	tenancy_open(TWO_TENANTS);
	assert_int_equal(send_a(*state, TCP_SYN), FATE_FORWARD);
	f = tenancy_flow(0);
	assert_non_null(f);
	assert_int_equal(f->from, tenancy_slot("/a"));
	assert_int_equal(f->to, tenancy_slot("/b"));
	assert_int_equal(f->state, FLOW_TCP_SYN);
	assert_int_equal(f->packets, 1);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_flows_owned("/b"), 0);
	assert_int_equal(tenancy_account("/a")->flows_created, 1);
}

static void
the_responder_s_tenant_pays_where_the_initiator_is_nobody_s(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec s = segment(v, TCP_SYN);

	tenancy_open(TWO_TENANTS);
	s.src = v->nobody;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->from, TENANT_ROOT);
	assert_int_equal(tenancy_flows_owned("/b"), 1);
	assert_int_equal(tenancy_account("/b")->packets[0], 1);
}

static void
a_segment_of_no_flow_that_is_no_syn_is_refused(void **state)
{
	static const uint8_t flags[] = {
		TCP_ACK, TCP_SYN | TCP_ACK, TCP_RST, TCP_RST | TCP_ACK, TCP_FIN | TCP_ACK};

	tenancy_open(TWO_TENANTS);
	for (unsigned i = 0; i < ARRAY_LENGTH(flags); i++)
		assert_int_equal(send_a(*state, flags[i]), FATE_FLOW_NO_SYN);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_NO_SYN), ARRAY_LENGTH(flags));
	assert_int_equal(tenancy_refusals("/a", FATE_FLOW_NO_SYN), ARRAY_LENGTH(flags));
}

static void
with_pickup_an_ack_opens_a_flow_that_is_established(void **state)
{
	tenancy_open(PICKUP);
	assert_int_equal(send_a(*state, TCP_ACK), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
}

static void
with_pickup_a_reset_opens_nothing(void **state)
{
	tenancy_open(PICKUP);
	assert_int_equal(send_a(*state, TCP_RST), FATE_FLOW_NO_SYN);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
in_audit_mode_what_is_no_syn_opens_a_flow_and_is_counted(void **state)
{
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", mode: audit }\n");
	assert_int_equal(send_a(*state, TCP_ACK), FATE_FORWARD);
	assert_int_equal(tenancy_audits("/a", FATE_FLOW_NO_SYN), 1);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_NO_SYN), 0);
}

static void
both_directions_are_one_flow(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_a(*state);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_flow(0)->packets, 3);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
	assert_int_equal(tenancy_account("/a")->packets[1], 1);
	assert_int_equal(tenancy_passed("/b"), 0);
}

static void
packets_of_a_new_flow_in_one_burst_are_one_flow(void **state)
{
	struct packet_spec syn = segment(*state, TCP_SYN), answer = packet_spec_reply(&syn);
	struct packet_spec ack = segment(*state, TCP_ACK);

	tenancy_open(TWO_TENANTS);
	answer.tcp_flags = TCP_SYN | TCP_ACK;
	tenancy_add(&syn);
	tenancy_add(&syn);
	tenancy_add(&answer);
	tenancy_add(&ack);
	tenancy_run();
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(tenancy_fate(i), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(i), tenancy_flow(0));
	}
	assert_int_equal(tenancy_flow(0)->packets, 4);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
	assert_int_equal(tenancy_account("/a")->flows_created, 1);
}

static void
flags_that_no_stack_sends_open_nothing_and_end_nothing(void **state)
{
	static const uint8_t flags[] = {
		0, TCP_FIN, TCP_SYN | TCP_FIN, TCP_SYN | TCP_RST, TCP_FIN | TCP_RST | TCP_ACK};

	tenancy_open(TWO_TENANTS);
	for (unsigned i = 0; i < ARRAY_LENGTH(flags); i++)
		assert_int_equal(send_a(*state, flags[i]), FATE_TCP_BAD_FLAGS);
	assert_int_equal(tenancy_flows_all(), 0);
	connect_a(*state);
	for (unsigned i = 0; i < ARRAY_LENGTH(flags); i++)
		assert_int_equal(send_a(*state, flags[i]), FATE_TCP_BAD_FLAGS);
	assert_int_equal(send_a(*state, TCP_ACK), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_ESTABLISHED);
	assert_int_equal(tenancy_flow(0)->packets, 4);
}

static void
a_syn_in_a_living_flow_belongs_to_it(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_a(*state);
	assert_int_equal(send_b(*state, TCP_SYN), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 4);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/a"));
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_REOPENED], 0);
}

static void
a_new_syn_of_the_initiator_reopens_a_closed_flow(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_and_close(*state);
	assert_int_equal(send_a(*state, TCP_SYN), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_SYN);
	assert_int_equal(tenancy_flow(0)->packets, 1);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_REOPENED], 1);
	assert_int_equal(tenancy_account("/a")->flows_created, 2);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
a_new_syn_of_the_responder_reopens_a_closed_flow_as_its_own(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_and_close(*state);
	assert_int_equal(send_b(*state, TCP_SYN), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/b"));
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/a"));
	assert_int_equal(tenancy_flows_owned("/a"), 0);
	assert_int_equal(tenancy_flows_owned("/b"), 1);
}

static void
a_closed_flow_reopens_in_the_burst_in_which_it_was_found(void **state)
{
	struct packet_spec ack = segment(*state, TCP_ACK), syn = segment(*state, TCP_SYN);

	tenancy_open(TWO_TENANTS);
	connect_and_close(*state);
	tenancy_add(&ack);
	tenancy_add(&syn);
	tenancy_add(&ack);
	tenancy_run();
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(tenancy_fate(i), FATE_FORWARD);
	assert_int_equal(tenancy_flow(2)->packets, 2); /* of the new one */
}

static void
a_half_open_flow_ends_by_its_timeout_and_not_before(void **state)
{
	tenancy_open(TWO_TENANTS);
	assert_int_equal(send_a(*state, TCP_SYN), FATE_FORWARD);
	tenancy_wait_ms(30 * 1000 - 10);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_EXPIRED], 1);
}

static void
an_established_flow_outlives_two_silent_hours(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_a(*state);
	tenancy_wait_ms(120 * MINUTE_MS);
	assert_int_equal(send_b(*state, TCP_ACK), FATE_FORWARD);
	tenancy_wait_ms(124 * MINUTE_MS - 10);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
a_reset_leaves_a_flow_five_seconds(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_a(*state);
	assert_int_equal(send_b(*state, TCP_RST), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_TCP_RESET);
	tenancy_wait_ms(4990);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
one_fin_leaves_a_flow_a_minute_and_both_half_of_it(void **state)
{
	tenancy_open(TWO_TENANTS);
	connect_a(*state);
	assert_int_equal(send_a(*state, TCP_FIN | TCP_ACK), FATE_FORWARD);
	tenancy_wait_ms(MINUTE_MS - 10);
	assert_int_equal(send_b(*state, TCP_FIN | TCP_ACK), FATE_FORWARD);
	tenancy_wait_ms(MINUTE_MS / 2 - 10);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(a_syn_opens_a_flow_of_the_initiator_s_tenant),
		TENANCY_TEST_BOTH(the_responder_s_tenant_pays_where_the_initiator_is_nobody_s),
		TENANCY_TEST_BOTH(a_segment_of_no_flow_that_is_no_syn_is_refused),
		TENANCY_TEST_BOTH(with_pickup_an_ack_opens_a_flow_that_is_established),
		TENANCY_TEST_BOTH(with_pickup_a_reset_opens_nothing),
		TENANCY_TEST_BOTH(in_audit_mode_what_is_no_syn_opens_a_flow_and_is_counted),
		TENANCY_TEST_BOTH(both_directions_are_one_flow),
		TENANCY_TEST_BOTH(packets_of_a_new_flow_in_one_burst_are_one_flow),
		TENANCY_TEST_BOTH(flags_that_no_stack_sends_open_nothing_and_end_nothing),
		TENANCY_TEST_BOTH(a_syn_in_a_living_flow_belongs_to_it),
		TENANCY_TEST_BOTH(a_new_syn_of_the_initiator_reopens_a_closed_flow),
		TENANCY_TEST_BOTH(a_new_syn_of_the_responder_reopens_a_closed_flow_as_its_own),
		TENANCY_TEST_BOTH(a_closed_flow_reopens_in_the_burst_in_which_it_was_found),
		TENANCY_TEST_BOTH(a_half_open_flow_ends_by_its_timeout_and_not_before),
		TENANCY_TEST_BOTH(an_established_flow_outlives_two_silent_hours),
		TENANCY_TEST_BOTH(a_reset_leaves_a_flow_five_seconds),
		TENANCY_TEST_BOTH(one_fin_leaves_a_flow_a_minute_and_both_half_of_it),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
