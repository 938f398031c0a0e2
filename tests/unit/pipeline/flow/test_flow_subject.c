/* SPDX-License-Identifier: BSD-3-Clause */
/* flow_subject_find: from a packet to the tuple of the flow that it speaks for. */
#include "pipeline/flow/flow_subject.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_spec.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

enum { ZONE = 77, NOW = 1000, LIFETIME = 500 };

static struct fragment_table *fragments;

static int
fragments_setup(void **state)
{
	const struct fragment_table_config config = {
		.entries_max = 16,
		.owners_max = 1,
		.owner_entries_max = 16,
		.lifetime_ticks = LIFETIME,
		.socket = SOCKET_ID_ANY,
	};

	(void)state;
	fragments = fragment_table_create(&config);
	return fragments != NULL ? 0 : -1;
}

static int
fragments_teardown(void **state)
{
	fragment_table_destroy(fragments);
	return eal_fixture_mbufs_are_back(state);
}

/* Parses the packet and asks whose it is. */
static enum flow_subject
subject_of_bytes(const struct packet_builder *b, struct packet *p, struct flow_tuple *t)
{
	struct rte_mbuf *m = mbuf_exact(b->bytes, b->length);
	enum flow_subject subject;

	packet_parse(m, p);
	assert_int_equal(p->fate, FATE_NONE);
	memset(t, 0xA5, sizeof(*t)); /* what was there before must not matter */
	subject = flow_subject_find(fragments, NOW, ZONE, 0, m, p, t);
	rte_pktmbuf_free(m);
	return subject;
}

static enum flow_subject
subject_of(const struct packet_spec *s, struct flow_tuple *t)
{
	static struct packet_builder b;
	struct packet p;

	packet_spec_build(s, &b);
	return subject_of_bytes(&b, &p, t);
}

static struct packet_spec
spec_of(const struct spec_version *v, uint8_t protocol)
{
	return (struct packet_spec
	){.src = v->a,
	  .dst = v->b,
	  .sport = 1000,
	  .dport = 53,
	  .protocol = protocol,
	  .tcp_flags = 2};
}

static void
assert_tuple(const struct flow_tuple *t, uint8_t flow_class, uint16_t sport, uint16_t dport)
{
	assert_int_equal(t->flow_class, flow_class);
	assert_int_equal(rte_be_to_cpu_16(t->src_port_be), sport);
	assert_int_equal(rte_be_to_cpu_16(t->dst_port_be), dport);
	assert_int_equal(t->zone, ZONE);
}

static void
protocols_with_ports_have_their_ports_and_a_class_each(void **state)
{
	static const uint8_t rows[][2] = {
		{IPPROTO_TCP, FLOW_CLASS_TCP},
		{IPPROTO_UDP, FLOW_CLASS_UDP},
		{IPPROTO_SCTP, FLOW_CLASS_SCTP},
		{IPPROTO_UDPLITE, FLOW_CLASS_UDPLITE},
		{IPPROTO_DCCP, FLOW_CLASS_DCCP},
	};
	const struct spec_version *v = *state;

	for (unsigned i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct packet_spec s = spec_of(v, rows[i][0]);
		struct flow_tuple t;

		assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
		assert_tuple(&t, rows[i][1], 1000, 53);
		assert_int_equal(t.kind, v->kind);
		assert_int_equal(flow_tuple_protocol(&t), rows[i][0]);
	}
}

static void
other_protocols_have_their_number_in_the_place_of_the_ports(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_GRE, IPPROTO_ESP, 89, 255};

	for (unsigned i = 0; i < ARRAY_LENGTH(protocols); i++) {
		struct packet_spec s = spec_of(*state, protocols[i]);
		struct flow_tuple t;

		s.payload_bytes = 32;
		assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
		assert_tuple(&t, FLOW_CLASS_OTHER, protocols[i], protocols[i]);
		assert_int_equal(flow_tuple_protocol(&t), protocols[i]);
	}
}

