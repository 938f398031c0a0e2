/* SPDX-License-Identifier: BSD-3-Clause */
/* Events become nodes. */
#include "app/yaml_events.h"

#include <yaml.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Far more than a config has. libyaml has no limit, and takes the square of the depth: hours for a megabyte of brackets. */
enum { DEPTH_MAX = 100 };

/* A list or mapping whose end has not come yet. */
struct open_node {
	struct yaml_node *node;
	struct yaml_node *last; /* of what stands in it, or NULL */
	unsigned n; /* how much that is */
};

struct anchor {
	struct anchor *next;
	const char *name;
	struct yaml_node *node;
};

struct loader {
	struct yaml_reader *r;
	yaml_parser_t parser;
	struct yaml_node *root;
	struct open_node *open;
	size_t n_open, room_open;
	unsigned depth; /* lists and mappings whose end has not come, of a second document too */
	struct anchor *anchors; /* few */
	size_t second_line; /* of a second document; 0: there is none */
};

/* Errors */

static bool
memory_error(struct loader *l)
{
	fprintf(l->r->errors, "%s: out of memory\n", l->r->file);
	return false;
}

/* libyaml's reader, which looks at bytes before there are lines, only says at which byte it stopped. */
static size_t
line_of_byte(const struct yaml_reader *r, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < r->text_length; i++)
		line += r->text[i] == '\n';
	return line;
}

/* What the parser stumbled over. */
static bool
parser_error(struct loader *l)
{
	const yaml_parser_t *parser = &l->parser;
	size_t line = parser->error == YAML_READER_ERROR
			      ? line_of_byte(l->r, parser->problem_offset)
			      : parser->problem_mark.line + 1;

	if (parser->error == YAML_MEMORY_ERROR)
		return memory_error(l);
	fprintf(l->r->errors,
		"%s:%zu: %s%s%s\n",
		l->r->file,
		line,
		parser->context != NULL ? parser->context : "",
		parser->context != NULL ? ": " : "",
		parser->problem != NULL ? parser->problem : "not YAML");
	return false;
}

static bool
event_error(struct loader *l, const yaml_event_t *event, const char *reason)
{
	fprintf(l->r->errors, "%s:%zu: %s\n", l->r->file, event->start_mark.line + 1, reason);
	return false;
}

/* Nodes */

static void
node_place(struct loader *l, struct yaml_node *node)
{
	struct open_node *parent;

	if (l->n_open == 0) {
		l->root = node;
		return;
	}
	parent = &l->open[l->n_open - 1];
	if (parent->last == NULL)
		parent->node->first = node;
	else
		parent->last->next = node;
	parent->last = node;
	parent->n++;
}

static bool
node_open(struct loader *l, struct yaml_node *node)
{
	if (l->n_open == l->room_open) {
		size_t room = l->room_open == 0 ? 16 : 2 * l->room_open;
		struct open_node *open = realloc(l->open, room * sizeof(*open));

		if (open == NULL)
			return memory_error(l);
		l->open = open;
		l->room_open = room;
	}
	l->open[l->n_open++] = (struct open_node){.node = node};
	return true;
}

static void
node_close(struct loader *l)
{
	const struct open_node *closed = &l->open[--l->n_open];

	closed->node->length = closed->node->kind == YAML_MAPPING ? closed->n / 2 : closed->n;
}

static struct anchor *
anchor_find(const struct loader *l, const char *name)
{
	struct anchor *anchor = l->anchors;

	while (anchor != NULL && strcmp(anchor->name, name) != 0)
		anchor = anchor->next;
	return anchor;
}

static bool
anchor_add(struct loader *l, const yaml_event_t *event, const char *name, struct yaml_node *node)
{
	struct anchor *anchor;

	if (anchor_find(l, name) != NULL)
		return event_error(l, event, "found duplicate anchor");
	anchor = malloc(sizeof(*anchor));
	if (anchor == NULL)
		return memory_error(l);
	*anchor = (struct anchor){
		.next = l->anchors,
		.name = yaml_nodes_text(&l->r->nodes, name, strlen(name)),
		.node = node,
	};
	l->anchors = anchor;
	return anchor->name != NULL || memory_error(l);
}

