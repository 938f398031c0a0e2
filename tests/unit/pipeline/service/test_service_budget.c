/* SPDX-License-Identifier: BSD-3-Clause */
/* Tenants' shares of streams, and what becomes of them when tenants come and go. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/service/service_fixture.h"
#include "tests/unit/unit_test.h"

#include <string.h>

#define BUDGET_TEST(name) cmocka_unit_test_teardown(name, service_teardown)

enum { CPORT = 20000, CONNECTIONS = 64 };

static struct fix_text text, part;

static struct service_fixture *
tenants_open(void)
{
	const struct service_sizes sizes = service_sizes_small();

	return service_open(&sizes);
}

/* So many connections of a tenant, from this client port on. Returns how many of them are read. */
static uint64_t
open_many(struct service_fixture *f, uint16_t slot, uint16_t cport, unsigned n)
{
	uint64_t before = service_counters(f)->connections;

	service_payer(f, slot);
	for (uint16_t i = 0; i < n; i++)
		(void)talk_open(f, (uint16_t)(cport + i));
	return service_counters(f)->connections - before;
}

static uint64_t
used(const struct service_fixture *f, uint16_t slot)
{
	return f->reader->tenants[slot].used[STREAM_RESOURCE_STREAMS];
}

static void
a_tenant_s_connections_are_limited(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 3;
	assert_int_equal(open_many(f, SLOT_A, CPORT, 10), 3);
	assert_int_equal(open_many(f, SLOT_B, CPORT + 100, 20), 20);
	assert_int_equal(used(f, SLOT_A), 6);
	assert_int_equal(used(f, TENANT_ROOT), 46);
}

static void
a_parent_s_limit_holds_for_all_below_it(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 5;
	assert_int_equal(open_many(f, SLOT_A, CPORT, 3), 3);
	assert_int_equal(open_many(f, SLOT_A_A, CPORT + 100, 10), 2);
	assert_int_equal(used(f, SLOT_A), 10);
	assert_int_equal(used(f, SLOT_A_A), 4);
}

static void
a_new_limit_holds_for_the_next_connection(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 3;
	assert_int_equal(open_many(f, SLOT_A, CPORT, 10), 3);
	f->tenants[SLOT_A].limits.streams_max = 5;
	assert_int_equal(open_many(f, SLOT_A, CPORT + 100, 10), 2);
	f->tenants[SLOT_A].limits.streams_max = 1;
	assert_int_equal(open_many(f, SLOT_A, CPORT + 200, 10), 0);
}

static void
connections_that_are_over_are_nobody_s(void **state)
{
	struct service_fixture *f = tenants_open();
	struct talk b;

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 3;
	service_payer(f, SLOT_B);
	b = talk_open(f, CPORT - 1);
	talk_close(f, &b);
	service_payer(f, SLOT_A);
	for (uint16_t i = 0; i < 20; i++) {
		struct talk t = talk_open(f, (uint16_t)(CPORT + i));

		talk_close(f, &t);
	}
	assert_int_equal(service_counters(f)->refused, 0);
	assert_int_equal(service_counters(f)->closed, 21);
	assert_int_equal(used(f, SLOT_A), 0);
}

static void
a_tenant_at_its_limit_takes_nobody_s_room(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 3;
	assert_int_equal(open_many(f, SLOT_A, CPORT, 3), 3);
	service_payer(f, SLOT_B);
	for (uint16_t i = 0; i < CONNECTIONS - 3; i++) {
		const struct talk t = {.cport = (uint16_t)(CPORT + 100 + i), .next = {1, 1}};

		talk_send(f, &t, STREAM_FROM_CLIENT, 1, TCP_SYN, NULL);
	}
	assert_int_equal(used(f, TENANT_ROOT), 2 * CONNECTIONS);
	assert_int_equal(open_many(f, SLOT_A, CPORT + 200, 10), 0);
	assert_int_equal(used(f, TENANT_ROOT), 2 * CONNECTIONS);
}

static void
the_smallest_share_is_enough_for_the_longest_message(void **state)
{
	struct service_fixture *f = tenants_open();
	struct talk t;

	(void)state;
	f->tenants[SLOT_A].limits.streams_max = 1;
	service_payer(f, SLOT_A);
	t = talk_open(f, CPORT);
	text = *an_order(8000);
	for (size_t at = 0; at < text.length; at += 100) {
		part.length = RTE_MIN(text.length - at, (size_t)100);
		memcpy(part.bytes, text.bytes + at, part.length);
		talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, &part);
	}
	assert_int_equal(service_counters(f)->losses, 0);
	assert_int_equal(service_counters(f)->messages, 1);
}

/* Slots are given to other tenants, elsewhere in the tree, while connections of the old ones go on. */
static void
a_slot_may_move_in_the_tree(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	assert_int_equal(open_many(f, SLOT_A_A, CPORT, 10), 10);
	f->tenants[SLOT_A_A].parent = SLOT_B;
	assert_int_equal(open_many(f, SLOT_A_A, CPORT + 100, 1), 1);
	assert_int_equal(used(f, SLOT_A_A), 22);
	assert_int_equal(used(f, SLOT_B), 22);
	assert_int_equal(used(f, SLOT_A), 0);
	assert_int_equal(used(f, TENANT_ROOT), 22);
}

static void
two_slots_may_change_places(void **state)
{
	struct service_fixture *f = tenants_open();

	(void)state;
	assert_int_equal(open_many(f, SLOT_A_A, CPORT, 10), 10);
	f->tenants[SLOT_A_A].parent = TENANT_ROOT;
	f->tenants[SLOT_A].parent = SLOT_A_A;
	assert_int_equal(open_many(f, SLOT_A, CPORT + 100, 1), 1);
	assert_int_equal(used(f, SLOT_A), 2);
	assert_int_equal(used(f, SLOT_A_A), 22);
	assert_int_equal(used(f, TENANT_ROOT), 22);
}

static void
a_connection_follows_its_flow_to_another_tenant(void **state)
{
	struct service_fixture *f = tenants_open();
	const uint32_t bytes = (uint32_t)an_order(0)->length;
	struct talk t;

	(void)state;
	service_payer(f, SLOT_A_A);
	t = talk_open(f, CPORT);
	talk_send(
		f, &t, STREAM_FROM_CLIENT, t.next[STREAM_FROM_CLIENT] + bytes, TCP_ACK, an_order(0)
	);
	part = *an_order(0);
	part.length = 30;
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, &part);
	service_payer(f, SLOT_B);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, NULL);
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++) {
		assert_int_equal(f->reader->tenants[SLOT_A].used[i], 0);
		assert_true(f->reader->tenants[SLOT_B].used[i] > 0);
		assert_int_equal(f->reader->tenants[SLOT_B].used[i], f->reader->budget.used[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BUDGET_TEST(a_tenant_s_connections_are_limited),
		BUDGET_TEST(a_parent_s_limit_holds_for_all_below_it),
		BUDGET_TEST(a_new_limit_holds_for_the_next_connection),
		BUDGET_TEST(connections_that_are_over_are_nobody_s),
		BUDGET_TEST(a_tenant_at_its_limit_takes_nobody_s_room),
		BUDGET_TEST(the_smallest_share_is_enough_for_the_longest_message),
		BUDGET_TEST(a_slot_may_move_in_the_tree),
		BUDGET_TEST(two_slots_may_change_places),
		BUDGET_TEST(a_connection_follows_its_flow_to_another_tenant),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
