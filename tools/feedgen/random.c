/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018),
 * seeded by splitmix64 as its authors advise.
 */
#include "tools/feedgen/random.h"

static uint64_t
splitmix_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static uint64_t
rotate_left(uint64_t value, unsigned int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

void
random_seed(struct random *random, uint64_t seed, uint64_t stream)
{
	uint64_t stream_state = stream;
	uint64_t state = seed ^ splitmix_next(&stream_state);

	for (int i = 0; i < 4; i++)
		random->state[i] = splitmix_next(&state);
}

uint64_t
random_next(struct random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint32_t
random_below(struct random *random, uint32_t limit)
{
	/* The bias of a multiply instead of a rejection is below limit / 2^32: no matter here. */
	return (uint32_t)(((random_next(random) >> 32) * limit) >> 32);
}

uint64_t
random_between(struct random *random, uint64_t min, uint64_t max)
{
	uint64_t span = max - min;

	if (span < UINT32_MAX)
		return min + random_below(random, (uint32_t)span + 1);
	return min + random_next(random) % (span + (span != UINT64_MAX));
}

bool
random_chance(struct random *random, uint32_t ppb)
{
	return random_below(random, RANDOM_CERTAIN_PPB) < ppb;
}
