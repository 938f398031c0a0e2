/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes behind the destination: protocol and port, VLAN, source. The levels of claims_compile.
 *
 * A level gets the rows that match all that the levels before it have looked at. It splits the values of its own field
 * into parts in which the same rows match, asks the next level for the result of each part, and closes a space of those
 * results. At the end of the chain the rows that are left all match, and the greatest action wins.
 */
#ifndef BPF_CLAIMS_LEVELS_H
#define BPF_CLAIMS_LEVELS_H

#include "bpf/claims_rows.h"
#include "bpf/claims_spaces.h"

/* The result for packets to a destination that all the rows match. 0, -ENOMEM or -E2BIG. */
int claims_levels_compile(
	struct claims_spaces *spaces, const struct claims_rows *rows, struct steer_result *result
);

#endif
