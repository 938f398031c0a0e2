/* SPDX-License-Identifier: BSD-3-Clause */
/* What a rule matches, at the edges of each thing that it may name, and which rules are the same. */
#include "pipeline/policy/rule.h"
#include "tests/unit/pipeline/policy/rule_builder.h"
#include "tests/unit/pipeline/policy/rule_random.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
	RULES = 60000,
	SEED = 77,
};

#define SRC4 "192.0.2.1"
#define SRC6 "2001:db8::1"

/* Takes the rule. */
static void
assert_matches(struct rule r, struct policy_packet p, bool expected)
{
	bool matches = rule_matches(&r, &p);

	rule_clear(&r);
	assert_int_equal(matches, expected);
}

static struct policy_packet
packet_to(const char *dst)
{
	return policy_packet_of(strchr(dst, ':') != NULL ? SRC6 : SRC4, dst);
}

static struct policy_packet
packet_to_port(uint16_t port)
{
	struct policy_packet p = packet_to("10.0.0.1");

	p.dst_port = port;
	return p;
}

static struct policy_packet
packet_of_icmp(uint8_t protocol, uint8_t type, uint8_t code)
{
	struct policy_packet p = packet_to(protocol == IPPROTO_ICMP ? "10.0.0.1" : "2001:db8::2");

	p.protocol = protocol;
	p.has_ports = false;
	p.icmp_type = type;
	p.icmp_code = code;
	return p;
}

static void
rule_that_names_nothing_matches_everything(void **state)
{
	(void)state;
	assert_matches(rule_of(RULE_ALLOW), packet_to("10.0.0.1"), true);
	assert_matches(rule_of(RULE_ALLOW), packet_to("2001:db8::2"), true);
	assert_matches(rule_of(RULE_ALLOW), packet_of_icmp(IPPROTO_ICMP, 8, 0), true);
}

static void
ipv4_prefix_ends_at_its_last_bit(void **state)
{
	(void)state;
	assert_matches(rule_to("10.1.2.0/23"), packet_to("10.1.2.0"), true);
	assert_matches(rule_to("10.1.2.0/23"), packet_to("10.1.3.255"), true);
	assert_matches(rule_to("10.1.2.0/23"), packet_to("10.1.4.0"), false);
	assert_matches(rule_to("10.1.2.0/23"), packet_to("10.1.1.255"), false);
}

static void
ipv4_prefix_may_be_an_address_or_all(void **state)
{
	(void)state;
	assert_matches(rule_to("10.1.2.3/32"), packet_to("10.1.2.3"), true);
	assert_matches(rule_to("10.1.2.3/32"), packet_to("10.1.2.2"), false);
	assert_matches(rule_to("0.0.0.0/0"), packet_to("255.255.255.255"), true);
}

static void
ipv6_prefix_ends_at_its_last_bit(void **state)
{
	(void)state;
	assert_matches(rule_to("2001:db8::/33"), packet_to("2001:db8:7fff:ffff::1"), true);
	assert_matches(rule_to("2001:db8::/33"), packet_to("2001:db8:8000::"), false);
	assert_matches(rule_to("2001:db8::/64"), packet_to("2001:db8::ffff:0:0:1"), true);
	assert_matches(rule_to("2001:db8::/64"), packet_to("2001:db8:0:1::"), false);
	assert_matches(rule_to("2001:db8::/65"), packet_to("2001:db8::7fff:0:0:1"), true);
	assert_matches(rule_to("2001:db8::/65"), packet_to("2001:db8::8000:0:0:0"), false);
}

static void
ipv6_prefix_may_be_an_address_or_all(void **state)
{
	(void)state;
	assert_matches(rule_to("2001:db8::2/128"), packet_to("2001:db8::2"), true);
	assert_matches(rule_to("2001:db8::2/128"), packet_to("2001:db8::3"), false);
	assert_matches(rule_to("::/0"), packet_to("ff02::1"), true);
}

static void
prefix_of_the_other_version_never_matches(void **state)
{
	(void)state;
	assert_matches(rule_to("0.0.0.0/0"), packet_to("2001:db8::2"), false);
	assert_matches(rule_to("::/0"), packet_to("10.0.0.1"), false);
	assert_matches(rule_from("::/0"), packet_to("10.0.0.1"), false);
}

static struct rule
rule_between(const char *src, const char *dst)
{
	struct rule r = rule_to(dst);

	rule_add_src(&r, src);
	return r;
}

