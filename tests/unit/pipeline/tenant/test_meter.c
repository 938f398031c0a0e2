/* SPDX-License-Identifier: BSD-3-Clause */
/* Token buckets in simulated time: how much they give at any rate, and what they do at the ends of their range. */
#include "pipeline/tenant/meter.h"
#include "tests/unit/unit_test.h"

#include <rte_common.h>

#include <pthread.h>

enum {
	WINDOW_MS = 1000,
	THREADS = 4,
	TAKES_PER_RUN = 1000 * 1000, /* bounds the time a test takes */
};

static const uint64_t SECOND_NS = 1000000000;
static const uint64_t MILLISECOND_NS = 1000000;

/* Any time long after the start. */
static const uint64_t LATE_NS = UINT64_C(86400) * 365 * 1000000000;

/* Around 1 Mpps a well-known switch's time step rounded to 0. */
/* clang-format off */
static const uint64_t rates[] = {
	1, 2, 3, 7, 10, 99, 100, 1000, 12345, 100000, 999999, 1000000, 1000001, 3300000, 10000000,
};
/* clang-format on */

/* What was given: all of it, and the most in any second, by milliseconds. */
struct tally {
	uint64_t given;
	uint64_t window, window_max;
	uint64_t by_ms[WINDOW_MS];
	uint64_t ms;
};

static void
tally_advance(struct tally *t, uint64_t ms)
{
	for (uint64_t skipped = 0; t->ms < ms && skipped < WINDOW_MS; skipped++) {
		t->ms++;
		t->window -= t->by_ms[t->ms % WINDOW_MS];
		t->by_ms[t->ms % WINDOW_MS] = 0;
	}
	t->ms = ms;
}

static void
tally_add(struct tally *t, uint64_t ns, uint64_t tokens)
{
	tally_advance(t, ns / MILLISECOND_NS);
	t->by_ms[t->ms % WINDOW_MS] += tokens;
	t->window += tokens;
	t->window_max = RTE_MAX(t->window_max, t->window);
	t->given += tokens;
}

struct offer {
	uint64_t per_second;
	uint64_t burst; /* packets that come at once */
	uint64_t duration_ns;
};

static void
packets_offer(const struct meter_rate *rate, const struct offer *o, struct tally *t)
{
	struct meter m = {0};
	uint64_t n = (uint64_t)((__uint128_t)o->per_second * o->duration_ns / SECOND_NS);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t first = i - i % o->burst;
		uint64_t ns = (uint64_t)((__uint128_t)first * SECOND_NS / o->per_second);

		if (meter_take(&m, rate, LATE_NS + ns, 1))
			tally_add(t, ns, 1);
	}
}

/* Twelve seconds of slow rates, one of fast ones, and less of what would take long. */
static uint64_t
run_duration_ns(uint64_t offered)
{
	uint64_t ns = (uint64_t)((__uint128_t)TAKES_PER_RUN * SECOND_NS / offered);

	if (offered <= 20 * 1000 * 1000)
		ns = RTE_MAX(ns, SECOND_NS);
	return RTE_MIN(ns, 12 * SECOND_NS);
}

/* 1 % of a second above, 2 % of what is due below, or, where that is none, one packet. */
static void
assert_rate_holds(uint64_t per_second, const struct offer *o)
{
	struct meter_rate rate = meter_rate_make(per_second);
	uint64_t depth = RTE_MAX(per_second / 100, 1U);
	static struct tally t;
	uint64_t due;

	t = (struct tally){0};
	packets_offer(&rate, o, &t);
	due = (uint64_t)((__uint128_t)per_second * o->duration_ns / SECOND_NS);
	assert_true(t.window_max <= per_second + depth);
	assert_true(t.given <= due + 1 + depth);
	assert_true(t.given + RTE_MAX(due / 50, 1U) >= due);
}

static void
assert_rates_hold(uint64_t tenths, bool bursty)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(rates); i++) {
		uint64_t offered = rates[i] * tenths / 10 + 1;
		/* Bursts of up to 9 ms: what comes further apart than the depth cannot all be used. */
		struct offer o = {
			.per_second = offered,
			.burst = bursty ? RTE_MAX(offered * 9 / 1000, 1U) : 1,
			.duration_ns = run_duration_ns(offered),
		};

		assert_rate_holds(rates[i], &o);
	}
}

