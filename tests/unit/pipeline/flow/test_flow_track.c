/* SPDX-License-Identifier: BSD-3-Clause */
/* What packets do to the state of their flow. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

/* Flags in letters, as people write them; anything else ends them. */
static uint8_t
flags_read(const char **script)
{
	static const char letters[] = "FSRPAUEC"; /* bit 0 first */
	uint8_t flags = 0;

	for (; **script != '\0' && strchr(letters, **script) != NULL; (*script)++)
		flags |= (uint8_t)(1u << (strchr(letters, **script) - letters));
	return flags;
}

static struct packet
segment(uint8_t tcp_flags)
{
	return (struct packet){
		.kind = PACKET_IPV4,
		.ip_protocol = IPPROTO_TCP,
		.flags = PACKET_HAS_PORTS,
		.tcp_flags = tcp_flags,
	};
}

/* The flow behind a script of segments: ">S <SA >A" is a handshake, ">" the initiator. The first one opens it. */
static void
flow_script(struct flow *f, const char *script)
{
	bool is_open = false;

	*f = (struct flow){0};
	for (; *script != '\0'; script += *script == ' ') {
		bool from_initiator = *script++ == '>';
		struct packet p = segment(flags_read(&script));
		uint8_t before = f->state;
		bool changed;

		if (!is_open)
			f->state = before = (uint8_t)flow_first_state(&p);
		is_open = true;
		changed = flow_track(f, &p, from_initiator);
		assert_int_equal(changed, f->state != before);
	}
}

struct script_case {
	const char *script;
	enum flow_state expected;
};

static void
scripts_check(const struct script_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct flow f;

		flow_script(&f, cases[i].script);
		if (f.state != cases[i].expected)
			fail_msg(
				"%s: the state is %u, expected %u",
				cases[i].script,
				f.state,
				cases[i].expected
			);
	}
}

