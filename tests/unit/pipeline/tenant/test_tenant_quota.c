/* SPDX-License-Identifier: BSD-3-Clause */
/* Quotas: exact, over workers and periods, and what happens when they are spent. */
#include "pipeline/tenant/tenant_quota.h"
#include "tests/unit/pipeline/tenant/limits_fixture.h"
#include "tests/unit/unit_test.h"

#include <pthread.h>

enum {
	PARENT = 1,
	CHILD = 2,
	THREADS = 4,
};

static const uint64_t SECOND_NS = 1000000000;

static struct limits_fixture *f;

/* A child without limits of a tenant with that quota, period one second. */
static struct tenant_quota *
quota_setup(enum tenant_quota_unit unit, uint64_t amount)
{
	struct tenant *parent;

	f = limits_fixture_reset();
	parent = limits_fixture_add(f, PARENT, TENANT_ROOT);
	limits_fixture_add(f, CHILD, PARENT);
	parent->limits.quota = (struct tenant_quota){
		.unit = unit,
		.amount = amount,
		.period_ns = SECOND_NS,
	};
	return &parent->limits.quota;
}

static uint64_t
left(void)
{
	return tenant_quota_left(&f->tenants[PARENT], &f->usage[PARENT], f->books[0].now_unix_ns);
}

static void
ten_packets_let_ten_pass(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 100), 10);
	assert_int_equal(left(), 0);
}

static void
ten_packets_let_ten_pass_over_four_workers(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 4, 100), 10);
}

static void
many_packets_pass_exactly_over_eight_workers(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 1234567);
	assert_int_equal(limits_fixture_offer(f, CHILD, 8, 1300000), 1234567);
}

static void
bytes_are_never_exceeded(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_BYTES, 1000 * FRAME_BYTES + FRAME_BYTES - 1);
	assert_int_equal(limits_fixture_offer(f, CHILD, 4, 2000), 1000);
	assert_int_equal(left(), FRAME_BYTES - 1);
}

static void
a_packet_that_still_fits_passes_after_one_that_does_not(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_BYTES, 150);
	assert_int_equal(tenant_charge(&f->books[0], CHILD, 1500), FATE_QUOTA_SPENT);
	assert_int_equal(tenant_charge(&f->books[0], CHILD, 150), FATE_NONE);
	assert_int_equal(tenant_charge(&f->books[0], CHILD, 60), FATE_QUOTA_SPENT);
}

static void
a_new_period_gives_the_whole_amount(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 20), 10);
	limits_fixture_clock(
		f, SECOND_NS / 2 - 1
	); /* the period ends half a second after the start */
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 20), 0);
	limits_fixture_clock(f, SECOND_NS / 2);
	assert_int_equal(left(), 10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 4, 20), 10);
	assert_int_equal(left(), 0);
}

static void
periods_without_traffic_save_nothing(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 3), 3);
	limits_fixture_clock(f, 100 * SECOND_NS);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 50), 10);
}

/* Two workers at the end of a period, one a little ahead: the quota begins anew once, not with every packet. */
static void
workers_whose_clocks_differ_share_one_period(void **state)
{
	uint64_t passed = 0;

	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	f->books[0].now_unix_ns += SECOND_NS / 2 - 1;
	f->books[1].now_unix_ns += SECOND_NS / 2;
	for (int i = 0; i < 50; i++) {
		passed += tenant_charge(&f->books[1], CHILD, FRAME_BYTES) == FATE_NONE;
		passed += tenant_charge(&f->books[0], CHILD, FRAME_BYTES) == FATE_NONE;
	}
	assert_int_equal(passed, 10);
}

static void
a_clock_that_was_set_back_does_not_stop_the_quota(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10);
	limits_fixture_clock(f, 86400 * SECOND_NS);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 20), 10);
	limits_fixture_clock(f, 0);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 20), 10);
}

