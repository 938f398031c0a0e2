/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a YAML file into structs by tables of keys, and says everything that is wrong as `file:line: key: reason`.
 *
 * Built on libyaml, which keeps the line of every node. (libcyaml was tried too: docs/architecture.md says why not.)
 * Errors do not stop the reading: the caller looks at n_errors at the end. One thread at a time.
 */
#ifndef APP_YAML_READER_H
#define APP_YAML_READER_H

#include <yaml.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { YAML_PATH_BYTES = 256 };

struct yaml_reader {
	const char *file;
	FILE *errors; /* where reasons are written */
	unsigned n_errors;
	char path[YAML_PATH_BYTES]; /* the key being read, e.g. ports.wan.mtu */
	yaml_document_t document;
};

enum yaml_key_type {
	YAML_KEY_UINT, /* uint64_t, with k, M, G */
	YAML_KEY_STRING, /* char[size] */
	YAML_KEY_CUSTOM, /* the row's own reader */
};

/* A key that a mapping may have, and where its value goes in the object. */
struct yaml_key {
	const char *name;
	enum yaml_key_type type;
	bool required;
	size_t offset; /* of the member in the object */
	size_t size; /* YAML_KEY_STRING: bytes of the member, terminator included */
	uint64_t min, max; /* YAML_KEY_UINT */
	void (*read)(struct yaml_reader *r, yaml_node_t *value, void *object); /* YAML_KEY_CUSTOM */
};

/* Reads a member of a mapping whose keys are names that the user chose. */
typedef void (*yaml_entry_reader
)(struct yaml_reader *r, yaml_node_t *name, yaml_node_t *value, void *context);

/* Loads the file. Returns its root node, or NULL when it cannot be read or is no YAML: then an error has been said. */
yaml_node_t *yaml_reader_open(struct yaml_reader *r, const char *file, FILE *errors);

/* Frees the nodes. Only after a successful open. */
void yaml_reader_close(struct yaml_reader *r);

/* `file:line: key: reason`, with the line of the node. */
void yaml_reader_error(struct yaml_reader *r, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The line of a node, counted from 1. */
unsigned yaml_node_line(const yaml_node_t *node);

/* A mapping by its table, which ends with a row whose name is NULL. Unknown, duplicate and missing keys are errors. */
void yaml_read_mapping(
	struct yaml_reader *r, yaml_node_t *node, const struct yaml_key *keys, void *object
);

/* A mapping of free names. Names are 1 to 31 of [A-Za-z0-9_.-]; others and duplicates are errors. */
void
yaml_read_names(struct yaml_reader *r, yaml_node_t *node, yaml_entry_reader read, void *context);

/* Each item of a sequence. */
void yaml_read_sequence(
	struct yaml_reader *r,
	yaml_node_t *node,
	void (*read)(struct yaml_reader *r, yaml_node_t *item, void *context),
	void *context
);

/* The text of a scalar, or NULL and an error. Lives as long as the document. */
const char *yaml_read_text(struct yaml_reader *r, yaml_node_t *node);

/* true or false. On an error false, and `value` is unchanged. */
bool yaml_read_bool(struct yaml_reader *r, yaml_node_t *node, bool *value);

/* A number of the range. On an error false, and `value` is unchanged. */
bool yaml_read_uint(
	struct yaml_reader *r, yaml_node_t *node, uint64_t min, uint64_t max, uint64_t *value
);

#endif
