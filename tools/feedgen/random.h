/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Repeatable random numbers: the same (seed, stream) gives the same numbers on every machine.
 * Only integers, so that no compiler's floating point can change a byte of the output.
 */
#ifndef LEAT_FEEDGEN_RANDOM_H
#define LEAT_FEEDGEN_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* A probability is a number of parts in this. */
#define RANDOM_CERTAIN_PPB 1000000000U

struct random {
	uint64_t state[4];
};

/* Streams of one seed are independent: drawing from one never changes another. */
void random_seed(struct random *random, uint64_t seed, uint64_t stream);

uint64_t random_next(struct random *random);

/* 0 to limit - 1; limit is at least 1. */
uint32_t random_below(struct random *random, uint32_t limit);

/* min to max, both included. */
uint64_t random_between(struct random *random, uint64_t min, uint64_t max);

/* True with probability ppb / RANDOM_CERTAIN_PPB. */
bool random_chance(struct random *random, uint32_t ppb);

#endif
