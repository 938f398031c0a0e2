/* SPDX-License-Identifier: BSD-3-Clause */
/* Descent through brackets and indents. NULL is "not plain" everywhere, and also "no memory", which libyaml will say. */
#include "app/yaml_plain.h"

#include "app/yaml_scan.h"

#include <limits.h>
#include <string.h>

enum {
	DEPTH_MAX = 64,
	KEY_BYTES_MAX = 1000, /* libyaml looks 1024 back from the colon */
};

static struct yaml_node *
node_open(struct yaml_scan *s, enum yaml_kind kind, unsigned line)
{
	if (++s->depth > DEPTH_MAX)
		return NULL;
	return yaml_nodes_add(s->nodes, kind, line);
}

static struct yaml_node *
node_close(struct yaml_scan *s, struct yaml_node *node, unsigned length)
{
	s->depth--;
	node->length = length;
	return node;
}

/* The colon of a key that began here. Behind quotes between brackets it may stand alone: {"a":1}. */
static bool
key_end(struct yaml_scan *s, const char *begin, bool in_flow)
{
	bool may_touch = in_flow && (*begin == '"' || *begin == '\'');

	if (*s->p != ':' || s->p - begin > KEY_BYTES_MAX)
		return false;
	s->p++;
	return may_touch || yaml_scan_is_blank(*s->p);
}

static struct yaml_node *
key_read(struct yaml_scan *s, bool in_flow)
{
	const char *begin = s->p;
	struct yaml_node *key = yaml_scan_scalar(s, in_flow);

	return key != NULL && key_end(s, begin, in_flow) ? key : NULL;
}

/* Flow: between brackets, where indents mean nothing. */

static struct yaml_node *flow_read(struct yaml_scan *s);

/* To what comes next in a list or mapping: to its end, which is taken, or over a comma. False: to something else. */
static bool
flow_next(struct yaml_scan *s, char close, bool *ended)
{
	yaml_scan_gap(s);
	*ended = *s->p == close;
	if (!*ended && *s->p != ',')
		return false;
	s->p++;
	if (!*ended)
		yaml_scan_gap(s);
	return true;
}

/* An empty one has nothing to go over. */
static bool
flow_is_empty(struct yaml_scan *s, char close)
{
	s->p++;
	yaml_scan_gap(s);
	if (*s->p != close)
		return false;
	s->p++;
	return true;
}

static struct yaml_node *
flow_list(struct yaml_scan *s)
{
	struct yaml_node *list = node_open(s, YAML_LIST, s->line), **end, *item;
	unsigned n = 0;
	bool ended;

	if (list == NULL)
		return NULL;
	end = &list->first;
	for (ended = flow_is_empty(s, ']'); !ended; n++) {
		item = flow_read(s);
		if (item == NULL || !flow_next(s, ']', &ended))
			return NULL;
		*end = item;
		end = &item->next;
	}
	return node_close(s, list, n);
}

static struct yaml_node *
flow_mapping(struct yaml_scan *s)
{
	struct yaml_node *mapping = node_open(s, YAML_MAPPING, s->line), **end, *key;
	unsigned n = 0;
	bool ended;

	if (mapping == NULL)
		return NULL;
	end = &mapping->first;
	for (ended = flow_is_empty(s, '}'); !ended; n++) {
		key = key_read(s, true);
		if (key == NULL)
			return NULL;
		yaml_scan_gap(s);
		key->next = flow_read(s);
		if (key->next == NULL || !flow_next(s, '}', &ended))
			return NULL;
		*end = key;
		end = &key->next->next;
	}
	return node_close(s, mapping, n);
}

static struct yaml_node *
flow_read(struct yaml_scan *s)
{
	if (*s->p == '[')
		return flow_list(s);
	if (*s->p == '{')
		return flow_mapping(s);
	return yaml_scan_scalar(s, true);
}

/* Block: by indentation. Each of these ends at what comes next on a line of its own, or at the end of the text. */

static struct yaml_node *block_read(struct yaml_scan *s, int indent, bool may_open);

