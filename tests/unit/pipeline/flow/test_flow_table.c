/* SPDX-License-Identifier: BSD-3-Clause */
/* The flow table: who is in it, whose it is, when it ends, and what it takes. */
#include "pipeline/flow/flow_table.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_errno.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>

#include <errno.h>
#include <string.h>

enum {
	OWNERS = 3,
	VICTIM_LOOKS = 16,
	LOOKS_MAX = 4, /* at a flow, from its insertion to its end */
	PILE_KEYS = 4096,
	PILES = 1024,
	PILE_MAX = 20, /* of keys thrown at random: more than that once in millions of tries */
};

static struct flow_table *table;
static const uint8_t kinds[] = {PACKET_IPV4, PACKET_IPV6};

static struct flow_table_config
config_of(uint8_t kind, uint32_t flows_max)
{
	return (struct flow_table_config){
		.name = "test",
		.kind = kind,
		.flows_max = flows_max,
		.owners_max = OWNERS,
		.seeds =
			{
				UINT64_C(0x243F6A8885A308D3),
				UINT64_C(0x13198A2E03707344),
				UINT64_C(0xA4093822299F31D0),
				UINT64_C(0x082EFA98EC4E6C89),
				UINT64_C(0x452821E638D01377),
				UINT64_C(0xBE5466CF34E90C6C),
			},
		.socket = SOCKET_ID_ANY,
	};
}

static void
table_open_at(uint8_t kind, uint32_t flows_max, uint32_t now)
{
	struct flow_table_config config = config_of(kind, flows_max);

	config.now = now;
	table = flow_table_create(&config);
	assert_non_null(table);
}

static void
table_open(uint8_t kind, uint32_t flows_max)
{
	table_open_at(kind, flows_max, 0);
}

static int
table_close(void **state)
{
	(void)state;
	flow_table_destroy(table);
	table = NULL;
	return 0;
}

static struct flow_key
key_of(uint64_t i)
{
	return (struct flow_key){.words = {0xC0A80001, i, 3, 4, i >> 32}};
}

static struct flow *
key_find(const struct flow_key *key)
{
	return flow_table_find(table, key, flow_table_hash(table, key));
}

static struct flow *
key_insert(const struct flow_key *key, uint16_t owner, uint32_t expires)
{
	return flow_table_insert(table, key, flow_table_hash(table, key), owner, expires);
}

static struct flow *
insert(uint64_t i, uint16_t owner, uint32_t expires)
{
	struct flow_key key = key_of(i);

	return key_insert(&key, owner, expires);
}

static struct flow *
find(uint64_t i)
{
	struct flow_key key = key_of(i);

	return key_find(&key);
}

static void
a_flow_is_found_until_it_is_removed(void **state)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(kinds); i++) {
		struct flow *f;

		table_open(kinds[i], 10);
		assert_null(find(1));
		f = insert(1, 0, 100);
		assert_non_null(f);
		assert_ptr_equal(find(1), f);
		assert_null(find(2));
		flow_table_remove(table, f, 0);
		assert_null(find(1));
		table_close(state);
	}
}

static void
the_last_word_of_a_key_counts(void **state)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(kinds); i++) {
		unsigned last = kinds[i] == PACKET_IPV4 ? FLOW_KEY4_WORDS : FLOW_KEY6_WORDS;
		struct flow_key key = key_of(1), other = key;
		uint64_t hash;

		other.words[last - 1] ^= 1;
		table_open(kinds[i], 10);
		hash = flow_table_hash(table, &key);
		assert_non_null(key_insert(&key, 0, 100));
		/* Even under the same hash. */
		assert_null(flow_table_find(table, &other, hash));
		assert_non_null(flow_table_find(table, &key, hash));
		table_close(state);
	}
}

