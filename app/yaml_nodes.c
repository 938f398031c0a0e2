/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory in blocks: a document has many small pieces, and they all go at once. Each block is twice the one before. */
#include "app/yaml_nodes.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_BYTES_MIN = 4096,
	BLOCK_BYTES_MAX = 1024 * 1024,
};

struct yaml_block {
	struct yaml_block *next;
	alignas(max_align_t) char bytes[];
};

static bool
block_add(struct yaml_nodes *nodes, size_t bytes)
{
	size_t room = nodes->room == 0 ? BLOCK_BYTES_MIN : 2 * nodes->room;
	struct yaml_block *block;

	nodes->room = room < BLOCK_BYTES_MAX ? room : BLOCK_BYTES_MAX;
	room = bytes > nodes->room ? bytes : nodes->room;
	block = malloc(sizeof(*block) + room);
	if (block == NULL)
		return false;
	block->next = nodes->block;
	nodes->block = block;
	nodes->free = block->bytes;
	nodes->end = block->bytes + room;
	return true;
}

static void *
nodes_take(struct yaml_nodes *nodes, size_t bytes)
{
	void *taken;

	bytes = (bytes + alignof(struct yaml_node) - 1) & ~(alignof(struct yaml_node) - 1);
	if ((size_t)(nodes->end - nodes->free) < bytes && !block_add(nodes, bytes))
		return NULL;
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
