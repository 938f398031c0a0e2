/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: rules of both sides and all levels, audit mode, frozen tenants, and what has no flow. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

#define DNS_ONLY "{ default: deny, rules: [ { proto: udp, dport: 53, action: allow } ] }"

static const struct spec_version *const v = &spec_ipv4;

static struct packet_spec
udp_of(uint16_t dport)
{
	return (struct packet_spec){.src = v->a, .dst = v->b, .sport = 5000, .dport = dport};
}

static enum fate
send_udp(uint16_t dport)
{
	struct packet_spec s = udp_of(dport);

	return tenancy_send(&s);
}

static void
what_a_rule_allows_opens_a_flow_and_what_the_default_denies_opens_none(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", egress: " DNS_ONLY " }\n");
	assert_int_equal(send_udp(53), FATE_FORWARD);
	assert_int_equal(send_udp(54), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 1);
	assert_int_equal(tenancy_refusals("/a", FATE_POLICY_DENIED), 1);
}

static void
answers_pass_whatever_the_rules_say_of_their_ports(void **state)
{
	struct packet_spec s = udp_of(53), r = packet_spec_reply(&s);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", egress: " DNS_ONLY
				   ", ingress: { default: deny } }\n");
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_UDP_REPLIED);
}

static void
the_responder_s_ingress_rules_must_allow_it_too(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A " }\n"
				   "  /b: { " SPEC_IS_B ", ingress: " DNS_ONLY " }\n");
	assert_int_equal(send_udp(53), FATE_FORWARD);
	assert_int_equal(send_udp(54), FATE_POLICY_DENIED);
	/* The one who would have paid has lost it; the one who was against it has refused it. */
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 1);
	assert_int_equal(tenancy_refusals("/b", FATE_POLICY_DENIED), 1);
	assert_int_equal(tenancy_refusals("/a", FATE_POLICY_DENIED), 0);
}

static void
the_rules_of_every_level_must_allow_it(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { egress: " DNS_ONLY " }\n"
				   "  /up/a: { " SPEC_IS_A ", egress: { default: allow } }\n");
	assert_int_equal(send_udp(53), FATE_FORWARD);
	assert_int_equal(send_udp(54), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_drops("/up/a", FATE_POLICY_DENIED), 1);
	assert_int_equal(tenancy_refusals("/up", FATE_POLICY_DENIED), 1);
}

static void
the_root_s_rules_hold_for_packets_of_nobody(void **state)
{
	struct packet_spec s = {.src = v->nobody, .dst = "198.51.100.77", .sport = 1, .dport = 2};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /: { egress: { default: deny } }\n"
				   "  /a: { " SPEC_IS_A " }\n");
	assert_int_equal(tenancy_send(&s), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_drops("/", FATE_POLICY_DENIED), 1);
}

static void
what_is_rejected_has_a_fate_of_its_own(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", egress: { default: reject } }\n");
	assert_int_equal(send_udp(53), FATE_POLICY_REJECTED);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_REJECTED), 1);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
rules_see_the_type_of_icmp_queries(void **state)
{
	struct packet_spec echo = {
		.src = v->a, .dst = v->b, .sport = 1, .protocol = IPPROTO_ICMP, .icmp_type = 8};
	struct packet_spec timestamp = echo;

	(void)state;
	timestamp.icmp_type = 13;
	timestamp.payload_bytes = 12;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", egress: { default: deny, rules: [ { proto: icmp, icmp_type: "
				   "8, action: allow } ] } }\n");
	assert_int_equal(tenancy_send(&echo), FATE_FORWARD);
	assert_int_equal(tenancy_send(&timestamp), FATE_POLICY_DENIED);
}

static void
an_error_passes_with_its_flow_whatever_the_rules_say_of_icmp(void **state)
{
	struct packet_spec quoted = udp_of(53);
	struct packet_spec error = {
		.src = v->b,
		.dst = v->a,
		.protocol = v->icmp,
		.icmp_type = v->unreachable,
		.in = WAN,
		.quote = &quoted,
	};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", egress: " DNS_ONLY
				   ", ingress: { default: deny } }\n");
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
}