static void
a_take_of_more_than_is_left_gets_nothing(void **state)
{
	struct tenant_quota *quota = quota_setup(TENANT_QUOTA_BYTES, 99);
	struct tenant_usage *usage = &f->usage[PARENT];

	(void)state;
	assert_false(tenant_quota_has(quota, usage, FIXTURE_UNIX_NS, 100));
	assert_int_equal(tenant_quota_take(quota, usage, FIXTURE_UNIX_NS, 100, 100), 0);
	assert_int_equal(left(), 99);
}

static void
pieces_shrink_as_the_quota_ends(void **state)
{
	struct tenant_quota *quota = quota_setup(TENANT_QUOTA_PACKETS, 1000000);
	struct tenant_usage *usage = &f->usage[PARENT];

	(void)state;
	assert_int_equal(tenant_quota_take(quota, usage, FIXTURE_UNIX_NS, 1, 256), 256);
	usage->quota_used = 1000000 - 102400;
	assert_int_equal(tenant_quota_take(quota, usage, FIXTURE_UNIX_NS, 1, 256), 100);
	usage->quota_used = 1000000 - 100;
	assert_int_equal(tenant_quota_take(quota, usage, FIXTURE_UNIX_NS, 1, 256), 1);
}

static void
what_is_given_back_in_the_next_period_is_not_taken_off_it(void **state)
{
	struct tenant_quota *quota = quota_setup(TENANT_QUOTA_PACKETS, 10);
	struct tenant_usage *usage = &f->usage[PARENT];

	(void)state;
	assert_int_equal(tenant_quota_take(quota, usage, FIXTURE_UNIX_NS, 1, 1), 1);
	tenant_quota_give(quota, usage, FIXTURE_UNIX_NS + SECOND_NS, 1);
	assert_int_equal(usage->quota_used, 1);
	tenant_quota_give(quota, usage, FIXTURE_UNIX_NS, 1);
	assert_int_equal(usage->quota_used, 0);
	tenant_quota_give(quota, usage, FIXTURE_UNIX_NS, 1);
	assert_int_equal(usage->quota_used, 0);
}

static void
what_is_left_is_told(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_BYTES, 1000);
	assert_int_equal(left(), 1000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(left(), 900);
	assert_true(
		tenant_quota_left(&f->tenants[CHILD], &f->usage[CHILD], FIXTURE_UNIX_NS) ==
		UINT64_MAX
	);
}

static void
a_spent_quota_that_only_counts_lets_pass(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 10)->spent = TENANT_SPENT_PASS;
	assert_int_equal(limits_fixture_offer(f, CHILD, 4, 100), 100);
	assert_int_equal(left(), 0);
}

/* 100 bytes each millisecond of 2,000 after the first ten packets: a tenth of that. */
static void
throttle_run(enum tenant_quota_unit unit, uint64_t amount)
{
	struct tenant_quota *quota = quota_setup(unit, amount);
	uint64_t passed = 0;

	quota->period_ns = 86400 * SECOND_NS;
	quota->spent = TENANT_SPENT_THROTTLE;
	quota->throttle = meter_byte_rate_make(10000);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 10), 10);
	for (uint64_t ms = 0; ms < 2000; ms++) {
		limits_fixture_clock(f, ms * 1000000);
		passed += limits_fixture_offer(f, CHILD, 1, 1);
	}
	assert_in_range(passed, 196, 202);
	assert_int_equal(
		f->accounts[0][CHILD].drops[tenant_reason(FATE_QUOTA_SPENT)], 2000 - passed
	);
}

static void
a_spent_quota_of_packets_throttles(void **state)
{
	(void)state;
	throttle_run(TENANT_QUOTA_PACKETS, 10);
}

static void
a_spent_quota_of_bytes_throttles(void **state)
{
	(void)state;
	throttle_run(TENANT_QUOTA_BYTES, 10 * FRAME_BYTES + 40);
}

