/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: flows that live while the tenants change. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#define TENANTS(a_more, b_more)                                                                    \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A a_more " }\n"                                           \
		      "  /b: { " SPEC_IS_B b_more " }\n"
#define ALL_ALLOWED TENANTS("", "")
#define A_FROZEN TENANTS(", frozen: true", "")
#define A_SAYS_NOTHING TENANTS(", egress: { default: deny }", "")
#define A_HEARS_NOTHING TENANTS(", ingress: { default: deny }", "")
#define B_HEARS_NOTHING TENANTS("", ", ingress: { default: deny }")
#define B_SAYS_NOTHING TENANTS("", ", egress: { default: deny }")
#define ONLY_B                                                                                     \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /b: { " SPEC_IS_B " }\n"
#define ONLY_A                                                                                     \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A " }\n"

static struct packet_spec
udp_of(const struct spec_version *v)
{
	return (struct packet_spec){.src = v->a, .dst = v->b, .sport = 5000, .dport = 53};
}

static enum fate
send_a(const struct spec_version *v)
{
	struct packet_spec s = udp_of(v);

	return tenancy_send(&s);
}

static enum fate
send_b(const struct spec_version *v)
{
	struct packet_spec s = udp_of(v), r = packet_spec_reply(&s);

	return tenancy_send(&r);
}

/* A flow from a to b, both have spoken. */
static struct tenancy_fixture *
open_with_flow(const struct spec_version *v, const char *text)
{
	struct tenancy_fixture *f = tenancy_open(text);

	assert_int_equal(send_a(v), FATE_FORWARD);
	assert_int_equal(send_b(v), FATE_FORWARD);
	return f;
}

static void
a_flow_goes_on_under_an_equal_config(void **state)
{
	struct tenancy_fixture *f = open_with_flow(*state, ALL_ALLOWED);

	tenancy_reload(ALL_ALLOWED);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 3);
	assert_int_equal(tenancy_flow(0)->generation, f->t->books.set->generation);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/a"));
	assert_int_equal(tenancy_account("/a")->packets[1], 2);
}

static void
a_frozen_tenant_s_flow_stands_still_and_goes_on_when_thawed(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_FROZEN);
	assert_int_equal(send_a(*state), FATE_TENANT_FROZEN);
	assert_int_equal(send_b(*state), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FROZEN), 2);
	tenancy_reload(ALL_ALLOWED);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 3);
}

/* So that who looks for a packet that died finds it at the level that refused it. */
static void
every_packet_of_a_refused_flow_is_a_drop_and_a_refusal(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_FROZEN);
	assert_int_equal(send_a(*state), FATE_TENANT_FROZEN);
	assert_int_equal(send_a(*state), FATE_TENANT_FROZEN);
	assert_int_equal(send_b(*state), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FROZEN), 3);
	assert_int_equal(tenancy_refusals("/a", FATE_TENANT_FROZEN), 3);
}

static uint64_t
ingress_hits_of_b(const struct tenancy_fixture *f)
{
	return rule_list_hits(f->t->books.set->tenants[tenancy_slot("/b")].ingress, RULE_DEFAULT);
}

static void
a_rule_has_as_many_hits_as_packets_of_a_living_flow_it_stopped(void **state)
{
	struct tenancy_fixture *f = open_with_flow(*state, ALL_ALLOWED);

	tenancy_reload(B_HEARS_NOTHING);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(send_a(*state), FATE_POLICY_DENIED);
		assert_int_equal(send_b(*state), FATE_POLICY_DENIED);
	}
	assert_int_equal(ingress_hits_of_b(f), 10);
	assert_int_equal(tenancy_refusals("/b", FATE_POLICY_DENIED), 10);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 10);
	assert_int_equal(tenancy_flow(0)->packets, 2);
}

