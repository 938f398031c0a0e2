/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the first rule of a long list that matches, without looking at most of them.
 *
 * A packet's addresses, ports and protocol lead to one vector each of the rules that may match (rule_axis.h). Only rules
 * in all of the vectors are looked at, in their order. Nothing is expanded: a rule with large sets stays one rule.
 */
#ifndef PIPELINE_POLICY_RULE_INDEX_H
#define PIPELINE_POLICY_RULE_INDEX_H

#include "pipeline/policy/rule.h"
#include "pipeline/policy/rule_axis.h"
#include "pipeline/policy/rule_row.h"

enum rule_index_axis {
	RULE_INDEX_DST4,
	RULE_INDEX_SRC4,
	RULE_INDEX_DST_PORT,
	RULE_INDEX_SRC_PORT,
	RULE_INDEX_PROTOCOL,
	RULE_INDEX_DST6,
	RULE_INDEX_SRC6,
	RULE_INDEX_AXES,
};

/* All zero: there is none. */
struct rule_index {
	const struct rule *rules;
	const struct rule_row *rows;
	unsigned n; /* rules */
	uint64_t *all; /* vector of all rules */
	struct rule_axis axes[RULE_INDEX_AXES]; /* without intervals: no rule names it */
};

/* Rules and rows must stay where they are while it lives. 0 or a negative errno. Main thread. */
int rule_index_init(
	struct rule_index *index,
	const struct rule *rules,
	const struct rule_row *rows,
	unsigned n,
	int socket
);

void rule_index_clear(struct rule_index *index);

/* The first rule that matches, or n. */
unsigned rule_index_find(const struct rule_index *index, const struct policy_packet *p);

#endif