/* Packets that were charged and then did not pass: each one is given back. */
static void
a_charge_that_is_taken_back_leaves_the_quota_as_it_was(void **state)
{
	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 1000000);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
		tenant_charge_back(&f->books[0], CHILD, FRAME_BYTES);
	}
	assert_int_equal(left(), 1000000);
}

static void
what_the_throttle_gave_is_not_given_back_to_the_quota(void **state)
{
	struct tenant_quota *quota = quota_setup(TENANT_QUOTA_PACKETS, 1);

	(void)state;
	quota->spent = TENANT_SPENT_THROTTLE;
	quota->throttle = meter_byte_rate_make(1000000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	tenant_charge_back(&f->books[0], CHILD, FRAME_BYTES);
	assert_int_equal(left(), 0);
}

static void
reloads_lose_nothing_of_a_quota(void **state)
{
	uint64_t passed = 0;

	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 1000000);
	for (int i = 0; i < 1000; i++) {
		limits_fixture_reload(f);
		tenant_account_renew(&f->books[0], CHILD);
		passed += limits_fixture_offer(f, CHILD, 1, 10);
	}
	limits_fixture_reload(f);
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(passed, 10000);
	assert_int_equal(left(), 1000000 - passed);
}

static void
a_quota_of_another_unit_begins_anew(void **state)
{
	struct tenant_quota *quota = quota_setup(TENANT_QUOTA_BYTES, 100 * FRAME_BYTES);

	(void)state;
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 200), 100);
	limits_fixture_reload(f);
	quota->unit = TENANT_QUOTA_PACKETS;
	quota->amount = 70;
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 200), 70);
}

static void *
worker_offer(void *arg)
{
	uintptr_t passed = 0;

	for (int i = 0; i < 100000; i++)
		passed += tenant_charge(arg, CHILD, FRAME_BYTES) == FATE_NONE;
	return (void *)passed;
}

static void
threads_together_never_exceed_it(void **state)
{
	pthread_t threads[THREADS];
	uint64_t passed = 0;

	(void)state;
	quota_setup(TENANT_QUOTA_PACKETS, 30011);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker_offer, &f->books[i]), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		void *result;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		passed += (uintptr_t)result;
	}
	assert_int_equal(passed, 30011);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_packets_let_ten_pass),
		cmocka_unit_test(ten_packets_let_ten_pass_over_four_workers),
		cmocka_unit_test(many_packets_pass_exactly_over_eight_workers),
		cmocka_unit_test(bytes_are_never_exceeded),
		cmocka_unit_test(a_packet_that_still_fits_passes_after_one_that_does_not),
		cmocka_unit_test(a_new_period_gives_the_whole_amount),
		cmocka_unit_test(periods_without_traffic_save_nothing),
		cmocka_unit_test(workers_whose_clocks_differ_share_one_period),
		cmocka_unit_test(a_clock_that_was_set_back_does_not_stop_the_quota),
		cmocka_unit_test(a_take_of_more_than_is_left_gets_nothing),
		cmocka_unit_test(pieces_shrink_as_the_quota_ends),
		cmocka_unit_test(what_is_given_back_in_the_next_period_is_not_taken_off_it),
		cmocka_unit_test(what_is_left_is_told),
		cmocka_unit_test(a_spent_quota_that_only_counts_lets_pass),
		cmocka_unit_test(a_spent_quota_of_packets_throttles),
		cmocka_unit_test(a_spent_quota_of_bytes_throttles),
		cmocka_unit_test(a_charge_that_is_taken_back_leaves_the_quota_as_it_was),
		cmocka_unit_test(what_the_throttle_gave_is_not_given_back_to_the_quota),
		cmocka_unit_test(reloads_lose_nothing_of_a_quota),
		cmocka_unit_test(a_quota_of_another_unit_begins_anew),
		cmocka_unit_test(threads_together_never_exceed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
