/* SPDX-License-Identifier: BSD-3-Clause */
/* How well pps.max and bps.max hold over workers, levels and many tenants, in simulated time and on threads. */
#include "pipeline/tenant/tenant_limits.h"
#include "tests/unit/pipeline/tenant/limits_fixture.h"
#include "tests/unit/unit_test.h"

#include <pthread.h>
#include <string.h>

enum {
	PARENT = 1,
	FIRST_CHILD = 2,
	CHILDREN = 1000,
	BURST = 32,
	THREADS = 4,
	OFFERS_PER_RUN = 200 * 1000, /* bounds the time a test takes */
	WINDOW_MS = 1000,
};

static const uint64_t SECOND_NS = 1000000000;
static const uint64_t MILLISECOND_NS = 1000000;

/* clang-format off */
static const uint64_t rates[] = {
	1, 2, 3, 7, 10, 99, 100, 1000, 12345, 100000, 999999, 1000000, 1000001, 3300000, 10000000, 0,
};
/* clang-format on */

/* Of which a whole second takes long. */
static const uint64_t fast_rates[] = {999999, 1000000, 1000001, 3300000, 10000000, 0};

static struct limits_fixture *f;
static uint64_t by_ms[12 * WINDOW_MS]; /* tokens that passed */
static uint64_t random_state;

static uint64_t
random_next(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return random_state >> 33;
}

static void
tree_setup(unsigned children)
{
	f = limits_fixture_reset();
	limits_fixture_add(f, PARENT, TENANT_ROOT);
	for (unsigned i = 0; i < children; i++)
		limits_fixture_add(f, (uint16_t)(FIRST_CHILD + i), PARENT);
	memset(by_ms, 0, sizeof(by_ms));
	random_state = 1;
}

/* The most of any second, and what passed in all. */
static uint64_t
most_in_a_second(uint64_t *total)
{
	uint64_t window = 0, most = 0;

	*total = 0;
	for (unsigned ms = 0; ms < ARRAY_LENGTH(by_ms); ms++) {
		window += by_ms[ms] - (ms >= WINDOW_MS ? by_ms[ms - WINDOW_MS] : 0);
		most = RTE_MAX(most, window);
		*total += by_ms[ms];
	}
	return most;
}

/* Packets, each on a worker and from a child that the run draws, or bursts of them. */
struct run {
	uint64_t offered; /* a second */
	uint64_t duration_ns;
	unsigned n_workers;
	unsigned children;
	uint64_t burst;
};

static uint64_t
offer_time_ns(const struct run *r, uint64_t i)
{
	return (uint64_t)((__uint128_t)(i - i % r->burst) * SECOND_NS / r->offered);
}

static void
run_packets(const struct run *r)
{
	uint64_t n = (uint64_t)((__uint128_t)r->offered * r->duration_ns / SECOND_NS);
	unsigned worker = 0;
	uint16_t child = 0;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t ns = offer_time_ns(r, i);

		if (i % r->burst == 0) {
			worker = (unsigned)(random_next() % r->n_workers);
			child = (uint16_t)(FIRST_CHILD + random_next() % r->children);
		}
		f->books[worker].now_ns = FIXTURE_NOW_NS + ns;
		if (tenant_charge(&f->books[worker], child, FRAME_BYTES) == FATE_NONE)
			by_ms[ns / MILLISECOND_NS]++;
	}
}

/* Within 2 %, or, where that is none, one packet. Not more than due but for the depth and what workers hold ahead. */
static void
assert_held(const struct run *r, uint64_t per_second)
{
	uint64_t due = (uint64_t)((__uint128_t)per_second * r->duration_ns / SECOND_NS);
	uint64_t total, most = most_in_a_second(&total);

	assert_true(most <= per_second + RTE_MAX(per_second * 11 / 1000, 1U));
	assert_true(total <= due + 1 + RTE_MAX(per_second * 11 / 1000, 1U));
	assert_true(total + RTE_MAX(due / 50, 1U) >= due);
}

static uint64_t
run_duration_ns(uint64_t offered)
{
	uint64_t ns = (uint64_t)((__uint128_t)OFFERS_PER_RUN * SECOND_NS / offered);

	return RTE_MIN(ns, 12 * SECOND_NS);
}