static bool
at_dash(const struct yaml_scan *s)
{
	return *s->p == '-' && yaml_scan_is_blank(s->p[1]);
}

/* Of a mapping in this column. A list may stand in the same column, and a mapping or list not on the line of its key. */
static struct yaml_node *
block_value(struct yaml_scan *s, int column)
{
	unsigned line = s->line;

	yaml_scan_gap(s);
	if (yaml_scan_column(s) == column && at_dash(s))
		return block_read(s, column - 1, true);
	return block_read(s, column, s->line != line);
}

/* The first key has been read. */
static struct yaml_node *
block_mapping(struct yaml_scan *s, int column, struct yaml_node *key)
{
	struct yaml_node *mapping = node_open(s, YAML_MAPPING, key->line), **end;

	if (mapping == NULL)
		return NULL;
	end = &mapping->first;
	for (unsigned n = 1; key != NULL; n++) {
		*end = key;
		key->next = block_value(s, column);
		if (key->next == NULL)
			return NULL;
		if (yaml_scan_column(s) != column)
			return node_close(s, mapping, n);
		end = &key->next->next;
		key = key_read(s, false);
	}
	return NULL;
}

static struct yaml_node *
block_list(struct yaml_scan *s, int column)
{
	struct yaml_node *list = node_open(s, YAML_LIST, s->line), **end, *item;
	unsigned n = 0;

	if (list == NULL)
		return NULL;
	end = &list->first;
	do {
		s->p++;
		yaml_scan_gap(s);
		item = block_read(s, column, true);
		if (item == NULL)
			return NULL;
		*end = item;
		end = &item->next;
		n++;
	} while (yaml_scan_column(s) == column && at_dash(s));
	return node_close(s, list, n);
}

/* Nothing stands behind it on its line: after brackets over several lines it might seem to go on in a column of ours. */
static struct yaml_node *
block_end(struct yaml_scan *s, struct yaml_node *node)
{
	if (node == NULL || !yaml_scan_line_end(s))
		return NULL;
	yaml_scan_gap(s);
	return node;
}

static struct yaml_node *
block_scalar_or_mapping(struct yaml_scan *s, int column, bool may_open)
{
	const char *begin = s->p;
	struct yaml_node *scalar = yaml_scan_scalar(s, false);

	if (scalar == NULL || *s->p != ':')
		return block_end(s, scalar);
	return may_open && key_end(s, begin, false) ? block_mapping(s, column, scalar) : NULL;
}

/* What stands further in than `indent`. `may_open`: a list or mapping by indentation may begin here. */
static struct yaml_node *
block_read(struct yaml_scan *s, int indent, bool may_open)
{
	int column = yaml_scan_column(s);

	if (column <= indent)
		return NULL;
	if (at_dash(s))
		return may_open ? block_list(s, column) : NULL;
	if (*s->p == '[' || *s->p == '{')
		return block_end(s, flow_read(s));
	return block_scalar_or_mapping(s, column, may_open);
}

/* The document, all of it. */
static struct yaml_node *
document_read(struct yaml_scan *s)
{
	struct yaml_node *root;

	yaml_scan_gap(s);
	if (yaml_scan_column(s) == 0 && strncmp(s->p, "---", 3) == 0 &&
	    yaml_scan_is_blank(s->p[3])) {
		s->p += 3;
		if (!yaml_scan_line_end(s))
			return NULL;
		yaml_scan_gap(s);
	}
	root = block_read(s, -1, true);
	return *s->p == '\0' ? root : NULL;
}

struct yaml_node *
yaml_plain_load(struct yaml_reader *r)
{
	struct yaml_scan s = {.nodes = &r->nodes, .text = r->text, .line = 1};
	struct yaml_node *root = NULL;

	s.p = s.line_begin = s.text;
	if (r->text_length >= INT_MAX || !yaml_scan_knows(r->text, r->text_length))
		return NULL;
	s.copy = yaml_nodes_text(&r->nodes, r->text, r->text_length);
	if (s.copy != NULL)
		root = document_read(&s);
	if (root == NULL)
		yaml_nodes_free(&r->nodes);
	return root;
}
