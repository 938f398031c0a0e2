/* SPDX-License-Identifier: BSD-3-Clause */
/* enforce: ICMP queries are flows; errors belong to the flow of the packet that they quote. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

#define TWO_TENANTS                                                                                \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /a: { " SPEC_IS_A " }\n"                                                  \
		      "  /b: { " SPEC_IS_B " }\n"

enum { IP4_BYTES = 20 };

static struct packet_spec
echo_of(const struct spec_version *v)
{
	return (struct packet_spec){
		.src = v->a,
		.dst = v->b,
		.sport = 0x1234,
		.protocol = v->icmp,
		.icmp_type = v->echo,
	};
}

static struct packet_spec
udp_of(const struct spec_version *v)
{
	return (struct packet_spec){.src = v->a, .dst = v->b, .sport = 5000, .dport = 53};
}

static struct packet_spec
syn_of(const struct spec_version *v)
{
	struct packet_spec s = udp_of(v);

	s.protocol = IPPROTO_TCP;
	s.tcp_flags = TCP_SYN;
	return s;
}

/* "Unreachable" about that packet, to who sent it, from a router on the other side. */
static struct packet_spec
error_about(const struct spec_version *v, const struct packet_spec *quoted)
{
	return (struct packet_spec){
		.src = v->nobody,
		.dst = quoted->src,
		.protocol = v->icmp,
		.icmp_type = v->unreachable,
		.in = quoted->in ^ 1,
		.vlan_outer = quoted->vlan_outer,
		.quote = quoted,
	};
}

static void
an_echo_request_opens_a_flow_and_its_reply_belongs_to_it(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec request = echo_of(v), reply = echo_of(v);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&request), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_ICMP);
	reply.src = v->b;
	reply.dst = v->a;
	reply.icmp_type = v->echo_reply;
	reply.in = WAN;
	assert_int_equal(tenancy_send(&reply), FATE_FORWARD);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_account("/a")->packets[1], 1);
}

static void
an_echo_reply_that_nobody_asked_for_is_refused(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec reply = echo_of(v);

	tenancy_open(TWO_TENANTS);
	reply.icmp_type = v->echo_reply;
	assert_int_equal(tenancy_send(&reply), FATE_FLOW_UNKNOWN);
	assert_int_equal(tenancy_flows_all(), 0);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_UNKNOWN), 1);
}

static void
echo_requests_both_ways_with_one_identifier_are_two_flows(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec request = echo_of(v), other = echo_of(v);

	tenancy_open(TWO_TENANTS);
	other.src = v->b;
	other.dst = v->a;
	other.in = WAN;
	assert_int_equal(tenancy_send(&request), FATE_FORWARD);
	assert_int_equal(tenancy_send(&other), FATE_FORWARD);
	assert_int_equal(tenancy_flows_owned("/a"), 1);
	assert_int_equal(tenancy_flows_owned("/b"), 1);
}

static void
an_echo_flow_ends_after_ten_seconds(void **state)
{
	struct packet_spec request = echo_of(*state);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&request), FATE_FORWARD);
	tenancy_wait_ms(9990);
	assert_int_equal(tenancy_flows_all(), 1);
	tenancy_wait_ms(10);
	assert_int_equal(tenancy_flows_all(), 0);
}

/* An error passes to the initiator, as a packet of the flow from its other side. */
static void
assert_error_passes(const struct spec_version *v, const struct packet_spec *quoted)
{
	struct packet_spec error = error_about(v, quoted);
	const struct flow *f;

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(quoted), FATE_FORWARD);
	f = tenancy_flow(0);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_ptr_equal(tenancy_flow(0), f);
	assert_int_equal(f->packets, 2);
	assert_int_equal(tenancy_account("/a")->packets[1], 1);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
an_error_about_udp_belongs_to_its_flow(void **state)
{
	struct packet_spec quoted = udp_of(*state);

	assert_error_passes(*state, &quoted);
}

static void
an_error_about_tcp_belongs_to_its_flow(void **state)
{
	struct packet_spec quoted = syn_of(*state);

	assert_error_passes(*state, &quoted);
}

static void
an_error_about_an_echo_request_belongs_to_its_flow(void **state)
{
	struct packet_spec quoted = echo_of(*state);

	assert_error_passes(*state, &quoted);
}

static void
an_error_about_another_protocol_belongs_to_its_flow(void **state)
{
	struct packet_spec quoted = udp_of(*state);

	quoted.protocol = IPPROTO_GRE;
	quoted.payload_bytes = 8;
	assert_error_passes(*state, &quoted);
}

static void
an_error_in_a_vlan_belongs_to_the_flow_there(void **state)
{
	struct packet_spec quoted = udp_of(*state);

	quoted.vlan_outer = 7;
	assert_error_passes(*state, &quoted);
}