/* `rate` ends with 0. `duration_ns` 0: as long as a test may take. */
static void
assert_rates_hold(
	const uint64_t *rate,
	uint64_t tenths,
	uint64_t duration_ns,
	unsigned n_workers,
	uint64_t burst
)
{
	for (; *rate != 0; rate++) {
		uint64_t offered = *rate * tenths / 10 + 1;
		struct run r = {
			.offered = offered,
			.duration_ns = duration_ns != 0 ? duration_ns : run_duration_ns(offered),
			.n_workers = n_workers,
			.children = 1,
			.burst = offered < 10000 ? 1 : burst,
		};

		tree_setup(1);
		f->tenants[FIRST_CHILD].limits.packets = meter_rate_make(*rate);
		run_packets(&r);
		assert_held(&r, *rate);
	}
}

static void
any_rate_holds_with_any_number_of_workers(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= FIXTURE_WORKERS; n++) {
		assert_rates_hold(rates, 11, 0, n, 1);
		assert_rates_hold(rates, 20, 0, n, 1);
		assert_rates_hold(rates, 1000, 0, n, 1);
	}
}

static void
a_high_rate_holds_over_a_whole_second(void **state)
{
	(void)state;
	assert_rates_hold(fast_rates, 11, SECOND_NS, FIXTURE_WORKERS, 1);
	assert_rates_hold(fast_rates, 20, SECOND_NS, FIXTURE_WORKERS, BURST);
}

static void
any_rate_holds_against_bursts(void **state)
{
	(void)state;
	assert_rates_hold(rates, 11, 0, FIXTURE_WORKERS, BURST);
	assert_rates_hold(rates, 1000, 0, FIXTURE_WORKERS, BURST);
}

/* Each child alone may send what the parent may: only the parent's limit holds them. */
static void
a_thousand_bursty_children_are_held_to_their_parents_rate(void **state)
{
	struct run r = {
		.offered = 2000000,
		.duration_ns = 2 * SECOND_NS,
		.n_workers = FIXTURE_WORKERS,
		.children = CHILDREN,
		.burst = BURST,
	};

	(void)state;
	tree_setup(CHILDREN);
	f->tenants[PARENT].limits.packets = meter_rate_make(1000000);
	for (unsigned i = 0; i < CHILDREN; i++)
		f->tenants[FIRST_CHILD + i].limits.packets = meter_rate_make(1000000);
	run_packets(&r);
	assert_held(&r, 1000000);
}

/* For a second every child has sent as much as passes at ease, on each worker; then all send what they have, at once. */
static void
credit_of_a_thousand_resting_children_does_not_add_up(void **state)
{
	uint64_t passed = 0;

	(void)state;
	tree_setup(CHILDREN);
	f->tenants[PARENT].limits.packets = meter_rate_make(1000000);
	for (unsigned i = 0; i < CHILDREN * FIXTURE_WORKERS; i++) {
		limits_fixture_clock(f, i * 100000);
		(void)tenant_charge(
			&f->books[i % FIXTURE_WORKERS],
			(uint16_t)(FIRST_CHILD + i / FIXTURE_WORKERS),
			FRAME_BYTES
		);
	}
	limits_fixture_clock(f, 2 * SECOND_NS);
	for (unsigned i = 0; i < CHILDREN * FIXTURE_WORKERS * 10; i++)
		passed += tenant_charge(
				  &f->books[i % FIXTURE_WORKERS],
				  (uint16_t)(FIRST_CHILD + i % CHILDREN),
				  FRAME_BYTES
			  ) == FATE_NONE;
	/* The depth, 10 ms, and 50 us on each worker, and the last piece. */
	assert_in_range(passed, 10000, 10000 + (FIXTURE_WORKERS + 1) * 50);
}

