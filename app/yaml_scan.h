/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands between the brackets and indents of plain YAML (yaml_plain.h): gaps and scalars. */
#ifndef APP_YAML_SCAN_H
#define APP_YAML_SCAN_H

#include "app/yaml_nodes.h"

#include <stdbool.h>
#include <stddef.h>

struct yaml_scan {
	struct yaml_nodes *nodes;
	const char *text; /* ends with a terminator, and has no other */
	char *copy; /* of the text. Scalars live in it, each with a terminator over what came after it */
	const char *p; /* what is looked at */
	const char *line_begin;
	unsigned line; /* of p, counted from 1 */
	unsigned depth; /* lists and mappings that are open */
};

/* Only printable ASCII and newlines? */
bool yaml_scan_knows(const char *text, size_t length);

/* Over blanks, comments and ends of lines, to what comes next. */
void yaml_scan_gap(struct yaml_scan *s);

/* Over blanks and a comment. Is that all of the line? */
bool yaml_scan_line_end(struct yaml_scan *s);

/* The column of what is looked at, or -1 at the end of the text. */
int yaml_scan_column(const struct yaml_scan *s);

/* Does a character with this one behind it stand alone? */
bool yaml_scan_is_blank(char next);

/* A scalar, and p right behind it; or NULL. */
struct yaml_node *yaml_scan_scalar(struct yaml_scan *s, bool in_flow);

#endif
