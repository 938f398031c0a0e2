/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rule covers which: never one that does not. */
#include "pipeline/policy/rule.h"
#include "tests/unit/pipeline/policy/rule_builder.h"
#include "tests/unit/pipeline/policy/rule_random.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

enum {
	PAIRS = 60000,
	PACKETS_OF_PAIR = 60,
	SEED = 77,
};

/* Takes both. */
static void
assert_covers(struct rule earlier, struct rule later, bool expected)
{
	bool covers = rule_covers(&earlier, &later);

	rule_clear(&earlier);
	rule_clear(&later);
	assert_int_equal(covers, expected);
}

static void
rule_covers_itself(void **state)
{
	(void)state;
	assert_covers(rule_to_ports(1, 5), rule_to_ports(1, 5), true);
	assert_covers(rule_of(RULE_DENY), rule_of(RULE_ALLOW), true);
}

static void
wider_prefix_covers_narrower(void **state)
{
	(void)state;
	assert_covers(rule_to("10.0.0.0/8"), rule_to("10.1.0.0/16"), true);
	assert_covers(rule_to("10.1.0.0/16"), rule_to("10.0.0.0/8"), false);
	assert_covers(rule_to("2001:db8::/32"), rule_to("2001:db8::1/128"), true);
	assert_covers(rule_to("10.0.0.0/8"), rule_from("10.1.0.0/16"), false);
}

static void
any_address_covers_prefix_but_no_prefix_covers_any(void **state)
{
	(void)state;
	assert_covers(rule_of(RULE_ALLOW), rule_to("10.0.0.0/8"), true);
	assert_covers(rule_to("0.0.0.0/0"), rule_of(RULE_ALLOW), false); /* IPv6 is left */
}

static void
all_of_both_versions_covers_any(void **state)
{
	struct rule both = rule_to("0.0.0.0/0");

	(void)state;
	rule_add_dst(&both, "::/0");
	assert_covers(both, rule_of(RULE_ALLOW), true);
}

static void
all_of_ipv4_covers_what_other_addresses_make_ipv4(void **state)
{
	(void)state;
	assert_covers(rule_from("0.0.0.0/0"), rule_to("10.0.0.0/8"), true);
	assert_covers(rule_from("0.0.0.0/0"), rule_to("2001:db8::/32"), false);
}

static void
each_prefix_of_a_list_is_to_be_covered(void **state)
{
	struct rule earlier = rule_to("10.0.0.0/8"), later = rule_to("10.1.0.0/16");

	(void)state;
	rule_add_dst(&later, "172.16.1.0/24");
	assert_false(rule_covers(&earlier, &later));
	rule_add_dst(&earlier, "172.16.0.0/12");
	assert_covers(earlier, later, true);
}

static void
touching_port_ranges_cover_together(void **state)
{
	struct rule earlier = rule_to_ports(100, 199);

	(void)state;
	rule_add_dst_ports(&earlier, 1, 99);
	assert_covers(earlier, rule_to_ports(50, 150), true);
}

static void
port_ranges_with_a_gap_do_not_cover(void **state)
{
	struct rule earlier = rule_to_ports(1, 99);

	(void)state;
	rule_add_dst_ports(&earlier, 101, 200);
	assert_covers(earlier, rule_to_ports(50, 150), false);
}

static void
all_ports_do_not_cover_packets_without_ports(void **state)
{
	(void)state;
	assert_covers(rule_to_ports(0, 65535), rule_of_protocol(IPPROTO_TCP), false);
}

static void
all_ports_cover_where_the_later_rule_names_other_ports(void **state)
{
	struct rule earlier = rule_of_protocol(IPPROTO_TCP);

	(void)state;
	rule_add_src_ports(&earlier, 0, 65535);
	assert_covers(earlier, rule_to_ports(80, 80), true);
}

