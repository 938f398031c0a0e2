/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: limits of flows and packets at every level, what is given back, what is evicted. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

enum {
	FLOWS4 = 2000, /* of the fixture's table */
	IN_A_SECOND = 1000,
};

static const struct spec_version *const v = &spec_ipv4;

/* The i-th flow of a. */
static struct packet_spec
udp_of(uint16_t i)
{
	return (struct packet_spec
	){.src = v->a, .dst = v->nobody, .sport = (uint16_t)(1024 + i), .dport = 53};
}

static enum fate
send_flow(uint16_t i)
{
	struct packet_spec s = udp_of(i);

	return tenancy_send(&s);
}

static void
as_many_flows_as_flows_max_open_and_no_more(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", flows.max: 3 }\n");
	for (uint16_t i = 0; i < 3; i++)
		assert_int_equal(send_flow(i), FATE_FORWARD);
	assert_int_equal(send_flow(3), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(send_flow(0), FATE_FORWARD); /* those that are there go on */
	assert_int_equal(tenancy_flows_used("/a"), 3);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FLOWS_MAX), 1);
}

static void
flows_of_both_ip_versions_count_together(void **state)
{
	struct packet_spec s = {
		.src = spec_ipv6.a, .dst = spec_ipv6.nobody, .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", flows.max: 1 }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(tenancy_send(&s), FATE_TENANT_FLOWS_MAX);
}

static void
flows_max_of_a_parent_holds_for_all_below_it(void **state)
{
	struct packet_spec of_b = {.src = v->b, .dst = v->nobody, .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { flows.max: 2 }\n"
				   "  /up/a: { " SPEC_IS_A " }\n"
				   "  /up/b: { " SPEC_IS_B " }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(1), FATE_FORWARD);
	assert_int_equal(tenancy_send(&of_b), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(tenancy_flows_used("/up"), 2);
	assert_int_equal(tenancy_flows_used("/up/b"), 0);
	assert_int_equal(tenancy_drops("/up/b", FATE_TENANT_FLOWS_MAX), 1);
	assert_int_equal(tenancy_refusals("/up", FATE_TENANT_FLOWS_MAX), 1);
	assert_int_equal(tenancy_refusals("/up/b", FATE_TENANT_FLOWS_MAX), 0);
}

static void
the_place_of_a_flow_that_expired_is_free_again(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", flows.max: 1 }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(1), FATE_TENANT_FLOWS_MAX);
	tenancy_wait_ms(30 * 1000);
	assert_int_equal(tenancy_flows_used("/a"), 0);
	assert_int_equal(send_flow(1), FATE_FORWARD);
}

static void
beyond_flows_rate_no_flow_opens(void **state)
{
	unsigned opened = 0;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", flows.rate: 100 }\n");
	for (uint16_t i = 0; i < 50; i++)
		opened += send_flow(i) == FATE_FORWARD;
	assert_in_range(opened, 1, 2);
	assert_int_equal(tenancy_flows_used("/a"), opened);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FLOWS_RATE), 50 - opened);
	tenancy_wait_ms(20);
	assert_int_equal(send_flow(60), FATE_FORWARD);
}

static void
with_on_full_evict_the_oldest_flow_makes_room(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
				   ", flows.max: 2, on_full: evict }\n");
	for (uint16_t i = 0; i < 5; i++)
		assert_int_equal(send_flow(i), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/a"), 2);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_EVICTED], 3);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FLOWS_MAX), 0);
}

static void
a_tenant_without_a_flow_to_give_up_is_refused_at_its_parent_s_maximum(void **state)
{
	struct packet_spec of_b = {.src = v->b, .dst = v->nobody, .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { flows.max: 1, on_full: evict }\n"
				   "  /up/a: { " SPEC_IS_A " }\n"
				   "  /up/b: { " SPEC_IS_B " }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(tenancy_send(&of_b), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(tenancy_flows_used("/up/a"), 1);
}

static void
a_flow_of_the_other_ip_version_may_be_the_one_to_go(void **state)
{
	struct packet_spec s = {
		.src = spec_ipv6.a, .dst = spec_ipv6.nobody, .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
				   ", flows.max: 1, on_full: evict }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/a"), 1);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_EVICTED], 1);
}