static void
children_below_their_own_rates_share_their_parents(void **state)
{
	struct run r = {
		.offered = 150000,
		.duration_ns = 3 * SECOND_NS,
		.n_workers = 4,
		.children = 10,
		.burst = 1,
	};

	(void)state;
	tree_setup(10);
	f->tenants[TENANT_ROOT].limits.packets = meter_rate_make(200000);
	f->tenants[PARENT].limits.packets = meter_rate_make(100000);
	for (unsigned i = 0; i < 10; i++)
		f->tenants[FIRST_CHILD + i].limits.packets = meter_rate_make(20000);
	run_packets(&r);
	assert_held(&r, 100000);
}

/* Sizes of a mixed load, at 1.1 times the limit, over all workers. */
static void
assert_bytes_hold(uint64_t per_second, uint64_t duration_ns)
{
	static const uint32_t sizes[] = {60, 1514, 60, 594, 1514, 60, 1514, 64};
	uint64_t due = (uint64_t)((__uint128_t)per_second * duration_ns / SECOND_NS);
	uint64_t slack = per_second / 50 + 2 * 1514, sent = 0, ns, total, most;

	tree_setup(1);
	f->tenants[FIRST_CHILD].limits.bytes = meter_byte_rate_make(per_second);
	for (;;) {
		uint32_t bytes = sizes[random_next() % ARRAY_LENGTH(sizes)];
		struct tenant_books *books = &f->books[random_next() % FIXTURE_WORKERS];

		ns = (uint64_t)((__uint128_t)sent * SECOND_NS * 10 / 11 / per_second);
		if (ns >= duration_ns)
			break;
		books->now_ns = FIXTURE_NOW_NS + ns;
		if (tenant_charge(books, FIRST_CHILD, bytes) == FATE_NONE)
			by_ms[ns / MILLISECOND_NS] += bytes;
		sent += bytes;
	}
	most = most_in_a_second(&total);
	assert_true(most <= per_second + slack);
	assert_true(total <= due + slack);
	assert_true(total + slack >= due);
}

static void
any_bit_rate_holds_with_mixed_packets(void **state)
{
	(void)state;
	assert_bytes_hold(12500, 12 * SECOND_NS); /* 100 kbit/s */
	assert_bytes_hold(125000, 12 * SECOND_NS);
	assert_bytes_hold(1250001, 12 * SECOND_NS);
	assert_bytes_hold(UINT64_C(125000000), 2 * SECOND_NS);
	assert_bytes_hold(UINT64_C(12500000000), SECOND_NS * 3 / 10); /* 100 Gbit/s */
}

/* One worker on a thread: 200 ms, a packet each microsecond, from all children in turn. */
static void *
worker_offer(void *arg)
{
	struct tenant_books *books = arg;
	uintptr_t passed = 0;

	for (uint64_t us = 0; us < 200000; us++) {
		books->now_ns = FIXTURE_NOW_NS + us * 1000;
		passed += tenant_charge(books, (uint16_t)(FIRST_CHILD + us % 8), FRAME_BYTES) ==
			  FATE_NONE;
	}
	return (void *)passed;
}

/* 200 ms of the parent's rate, and no more than 2 % of a second above it, however the threads run. */
static void
threads_together_pass_no_more_than_is_due(void **state)
{
	pthread_t threads[THREADS];
	uint64_t passed = 0;

	(void)state;
	tree_setup(8);
	f->tenants[PARENT].limits.packets = meter_rate_make(500000);
	for (unsigned i = 0; i < 8; i++)
		f->tenants[FIRST_CHILD + i].limits.packets = meter_rate_make(100000);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker_offer, &f->books[i]), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		passed += (uintptr_t)result;
	}
	assert_true(passed <= 100000 + 10000);
	assert_true(passed >= 100000 - 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_rate_holds_with_any_number_of_workers),
		cmocka_unit_test(a_high_rate_holds_over_a_whole_second),
		cmocka_unit_test(any_rate_holds_against_bursts),
		cmocka_unit_test(a_thousand_bursty_children_are_held_to_their_parents_rate),
		cmocka_unit_test(credit_of_a_thousand_resting_children_does_not_add_up),
		cmocka_unit_test(children_below_their_own_rates_share_their_parents),
		cmocka_unit_test(any_bit_rate_holds_with_mixed_packets),
		cmocka_unit_test(threads_together_pass_no_more_than_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