/* What only audit mode lets pass is judged once, as what is allowed, and each of its packets is counted. */
static void
a_living_flow_that_becomes_audited_is_judged_once(void **state)
{
	struct tenancy_fixture *f = open_with_flow(*state, ALL_ALLOWED);

	tenancy_reload(TENANTS("", ", mode: audit, ingress: { default: deny }"));
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(ingress_hits_of_b(f), 1);
	assert_int_equal(tenancy_refusals("/b", FATE_POLICY_DENIED), 1);
	assert_int_equal(tenancy_audits("/a", FATE_POLICY_DENIED), 5);
}

static void
a_frozen_flow_ends_by_its_timeout(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_FROZEN);
	tenancy_wait_ms(100 * 1000);
	assert_int_equal(send_a(*state), FATE_TENANT_FROZEN);
	tenancy_wait_ms(80 * 1000);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
new_rules_hold_for_a_flow_when_its_initiator_speaks_next(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_SAYS_NOTHING);
	assert_int_equal(send_a(*state), FATE_POLICY_DENIED);
	assert_int_equal(send_b(*state), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 2);
}

static void
new_rules_hold_for_a_flow_when_its_responder_speaks_first(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(B_HEARS_NOTHING);
	assert_int_equal(send_b(*state), FATE_POLICY_DENIED);
	assert_int_equal(send_a(*state), FATE_POLICY_DENIED);
}

static void
new_rules_see_a_flow_in_its_initiator_s_direction_whoever_speaks(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_HEARS_NOTHING);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	tenancy_reload(B_SAYS_NOTHING);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/a"));
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/b"));
}

static void
an_error_about_a_flow_has_it_judged_again(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v);
	struct packet_spec error = {
		.src = v->b,
		.dst = v->a,
		.protocol = v->icmp,
		.icmp_type = v->unreachable,
		.in = WAN,
		.quote = &quoted,
	};

	open_with_flow(v, ALL_ALLOWED);
	tenancy_reload(A_SAYS_NOTHING);
	assert_int_equal(tenancy_send(&error), FATE_POLICY_DENIED);
	tenancy_reload(A_HEARS_NOTHING);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 1);
	assert_int_equal(
		tenancy_account("/a")->packets[1], 2
	); /* it comes from the responder's side */
}

static void
a_flow_that_was_denied_passes_again_under_rules_that_allow_it(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_SAYS_NOTHING);
	assert_int_equal(send_a(*state), FATE_POLICY_DENIED);
	tenancy_reload(ALL_ALLOWED);
	assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 3);
}

static void
an_audited_flow_is_denied_when_audit_mode_ends(void **state)
{
	open_with_flow(*state, TENANTS(", mode: audit, egress: { default: deny }", ""));
	assert_true(tenancy_flow(0)->flags & FLOW_AUDITED);
	tenancy_reload(A_SAYS_NOTHING);
	assert_int_equal(send_a(*state), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_audits("/a", FATE_POLICY_DENIED), 2);
}

static void
both_packets_of_a_burst_after_a_reload_are_judged_by_the_new_rules(void **state)
{
	struct packet_spec s = udp_of(*state), r = packet_spec_reply(&s);

	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(A_SAYS_NOTHING);
	tenancy_add(&r);
	tenancy_add(&s);
	tenancy_run();
	assert_int_equal(tenancy_fate(0), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_fate(1), FATE_POLICY_DENIED);
}

static void
flows_of_a_tenant_that_is_gone_end(void **state)
{
	struct tenancy_fixture *f = open_with_flow(*state, ALL_ALLOWED);
	uint16_t slot = tenancy_slot("/a");

	tenancy_reload(ONLY_B);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_check();
	tenancy_wait_ms(0);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(f->a.tenants.usage[slot].flows, 0);
	assert_int_equal(f->t->books.accounts[slot].flows_ended[TENANT_FLOW_REMOVED], 1);
}

static void
a_flow_whose_tenant_is_gone_ends_when_it_speaks_and_a_new_one_opens(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(ONLY_B);
	assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 1);
	assert_int_equal(tenancy_flow(0)->from, TENANT_ROOT);
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/b"));
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
a_flow_whose_responder_s_tenant_is_gone_ends_when_it_speaks(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(ONLY_A);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 1);
	assert_int_equal(tenancy_flow(0)->to, TENANT_ROOT);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_REMOVED], 1);
}