/* Every new flow evicts the one before: the old flow's packets find it gone, or another in its place. */
static void
a_flow_evicted_in_the_burst_in_which_it_was_found_is_not_used(void **state)
{
	struct packet_spec old = udp_of(0);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
				   ", flows.max: 1, on_full: evict }\n");
	assert_int_equal(tenancy_send(&old), FATE_FORWARD);
	for (uint16_t i = 0; i < BURST_MAX / 2; i++) {
		struct packet_spec other = udp_of((uint16_t)(1 + i));

		tenancy_add(&other);
		tenancy_add(&old);
	}
	tenancy_run();
	for (unsigned i = 0; i < BURST_MAX; i++)
		assert_int_equal(tenancy_fate(i), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/a"), 1);
	assert_int_equal(tenancy_flow(BURST_MAX - 1)->packets, 1);
	assert_int_equal(tenancy_account("/a")->flows_created, 1 + BURST_MAX);
}

static void
packets_of_a_tcp_flow_evicted_in_the_same_burst_are_refused(void **state)
{
	struct packet_spec tcp = udp_of(0), other = udp_of(1);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", flows.max: 1, on_full: evict, pickup: false }\n");
	tcp.protocol = IPPROTO_TCP;
	tcp.tcp_flags = TCP_SYN;
	assert_int_equal(tenancy_send(&tcp), FATE_FORWARD);
	tcp.tcp_flags = TCP_ACK;
	tenancy_add(&tcp);
	tenancy_add(&other);
	tenancy_add(&tcp);
	tenancy_run();
	assert_int_equal(tenancy_fate(0), FATE_FORWARD);
	assert_int_equal(tenancy_fate(1), FATE_FORWARD);
	assert_int_equal(tenancy_fate(2), FATE_FLOW_NO_SYN);
	assert_null(tenancy_flow(2));
}

static void
table_fill(void)
{
	for (uint16_t i = 0; i < FLOWS4; i++)
		assert_int_equal(send_flow(i), FATE_FORWARD);
}

static void
a_full_table_refuses_new_flows_and_counts_none(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A " }\n");
	table_fill();
	assert_int_equal(send_flow(FLOWS4), FATE_FLOW_TABLE_FULL);
	assert_int_equal(tenancy_flows_used("/a"), FLOWS4);
	assert_int_equal(tenancy_flows_used("/"), FLOWS4);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_TABLE_FULL), 1);
}

static void
in_a_full_table_a_tenant_that_evicts_gives_up_one_of_its_own(void **state)
{
	struct packet_spec of_b = {.src = v->b, .dst = v->nobody, .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", on_full: evict }\n"
				   "  /b: { " SPEC_IS_B ", on_full: evict }\n");
	table_fill();
	assert_int_equal(send_flow(FLOWS4), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/a"), FLOWS4);
	assert_int_equal(tenancy_send(&of_b), FATE_FLOW_TABLE_FULL); /* it has none */
}

static void
a_full_table_refuses_in_audit_mode_too(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", mode: audit }\n");
	table_fill();
	assert_int_equal(send_flow(FLOWS4), FATE_FORWARD);
	assert_null(tenancy_flow(0));
	assert_int_equal(tenancy_audits("/a", FATE_FLOW_TABLE_FULL), 1);
	assert_int_equal(tenancy_flows_used("/a"), FLOWS4);
}

static void
a_quota_of_packets_lets_exactly_so_many_pass(void **state)
{
	unsigned passed = 0;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 100, period: 1d } }\n"
	);
	for (unsigned i = 0; i < 150; i++)
		passed += send_flow((uint16_t)(i % 7)) == FATE_FORWARD;
	assert_int_equal(passed, 100);
	assert_int_equal(tenancy_drops("/a", FATE_QUOTA_SPENT), 50);
}

