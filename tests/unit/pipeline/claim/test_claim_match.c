/* SPDX-License-Identifier: BSD-3-Clause */
/* Each thing that a row may name, alone and at its edges; deny and claim; many rows. */
#include "pipeline/claim/claim_match.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_malloc.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MANY_RULES = 2000,
	LIVES = 100,
	IPV4_BITS = 32,
	IPV6_BITS = 128,
};

#define SRC4 "192.0.2.1"
#define DST4 "198.51.100.2"
#define SRC6 "2001:db8::1"
#define DST6 "2001:db8:ffff::2"

static union packet_address
address_of(const char *text)
{
	union packet_address address;

	/* What stands behind an IPv4 address must not matter. */
	memset(&address, 0xA5, sizeof(address));
	if (inet_pton(AF_INET6, text, address.v6) != 1)
		assert_int_equal(inet_pton(AF_INET, text, address.v6), 1);
	return address;
}

static uint8_t
kind_of(const char *text)
{
	return strchr(text, ':') != NULL ? PACKET_IPV6 : PACKET_IPV4;
}

/* A row with a destination prefix; everything else is any. */
static struct claim_rule
rule_to(const char *dst, uint8_t bits)
{
	struct claim_rule rule = {
		.verdict = CLAIM_CLAIMED,
		.kind = kind_of(dst),
		.any_protocol = true,
		.any_vlan = true,
		.dst_bits = bits,
	};

	rule.dst = address_of(dst);
	return rule;
}

static struct claim_rule
rule_of_ports(const char *dst, uint16_t first, uint16_t last)
{
	struct claim_rule rule = rule_to(dst, 0);

	rule.any_protocol = false;
	rule.protocol = IPPROTO_UDP;
	rule.names_ports = true;
	rule.port_first = first;
	rule.port_last = last;
	return rule;
}

/* A UDP packet without a tag. */
static struct packet
packet_to(const char *src, const char *dst, uint16_t port)
{
	struct packet p = {
		.src_port_be = rte_cpu_to_be_16(4000),
		.dst_port_be = rte_cpu_to_be_16(port),
		.vlan_outer = PACKET_NO_VLAN,
		.vlan_inner = PACKET_NO_VLAN,
		.kind = kind_of(dst),
		.ip_protocol = IPPROTO_UDP,
		.flags = PACKET_HAS_PORTS,
	};

	p.src = address_of(src);
	p.dst = address_of(dst);
	return p;
}

static struct packet
packet4(uint16_t port)
{
	return packet_to(SRC4, DST4, port);
}

static struct packet
packet6(uint16_t port)
{
	return packet_to(SRC6, DST6, port);
}

static struct claim_match *
match_make(const struct claim_rule *rules, unsigned n)
{
	struct claim_match *match = claim_match_create("_unit", rules, n, SOCKET_ID_ANY);

	assert_non_null(match);
	return match;
}

static uint8_t
match_one(const struct claim_match *match, const struct packet *p)
{
	uint8_t verdict = UINT8_MAX;

	claim_match_packets(match, &p, 1, &verdict);
	return verdict;
}

static void
assert_verdict_of(
	const struct claim_rule *rules, unsigned n, struct packet p, enum claim_verdict expected
)
{
	struct claim_match *match = match_make(rules, n);
	uint8_t verdict = match_one(match, &p);

	claim_match_destroy(match);
	assert_int_equal(verdict, expected);
}

static void
assert_verdict(struct claim_rule rule, struct packet p, enum claim_verdict expected)
{
	assert_verdict_of(&rule, 1, p, expected);
}

static void
assert_claimed(struct claim_rule rule, struct packet p)
{
	assert_verdict(rule, p, CLAIM_CLAIMED);
}

static void
assert_passed(struct claim_rule rule, struct packet p)
{
	assert_verdict(rule, p, CLAIM_NONE);
}