static void
a_flow_whose_responder_s_tenant_is_gone_ends_in_silence(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec other = udp_of(v);

	other.dst = v->nobody;
	open_with_flow(v, ALL_ALLOWED);
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	tenancy_reload(ONLY_A);
	tenancy_wait_ms(0);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_flows_used("/a"), 1);
	assert_int_equal(tenancy_account("/a")->flows_ended[TENANT_FLOW_REMOVED], 1);
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 2);
}

/* Each reload comes before the walk through the tables has come round to the flow, and begins another one. */
static void
reloads_do_not_keep_flows_to_a_tenant_that_is_gone(void **state)
{
	enum { OTHERS = 900, RELOADS = 100 };
	const struct spec_version *v = *state;
	struct packet_spec other = udp_of(v);
	struct tenancy_fixture *f = tenancy_open(ALL_ALLOWED);

	other.dst = v->nobody;
	for (unsigned i = 0; i < OTHERS; i++, other.sport++)
		assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	assert_int_equal(send_a(v), FATE_FORWARD);
	for (unsigned i = 0; i < RELOADS; i++) {
		tenancy_reload(i % 2 == 0 ? ONLY_A : ONLY_A "  /t: { flows.max: 5 }\n");
		tenancy_tidy(f->t);
	}
	assert_int_equal(tenancy_flows_all(), OTHERS);
}

static void
no_turn_ends_many_flows_to_a_tenant_that_is_gone(void **state)
{
	enum { FLOWS = 500, TURN_MAX = 64 };
	struct packet_spec s = udp_of(*state);
	struct tenancy_fixture *f = tenancy_open(ALL_ALLOWED);
	uint32_t left = FLOWS;

	for (unsigned i = 0; i < FLOWS; i++, s.sport++)
		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	tenancy_reload(ONLY_A);
	while (left > 0) {
		tenancy_tidy(f->t);
		assert_in_range(left - tenancy_flows_all(), 1, TURN_MAX);
		left = tenancy_flows_all();
	}
}

/* Thousands may go by one reload, and hardly any has a flow. */
static void
no_turn_looks_at_many_tenants_that_are_gone(void **state)
{
	enum { TENANTS_GONE = 900, TURN_MAX = 200 };
	struct tenancy_fixture *f;
	char *text;
	size_t length;
	FILE *config = open_memstream(&text, &length);

	(void)state;
	assert_non_null(config);
	(void)fputs(ONLY_A, config);
	for (unsigned i = 0; i < TENANTS_GONE; i++)
		(void)fprintf(config, "  /t%u: { flows.max: 5 }\n", i);
	assert_int_equal(fclose(config), 0);
	f = tenancy_open(text);
	free(text);
	tenancy_reload(ONLY_A);
	for (unsigned looked = 0; looked < TENANTS_GONE; looked = f->t->retire.removed) {
		tenancy_tidy(f->t);
		assert_in_range(f->t->retire.removed - looked, 1, TURN_MAX);
	}
}

static void
a_tcp_flow_whose_tenant_is_gone_needs_a_new_syn(void **state)
{
	struct packet_spec s = udp_of(*state);

	tenancy_open(ALL_ALLOWED);
	s.protocol = IPPROTO_TCP;
	s.tcp_flags = TCP_SYN;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	tenancy_reload(ONLY_B);
	s.tcp_flags = TCP_ACK;
	assert_int_equal(tenancy_send(&s), FATE_FLOW_NO_SYN);
	s.tcp_flags = TCP_SYN;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
}

/* The prefix of a is /x/one's first, /y/two's then. */
#define TREE(one, two, more)                                                                       \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /x: { flows.max: 100 }\n"                                                 \
		      "  /x/one: { " one " }\n"                                                    \
		      "  /y: { flows.max: 100 }\n"                                                 \
		      "  /y/two: { " two more " }\n"