static void
a_quota_of_bytes_lets_exactly_so_many_pass(void **state)
{
	struct packet_spec s = udp_of(0);
	unsigned passed = 0;

	(void)state;
	s.payload_bytes = 100 - 14 - 20 - 8; /* frames of 100 bytes */
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { bytes: 1k, period: 1d } }\n");
	for (unsigned i = 0; i < 20; i++)
		passed += tenancy_send(&s) == FATE_FORWARD;
	assert_int_equal(passed, 10);
	assert_int_equal(tenancy_account("/a")->bytes[0], 1000);
}

static void
the_responder_s_packets_spend_the_initiator_s_quota(void **state)
{
	struct packet_spec s = udp_of(0), r = packet_spec_reply(&s);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 2, period: 1d } }\n");
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	assert_int_equal(tenancy_send(&r), FATE_QUOTA_SPENT);
	assert_int_equal(tenancy_account("/a")->packets[1], 1);
}

static void
a_quota_is_whole_again_in_the_next_period(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 1, period: 10s } }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT);
	tenancy_wait_ms(9 * 1000);
	assert_int_equal(send_flow(0), FATE_FORWARD);
}

static void
a_flow_that_is_refused_costs_nothing(void **state)
{
	unsigned passed = 0;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", flows.max: 1, quota: { packets: 10, period: 1d } }\n");
	for (uint16_t i = 0; i < 100; i++)
		passed += send_flow(i) == FATE_FORWARD;
	assert_int_equal(passed, 1);
	for (unsigned i = 0; i < 20; i++)
		passed += send_flow(0) == FATE_FORWARD;
	assert_int_equal(passed, 10);
}

static void
a_packet_that_the_rules_deny_costs_nothing(void **state)
{
	struct packet_spec denied = udp_of(0);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 1, period: 1d },\n"
				   "        egress: { default: allow, rules: [ { proto: udp, "
				   "dport: 54, action: deny } ] } }\n");
	denied.dport = 54;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(tenancy_send(&denied), FATE_POLICY_DENIED);
	assert_int_equal(send_flow(0), FATE_FORWARD);
}

static void
a_malformed_segment_of_a_flow_costs_nothing(void **state)
{
	struct packet_spec s = udp_of(0);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", quota: { packets: 2, period: 1d } }\n");
	s.protocol = IPPROTO_TCP;
	s.tcp_flags = TCP_SYN;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	s.tcp_flags = 0;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(tenancy_send(&s), FATE_TCP_BAD_FLAGS);
	s.tcp_flags = TCP_SYN;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&s), FATE_QUOTA_SPENT);
}

static void
beyond_pps_max_packets_are_dropped(void **state)
{
	unsigned passed = 0;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", pps.max: 1000 }\n");
	for (unsigned ms = 0; ms < IN_A_SECOND; ms++) {
		for (unsigned i = 0; i < 4; i++)
			passed += send_flow(0) == FATE_FORWARD;
		tenancy_wait_ms(1);
	}
	assert_in_range(passed, 990, 1020);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_PPS_MAX), 4 * IN_A_SECOND - passed);
}

static void
beyond_bps_max_of_the_parent_packets_are_dropped(void **state)
{
	struct packet_spec s = udp_of(0);
	unsigned passed = 0;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { bps.max: 800k }\n"
				   "  /up/a: { " SPEC_IS_A " }\n");
	s.payload_bytes = 1000 - 14 - 20 - 8; /* 8,000 bits */
	for (unsigned ms = 0; ms < IN_A_SECOND; ms++) {
		passed += tenancy_send(&s) == FATE_FORWARD;
		tenancy_wait_ms(1);
	}
	assert_in_range(passed, 99, 104);
	assert_int_equal(tenancy_refusals("/up", FATE_TENANT_BPS_MAX), IN_A_SECOND - passed);
}

