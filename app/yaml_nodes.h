/* SPDX-License-Identifier: BSD-3-Clause */
/* A YAML document in memory: nodes that know their line. */
#ifndef APP_YAML_NODES_H
#define APP_YAML_NODES_H

#include <stddef.h>

enum yaml_kind {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAPPING,
};

struct yaml_node {
	union {
		const char *text; /* of a scalar */
		struct yaml_node
			*first; /* item of a list; key of a mapping, whose value is next to it */
	};
	struct yaml_node *next; /* in the list or mapping that it stands in */
	unsigned line; /* counted from 1 */
	unsigned length; /* bytes of the text; items of the list; pairs of the mapping */
	enum yaml_kind kind;
};

/* Where nodes and texts live; they are freed together. All zero is an empty one. */
struct yaml_nodes {
	struct yaml_block *block; /* the one being filled */
	char *free, *end; /* of it */
	size_t room; /* bytes of the last one that was not made for one large piece */
};

/* NULL without memory. */
struct yaml_node *yaml_nodes_add(struct yaml_nodes *nodes, enum yaml_kind kind, unsigned line);

/* A copy with a terminator; NULL without memory. */
char *yaml_nodes_text(struct yaml_nodes *nodes, const char *text, size_t length);

void yaml_nodes_free(struct yaml_nodes *nodes);

#endif