#define UNUSED "from: [ { src: 10.99.0.0/16 } ]"

static void
a_flow_whose_prefix_moves_moves_its_count_when_it_speaks(void **state)
{
	open_with_flow(*state, TREE(SPEC_IS_A, UNUSED, ""));
	assert_int_equal(tenancy_flows_used("/x"), 1);
	tenancy_reload(TREE(UNUSED, SPEC_IS_A, ""));
	assert_int_equal(tenancy_flows_used("/x"), 1);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/y/two"));
	assert_int_equal(tenancy_flow(0)->packets, 3);
	assert_int_equal(tenancy_flows_used("/x/one"), 0);
	assert_int_equal(tenancy_flows_used("/x"), 0);
	assert_int_equal(tenancy_flows_used("/y/two"), 1);
	assert_int_equal(tenancy_flows_used("/y"), 1);
	assert_int_equal(tenancy_flows_used("/"), 1);
	assert_int_equal(tenancy_flows_owned("/x/one"), 0);
	assert_int_equal(tenancy_flows_owned("/y/two"), 1);
}

static void
a_flow_that_its_new_tenant_does_not_admit_ends(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec other = udp_of(v);

	other.src = v->a2;
	open_with_flow(v, TREE(SPEC_IS_A, UNUSED, ""));
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	tenancy_reload(TREE(UNUSED, SPEC_IS_A, ", flows.max: 1"));
	assert_int_equal(send_a(v), FATE_FORWARD);
	assert_int_equal(tenancy_send(&other), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_flows_used("/x"), 0);
	assert_int_equal(tenancy_flows_used("/y"), 1);
	assert_int_equal(tenancy_drops("/y/two", FATE_TENANT_FLOWS_MAX), 1);
}

/* Between two children of a parent that is full: the parent has no flow more than before. */
static void
a_flow_moves_between_two_tenants_whose_parent_is_full(void **state)
{
	open_with_flow(
		*state,
		TENANCY_PORTS "tenants:\n"
			      "  /x: { flows.max: 1 }\n"
			      "  /x/one: { " SPEC_IS_A " }\n"
			      "  /x/two: { " UNUSED " }\n"
	);
	tenancy_reload(TENANCY_PORTS "tenants:\n"
				     "  /x: { flows.max: 1 }\n"
				     "  /x/one: { " UNUSED " }\n"
				     "  /x/two: { " SPEC_IS_A " }\n");
	assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/x"), 1);
	assert_int_equal(tenancy_flows_used("/x/one"), 0);
	assert_int_equal(tenancy_flows_used("/x/two"), 1);
}

static void
a_flow_whose_responder_s_prefix_moves_keeps_its_payer(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(TENANCY_PORTS "tenants:\n"
				     "  /a: { " SPEC_IS_A " }\n"
				     "  /b: { " UNUSED " }\n"
				     "  /c: { " SPEC_IS_B " }\n");
	assert_int_equal(send_a(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->packets, 3);
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/c"));
	assert_int_equal(tenancy_flows_owned("/a"), 1);
}

static void
a_flow_of_nobody_s_initiator_moves_to_him_when_he_becomes_a_tenant(void **state)
{
	open_with_flow(
		*state,
		TENANCY_PORTS "tenants:\n"
			      "  /a: { " UNUSED " }\n"
			      "  /b: { " SPEC_IS_B " }\n"
	);
	assert_int_equal(tenancy_flows_owned("/b"), 1);
	tenancy_reload(ALL_ALLOWED);
	assert_int_equal(send_b(*state), FATE_FORWARD);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_flows_owned("/b"), 0);
}