static void
in_audit_mode_no_limit_drops_and_all_are_counted(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", mode: audit, flows.max: 2, pps.max: 100 }\n");
	for (uint16_t i = 0; i < 10; i++)
		assert_int_equal(send_flow(i), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/a"), 10);
	assert_int_equal(tenancy_audits("/a", FATE_TENANT_FLOWS_MAX), 8);
	assert_in_range(tenancy_audits("/a", FATE_TENANT_PPS_MAX), 8, 9);
	assert_int_equal(tenancy_passed("/a"), 10);
}

static void
in_audit_mode_flows_rate_drops_nothing(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit, flows.rate: 10 }\n");
	for (uint16_t i = 0; i < 10; i++)
		assert_int_equal(send_flow(i), FATE_FORWARD);
	assert_in_range(tenancy_audits("/a", FATE_TENANT_FLOWS_RATE), 8, 9);
}

static void
an_enforced_parent_limits_a_child_in_audit_mode(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { flows.max: 2 }\n"
				   "  /up/a: { " SPEC_IS_A ", mode: audit }\n");
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(1), FATE_FORWARD);
	assert_int_equal(send_flow(2), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(tenancy_flows_used("/up/a"), 2);
}

static void
a_scan_of_ports_that_are_denied_leaves_no_flow(void **state)
{
	struct packet_spec s = {.src = v->nobody, .dst = v->a, .sport = 6000, .in = WAN};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", flows.max: 10, ingress: { default: deny } }\n");
	for (uint16_t i = 1; i < 2000; i++) {
		s.dport = i;
		assert_int_equal(tenancy_send(&s), FATE_POLICY_DENIED);
	}
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_account("/a")->flows_created, 0);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 1999);
}

/* So many hits has the default of a's rules for what it sends. */
static uint64_t
default_hits(const struct tenancy_fixture *f)
{
	return rule_list_hits(f->t->books.set->tenants[tenancy_slot("/a")].egress, RULE_DEFAULT);
}

static void
assert_no_rule_is_asked(const char *text, enum fate expected)
{
	struct tenancy_fixture *f = tenancy_open(text);
	uint64_t hits;

	assert_int_equal(send_flow(0), FATE_FORWARD);
	hits = default_hits(f);
	assert_int_equal(hits, 1);
	for (uint16_t i = 1; i < 20; i++)
		assert_int_equal(send_flow(i), expected);
	assert_int_equal(default_hits(f), hits);
}

static void
beyond_a_limit_of_packets_no_rule_is_asked(void **state)
{
	assert_no_rule_is_asked(
		TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
			      ", pps.max: 10, egress: { default: allow } }\n",
		FATE_TENANT_PPS_MAX
	);
	(void)tenancy_teardown(state);
	assert_no_rule_is_asked(
		TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
			      ", quota: { packets: 1, period: 1d }, egress: { default: allow } }\n",
		FATE_QUOTA_SPENT
	);
}

/* What is refused further on was not let pass at the cost of what is let pass. */
static void
what_the_rules_deny_spends_no_rate(void **state)
{
	struct packet_spec denied = udp_of(0);

	(void)state;
	denied.dport = 54;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", pps.max: 10,\n"
				   "        egress: { default: allow, rules: [ { proto: udp, "
				   "dport: 54, action: deny } ] } }\n");
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(tenancy_send(&denied), FATE_POLICY_DENIED);
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_TENANT_PPS_MAX);
}

/* Of a second each, four fifths of what the table can hold at any time. They come up for a look all at once. */
static void
ageing_keeps_up_with_bursts_of_short_flows(void **state)
{
	enum { TURN_MS = 40, TURNS = 10 * IN_A_SECOND / TURN_MS };
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
							       ", timeouts: { udp: 1s } }\n");
	uint16_t next = 0;

	(void)state;
	for (unsigned turn = 0; turn < TURNS; turn++) {
		f->now_ns += TURN_MS * UINT64_C(1000000);
		tenancy_turn_at(f->t, f->now_ns);
		for (unsigned i = 0; i < BURST_MAX; i++) {
			struct packet_spec s = udp_of(next++);

			tenancy_add(&s);
		}
		tenancy_run();
		for (unsigned i = 0; i < BURST_MAX; i++)
			assert_int_equal(tenancy_fate(i), FATE_FORWARD);
		tenancy_tidy(f->t);
	}
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_TABLE_FULL), 0);
}

