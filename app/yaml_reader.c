/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML nodes to C values, with a line and a reason for each that does not fit. */
#include "app/yaml_reader.h"

#include "app/name_table.h"
#include "app/quantity.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
	KEYS_MAX = 64, /* rows of a table: a bit each */
	NAME_MAX_CHARS = 31,
};

const char *
yaml_read_text(struct yaml_reader *r, struct yaml_node *node)
{
	if (node->kind != YAML_SCALAR) {
		yaml_reader_error(
			r,
			node,
			"is a %s, not a single value",
			node->kind == YAML_MAPPING ? "mapping" : "list"
		);
		return NULL;
	}
	if (strlen(node->text) != node->length) {
		yaml_reader_error(r, node, "contains a zero byte");
		return NULL;
	}
	if (node->length == 0) {
		yaml_reader_error(r, node, "has no value");
		return NULL;
	}
	return node->text;
}

bool
yaml_read_uint(
	struct yaml_reader *r, struct yaml_node *node, uint64_t min, uint64_t max, uint64_t *value
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
yaml_read_duration(
	struct yaml_reader *r, struct yaml_node *node, uint64_t min, uint64_t max, uint64_t *value
)
{
	const char *text = yaml_read_text(r, node);
	char bound[DURATION_TEXT_BYTES];
	uint64_t ns;
	int error;

	if (text == NULL)
		return false;
	error = duration_parse(text, &ns);
	if (error == -EINVAL) {
		yaml_reader_error(
			r,
			node,
			"\"%s\" is not a time (digits, then us, ms, s, m, h, d or nothing)",
			text
		);
		return false;
	}
	if (error != 0 || ns > max) {
		yaml_reader_error(r, node, "%s is above %s", text, duration_format(max, bound));
		return false;
	}
	if (ns < min) {
		yaml_reader_error(r, node, "%s is below %s", text, duration_format(min, bound));
		return false;
	}
	*value = ns;
	return true;
}

static void
words_join(char *joined, size_t size, const char *const *words, unsigned n)
{
	size_t length = 0;

	joined[0] = '\0';
	for (unsigned i = 0; i < n && length < size; i++)
		length += (size_t
		)snprintf(joined + length, size - length, "%s%s", i > 0 ? ", " : "", words[i]);
}

int
yaml_read_word(struct yaml_reader *r, struct yaml_node *node, const char *const *words, unsigned n)
{
	const char *text = yaml_read_text(r, node);
	char known[YAML_PATH_BYTES];

	if (text == NULL)
		return -1;
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(words[i], text) == 0)
			return (int)i;
	}
	words_join(known, sizeof(known), words, n);
	yaml_reader_error(r, node, "\"%s\" is none of %s", text, known);
	return -1;
}

bool
yaml_read_bool(struct yaml_reader *r, struct yaml_node *node, bool *value)
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
string_read(struct yaml_reader *r, struct yaml_node *node, char *member, size_t size)
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
value_read(struct yaml_reader *r, struct yaml_node *value, const struct yaml_key *key, void *object)
{
	char *member = (char *)object + key->offset;
	size_t path_length = yaml_path_push(r, key->name);
	uint64_t number;

	switch (key->type) {
	case YAML_KEY_UINT:
		if (yaml_read_uint(r, value, key->min, key->max, &number))
			memcpy(member, &number, sizeof(number));
		break;
	case YAML_KEY_DURATION:
		if (yaml_read_duration(r, value, key->min, key->max, &number))
			memcpy(member, &number, sizeof(number));
		break;
	case YAML_KEY_STRING:
		string_read(r, value, member, key->size);
		break;
	case YAML_KEY_NODE:
		*(struct yaml_node **)member = value;
		break;
	case YAML_KEY_CUSTOM:
		key->read(r, value, object);
		break;
	}
	yaml_path_pop(r, path_length);
}

