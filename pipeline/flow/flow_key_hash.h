/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hash of a flow key under secret seeds: products of 64 by 64 bits, folded, as in wyhash.
 *
 * A CRC is linear: whoever knows two keys that collide knows thousands, whatever its start value. Here which keys collide
 * depends on the seeds, and the carries of the products leave no pattern to build on.
 */
#ifndef PIPELINE_FLOW_FLOW_KEY_HASH_H
#define PIPELINE_FLOW_FLOW_KEY_HASH_H

#include "pipeline/flow/flow_key.h"

#include <rte_common.h>

#include <stdint.h>

enum { FLOW_KEY_SEEDS = FLOW_KEY6_WORDS + 1 };

/* gcc 12 keeps a 128-bit product whose halves go different ways in memory; two multiplications are faster. */
static __rte_always_inline uint64_t
product_high(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)(product >> 64);
}

static __rte_always_inline uint64_t
product_fold(uint64_t a, uint64_t b)
{
	return a * b ^ product_high(a, b);
}

/* `n_words` is a constant where it is called: FLOW_KEY4_WORDS or FLOW_KEY6_WORDS. */
static __rte_always_inline uint64_t
flow_key_hash(const uint64_t *words, unsigned n_words, const uint64_t *seeds)
{
	uint64_t a = words[0] ^ seeds[0], b = words[1] ^ seeds[1];

	if (n_words == FLOW_KEY6_WORDS) {
		a = product_fold(a, b) ^ words[4] ^ seeds[4];
		b = product_fold(words[2] ^ seeds[2], words[3] ^ seeds[3]) ^ seeds[5];
	}
	/* One product alone spreads neighbours by a fixed step; and nothing is lost before the second. */
	return product_fold(a * b ^ seeds[2], product_high(a, b) ^ seeds[3]);
}

#endif