static void
a_new_flow_is_zero_but_for_its_key(void **state)
{
	struct flow_key key = key_of(7);
	struct flow *f;

	(void)state;
	table_open(PACKET_IPV4, 1);
	f = insert(1, 0, 100);
	f->packets = f->bytes = 5;
	f->seen = f->generation = f->from = f->to = 5;
	f->verdict = f->state = f->flags = 5;
	flow_table_remove(table, f, 0);
	assert_ptr_equal(key_insert(&key, 0, 100), f);
	assert_int_equal(f->packets | f->bytes | f->seen | f->generation, 0);
	assert_int_equal(f->verdict | f->state | f->flags | f->from | f->to, 0);
	assert_memory_equal(f->key, key.words, FLOW_KEY4_WORDS * sizeof(key.words[0]));
}

static void
bulk_finds_what_is_wanted_and_touches_nothing_else(void **state)
{
	const uint64_t wanted = UINT64_C(0xF0F0AA5500FF8001);
	struct flow *const untouched = (void *)kinds;

	for (unsigned k = 0; k < ARRAY_LENGTH(kinds); k++) {
		struct flow_key keys[BURST_MAX];
		uint64_t hashes[BURST_MAX];
		struct flow *flows[BURST_MAX], *inserted[BURST_MAX] = {NULL};

		table_open(kinds[k], BURST_MAX);
		for (unsigned i = 0; i < BURST_MAX; i++) {
			keys[i] = key_of(i);
			hashes[i] = 99;
			flows[i] = untouched;
			if (i % 3 != 0)
				inserted[i] = insert(i, 0, 100);
		}
		flow_table_find_bulk(table, keys, wanted, hashes, flows);
		for (unsigned i = 0; i < BURST_MAX; i++) {
			bool is_wanted = (wanted >> i & 1) != 0;
			uint64_t hash = flow_table_hash(table, &keys[i]);

			assert_ptr_equal(flows[i], is_wanted ? inserted[i] : untouched);
			assert_true(hashes[i] == (is_wanted ? hash : 99));
		}
		table_close(state);
	}
}

static void
a_table_takes_as_many_flows_as_it_was_made_for(void **state)
{
	static const uint32_t sizes[] = {1, 2, 3, 100, 4096, 40000};

	for (unsigned i = 0; i < ARRAY_LENGTH(sizes); i++) {
		table_open(kinds[i % 2], sizes[i]);
		for (uint32_t j = 0; j < sizes[i]; j++)
			assert_non_null(insert(j, 0, 100));
		assert_null(insert(sizes[i], 0, 100));
		assert_int_equal(flow_table_flows(table), sizes[i]);
		assert_int_equal(flow_table_capacity(table), sizes[i]);
		for (uint32_t j = 0; j < sizes[i]; j++)
			assert_non_null(find(j));
		flow_table_remove(table, find(sizes[i] / 2), 0);
		assert_non_null(insert(sizes[i], 0, 100));
		table_close(state);
	}
}

/* The next key from `start` on whose hash is in the lowest thousandth: all such keys share the first bucket. */
static uint64_t
aimed_next(uint64_t start)
{
	for (;; start++) {
		struct flow_key key = key_of(start);

		if (flow_table_hash(table, &key) >> 54 == 0)
			return start;
	}
}

static void
a_bucket_that_runs_over_goes_on_until_the_spares_are_used_up(void **state)
{
	uint64_t ids[1000];
	unsigned n = 0;

	(void)state;
	table_open(PACKET_IPV4, ARRAY_LENGTH(ids));
	for (uint64_t id = aimed_next(0); insert(id, 0, 100) != NULL; id = aimed_next(id + 1))
		ids[n++] = id;
	assert_in_range(n, 100, ARRAY_LENGTH(ids) - 1);
	assert_int_equal(flow_table_flows(table), n);
	assert_int_equal(flow_table_owner_flows(table, 0), n);
	for (unsigned i = 0; i < n; i++) {
		struct flow_key key = key_of(ids[i]);
		struct flow *f = NULL;
		uint64_t hash;

		flow_table_find_bulk(table, &key, 1, &hash, &f);
		assert_non_null(f);
		assert_ptr_equal(f, find(ids[i]));
	}
	/* Taken out from the front, so that the holes are not where the chain ends. */
	for (unsigned i = 0; i < n; i++) {
		flow_table_remove(table, find(ids[i]), 0);
		for (unsigned j = i + 1; j < n; j += 17)
			assert_non_null(find(ids[j]));
	}
	/* All spares have come back. */
	for (unsigned i = 0; i < n; i++)
		assert_non_null(insert(ids[i], 0, 100));
}

