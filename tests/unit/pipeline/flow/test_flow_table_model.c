/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The flow table against a plain model of it: arrays, walked from end to end. Random steps on small tables, half of whose
 * keys share one bucket; ticks start a little before they wrap.
 */
#include "pipeline/flow/flow_table.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_common.h>

#include <string.h>

enum {
	FLOWS_MAX = 100,
	KEYS = 300,
	OWNERS = 4,
	STEPS = 500000, /* on each of two kinds of tables, with each of four seeds */
	STEPS_PER_AUDIT = 200,
	VICTIM_LOOKS = 16,
	/* Jumps of time with more than this are made only when nothing is overdue. */
	SMALL_JUMP = 1000,
};

/* A key, and the flow that should be in the table under it. */
struct entry {
	struct flow_key key;
	uint64_t hash;
	struct flow *flow; /* NULL: not in the table */
	uint16_t owner;
	uint32_t ends;
	uint64_t packets;
	uint64_t packets_put; /* when it was put where it is in its owner's list */
};

static struct {
	struct flow_table *table;
	uint64_t random;
	uint32_t now;
	bool is_overdue; /* the last ageing ran out of budget */
	struct entry entries[KEYS];
	unsigned owned[OWNERS][FLOWS_MAX]; /* oldest first */
	unsigned n_owned[OWNERS];
	uint32_t flows, peak;
	uint64_t removals;
} m;

static uint32_t
random_below(uint32_t bound)
{
	m.random ^= m.random << 13;
	m.random ^= m.random >> 7;
	m.random ^= m.random << 17;
	return (uint32_t)((m.random * UINT64_C(0x9E3779B97F4A7C15) >> 32) * bound >> 32);
}

static void
owned_append(struct entry *e, uint16_t owner, uint64_t packets_put)
{
	m.owned[owner][m.n_owned[owner]++] = (unsigned)(e - m.entries);
	e->owner = owner;
	e->packets_put = packets_put;
}

static void
owned_take(struct entry *e)
{
	unsigned *list = m.owned[e->owner], n = m.n_owned[e->owner]--, i = 0;

	while (list[i] != (unsigned)(e - m.entries))
		i++;
	memmove(&list[i], &list[i + 1], (n - i - 1) * sizeof(*list));
}

/* A flow knows its entry by `generation`, and its timeout by `bytes`. */
static struct entry *
entry_of(const struct flow *f)
{
	assert_in_range(f->generation, 0, KEYS - 1);
	assert_ptr_equal(m.entries[f->generation].flow, f);
	return &m.entries[f->generation];
}

static struct entry *
entry_random(void)
{
	return &m.entries[random_below(KEYS)];
}

static uint32_t
timeout_random(void)
{
	/* Each as likely as the other: 0 to 2^29 ticks. */
	return random_below(2U << random_below(29));
}

static void
entry_remove(struct entry *e)
{
	flow_table_remove(m.table, e->flow, e->owner);
	owned_take(e);
	e->flow = NULL;
	m.flows--;
	m.removals++;
}

static void
step_insert(void)
{
	struct entry *e = entry_random();
	uint16_t owner = (uint16_t)random_below(OWNERS);
	uint32_t timeout = timeout_random();

	if (e->flow != NULL)
		return;
	e->flow = flow_table_insert(m.table, &e->key, e->hash, owner, m.now + timeout);
	assert_int_equal(e->flow != NULL, m.flows < FLOWS_MAX);
	if (e->flow == NULL)
		return;
	assert_int_equal(e->flow->seen | e->flow->packets | e->flow->bytes, 0);
	e->flow->generation = (uint32_t)(e - m.entries);
	e->flow->seen = m.now;
	e->flow->bytes = timeout;
	e->flow->packets = e->packets = 1;
	e->ends = m.now + timeout;
	owned_append(e, owner, 1);
	m.flows++;
	m.peak = RTE_MAX(m.peak, m.flows);
}

static void
step_remove(void)
{
	struct entry *e = entry_random();

	if (e->flow != NULL)
		entry_remove(e);
}