static void
in_audit_mode_what_would_be_denied_passes_and_every_packet_is_counted(void **state)
{
	struct packet_spec s = udp_of(54), r = packet_spec_reply(&s);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit, egress: " DNS_ONLY " }\n");
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_true(tenancy_flow(0)->flags & FLOW_AUDITED);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	assert_int_equal(tenancy_audits("/a", FATE_POLICY_DENIED), 3);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 0);
	assert_int_equal(tenancy_passed("/a"), 3);
}

static void
an_audited_refusal_leaves_a_sample(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
					   ", mode: audit, egress: " DNS_ONLY " }\n");
	struct packet_spec s = udp_of(54);
	const struct audit_sample *sample = &f->t->audit.samples[0];

	(void)state;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(f->t->audit.n, 1);
	assert_int_equal(sample->reason, FATE_POLICY_DENIED);
	assert_int_equal(sample->level, tenancy_slot("/a"));
	assert_int_equal(sample->from, tenancy_slot("/a"));
	assert_int_equal(sample->dst_port_be, RTE_BE16(54));
	assert_int_equal(sample->ip_protocol, IPPROTO_UDP);
	assert_int_equal(sample->time_ns, f->now_ns);
}

/* Found with the burst, not judged: the flow alone knows the tenants. */
static void
a_sample_of_a_known_flow_s_packet_names_its_tenants(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n"
					   "  /a: { " SPEC_IS_A ", mode: audit, egress: " DNS_ONLY
					   " }\n"
					   "  /b: { " SPEC_IS_B " }\n");
	struct packet_spec s = udp_of(54), r = packet_spec_reply(&s);

	(void)state;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	for (unsigned i = 0; i < f->t->audit.n; i++) {
		assert_int_equal(f->t->audit.samples[i].from, tenancy_slot("/a"));
		assert_int_equal(f->t->audit.samples[i].to, tenancy_slot("/b"));
		assert_int_equal(f->t->audit.samples[i].reason, FATE_POLICY_DENIED);
	}
}

/* A limit, not a rule, is what would refuse it: that is asked for every packet. */
static void
a_sample_of_a_known_flow_s_packet_beyond_a_limit_names_its_tenants(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n"
					   "  /a: { " SPEC_IS_A ", mode: audit, pps.max: 100 }\n"
					   "  /b: { " SPEC_IS_B " }\n");

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(send_udp(53), FATE_FORWARD);
	assert_in_range(f->t->audit.n, 1, 20);
	for (unsigned i = 0; i < f->t->audit.n; i++) {
		assert_int_equal(f->t->audit.samples[i].from, tenancy_slot("/a"));
		assert_int_equal(f->t->audit.samples[i].to, tenancy_slot("/b"));
		assert_int_equal(f->t->audit.samples[i].level, tenancy_slot("/a"));
		assert_int_equal(f->t->audit.samples[i].reason, FATE_TENANT_PPS_MAX);
	}
}

static void
samples_are_the_last_ones(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
					   ", mode: audit, egress: { default: deny } }\n");

	(void)state;
	for (uint16_t i = 0; i < AUDIT_SAMPLES + 1; i++)
		assert_int_equal(send_udp((uint16_t)(1000 + i)), FATE_FORWARD);
	assert_int_equal(f->t->audit.n, AUDIT_SAMPLES + 1);
	assert_int_equal(f->t->audit.samples[0].dst_port_be, RTE_BE16(1000 + AUDIT_SAMPLES));
	assert_int_equal(f->t->audit.samples[1].dst_port_be, RTE_BE16(1001));
}

static void
an_enforced_level_denies_beside_one_in_audit_mode(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { egress: " DNS_ONLY " }\n"
				   "  /up/a: { " SPEC_IS_A
				   ", mode: audit, egress: { default: deny } }\n");
	assert_int_equal(send_udp(54), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_refusals("/up", FATE_POLICY_DENIED), 1);
	assert_int_equal(send_udp(53), FATE_FORWARD);
	assert_int_equal(tenancy_audits("/up/a", FATE_POLICY_DENIED), 1);
}

static void
a_frozen_tenant_opens_nothing_and_nobody_opens_anything_to_it(void **state)
{
	struct packet_spec s = udp_of(53), r = packet_spec_reply(&s);

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", frozen: true }\n"
				   "  /b: { " SPEC_IS_B " }\n");
	assert_int_equal(tenancy_send(&s), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_send(&r), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_drops("/a", FATE_TENANT_FROZEN), 1);
	assert_int_equal(tenancy_drops("/b", FATE_TENANT_FROZEN), 1);
	assert_int_equal(tenancy_refusals("/a", FATE_TENANT_FROZEN), 2);
}

