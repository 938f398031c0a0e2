/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory in large blocks: a document has many small pieces, and they all go at once. */
#include "app/yaml_nodes.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1024 * 1024 };

struct yaml_block {
	struct yaml_block *next;
	alignas(max_align_t) char bytes[];
};

static void *
nodes_take(struct yaml_nodes *nodes, size_t bytes)
{
	struct yaml_block *block;
	void *taken;

	bytes = (bytes + alignof(struct yaml_node) - 1) & ~(alignof(struct yaml_node) - 1);
	if (nodes->block == NULL || (size_t)(nodes->end - nodes->free) < bytes) {
		size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

		block = malloc(sizeof(*block) + room);
		if (block == NULL)
			return NULL;
		block->next = nodes->block;
		*nodes = (struct yaml_nodes){block, block->bytes, block->bytes + room};
	}
	taken = nodes->free;
	nodes->free += bytes;
	return taken;
}

struct yaml_node *
yaml_nodes_add(struct yaml_nodes *nodes, enum yaml_kind kind, unsigned line)
{
	struct yaml_node *node = nodes_take(nodes, sizeof(*node));

	if (node != NULL)
		*node = (struct yaml_node){.kind = kind, .line = line};
	return node;
}

char *
yaml_nodes_text(struct yaml_nodes *nodes, const char *text, size_t length)
{
	char *copy = nodes_take(nodes, length + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void
yaml_nodes_free(struct yaml_nodes *nodes)
{
	while (nodes->block != NULL) {
		struct yaml_block *next = nodes->block->next;

		free(nodes->block);
		nodes->block = next;
	}
	*nodes = (struct yaml_nodes){0};
}
