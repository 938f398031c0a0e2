/* SPDX-License-Identifier: BSD-3-Clause */
/* Random rules and packets that meet, and a matcher that looks at bit after bit. */
#ifndef UNIT_RULE_RANDOM_H
#define UNIT_RULE_RANDOM_H

#include "pipeline/policy/rule.h"

#include <stdbool.h>
#include <stdint.h>

/* splitmix64 */
uint64_t random_next(uint64_t *seed);
unsigned random_below(uint64_t *seed, unsigned n);

/*
 * What addresses and ports are made of: so many different bytes. With few of them rules and packets meet often, with many
 * a list has many edges.
 */
struct rule_alphabet {
	unsigned values; /* 1 to 256 */
	unsigned elements_min, elements_max; /* of each list of a rule */
};

/* To be cleared. */
struct rule rule_random(uint64_t *seed, const struct rule_alphabet *alphabet);

/* Any packet, or one at an edge of what a rule names. */
struct policy_packet packet_random(uint64_t *seed, const struct rule_alphabet *alphabet);
struct policy_packet
packet_near(uint64_t *seed, const struct rule_alphabet *alphabet, const struct rule *r);

bool rule_matches_slowly(const struct rule *r, const struct policy_packet *p);

#endif