static void
an_error_about_what_the_responder_said_comes_from_the_initiator_s_side(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec request = udp_of(v), answer = packet_spec_reply(&request);
	struct packet_spec error = error_about(v, &answer);

	tenancy_open(TWO_TENANTS);
	error.src = v->a;
	assert_int_equal(tenancy_send(&request), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
	assert_int_equal(tenancy_account("/a")->packets[1], 0);
}

static void
an_error_about_an_echo_reply_belongs_to_its_flow(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec request = echo_of(v), reply = echo_of(v), error;

	tenancy_open(TWO_TENANTS);
	reply.src = v->b;
	reply.dst = v->a;
	reply.icmp_type = v->echo_reply;
	reply.in = WAN;
	error = error_about(v, &reply);
	assert_int_equal(tenancy_send(&request), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
}

static void
an_error_and_its_flow_may_be_in_one_burst(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(TWO_TENANTS);
	tenancy_add(&quoted);
	tenancy_add(&error);
	tenancy_run();
	assert_int_equal(tenancy_fate(1), FATE_FORWARD);
	assert_ptr_equal(tenancy_flow(1), tenancy_flow(0));
	assert_int_equal(tenancy_account("/a")->packets[0], 1);
	assert_int_equal(tenancy_account("/a")->packets[1], 1);
}

static void
an_error_keeps_its_flow_no_longer_alive(void **state)
{
	struct packet_spec quoted = echo_of(*state), error = error_about(*state, &quoted);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	tenancy_wait_ms(9000);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	tenancy_wait_ms(1000);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
an_error_leaves_the_state_of_its_flow_alone(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->state, FLOW_UDP);
}

static void
assert_error_refused(const struct packet_spec *error, const struct packet_spec *opener)
{
	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(opener), FATE_FORWARD);
	assert_int_equal(tenancy_send(error), FATE_FLOW_UNKNOWN);
	assert_int_equal(tenancy_flows_all(), 1);
}

static void
an_error_about_an_unknown_flow_is_refused(void **state)
{
	struct packet_spec opener = udp_of(*state), quoted = udp_of(*state), error;

	quoted.dport++;
	error = error_about(*state, &quoted);
	assert_error_refused(&error, &opener);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_UNKNOWN), 1);
}

static void
an_error_to_another_host_than_the_quoted_sender_is_refused(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v), error = error_about(v, &quoted);

	error.dst = v->a2;
	assert_error_refused(&error, &quoted);
}

static void
an_error_in_another_vlan_than_its_flow_is_refused(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	error.vlan_outer = 9;
	assert_error_refused(&error, &quoted);
}

static void
an_error_whose_quote_is_cut_off_is_refused(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v), error = error_about(v, &quoted);

	error.quote_bytes = v->kind == PACKET_IPV4 ? IP4_BYTES + 7 : 40 + 7;
	assert_error_refused(&error, &quoted);
}

static void
an_error_with_the_shortest_quote_is_enough(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v), error = error_about(v, &quoted);

	quoted.payload_bytes = 100;
	error.quote_bytes = v->kind == PACKET_IPV4 ? IP4_BYTES + 8 : 40 + 8;
	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
}

static void
an_error_about_a_later_fragment_is_refused(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec opener = udp_of(v), quoted = udp_of(v), error;

	quoted.offset = 800;
	quoted.payload_bytes = 16;
	error = error_about(v, &quoted);
	assert_error_refused(&error, &opener);
}

static void
an_error_about_an_error_is_refused(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);
	struct packet_spec again = error_about(*state, &error);

	assert_error_refused(&again, &quoted);
}

static void
an_unknown_error_passes_in_audit_mode_and_is_counted(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", mode: audit }\n");
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_audits("/a", FATE_FLOW_UNKNOWN), 1);
	assert_int_equal(tenancy_passed("/a"), 1);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
an_error_of_a_flow_that_is_evicted_in_the_same_burst_is_refused(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);
	struct packet_spec other = udp_of(*state);

	other.sport++;
	tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
				   ", flows.max: 1, on_full: evict }\n");
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	tenancy_add(&other);
	tenancy_add(&error);
	tenancy_run();
	assert_int_equal(tenancy_fate(0), FATE_FORWARD);
	assert_int_equal(tenancy_fate(1), FATE_FLOW_UNKNOWN);
	assert_null(tenancy_flow(1));
}

/* c is nobody's part in a flow of a and b. */
#define THREE_TENANTS(a_more, c_more)                                                              \
	TENANCY_PORTS                                                                              \
	"tenants:\n"                                                                               \
	"  /a: { " SPEC_IS_A a_more " }\n"                                                         \
	"  /b: { " SPEC_IS_B " }\n"                                                                \
	"  /c: { from: [ { src: 198.51.100.0/24 }, { src: '2001:db8:f::/48' } ]" c_more " }\n"

