/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML nodes to C values, with a line and a reason for each that does not fit. */
#include "app/yaml_reader.h"

#include "app/quantity.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum {
	KEYS_MAX = 64, /* rows of a table: a bit each */
	NAME_MAX_CHARS = 31,
	REASON_BYTES = 1024,
};

unsigned
yaml_node_line(const yaml_node_t *node)
{
	return (unsigned)node->start_mark.line + 1;
}

/* A reason is one line, whatever the value that it quotes holds. */
static void
control_characters_replace(char *text)
{
	for (; *text != '\0'; text++) {
		if (iscntrl((unsigned char)*text))
			*text = '?';
	}
}

void
yaml_reader_error(struct yaml_reader *r, const yaml_node_t *node, const char *format, ...)
{
	char reason[REASON_BYTES], path[YAML_PATH_BYTES];
	va_list arguments;

	r->n_errors++;
	va_start(arguments, format);
	(void)vsnprintf(
		reason, sizeof(reason), format, arguments
	); /* a longer one is cut, which is fine for people */
	va_end(arguments);
	memcpy(path, r->path, sizeof(path));
	control_characters_replace(reason);
	control_characters_replace(path);
	fprintf(r->errors,
		"%s:%u: %s%s%s\n",
		r->file,
		yaml_node_line(node),
		path,
		path[0] != '\0' ? ": " : "",
		reason);
}

/* Appends a key to the path; returns the length to cut it back to. */
static size_t
path_push(struct yaml_reader *r, const char *key)
{
	size_t length = strlen(r->path);

	(void
	)snprintf(r->path + length, sizeof(r->path) - length, "%s%s", length > 0 ? "." : "", key);
	return length;
}

static yaml_node_t *
node_at(struct yaml_reader *r, int index)
{
	return yaml_document_get_node(&r->document, index);
}

const char *
yaml_read_text(struct yaml_reader *r, yaml_node_t *node)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE) {
		yaml_reader_error(
			r,
			node,
			"is a %s, not a single value",
			node->type == YAML_MAPPING_NODE ? "mapping" : "list"
		);
		return NULL;
	}
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length) {
		yaml_reader_error(r, node, "contains a zero byte");
		return NULL;
	}
	if (text[0] == '\0') {
		yaml_reader_error(r, node, "has no value");
		return NULL;
	}
	return text;
}

bool
yaml_read_uint(
	struct yaml_reader *r, yaml_node_t *node, uint64_t min, uint64_t max, uint64_t *value
)
{
	const char *text = yaml_read_text(r, node);
	uint64_t number;
	int error;

	if (text == NULL)
		return false;
	error = quantity_parse(text, &number);
	if (error == -EINVAL) {
		yaml_reader_error(
			r, node, "\"%s\" is not a number (digits, then k, M, G or nothing)", text
		);
		return false;
	}
	if (error != 0 || number > max) {
		yaml_reader_error(r, node, "%s is above %" PRIu64, text, max);
		return false;
	}
	if (number < min) {
		yaml_reader_error(r, node, "%s is below %" PRIu64, text, min);
		return false;
	}
	*value = number;
	return true;
}

bool
yaml_read_bool(struct yaml_reader *r, yaml_node_t *node, bool *value)
{
	const char *text = yaml_read_text(r, node);

	if (text == NULL)
		return false;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
		yaml_reader_error(r, node, "\"%s\" is neither true nor false", text);
		return false;
	}
	*value = text[0] == 't';
	return true;
}

static void
string_read(struct yaml_reader *r, yaml_node_t *node, char *member, size_t size)
{
	const char *text = yaml_read_text(r, node);

	if (text == NULL)
		return;
	if (strlen(text) >= size) {
		yaml_reader_error(r, node, "is longer than %zu characters", size - 1);
		return;
	}
	memcpy(member, text, strlen(text) + 1);
}

static void
value_read(struct yaml_reader *r, yaml_node_t *value, const struct yaml_key *key, void *object)
{
	char *member = (char *)object + key->offset;
	size_t path_length = path_push(r, key->name);
	uint64_t number;

	switch (key->type) {
	case YAML_KEY_UINT:
		if (yaml_read_uint(r, value, key->min, key->max, &number))
			memcpy(member, &number, sizeof(number));
		break;
	case YAML_KEY_STRING:
		string_read(r, value, member, key->size);
		break;
	case YAML_KEY_CUSTOM:
		key->read(r, value, object);
		break;
	}
	r->path[path_length] = '\0';
}