static void
a_query_has_its_identifier_first_and_its_answer_last(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec s = spec_of(v, v->icmp);
	struct flow_tuple query, answer;

	s.sport = 0x1234;
	s.icmp_type = v->echo;
	assert_int_equal(subject_of(&s, &query), FLOW_SUBJECT_OWN);
	assert_tuple(&query, FLOW_CLASS_ICMP, 0x1234, v->echo);
	assert_int_equal(flow_tuple_protocol(&query), v->icmp);
	s.src = v->b;
	s.dst = v->a;
	s.icmp_type = v->echo_reply;
	assert_int_equal(subject_of(&s, &answer), FLOW_SUBJECT_OWN);
	assert_tuple(&answer, FLOW_CLASS_ICMP, v->echo, 0x1234);
	assert_memory_equal(&answer.dst, &query.src, sizeof(query.src));
	assert_memory_equal(&answer.src, &query.dst, sizeof(query.dst));
	assert_int_equal(answer.dst_port_be, query.src_port_be);
	assert_int_equal(answer.src_port_be, query.dst_port_be);
}

static void
queries_of_different_types_are_different_flows(void **state)
{
	/* Query and answer: echo, timestamp, information, address mask. */
	static const uint8_t types[][2] = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(types); i++) {
		struct packet_spec s = spec_of(&spec_ipv4, IPPROTO_ICMP);
		struct flow_tuple t;

		s.payload_bytes = 12;
		s.icmp_type = types[i][0];
		assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
		assert_tuple(&t, FLOW_CLASS_ICMP, 1000, types[i][0]);
		s.icmp_type = types[i][1];
		assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
		assert_tuple(&t, FLOW_CLASS_ICMP, types[i][0], 1000);
	}
}

static void
an_error_has_the_tuple_of_what_it_quotes(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = spec_of(v, IPPROTO_UDP), error = spec_of(v, v->icmp);
	struct flow_tuple own, t;

	error.src = v->nobody;
	error.dst = v->a;
	error.icmp_type = v->unreachable;
	error.quote = &quoted;
	assert_int_equal(subject_of(&quoted, &own), FLOW_SUBJECT_OWN);
	assert_int_equal(subject_of(&error, &t), FLOW_SUBJECT_QUOTED);
	assert_tuple(&t, FLOW_CLASS_UDP, 1000, 53);
	assert_memory_equal(&t.src, &own.src, sizeof(t.src));
	assert_memory_equal(&t.dst, &own.dst, sizeof(t.dst));
}

static void
an_error_to_another_than_the_quoted_sender_says_nothing(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec quoted = spec_of(v, IPPROTO_UDP), error = spec_of(v, v->icmp);
	struct flow_tuple t;

	error.dst = v->a2;
	error.icmp_type = v->unreachable;
	error.quote = &quoted;
	assert_int_equal(subject_of(&error, &t), FLOW_SUBJECT_UNKNOWN);
}

static void
an_error_without_a_quote_says_nothing(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec error = spec_of(v, v->icmp);
	struct flow_tuple t;

	error.icmp_type = v->unreachable;
	assert_int_equal(subject_of(&error, &t), FLOW_SUBJECT_UNKNOWN);
}

