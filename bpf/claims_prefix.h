/* SPDX-License-Identifier: BSD-3-Clause */
/* Order, containment and trie keys of address prefixes. */
#ifndef BPF_CLAIMS_PREFIX_H
#define BPF_CLAIMS_PREFIX_H

#include "bpf/claims.h"

/* For qsort: a prefix stands before all that it covers, and nothing that it does not cover stands between. */
int claims_prefix_compare(const struct claims_prefix *a, const struct claims_prefix *b);

/* Is `narrow` part of `wide`, or equal? */
bool claims_prefix_covers(const struct claims_prefix *wide, const struct claims_prefix *narrow);

/* The key of an entry for the prefix, without its space. */
struct steer_key claims_prefix_key(const struct claims_prefix *prefix);

#endif
