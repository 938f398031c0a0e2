/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams are known for a fixed time, in a fixed room, of which each owner has its share. */
#include "pipeline/flow/fragment_table.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_errno.h>

#include <string.h>

enum {
	ENTRIES = 64,
	OWNERS = 4,
	SHARE = 16,
	LIFETIME = 500,
	NOW = 1000,
};

static struct fragment_table *table;

static struct fragment_table_config
config_of(uint32_t entries, uint32_t share)
{
	return (struct fragment_table_config){
		.entries_max = entries,
		.owners_max = OWNERS,
		.owner_entries_max = share,
		.lifetime_ticks = LIFETIME,
		.seeds = {0x9E3779B97F4A7C15, 0xD1B54A32D192ED03},
		.socket = SOCKET_ID_ANY,
	};
}

static void
table_make(uint32_t entries, uint32_t share)
{
	struct fragment_table_config config = config_of(entries, share);

	table = fragment_table_create(&config);
	assert_non_null(table);
}

static int
table_setup(void **state)
{
	(void)state;
	table_make(ENTRIES, SHARE);
	return 0;
}

static int
table_teardown(void **state)
{
	(void)state;
	fragment_table_destroy(table);
	table = NULL;
	return 0;
}

static struct fragment_key
key_of(uint32_t id)
{
	struct fragment_key key;

	memset(&key, 0, sizeof(key));
	key.src.v4_be = 0x0100000A;
	key.dst.v4_be = 0x020200C0;
	key.id_be = id;
	key.kind = PACKET_IPV4;
	key.protocol = 17;
	return key;
}

static enum fragment_status
add(uint32_t id, uint16_t owner, uint32_t now)
{
	struct fragment_key key = key_of(id);
	struct fragment_flow flow = {
		.src_port_be = (uint16_t)id, .dst_port_be = owner, .ip_protocol = 17};

	return fragment_table_add(table, &key, &flow, owner, now);
}

static const struct fragment_flow *
find(uint32_t id, uint32_t now)
{
	struct fragment_key key = key_of(id);

	return fragment_table_find(table, &key, now);
}

static void
what_was_added_is_found(void **state)
{
	struct fragment_key key = key_of(7);
	const struct fragment_flow flow = {
		.src_port_be = 1, .dst_port_be = 2, .ip_protocol = 6, .flow_class = 3};
	const struct fragment_flow *found;

	(void)state;
	assert_null(fragment_table_find(table, &key, NOW));
	assert_int_equal(fragment_table_add(table, &key, &flow, 0, NOW), FRAGMENT_KNOWN);
	found = fragment_table_find(table, &key, NOW);
	assert_non_null(found);
	assert_memory_equal(found, &flow, sizeof(flow));
}

static void
every_field_of_the_key_tells_datagrams_apart(void **state)
{
	struct fragment_key keys[8];
	const struct fragment_flow flow = {0};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(keys); i++)
		keys[i] = key_of(7);
	keys[1].src.v4_be ^= 1;
	keys[2].dst.v4_be ^= 1;
	keys[3].src.v6[15] ^= 1;
	keys[4].id_be ^= 1;
	keys[5].zone ^= 1;
	keys[6].kind = PACKET_IPV6;
	keys[7].protocol ^= 1;
	for (unsigned i = 0; i < ARRAY_LENGTH(keys); i++) {
		assert_null(fragment_table_find(table, &keys[i], NOW));
		assert_int_equal(
			fragment_table_add(table, &keys[i], &flow, 0, NOW), FRAGMENT_KNOWN
		);
		assert_non_null(fragment_table_find(table, &keys[i], NOW));
	}
}

static void
an_entry_lives_for_its_time_and_not_a_tick_longer(void **state)
{
	/* The ticks come round on the way of the last one. */
	static const uint32_t starts[] = {0, NOW, UINT32_MAX - LIFETIME, UINT32_MAX - 1};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(starts); i++) {
		assert_int_equal(add(i, 0, starts[i]), FRAGMENT_KNOWN);
		assert_non_null(find(i, starts[i]));
		assert_non_null(find(i, starts[i] + LIFETIME - 1));
		assert_null(find(i, starts[i] + LIFETIME));
		assert_null(find(i, starts[i] + LIFETIME + 1));
	}
}