static void
a_handshake_is_complete_with_the_initiators_ack(void **state)
{
	static const struct script_case cases[] = {
		{">S", FLOW_TCP_SYN},
		{">S <SA", FLOW_TCP_SYN},
		{">S <SA >A", FLOW_TCP_ESTABLISHED},
		{">S <SA >PA <A", FLOW_TCP_ESTABLISHED},
		{">SEC <SAE >A", FLOW_TCP_ESTABLISHED},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
retransmissions_of_the_handshake_change_nothing(void **state)
{
	static const struct script_case cases[] = {
		{">S >S >S", FLOW_TCP_SYN},
		{">S <SA <SA >S", FLOW_TCP_SYN},
		{">S <SA >A <SA >A >S <A", FLOW_TCP_ESTABLISHED},
		/* Data in a SYN (RFC 7413) looks no different; its answer may have some too. */
		{">SP <SAP <PA >A", FLOW_TCP_ESTABLISHED},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
half_a_handshake_is_none(void **state)
{
	static const struct script_case cases[] = {
		{">S >A >PA", FLOW_TCP_SYN},
		{">S <A >A", FLOW_TCP_SYN}, /* a challenge ACK: RFC 5961, section 4 */
		{">S <SA <A <PA", FLOW_TCP_SYN},
		{">S >SA >A", FLOW_TCP_SYN},
		{">S >FA", FLOW_TCP_SYN},
		{">S <FA", FLOW_TCP_SYN},
		{">S >FA <FA", FLOW_TCP_SYN},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
a_simultaneous_open_is_complete(void **state)
{
	static const struct script_case cases[] = {
		{">S <S", FLOW_TCP_SYN},
		{">S <S >SA", FLOW_TCP_ESTABLISHED},
		{">S <S >SA <SA >A", FLOW_TCP_ESTABLISHED},
		{">S <S <SA >SA", FLOW_TCP_ESTABLISHED},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
a_flow_is_closing_with_one_fin_and_closed_with_both(void **state)
{
	static const struct script_case cases[] = {
		{">S <SA >A >FA", FLOW_TCP_CLOSING},
		{">S <SA >A <FPA", FLOW_TCP_CLOSING},
		{">S <SA >A >FA >FA <A", FLOW_TCP_CLOSING},
		{">S <SA >A >FA <A <PA >A", FLOW_TCP_CLOSING},
		{">S <SA >A >FA <FA", FLOW_TCP_CLOSED},
		{">S <SA >A <FA >FA", FLOW_TCP_CLOSED},
		{">S <SA >FA", FLOW_TCP_CLOSING},
		{">S <SA >FA <FA", FLOW_TCP_CLOSED},
		{">S <SA <FA", FLOW_TCP_CLOSING}, /* the server has nothing to say */
		{">S <SA <FA >FA", FLOW_TCP_CLOSED},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
a_reset_of_either_side_ends_a_flow_in_any_open_state(void **state)
{
	static const struct script_case cases[] = {
		{">S <RA", FLOW_TCP_RESET},
		{">S >R", FLOW_TCP_RESET},
		{">S <SA >R", FLOW_TCP_RESET},
		{">S <SA >A >R", FLOW_TCP_RESET},
		{">S <SA >A <RA", FLOW_TCP_RESET},
		{">S <SA >A >FA <R", FLOW_TCP_RESET},
		{">S <SA >A >FA >RA", FLOW_TCP_RESET},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
late_segments_of_a_flow_that_is_over_change_nothing(void **state)
{
	static const struct script_case cases[] = {
		{">S <SA >A >FA <FA >A <FA", FLOW_TCP_CLOSED},
		{">S <SA >A >FA <FA >R", FLOW_TCP_CLOSED},
		{">S <SA >A >FA <FA <S >SA", FLOW_TCP_CLOSED},
		{">S <RA >A <PA >FA <FA", FLOW_TCP_RESET},
		{">S <RA >S <SA >A", FLOW_TCP_RESET},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
a_flow_that_is_picked_up_is_established(void **state)
{
	static const struct script_case cases[] = {
		{">A", FLOW_TCP_ESTABLISHED},
		{">PA <A", FLOW_TCP_ESTABLISHED},
		{">SA <A", FLOW_TCP_ESTABLISHED},
		{">FA", FLOW_TCP_CLOSING},
		{">A <FA >FA", FLOW_TCP_CLOSED},
		{">A <R", FLOW_TCP_RESET},
	};

	(void)state;
	scripts_check(cases, ARRAY_LENGTH(cases));
}

static void
later_fragments_of_tcp_change_nothing(void **state)
{
	struct packet p = segment(TCP_RST);

	(void)state;
	p.flags = PACKET_FRAGMENT | PACKET_LATER_FRAGMENT;
	for (unsigned i = FLOW_TCP_SYN; i <= FLOW_TCP_RESET; i++) {
		struct flow f = {.state = (uint8_t)i};

		assert_false(flow_track(&f, &p, true));
		assert_int_equal(f.state, i);
		assert_int_equal(f.flags, 0);
		assert_false(flow_is_reopened(&f, &p));
	}
}

static bool
is_reopened(const char *script, const char *by)
{
	struct packet p = segment(flags_read(&by));
	struct flow f;

	flow_script(&f, script);
	return flow_is_reopened(&f, &p);
}

static void
a_syn_reopens_a_flow_that_is_over(void **state)
{
	(void)state;
	assert_true(is_reopened(">S <SA >A >FA <FA", "S"));
	assert_true(is_reopened(">S <SA >A >FA <FA", "SEC"));
	assert_true(is_reopened(">S <RA", "S"));
	assert_true(is_reopened(">A >R", "SP"));
}

static void
a_syn_to_a_flow_that_is_alive_reopens_nothing(void **state)
{
	(void)state;
	assert_false(is_reopened(">S", "S"));
	assert_false(is_reopened(">S <SA", "S"));
	assert_false(is_reopened(">S <SA >A", "S"));
	assert_false(is_reopened(">S <SA >A >FA", "S"));
}

static void
nothing_but_a_syn_alone_reopens_a_flow(void **state)
{
	(void)state;
	assert_false(is_reopened(">S <RA", "SA"));
	assert_false(is_reopened(">S <RA", "A"));
	assert_false(is_reopened(">S <RA", "SF"));
	assert_false(is_reopened(">S <RA", "SR"));
	assert_false(is_reopened(">S <RA", "R"));
}

static void
udp_is_replied_with_the_responders_first_packet(void **state)
{
	struct packet p = {.kind = PACKET_IPV6, .ip_protocol = IPPROTO_UDP};
	struct flow f = {.state = (uint8_t)flow_first_state(&p)};

	(void)state;
	assert_int_equal(f.state, FLOW_UDP);
	assert_false(flow_track(&f, &p, true));
	assert_int_equal(f.state, FLOW_UDP);
	assert_true(flow_track(&f, &p, false));
	assert_int_equal(f.state, FLOW_UDP_REPLIED);
	assert_false(flow_track(&f, &p, false));
	assert_false(flow_track(&f, &p, true));
	assert_int_equal(f.state, FLOW_UDP_REPLIED);
}

static void
every_other_protocol_keeps_its_first_state(void **state)
{
	static const struct {
		uint8_t kind, protocol;
		enum flow_state expected;
	} cases[] = {
		{PACKET_IPV4, IPPROTO_ICMP, FLOW_ICMP},
		{PACKET_IPV6, IPPROTO_ICMPV6, FLOW_ICMP},
		{PACKET_IPV6, IPPROTO_ICMP, FLOW_OTHER},
		{PACKET_IPV4, IPPROTO_ICMPV6, FLOW_OTHER},
		{PACKET_IPV4, IPPROTO_SCTP, FLOW_OTHER},
		{PACKET_IPV4, IPPROTO_ESP, FLOW_OTHER},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet p = {.kind = cases[i].kind, .ip_protocol = cases[i].protocol};
		struct flow f = {.state = (uint8_t)flow_first_state(&p)};

		assert_int_equal(f.state, cases[i].expected);
		assert_false(flow_track(&f, &p, true));
		assert_false(flow_track(&f, &p, false));
		assert_int_equal(f.state, cases[i].expected);
	}
}

/* What RFC 9293 lets no stack send, written down bit by bit; PSH, URG, ECE and CWR make no difference. */
static bool
flags_are_bad(bool fin, bool syn, bool rst, bool ack)
{
	return (syn && (fin || rst)) || (fin && rst) || (fin && !ack) || (!syn && !ack && !rst);
}

static void
flags_that_no_stack_sends_are_bad(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(
			tcp_flags_are_bad((uint8_t)i),
			flags_are_bad(i & TCP_FIN, i & TCP_SYN, i & TCP_RST, i & TCP_ACK)
		);
}

static void
ordinary_flags_are_not_bad(void **state)
{
	static const char *const scripts[] = {
		"S",
		"SA",
		"A",
		"PA",
		"FA",
		"FPA",
		"R",
		"RA",
		"SEC",
		"SAE",
		"PUA",
		"AEC",
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(scripts); i++) {
		const char *script = scripts[i];

		assert_false(tcp_flags_are_bad(flags_read(&script)));
	}
}

static bool
segment_may_open(const char *flags, bool pickup)
{
	struct packet p = segment(flags_read(&flags));

	return flow_may_open(&p, pickup);
}

static void
a_syn_alone_opens_a_flow_of_tcp(void **state)
{
	(void)state;
	assert_true(segment_may_open("S", false));
	assert_true(segment_may_open("SPEC", false));
	assert_false(segment_may_open("SA", false));
	assert_false(segment_may_open("A", false));
	assert_false(segment_may_open("FA", false));
	assert_false(segment_may_open("R", false));
}

static void
with_pickup_any_segment_but_a_reset_opens_a_flow(void **state)
{
	(void)state;
	assert_true(segment_may_open("S", true));
	assert_true(segment_may_open("SA", true));
	assert_true(segment_may_open("A", true));
	assert_true(segment_may_open("FA", true));
	assert_false(segment_may_open("R", true));
	assert_false(segment_may_open("RA", true));
}

static void
of_icmp_a_query_alone_opens_a_flow(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct packet p = {
			.kind = PACKET_IPV4,
			.ip_protocol = IPPROTO_ICMP,
			.icmp_type = (uint8_t)type};

		assert_int_equal(
			flow_may_open(&p, true), type == 8 || type == 13 || type == 15 || type == 17
		);
		p.kind = PACKET_IPV6;
		p.ip_protocol = IPPROTO_ICMPV6;
		assert_int_equal(flow_may_open(&p, true), type == 128);
	}
}

static void
any_packet_of_another_protocol_opens_a_flow_unless_it_is_a_later_fragment(void **state)
{
	(void)state;
	for (unsigned protocol = 0; protocol < 256; protocol++) {
		struct packet p = {.kind = PACKET_IPV4, .ip_protocol = (uint8_t)protocol};

		if (protocol != IPPROTO_TCP && protocol != IPPROTO_ICMP)
			assert_true(flow_may_open(&p, false));
		p.flags = PACKET_FRAGMENT | PACKET_LATER_FRAGMENT;
		assert_false(flow_may_open(&p, true));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_is_complete_with_the_initiators_ack),
		cmocka_unit_test(retransmissions_of_the_handshake_change_nothing),
		cmocka_unit_test(half_a_handshake_is_none),
		cmocka_unit_test(a_simultaneous_open_is_complete),
		cmocka_unit_test(a_flow_is_closing_with_one_fin_and_closed_with_both),
		cmocka_unit_test(a_reset_of_either_side_ends_a_flow_in_any_open_state),
		cmocka_unit_test(late_segments_of_a_flow_that_is_over_change_nothing),
		cmocka_unit_test(a_flow_that_is_picked_up_is_established),
		cmocka_unit_test(later_fragments_of_tcp_change_nothing),
		cmocka_unit_test(a_syn_reopens_a_flow_that_is_over),
		cmocka_unit_test(a_syn_to_a_flow_that_is_alive_reopens_nothing),
		cmocka_unit_test(nothing_but_a_syn_alone_reopens_a_flow),
		cmocka_unit_test(udp_is_replied_with_the_responders_first_packet),
		cmocka_unit_test(every_other_protocol_keeps_its_first_state),
		cmocka_unit_test(flags_that_no_stack_sends_are_bad),
		cmocka_unit_test(ordinary_flags_are_not_bad),
		cmocka_unit_test(a_syn_alone_opens_a_flow_of_tcp),
		cmocka_unit_test(with_pickup_any_segment_but_a_reset_opens_a_flow),
		cmocka_unit_test(of_icmp_a_query_alone_opens_a_flow),
		cmocka_unit_test(
			any_packet_of_another_protocol_opens_a_flow_unless_it_is_a_later_fragment
		),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