static void
a_place_not_in_use_holds_nothing(void **state)
{
	struct flow *f;

	(void)state;
	table_open(PACKET_IPV6, 2);
	assert_null(flow_table_at(table, 0));
	f = insert(1, 0, 100);
	assert_ptr_equal(flow_table_at(table, 0), f);
	assert_null(flow_table_at(table, 1));
	flow_table_remove(table, f, 0);
	assert_null(flow_table_at(table, 0));
}

static void
flows_peak_and_removals_are_counted(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 8);
	for (unsigned i = 0; i < 5; i++)
		(void)insert(i, 0, 100);
	flow_table_remove(table, find(1), 0);
	flow_table_remove(table, find(2), 0);
	assert_int_equal(flow_table_flows(table), 3);
	assert_int_equal(flow_table_peak(table), 5);
	assert_int_equal(flow_table_removals(table), 2);
}

static void
owners_have_their_flows_oldest_first(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 8);
	assert_null(flow_table_owner_first(table, 1));
	for (unsigned i = 0; i < 6; i++)
		(void)insert(i, i % 2, 100);
	assert_int_equal(flow_table_owner_flows(table, 1), 3);
	assert_int_equal(flow_table_owner_flows(table, 2), 0);
	assert_ptr_equal(flow_table_owner_first(table, 1), find(1));
	flow_table_remove(table, find(1), 1);
	assert_ptr_equal(flow_table_owner_first(table, 1), find(3));
}

static void
a_flow_that_changes_hands_is_the_last_there(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 8);
	for (unsigned i = 0; i < 4; i++)
		(void)insert(i, i % 2, 100);
	flow_table_owner_change(table, find(0), 0, 1);
	assert_int_equal(flow_table_owner_flows(table, 0), 1);
	assert_int_equal(flow_table_owner_flows(table, 1), 3);
	flow_table_remove(table, find(1), 1);
	flow_table_remove(table, find(3), 1);
	assert_ptr_equal(flow_table_owner_first(table, 1), find(0));
}

static void
nobody_has_no_victim(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 2);
	(void)insert(1, 0, 100);
	assert_null(flow_table_victim(table, 1));
}

static void
the_oldest_flow_without_a_second_packet_is_the_victim(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 8);
	for (unsigned i = 0; i < 4; i++)
		insert(i, 0, 100)->packets = 1;
	find(0)->packets = 2;
	assert_ptr_equal(flow_table_victim(table, 0), find(1));
	/* The busy one has had its second chance: it is last now. */
	assert_ptr_equal(flow_table_owner_first(table, 0), find(1));
	flow_table_remove(table, find(1), 0);
	flow_table_remove(table, find(2), 0);
	flow_table_remove(table, find(3), 0);
	assert_ptr_equal(flow_table_victim(table, 0), find(0));
}

static void
a_flow_that_falls_silent_after_its_second_chance_is_a_victim(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 8);
	insert(0, 0, 100)->packets = 50;
	insert(1, 0, 100)->packets = 50;
	assert_ptr_equal(flow_table_victim(table, 0), find(0));
	find(0)->packets++;
	assert_ptr_equal(flow_table_victim(table, 0), find(1));
}

static void
no_more_than_16_flows_are_looked_at_for_a_victim(void **state)
{
	(void)state;
	table_open(PACKET_IPV4, 64);
	for (unsigned i = 0; i < 64; i++)
		insert(i, 0, 100)->packets = 2;
	assert_ptr_equal(flow_table_victim(table, 0), find(VICTIM_LOOKS - 1));
}

/* What the wheel finds out about flows: `generation` is when they end. */
struct ageing {
	unsigned looks, expired;
	uint32_t now;
};

static uint32_t
flow_ends(const struct flow *f, void *context)
{
	struct ageing *a = context;

	a->looks++;
	return f->generation;
}

