/* SPDX-License-Identifier: BSD-3-Clause */
/* Two trees of nodes, compared to the last field. */
#include "tests/unit/app/yaml_both.h"

#include "app/yaml_events.h"
#include "app/yaml_plain.h"

#include <stdlib.h>
#include <string.h>

static bool nodes_are_same(const struct yaml_node *a, const struct yaml_node *b);

static bool
node_is_same(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->kind != b->kind || a->line != b->line || a->length != b->length)
		return false;
	if (a->kind == YAML_SCALAR)
		return memcmp(a->text, b->text, a->length + 1) == 0;
	return nodes_are_same(a->first, b->first);
}

static bool
nodes_are_same(const struct yaml_node *a, const struct yaml_node *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (!node_is_same(a, b))
			return false;
	}
	return a == NULL && b == NULL;
}

/* A copy of just these bytes and a terminator, so that sanitizers see who reads beyond it. */
static bool
reader_init(struct yaml_reader *r, const char *bytes, size_t length)
{
	*r = (struct yaml_reader
	){.file = "text", .text = malloc(length + 1), .text_length = length};
	if (r->text == NULL)
		return false;
	memcpy(r->text, bytes, length);
	r->text[length] = '\0';
	r->errors = fopen("/dev/null", "w");
	return r->errors != NULL;
}

static void
reader_close(struct yaml_reader *r)
{
	yaml_reader_close(r);
	if (r->errors != NULL)
		(void)fclose(r->errors); /* nowhere */
}

static bool
libyaml_agrees(const struct yaml_node *plain, const char *bytes, size_t length)
{
	struct yaml_reader r;
	const struct yaml_node *root = NULL;
	bool agrees;

	if (reader_init(&r, bytes, length))
		root = yaml_events_load(&r);
	agrees = root != NULL && nodes_are_same(plain, root);
	reader_close(&r);
	return agrees;
}

enum yaml_both
yaml_both_read(const char *bytes, size_t length)
{
	enum yaml_both both = YAML_BOTH_DIFFERENT;
	struct yaml_reader r;
	const struct yaml_node *root;

	if (reader_init(&r, bytes, length)) {
		root = yaml_plain_load(&r);
		if (root == NULL && r.nodes.block == NULL)
			both = YAML_BOTH_NOT_PLAIN;
		else if (root != NULL && libyaml_agrees(root, bytes, length))
			both = YAML_BOTH_SAME;
	}
	reader_close(&r);
	return both;
}
