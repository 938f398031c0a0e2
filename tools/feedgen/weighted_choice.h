/* SPDX-License-Identifier: BSD-3-Clause */
/* Draws an index with a probability proportional to its weight, in constant time. */
#ifndef LEAT_FEEDGEN_WEIGHTED_CHOICE_H
#define LEAT_FEEDGEN_WEIGHTED_CHOICE_H

#include "tools/feedgen/random.h"

#include <stdint.h>

struct weighted_choice {
	uint32_t count;
	uint32_t *keep; /* out of 2^32: how often a draw of i stays i ... */
	uint32_t *other; /* ... and what it is otherwise */
};

/*
 * count weights, at most 2^48 each and not all 0. Returns 0 or -ENOMEM; the caller calls
 * weighted_choice_clear() in both cases.
 */
int weighted_choice_init(struct weighted_choice *choice, const uint64_t *weights, uint32_t count);

void weighted_choice_clear(struct weighted_choice *choice);

uint32_t weighted_choice_draw(const struct weighted_choice *choice, struct random *random);

#endif