static void
step_find(void)
{
	struct entry *e = entry_random();

	assert_true(flow_table_hash(m.table, &e->key) == e->hash);
	assert_ptr_equal(flow_table_find(m.table, &e->key, e->hash), e->flow);
}

static void
step_find_bulk(void)
{
	struct flow_key keys[BURST_MAX];
	struct entry *entries[BURST_MAX];
	uint64_t hashes[BURST_MAX] = {0};
	struct flow *flows[BURST_MAX] = {NULL};
	uint64_t wanted = (uint64_t)random_below(UINT32_MAX) << 32 | random_below(UINT32_MAX);

	for (unsigned i = 0; i < BURST_MAX; i++) {
		entries[i] = entry_random();
		keys[i] = entries[i]->key;
	}
	flow_table_find_bulk(m.table, keys, wanted, hashes, flows);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		bool is_wanted = (wanted >> i & 1) != 0;

		assert_true(hashes[i] == (is_wanted ? entries[i]->hash : 0));
		assert_ptr_equal(flows[i], is_wanted ? entries[i]->flow : NULL);
	}
}

/* Packets: the flow ends later than the wheel knows. */
static void
step_packets(void)
{
	struct entry *e = entry_random();
	unsigned packets = 1 + random_below(3);

	if (e->flow == NULL)
		return;
	e->flow->seen = m.now;
	e->flow->packets += packets;
	e->packets += packets;
	e->ends = m.now + (uint32_t)e->flow->bytes;
}

/* Another state: the flow ends earlier, and the wheel is told. */
static void
step_rearm(void)
{
	struct entry *e = entry_random();
	uint32_t left = e->ends - m.now;

	if (e->flow == NULL || (int32_t)left <= 0)
		return;
	e->flow->seen = m.now;
	e->flow->bytes = random_below(left);
	e->ends = m.now + (uint32_t)e->flow->bytes;
	flow_table_rearm(m.table, e->flow, e->ends);
}

static void
step_owner_change(void)
{
	struct entry *e = entry_random();
	uint16_t owner = (uint16_t)random_below(OWNERS);

	if (e->flow == NULL)
		return;
	flow_table_owner_change(m.table, e->flow, e->owner, owner);
	owned_take(e);
	owned_append(e, owner, e->packets);
}

static struct entry *
victim_of(uint16_t owner)
{
	for (unsigned looks = 1;; looks++) {
		struct entry *e = &m.entries[m.owned[owner][0]];

		if (looks == VICTIM_LOOKS || e->packets % 128 == e->packets_put % 128)
			return e;
		owned_take(e);
		owned_append(e, owner, e->packets);
	}
}

static void
step_victim(void)
{
	uint16_t owner = (uint16_t)random_below(OWNERS);
	struct flow *f = flow_table_victim(m.table, owner);

	if (m.n_owned[owner] == 0) {
		assert_null(f);
		return;
	}
	assert_non_null(f);
	assert_ptr_equal(f, victim_of(owner)->flow);
	if (random_below(2) != 0)
		entry_remove(entry_of(f));
}

static uint32_t
flow_ends(const struct flow *f, void *context)
{
	unsigned *looks = context;

	++*looks;
	assert_true(entry_of(f)->ends == f->seen + (uint32_t)f->bytes);
	return entry_of(f)->ends;
}

static void
flow_ended(struct flow *f, void *context)
{
	struct entry *e = entry_of(f);

	(void)context;
	assert_true((int32_t)(m.now - e->ends) >= 0);
	entry_remove(e);
}

static void
step_age(void)
{
	unsigned looks = 0, budget = random_below(4) != 0 ? UINT32_MAX : random_below(10);

	m.now += random_below(m.is_overdue ? SMALL_JUMP : 2U << random_below(28));
	m.is_overdue =
		flow_table_age(m.table, m.now, budget, flow_ends, flow_ended, &looks) >= budget;
	assert_in_range(looks, 0, budget);
	for (unsigned i = 0; i < KEYS && !m.is_overdue; i++) {
		const struct entry *e = &m.entries[i];

		assert_true(e->flow == NULL || (int32_t)(m.now - e->ends) < 0);
	}
}