static void
a_quota_s_period_follows_the_wall_clock_when_that_is_set(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
					   ", quota: { packets: 2, period: 1h } }\n");

	(void)state;
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT);
	f->a.tenants.unix_offset_ns += UINT64_C(3600) * 1000000000;
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT); /* the turn began before */
	tenancy_wait_ms(0);
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_FORWARD);
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT);
	/* Back by a little, as NTP does at the turn of an hour: that is no new period. */
	f->a.tenants.unix_offset_ns -= UINT64_C(2) * 1000000000;
	tenancy_wait_ms(0);
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT);
	f->a.tenants.unix_offset_ns += UINT64_C(2) * 1000000000;
	tenancy_wait_ms(0);
	assert_int_equal(send_flow(0), FATE_QUOTA_SPENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST(as_many_flows_as_flows_max_open_and_no_more),
		TENANCY_TEST(flows_of_both_ip_versions_count_together),
		TENANCY_TEST(flows_max_of_a_parent_holds_for_all_below_it),
		TENANCY_TEST(the_place_of_a_flow_that_expired_is_free_again),
		TENANCY_TEST(beyond_flows_rate_no_flow_opens),
		TENANCY_TEST(with_on_full_evict_the_oldest_flow_makes_room),
		TENANCY_TEST(a_tenant_without_a_flow_to_give_up_is_refused_at_its_parent_s_maximum),
		TENANCY_TEST(a_flow_of_the_other_ip_version_may_be_the_one_to_go),
		TENANCY_TEST(a_flow_evicted_in_the_burst_in_which_it_was_found_is_not_used),
		TENANCY_TEST(packets_of_a_tcp_flow_evicted_in_the_same_burst_are_refused),
		TENANCY_TEST(a_full_table_refuses_new_flows_and_counts_none),
		TENANCY_TEST(in_a_full_table_a_tenant_that_evicts_gives_up_one_of_its_own),
		TENANCY_TEST(a_full_table_refuses_in_audit_mode_too),
		TENANCY_TEST(a_quota_of_packets_lets_exactly_so_many_pass),
		TENANCY_TEST(a_quota_of_bytes_lets_exactly_so_many_pass),
		TENANCY_TEST(the_responder_s_packets_spend_the_initiator_s_quota),
		TENANCY_TEST(a_quota_is_whole_again_in_the_next_period),
		TENANCY_TEST(a_flow_that_is_refused_costs_nothing),
		TENANCY_TEST(a_packet_that_the_rules_deny_costs_nothing),
		TENANCY_TEST(a_malformed_segment_of_a_flow_costs_nothing),
		TENANCY_TEST(beyond_pps_max_packets_are_dropped),
		TENANCY_TEST(beyond_bps_max_of_the_parent_packets_are_dropped),
		TENANCY_TEST(in_audit_mode_no_limit_drops_and_all_are_counted),
		TENANCY_TEST(in_audit_mode_flows_rate_drops_nothing),
		TENANCY_TEST(an_enforced_parent_limits_a_child_in_audit_mode),
		TENANCY_TEST(a_scan_of_ports_that_are_denied_leaves_no_flow),
		TENANCY_TEST(beyond_a_limit_of_packets_no_rule_is_asked),
		TENANCY_TEST(what_the_rules_deny_spends_no_rate),
		TENANCY_TEST(ageing_keeps_up_with_bursts_of_short_flows),
		TENANCY_TEST(a_quota_s_period_follows_the_wall_clock_when_that_is_set),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