static void
a_protocol_is_that_one_alone(void **state)
{
	static const uint8_t protocols[] = {0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, 128, 255};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(protocols); i++) {
		for (size_t j = 0; j < ARRAY_LENGTH(protocols); j++) {
			struct claim_rule rule4 = rule_to(DST4, 0), rule6 = rule_to(DST6, 0);
			struct packet p4 = packet4(1), p6 = packet6(1);
			enum claim_verdict expected = i == j ? CLAIM_CLAIMED : CLAIM_NONE;

			rule4.any_protocol = rule6.any_protocol = false;
			rule4.protocol = rule6.protocol = protocols[i];
			p4.ip_protocol = p6.ip_protocol = protocols[j];
			assert_verdict(rule4, p4, expected);
			assert_verdict(rule6, p6, expected);
		}
	}
}

static void
any_protocol_is_every_protocol(void **state)
{
	struct claim_rule rule = rule_to(DST4, IPV4_BITS);
	struct claim_match *match = match_make(&rule, 1);
	struct packet p = packet4(1);

	(void)state;
	for (unsigned protocol = 0; protocol <= UINT8_MAX; protocol++) {
		p.ip_protocol = (uint8_t)protocol;
		assert_int_equal(match_one(match, &p), CLAIM_CLAIMED);
	}
	claim_match_destroy(match);
}

/* For every length of a prefix: an address whose last bit within differs, and one whose first bit behind does. */
static void
prefix_check(const char *text, unsigned bits_max, bool is_dst)
{
	for (unsigned bits = 0; bits <= bits_max; bits++) {
		struct claim_rule rule = rule_to(text, is_dst ? (uint8_t)bits : 0);
		struct packet p = kind_of(text) == PACKET_IPV4 ? packet4(1) : packet6(1);
		union packet_address *address = is_dst ? &p.dst : &p.src;

		if (!is_dst) {
			rule.src = rule.dst;
			rule.src_bits = (uint8_t)bits;
		}
		*address = address_of(text);
		assert_claimed(rule, p);
		if (bits < bits_max) {
			address->v6[bits / 8] ^= (uint8_t)(0x80 >> bits % 8);
			assert_claimed(rule, p);
			*address = address_of(text);
		}
		if (bits > 0) {
			address->v6[(bits - 1) / 8] ^= (uint8_t)(0x80 >> (bits - 1) % 8);
			assert_passed(rule, p);
		}
	}
}

static void
a_destination_counts_to_the_last_bit_of_its_prefix(void **state)
{
	(void)state;
	prefix_check("165.90.60.195", IPV4_BITS, true);
	prefix_check("a55a:3cc3:8001:7ffe:a55a:3cc3:8001:7ffe", IPV6_BITS, true);
}

static void
a_source_counts_to_the_last_bit_of_its_prefix(void **state)
{
	(void)state;
	prefix_check("165.90.60.195", IPV4_BITS, false);
	prefix_check("a55a:3cc3:8001:7ffe:a55a:3cc3:8001:7ffe", IPV6_BITS, false);
}

static void
source_and_destination_must_both_match(void **state)
{
	struct claim_rule rule = rule_to(DST4, IPV4_BITS);

	(void)state;
	rule.src = address_of(SRC4);
	rule.src_bits = IPV4_BITS;
	assert_claimed(rule, packet_to(SRC4, DST4, 1));
	assert_passed(rule, packet_to(DST4, DST4, 1));
	assert_passed(rule, packet_to(SRC4, SRC4, 1));
	assert_passed(rule, packet_to(DST4, SRC4, 1));
}

static void
ports_are_the_destination_s_with_both_ends(void **state)
{
	static const uint16_t ranges[][2] = {
		{0, 0},
		{0, 1},
		{1, 1},
		{255, 256},
		{26400, 26499},
		{26400, 26400},
		{0x1234, 0x4321},
		{65534, 65534},
		{65535, 65535},
		{1, 65534},
		{0, 65535},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++) {
		unsigned low = ranges[i][0], high = ranges[i][1];
		unsigned ports[] = {low - 1, low, low + 1, high - 1, high, high + 1, 0, 65535};

		for (size_t j = 0; j < ARRAY_LENGTH(ports); j++) {
			unsigned port = ports[j];
			enum claim_verdict expected =
				port >= low && port <= high ? CLAIM_CLAIMED : CLAIM_NONE;

			if (port > UINT16_MAX)
				continue;
			assert_verdict(
				rule_of_ports(DST4, ranges[i][0], ranges[i][1]),
				packet4((uint16_t)port),
				expected
			);
			assert_verdict(
				rule_of_ports(DST6, ranges[i][0], ranges[i][1]),
				packet6((uint16_t)port),
				expected
			);
		}
	}
}