static void
a_frozen_parent_freezes_all_below_it(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { frozen: true }\n"
				   "  /up/a: { " SPEC_IS_A " }\n");
	assert_int_equal(send_udp(53), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_refusals("/up", FATE_TENANT_FROZEN), 1);
}

static void
arp_build(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_arp(b);
	builder_finish(b);
}

static void
igmp_build(struct packet_builder *b)
{
	struct packet_spec s = {
		.src = v->a,
		.dst = "224.0.0.22",
		.protocol = IPPROTO_IGMP,
		.icmp_type = 0x16,
		.hops = 1,
	};

	packet_spec_build(&s, b);
}

static void
neighbour_build(struct packet_builder *b)
{
	struct packet_spec s = {
		.src = spec_ipv6.a,
		.dst = "ff02::1:ff00:1",
		.protocol = IPPROTO_ICMPV6,
		.icmp_type = 135,
		.hops = 255,
		.payload_bytes = 16,
	};

	packet_spec_build(&s, b);
}

static void
listener_build(struct packet_builder *b)
{
	struct packet_spec s = {
		.src = spec_ipv6.a,
		.dst = "ff02::16",
		.protocol = IPPROTO_ICMPV6,
		.icmp_type = 143,
		.hops = 1,
		.payload_bytes = 20,
	};

	packet_spec_build(&s, b);
}

static void
other_build(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_zeros(b, 46);
}

static void (*const without_flow[])(struct packet_builder *b
) = {arp_build, igmp_build, neighbour_build, listener_build};

/* Of each kind one, from the LAN. */
static void
assert_all_without_flow(enum fate expected)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(without_flow); i++) {
		struct packet_builder b;

		without_flow[i](&b);
		assert_int_equal(tenancy_send_built(&b, LAN), expected);
	}
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
what_serves_the_link_passes_without_flow_and_rules(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], egress: { default: deny } }\n");
	assert_all_without_flow(FATE_FORWARD);
	assert_int_equal(tenancy_passed("/lan"), ARRAY_LENGTH(without_flow));
}

