/* SPDX-License-Identifier: BSD-3-Clause */
/* Open addressing, never more than half full. */
#include "app/name_table.h"

#include <stdlib.h>
#include <string.h>

bool
name_table_init(struct name_table *t, size_t n)
{
	size_t room = 8;

	while (room < 2 * n)
		room *= 2;
	t->mask = room - 1;
	t->rows = calloc(room, sizeof(*t->rows));
	return t->rows != NULL;
}

void
name_table_free(struct name_table *t)
{
	free(t->rows);
	t->rows = NULL;
}

/* The row with the name, or the free one where it would be. FNV-1a: names are short. */
static struct name_table_row *
row_of(const struct name_table *t, const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (const char *c = name; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
	for (size_t i = hash ^ hash >> 32;; i++) {
		struct name_table_row *row = &t->rows[i & t->mask];

		if (row->name == NULL || strcmp(row->name, name) == 0)
			return row;
	}
}

bool
name_table_add(struct name_table *t, const char *name, unsigned value)
{
	struct name_table_row *row = row_of(t, name);

	if (row->name != NULL)
		return false;
	*row = (struct name_table_row){.name = name, .value = value};
	return true;
}

bool
name_table_find(const struct name_table *t, const char *name, unsigned *value)
{
	const struct name_table_row *row = row_of(t, name);

	if (row->name == NULL)
		return false;
	*value = row->value;
	return true;
}