/* 2^31 ticks are 248 days: signed differences would let it rise again. */
static void
an_entry_that_is_over_stays_so_when_the_ticks_come_round(void **state)
{
	(void)state;
	assert_int_equal(add(1, 0, NOW), FRAGMENT_KNOWN);
	assert_null(find(1, NOW + LIFETIME + (UINT32_C(1) << 31)));
	assert_null(find(1, NOW - 1));
	table_teardown(NULL);
	table_make(1, 1);
	assert_int_equal(add(1, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(2, 0, NOW + LIFETIME + (UINT32_C(1) << 31)), FRAGMENT_KNOWN);
}

static void
a_datagram_that_is_known_is_updated_and_lives_anew(void **state)
{
	struct fragment_key key = key_of(1);
	const struct fragment_flow other = {.src_port_be = 99};

	(void)state;
	for (unsigned i = 0; i < 3 * SHARE; i++)
		assert_int_equal(add(1, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(fragment_table_add(table, &key, &other, 0, NOW + 100), FRAGMENT_KNOWN);
	assert_int_equal(find(1, NOW + LIFETIME)->src_port_be, 99);
	assert_null(find(1, NOW + LIFETIME + 100));
}

static void
an_update_does_not_disturb_the_order_in_which_entries_end(void **state)
{
	(void)state;
	table_teardown(NULL);
	table_make(3, 3);
	for (uint32_t id = 0; id < 3; id++)
		assert_int_equal(add(id, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(0, 0, NOW + 100), FRAGMENT_KNOWN);
	/* Now 1 and 2 are over, and 0 is not. */
	assert_int_equal(add(3, 1, NOW + LIFETIME), FRAGMENT_KNOWN);
	assert_int_equal(add(4, 1, NOW + LIFETIME), FRAGMENT_KNOWN);
	assert_int_equal(add(5, 1, NOW + LIFETIME), FRAGMENT_TABLE_FULL);
	assert_non_null(find(0, NOW + LIFETIME));
}

static void
an_owner_has_its_share_and_no_more(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < SHARE; id++)
		assert_int_equal(add(id, 1, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(SHARE, 1, NOW), FRAGMENT_OWNER_FULL);
	assert_null(find(SHARE, NOW));
	assert_int_equal(add(SHARE - 1, 1, NOW), FRAGMENT_KNOWN);
}

static void
a_full_owner_takes_nothing_from_others(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < 4 * ENTRIES; id++)
		(void)add(id, 1, NOW);
	for (uint16_t owner = 0; owner < OWNERS; owner++) {
		for (uint32_t i = 0; owner != 1 && i < SHARE; i++)
			assert_int_equal(add(1000 * (owner + 1) + i, owner, NOW), FRAGMENT_KNOWN);
	}
}

static void
a_full_table_takes_no_more_but_updates(void **state)
{
	(void)state;
	table_teardown(NULL);
	table_make(ENTRIES, ENTRIES + 1);
	for (uint32_t id = 0; id < ENTRIES; id++)
		assert_int_equal(add(id, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(ENTRIES, 1, NOW), FRAGMENT_TABLE_FULL);
	assert_int_equal(add(ENTRIES, 0, NOW), FRAGMENT_TABLE_FULL);
	assert_int_equal(add(5, 0, NOW), FRAGMENT_KNOWN);
	for (uint32_t id = 0; id < ENTRIES; id++)
		assert_non_null(find(id, NOW));
}

static void
expired_entries_of_the_owner_do_not_count_even_behind_those_of_others(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < 3 * SHARE; id++)
		assert_int_equal(add(id, (uint16_t)(id / SHARE), NOW), FRAGMENT_KNOWN);
	/* Owner 2 stands behind 32 others in the order of time. */
	for (uint32_t id = 0; id < SHARE; id++)
		assert_int_equal(add(100 + id, 2, NOW + LIFETIME), FRAGMENT_KNOWN);
	assert_int_equal(add(200, 2, NOW + LIFETIME), FRAGMENT_OWNER_FULL);
}

static void
expired_entries_of_others_make_room_in_a_full_table(void **state)
{
	(void)state;
	table_teardown(NULL);
	table_make(ENTRIES, ENTRIES);
	for (uint32_t id = 0; id < ENTRIES; id++)
		assert_int_equal(add(id, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(100, 1, NOW + LIFETIME - 1), FRAGMENT_TABLE_FULL);
	for (uint32_t id = 0; id < ENTRIES; id++)
		assert_int_equal(add(100 + id, 1, NOW + LIFETIME), FRAGMENT_KNOWN);
}

static void
a_known_datagram_may_change_its_owner_where_that_one_has_room(void **state)
{
	(void)state;
	assert_int_equal(add(500, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(500, 1, NOW), FRAGMENT_KNOWN);
	for (uint32_t id = 0; id < SHARE; id++)
		assert_int_equal(add(id, 0, NOW), FRAGMENT_KNOWN);
	for (uint32_t id = 0; id < SHARE - 1; id++)
		assert_int_equal(add(100 + id, 1, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(500, 0, NOW), FRAGMENT_OWNER_FULL);
	assert_int_equal(find(500, NOW)->dst_port_be, 1);
}

/* What the table should know, kept the plain way. */
struct model {
	bool is_known;
	uint16_t owner;
	uint32_t expires;
};

static uint32_t
random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static unsigned
model_count(const struct model *model, size_t n, int owner, uint32_t now)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++)
		count += model[i].is_known && (int32_t)(model[i].expires - now) > 0 &&
			 (owner < 0 || model[i].owner == owner);
	return count;
}

static enum fragment_status
model_add(struct model *model, size_t n, uint32_t id, uint16_t owner, uint32_t now)
{
	bool is_known = model[id].is_known && (int32_t)(model[id].expires - now) > 0;

	if (!(is_known && model[id].owner == owner) && model_count(model, n, owner, now) >= SHARE)
		return FRAGMENT_OWNER_FULL;
	if (!is_known && model_count(model, n, -1, now) >= ENTRIES - SHARE)
		return FRAGMENT_TABLE_FULL;
	model[id] = (struct model){true, owner, now + LIFETIME};
	return FRAGMENT_KNOWN;
}

static void
a_long_random_run_is_as_a_plain_table_would_have_it(void **state)
{
	enum { IDS = 100 };
	struct model model[IDS] = {{0}};
	uint32_t seed = 20240229, now = UINT32_MAX - 20000;
	unsigned statuses[3] = {0};

	(void)state;
	table_teardown(NULL);
	table_make(ENTRIES - SHARE, SHARE);
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t id = random_next(&seed) % IDS;
		uint16_t owner = (uint16_t)(random_next(&seed) % OWNERS);
		enum fragment_status expected = model_add(model, IDS, id, owner, now);
		const struct fragment_flow *found;

		assert_int_equal(add(id, owner, now), expected);
		statuses[expected]++;
		now += random_next(&seed) % 16;
		id = random_next(&seed) % IDS;
		found = find(id, now);
		assert_int_equal(
			found != NULL, model[id].is_known && (int32_t)(model[id].expires - now) > 0
		);
		if (found != NULL)
			assert_int_equal(found->dst_port_be, model[id].owner);
	}
	for (unsigned i = 0; i < ARRAY_LENGTH(statuses); i++)
		assert_int_not_equal(statuses[i], 0);
}

static void
a_table_of_one_entry_works(void **state)
{
	(void)state;
	table_teardown(NULL);
	table_make(1, 1);
	assert_int_equal(add(1, 0, NOW), FRAGMENT_KNOWN);
	assert_int_equal(add(2, 1, NOW), FRAGMENT_TABLE_FULL);
	assert_int_equal(add(2, 0, NOW), FRAGMENT_OWNER_FULL);
	assert_int_equal(add(2, 1, NOW + LIFETIME), FRAGMENT_KNOWN);
	assert_null(find(1, NOW + LIFETIME));
}

static void
a_table_of_nothing_is_refused(void **state)
{
	struct fragment_table_config config = config_of(0, SHARE);

	(void)state;
	assert_null(fragment_table_create(&config));
	assert_int_equal(rte_errno, EINVAL);
	config = config_of(ENTRIES, SHARE);
	config.owners_max = 0;
	assert_null(fragment_table_create(&config));
	config = config_of(ENTRIES, SHARE);
	config.lifetime_ticks = 0;
	assert_null(fragment_table_create(&config));
	fragment_table_destroy(NULL);
}

static void
a_table_that_memory_does_not_hold_is_refused(void **state)
{
	struct fragment_table_config config = config_of(1u << 30, SHARE);

	(void)state;
	assert_true(fragment_table_bytes(&config) > UINT64_C(64) << 30);
	assert_null(fragment_table_create(&config));
	assert_int_equal(rte_errno, ENOMEM);
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, table_setup, table_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(what_was_added_is_found),
		TABLE_TEST(every_field_of_the_key_tells_datagrams_apart),
		TABLE_TEST(an_entry_lives_for_its_time_and_not_a_tick_longer),
		TABLE_TEST(an_entry_that_is_over_stays_so_when_the_ticks_come_round),
		TABLE_TEST(a_datagram_that_is_known_is_updated_and_lives_anew),
		TABLE_TEST(an_update_does_not_disturb_the_order_in_which_entries_end),
		TABLE_TEST(an_owner_has_its_share_and_no_more),
		TABLE_TEST(a_full_owner_takes_nothing_from_others),
		TABLE_TEST(a_full_table_takes_no_more_but_updates),
		TABLE_TEST(expired_entries_of_the_owner_do_not_count_even_behind_those_of_others),
		TABLE_TEST(expired_entries_of_others_make_room_in_a_full_table),
		TABLE_TEST(a_known_datagram_may_change_its_owner_where_that_one_has_room),
		TABLE_TEST(a_long_random_run_is_as_a_plain_table_would_have_it),
		TABLE_TEST(a_table_of_one_entry_works),
		cmocka_unit_test(a_table_of_nothing_is_refused),
		cmocka_unit_test(a_table_that_memory_does_not_hold_is_refused),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