static void
any_protocol_covers_one_but_not_the_other_way(void **state)
{
	(void)state;
	assert_covers(rule_of(RULE_ALLOW), rule_of_protocol(IPPROTO_UDP), true);
	assert_covers(rule_of_protocol(IPPROTO_UDP), rule_of(RULE_ALLOW), false);
	assert_covers(rule_of_protocol(IPPROTO_UDP), rule_of_protocol(IPPROTO_TCP), false);
}

static void
any_icmp_type_covers_one_but_not_the_other_way(void **state)
{
	(void)state;
	assert_covers(
		rule_of_protocol(IPPROTO_ICMP), rule_of_icmp(IPPROTO_ICMP, 8, RULE_ANY), true
	);
	assert_covers(
		rule_of_icmp(IPPROTO_ICMP, 8, RULE_ANY), rule_of_protocol(IPPROTO_ICMP), false
	);
	assert_covers(
		rule_of_icmp(IPPROTO_ICMP, 8, 0), rule_of_icmp(IPPROTO_ICMP, 8, RULE_ANY), false
	);
}

/* Tries to find a packet that only the later rule matches. */
static void
assert_no_packet_between(
	uint64_t *seed,
	const struct rule_alphabet *alphabet,
	const struct rule *earlier,
	const struct rule *later
)
{
	for (unsigned i = 0; i < PACKETS_OF_PAIR; i++) {
		struct policy_packet p = i % 4 == 0 ? packet_random(seed, alphabet)
						    : packet_near(seed, alphabet, later);

		if (rule_matches_slowly(later, &p))
			assert_true(rule_matches_slowly(earlier, &p));
	}
}

static void
covered_rule_has_no_packet_of_its_own(void **state)
{
	const struct rule_alphabet alphabet = {2, 0, 2};
	uint64_t seed = SEED;
	unsigned covered = 0;

	(void)state;
	for (unsigned i = 0; i < PAIRS; i++) {
		struct rule earlier = rule_random(&seed, &alphabet);
		struct rule later = rule_random(&seed, &alphabet);

		if (rule_covers(&earlier, &later)) {
			assert_no_packet_between(&seed, &alphabet, &earlier, &later);
			covered++;
		}
		rule_clear(&earlier);
		rule_clear(&later);
	}
	assert_true(covered > PAIRS / 100);
}

/* A rule with one more thing named than another, or with more of one thing taken away, is covered by it. */
static void
narrowed_rule_is_covered(void **state)
{
	const struct rule_alphabet alphabet = {4, 1, 3};
	uint64_t seed = SEED;

	(void)state;
	for (unsigned i = 0; i < PAIRS / 10; i++) {
		struct rule wide = rule_random(&seed, &alphabet), narrow = wide;

		narrow.n_src = 1;
		narrow.n_dst = 1;
		narrow.n_dst_ports = narrow.n_dst_ports > 0;
		assert_true(rule_covers(&wide, &narrow));
		wide.n_src = random_below(&seed, 2) != 0 ? wide.n_src : 0;
		assert_true(rule_covers(&wide, &narrow));
		rule_clear(&wide);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_covers_itself),
		cmocka_unit_test(wider_prefix_covers_narrower),
		cmocka_unit_test(any_address_covers_prefix_but_no_prefix_covers_any),
		cmocka_unit_test(all_of_both_versions_covers_any),
		cmocka_unit_test(all_of_ipv4_covers_what_other_addresses_make_ipv4),
		cmocka_unit_test(each_prefix_of_a_list_is_to_be_covered),
		cmocka_unit_test(touching_port_ranges_cover_together),
		cmocka_unit_test(port_ranges_with_a_gap_do_not_cover),
		cmocka_unit_test(all_ports_do_not_cover_packets_without_ports),
		cmocka_unit_test(all_ports_cover_where_the_later_rule_names_other_ports),
		cmocka_unit_test(any_protocol_covers_one_but_not_the_other_way),
		cmocka_unit_test(any_icmp_type_covers_one_but_not_the_other_way),
		cmocka_unit_test(covered_rule_has_no_packet_of_its_own),
		cmocka_unit_test(narrowed_rule_is_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
