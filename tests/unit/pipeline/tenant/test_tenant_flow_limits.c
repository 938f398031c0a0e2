/* SPDX-License-Identifier: BSD-3-Clause */
/* flows.max and flows.rate at every level. */
#include "pipeline/tenant/tenant_limits.h"
#include "tests/unit/pipeline/tenant/limits_fixture.h"
#include "tests/unit/unit_test.h"

#include <pthread.h>

enum {
	PARENT = 1,
	CHILD = 2,
	SIBLING = 3,
	THREADS = 4,
};

static const uint64_t MILLISECOND_NS = 1000000;

static struct limits_fixture *f;
static struct tenant *parent, *child;

static int
tree_setup(void **state)
{
	(void)state;
	f = limits_fixture_reset();
	parent = limits_fixture_add(f, PARENT, TENANT_ROOT);
	child = limits_fixture_add(f, CHILD, PARENT);
	limits_fixture_add(f, SIBLING, PARENT);
	return 0;
}

static enum fate
flow_open(uint16_t payer)
{
	uint16_t level;

	return tenant_flow_open(&f->books[0], payer, &level);
}

static uint64_t
flows_open(uint16_t payer, unsigned n)
{
	uint64_t opened = 0;

	for (unsigned i = 0; i < n; i++)
		opened += flow_open(payer) == FATE_NONE;
	return opened;
}

static void
a_flow_counts_at_all_levels_until_it_closes(void **state)
{
	(void)state;
	assert_int_equal(flow_open(CHILD), FATE_NONE);
	assert_int_equal(flow_open(SIBLING), FATE_NONE);
	assert_int_equal(f->usage[CHILD].flows, 1);
	assert_int_equal(f->usage[PARENT].flows, 2);
	assert_int_equal(f->usage[TENANT_ROOT].flows, 2);
	tenant_flow_close(&f->books[0], CHILD);
	assert_int_equal(f->usage[CHILD].flows, 0);
	assert_int_equal(f->usage[PARENT].flows, 1);
	assert_int_equal(f->usage[TENANT_ROOT].flows, 1);
}

static void
the_peak_stays_when_flows_close(void **state)
{
	(void)state;
	assert_int_equal(flows_open(CHILD, 5), 5);
	for (int i = 0; i < 5; i++)
		tenant_flow_close(&f->books[0], CHILD);
	assert_int_equal(flows_open(CHILD, 2), 2);
	assert_int_equal(f->usage[CHILD].flows_peak, 5);
	assert_int_equal(f->usage[TENANT_ROOT].flows_peak, 5);
}

