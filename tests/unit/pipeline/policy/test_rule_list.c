/* SPDX-License-Identifier: BSD-3-Clause */
/* The first match decides; hits; what is the same list; lists that are shared, empty, too long. */
#include "pipeline/policy/rule_list.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/policy/rule_builder.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORKERS = 3,
	WALKED = 4, /* a short list */
	INDEXED = 200, /* a long one */
	HITS_AT_ONCE = 1000000,
};

/* Rules of one /32 each: 10.0.0.0, 10.0.0.1 and so on. */
static struct rule *
rules_make(unsigned n)
{
	struct rule *rules = calloc(n + 1, sizeof(*rules));
	char text[32];

	assert_non_null(rules);
	for (unsigned i = 0; i < n; i++) {
		rules[i] = rule_of(i % 2 == 0 ? RULE_ALLOW : RULE_REJECT);
		(void)snprintf(text, sizeof(text), "10.0.%u.%u/32", i / 256, i % 256);
		rule_add_dst(&rules[i], text);
		(void)snprintf(rules[i].name, sizeof(rules[i].name), "rule-%u", i);
	}
	return rules;
}

static void
rules_free(struct rule *rules, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rule_clear(&rules[i]);
	free(rules);
}

/* The rules are gone when the list has been made. */
static struct rule_list *
list_make(unsigned n)
{
	struct rule *rules = rules_make(n);
	struct rule_list *list = rule_list_create(rules, n, RULE_DENY, WORKERS, SOCKET_ID_ANY);

	rules_free(rules, n);
	assert_non_null(list);
	return list;
}

/* To what rule i is about. */
static struct policy_packet
packet_for(unsigned i)
{
	struct policy_packet p = policy_packet_of("192.0.2.1", "10.0.0.0");

	p.dst.v4_be = rte_cpu_to_be_32(rte_be_to_cpu_32(p.dst.v4_be) + i);
	return p;
}

static void
assert_eval(
	const struct rule_list *list, struct policy_packet p, int expected, enum rule_action action
)
{
	enum rule_action found = RULE_REJECT + 1;

	assert_int_equal(rule_list_eval(list, &p, 0, &found), expected);
	assert_int_equal(found, action);
}

static void
each_rule_decides_with_its_action(void **state)
{
	static const unsigned sizes[] = {WALKED, INDEXED};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sizes); i++) {
		struct rule_list *list = list_make(sizes[i]);
		int last = (int)sizes[i] - 1;

		assert_eval(list, packet_for(0), 0, RULE_ALLOW);
		assert_eval(list, packet_for(1), 1, RULE_REJECT);
		assert_eval(list, packet_for((unsigned)last), last, RULE_REJECT);
		assert_eval(list, packet_for((unsigned)last + 1), RULE_DEFAULT, RULE_DENY);
		rule_list_unref(list);
	}
}

static void
first_of_two_matches_decides(void **state)
{
	static const unsigned sizes[] = {WALKED, INDEXED};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(sizes); i++) {
		unsigned n = sizes[i];
		struct rule *rules = rules_make(n);
		struct rule_list *list;

		rules[1].n_dst = 0; /* matches all */
		list = rule_list_create(rules, n, RULE_DENY, 1, SOCKET_ID_ANY);
		assert_non_null(list);
		assert_eval(list, packet_for(0), 0, RULE_ALLOW);
		assert_eval(list, packet_for(n - 1), 1, RULE_REJECT);
		rule_list_unref(list);
		rules_free(rules, n);
	}
}

