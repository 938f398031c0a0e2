/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An ordered list of rules with a default, compiled: the first rule that matches decides.
 *
 * Short lists are walked, longer ones have an index (rule_index.h). DPDK's ACL library is not used: at 1,000 rules it
 * finds one in the same time, but takes 13 to 57 times as long to compile them and 3 to 13 times the memory, and it knows
 * no sets, only all their combinations (docs/performance.md has the numbers).
 *
 * Immutable but for the hit counters; may be shared by successive generations of the policy, so that an unchanged list
 * keeps its hits.
 */
#ifndef PIPELINE_POLICY_RULE_LIST_H
#define PIPELINE_POLICY_RULE_LIST_H

#include "pipeline/policy/rule.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	RULE_LIST_MAX = 10000, /* rules in a list */
	RULE_DEFAULT = -1, /* no rule matched: the default decided */
};

struct rule_list;

/*
 * Copies the rules. `n_workers`: how many blocks of hit counters. NULL with rte_errno set: E2BIG for more than
 * RULE_LIST_MAX rules, or ENOMEM. Main thread.
 */
struct rule_list *rule_list_create(
	const struct rule *rules,
	unsigned n,
	enum rule_action default_action,
	unsigned n_workers,
	int socket
);

/* One more user of it. Main thread. */
struct rule_list *rule_list_ref(struct rule_list *l);

/* One user less; the last one's call frees it. NULL is allowed. Main thread. */
void rule_list_unref(struct rule_list *l);

/* Would these make the same list, names included? The lines in the config file may differ. */
bool rule_list_is(
	const struct rule_list *l,
	const struct rule *rules,
	unsigned n,
	enum rule_action default_action
);

/* The index of the first rule that matches, or RULE_DEFAULT, and what is to be done. Counts the hit for `worker`. */
int rule_list_eval(
	const struct rule_list *l,
	const struct policy_packet *p,
	unsigned worker,
	enum rule_action *action
);

unsigned rule_list_count(const struct rule_list *l);
const struct rule *rule_list_rule(const struct rule_list *l, unsigned i);
enum rule_action rule_list_default(const struct rule_list *l);

/* How often rule i, or RULE_DEFAULT, decided, over all workers. Any thread. */
uint64_t rule_list_hits(const struct rule_list *l, int i);

#endif
