/* SPDX-License-Identifier: BSD-3-Clause */
/* Named sets of addresses, and lists of addresses that may name sets. */
#ifndef APP_CONFIG_SETS_H
#define APP_CONFIG_SETS_H

#include "app/yaml_reader.h"
#include "pipeline/policy/rule.h"

struct config_sets;

/* All zero is an empty one; its owner frees `prefixes`. */
struct prefix_list {
	struct prefix *prefixes;
	unsigned n, room;
};

/*
 * Appends the prefixes of a value: a prefix, the name of a set, or a list of these. False after an error; the list may
 * have grown then.
 */
bool config_addresses_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	const struct config_sets *sets,
	struct prefix_list *list
);

#endif