static void
source_and_destination_both_count(void **state)
{
	const char *src = "192.0.2.0/24", *dst = "10.0.0.0/8";

	(void)state;
	assert_matches(rule_between(src, dst), policy_packet_of("192.0.2.1", "10.9.9.9"), true);
	assert_matches(rule_between(src, dst), policy_packet_of("192.0.3.1", "10.9.9.9"), false);
	assert_matches(rule_between(src, dst), policy_packet_of("192.0.2.1", "11.0.0.1"), false);
}

static struct rule
rule_to_several(void)
{
	struct rule r = rule_to("10.0.0.0/8");

	rule_add_dst(&r, "2001:db8::/32");
	rule_add_dst(&r, "172.16.0.0/12");
	return r;
}

static void
any_prefix_of_a_list_matches(void **state)
{
	(void)state;
	assert_matches(rule_to_several(), packet_to("172.31.0.1"), true);
	assert_matches(rule_to_several(), packet_to("2001:db8::2"), true);
	assert_matches(rule_to_several(), packet_to("192.168.0.1"), false);
}

static void
port_range_holds_its_ends(void **state)
{
	(void)state;
	assert_matches(rule_to_ports(1000, 2000), packet_to_port(999), false);
	assert_matches(rule_to_ports(1000, 2000), packet_to_port(1000), true);
	assert_matches(rule_to_ports(1000, 2000), packet_to_port(2000), true);
	assert_matches(rule_to_ports(1000, 2000), packet_to_port(2001), false);
	assert_matches(rule_to_ports(65535, 65535), packet_to_port(65535), true);
}

static void
source_ports_are_not_destination_ports(void **state)
{
	struct rule r = rule_of_protocol(IPPROTO_TCP);

	(void)state;
	rule_add_src_ports(&r, 80, 80);
	assert_matches(r, packet_to_port(80), false);
}

static void
any_port_range_of_a_list_matches(void **state)
{
	struct rule r = rule_to_ports(80, 80);

	(void)state;
	rule_add_dst_ports(&r, 443, 444);
	assert_matches(r, packet_to_port(444), true);
}

static void
rule_with_ports_needs_a_packet_with_ports(void **state)
{
	struct policy_packet p = packet_to_port(0);

	(void)state;
	p.has_ports = false;
	assert_matches(rule_to_ports(0, 65535), p, false);
}

static void
protocol_counts(void **state)
{
	(void)state;
	assert_matches(rule_of_protocol(IPPROTO_TCP), packet_to_port(80), true);
	assert_matches(rule_of_protocol(IPPROTO_UDP), packet_to_port(80), false);
	assert_matches(rule_of_protocol(0), packet_to_port(80), false);
}

static void
icmp_type_and_code_count(void **state)
{
	(void)state;
	assert_matches(rule_of_icmp(IPPROTO_ICMP, 8, 0), packet_of_icmp(IPPROTO_ICMP, 8, 0), true);
	assert_matches(rule_of_icmp(IPPROTO_ICMP, 8, 0), packet_of_icmp(IPPROTO_ICMP, 8, 1), false);
	assert_matches(
		rule_of_icmp(IPPROTO_ICMP, 0, RULE_ANY), packet_of_icmp(IPPROTO_ICMP, 8, 0), false
	);
	assert_matches(
		rule_of_icmp(IPPROTO_ICMPV6, 128, RULE_ANY),
		packet_of_icmp(IPPROTO_ICMPV6, 128, 3),
		true
	);
}

static void
icmp_type_is_of_icmp_only(void **state)
{
	(void)state;
	assert_matches(rule_of_icmp(RULE_ANY, 0, 0), packet_to_port(80), false);
}

static void
rule_matches_what_looking_at_each_bit_finds(void **state)
{
	const struct rule_alphabet alphabet = {4, 0, 2};
	uint64_t seed = SEED;

	(void)state;
	for (unsigned i = 0; i < RULES; i++) {
		struct rule r = rule_random(&seed, &alphabet);
		struct policy_packet p = packet_near(&seed, &alphabet, &r);
		bool expected = rule_matches_slowly(&r, &p);

		assert_matches(r, p, expected);
	}
}

