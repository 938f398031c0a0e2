/* SPDX-License-Identifier: BSD-3-Clause */
/* Which level refuses what, what is counted where, and that refusals and reloads cost nobody anything. */
#include "pipeline/tenant/tenant_limits.h"
#include "tests/unit/pipeline/tenant/limits_fixture.h"
#include "tests/unit/unit_test.h"

enum {
	PARENT = 1,
	CHILD = 2,
	SIBLING = 3,
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

static uint64_t
drops(uint16_t slot, enum fate reason)
{
	return f->accounts[0][slot].drops[tenant_reason(reason)];
}

static uint64_t
audits(uint16_t slot, enum fate reason)
{
	return f->accounts[0][slot].audits[tenant_reason(reason)];
}

static uint64_t
refusals(uint16_t slot, enum fate reason)
{
	return f->accounts[0][slot].refusals[tenant_reason(reason)];
}

static void
without_limits_everything_passes_and_nothing_shared_is_written(void **state)
{
	struct tenant_usage before = f->usage[CHILD];

	(void)state;
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 100000), 100000);
	assert_memory_equal(&f->usage[CHILD], &before, sizeof(before));
	assert_memory_equal(&f->usage[TENANT_ROOT], &before, sizeof(before));
}

static void
pps_max_of_the_tenant_refuses(void **state)
{
	(void)state;
	child->limits.packets = meter_rate_make(10);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_TENANT_PPS_MAX);
	assert_int_equal(drops(CHILD, FATE_TENANT_PPS_MAX), 1);
	assert_int_equal(refusals(CHILD, FATE_TENANT_PPS_MAX), 1);
}

static void
bps_max_of_the_tenant_refuses(void **state)
{
	(void)state;
	child->limits.bytes = meter_byte_rate_make(1000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_TENANT_BPS_MAX);
	assert_int_equal(drops(CHILD, FATE_TENANT_BPS_MAX), 1);
}

static void
a_limit_above_refuses_and_the_payer_counts_the_drop(void **state)
{
	(void)state;
	parent->limits.packets = meter_rate_make(10);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(limits_fixture_charge(f, SIBLING), FATE_TENANT_PPS_MAX);
	assert_int_equal(drops(SIBLING, FATE_TENANT_PPS_MAX), 1);
	assert_int_equal(refusals(SIBLING, FATE_TENANT_PPS_MAX), 0);
	assert_int_equal(refusals(PARENT, FATE_TENANT_PPS_MAX), 1);
	assert_int_equal(drops(PARENT, FATE_TENANT_PPS_MAX), 0);
}

static void
both_limits_of_a_tenant_hold(void **state)
{
	(void)state;
	child->limits.packets = meter_rate_make(1000);
	child->limits.bytes = meter_byte_rate_make(50000);
	for (uint64_t ms = 0; ms < 100; ms++) {
		limits_fixture_clock(f, ms * MILLISECOND_NS);
		(void)limits_fixture_offer(f, CHILD, 1, 5);
	}
	/* 5,000 bytes are due in 100 ms, 50 packets; and a depth of 500, and a packet. */
	assert_in_range(
		500 - drops(CHILD, FATE_TENANT_BPS_MAX) - drops(CHILD, FATE_TENANT_PPS_MAX), 50, 56
	);
	assert_true(drops(CHILD, FATE_TENANT_BPS_MAX) > 0);
}

static void
a_refusal_above_costs_the_levels_below_nothing(void **state)
{
	struct tenant_usage before;

	(void)state;
	child->limits.packets = meter_rate_make(10);
	child->limits.quota = (struct tenant_quota
	){.unit = TENANT_QUOTA_PACKETS, .amount = 100, .period_ns = UINT64_C(86400000000000)};
	parent->limits.bytes = meter_byte_rate_make(1000);
	assert_int_equal(limits_fixture_charge(f, SIBLING), FATE_NONE);
	before = f->usage[CHILD];
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_TENANT_BPS_MAX);
	assert_memory_equal(&f->usage[CHILD], &before, sizeof(before));
}

static void
a_slow_tenant_is_not_held_ahead_by_any_worker(void **state)
{
	(void)state;
	child->limits.packets = meter_rate_make(10000);
	for (unsigned w = 0; w < FIXTURE_WORKERS; w++) {
		assert_int_equal(tenant_charge(&f->books[w], CHILD, FRAME_BYTES), FATE_NONE);
		assert_int_equal(f->accounts[w][CHILD].packet_credit, 0);
	}
}

static void
a_fast_tenant_is_held_50_us_ahead(void **state)
{
	(void)state;
	child->limits.packets = meter_rate_make(10000000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(f->accounts[0][CHILD].packet_credit, 499);
}

static void
a_frame_longer_than_a_piece_passes(void **state)
{
	(void)state;
	child->limits.bytes = meter_byte_rate_make(1000);
	assert_int_equal(tenant_charge(&f->books[0], CHILD, 65535), FATE_NONE);
	limits_fixture_clock(f, 60000 * MILLISECOND_NS);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_TENANT_BPS_MAX);
	limits_fixture_clock(f, 66000 * MILLISECOND_NS);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
}