static void
smooth_traffic_a_little_above_any_rate_is_held_to_it(void **state)
{
	(void)state;
	assert_rates_hold(11, false);
}

static void
smooth_traffic_of_twice_any_rate_is_held_to_it(void **state)
{
	(void)state;
	assert_rates_hold(20, false);
}

static void
smooth_traffic_of_a_hundred_times_any_rate_is_held_to_it(void **state)
{
	(void)state;
	assert_rates_hold(1000, false);
}

static void
bursts_are_held_to_any_rate(void **state)
{
	(void)state;
	assert_rates_hold(11, true);
	assert_rates_hold(20, true);
	assert_rates_hold(1000, true);
}

/* From rest, at 100 times the rate: what the first second gives, whole. */
static uint64_t
first_second_gives(uint64_t per_second)
{
	struct meter_rate rate = meter_rate_make(per_second);
	struct meter m = {0};
	uint64_t given = 0;

	for (uint64_t i = 0; i < per_second * 100; i++)
		given += meter_take(&m, &rate, LATE_NS + i * (SECOND_NS / 100) / per_second, 1);
	return given;
}

static void
a_slow_bucket_gives_exactly_its_rate_in_the_first_second(void **state)
{
	(void)state;
	for (uint64_t rate = 1; rate < 100; rate++)
		assert_int_equal(first_second_gives(rate), rate);
}

static void
a_fast_bucket_gives_one_percent_more_in_the_first_second(void **state)
{
	(void)state;
	assert_int_equal(first_second_gives(100), 101);
	assert_int_equal(first_second_gives(1000), 1010);
	assert_int_equal(first_second_gives(99999), 100998);
}

static void
one_a_second_gives_one_every_second(void **state)
{
	struct meter_rate rate = meter_rate_make(1);
	struct meter m = {0};

	(void)state;
	for (uint64_t ms = 0; ms < 10000; ms++)
		assert_int_equal(
			meter_take(&m, &rate, LATE_NS + ms * MILLISECOND_NS, 1), ms % 1000 == 0
		);
}

static void
a_bucket_works_from_time_zero(void **state)
{
	struct meter_rate rate = meter_rate_make(1000);
	struct meter m = {0};

	(void)state;
	assert_true(meter_take(&m, &rate, 0, 1));
	assert_false(meter_take(&m, &rate, 0, 1));
	assert_true(meter_take(&m, &rate, MILLISECOND_NS, 1));
}

static void
a_refusal_writes_nothing(void **state)
{
	struct meter_rate rate = meter_rate_make(10);
	struct meter m = {0}, before;

	(void)state;
	assert_true(meter_take(&m, &rate, LATE_NS, 1));
	before = m;
	for (uint64_t ms = 0; ms < 100; ms++)
		assert_false(meter_take(&m, &rate, LATE_NS + ms * MILLISECOND_NS, 1));
	assert_memory_equal(&m, &before, sizeof(m));
}

static void
a_long_packet_passes_and_is_paid_for_longer(void **state)
{
	struct meter_rate rate = meter_byte_rate_make(1000); /* depth: 10 */
	struct meter m = {0};

	(void)state;
	assert_true(meter_take(&m, &rate, LATE_NS, 9010));
	assert_int_equal(meter_level(&m, &rate, LATE_NS), -9000);
	assert_false(meter_take(&m, &rate, LATE_NS + 9 * SECOND_NS - 1, 60));
	assert_true(meter_take(&m, &rate, LATE_NS + 9 * SECOND_NS, 60));
}

static void
tokens_given_back_can_be_taken_again(void **state)
{
	struct meter_rate rate = meter_rate_make(10);
	struct meter m = {0};

	(void)state;
	assert_true(meter_take(&m, &rate, LATE_NS, 1));
	meter_give(&m, &rate, 1);
	assert_true(meter_take(&m, &rate, LATE_NS, 1));
	assert_false(meter_take(&m, &rate, LATE_NS, 1));
}