static void
a_later_fragment_is_an_orphan_until_its_first_is_known(void **state)
{
	static struct packet_builder b;
	struct packet_spec later = spec_of(*state, IPPROTO_UDP);
	const struct fragment_flow first = {
		.src_port_be = RTE_BE16(1000),
		.dst_port_be = RTE_BE16(53),
		.ip_protocol = IPPROTO_UDP,
		.flow_class = FLOW_CLASS_UDP,
	};
	struct fragment_key key;
	struct flow_tuple t;
	struct packet p;

	later.offset = 80;
	later.payload_bytes = 16;
	later.datagram = 5;
	packet_spec_build(&later, &b);
	assert_int_equal(subject_of_bytes(&b, &p, &t), FLOW_SUBJECT_ORPHAN);
	key = fragment_key_of(&p, ZONE);
	assert_int_equal(fragment_table_add(fragments, &key, &first, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(subject_of_bytes(&b, &p, &t), FLOW_SUBJECT_OWN);
	assert_tuple(&t, FLOW_CLASS_UDP, 1000, 53);
}

static void
a_fragment_s_key_is_its_datagram_s(void **state)
{
	static struct packet_builder b;
	struct packet_spec s = spec_of(*state, IPPROTO_UDP);
	struct fragment_key first, later, other;
	struct flow_tuple t;
	struct packet p;

	s.more = true;
	s.payload_bytes = 16;
	s.datagram = 5;
	packet_spec_build(&s, &b);
	(void)subject_of_bytes(&b, &p, &t);
	first = fragment_key_of(&p, ZONE);
	s.more = false;
	s.offset = 24;
	packet_spec_build(&s, &b);
	(void)subject_of_bytes(&b, &p, &t);
	later = fragment_key_of(&p, ZONE);
	assert_memory_equal(&first, &later, sizeof(first));
	s.datagram = 6;
	packet_spec_build(&s, &b);
	(void)subject_of_bytes(&b, &p, &t);
	other = fragment_key_of(&p, ZONE);
	assert_memory_not_equal(&first, &other, sizeof(first));
}

/* To a group with any TTL, to a host only with the one that no router lets pass. */
static void
igmp_that_stays_on_its_link_is_no_flow_s(void **state)
{
	static const struct {
		const char *dst;
		uint8_t hops;
		enum flow_subject expected;
	} cases[] = {
		{"224.0.0.22", 1, FLOW_SUBJECT_NONE},
		{"224.0.0.0", 64, FLOW_SUBJECT_NONE},
		{"239.255.255.255", 255, FLOW_SUBJECT_NONE},
		{"10.2.0.1", 1, FLOW_SUBJECT_NONE},
		{"10.2.0.1", 2, FLOW_SUBJECT_OWN},
		{"10.2.0.1", 255, FLOW_SUBJECT_OWN},
		{"223.255.255.255", 64, FLOW_SUBJECT_OWN},
		{"240.0.0.1", 64, FLOW_SUBJECT_OWN},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet_spec s = spec_of(&spec_ipv4, IPPROTO_IGMP);
		struct flow_tuple t;

		s.icmp_type = 0x16;
		s.dst = cases[i].dst;
		s.hops = cases[i].hops;
		assert_int_equal(subject_of(&s, &t), cases[i].expected);
		if (cases[i].expected == FLOW_SUBJECT_OWN)
			assert_tuple(&t, FLOW_CLASS_OTHER, IPPROTO_IGMP, IPPROTO_IGMP);
	}
}

/* Of these types, from `first` to `last`, only what has this hop limit. */
static void
assert_on_link_with(uint8_t first, uint8_t last, uint8_t hops)
{
	static const uint8_t tried[] = {1, 2, 64, 254, 255};

	for (unsigned type = first; type <= last; type++) {
		for (unsigned i = 0; i < ARRAY_LENGTH(tried); i++) {
			struct packet_spec s = spec_of(&spec_ipv6, IPPROTO_ICMPV6);
			struct flow_tuple t;

			s.icmp_type = (uint8_t)type;
			s.hops = tried[i];
			s.payload_bytes = 16;
			if (tried[i] == hops) {
				assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_NONE);
			} else {
				assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
				assert_tuple(&t, FLOW_CLASS_OTHER, IPPROTO_ICMPV6, IPPROTO_ICMPV6);
			}
		}
	}
}

static void
neighbour_discovery_that_no_router_has_passed_is_no_flow_s(void **state)
{
	(void)state;
	assert_on_link_with(133, 137, 255);
}

static void
mld_that_no_router_will_pass_is_no_flow_s(void **state)
{
	(void)state;
	assert_on_link_with(130, 132, 1);
	assert_on_link_with(143, 143, 1);
}

/* The zone is that of the one who sent the quoted packet: he is on the other side. */
static void
an_error_speaks_of_a_packet_that_came_from_the_other_side(void **state)
{
	enum { FLIP = 3 << FLOW_ZONE_PORT_SHIFT };
	const struct spec_version *v = *state;
	struct packet_spec quoted = spec_of(v, IPPROTO_UDP), error = spec_of(v, v->icmp);
	static struct packet_builder b;
	struct flow_tuple t;
	struct rte_mbuf *m;
	struct packet p;

	error.dst = v->a;
	error.icmp_type = v->unreachable;
	error.quote = &quoted;
	packet_spec_build(&error, &b);
	m = mbuf_exact(b.bytes, b.length);
	packet_parse(m, &p);
	assert_int_equal(
		flow_subject_find(fragments, NOW, ZONE, FLIP, m, &p, &t), FLOW_SUBJECT_QUOTED
	);
	assert_int_equal(t.zone, ZONE ^ FLIP);
	assert_int_equal(t.zone_flip, FLIP);
	rte_pktmbuf_free(m);
}

static void
fragments_of_what_serves_the_link_are_like_all_others(void **state)
{
	struct packet_spec s = spec_of(&spec_ipv6, IPPROTO_ICMPV6);
	struct flow_tuple t;

	(void)state;
	s.icmp_type = 135;
	s.hops = 255;
	s.more = true;
	s.payload_bytes = 16;
	assert_int_equal(subject_of(&s, &t), FLOW_SUBJECT_OWN);
	assert_tuple(&t, FLOW_CLASS_OTHER, IPPROTO_ICMPV6, IPPROTO_ICMPV6);
}

static void
arp_and_other_frames_are_no_flow_s(void **state)
{
	static struct packet_builder b;
	struct flow_tuple t;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	builder_finish(&b);
	assert_int_equal(subject_of_bytes(&b, &p, &t), FLOW_SUBJECT_NONE);
	builder_ethernet(&b);
	builder_zeros(&b, 46);
	assert_int_equal(subject_of_bytes(&b, &p, &t), FLOW_SUBJECT_NONE);
}

static void
icmp_of_the_other_ip_version_is_a_protocol_without_ports(void **state)
{
	const struct spec_version *v = *state;
	uint8_t other = v->kind == PACKET_IPV4 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	static struct packet_builder b;
	struct flow_tuple t;
	struct packet p;

	builder_ethernet(&b);
	if (v->kind == PACKET_IPV4)
		builder_ipv4(&b);
	else
		builder_ipv6(&b);
	builder_protocol(&b, other);
	builder_zeros(&b, 16);
	/* Before builder_finish would write its checksum: the other version's has none that leat knows. */
	b.protocol = IPPROTO_RAW;
	builder_finish(&b);
	assert_int_equal(subject_of_bytes(&b, &p, &t), FLOW_SUBJECT_OWN);
	assert_tuple(&t, FLOW_CLASS_OTHER, other, other);
}

#define SUBJECT_TEST(name)                                                                         \
	cmocka_unit_test_setup_teardown(name, fragments_setup, fragments_teardown)
#define SUBJECT_TEST_OF(name, version)                                                             \
	{                                                                                          \
#name " " #version, name, fragments_setup, fragments_teardown,                     \
			(void *)(uintptr_t) & (version)                                            \
	}
#define SUBJECT_TEST_BOTH(name) SUBJECT_TEST_OF(name, spec_ipv4), SUBJECT_TEST_OF(name, spec_ipv6)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SUBJECT_TEST_BOTH(protocols_with_ports_have_their_ports_and_a_class_each),
		SUBJECT_TEST_BOTH(other_protocols_have_their_number_in_the_place_of_the_ports),
		SUBJECT_TEST_BOTH(a_query_has_its_identifier_first_and_its_answer_last),
		SUBJECT_TEST(queries_of_different_types_are_different_flows),
		SUBJECT_TEST_BOTH(an_error_has_the_tuple_of_what_it_quotes),
		SUBJECT_TEST_BOTH(an_error_to_another_than_the_quoted_sender_says_nothing),
		SUBJECT_TEST_BOTH(an_error_without_a_quote_says_nothing),
		SUBJECT_TEST_BOTH(a_later_fragment_is_an_orphan_until_its_first_is_known),
		SUBJECT_TEST_BOTH(a_fragment_s_key_is_its_datagram_s),
		SUBJECT_TEST(igmp_that_stays_on_its_link_is_no_flow_s),
		SUBJECT_TEST(neighbour_discovery_that_no_router_has_passed_is_no_flow_s),
		SUBJECT_TEST(mld_that_no_router_will_pass_is_no_flow_s),
		SUBJECT_TEST_BOTH(an_error_speaks_of_a_packet_that_came_from_the_other_side),
		SUBJECT_TEST(fragments_of_what_serves_the_link_are_like_all_others),
		SUBJECT_TEST(arp_and_other_frames_are_no_flow_s),
		SUBJECT_TEST_BOTH(icmp_of_the_other_ip_version_is_a_protocol_without_ports),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