static void
the_source_port_does_not_matter(void **state)
{
	struct packet p = packet4(1000);

	(void)state;
	p.src_port_be = rte_cpu_to_be_16(26400);
	assert_passed(rule_of_ports(DST4, 26400, 26400), p);
}

static void
a_row_of_ports_takes_only_what_has_ports(void **state)
{
	struct packet p = packet4(0);

	(void)state;
	p.flags = 0;
	assert_passed(rule_of_ports(DST4, 0, UINT16_MAX), p);
	p = packet6(0);
	p.flags = 0;
	assert_passed(rule_of_ports(DST6, 0, UINT16_MAX), p);
}

static void
a_row_without_ports_takes_what_has_none(void **state)
{
	struct packet p = packet4(0);

	(void)state;
	p.flags = 0;
	assert_claimed(rule_to(DST4, IPV4_BITS), p);
	p = packet6(0);
	p.flags = 0;
	assert_claimed(rule_to(DST6, IPV6_BITS), p);
}

static void
a_vlan_is_the_outer_tag_s(void **state)
{
	/* A row's VLAN, or -1: any; a packet's outer tag, or PACKET_NO_VLAN; do they match? */
	static const struct {
		int row;
		uint16_t tag;
		enum claim_verdict expected;
	} cases[] = {
		{100, 100, CLAIM_CLAIMED},
		{100, 101, CLAIM_NONE},
		{100, 0, CLAIM_NONE},
		{100, PACKET_NO_VLAN, CLAIM_NONE},
		{4094, 4094, CLAIM_CLAIMED},
		{1, 256, CLAIM_NONE}, /* its bytes the other way round */
		{256, 256, CLAIM_CLAIMED},
		{CLAIM_VLAN_UNTAGGED, PACKET_NO_VLAN, CLAIM_CLAIMED},
		{CLAIM_VLAN_UNTAGGED, 0, CLAIM_CLAIMED}, /* a priority tag */
		{CLAIM_VLAN_UNTAGGED, 1, CLAIM_NONE},
		{CLAIM_VLAN_UNTAGGED, 4095, CLAIM_NONE},
		{-1, PACKET_NO_VLAN, CLAIM_CLAIMED},
		{-1, 0, CLAIM_CLAIMED},
		{-1, 4095, CLAIM_CLAIMED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct claim_rule rule4 = rule_to(DST4, IPV4_BITS),
				  rule6 = rule_to(DST6, IPV6_BITS);
		struct packet p4 = packet4(1), p6 = packet6(1);

		rule4.any_vlan = rule6.any_vlan = cases[i].row < 0;
		rule4.vlan = rule6.vlan = cases[i].row < 0 ? 0 : (uint16_t)cases[i].row;
		p4.vlan_outer = p6.vlan_outer = cases[i].tag;
		p4.vlan_inner = p6.vlan_inner = 100;
		assert_verdict(rule4, p4, cases[i].expected);
		assert_verdict(rule6, p6, cases[i].expected);
	}
}

static void
a_row_of_one_ip_version_takes_nothing_of_the_other(void **state)
{
	(void)state;
	assert_passed(rule_to(DST4, 0), packet6(1));
	assert_passed(rule_to(DST6, 0), packet4(1));
}

static void
fragments_match_only_rows_without_ports(void **state)
{
	static const uint8_t flags[] = {
		PACKET_FRAGMENT,
		PACKET_FRAGMENT | PACKET_HAS_PORTS, /* the first */
		PACKET_FRAGMENT | PACKET_LATER_FRAGMENT,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(flags); i++) {
		struct packet p4 = packet4(26400), p6 = packet6(26400);

		p4.flags = p6.flags = flags[i];
		assert_passed(rule_of_ports(DST4, 26400, 26400), p4);
		assert_passed(rule_of_ports(DST4, 0, UINT16_MAX), p4);
		assert_passed(rule_of_ports(DST6, 26400, 26400), p6);
		assert_passed(rule_of_ports(DST6, 0, UINT16_MAX), p6);
		assert_claimed(rule_to(DST4, IPV4_BITS), p4);
		assert_claimed(rule_to(DST6, IPV6_BITS), p6);
	}
}

/* Of a datagram with a destination options header behind the fragment header: the first fragment and a later one. */
static void
fragments_with_options_build(struct packet_builder *first, struct packet_builder *later)
{
	builder_ethernet(first);
	builder_ipv6(first);
	builder_ipv6_fragment(first, 0, true);
	builder_ipv6_extension(first, IPPROTO_DSTOPTS, 8);
	builder_udp(first, 4000, 26400);
	builder_pattern(first, 16);
	builder_finish(first);
	builder_ethernet(later);
	builder_ipv6(later);
	builder_ipv6_fragment(later, 32, false);
	builder_protocol(later, IPPROTO_DSTOPTS);
	builder_pattern(later, 16);
	builder_finish(later);
}

/* bpf/steer.h: the protocol of IPv6 fragments is what their fragment header names, all that the later ones know. */
static void
no_row_tears_the_fragments_of_an_ipv6_datagram(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_DSTOPTS};
	struct packet_builder first, later;
	struct packet p_first, p_later;

	(void)state;
	fragments_with_options_build(&first, &later);
	p_first = parse_built(&first);
	p_later = parse_built(&later);
	assert_fate("first", p_first.fate, FATE_NONE);
	assert_fate("later", p_later.fate, FATE_NONE);
	for (size_t i = 0; i < ARRAY_LENGTH(protocols); i++) {
		struct claim_rule rule = rule_to(DST6, IPV6_BITS);
		struct claim_match *match;
		uint8_t of_first, of_later;

		rule.any_protocol = false;
		rule.protocol = protocols[i];
		match = match_make(&rule, 1);
		of_first = match_one(match, &p_first);
		of_later = match_one(match, &p_later);
		claim_match_destroy(match);
		assert_int_equal(of_first, of_later);
	}
}