/* In parts, at a rate whose token cost is no whole number. */
static void
giving_back_never_gives_more_than_was_taken(void **state)
{
	struct meter_rate rate = meter_rate_make(3333333);
	struct meter m = {0};
	uint64_t paid_until;

	(void)state;
	assert_true(meter_take(&m, &rate, LATE_NS, 1));
	paid_until = m.paid_until;
	for (int i = 0; i < 1000; i++) {
		assert_true(meter_take(&m, &rate, LATE_NS, 7));
		meter_give(&m, &rate, 3);
		meter_give(&m, &rate, 4);
		assert_true(m.paid_until >= paid_until);
	}
}

/* What was paid at a high rate is dear at a low one: given back, it would reach before the beginning of time. */
static void
what_is_given_back_at_a_low_rate_never_reaches_the_end_of_time(void **state)
{
	struct meter_rate slow = meter_rate_make(1), fast = meter_rate_make(1000000);
	static const uint64_t gifts[] = {1, 2, 500, 1000000};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(gifts); i++) {
		struct meter fresh = {0}, used = {0};

		meter_give(&fresh, &slow, gifts[i]);
		assert_true(meter_take(&fresh, &slow, SECOND_NS, 1));
		assert_true(meter_take(&used, &fast, MILLISECOND_NS, 500));
		meter_give(&used, &slow, gifts[i]);
		/* And it is a bucket as it was. */
		assert_true(meter_take(&used, &slow, 3 * SECOND_NS, 1));
		assert_false(meter_take(&used, &slow, 3 * SECOND_NS, 1));
		assert_true(meter_take(&used, &slow, 4 * SECOND_NS, 1));
	}
}

static void
the_level_is_negative_exactly_while_a_take_would_be_refused(void **state)
{
	struct meter_rate rate = meter_rate_make(12345);
	struct meter m = {0};

	(void)state;
	assert_int_equal(meter_level(&m, &rate, LATE_NS), 123);
	for (uint64_t i = 0; i < 100000; i++) {
		uint64_t ns = LATE_NS + i * 10007;
		bool open = meter_is_open(&m, ns);

		assert_int_equal(meter_level(&m, &rate, ns) >= 0, open);
		assert_int_equal(meter_take(&m, &rate, ns, 1), open);
	}
}

static void
megabytes_at_a_byte_a_second_do_not_overflow(void **state)
{
	const uint64_t tokens = 1 << 24;
	struct meter_rate rate = meter_byte_rate_make(1);
	struct meter m = {0};

	(void)state;
	assert_true(meter_take(&m, &rate, LATE_NS, tokens));
	assert_int_equal(meter_level(&m, &rate, LATE_NS), -(int64_t)tokens);
	assert_false(meter_take(&m, &rate, LATE_NS + tokens * SECOND_NS - 1, 1));
	assert_true(meter_take(&m, &rate, LATE_NS + tokens * SECOND_NS, 1));
}

/* 64 frames of 1,500 bytes take 96 ns of it. */
static void
the_highest_rate_is_a_limit(void **state)
{
	struct meter_rate rate = meter_byte_rate_make(UINT64_C(1000000000000));
	struct meter m = {0};
	uint64_t given = 0;

	(void)state;
	for (uint64_t ns = 0; ns < MILLISECOND_NS; ns++)
		for (int i = 0; i < 4; i++)
			given += meter_take(&m, &rate, LATE_NS + ns, 1500) ? 1500 : 0;
	/* A millisecond, and the depth of ten, of 1,000 bytes a nanosecond. Offered was 6 milliseconds' worth. */
	assert_int_equal(given, 6000 * MILLISECOND_NS);
	for (uint64_t ns = MILLISECOND_NS; ns < 20 * MILLISECOND_NS; ns++)
		given += meter_take(&m, &rate, LATE_NS + ns, 9000) ? 9000 : 0;
	assert_in_range(given, UINT64_C(29700000000), UINT64_C(30010000000));
}