static void
audit_lets_pass_and_counts_every_packet_once(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.packets = meter_rate_make(10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 100), 100);
	assert_int_equal(audits(CHILD, FATE_TENANT_PPS_MAX), 99);
	assert_int_equal(refusals(CHILD, FATE_TENANT_PPS_MAX), 99);
	assert_int_equal(drops(CHILD, FATE_TENANT_PPS_MAX), 0);
}

static void
audit_counts_what_enforce_would_have_dropped(void **state)
{
	uint64_t enforced, audited;

	(void)state;
	child->limits.packets = meter_rate_make(1000000);
	enforced = 100000 - limits_fixture_offer(f, CHILD, 1, 100000);
	tree_setup(NULL);
	child->limits.packets = meter_rate_make(1000000);
	child->audit = true;
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 100000), 100000);
	audited = audits(CHILD, FATE_TENANT_PPS_MAX);
	assert_int_equal(audited, enforced);
}

static void
what_an_audited_level_would_drop_is_not_charged_to_audited_levels_above(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.packets = meter_rate_make(10);
	parent->audit = true;
	parent->limits.packets = meter_rate_make(100);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 100), 100);
	assert_int_equal(audits(CHILD, FATE_TENANT_PPS_MAX), 99);
	assert_int_equal(refusals(PARENT, FATE_TENANT_PPS_MAX), 0);
	assert_int_equal(limits_fixture_charge(f, SIBLING), FATE_NONE);
	assert_int_equal(audits(SIBLING, FATE_TENANT_PPS_MAX), 0);
}

static void
a_level_in_force_above_an_audited_one_still_drops(void **state)
{
	(void)state;
	child->audit = true;
	child->limits.packets = meter_rate_make(10);
	parent->limits.packets = meter_rate_make(20);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_TENANT_PPS_MAX);
	assert_int_equal(drops(CHILD, FATE_TENANT_PPS_MAX), 1);
	assert_int_equal(audits(CHILD, FATE_TENANT_PPS_MAX), 0);
	assert_int_equal(refusals(PARENT, FATE_TENANT_PPS_MAX), 1);
}

static void
a_charge_taken_back_can_be_used_by_another_worker(void **state)
{
	(void)state;
	parent->limits.packets = meter_rate_make(1);
	for (int i = 0; i < 100; i++) {
		struct tenant_books *books = &f->books[i % FIXTURE_WORKERS];

		assert_int_equal(tenant_charge(books, CHILD, FRAME_BYTES), FATE_NONE);
		tenant_charge_back(books, CHILD, FRAME_BYTES);
	}
	assert_int_equal(limits_fixture_offer(f, CHILD, 8, 100), 1);
}

static void
a_new_limit_acts_after_the_account_is_renewed(void **state)
{
	(void)state;
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 10), 10);
	limits_fixture_reload(f);
	parent->limits.packets = meter_rate_make(10);
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 10), 1);
}

static void
a_limit_that_is_gone_stops_acting_after_the_account_is_renewed(void **state)
{
	(void)state;
	parent->limits.packets = meter_rate_make(10);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 10), 1);
	limits_fixture_reload(f);
	parent->limits.packets = (struct meter_rate){0};
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(limits_fixture_offer(f, CHILD, 1, 10), 10);
}

