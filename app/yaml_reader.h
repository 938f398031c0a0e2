/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a YAML file into structs by tables of keys, and says everything that is wrong as `file:line: key: reason`.
 *
 * Built on libyaml, which keeps the line of every node, behind a faster reader for what is plain (yaml_plain.h).
 * Errors do not stop the reading: the caller looks at n_errors at the end. One thread at a time.
 */
#ifndef APP_YAML_READER_H
#define APP_YAML_READER_H

#include "app/yaml_nodes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { YAML_PATH_BYTES = 256 };

struct yaml_reader {
	const char *file;
	FILE *errors; /* where reasons are written */
	unsigned n_errors;
	unsigned n_warnings;
	char path[YAML_PATH_BYTES]; /* the key being read, e.g. ports.wan.mtu */
	size_t path_length;
	char *text; /* the file as it was read. Whoever takes it leaves NULL */
	size_t text_length;
	struct yaml_nodes nodes;
};

enum yaml_key_type {
	YAML_KEY_UINT, /* uint64_t, with k, M, G */
	YAML_KEY_DURATION, /* uint64_t, nanoseconds */
	YAML_KEY_STRING, /* char[size] */
	YAML_KEY_NODE, /* struct yaml_node *, to be read later */
	YAML_KEY_CUSTOM, /* the row's own reader */
};

/* A key that a mapping may have, and where its value goes in the object. */
struct yaml_key {
	const char *name;
	enum yaml_key_type type;
	bool required;
	size_t offset; /* of the member in the object */
	size_t size; /* YAML_KEY_STRING: bytes of the member, terminator included */
	uint64_t min, max; /* YAML_KEY_UINT, YAML_KEY_DURATION */
	void (*read
	)(struct yaml_reader *r, struct yaml_node *value, void *object); /* YAML_KEY_CUSTOM */
};

/* Reads a member of a mapping whose keys are names that the user chose. */
typedef void (*yaml_entry_reader
)(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context);

/* Is the name of an entry a good one? If not, it says why. */
typedef bool (*yaml_name_check)(struct yaml_reader *r, const struct yaml_node *name);

/* Loads the file. Returns its root node, or NULL when it cannot be read or is no YAML: then an error has been said. */
struct yaml_node *yaml_reader_open(struct yaml_reader *r, const char *file, FILE *errors);

/* Frees the nodes and the text. Also after an open that failed. */
void yaml_reader_close(struct yaml_reader *r);

/* `file:line: key: reason`, with the line of the node. */
void yaml_reader_error(struct yaml_reader *r, const struct yaml_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with a line of which there is no node at hand. */
void yaml_reader_error_at(struct yaml_reader *r, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* `file:line: key: warning: reason`, for what is right and probably not meant. */
void yaml_reader_warning(struct yaml_reader *r, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds a key to the path of what is being read; returns the length to give to yaml_path_pop. */
size_t yaml_path_push(struct yaml_reader *r, const char *key);
void yaml_path_pop(struct yaml_reader *r, size_t length);

/* A mapping by its table, which ends with a row whose name is NULL. Unknown, duplicate and missing keys are errors. */
void yaml_read_mapping(
	struct yaml_reader *r, struct yaml_node *node, const struct yaml_key *keys, void *object
);

/* A mapping of free names. Names are 1 to 31 of [A-Za-z0-9_.-]; others and duplicates are errors. */
void yaml_read_names(
	struct yaml_reader *r, struct yaml_node *node, yaml_entry_reader read, void *context
);

/* 1 to 31 of [A-Za-z0-9_.-], in the first so many bytes of a text. */
bool yaml_name_is_good(const char *name, size_t length);

/* As yaml_read_names, with names that `check` judges. */
void yaml_read_entries(
	struct yaml_reader *r,
	struct yaml_node *node,
	yaml_name_check check,
	yaml_entry_reader read,
	void *context
);

/* Each item of a sequence. */
void yaml_read_sequence(
	struct yaml_reader *r,
	struct yaml_node *node,
	void (*read)(struct yaml_reader *r, struct yaml_node *item, void *context),
	void *context
);

/* The text of a scalar, or NULL and an error. Lives as long as the document. */
const char *yaml_read_text(struct yaml_reader *r, struct yaml_node *node);

/* true or false. On an error false, and `value` is unchanged. */
bool yaml_read_bool(struct yaml_reader *r, struct yaml_node *node, bool *value);

/* A number of the range. On an error false, and `value` is unchanged. */
bool yaml_read_uint(
	struct yaml_reader *r, struct yaml_node *node, uint64_t min, uint64_t max, uint64_t *value
);

/* A time of the range; the ends are nanoseconds too. On an error false, and `value` is unchanged. */
bool yaml_read_duration(
	struct yaml_reader *r, struct yaml_node *node, uint64_t min, uint64_t max, uint64_t *value
);

/* The index of the word among n, or -1 and an error that names them. */
int
yaml_read_word(struct yaml_reader *r, struct yaml_node *node, const char *const *words, unsigned n);

#endif