static void
new_timeouts_hold_for_a_flow_when_it_has_spoken(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(TENANTS(", timeouts: { udp_replied: 10s }", ""));
	assert_int_equal(send_a(*state), FATE_FORWARD);
	tenancy_wait_ms(9990);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
longer_timeouts_hold_for_a_flow_at_once(void **state)
{
	open_with_flow(*state, ALL_ALLOWED);
	tenancy_reload(TENANTS(", timeouts: { udp_replied: 500s }", ""));
	tenancy_wait_ms(499 * 1000);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(1000);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
a_lower_flows_max_ends_no_flow_and_opens_none(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec other = udp_of(v);

	open_with_flow(v, ALL_ALLOWED);
	other.sport++;
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	tenancy_reload(TENANTS(", flows.max: 1", ""));
	assert_int_equal(send_a(v), FATE_FORWARD);
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	other.sport++;
	assert_int_equal(tenancy_send(&other), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(tenancy_flows_used("/a"), 2);
}

/* The real one of a is on the LAN. From the WAN its address is nobody's. */
#define ON_THEIR_PORTS(a_more)                                                                     \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { from: [ { port: lan, src: 10.1.0.0/16 },\n"                         \
		      "                { port: lan, src: '2001:db8:1::/48' } ]" a_more " }\n"      \
		      "  /b: { " SPEC_IS_B " }\n"
#define A_HAS_SIX_PACKETS ", quota: { packets: 6, period: 1d }"

/* What comes under a's name from b's side of the pair. */
static enum fate
send_spoofed(const struct spec_version *v)
{
	struct packet_spec s = udp_of(v);

	s.in = WAN;
	return tenancy_send(&s);
}

static void
assert_spoofer_has_a_flow_of_its_own(const struct spec_version *v, const struct flow *real)
{
	uint32_t packets = (uint32_t)real->packets;

	assert_int_equal(send_spoofed(v), FATE_FORWARD);
	assert_ptr_not_equal(tenancy_flow(0), real);
	assert_int_equal(tenancy_flow(0)->from, TENANT_ROOT);
	assert_int_equal(real->packets, packets);
	assert_int_equal(real->from, tenancy_slot("/a"));
	assert_int_equal(real->to, tenancy_slot("/b"));
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_flows_owned("/b"), 1);
}

static void
who_sends_under_another_s_name_from_the_other_side_has_no_part_in_his_flow(void **state)
{
	const struct flow *real;

	open_with_flow(*state, ON_THEIR_PORTS(A_HAS_SIX_PACKETS));
	real = tenancy_flow(0);
	for (unsigned i = 0; i < 10; i++)
		assert_spoofer_has_a_flow_of_its_own(*state, real);
	tenancy_reload(ON_THEIR_PORTS(A_HAS_SIX_PACKETS));
	/* First to speak after the reload: it is not the real flow that is judged again. */
	for (unsigned i = 0; i < 10; i++)
		assert_spoofer_has_a_flow_of_its_own(*state, real);
	assert_int_equal(tenancy_passed("/a"), 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(send_a(*state), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(0), real);
		assert_int_equal(send_b(*state), FATE_FORWARD);
		assert_ptr_equal(tenancy_flow(0), real);
	}
	assert_int_equal(send_a(*state), FATE_QUOTA_SPENT);
}

/* Nor does a reset, in the name of either end, from the side where that end is not. */
static void
a_reset_from_the_wrong_side_ends_no_connection(void **state)
{
	struct packet_spec s = udp_of(*state), r;
	const struct flow *real;

	s.protocol = IPPROTO_TCP;
	s.tcp_flags = TCP_SYN;
	r = packet_spec_reply(&s);
	tenancy_open(ALL_ALLOWED);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	real = tenancy_flow(0);
	s.tcp_flags = r.tcp_flags = TCP_RST;
	s.in ^= 1;
	r.in ^= 1;
	assert_int_equal(tenancy_send(&s), FATE_FLOW_NO_SYN);
	assert_int_equal(tenancy_send(&r), FATE_FLOW_NO_SYN);
	assert_int_equal(real->state, FLOW_TCP_SYN);
	assert_int_equal(tenancy_flows_all(), 1);
}

/* So soon after the start that a slow bucket, were it given what a fast one had paid, would be before the beginning of time. */
static void
assert_rate_after_traffic(const struct spec_version *v, const char *before, const char *after)
{
	tenancy_open(before);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(send_a(v), FATE_FORWARD);
	tenancy_reload(after);
	for (unsigned i = 0; i < 5; i++) {
		tenancy_wait_ms(300
		); /* 5 packets are due in each of these, and in a bucket at rest */
		assert_int_equal(send_a(v), FATE_FORWARD);
	}
}

#define BYTES_QUOTA "quota: { bytes: 10G, period: 1d }"
#define PACKETS_QUOTA "quota: { packets: 10G, period: 1d }"

static void
a_rate_that_comes_to_a_quota_lets_packets_pass_at_that_rate(void **state)
{
	static const char *const cases[][2] = {
		{TENANTS(", " BYTES_QUOTA, ""), TENANTS(", " BYTES_QUOTA ", bps.max: 8k", "")},
		{TENANTS(", " BYTES_QUOTA, ""), TENANTS(", " BYTES_QUOTA ", pps.max: 17", "")},
		{TENANTS(", " PACKETS_QUOTA, ""), TENANTS(", " PACKETS_QUOTA ", pps.max: 17", "")},
		{TENANTS(", " PACKETS_QUOTA, ""), TENANTS(", " PACKETS_QUOTA ", bps.max: 8k", "")},
		{TENANTS(", " BYTES_QUOTA, ""), TENANTS(", bps.max: 8k", "")},
		{TENANTS(", " PACKETS_QUOTA, ""), TENANTS(", pps.max: 17", "")},
	};
	const struct spec_version *v = *state;

	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_rate_after_traffic(v, cases[i][0], cases[i][1]);
		(void)tenancy_teardown(state);
	}
}

static void
a_rate_that_is_cut_lets_packets_pass_at_the_new_one(void **state)
{
	static const char *const cases[][2] = {
		{TENANTS(", pps.max: 100M", ""), TENANTS(", pps.max: 17", "")},
		{TENANTS(", bps.max: 400G", ""), TENANTS(", bps.max: 8k", "")},
		{TENANTS(", bps.max: 400G, pps.max: 100M", ""),
		 TENANTS(", bps.max: 8k, pps.max: 17", "")},
	};
	const struct spec_version *v = *state;

	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		assert_rate_after_traffic(v, cases[i][0], cases[i][1]);
		(void)tenancy_teardown(state);
	}
}