static void
deny_beats_claim_whatever_the_prefixes_and_the_order(void **state)
{
	static const uint8_t lengths[][2] = {{0, 32}, {32, 0}, {32, 32}, {8, 24}, {24, 8}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
		struct claim_rule rules[2] = {
			rule_to(DST4, lengths[i][0]), rule_to(DST4, lengths[i][1])};

		for (unsigned denied = 0; denied < 2; denied++) {
			rules[denied].verdict = CLAIM_DENIED;
			rules[1 - denied].verdict = CLAIM_CLAIMED;
			assert_verdict_of(rules, 2, packet4(1), CLAIM_DENIED);
		}
	}
}

static void
deny_beats_claims_that_name_more(void **state)
{
	struct claim_rule rules[4] = {
		rule_of_ports(DST6, 26400, 26400),
		rule_to(DST6, IPV6_BITS),
		rule_to(DST6, 16),
		rule_of_ports(DST6, 0, UINT16_MAX),
	};

	(void)state;
	rules[0].dst_bits = IPV6_BITS;
	rules[2].verdict = CLAIM_DENIED;
	assert_verdict_of(rules, ARRAY_LENGTH(rules), packet6(26400), CLAIM_DENIED);
	/* What the deny does not cover is claimed as before. */
	assert_verdict_of(
		rules, ARRAY_LENGTH(rules), packet_to(SRC6, "3001::1", 26400), CLAIM_CLAIMED
	);
}

