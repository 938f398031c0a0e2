/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow_index.h"

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include <assert.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	FLOWS_PER_BUCKET = 3, /* on average, when the table is full */
	BUCKETS_PER_SPARE = 8,
	/* In a small table chance weighs more: 128 flows find room even all in one bucket. */
	SPARES_MIN = 16,
	PLACES_ALL = (1 << FLOW_BUCKET_PLACES) - 1,
};

static_assert(sizeof(struct flow_bucket) == 64, "a bucket is one cache line");

/* The lowest bit that is set; there is one. */
static inline unsigned
bit_first(unsigned bits)
{
#ifdef __x86_64__
	unsigned first;

	/*
	 * To a CPU with BMI1 it is `tzcnt`, to others `bsf`: the same where a bit is set. Where only SSE4.2 may be counted on,
	 * as in DPDK's builds, gcc takes `bsf` for all, which costs an AMD core 8 operations.
	 */
	__asm__("rep bsf %1, %0" : "=r"(first) : "r"(bits) : "cc");
	return first;
#else
	return (unsigned)__builtin_ctz(bits);
#endif
}

/* One more than the number of the highest bit that is set. */
static inline unsigned
bits_end(uint64_t bits)
{
	return bits == 0 ? 0 : 64 - (unsigned)__builtin_clzll(bits);
}

static uint32_t
buckets_count(uint32_t flows_max)
{
	return (flows_max + FLOWS_PER_BUCKET - 1) / FLOWS_PER_BUCKET;
}

static uint32_t
spares_count(uint32_t flows_max)
{
	return buckets_count(flows_max) / BUCKETS_PER_SPARE + SPARES_MIN;
}

/* The high half of the hash chooses the bucket, without a division; the tag is of the low half. */
static inline struct flow_bucket *
bucket_of(const struct flow_index *x, uint64_t hash)
{
	return &x->buckets[(hash >> 32) * x->n_buckets >> 32];
}

static inline uint16_t
tag_of(uint64_t hash)
{
	return (uint16_t)(hash | 1);
}

/* The places that hold `tag`, one bit each. */
static inline unsigned
bucket_match(const struct flow_bucket *b, uint16_t tag)
{
#ifdef __SSE2__
	__m128i tags = _mm_load_si128((const void *)b->tags);
	__m128i equal = _mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag));

	return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128()));
#else
	unsigned places = 0;

	for (unsigned i = 0; i < FLOW_BUCKET_PLACES; i++)
		places |= (unsigned)(b->tags[i] == tag) << i;
	return places;
#endif
}

size_t
flow_index_bytes(uint32_t flows_max)
{
	size_t buckets = (size_t)buckets_count(flows_max) + spares_count(flows_max);

	return buckets * sizeof(struct flow_bucket);
}

void
flow_index_init(
	struct flow_index *x, void *memory, uint32_t flows_max, const uint64_t seeds[FLOW_KEY_SEEDS]
)
{
	uint32_t n_buckets = buckets_count(flows_max);
	uint32_t end = n_buckets + spares_count(flows_max);

	*x = (struct flow_index){
		.buckets = memory,
		.n_buckets = n_buckets,
		.spare_first = n_buckets,
	};
	memcpy(x->seeds, seeds, sizeof(x->seeds));
	for (uint32_t i = 0; i < n_buckets; i++)
		x->buckets[i].next = FLOW_NONE;
	for (uint32_t i = n_buckets; i < end; i++)
		x->buckets[i].next = i + 1 < end ? i + 1 : FLOW_NONE;
}

/* Links a spare behind a full bucket. NULL where there is none. */
static struct flow_bucket *
spare_take(struct flow_index *x, struct flow_bucket *full)
{
	struct flow_bucket *spare;

	if (x->spare_first == FLOW_NONE)
		return NULL;
	spare = &x->buckets[x->spare_first];
	full->next = x->spare_first;
	x->spare_first = spare->next;
	spare->next = FLOW_NONE;
	return spare;
}