/* A router with an address of c's: what it says of the flow is heard, and costs the flow's tenants nothing. */
static void
an_error_of_a_third_tenant_about_a_known_flow_passes_at_its_own_cost(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);
	const struct flow *f;

	tenancy_open(THREE_TENANTS(", quota: { packets: 2, period: 1d }", ""));
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	f = tenancy_flow(0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_null(tenancy_flow(0));
	assert_int_equal(tenancy_passed("/c"), 5);
	assert_int_equal(tenancy_passed("/a"), 1);
	assert_int_equal(f->packets, 1);
	assert_int_equal(tenancy_flows_all(), 1);
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
}

static void
errors_of_a_third_tenant_are_held_to_its_limits(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(THREE_TENANTS("", ", quota: { packets: 2, period: 1d }"));
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_QUOTA_SPENT);
	assert_int_equal(tenancy_drops("/c", FATE_QUOTA_SPENT), 1);
}

static void
an_error_of_a_third_tenant_that_is_frozen_is_refused(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(THREE_TENANTS("", ", frozen: true"));
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_TENANT_FROZEN);
	assert_int_equal(tenancy_drops("/c", FATE_TENANT_FROZEN), 1);
	assert_int_equal(tenancy_refusals("/c", FATE_TENANT_FROZEN), 1);
}

static void
an_error_of_a_third_tenant_about_a_flow_that_is_denied_is_refused(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(THREE_TENANTS("", ""));
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	tenancy_reload(THREE_TENANTS(", egress: { default: deny }", ""));
	assert_int_equal(tenancy_send(&error), FATE_POLICY_DENIED);
	assert_int_equal(tenancy_drops("/a", FATE_POLICY_DENIED), 1);
}

/* It must come from where the quoted packet went, go back to its sender, and quote a flow there is. */
static void
an_error_of_a_third_tenant_that_is_not_on_the_flow_s_way_is_refused(void **state)
{
	struct packet_spec opener = udp_of(*state), quoted = udp_of(*state), error;

	tenancy_open(THREE_TENANTS("", ""));
	assert_int_equal(tenancy_send(&opener), FATE_FORWARD);
	error = error_about(*state, &quoted);
	error.in = quoted.in;
	assert_int_equal(tenancy_send(&error), FATE_FLOW_UNKNOWN);
	error = error_about(*state, &quoted);
	error.vlan_outer = 9;
	assert_int_equal(tenancy_send(&error), FATE_FLOW_UNKNOWN);
	error = error_about(*state, &quoted);
	error.dst = ((const struct spec_version *)*state)->a2;
	assert_int_equal(tenancy_send(&error), FATE_FLOW_UNKNOWN);
	quoted.sport++;
	error = error_about(*state, &quoted);
	assert_int_equal(tenancy_send(&error), FATE_FLOW_UNKNOWN);
	assert_int_equal(tenancy_drops("/c", FATE_FLOW_UNKNOWN), 4);
	assert_int_equal(tenancy_drops("/a", FATE_FLOW_UNKNOWN), 0);
}

static void
an_error_of_a_third_tenant_leaves_its_flow_alone_after_a_reload_too(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);
	const struct flow *f;

	tenancy_open(THREE_TENANTS("", ""));
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	f = tenancy_flow(0);
	tenancy_reload(THREE_TENANTS("", ""));
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(f->from, tenancy_slot("/a"));
	assert_int_equal(f->to, tenancy_slot("/b"));
	assert_int_equal(f->packets, 1);
}

/* Of an unknown flow's, which would only be audited: the sample says who sent it. */
static void
a_sample_of_a_third_tenant_s_error_names_that_one(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);
	struct tenancy_fixture *f = tenancy_open(THREE_TENANTS("", ", mode: audit"));

	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(f->t->audit.n, 1);
	assert_int_equal(f->t->audit.samples[0].from, tenancy_slot("/c"));
	assert_int_equal(f->t->audit.samples[0].to, tenancy_slot("/a"));
	assert_int_equal(tenancy_passed("/c"), 1);
	assert_int_equal(tenancy_passed("/a"), 0);
}

static void
an_error_of_either_of_the_flow_s_own_tenants_passes(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v), error = error_about(v, &quoted);

	tenancy_open(TWO_TENANTS);
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	error.src = v->b;
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	error.src = v->b2; /* another host: a router of b's */
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	error.src = v->a2;
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_passed("/a"), 4);
}

/* Its network is the way to b: whoever is above a flow's tenant has its routers there. */
static void
an_error_of_a_tenant_above_one_of_the_flow_s_passes(void **state)
{
	struct packet_spec quoted = udp_of(*state), error = error_about(*state, &quoted);

	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /a: { " SPEC_IS_A " }\n"
		     "  /up: { from: [ { src: 198.51.100.0/24 }, { src: '2001:db8:f::/48' } ] }\n"
		     "  /up/mid/b: { " SPEC_IS_B " }\n");
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_passed("/a"), 2);
}