static void
a_frozen_tenant_does_not_even_serve_the_link(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /lan: { from: [ { port: lan } ], frozen: true }\n");
	assert_all_without_flow(FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_drops("/lan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
}

static void
frozen_in_audit_mode_what_serves_the_link_passes_and_is_counted(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], frozen: true, mode: audit }\n");
	assert_all_without_flow(FATE_FORWARD);
	assert_int_equal(tenancy_audits("/lan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
}

static enum fate
send_other(void)
{
	struct packet_builder b;

	other_build(&b);
	return tenancy_send_built(&b, LAN);
}

/* Rules are about IP. */
static void
of_what_is_not_ip_only_the_defaults_of_the_lists_decide(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /lan: { from: [ { port: lan } ], egress: " DNS_ONLY " }\n");
	assert_int_equal(send_other(), FATE_POLICY_DENIED);
	tenancy_reload(TENANCY_PORTS "tenants:\n"
				     "  /lan: { from: [ { port: lan } ], egress: { default: allow, "
				     "rules: [ { proto: any, action: deny } ] } }\n");
	assert_int_equal(send_other(), FATE_FORWARD);
	tenancy_reload(TENANCY_PORTS
		       "tenants:\n"
		       "  /lan: { from: [ { port: lan } ] }\n"
		       "  /wan: { to: [ { port: wan } ], ingress: { default: deny } }\n");
	assert_int_equal(send_other(), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
what_is_not_ip_is_stopped_by_frozen_and_counted_once(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], frozen: true, mode: audit }\n");
	assert_int_equal(send_other(), FATE_FORWARD);
	assert_int_equal(tenancy_audits("/lan", FATE_TENANT_FROZEN), 1);
	tenancy_reload(TENANCY_PORTS
		       "tenants:\n"
		       "  /lan: { from: [ { port: lan } ], frozen: true, mode: audit }\n"
		       "  /wan: { to: [ { port: wan } ], frozen: true }\n");
	assert_int_equal(send_other(), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_audits("/lan", FATE_TENANT_FROZEN), 1);
}

/* As of packets of flows: it is one packet that would not have passed. */
static void
frozen_in_audit_mode_on_both_sides_a_packet_is_counted_once(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], frozen: true, mode: audit }\n"
		     "  /wan: { to: [ { port: wan } ], frozen: true, mode: audit }\n");
	assert_all_without_flow(FATE_FORWARD);
	assert_int_equal(tenancy_audits("/lan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
	assert_int_equal(tenancy_refusals("/wan", FATE_TENANT_FROZEN), 0);
}

static void
nothing_serves_the_link_to_a_frozen_tenant(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /wan: { to: [ { port: wan } ], frozen: true }\n");
	assert_all_without_flow(FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_drops("/wan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
}

static void
one_frozen_in_audit_mode_does_not_hide_the_other_side_that_is_frozen_in_force(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], frozen: true, mode: audit }\n"
		     "  /wan: { to: [ { port: wan } ], frozen: true }\n");
	assert_all_without_flow(FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_refusals("/wan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
	assert_int_equal(tenancy_drops("/lan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
}

static void
one_frozen_in_force_is_not_hidden_by_the_other_side_in_audit_mode(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /lan: { from: [ { port: lan } ], frozen: true }\n"
				   "  /wan: { to: [ { port: wan } ], frozen: true, mode: audit }\n"
	);
	assert_all_without_flow(FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_refusals("/lan", FATE_TENANT_FROZEN), ARRAY_LENGTH(without_flow));
}

/* Not what keeps to its link: another hop limit, or no group. With room for somebody's data. */
static const struct packet_spec igmp_look_alike = {
	.src = "10.1.0.1",
	.dst = "10.2.0.1",
	.protocol = IPPROTO_IGMP,
	.icmp_type = 0x16,
	.payload_bytes = 500,
};
static const struct packet_spec icmp6_look_alike = {
	.src = "2001:db8:1::1",
	.dst = "2001:db8:2::1",
	.protocol = IPPROTO_ICMPV6,
	.payload_bytes = 500,
};

static void
igmp_that_could_leave_its_link_is_judged_like_any_other_packet(void **state)
{
	struct packet_spec s = igmp_look_alike;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A " }\n"
				   "  /b: { " SPEC_IS_B ", ingress: { default: deny, rules: "
				   "[ { proto: 2, src: 10.1.0.2, action: allow } ] } }\n");
	assert_int_equal(tenancy_send(&s), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_flows_all(), 0);
	s.src = v->a2;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_OTHER);
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot("/a"));
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/b"));
}

/* As ICMP of a type that is no query it opens no flow. */
static void
discovery_and_mld_that_have_left_their_link_do_not_pass(void **state)
{
	static const struct {
		uint8_t type, hops;
	} cases[] = {{135, 254}, {136, 64}, {137, 1}, {130, 255}, {143, 64}};
	struct packet_spec s = icmp6_look_alike;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A " }\n"
				   "  /b: { " SPEC_IS_B ", ingress: { default: deny } }\n");
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		s.icmp_type = cases[i].type;
		s.hops = cases[i].hops;
		assert_int_equal(tenancy_send(&s), FATE_FLOW_UNKNOWN);
	}
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_UNKNOWN), ARRAY_LENGTH(cases));
}

/* Even where the sender's own rules are only audited, the receiver's hold. */
static void
discovery_look_alikes_of_one_in_audit_mode_are_judged_by_the_other_side_s_rules(void **state)
{
	struct packet_spec s = icmp6_look_alike;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit }\n"
				   "  /b: { " SPEC_IS_B ", ingress: { default: allow, rules: "
				   "[ { proto: icmp6, icmp_type: 135, action: deny } ] } }\n");
	s.icmp_type = 136;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	s.icmp_type = 135;
	assert_int_equal(tenancy_send(&s), FATE_POLICY_DENIED);
	s.icmp_type = 136;
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	assert_int_equal(tenancy_passed("/a"), 2);
}

