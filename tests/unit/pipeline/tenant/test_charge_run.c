/* SPDX-License-Identifier: BSD-3-Clause */
/* A row of charges comes to what the same charges come to one by one. */
#include "pipeline/tenant/charge_run.h"
#include "pipeline/tenant/tenant_limits.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

enum {
	LEVELS = 12,
	ROUNDS = 20000,
	CHARGES = 100,
	CREDIT_MAX = 60,
	BYTES_MAX = 100,
};

/* A tree: each account's parent stands before it. The same tree twice, with the same credit. */
static void
trees_fill(struct tenant_account *one, struct tenant_account *other, unsigned *seed)
{
	memset(one, 0, LEVELS * sizeof(one[0]));
	for (unsigned i = 0; i < LEVELS; i++) {
		one[i].packet_credit = rand_r(seed) % CREDIT_MAX;
		one[i].byte_credit = rand_r(seed) % (CREDIT_MAX * BYTES_MAX);
	}
	memcpy(other, one, LEVELS * sizeof(one[0]));
	for (unsigned i = 1; i < LEVELS; i++) {
		unsigned parent = (unsigned)rand_r(seed) % i;

		if (rand_r(seed) % 4 == 0)
			continue;
		one[i].next = &one[parent];
		other[i].next = &other[parent];
	}
}

static void
assert_credits_equal(const struct tenant_account *a, const struct tenant_account *b)
{
	for (unsigned i = 0; i < LEVELS; i++) {
		assert_int_equal(a[i].packet_credit, b[i].packet_credit);
		assert_int_equal(a[i].byte_credit, b[i].byte_credit);
	}
}

/* Payers at every height, levels above others among them, leaves most often. */
static void
a_row_of_charges_is_those_charges(void **state)
{
	struct tenant_account one[LEVELS], other[LEVELS];
	unsigned seed = 1, refused = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct charge_run run = charge_run_begin(NULL);

		trees_fill(one, other, &seed);
		for (unsigned n = 0; n < CHARGES; n++) {
			unsigned payer = (unsigned)rand_r(&seed) % LEVELS;
			uint32_t bytes = (uint32_t)rand_r(&seed) % BYTES_MAX;
			bool paid = tenant_account_charge(&one[payer], bytes);

			assert_int_equal(charge_run_pay(&run, &other[payer], bytes), paid);
			refused += !paid;
		}
		charge_run_end(&run);
		assert_credits_equal(one, other);
		charge_run_end(&run);
		assert_credits_equal(one, other);
	}
	assert_in_range(refused, 1, ROUNDS * CHARGES - 1);
}

static void
after_its_end_accounts_may_change_before_the_next_row(void **state)
{
	struct tenant_account parent = {.packet_credit = 2, .byte_credit = 1000};
	struct tenant_account payer = {.packet_credit = 10, .byte_credit = 1000, .next = &parent};
	struct charge_run run = charge_run_begin(NULL);

	(void)state;
	assert_true(charge_run_pay(&run, &payer, 60));
	assert_int_equal(parent.packet_credit, 2);
	charge_run_end(&run);
	assert_int_equal(parent.packet_credit, 1);
	assert_int_equal(parent.byte_credit, 940);
	parent.packet_credit = 0;
	run = charge_run_begin(NULL);
	assert_false(charge_run_pay(&run, &payer, 60));
	charge_run_end(&run);
	assert_int_equal(parent.packet_credit, 0);
	assert_int_equal(payer.packet_credit, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_of_charges_is_those_charges),
		cmocka_unit_test(after_its_end_accounts_may_change_before_the_next_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
