/* SPDX-License-Identifier: BSD-3-Clause */
/* Random lists, walked and with an index, against a look at one rule after the other. */
#include "pipeline/policy/rule_list.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/policy/rule_random.h"
#include "tests/unit/unit_test.h"

#include <rte_memory.h>

#include <stdlib.h>

enum {
	RULES_MAX = 1000,
	PACKETS = 1500, /* of each list */
	SEED = 20240131,
};

struct random_lists {
	struct rule_alphabet alphabet;
	unsigned first, last; /* how many rules */
	unsigned rounds; /* of each size */
	unsigned step;
};

static int
find_slowly(const struct rule *rules, unsigned n, const struct policy_packet *p)
{
	for (unsigned i = 0; i < n; i++) {
		if (rule_matches_slowly(&rules[i], p))
			return (int)i;
	}
	return RULE_DEFAULT;
}

static void
check_packet(
	const struct rule_list *list,
	const struct rule *rules,
	unsigned n,
	const struct policy_packet *p
)
{
	int expected = find_slowly(rules, n, p);
	enum rule_action action = RULE_REJECT + 1;

	assert_int_equal(rule_list_eval(list, p, 0, &action), expected);
	assert_int_equal(action, expected == RULE_DEFAULT ? RULE_REJECT : rules[expected].action);
}

/* How many packets which part of a list decided, by its own counters. */
struct decisions {
	uint64_t front, back; /* half of the rules */
	uint64_t by_default;
};

static void
decisions_add(struct decisions *d, const struct rule_list *list)
{
	unsigned n = rule_list_count(list);

	for (unsigned i = 0; i < n; i++)
		*(i < n / 2 ? &d->front : &d->back) += rule_list_hits(list, (int)i);
	d->by_default += rule_list_hits(list, RULE_DEFAULT);
}

static void
check_list(uint64_t *seed, const struct rule_alphabet *alphabet, unsigned n, struct decisions *d)
{
	static struct rule rules[RULES_MAX];
	struct rule_list *list;

	for (unsigned i = 0; i < n; i++)
		rules[i] = rule_random(seed, alphabet);
	list = rule_list_create(rules, n, RULE_REJECT, 1, SOCKET_ID_ANY);
	assert_non_null(list);
	for (unsigned i = 0; i < PACKETS; i++) {
		struct policy_packet p =
			i % 4 == 0 ? packet_random(seed, alphabet)
				   : packet_near(seed, alphabet, &rules[random_below(seed, n)]);

		check_packet(list, rules, n, &p);
	}
	decisions_add(d, list);
	rule_list_unref(list);
	for (unsigned i = 0; i < n; i++)
		rule_clear(&rules[i]);
}

static void
check_lists(struct random_lists lists)
{
	uint64_t seed = SEED;
	struct decisions d = {0};
	uint64_t packets;

	for (unsigned n = lists.first; n <= lists.last; n += lists.step) {
		for (unsigned round = 0; round < lists.rounds; round++)
			check_list(&seed, &lists.alphabet, n, &d);
	}
	packets = d.front + d.back + d.by_default;
	/* Else this compares little. */
	assert_true(d.front > packets / 10);
	assert_true(d.back > packets / 50);
	assert_true(d.by_default > packets / 50);
}

static void
short_lists_find_the_first_match(void **state)
{
	(void)state;
	check_lists((struct random_lists){{3, 0, 2}, 1, 40, 5, 1});
}

static void
long_lists_find_the_first_match(void **state)
{
	(void)state;
	check_lists((struct random_lists){{4, 1, 2}, 41, 300, 1, 7});
}

static void
lists_with_many_edges_find_the_first_match(void **state)
{
	(void)state;
	check_lists((struct random_lists){{256, 1, 1}, 1, 300, 1, 7});
}

static void
rules_with_large_sets_find_the_first_match(void **state)
{
	(void)state;
	check_lists((struct random_lists){{256, 1, 40}, 1, 100, 1, 9});
}

static void
a_thousand_rules_find_the_first_match(void **state)
{
	(void)state;
	check_lists((struct random_lists){{256, 1, 2}, RULES_MAX, RULES_MAX, 3, 1});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_lists_find_the_first_match),
		cmocka_unit_test(long_lists_find_the_first_match),
		cmocka_unit_test(lists_with_many_edges_find_the_first_match),
		cmocka_unit_test(rules_with_large_sets_find_the_first_match),
		cmocka_unit_test(a_thousand_rules_find_the_first_match),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