static void
same_rules_may_differ_in_name_and_line(void **state)
{
	struct rule a = rule_to("10.0.0.0/8"), b = rule_to("10.0.0.0/8");

	(void)state;
	a.line = 7;
	strcpy(a.name, "web");
	memset(b.dst[0].address.v6 + 4, 0, 12); /* behind an IPv4 address stands nothing */
	assert_true(rule_is_same(&a, &b));
	rule_clear(&a);
	rule_clear(&b);
}

/* Takes both. */
static void
assert_differ(struct rule a, struct rule b)
{
	bool same = rule_is_same(&a, &b) || rule_is_same(&b, &a);

	rule_clear(&a);
	rule_clear(&b);
	assert_false(same);
}

static void
rules_that_name_other_things_are_not_the_same(void **state)
{
	(void)state;
	assert_differ(rule_of(RULE_ALLOW), rule_of(RULE_DENY));
	assert_differ(rule_of(RULE_ALLOW), rule_of_protocol(IPPROTO_TCP));
	assert_differ(rule_of(RULE_ALLOW), rule_to("0.0.0.0/0"));
	assert_differ(rule_to("10.0.0.0/8"), rule_from("10.0.0.0/8"));
	assert_differ(rule_to("10.0.0.0/8"), rule_to("10.0.0.0/9"));
	assert_differ(rule_to("2001:db8::1/128"), rule_to("2001:db8::2/128"));
	assert_differ(rule_to("0.0.0.0/0"), rule_to("::/0"));
	assert_differ(rule_to_ports(1, 2), rule_to_ports(1, 3));
	assert_differ(rule_of_icmp(IPPROTO_ICMP, 8, 0), rule_of_icmp(IPPROTO_ICMP, 8, RULE_ANY));
	assert_differ(rule_of_icmp(IPPROTO_ICMP, 8, 0), rule_of_icmp(IPPROTO_ICMP, 0, 0));
}

static struct rule
rule_of_everything_twice(void)
{
	struct rule r = rule_between("10.0.0.0/8", "10.0.0.0/8");

	r.protocol = IPPROTO_TCP;
	rule_add_src(&r, "10.0.0.0/8");
	rule_add_dst(&r, "10.0.0.0/8");
	for (unsigned i = 0; i < 2; i++) {
		rule_add_src_ports(&r, 1, 2);
		rule_add_dst_ports(&r, 1, 2);
	}
	return r;
}

static void
longer_list_of_one_thing_makes_another_rule(void **state)
{
	enum { LISTS = 4 };

	(void)state;
	for (unsigned i = 0; i < LISTS; i++) {
		struct rule r = rule_of_everything_twice();
		unsigned *lists[LISTS] = {&r.n_src, &r.n_dst, &r.n_src_ports, &r.n_dst_ports};

		*lists[i] = 1;
		assert_differ(rule_of_everything_twice(), r);
	}
}

static void
actions_have_the_names_of_the_config(void **state)
{
	(void)state;
	assert_string_equal(rule_action_names[RULE_ALLOW], "allow");
	assert_string_equal(rule_action_names[RULE_DENY], "deny");
	assert_string_equal(rule_action_names[RULE_REJECT], "reject");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_that_names_nothing_matches_everything),
		cmocka_unit_test(ipv4_prefix_ends_at_its_last_bit),
		cmocka_unit_test(ipv4_prefix_may_be_an_address_or_all),
		cmocka_unit_test(ipv6_prefix_ends_at_its_last_bit),
		cmocka_unit_test(ipv6_prefix_may_be_an_address_or_all),
		cmocka_unit_test(prefix_of_the_other_version_never_matches),
		cmocka_unit_test(source_and_destination_both_count),
		cmocka_unit_test(any_prefix_of_a_list_matches),
		cmocka_unit_test(port_range_holds_its_ends),
		cmocka_unit_test(source_ports_are_not_destination_ports),
		cmocka_unit_test(any_port_range_of_a_list_matches),
		cmocka_unit_test(rule_with_ports_needs_a_packet_with_ports),
		cmocka_unit_test(protocol_counts),
		cmocka_unit_test(icmp_type_and_code_count),
		cmocka_unit_test(icmp_type_is_of_icmp_only),
		cmocka_unit_test(rule_matches_what_looking_at_each_bit_finds),
		cmocka_unit_test(same_rules_may_differ_in_name_and_line),
		cmocka_unit_test(rules_that_name_other_things_are_not_the_same),
		cmocka_unit_test(longer_list_of_one_thing_makes_another_rule),
		cmocka_unit_test(actions_have_the_names_of_the_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