static void
spare_give(struct flow_index *x, struct flow_bucket *before)
{
	uint32_t spare = before->next;

	before->next = FLOW_NONE;
	x->buckets[spare].next = x->spare_first;
	x->spare_first = spare;
}

bool
flow_index_insert(struct flow_index *x, uint64_t hash, uint32_t flow)
{
	struct flow_bucket *b = bucket_of(x, hash);
	unsigned places, place;

	while (b->next != FLOW_NONE)
		b = &x->buckets[b->next];
	places = bucket_match(b, 0);
	if (places == 0) {
		b = spare_take(x, b);
		if (b == NULL)
			return false;
		places = PLACES_ALL;
	}
	place = bit_first(places);
	b->tags[place] = tag_of(hash);
	b->flows[place] = flow;
	return true;
}

/* The bucket and the place that lead to a flow. */
static struct flow_bucket *
bucket_with(const struct flow_index *x, uint64_t hash, uint32_t flow, unsigned *place)
{
	struct flow_bucket *b = bucket_of(x, hash);

	for (;; b = &x->buckets[b->next]) {
		unsigned places = bucket_match(b, tag_of(hash));

		for (; places != 0; places &= places - 1) {
			*place = bit_first(places);
			if (b->flows[*place] == flow)
				return b;
		}
		assert(b->next != FLOW_NONE);
	}
}

void
flow_index_remove(struct flow_index *x, uint64_t hash, uint32_t flow)
{
	unsigned hole, place, used;
	struct flow_bucket *b = bucket_with(x, hash, flow, &hole);
	struct flow_bucket *last = bucket_of(x, hash), *before = NULL;

	for (; last->next != FLOW_NONE; last = &x->buckets[last->next])
		before = last;
	/* The chain's last entry fills the hole, so that a chain is never longer than it must be. */
	used = PLACES_ALL & ~bucket_match(last, 0);
	place = 31 - (unsigned)__builtin_clz(used);
	b->tags[hole] = last->tags[place];
	b->flows[hole] = last->flows[place];
	last->tags[place] = 0;
	if (place == 0 && before != NULL)
		spare_give(x, before);
}