/* A service has a tenant of its own, the host that offers it another one. */
static void
an_error_of_the_host_that_the_quoted_packet_went_to_is_the_flow_s(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = udp_of(v), error = error_about(v, &quoted);

	tenancy_open(TENANCY_PORTS
		     "tenants:\n"
		     "  /a: { " SPEC_IS_A " }\n"
		     "  /hosts: { from: [ " SPEC_FROM_B " ] }\n"
		     "  /dns: { to: [ { dst: 10.2.0.0/16, proto: udp, dport: 53 },\n"
		     "                { dst: '2001:db8:2::/48', proto: udp, dport: 53 } ] }\n");
	assert_int_equal(tenancy_send(&quoted), FATE_FORWARD);
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot("/dns"));
	error.src = v->b;
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_passed("/a"), 2);
	error.src = v->b2;
	assert_int_equal(tenancy_send(&error), FATE_FORWARD);
	assert_int_equal(tenancy_passed("/a"), 2);
	assert_int_equal(tenancy_passed("/hosts"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(an_echo_request_opens_a_flow_and_its_reply_belongs_to_it),
		TENANCY_TEST_BOTH(an_echo_reply_that_nobody_asked_for_is_refused),
		TENANCY_TEST_BOTH(echo_requests_both_ways_with_one_identifier_are_two_flows),
		TENANCY_TEST_BOTH(an_echo_flow_ends_after_ten_seconds),
		TENANCY_TEST_BOTH(an_error_about_udp_belongs_to_its_flow),
		TENANCY_TEST_BOTH(an_error_about_tcp_belongs_to_its_flow),
		TENANCY_TEST_BOTH(an_error_about_an_echo_request_belongs_to_its_flow),
		TENANCY_TEST_BOTH(an_error_about_another_protocol_belongs_to_its_flow),
		TENANCY_TEST_BOTH(an_error_in_a_vlan_belongs_to_the_flow_there),
		TENANCY_TEST_BOTH(
			an_error_about_what_the_responder_said_comes_from_the_initiator_s_side
		),
		TENANCY_TEST_BOTH(an_error_about_an_echo_reply_belongs_to_its_flow),
		TENANCY_TEST_BOTH(an_error_and_its_flow_may_be_in_one_burst),
		TENANCY_TEST_BOTH(an_error_keeps_its_flow_no_longer_alive),
		TENANCY_TEST_BOTH(an_error_leaves_the_state_of_its_flow_alone),
		TENANCY_TEST_BOTH(an_error_about_an_unknown_flow_is_refused),
		TENANCY_TEST_BOTH(an_error_to_another_host_than_the_quoted_sender_is_refused),
		TENANCY_TEST_BOTH(an_error_in_another_vlan_than_its_flow_is_refused),
		TENANCY_TEST_BOTH(an_error_whose_quote_is_cut_off_is_refused),
		TENANCY_TEST_BOTH(an_error_with_the_shortest_quote_is_enough),
		TENANCY_TEST_BOTH(an_error_about_a_later_fragment_is_refused),
		TENANCY_TEST_BOTH(an_error_about_an_error_is_refused),
		TENANCY_TEST_BOTH(an_unknown_error_passes_in_audit_mode_and_is_counted),
		TENANCY_TEST_BOTH(an_error_of_a_flow_that_is_evicted_in_the_same_burst_is_refused),
		TENANCY_TEST_BOTH(
			an_error_of_a_third_tenant_about_a_known_flow_passes_at_its_own_cost
		),
		TENANCY_TEST_BOTH(errors_of_a_third_tenant_are_held_to_its_limits),
		TENANCY_TEST_BOTH(an_error_of_a_third_tenant_that_is_frozen_is_refused),
		TENANCY_TEST_BOTH(an_error_of_a_third_tenant_about_a_flow_that_is_denied_is_refused
		),
		TENANCY_TEST_BOTH(
			an_error_of_a_third_tenant_that_is_not_on_the_flow_s_way_is_refused
		),
		TENANCY_TEST_BOTH(
			an_error_of_a_third_tenant_leaves_its_flow_alone_after_a_reload_too
		),
		TENANCY_TEST_BOTH(a_sample_of_a_third_tenant_s_error_names_that_one),
		TENANCY_TEST_BOTH(an_error_of_either_of_the_flow_s_own_tenants_passes),
		TENANCY_TEST_BOTH(an_error_of_a_tenant_above_one_of_the_flow_s_passes),
		TENANCY_TEST_BOTH(an_error_of_the_host_that_the_quoted_packet_went_to_is_the_flow_s
		),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
