/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of claims_compile while it grows, space by space.
 *
 * A space is collected as a list of entries and then closed, which gives the result that leads to it. Lists of equal
 * content become one space, and a list that says the same for every key becomes no space but that action. So a
 * thousand groups with the same ports share one space of ports.
 */
#ifndef BPF_CLAIMS_SPACES_H
#define BPF_CLAIMS_SPACES_H

#include "bpf/claims.h"

/* Entries of one space: shorter prefixes before the longer ones that they cover. */
struct claims_list {
	uint32_t n;
	uint32_t n_allocated;
	struct claims_list_entry {
		struct steer_key key; /* without its space */
		uint32_t result;
	} * entries;
};

struct claims_spaces;

/* NULL with errno ENOMEM. The table is the caller's and gets the entries. */
struct claims_spaces *claims_spaces_create(struct claims_table *table);
void claims_spaces_destroy(struct claims_spaces *spaces);

/* 0 or -ENOMEM. */
int claims_list_add(struct claims_list *list, const struct steer_key *key, uint32_t result);
void claims_list_free(struct claims_list *list);

/* Closes a space of this kind. 0 with `result` set, or -ENOMEM or -E2BIG. */
int claims_spaces_close(
	struct claims_spaces *spaces,
	enum steer_space_kind kind,
	const struct claims_list *list,
	uint32_t *result
);

/* Adds an entry of a space of which there is one: a destination. 0, or -ENOMEM or -E2BIG. */
int claims_spaces_add(
	struct claims_spaces *spaces,
	enum steer_space_kind kind,
	const struct steer_key *key,
	const struct steer_result *result
);

#endif