static void
a_narrow_deny_leaves_the_rest_of_a_wide_claim(void **state)
{
	struct claim_rule rules[2] = {rule_to(DST4, 8), rule_of_ports(DST4, 7, 7)};

	(void)state;
	rules[1].verdict = CLAIM_DENIED;
	assert_verdict_of(rules, 2, packet4(7), CLAIM_DENIED);
	assert_verdict_of(rules, 2, packet4(6), CLAIM_CLAIMED);
	assert_verdict_of(rules, 2, packet4(8), CLAIM_CLAIMED);
	assert_verdict_of(rules, 2, packet_to(SRC4, "10.0.0.1", 7), CLAIM_DENIED);
	assert_verdict_of(rules, 2, packet_to(SRC4, "10.0.0.1", 8), CLAIM_NONE);
}

static void
the_same_row_twice_is_as_once(void **state)
{
	struct claim_rule rules[2] = {rule_to(DST4, IPV4_BITS), rule_to(DST4, IPV4_BITS)};

	(void)state;
	assert_verdict_of(rules, 2, packet4(1), CLAIM_CLAIMED);
}

static void
without_rows_nothing_matches(void **state)
{
	struct packet p4 = packet4(1), p6 = packet6(1);
	const struct packet *both[] = {&p4, &p6};
	uint8_t verdicts[3] = {UINT8_MAX, UINT8_MAX, UINT8_MAX};
	struct claim_match *match = match_make(NULL, 0);

	(void)state;
	claim_match_packets(match, both, 2, verdicts);
	claim_match_destroy(match);
	assert_int_equal(verdicts[0], CLAIM_NONE);
	assert_int_equal(verdicts[1], CLAIM_NONE);
	assert_int_equal(verdicts[2], UINT8_MAX); /* only as many as there are packets */
}

static void
no_packets_are_no_matter(void **state)
{
	struct claim_rule rule = rule_to(DST4, 0);
	struct claim_match *match = match_make(&rule, 1);
	uint8_t verdict = UINT8_MAX;

	(void)state;
	claim_match_packets(match, NULL, 0, &verdict);
	claim_match_destroy(match);
	assert_int_equal(verdict, UINT8_MAX);
}

static void
a_full_burst_of_both_versions_keeps_its_places(void **state)
{
	struct claim_rule rules[2] = {rule_of_ports(DST4, 0, 31), rule_of_ports(DST6, 16, 47)};
	struct claim_match *match;
	struct packet packets[BURST_MAX];
	const struct packet *pointers[BURST_MAX];
	uint8_t verdicts[BURST_MAX];

	(void)state;
	rules[1].verdict = CLAIM_DENIED;
	match = match_make(rules, 2);
	for (uint16_t i = 0; i < BURST_MAX; i++) {
		packets[i] = i % 3 == 0 ? packet4(i) : packet6(i);
		pointers[i] = &packets[i];
	}
	claim_match_packets(match, pointers, BURST_MAX, verdicts);
	claim_match_destroy(match);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		unsigned expected = i % 3 == 0 ? (i < 32 ? CLAIM_CLAIMED : CLAIM_NONE)
					       : (i >= 16 && i < 48 ? CLAIM_DENIED : CLAIM_NONE);

		assert_int_equal(verdicts[i], expected);
	}
}

/* Row i of many: an address and a port of its own, every fourth of IPv6, every tenth a deny. */
static struct claim_rule
many_rule(unsigned i)
{
	char dst[INET6_ADDRSTRLEN];
	struct claim_rule rule;

	if (i % 4 == 3)
		(void)snprintf(dst, sizeof(dst), "2001:db8:%x::%x", i, i);
	else
		(void)snprintf(dst, sizeof(dst), "10.%u.%u.1", i / 200, i % 200);
	rule = rule_of_ports(dst, (uint16_t)(1000 + i), (uint16_t)(1009 + i));
	rule.dst_bits = i % 4 == 3 ? IPV6_BITS : IPV4_BITS;
	rule.verdict = i % 10 == 0 ? CLAIM_DENIED : CLAIM_CLAIMED;
	return rule;
}

