/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers by name. For tables that are built once and then asked. */
#ifndef APP_NAME_TABLE_H
#define APP_NAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_table_row {
	const char *name; /* NULL: free */
	unsigned value;
};

struct name_table {
	struct name_table_row *rows; /* a power of two of them */
	size_t mask;
};

/* For at most n names, which stay the caller's. False without memory. */
bool name_table_init(struct name_table *t, size_t n);

/* Also after an init that failed. */
void name_table_free(struct name_table *t);

/* False where the name is there already: then its value stays. */
bool name_table_add(struct name_table *t, const char *name, unsigned value);

bool name_table_find(const struct name_table *t, const char *name, unsigned *value);

#endif