static void
flow_ended(struct flow *f, void *context)
{
	struct ageing *a = context;

	assert_true((int32_t)(a->now - f->generation) >= 0);
	a->expired++;
	flow_table_remove(table, f, 0);
}

static unsigned
age(struct ageing *a, uint32_t now, unsigned budget)
{
	a->now = now;
	return flow_table_age(table, now, budget, flow_ends, flow_ended, a);
}

/* One flow after the other, each from another moment on; steps around all the edges of the wheels. */
static void
timeouts_check(uint32_t start)
{
	static const uint32_t timeouts[] = {
		0,
		1,
		2,
		100,
		255,
		256,
		257,
		3000,
		65535,
		65536,
		65537,
		744000,
		16777215,
		16777216,
		16777217,
		259200000,
		1 << 30,
	};
	uint32_t now = start;

	table_open_at(PACKET_IPV4, 4, now);
	for (unsigned i = 0; i < ARRAY_LENGTH(timeouts); i++) {
		struct ageing a = {0};
		uint32_t end = now + timeouts[i];

		insert(1, 0, end)->generation = end;
		if (timeouts[i] > 1)
			(void)age(&a, now + timeouts[i] / 2, 100);
		if (timeouts[i] > 0)
			(void)age(&a, end - 1, 100);
		assert_int_equal(a.expired, 0);
		(void)age(&a, end, 100);
		assert_int_equal(a.expired, 1);
		assert_in_range(a.looks, 1, LOOKS_MAX);
		now = end + i;
	}
}

static void
a_flow_expires_at_its_tick_and_not_before(void **state)
{
	static const uint32_t starts[] = {
		0,
		255,
		65530,
		0x00FFFFFF,
		0x7FFFFFF0,
		0x80000000,
		0xFFFFFF00,
		0xFFFFFFFF,
	};

	for (unsigned i = 0; i < ARRAY_LENGTH(starts); i++) {
		timeouts_check(starts[i]);
		table_close(state);
	}
}

static void
what_is_past_already_expires_at_the_next_call(void **state)
{
	struct ageing a = {0};

	(void)state;
	table_open_at(PACKET_IPV4, 4, 1000);
	insert(1, 0, 990)->generation = 990;
	assert_int_equal(age(&a, 1000, 100), 1);
	assert_int_equal(a.expired, 1);
}

static void
a_flow_that_goes_on_is_put_where_it_will_end(void **state)
{
	struct ageing a = {0};

	(void)state;
	table_open(PACKET_IPV4, 4);
	insert(1, 0, 100)->generation = 300000;
	(void)age(&a, 299999, 100);
	assert_int_equal(a.expired, 0);
	assert_in_range(a.looks, 1, LOOKS_MAX);
	(void)age(&a, 300000, 100);
	assert_int_equal(a.expired, 1);
}

static void
a_flow_can_be_made_to_end_earlier(void **state)
{
	struct ageing a = {0};

	(void)state;
	table_open(PACKET_IPV4, 4);
	insert(1, 0, 744000)->generation = 500;
	flow_table_rearm(table, find(1), 500);
	(void)age(&a, 499, 100);
	assert_int_equal(a.looks, 1); /* where it left the coarse wheel */
	(void)age(&a, 500, 100);
	assert_int_equal(a.expired, 1);
}

static void
ageing_stops_at_its_budget_and_goes_on(void **state)
{
	struct ageing a = {0};

	(void)state;
	table_open(PACKET_IPV4, 100);
	for (unsigned i = 0; i < 100; i++)
		insert(i, 0, 50 + i % 5)->generation = 50 + i % 5;
	for (unsigned i = 1; i <= 10; i++) {
		assert_int_equal(age(&a, 60, 10), 10);
		assert_int_equal(flow_table_flows(table), 100 - 10 * i);
	}
	assert_int_equal(age(&a, 60, 10), 0);
	assert_int_equal(a.expired, 100);
}