static void
of_two_thousand_rows_each_takes_its_own(void **state)
{
	struct claim_rule *rules = calloc(MANY_RULES, sizeof(*rules));
	struct claim_match *match;

	(void)state;
	assert_non_null(rules);
	for (unsigned i = 0; i < MANY_RULES; i++)
		rules[i] = many_rule(i);
	match = match_make(rules, MANY_RULES);
	for (unsigned i = 0; i < MANY_RULES; i++) {
		struct packet p = rules[i].kind == PACKET_IPV4 ? packet4(0) : packet6(0);
		const unsigned ports[] = {999 + i, 1000 + i, 1009 + i, 1010 + i};

		p.dst = rules[i].dst;
		for (unsigned j = 0; j < ARRAY_LENGTH(ports); j++) {
			p.dst_port_be = rte_cpu_to_be_16((uint16_t)ports[j]);
			assert_int_equal(
				match_one(match, &p),
				j == 1 || j == 2 ? rules[i].verdict : CLAIM_NONE
			);
		}
	}
	claim_match_destroy(match);
	free(rules);
}

static size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;

	assert_int_equal(rte_malloc_get_socket_stats(0, &stats), 0);
	return stats.heap_allocsz_bytes;
}

static void
a_matcher_that_is_destroyed_leaves_nothing_behind(void **state)
{
	struct claim_rule rules[2] = {rule_to(DST4, 24), rule_of_ports(DST6, 1, 9)};
	size_t before;

	(void)state;
	claim_match_destroy(match_make(rules, 2));
	before = heap_bytes();
	for (unsigned i = 0; i < LIVES; i++)
		claim_match_destroy(match_make(rules, 2));
	assert_int_equal(heap_bytes(), before);
	claim_match_destroy(NULL);
}

static void
matchers_that_live_together_know_only_their_own_rows(void **state)
{
	struct claim_rule rules[2] = {rule_of_ports(DST4, 1, 1), rule_of_ports(DST4, 2, 2)};
	struct claim_match *matches[2];
	struct packet p = packet4(1);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		matches[i] = claim_match_create(i == 0 ? "_a" : "_b", &rules[i], 1, SOCKET_ID_ANY);
		assert_non_null(matches[i]);
	}
	assert_int_equal(match_one(matches[0], &p), CLAIM_CLAIMED);
	assert_int_equal(match_one(matches[1], &p), CLAIM_NONE);
	claim_match_destroy(matches[0]);
	p = packet4(2);
	assert_int_equal(match_one(matches[1], &p), CLAIM_CLAIMED);
	claim_match_destroy(matches[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_protocol_is_that_one_alone),
		cmocka_unit_test(any_protocol_is_every_protocol),
		cmocka_unit_test(a_destination_counts_to_the_last_bit_of_its_prefix),
		cmocka_unit_test(a_source_counts_to_the_last_bit_of_its_prefix),
		cmocka_unit_test(source_and_destination_must_both_match),
		cmocka_unit_test(ports_are_the_destination_s_with_both_ends),
		cmocka_unit_test(the_source_port_does_not_matter),
		cmocka_unit_test(a_row_of_ports_takes_only_what_has_ports),
		cmocka_unit_test(a_row_without_ports_takes_what_has_none),
		cmocka_unit_test(a_vlan_is_the_outer_tag_s),
		cmocka_unit_test(a_row_of_one_ip_version_takes_nothing_of_the_other),
		cmocka_unit_test(fragments_match_only_rows_without_ports),
		cmocka_unit_test(no_row_tears_the_fragments_of_an_ipv6_datagram),
		cmocka_unit_test(deny_beats_claim_whatever_the_prefixes_and_the_order),
		cmocka_unit_test(deny_beats_claims_that_name_more),
		cmocka_unit_test(a_narrow_deny_leaves_the_rest_of_a_wide_claim),
		cmocka_unit_test(the_same_row_twice_is_as_once),
		cmocka_unit_test(without_rows_nothing_matches),
		cmocka_unit_test(no_packets_are_no_matter),
		cmocka_unit_test(a_full_burst_of_both_versions_keeps_its_places),
		cmocka_unit_test(of_two_thousand_rows_each_takes_its_own),
		cmocka_unit_test(a_matcher_that_is_destroyed_leaves_nothing_behind),
		cmocka_unit_test(matchers_that_live_together_know_only_their_own_rows),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
