/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thing that rules name (a source address, a port), cut into intervals: which rules of a list may match a value?
 *
 * For each interval there is a vector with one bit for each rule. A long list has fewer intervals than its rules have
 * ends: neighbours then share a vector, which holds the bits of all of them. So a set bit says "perhaps", a clear one "no".
 */
#ifndef PIPELINE_POLICY_RULE_AXIS_H
#define PIPELINE_POLICY_RULE_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_AXIS_WORD_BITS = 64 };

/* A number of up to 128 bits: an address, a port, a protocol. */
struct axis_value {
	uint64_t high, low;
};

/* A rule matches values from first to last, both included. It may have several of these. */
struct axis_span {
	struct axis_value first, last;
	uint32_t rule;
};

struct axis_config {
	const struct axis_span *spans;
	size_t n_spans;
	const uint64_t *always; /* vector of the rules that match any value */
	uint32_t n_rules;
	bool wide; /* values are of more than 32 bits */
	int socket;
};

struct rule_axis {
	uint32_t n; /* intervals; 0: none has been made */
	uint32_t words; /* of a vector */
	/* Where they start, in order; the first one at 0. One of these is there; behind it in the same block: */
	struct axis_value *wide;
	uint32_t *narrow;
	uint64_t *vectors;
};

/* 64-bit words in a vector. */
static inline unsigned
rule_axis_words(unsigned n_rules)
{
	return (n_rules + RULE_AXIS_WORD_BITS - 1) / RULE_AXIS_WORD_BITS;
}

/* 0 or a negative errno. Main thread. */
int rule_axis_init(struct rule_axis *a, const struct axis_config *config);

/* One that has not been made, all zero, is allowed. */
void rule_axis_clear(struct rule_axis *a);

/* The vector of the rules that may match the value. */
const uint64_t *rule_axis_find(const struct rule_axis *a, struct axis_value value);

#endif