static void
array_audit(void)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < flow_table_capacity(m.table); i++) {
		const struct flow *f = flow_table_at(m.table, i);

		if (f == NULL)
			continue;
		assert_int_equal(entry_of(f)->packets, f->packets);
		n++;
	}
	assert_int_equal(n, m.flows);
}

static void
audit(void)
{
	assert_int_equal(flow_table_flows(m.table), m.flows);
	assert_int_equal(flow_table_peak(m.table), m.peak);
	assert_int_equal(flow_table_removals(m.table), m.removals);
	for (uint16_t i = 0; i < OWNERS; i++) {
		const struct flow *first = flow_table_owner_first(m.table, i);

		assert_int_equal(flow_table_owner_flows(m.table, i), m.n_owned[i]);
		if (m.n_owned[i] == 0)
			assert_null(first);
		else
			assert_ptr_equal(first, m.entries[m.owned[i][0]].flow);
	}
	for (unsigned i = 0; i < KEYS; i++) {
		const struct entry *e = &m.entries[i];

		assert_ptr_equal(flow_table_find(m.table, &e->key, e->hash), e->flow);
	}
	array_audit();
}

/* Half of the keys are any, half are of the first bucket: of the lowest 64th of the hashes. */
static void
keys_choose(void)
{
	for (unsigned i = 0; i < KEYS; i++) {
		struct entry *e = &m.entries[i];

		do {
			for (unsigned j = 0; j < FLOW_KEY6_WORDS; j++)
				e->key.words[j] = random_below(UINT32_MAX);
			e->hash = flow_table_hash(m.table, &e->key);
		} while (i % 2 == 0 && e->hash >> 58 != 0);
	}
}

static void
model_open(uint8_t kind, uint64_t seed)
{
	struct flow_table_config config = {
		.name = "model",
		.kind = kind,
		.flows_max = FLOWS_MAX,
		.owners_max = OWNERS,
		.now = UINT32_MAX - 5000,
		.socket = SOCKET_ID_ANY,
	};

	memset(&m, 0, sizeof(m));
	m.random = seed * UINT64_C(88172645463325252);
	m.now = config.now;
	for (unsigned i = 0; i < RTE_DIM(config.seeds); i++)
		config.seeds[i] =
			(uint64_t)random_below(UINT32_MAX) << 32 | random_below(UINT32_MAX);
	m.table = flow_table_create(&config);
	assert_non_null(m.table);
	keys_choose();
}

typedef void (*model_step)(void);

/* Times alternate in which the table fills up and in which it is emptied. */
static void
model_run(uint8_t kind, uint64_t seed)
{
	static const model_step filling[] = {
		step_insert,
		step_insert,
		step_insert,
		step_insert,
		step_insert,
		step_insert,
		step_find,
		step_find_bulk,
		step_packets,
		step_rearm,
		step_owner_change,
		step_victim,
		step_remove,
	};
	static const model_step emptying[] = {
		step_insert,
		step_insert,
		step_find,
		step_find_bulk,
		step_packets,
		step_packets,
		step_rearm,
		step_owner_change,
		step_victim,
		step_remove,
		step_age,
		step_age,
	};

	model_open(kind, seed);
	for (unsigned i = 0; i < STEPS; i++) {
		if (i / 1000 % 2 == 0)
			filling[random_below(ARRAY_LENGTH(filling))]();
		else
			emptying[random_below(ARRAY_LENGTH(emptying))]();
		if (i % STEPS_PER_AUDIT == 0)
			audit();
	}
	assert_int_equal(m.peak, FLOWS_MAX);
	flow_table_destroy(m.table);
}

static void
an_ipv4_table_does_what_the_model_does(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++)
		model_run(PACKET_IPV4, seed);
}

static void
an_ipv6_table_does_what_the_model_does(void **state)
{
	(void)state;
	for (uint64_t seed = 5; seed <= 8; seed++)
		model_run(PACKET_IPV6, seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_table_does_what_the_model_does),
		cmocka_unit_test(an_ipv6_table_does_what_the_model_does),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