static bool
anchor_is_open(const struct loader *l, const struct yaml_node *node)
{
	for (size_t i = 0; i < l->n_open; i++) {
		if (l->open[i].node == node)
			return true;
	}
	return false;
}

/* The alias becomes a copy that shares what stands in the node. */
static bool
alias_read(struct loader *l, const yaml_event_t *event)
{
	const struct anchor *anchor = anchor_find(l, (const char *)event->data.alias.anchor);
	struct yaml_node *copy;

	if (anchor == NULL)
		return event_error(l, event, "found undefined alias");
	if (anchor_is_open(l, anchor->node))
		return event_error(l, event, "found an alias inside of what it stands for");
	copy = yaml_nodes_add(&l->r->nodes, anchor->node->kind, anchor->node->line);
	if (copy == NULL)
		return memory_error(l);
	*copy = *anchor->node;
	copy->next = NULL;
	node_place(l, copy);
	return true;
}

static struct yaml_node *
node_read(struct loader *l, const yaml_event_t *event, enum yaml_kind kind, const void *anchor)
{
	unsigned line = (unsigned)event->start_mark.line + 1;
	struct yaml_node *node = yaml_nodes_add(&l->r->nodes, kind, line);

	if (node == NULL) {
		(void)memory_error(l);
		return NULL;
	}
	if (anchor != NULL && !anchor_add(l, event, anchor, node))
		return NULL;
	node_place(l, node);
	return node;
}

static bool
scalar_read(struct loader *l, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	struct yaml_node *node = node_read(l, event, YAML_SCALAR, event->data.scalar.anchor);

	if (node == NULL)
		return false;
	node->text = yaml_nodes_text(&l->r->nodes, text, length);
	node->length = (unsigned)length;
	return node->text != NULL || memory_error(l);
}

static bool
collection_read(
	struct loader *l, const yaml_event_t *event, enum yaml_kind kind, const void *anchor
)
{
	struct yaml_node *node = node_read(l, event, kind, anchor);

	return node != NULL && node_open(l, node);
}

static bool
event_read(struct loader *l, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (l->root != NULL && l->second_line == 0)
			l->second_line = event->start_mark.line + 1;
		return true;
	case YAML_ALIAS_EVENT:
		return alias_read(l, event);
	case YAML_SCALAR_EVENT:
		return scalar_read(l, event);
	case YAML_SEQUENCE_START_EVENT:
		return collection_read(l, event, YAML_LIST, event->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return collection_read(l, event, YAML_MAPPING, event->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		node_close(l);
		return true;
	default:
		return true;
	}
}

static bool
depth_follow(struct loader *l, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		if (++l->depth > DEPTH_MAX)
			return event_error(
				l, event, "more than 100 lists and mappings in each other"
			);
		return true;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		l->depth--;
		return true;
	default:
		return true;
	}
}

static bool
events_read(struct loader *l)
{
	bool good = true, ended = false;
	yaml_event_t event;

	while (good && !ended) {
		if (!yaml_parser_parse(&l->parser, &event))
			return parser_error(l);
		/* Of a second document only errors are of interest, which are to be said first. */
		good = depth_follow(l, &event) && (l->second_line != 0 || event_read(l, &event));
		ended = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return good;
}

static bool
document_load(struct loader *l)
{
	struct yaml_reader *r = l->r;

	if (!events_read(l))
		return false;
	if (l->root == NULL) {
		fprintf(r->errors, "%s:1: the file holds no config\n", r->file);
		return false;
	}
	/* It would be ignored silently. */
	if (l->second_line != 0) {
		fprintf(r->errors,
			"%s:%zu: a second document; one file holds one config\n",
			r->file,
			l->second_line);
		return false;
	}
	return true;
}

static void
loader_clear(struct loader *l)
{
	while (l->anchors != NULL) {
		struct anchor *next = l->anchors->next;

		free(l->anchors);
		l->anchors = next;
	}
	free(l->open);
	yaml_parser_delete(&l->parser);
}

struct yaml_node *
yaml_events_load(struct yaml_reader *r)
{
	struct loader l = {.r = r};
	bool good;

	if (!yaml_parser_initialize(&l.parser)) {
		(void)memory_error(&l);
		return NULL;
	}
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)r->text, r->text_length);
	good = document_load(&l);
	loader_clear(&l);
	return good ? l.root : NULL;
}