static __rte_always_inline bool
key_is_equal(const uint64_t *a, const uint64_t *b, const unsigned n_words)
{
	uint64_t difference = 0;

	for (unsigned i = 0; i < n_words; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

static __rte_always_inline struct flow *
flow_at(const struct flow_store *s, uint32_t i, const unsigned n_words)
{
	const size_t stride = n_words == FLOW_KEY4_WORDS ? FLOW_STRIDE4 : FLOW_STRIDE6;

	return (void *)(s->flows + i * stride);
}

static __rte_always_inline struct flow *
chain_find(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_bucket *b,
	const struct flow_key *key,
	uint16_t tag,
	const unsigned n_words
)
{
	for (;; b = &x->buckets[b->next]) {
		unsigned places = bucket_match(b, tag);

		for (; places != 0; places &= places - 1) {
			uint32_t i = b->flows[bit_first(places)];
			struct flow *f = flow_at(s, i, n_words);

			if (key_is_equal(f->key, key->words, n_words))
				return f;
		}
		if (likely(b->next == FLOW_NONE))
			return NULL;
	}
}

struct flow *
flow_index_find(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *key,
	uint64_t hash
)
{
	const struct flow_bucket *b = bucket_of(x, hash);

	if (s->stride == FLOW_STRIDE4)
		return chain_find(x, s, b, key, tag_of(hash), FLOW_KEY4_WORDS);
	return chain_find(x, s, b, key, tag_of(hash), FLOW_KEY6_WORDS);
}

/* Of a flow that is not one cache line, the caller will want both. */
static __rte_always_inline void
flow_prefetch(const struct flow *f, const unsigned n_words)
{
	rte_prefetch0(f);
	if (n_words == FLOW_KEY6_WORDS)
		rte_prefetch0((const char *)f + FLOW_STRIDE6 - 1);
}

/* Hashes the keys, and has their buckets come. */
static __rte_always_inline void
keys_hash(
	const struct flow_index *x,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	const struct flow_bucket **buckets,
	const unsigned n_words
)
{
	const struct flow_index copy = *x; /* in registers: the stores to `hashes` could alias it */
	const unsigned end = bits_end(wanted);

	for (unsigned i = 0; i < end; i++) {
		if (unlikely((wanted >> i & 1) == 0))
			continue;
		hashes[i] = flow_key_hash(keys[i].words, n_words, copy.seeds);
		buckets[i] = bucket_of(&copy, hashes[i]);
		rte_prefetch0(buckets[i]);
	}
}

/* Looks for the tags, and has the flows come that they lead to, or the next bucket. */
static __rte_always_inline void
tags_match(
	const struct flow_index *x,
	const struct flow_store *s,
	uint64_t wanted,
	const uint64_t *hashes,
	const struct flow_bucket **buckets,
	struct flow **flows,
	const unsigned n_words
)
{
	const unsigned end = bits_end(wanted);

	for (unsigned i = 0; i < end; i++) {
		const struct flow_bucket *b;
		struct flow *f = NULL;
		unsigned places;

		if (unlikely((wanted >> i & 1) == 0))
			continue;
		b = buckets[i];
		places = bucket_match(b, tag_of(hashes[i]));
		if (likely(places != 0)) {
			f = flow_at(s, b->flows[bit_first(places)], n_words);
			flow_prefetch(f, n_words);
		} else if (unlikely(b->next != FLOW_NONE)) {
			rte_prefetch0(&x->buckets[b->next]);
		}
		flows[i] = f;
	}
}

/* Compares the keys. Returns which ones are to be looked for in the next bucket; takes those that are not there off `found`. */
static __rte_always_inline uint64_t
keys_compare(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *keys,
	uint64_t wanted,
	const uint64_t *hashes,
	const struct flow_bucket **buckets,
	struct flow **flows,
	uint64_t *found,
	const unsigned n_words
)
{
	const unsigned end = bits_end(wanted);
	uint64_t next = 0;

	for (unsigned i = 0; i < end; i++) {
		const struct flow_bucket *b = buckets[i];
		struct flow *f = flows[i];

		if (unlikely((wanted >> i & 1) == 0))
			continue;
		if (likely(f != NULL && key_is_equal(f->key, keys[i].words, n_words)))
			continue;
		if (f != NULL) {
			f = chain_find(x, s, b, &keys[i], tag_of(hashes[i]), n_words);
			flows[i] = f;
		} else if (unlikely(b->next != FLOW_NONE)) {
			buckets[i] = &x->buckets[b->next];
			next |= UINT64_C(1) << i;
			continue;
		}
		if (f == NULL)
			*found &= ~(UINT64_C(1) << i);
	}
	return next;
}

/* Passes over all keys, so that the memory of one is on its way while the next ones are worked on. */
static __rte_always_inline uint64_t
find_bulk(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	struct flow **flows,
	const unsigned n_words
)
{
	const struct flow_bucket *buckets[BURST_MAX];
	uint64_t found = wanted;

	keys_hash(x, keys, wanted, hashes, buckets, n_words);
	while (wanted != 0) {
		tags_match(x, s, wanted, hashes, buckets, flows, n_words);
		wanted = keys_compare(x, s, keys, wanted, hashes, buckets, flows, &found, n_words);
	}
	return found;
}

uint64_t
flow_index_find_bulk(
	const struct flow_index *x,
	const struct flow_store *s,
	const struct flow_key *keys,
	uint64_t wanted,
	uint64_t *hashes,
	struct flow **flows
)
{
	if (s->stride == FLOW_STRIDE4)
		return find_bulk(x, s, keys, wanted, hashes, flows, FLOW_KEY4_WORDS);
	return find_bulk(x, s, keys, wanted, hashes, flows, FLOW_KEY6_WORDS);
}