static void
link_look_alikes_of_a_frozen_tenant_and_to_one_do_not_pass(void **state)
{
	struct packet_spec igmp = igmp_look_alike, back = igmp_look_alike;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", frozen: true }\n");
	assert_int_equal(tenancy_send(&igmp), FATE_TENANT_FROZEN);
	back.src = v->nobody;
	back.dst = v->a;
	back.in = WAN;
	assert_int_equal(tenancy_send(&back), FATE_TENANT_FROZEN);
}

static void
rules_see_the_code_of_icmp_queries(void **state)
{
	struct packet_spec echo = {
		.src = v->a, .dst = v->b, .sport = 1, .protocol = IPPROTO_ICMP, .icmp_type = 8};

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A
				   ", egress: { default: allow, rules: [ { proto: icmp, "
				   "icmp_type: 8, icmp_code: 5, action: deny } ] } }\n");
	echo.icmp_code = 5;
	assert_int_equal(tenancy_send(&echo), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_flows_all(), 0);
	echo.icmp_code = 0;
	assert_int_equal(tenancy_send(&echo), FATE_FORWARD);
}

/* A later fragment, and an error, that belong to nothing known. */
static void
assert_strays(enum fate expected)
{
	struct packet_spec later = udp_of(53), quoted = udp_of(54);
	struct packet_spec error = {
		.src = v->a,
		.dst = v->b,
		.protocol = IPPROTO_ICMP,
		.icmp_type = 3,
		.quote = &quoted,
	};

	quoted.src = v->b;
	quoted.dst = v->a;
	later.offset = 80;
	later.payload_bytes = 8;
	assert_int_equal(tenancy_send(&later), expected);
	assert_int_equal(tenancy_send(&error), expected);
}

static void
strays_of_one_in_audit_mode_pass_to_one_that_allows_them(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { egress: { default: allow } }\n"
				   "  /up/a: { " SPEC_IS_A ", mode: audit }\n"
				   "  /b: { " SPEC_IS_B ", ingress: { default: allow } }\n");
	assert_strays(FATE_FORWARD);
	assert_int_equal(tenancy_audits("/up/a", FATE_FRAG_BEFORE_FIRST), 1);
	assert_int_equal(tenancy_audits("/up/a", FATE_FLOW_UNKNOWN), 1);
	assert_int_equal(tenancy_passed("/up/a"), 2);
}

static void
strays_of_one_in_audit_mode_do_not_pass_the_rules_of_the_other_side(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit }\n"
				   "  /b: { " SPEC_IS_B ", ingress: { default: deny } }\n");
	assert_strays(FATE_POLICY_DENIED);
	assert_int_equal(tenancy_refusals("/b", FATE_POLICY_DENIED), 2);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 2);
}

static void
strays_of_one_in_audit_mode_do_not_pass_the_rules_of_its_parent(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { egress: { default: deny } }\n"
				   "  /up/a: { " SPEC_IS_A ", mode: audit }\n"
				   "  /b: { " SPEC_IS_B " }\n");
	assert_strays(FATE_POLICY_DENIED);
	assert_int_equal(tenancy_refusals("/up", FATE_POLICY_DENIED), 2);
}

static void
strays_of_one_in_audit_mode_do_not_pass_to_one_that_is_frozen(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit, frozen: true }\n"
				   "  /b: { " SPEC_IS_B ", frozen: true }\n");
	assert_strays(FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_refusals("/b", FATE_TENANT_FROZEN), 2);
}

/* Once for what they are, once for what else would have stopped them; not twice for the same. */
static void
a_stray_that_is_frozen_too_is_counted_once_for_that(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /a: { " SPEC_IS_A ", mode: audit, frozen: true }\n"
				   "  /b: { " SPEC_IS_B " }\n");
	assert_strays(FATE_FORWARD);
	assert_int_equal(tenancy_audits("/a", FATE_TENANT_FROZEN), 2);
}

static void
what_serves_the_link_counts_for_the_limits(void **state)
{
	struct packet_builder b;

	(void)state;
	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /lan: { from: [ { port: lan } ], quota: { packets: 2, period: 1d } }\n");
	arp_build(&b);
	assert_int_equal(tenancy_send_built(&b, LAN), FATE_FORWARD);
	assert_int_equal(tenancy_send_built(&b, LAN), FATE_FORWARD);
	assert_int_equal(tenancy_send_built(&b, LAN), FATE_QUOTA_SPENT);
}