/* What a packet still owed at the old rate, hours of it, is nothing at the new one. */
static void
a_rate_that_is_raised_lets_packets_pass_at_once(void **state)
{
	static const char *const cases[][2] = {
		{TENANTS(", bps.max: 8", ""), TENANTS(", bps.max: 1G", "")},
		{TENANTS(", pps.max: 1", ""), TENANTS(", pps.max: 1M", "")},
		{TENANTS(", quota: { packets: 1, period: 1d, spent: { bps.max: 8 } }", ""),
		 TENANTS(", quota: { packets: 1, period: 1d, spent: { bps.max: 1M } }", "")},
	};
	const struct spec_version *v = *state;

	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		tenancy_open(cases[i][0]);
		while (send_a(v) == FATE_FORWARD)
			;
		tenancy_reload(cases[i][1]);
		assert_int_equal(send_a(v), FATE_FORWARD);
		tenancy_reload(cases[i][1]);
		assert_int_equal(send_b(v), FATE_FORWARD);
		(void)tenancy_teardown(state);
	}
}

/* The credit that is left of the time before is not given to the bucket, which never paid for it. */
static void
a_rate_that_comes_to_a_quota_holds(void **state)
{
	unsigned passed = 0;

	open_with_flow(*state, TENANTS(", " PACKETS_QUOTA, ""));
	tenancy_reload(TENANTS(", " PACKETS_QUOTA ", pps.max: 10", ""));
	for (unsigned i = 0; i < 100; i++)
		passed += send_a(*state) == FATE_FORWARD;
	assert_in_range(passed, 1, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(a_flow_goes_on_under_an_equal_config),
		TENANCY_TEST_BOTH(a_frozen_tenant_s_flow_stands_still_and_goes_on_when_thawed),
		TENANCY_TEST_BOTH(every_packet_of_a_refused_flow_is_a_drop_and_a_refusal),
		TENANCY_TEST_BOTH(a_rule_has_as_many_hits_as_packets_of_a_living_flow_it_stopped),
		TENANCY_TEST_BOTH(a_living_flow_that_becomes_audited_is_judged_once),
		TENANCY_TEST_BOTH(a_frozen_flow_ends_by_its_timeout),
		TENANCY_TEST_BOTH(new_rules_hold_for_a_flow_when_its_initiator_speaks_next),
		TENANCY_TEST_BOTH(new_rules_hold_for_a_flow_when_its_responder_speaks_first),
		TENANCY_TEST_BOTH(new_rules_see_a_flow_in_its_initiator_s_direction_whoever_speaks),
		TENANCY_TEST_BOTH(an_error_about_a_flow_has_it_judged_again),
		TENANCY_TEST_BOTH(a_flow_that_was_denied_passes_again_under_rules_that_allow_it),
		TENANCY_TEST_BOTH(an_audited_flow_is_denied_when_audit_mode_ends),
		TENANCY_TEST_BOTH(both_packets_of_a_burst_after_a_reload_are_judged_by_the_new_rules
		),
		TENANCY_TEST_BOTH(flows_of_a_tenant_that_is_gone_end),
		TENANCY_TEST_BOTH(
			a_flow_whose_tenant_is_gone_ends_when_it_speaks_and_a_new_one_opens
		),
		TENANCY_TEST_BOTH(a_flow_whose_responder_s_tenant_is_gone_ends_when_it_speaks),
		TENANCY_TEST_BOTH(a_flow_whose_responder_s_tenant_is_gone_ends_in_silence),
		TENANCY_TEST_BOTH(reloads_do_not_keep_flows_to_a_tenant_that_is_gone),
		TENANCY_TEST_BOTH(no_turn_ends_many_flows_to_a_tenant_that_is_gone),
		TENANCY_TEST(no_turn_looks_at_many_tenants_that_are_gone),
		TENANCY_TEST_BOTH(a_tcp_flow_whose_tenant_is_gone_needs_a_new_syn),
		TENANCY_TEST_BOTH(a_flow_whose_prefix_moves_moves_its_count_when_it_speaks),
		TENANCY_TEST_BOTH(a_flow_that_its_new_tenant_does_not_admit_ends),
		TENANCY_TEST_BOTH(a_flow_moves_between_two_tenants_whose_parent_is_full),
		TENANCY_TEST_BOTH(a_flow_whose_responder_s_prefix_moves_keeps_its_payer),
		TENANCY_TEST_BOTH(a_flow_of_nobody_s_initiator_moves_to_him_when_he_becomes_a_tenant
		),
		TENANCY_TEST_BOTH(new_timeouts_hold_for_a_flow_when_it_has_spoken),
		TENANCY_TEST_BOTH(longer_timeouts_hold_for_a_flow_at_once),
		TENANCY_TEST_BOTH(a_lower_flows_max_ends_no_flow_and_opens_none),
		TENANCY_TEST_BOTH(
			who_sends_under_another_s_name_from_the_other_side_has_no_part_in_his_flow
		),
		TENANCY_TEST_BOTH(a_reset_from_the_wrong_side_ends_no_connection),
		TENANCY_TEST_BOTH(a_rate_that_comes_to_a_quota_lets_packets_pass_at_that_rate),
		TENANCY_TEST_BOTH(a_rate_that_is_cut_lets_packets_pass_at_the_new_one),
		TENANCY_TEST_BOTH(a_rate_that_is_raised_lets_packets_pass_at_once),
		TENANCY_TEST_BOTH(a_rate_that_comes_to_a_quota_holds),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