/* Were empty slots walked over, this would take minutes. */
static void
time_over_empty_slots_costs_nothing(void **state)
{
	struct ageing a = {0};
	uint32_t now = 0;

	(void)state;
	table_open(PACKET_IPV4, 4);
	for (unsigned i = 0; i < 1000; i++) {
		insert(1, 0, now + (1 << 29))->generation = now + (1 << 29);
		now += 1 << 30;
		(void)age(&a, now, 100);
		assert_int_equal(a.expired, i + 1);
	}
	assert_in_range(a.looks, 1000, 1000 * LOOKS_MAX);
}

static void
neighbours_end(struct flow *f, void *context)
{
	(void)f;
	(void)context;
	for (unsigned i = 0; i < 3; i++)
		flow_table_remove(table, find(i), 0);
}

static void
the_callee_may_remove_other_flows_too(void **state)
{
	struct ageing a = {0};

	(void)state;
	table_open(PACKET_IPV4, 4);
	for (unsigned i = 0; i < 3; i++)
		insert(i, 0, 50)->generation = 50;
	assert_int_equal(flow_table_age(table, 50, 100, flow_ends, neighbours_end, &a), 1);
	assert_int_equal(flow_table_flows(table), 0);
}

static void
a_table_takes_what_it_says_and_no_more_than_128_bytes_a_flow(void **state)
{
	enum { FLOWS = 20000, MALLOC_BYTES = 256 };

	for (unsigned i = 0; i < ARRAY_LENGTH(kinds); i++) {
		struct flow_table_config config = config_of(kinds[i], FLOWS);
		struct rte_malloc_socket_stats before, after;
		size_t bytes;

		config.owners_max = FLOWS / 4;
		bytes = flow_table_bytes(&config);
		assert_in_range(bytes, 1, 128 * FLOWS);
		assert_int_equal(rte_malloc_get_socket_stats(0, &before), 0);
		table = flow_table_create(&config);
		assert_non_null(table);
		assert_int_equal(rte_malloc_get_socket_stats(0, &after), 0);
		assert_in_range(
			after.heap_allocsz_bytes - before.heap_allocsz_bytes,
			bytes,
			bytes + MALLOC_BYTES
		);
		table_close(state);
	}
}

static void
what_cannot_be_is_refused(void **state)
{
	struct flow_table_config config = config_of(PACKET_IPV4, 0);

	(void)state;
	assert_null(flow_table_create(&config));
	assert_int_equal(rte_errno, EINVAL);
	config = config_of(PACKET_ARP, 1);
	assert_null(flow_table_create(&config));
	config = config_of(PACKET_IPV4, 1);
	config.owners_max = 65537;
	assert_null(flow_table_create(&config));
	config.owners_max = 0;
	assert_null(flow_table_create(&config));
}

static void
without_memory_there_is_no_table(void **state)
{
	struct flow_table_config config = config_of(PACKET_IPV4, UINT32_C(1) << 31);

	(void)state;
	assert_null(flow_table_create(&config));
	assert_int_equal(rte_errno, ENOMEM);
}

/* The keys fall into as many piles as a full table of them has buckets; how high is the highest? */
static unsigned
pile_highest(const struct flow_key *keys)
{
	unsigned piles[PILES] = {0}, tags[PILES] = {0}, highest = 0;

	for (unsigned i = 0; i < PILE_KEYS; i++) {
		uint64_t hash = flow_table_hash(table, &keys[i]);
		unsigned pile = (unsigned)(hash >> 32) / (UINT32_MAX / PILES + 1);
		unsigned tag = (unsigned)hash % PILES;

		highest = RTE_MAX(highest, ++piles[pile]);
		highest = RTE_MAX(highest, ++tags[tag]);
	}
	return highest;
}

static uint32_t
crc_of(const struct flow_key *key)
{
	return rte_hash_crc_8byte(key->words[1], rte_hash_crc_8byte(key->words[0], 0));
}

/* A CRC of 8 bytes under a start value is the CRC of the bytes XOR that value: any first word can be made up for. */
static void
keys_that_a_crc_cannot_tell_apart_do_not_pile_up(void **state)
{
	static struct flow_key keys[PILE_KEYS];

	for (unsigned k = 0; k < ARRAY_LENGTH(kinds); k++) {
		for (unsigned i = 0; i < PILE_KEYS; i++) {
			uint64_t first = i * UINT64_C(0x100000001);

			keys[i] = (struct flow_key){.words = {first, 0, 1, 2, 3}};
			keys[i].words[1] = rte_hash_crc_8byte(first, 0) ^ 0x1234;
			assert_int_equal(crc_of(&keys[i]), crc_of(&keys[0]));
		}
		table_open(kinds[k], 16);
		assert_in_range(pile_highest(keys), 1, PILE_MAX);
		table_close(state);
	}
}