/* A later fragment has no header to judge: where all below is denied, audit mode further down must not let it through. */
static void
a_stray_of_a_tenant_in_audit_mode_does_not_pass_an_enforced_parent_that_is_frozen(void **state)
{
	struct packet_spec later = udp_of(53);

	(void)state;
	later.offset = 80;
	later.payload_bytes = 8;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: { frozen: true }\n"
				   "  /up/a: { " SPEC_IS_A ", mode: audit }\n");
	assert_int_equal(tenancy_send(&later), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_audits("/up/a", FATE_FRAG_BEFORE_FIRST), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST(what_a_rule_allows_opens_a_flow_and_what_the_default_denies_opens_none
		),
		TENANCY_TEST(answers_pass_whatever_the_rules_say_of_their_ports),
		TENANCY_TEST(the_responder_s_ingress_rules_must_allow_it_too),
		TENANCY_TEST(the_rules_of_every_level_must_allow_it),
		TENANCY_TEST(the_root_s_rules_hold_for_packets_of_nobody),
		TENANCY_TEST(what_is_rejected_has_a_fate_of_its_own),
		TENANCY_TEST(rules_see_the_type_of_icmp_queries),
		TENANCY_TEST(an_error_passes_with_its_flow_whatever_the_rules_say_of_icmp),
		TENANCY_TEST(in_audit_mode_what_would_be_denied_passes_and_every_packet_is_counted),
		TENANCY_TEST(an_audited_refusal_leaves_a_sample),
		TENANCY_TEST(a_sample_of_a_known_flow_s_packet_names_its_tenants),
		TENANCY_TEST(a_sample_of_a_known_flow_s_packet_beyond_a_limit_names_its_tenants),
		TENANCY_TEST(samples_are_the_last_ones),
		TENANCY_TEST(an_enforced_level_denies_beside_one_in_audit_mode),
		TENANCY_TEST(a_frozen_tenant_opens_nothing_and_nobody_opens_anything_to_it),
		TENANCY_TEST(a_frozen_parent_freezes_all_below_it),
		TENANCY_TEST(what_serves_the_link_passes_without_flow_and_rules),
		TENANCY_TEST(a_frozen_tenant_does_not_even_serve_the_link),
		TENANCY_TEST(frozen_in_audit_mode_what_serves_the_link_passes_and_is_counted),
		TENANCY_TEST(of_what_is_not_ip_only_the_defaults_of_the_lists_decide),
		TENANCY_TEST(what_is_not_ip_is_stopped_by_frozen_and_counted_once),
		TENANCY_TEST(frozen_in_audit_mode_on_both_sides_a_packet_is_counted_once),
		TENANCY_TEST(nothing_serves_the_link_to_a_frozen_tenant),
		TENANCY_TEST(
			one_frozen_in_audit_mode_does_not_hide_the_other_side_that_is_frozen_in_force
		),
		TENANCY_TEST(one_frozen_in_force_is_not_hidden_by_the_other_side_in_audit_mode),
		TENANCY_TEST(igmp_that_could_leave_its_link_is_judged_like_any_other_packet),
		TENANCY_TEST(discovery_and_mld_that_have_left_their_link_do_not_pass),
		TENANCY_TEST(
			discovery_look_alikes_of_one_in_audit_mode_are_judged_by_the_other_side_s_rules
		),
		TENANCY_TEST(link_look_alikes_of_a_frozen_tenant_and_to_one_do_not_pass),
		TENANCY_TEST(rules_see_the_code_of_icmp_queries),
		TENANCY_TEST(strays_of_one_in_audit_mode_pass_to_one_that_allows_them),
		TENANCY_TEST(strays_of_one_in_audit_mode_do_not_pass_the_rules_of_the_other_side),
		TENANCY_TEST(strays_of_one_in_audit_mode_do_not_pass_the_rules_of_its_parent),
		TENANCY_TEST(strays_of_one_in_audit_mode_do_not_pass_to_one_that_is_frozen),
		TENANCY_TEST(a_stray_that_is_frozen_too_is_counted_once_for_that),
		TENANCY_TEST(what_serves_the_link_counts_for_the_limits),
		TENANCY_TEST(
			a_stray_of_a_tenant_in_audit_mode_does_not_pass_an_enforced_parent_that_is_frozen
		),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