/* Sizes of a mixed load, offered at half as much again as the limit. */
static void
assert_bytes_hold(uint64_t per_second)
{
	static const uint64_t sizes[] = {60, 1514, 60, 594, 1514, 60, 1514, 64};
	struct meter_rate rate = meter_byte_rate_make(per_second);
	uint64_t duration_ns = run_duration_ns(per_second * 3 / 2 / 672);
	struct meter m = {0};
	static struct tally t;
	uint64_t sent = 0, due, slack = per_second / 50 + 2 * 1514;

	t = (struct tally){0};
	for (uint64_t i = 0;; i++) {
		uint64_t ns = (uint64_t)((__uint128_t)sent * SECOND_NS * 2 / 3 / per_second);
		uint64_t bytes = sizes[i % ARRAY_LENGTH(sizes)];

		if (ns >= duration_ns)
			break;
		if (meter_take(&m, &rate, LATE_NS + ns, bytes))
			tally_add(&t, ns, bytes);
		sent += bytes;
	}
	due = (uint64_t)((__uint128_t)per_second * duration_ns / SECOND_NS);
	assert_true(t.window_max <= per_second + slack);
	assert_true(t.given <= due + slack);
	assert_true(t.given + slack >= due);
}

static void
bytes_of_mixed_packets_are_held_to_any_rate(void **state)
{
	(void)state;
	assert_bytes_hold(12500); /* 100 kbit/s */
	assert_bytes_hold(125000);
	assert_bytes_hold(1250001);
	assert_bytes_hold(UINT64_C(125000000));
	assert_bytes_hold(UINT64_C(12500000000)); /* 100 Gbit/s */
}

/* One bucket, one moment, several threads. */
struct crowd {
	struct meter m;
	struct meter_rate rate;
	uint64_t tick; /* atomic: next microsecond to be used */
	uint64_t given; /* atomic */
};

static void *
crowd_take(void *arg)
{
	struct crowd *c = arg;
	uint64_t tick, given = 0;

	while ((tick = __atomic_fetch_add(&c->tick, 1, __ATOMIC_RELAXED)) < 400000)
		given += meter_take(&c->m, &c->rate, LATE_NS + tick / 4 * 1000, 1);
	__atomic_fetch_add(&c->given, given, __ATOMIC_RELAXED);
	return NULL;
}

/* 100 ms, four takes each microsecond. */
static void
threads_together_get_what_is_due_and_no_more(void **state)
{
	struct crowd c = {.rate = meter_rate_make(1000000)};
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd_take, &c), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(c.given <= 100000 + 10000);
	/* Threads may be late with their tick by what the depth does not save. */
	assert_true(c.given >= 100000);
	/* Every take was paid: the time up to which, less the depth from which it began. */
	assert_true(
		c.m.paid_until >= (LATE_NS - METER_DEPTH_NS + c.given * 1000) * METER_UNITS_PER_NS
	);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smooth_traffic_a_little_above_any_rate_is_held_to_it),
		cmocka_unit_test(smooth_traffic_of_twice_any_rate_is_held_to_it),
		cmocka_unit_test(smooth_traffic_of_a_hundred_times_any_rate_is_held_to_it),
		cmocka_unit_test(bursts_are_held_to_any_rate),
		cmocka_unit_test(a_slow_bucket_gives_exactly_its_rate_in_the_first_second),
		cmocka_unit_test(a_fast_bucket_gives_one_percent_more_in_the_first_second),
		cmocka_unit_test(one_a_second_gives_one_every_second),
		cmocka_unit_test(a_bucket_works_from_time_zero),
		cmocka_unit_test(a_refusal_writes_nothing),
		cmocka_unit_test(a_long_packet_passes_and_is_paid_for_longer),
		cmocka_unit_test(tokens_given_back_can_be_taken_again),
		cmocka_unit_test(giving_back_never_gives_more_than_was_taken),
		cmocka_unit_test(what_is_given_back_at_a_low_rate_never_reaches_the_end_of_time),
		cmocka_unit_test(the_level_is_negative_exactly_while_a_take_would_be_refused),
		cmocka_unit_test(megabytes_at_a_byte_a_second_do_not_overflow),
		cmocka_unit_test(the_highest_rate_is_a_limit),
		cmocka_unit_test(bytes_of_mixed_packets_are_held_to_any_rate),
		cmocka_unit_test(threads_together_get_what_is_due_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