static void
credit_of_a_higher_rate_is_not_spent_under_a_lower_one(void **state)
{
	(void)state;
	child->limits.packets = meter_rate_make(10000000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	limits_fixture_reload(f);
	child->limits.packets = meter_rate_make(10);
	tenant_account_renew(&f->books[0], CHILD);
	assert_true(limits_fixture_offer(f, CHILD, 1, 100) <= 1);
}

/* The bucket's level is the same whether or not there were reloads. */
static void
reloads_cost_a_tenant_no_tokens(void **state)
{
	int64_t level;

	(void)state;
	child->limits.packets = meter_rate_make(1000000);
	assert_int_equal(limits_fixture_charge(f, CHILD), FATE_NONE);
	level = meter_level(&f->usage[CHILD].packet_meter, &child->limits.packets, FIXTURE_NOW_NS);
	for (int i = 0; i < 1000; i++) {
		limits_fixture_reload(f);
		tenant_account_renew(&f->books[0], CHILD);
	}
	assert_int_equal(
		meter_level(&f->usage[CHILD].packet_meter, &child->limits.packets, FIXTURE_NOW_NS),
		level
	);
	assert_int_equal(f->accounts[0][CHILD].packet_credit, 49);
}

static void
renewing_keeps_the_counts_of_the_same_tenant(void **state)
{
	(void)state;
	tenant_account_renew(&f->books[0], CHILD);
	f->accounts[0][CHILD].packets[0] = 7;
	limits_fixture_reload(f);
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(f->accounts[0][CHILD].packets[0], 7);
}

static void
a_new_tenant_in_the_slot_begins_with_counts_of_zero(void **state)
{
	struct tenant_account *a = &f->accounts[0][CHILD];

	(void)state;
	tenant_account_renew(&f->books[0], CHILD);
	a->packets[0] = 7;
	a->bytes[1] = 8;
	a->flows_created = 9;
	a->flows_ended[TENANT_FLOW_REMOVED] = 10;
	(void)tenant_refusal_count(&f->books[0], CHILD, CHILD, FATE_POLICY_DENIED);
	limits_fixture_reload(f);
	child->incarnation = f->set.generation;
	tenant_account_renew(&f->books[0], CHILD);
	assert_int_equal(a->packets[0], 0);
	assert_int_equal(a->bytes[1], 0);
	assert_int_equal(a->flows_created, 0);
	assert_int_equal(a->flows_ended[TENANT_FLOW_REMOVED], 0);
	assert_int_equal(drops(CHILD, FATE_POLICY_DENIED), 0);
	assert_int_equal(refusals(CHILD, FATE_POLICY_DENIED), 0);
}

/* The level of an ingress list is not on the payer's way up, so nothing has renewed its account. */
static void
a_refusal_counts_on_the_account_of_the_tenant_that_has_the_slot_now(void **state)
{
	(void)state;
	assert_int_equal(
		tenant_refusal_count(&f->books[0], CHILD, SIBLING, FATE_POLICY_DENIED),
		FATE_POLICY_DENIED
	);
	tenant_account_renew(&f->books[0], SIBLING);
	assert_int_equal(refusals(SIBLING, FATE_POLICY_DENIED), 1);
	assert_int_equal(drops(CHILD, FATE_POLICY_DENIED), 1);
}

static void
a_frozen_tenant_freezes_those_below(void **state)
{
	uint16_t level = TENANT_NONE;

	(void)state;
	assert_int_equal(tenant_frozen(&f->set, CHILD, &level), FATE_NONE);
	parent->frozen = true;
	assert_int_equal(tenant_frozen(&f->set, CHILD, &level), FATE_TENANT_FROZEN);
	assert_int_equal(level, PARENT);
	assert_int_equal(tenant_frozen(&f->set, TENANT_ROOT, &level), FATE_NONE);
}

static void
a_tenant_frozen_in_audit_does_not_hide_one_frozen_in_force(void **state)
{
	uint16_t level = TENANT_NONE;

	(void)state;
	child->frozen = true;
	child->audit = true;
	assert_int_equal(tenant_frozen(&f->set, CHILD, &level), FATE_TENANT_FROZEN);
	assert_int_equal(level, CHILD);
	parent->frozen = true;
	assert_int_equal(tenant_frozen(&f->set, CHILD, &level), FATE_TENANT_FROZEN);
	assert_int_equal(level, PARENT);
}

#define TREE_TEST(test) cmocka_unit_test_setup(test, tree_setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(without_limits_everything_passes_and_nothing_shared_is_written),
		TREE_TEST(pps_max_of_the_tenant_refuses),
		TREE_TEST(bps_max_of_the_tenant_refuses),
		TREE_TEST(a_limit_above_refuses_and_the_payer_counts_the_drop),
		TREE_TEST(both_limits_of_a_tenant_hold),
		TREE_TEST(a_refusal_above_costs_the_levels_below_nothing),
		TREE_TEST(a_slow_tenant_is_not_held_ahead_by_any_worker),
		TREE_TEST(a_fast_tenant_is_held_50_us_ahead),
		TREE_TEST(a_frame_longer_than_a_piece_passes),
		TREE_TEST(audit_lets_pass_and_counts_every_packet_once),
		TREE_TEST(audit_counts_what_enforce_would_have_dropped),
		TREE_TEST(what_an_audited_level_would_drop_is_not_charged_to_audited_levels_above),
		TREE_TEST(a_level_in_force_above_an_audited_one_still_drops),
		TREE_TEST(a_charge_taken_back_can_be_used_by_another_worker),
		TREE_TEST(a_new_limit_acts_after_the_account_is_renewed),
		TREE_TEST(a_limit_that_is_gone_stops_acting_after_the_account_is_renewed),
		TREE_TEST(credit_of_a_higher_rate_is_not_spent_under_a_lower_one),
		TREE_TEST(reloads_cost_a_tenant_no_tokens),
		TREE_TEST(renewing_keeps_the_counts_of_the_same_tenant),
		TREE_TEST(a_new_tenant_in_the_slot_begins_with_counts_of_zero),
		TREE_TEST(a_refusal_counts_on_the_account_of_the_tenant_that_has_the_slot_now),
		TREE_TEST(a_frozen_tenant_freezes_those_below),
		TREE_TEST(a_tenant_frozen_in_audit_does_not_hide_one_frozen_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