static void
flows_max_refuses_and_names_its_level(void **state)
{
	uint16_t level = TENANT_NONE;

	(void)state;
	parent->limits.flows_max = 3;
	assert_int_equal(flows_open(CHILD, 3), 3);
	assert_int_equal(tenant_flow_open(&f->books[0], SIBLING, &level), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(level, PARENT);
	assert_int_equal(f->usage[SIBLING].flows, 0);
	assert_int_equal(f->usage[SIBLING].flows_peak, 0);
	assert_int_equal(f->usage[PARENT].flows, 3);
	assert_int_equal(f->usage[TENANT_ROOT].flows, 3);
	assert_int_equal(f->accounts[0][SIBLING].drops[tenant_reason(FATE_TENANT_FLOWS_MAX)], 0);
}

static void
a_closed_flow_makes_room(void **state)
{
	(void)state;
	child->limits.flows_max = 3;
	assert_int_equal(flows_open(CHILD, 5), 3);
	tenant_flow_close(&f->books[0], CHILD);
	assert_int_equal(flows_open(CHILD, 5), 1);
}

static void
flows_rate_holds(void **state)
{
	uint64_t opened = 0;

	(void)state;
	parent->limits.flows = meter_rate_make(50);
	for (uint64_t ms = 0; ms < 1000; ms++) {
		limits_fixture_clock(f, ms * MILLISECOND_NS);
		opened += flows_open(ms % 2 == 0 ? CHILD : SIBLING, 1);
	}
	assert_int_equal(opened, 50);
	assert_int_equal(f->usage[PARENT].flows, 50);
}

static void
beyond_the_rate_the_maximum_is_not_asked(void **state)
{
	uint16_t level = TENANT_NONE;

	(void)state;
	child->limits.flows_max = 1;
	parent->limits.flows = meter_rate_make(10);
	assert_int_equal(flow_open(CHILD), FATE_NONE);
	assert_int_equal(tenant_flow_open(&f->books[0], CHILD, &level), FATE_TENANT_FLOWS_RATE);
	assert_int_equal(level, PARENT);
}

static void
a_flow_beyond_the_maximum_costs_nothing_of_the_rate(void **state)
{
	(void)state;
	child->limits.flows = meter_rate_make(10);
	parent->limits.flows_max = 0;
	assert_int_equal(flow_open(CHILD), FATE_TENANT_FLOWS_MAX);
	parent->limits.flows_max = 1;
	assert_int_equal(flow_open(CHILD), FATE_NONE);
}

static void
audit_opens_and_counts_flows_beyond_the_maximum(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.flows_max = 2;
	assert_int_equal(flows_open(CHILD, 5), 5);
	assert_int_equal(f->usage[CHILD].flows, 5);
	assert_int_equal(f->usage[TENANT_ROOT].flows, 5);
	assert_int_equal(f->accounts[0][CHILD].audits[tenant_reason(FATE_TENANT_FLOWS_MAX)], 3);
}

static void
audit_opens_flows_beyond_the_rate(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.flows = meter_rate_make(1);
	assert_int_equal(flows_open(CHILD, 5), 5);
	assert_int_equal(f->accounts[0][CHILD].audits[tenant_reason(FATE_TENANT_FLOWS_RATE)], 4);
}

static void
what_is_refused_above_an_audited_level_is_not_counted_there(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.flows_max = 0;
	parent->limits.flows_max = 0;
	assert_int_equal(flow_open(CHILD), FATE_TENANT_FLOWS_MAX);
	assert_int_equal(f->accounts[0][CHILD].audits[tenant_reason(FATE_TENANT_FLOWS_MAX)], 0);
	assert_int_equal(f->usage[CHILD].flows, 0);
}

/* One worker opens and closes; half of its flows stay. */
static void *
worker_open(void *arg)
{
	struct tenant_books *books = arg;
	uintptr_t opened = 0;
	uint16_t level;

	for (int i = 0; i < 200000; i++) {
		if (tenant_flow_open(books, i % 2 == 0 ? CHILD : SIBLING, &level) != FATE_NONE)
			continue;
		if (__atomic_load_n(&books->usage[PARENT].flows, __ATOMIC_RELAXED) > 1000)
			return (void *)UINTPTR_MAX;
		if (i % 4 < 2)
			tenant_flow_close(books, i % 2 == 0 ? CHILD : SIBLING);
		else
			opened++;
	}
	return (void *)opened;
}

static void
workers_together_open_exactly_the_maximum(void **state)
{
	pthread_t threads[THREADS];
	uint64_t opened = 0;

	(void)state;
	parent->limits.flows_max = 1000;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker_open, &f->books[i]), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_true((uintptr_t)result != UINTPTR_MAX);
		opened += (uintptr_t)result;
	}
	assert_int_equal(opened, 1000);
	assert_int_equal(f->usage[PARENT].flows, 1000);
	assert_int_equal(f->usage[PARENT].flows_peak, 1000);
	assert_int_equal(f->usage[CHILD].flows + f->usage[SIBLING].flows, 1000);
	assert_int_equal(f->usage[TENANT_ROOT].flows, 1000);
}

#define TREE_TEST(test) cmocka_unit_test_setup(test, tree_setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_flow_counts_at_all_levels_until_it_closes),
		TREE_TEST(the_peak_stays_when_flows_close),
		TREE_TEST(flows_max_refuses_and_names_its_level),
		TREE_TEST(a_closed_flow_makes_room),
		TREE_TEST(flows_rate_holds),
		TREE_TEST(beyond_the_rate_the_maximum_is_not_asked),
		TREE_TEST(a_flow_beyond_the_maximum_costs_nothing_of_the_rate),
		TREE_TEST(audit_opens_and_counts_flows_beyond_the_maximum),
		TREE_TEST(audit_opens_flows_beyond_the_rate),
		TREE_TEST(what_is_refused_above_an_audited_level_is_not_counted_there),
		TREE_TEST(workers_together_open_exactly_the_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