static const struct yaml_key *
key_find(const struct yaml_key *keys, const char *name)
{
	for (const struct yaml_key *key = keys; key->name != NULL; key++) {
		if (strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}

static void
key_unknown(
	struct yaml_reader *r,
	const yaml_node_t *node,
	const char *name,
	const struct yaml_key *keys
)
{
	size_t path_length = path_push(r, name);
	char known[YAML_PATH_BYTES * 2] = "";

	for (const struct yaml_key *key = keys; key->name != NULL; key++) {
		size_t length = strlen(known);

		(void)snprintf(
			known + length,
			sizeof(known) - length,
			"%s%s",
			length > 0 ? ", " : "",
			key->name
		);
	}
	yaml_reader_error(r, node, "unknown key; known here: %s", known);
	r->path[path_length] = '\0';
}

static bool
mapping_check(struct yaml_reader *r, const yaml_node_t *node)
{
	if (node->type == YAML_MAPPING_NODE)
		return true;
	yaml_reader_error(r, node, "is not a mapping (key: value)");
	return false;
}

/* One pair of a mapping with a table. `seen` has a bit for each row of the table. */
static void
pair_read(
	struct yaml_reader *r,
	const yaml_node_pair_t *pair,
	const struct yaml_key *keys,
	void *object,
	uint64_t *seen
)
{
	yaml_node_t *name_node = node_at(r, pair->key);
	const char *name = yaml_read_text(r, name_node);
	const struct yaml_key *key;
	size_t path_length;

	if (name == NULL)
		return;
	key = key_find(keys, name);
	if (key == NULL) {
		key_unknown(r, name_node, name, keys);
		return;
	}
	if (*seen & UINT64_C(1) << (key - keys)) {
		path_length = path_push(r, name);
		yaml_reader_error(r, name_node, "duplicate key");
		r->path[path_length] = '\0';
		return;
	}
	*seen |= UINT64_C(1) << (key - keys);
	value_read(r, node_at(r, pair->value), key, object);
}

void
yaml_read_mapping(
	struct yaml_reader *r, yaml_node_t *node, const struct yaml_key *keys, void *object
)
{
	uint64_t seen = 0;

	if (!mapping_check(r, node))
		return;
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top;
	     pair++)
		pair_read(r, pair, keys, object, &seen);
	for (const struct yaml_key *key = keys; key->name != NULL; key++) {
		assert(key - keys < KEYS_MAX);
		if (key->required && !(seen & UINT64_C(1) << (key - keys))) {
			size_t path_length = path_push(r, key->name);

			yaml_reader_error(r, node, "is missing");
			r->path[path_length] = '\0';
		}
	}
}

static bool
name_check(struct yaml_reader *r, const yaml_node_t *node, const char *name)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t length = strlen(name);

	if (length <= NAME_MAX_CHARS && strspn(name, letters) == length)
		return true;
	yaml_reader_error(
		r, node, "\"%s\" is no name: 1 to %d of A-Z a-z 0-9 _ . -", name, NAME_MAX_CHARS
	);
	return false;
}

static bool
name_is_repeated(
	struct yaml_reader *r,
	const yaml_node_t *mapping,
	const yaml_node_pair_t *pair,
	const char *name
)
{
	for (yaml_node_pair_t *other = mapping->data.mapping.pairs.start; other < pair; other++) {
		yaml_node_t *node = node_at(r, other->key);

		if (node->type == YAML_SCALAR_NODE &&
		    strcmp((const char *)node->data.scalar.value, name) == 0)
			return true;
	}
	return false;
}

void
yaml_read_names(struct yaml_reader *r, yaml_node_t *node, yaml_entry_reader read, void *context)
{
	if (!mapping_check(r, node))
		return;
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top;
	     pair++) {
		yaml_node_t *name_node = node_at(r, pair->key);
		const char *name = yaml_read_text(r, name_node);
		size_t path_length;

		if (name == NULL || !name_check(r, name_node, name))
			continue;
		path_length = path_push(r, name);
		if (name_is_repeated(r, node, pair, name))
			yaml_reader_error(r, name_node, "duplicate name");
		else
			read(r, name_node, node_at(r, pair->value), context);
		r->path[path_length] = '\0';
	}
}

void
yaml_read_sequence(
	struct yaml_reader *r,
	yaml_node_t *node,
	void (*read)(struct yaml_reader *r, yaml_node_t *item, void *context),
	void *context
)
{
	if (node->type != YAML_SEQUENCE_NODE) {
		yaml_reader_error(r, node, "is not a list");
		return;
	}
	for (yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top;
	     item++)
		read(r, node_at(r, *item), context);
}