/* Keys that differ in 12 bits alone, wherever these are: ranges of addresses, of ports, and all combinations of bits. */
static void
keys_of_a_linear_space_do_not_pile_up(void **state)
{
	static struct flow_key keys[PILE_KEYS];

	for (unsigned k = 0; k < ARRAY_LENGTH(kinds); k++) {
		unsigned n_bits =
			64 * (kinds[k] == PACKET_IPV4 ? FLOW_KEY4_WORDS : FLOW_KEY6_WORDS);

		table_open(kinds[k], 16);
		for (unsigned bit = 0; bit < n_bits; bit++) {
			for (unsigned i = 0; i < PILE_KEYS; i++) {
				keys[i] = key_of(0);
				for (unsigned j = 0; j < 12; j++) {
					unsigned at = (bit + j * (1 + bit % 7)) % n_bits;

					keys[i].words[at / 64] ^= (uint64_t)(i >> j & 1) << at % 64;
				}
			}
			assert_in_range(pile_highest(keys), 1, PILE_MAX);
		}
		table_close(state);
	}
}

static void
other_seeds_make_another_hash(void **state)
{
	for (unsigned k = 0; k < ARRAY_LENGTH(kinds); k++) {
		unsigned n_seeds = kinds[k] == PACKET_IPV4 ? 4 : FLOW_KEY6_WORDS + 1;
		struct flow_key key = key_of(5);
		uint64_t hash;

		table_open(kinds[k], 1);
		hash = flow_table_hash(table, &key);
		table_close(state);
		for (unsigned i = 0; i < n_seeds; i++) {
			struct flow_table_config config = config_of(kinds[k], 1);

			config.seeds[i] ^= 1;
			table = flow_table_create(&config);
			assert_non_null(table);
			assert_true(flow_table_hash(table, &key) != hash);
			table_close(state);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, table_close)
		TEST(a_flow_is_found_until_it_is_removed),
		TEST(the_last_word_of_a_key_counts),
		TEST(a_new_flow_is_zero_but_for_its_key),
		TEST(bulk_finds_what_is_wanted_and_touches_nothing_else),
		TEST(a_table_takes_as_many_flows_as_it_was_made_for),
		TEST(a_bucket_that_runs_over_goes_on_until_the_spares_are_used_up),
		TEST(a_place_not_in_use_holds_nothing),
		TEST(flows_peak_and_removals_are_counted),
		TEST(owners_have_their_flows_oldest_first),
		TEST(a_flow_that_changes_hands_is_the_last_there),
		TEST(nobody_has_no_victim),
		TEST(the_oldest_flow_without_a_second_packet_is_the_victim),
		TEST(a_flow_that_falls_silent_after_its_second_chance_is_a_victim),
		TEST(no_more_than_16_flows_are_looked_at_for_a_victim),
		TEST(a_flow_expires_at_its_tick_and_not_before),
		TEST(what_is_past_already_expires_at_the_next_call),
		TEST(a_flow_that_goes_on_is_put_where_it_will_end),
		TEST(a_flow_can_be_made_to_end_earlier),
		TEST(ageing_stops_at_its_budget_and_goes_on),
		TEST(time_over_empty_slots_costs_nothing),
		TEST(the_callee_may_remove_other_flows_too),
		TEST(a_table_takes_what_it_says_and_no_more_than_128_bytes_a_flow),
		TEST(what_cannot_be_is_refused),
		TEST(without_memory_there_is_no_table),
		TEST(keys_that_a_crc_cannot_tell_apart_do_not_pile_up),
		TEST(keys_of_a_linear_space_do_not_pile_up),
		TEST(other_seeds_make_another_hash),
#undef TEST
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