static const struct yaml_key *
key_find(const struct yaml_key *keys, const char *name)
{
	/* Most rows differ in the first letter, and a call for each of them is what a large config waits for. */
	for (const struct yaml_key *key = keys; key->name != NULL; key++) {
		if (key->name[0] == name[0] && strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}

static void
key_unknown(
	struct yaml_reader *r,
	const struct yaml_node *node,
	const char *name,
	const struct yaml_key *keys
)
{
	size_t path_length = yaml_path_push(r, name);
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
	yaml_path_pop(r, path_length);
}

static bool
mapping_check(struct yaml_reader *r, const struct yaml_node *node)
{
	if (node->kind == YAML_MAPPING)
		return true;
	yaml_reader_error(r, node, "is not a mapping (key: value)");
	return false;
}

/* One pair of a mapping with a table. `seen` has a bit for each row of the table. */
static void
pair_read(
	struct yaml_reader *r,
	struct yaml_node *name_node,
	const struct yaml_key *keys,
	void *object,
	uint64_t *seen
)
{
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
		path_length = yaml_path_push(r, name);
		yaml_reader_error(r, name_node, "duplicate key");
		yaml_path_pop(r, path_length);
		return;
	}
	*seen |= UINT64_C(1) << (key - keys);
	value_read(r, name_node->next, key, object);
}

/* The next pair's key. */
static struct yaml_node *
pair_next(const struct yaml_node *name)
{
	return name->next->next;
}

void
yaml_read_mapping(
	struct yaml_reader *r, struct yaml_node *node, const struct yaml_key *keys, void *object
)
{
	uint64_t seen = 0;

	if (!mapping_check(r, node))
		return;
	for (struct yaml_node *name = node->first; name != NULL; name = pair_next(name))
		pair_read(r, name, keys, object, &seen);
	for (const struct yaml_key *key = keys; key->name != NULL; key++) {
		assert(key - keys < KEYS_MAX);
		if (key->required && !(seen & UINT64_C(1) << (key - keys))) {
			size_t path_length = yaml_path_push(r, key->name);

			yaml_reader_error(r, node, "is missing");
			yaml_path_pop(r, path_length);
		}
	}
}

bool
yaml_name_is_good(const char *name, size_t length)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

	return length > 0 && length <= NAME_MAX_CHARS && strspn(name, letters) >= length;
}

static bool
name_check(struct yaml_reader *r, const struct yaml_node *name)
{
	if (yaml_name_is_good(name->text, name->length))
		return true;
	yaml_reader_error(
		r,
		name,
		"\"%s\" is no name: 1 to %d of A-Z a-z 0-9 _ . -",
		name->text,
		NAME_MAX_CHARS
	);
	return false;
}

void
yaml_read_entries(
	struct yaml_reader *r,
	struct yaml_node *node,
	yaml_name_check check,
	yaml_entry_reader read,
	void *context
)
{
	struct name_table names;
	size_t path_length;

	if (!mapping_check(r, node))
		return;
	if (!name_table_init(&names, node->length)) {
		yaml_reader_error(r, node, "out of memory");
		return;
	}
	for (struct yaml_node *name = node->first; name != NULL; name = pair_next(name)) {
		if (yaml_read_text(r, name) == NULL || !check(r, name))
			continue;
		path_length = yaml_path_push(r, name->text);
		if (name_table_add(&names, name->text, 0))
			read(r, name, name->next, context);
		else
			yaml_reader_error(r, name, "duplicate name");
		yaml_path_pop(r, path_length);
	}
	name_table_free(&names);
}

void
yaml_read_names(
	struct yaml_reader *r, struct yaml_node *node, yaml_entry_reader read, void *context
)
{
	yaml_read_entries(r, node, name_check, read, context);
}

void
yaml_read_sequence(
	struct yaml_reader *r,
	struct yaml_node *node,
	void (*read)(struct yaml_reader *r, struct yaml_node *item, void *context),
	void *context
)
{
	if (node->kind != YAML_LIST) {
		yaml_reader_error(r, node, "is not a list");
		return;
	}
	for (struct yaml_node *item = node->first; item != NULL; item = item->next)
		read(r, item, context);
}