static void
empty_list_is_its_default(void **state)
{
	struct rule_list *list = rule_list_create(NULL, 0, RULE_ALLOW, 1, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(list);
	assert_eval(list, packet_for(0), RULE_DEFAULT, RULE_ALLOW);
	assert_int_equal(rule_list_count(list), 0);
	assert_int_equal(rule_list_hits(list, RULE_DEFAULT), 1);
	rule_list_unref(list);
}

static void
longest_list_finds_its_last_rule(void **state)
{
	struct rule_list *list = list_make(RULE_LIST_MAX);

	(void)state;
	assert_eval(list, packet_for(RULE_LIST_MAX - 1), RULE_LIST_MAX - 1, RULE_REJECT);
	assert_eval(list, packet_for(RULE_LIST_MAX), RULE_DEFAULT, RULE_DENY);
	rule_list_unref(list);
}

static void
longer_list_is_refused(void **state)
{
	struct rule *rules = rules_make(RULE_LIST_MAX + 1);

	(void)state;
	assert_null(rule_list_create(rules, RULE_LIST_MAX + 1, RULE_DENY, 1, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, E2BIG);
	rules_free(rules, RULE_LIST_MAX + 1);
}

/* All combinations of the two sets would be 4 million. */
static void
large_sets_on_both_sides_are_one_rule(void **state)
{
	enum { SET = 2000 };

	struct rule *rules = rules_make(INDEXED), *sets = rules_make(SET);
	struct rule *r = &rules[INDEXED - 1];
	struct policy_packet p = packet_for(SET - 1);
	struct rule_list *list;

	(void)state;
	r->src = calloc(SET, sizeof(*r->src));
	r->dst = realloc(r->dst, SET * sizeof(*r->dst));
	assert_true(r->src != NULL && r->dst != NULL);
	r->n_src = r->n_dst = SET;
	for (unsigned i = 0; i < SET; i++)
		r->src[i] = r->dst[i] = sets[i].dst[0];
	list = rule_list_create(rules, INDEXED, RULE_DENY, 1, SOCKET_ID_ANY);
	assert_non_null(list);
	p.src = packet_for(SET / 2).dst;
	assert_eval(list, p, INDEXED - 1, RULE_REJECT);
	p.src = packet_for(SET).dst;
	assert_eval(list, p, RULE_DEFAULT, RULE_DENY);
	rule_list_unref(list);
	rules_free(rules, INDEXED);
	rules_free(sets, SET);
}

static void
list_keeps_a_copy_of_its_rules(void **state)
{
	struct rule_list *list = list_make(WALKED);
	const struct rule *r = rule_list_rule(list, 2);

	(void)state;
	assert_int_equal(rule_list_count(list), WALKED);
	assert_int_equal(rule_list_default(list), RULE_DENY);
	assert_string_equal(r->name, "rule-2");
	assert_int_equal(r->n_dst, 1);
	assert_int_equal(r->dst[0].address.v4_be, packet_for(2).dst.v4_be);
	rule_list_unref(list);
}

static void
list_hit(const struct rule_list *list, struct policy_packet p, unsigned worker, unsigned times)
{
	enum rule_action action;

	for (unsigned i = 0; i < times; i++)
		(void)rule_list_eval(list, &p, worker, &action);
}

static void
hits_are_the_sum_of_all_workers(void **state)
{
	struct rule_list *list = list_make(INDEXED);

	(void)state;
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		list_hit(list, packet_for(INDEXED - 1), worker, worker + 1);
		list_hit(list, packet_for(INDEXED), worker, 1);
	}
	assert_int_equal(rule_list_hits(list, INDEXED - 1), 1 + 2 + 3);
	assert_int_equal(rule_list_hits(list, RULE_DEFAULT), WORKERS);
	assert_int_equal(rule_list_hits(list, 0), 0);
	rule_list_unref(list);
}

struct hitter {
	const struct rule_list *list;
	pthread_barrier_t *start;
	unsigned worker;
};

/* EAL has bound this process to one CPU; on one alone nothing happens at once. */
static void
cpus_allow_all(void)
{
	cpu_set_t all;

	memset(&all, UINT8_MAX, sizeof(all));
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

static void *
hitter_run(void *argument)
{
	const struct hitter *hitter = argument;

	cpus_allow_all();
	(void)pthread_barrier_wait(hitter->start); /* which thread was the last does not matter */
	list_hit(hitter->list, packet_for(1), hitter->worker, HITS_AT_ONCE);
	return NULL;
}

static void
workers_at_once_lose_no_hit(void **state)
{
	struct rule_list *list = list_make(WALKED);
	struct hitter hitters[WORKERS];
	pthread_t threads[WORKERS];
	pthread_barrier_t start;

	(void)state;
	assert_int_equal(pthread_barrier_init(&start, NULL, WORKERS), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		hitters[i] = (struct hitter){list, &start, i};
		assert_int_equal(pthread_create(&threads[i], NULL, hitter_run, &hitters[i]), 0);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	(void)pthread_barrier_destroy(&start); /* all have passed it */
	assert_int_equal(rule_list_hits(list, 1), WORKERS * HITS_AT_ONCE);
	rule_list_unref(list);
}

/* What changes the rules or their number; the default stays RULE_DENY. */
typedef unsigned (*rules_change)(struct rule *rules, unsigned n);

static unsigned
change_nothing(struct rule *rules, unsigned n)
{
	(void)rules;
	return n;
}

static unsigned
change_line(struct rule *rules, unsigned n)
{
	rules[n - 1].line = 99;
	return n;
}

static unsigned
change_name(struct rule *rules, unsigned n)
{
	rules[n - 1].name[0] = 'R';
	return n;
}

static unsigned
change_action(struct rule *rules, unsigned n)
{
	rules[n - 1].action = RULE_DENY;
	return n;
}

static unsigned
change_prefix(struct rule *rules, unsigned n)
{
	rules[n - 1].dst[0].bits--;
	return n;
}

static unsigned
change_order(struct rule *rules, unsigned n)
{
	struct rule first = rules[0];

	rules[0] = rules[1];
	rules[1] = first;
	return n;
}

static unsigned
change_count(struct rule *rules, unsigned n)
{
	(void)rules;
	return n - 1;
}

static void
assert_is(rules_change change, enum rule_action default_action, bool expected)
{
	struct rule_list *list = list_make(INDEXED);
	struct rule *rules = rules_make(INDEXED);
	bool is = rule_list_is(list, rules, change(rules, INDEXED), default_action);

	rules_free(rules, INDEXED);
	rule_list_unref(list);
	assert_int_equal(is, expected);
}

static void
equal_rules_are_the_same_list(void **state)
{
	(void)state;
	assert_is(change_nothing, RULE_DENY, true);
	assert_is(change_line, RULE_DENY, true);
}

static void
any_other_rule_makes_another_list(void **state)
{
	(void)state;
	assert_is(change_name, RULE_DENY, false);
	assert_is(change_action, RULE_DENY, false);
	assert_is(change_prefix, RULE_DENY, false);
	assert_is(change_order, RULE_DENY, false);
	assert_is(change_count, RULE_DENY, false);
	assert_is(change_nothing, RULE_ALLOW, false);
}

static size_t
heap_bytes(void)
{
	struct rte_malloc_socket_stats stats;
	size_t bytes = 0;

	for (int socket = 0; socket < RTE_MAX_NUMA_NODES; socket++) {
		if (rte_malloc_get_socket_stats(socket, &stats) == 0)
			bytes += stats.heap_allocsz_bytes;
	}
	return bytes;
}

static void
last_user_frees_the_list(void **state)
{
	size_t before = heap_bytes();
	struct rule_list *list = list_make(INDEXED);

	(void)state;
	assert_ptr_equal(rule_list_ref(list), list);
	rule_list_unref(list);
	assert_true(heap_bytes() > before);
	assert_eval(list, packet_for(1), 1, RULE_REJECT);
	rule_list_unref(list);
	assert_int_equal(heap_bytes(), before);
}

static void
no_list_may_be_given_back(void **state)
{
	(void)state;
	rule_list_unref(NULL);
}

/* Fills the heap, so that each of the list's allocations fails once. */
static void
list_without_memory_is_refused_and_leaves_nothing(void **state)
{
	enum { ROOMS = 64 };

	struct rule *rules = rules_make(RULE_LIST_MAX);
	unsigned refused = 0, made = 0;

	(void)state;
	for (unsigned i = 1; i <= ROOMS; i++) {
		struct rte_malloc_socket_stats stats;
		void *hog;
		size_t before;
		struct rule_list *list;

		assert_int_equal(rte_malloc_get_socket_stats(0, &stats), 0);
		hog = rte_malloc(NULL, stats.greatest_free_size - i * 65536 - 4096, 0);
		assert_non_null(hog);
		before = heap_bytes();
		list = rule_list_create(rules, RULE_LIST_MAX, RULE_DENY, 1, SOCKET_ID_ANY);
		refused += list == NULL;
		made += list != NULL;
		if (list == NULL)
			assert_int_equal(rte_errno, ENOMEM);
		rule_list_unref(list);
		assert_int_equal(heap_bytes(), before);
		rte_free(hog);
	}
	assert_true(refused > 0 && made > 0);
	rules_free(rules, RULE_LIST_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_decides_with_its_action),
		cmocka_unit_test(first_of_two_matches_decides),
		cmocka_unit_test(empty_list_is_its_default),
		cmocka_unit_test(longest_list_finds_its_last_rule),
		cmocka_unit_test(longer_list_is_refused),
		cmocka_unit_test(large_sets_on_both_sides_are_one_rule),
		cmocka_unit_test(list_keeps_a_copy_of_its_rules),
		cmocka_unit_test(hits_are_the_sum_of_all_workers),
		cmocka_unit_test(workers_at_once_lose_no_hit),
		cmocka_unit_test(equal_rules_are_the_same_list),
		cmocka_unit_test(any_other_rule_makes_another_list),
		cmocka_unit_test(last_user_frees_the_list),
		cmocka_unit_test(no_list_may_be_given_back),
		cmocka_unit_test(list_without_memory_is_refused_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
