/* SPDX-License-Identifier: BSD-3-Clause */
/* Nested source prefixes, swept in an order that keeps what covers the current one on a stack. */
#include "bpf/claims_sources.h"

#include "bpf/claims_prefix.h"

#include <stdlib.h>

enum { ADDRESS_BITS_MAX = 128 };

/* The prefixes that cover the one looked at, and what holds in each; the last is the longest. */
struct source_stack {
	unsigned n;
	struct {
		const struct claims_prefix *prefix;
		enum steer_action action;
	} items[ADDRESS_BITS_MAX + 1];
};

static int
source_compare(const void *a, const void *b)
{
	const claims_row_pointer *row_a = a, *row_b = b;

	return claims_prefix_compare(&(*row_a)->source, &(*row_b)->source);
}

/* Drops what does not cover the prefix. What holds around it? */
static enum steer_action
source_stack_unwind(struct source_stack *s, const struct claims_prefix *prefix)
{
	while (s->n > 0 && !claims_prefix_covers(s->items[s->n - 1].prefix, prefix))
		s->n--;
	return s->n > 0 ? s->items[s->n - 1].action : STEER_NONE;
}

/* The strongest action of the rows from `first` on that have the same source; moves `first` behind them. */
static enum steer_action
sources_strongest(const struct claims_rows *sorted, unsigned *first)
{
	const struct claims_prefix *prefix = &sorted->rows[*first]->source;
	enum steer_action action = STEER_NONE;

	for (; *first < sorted->n; ++*first) {
		const struct claims_row *row = sorted->rows[*first];

		if (claims_prefix_compare(&row->source, prefix) != 0)
			break;
		if (row->action > action)
			action = row->action;
	}
	return action;
}

static int
sources_collect(const struct claims_rows *sorted, struct claims_list *list)
{
	struct source_stack stack = {.n = 0};
	int error = 0;

	for (unsigned i = 0; error == 0 && i < sorted->n;) {
		const struct claims_prefix *prefix = &sorted->rows[i]->source;
		struct steer_key key = claims_prefix_key(prefix);
		enum steer_action around = source_stack_unwind(&stack, prefix);
		enum steer_action action = sources_strongest(sorted, &i);

		if (action <= around)
			continue;
		stack.items[stack.n].prefix = prefix;
		stack.items[stack.n++].action = action;
		error = claims_list_add(list, &key, action);
	}
	return error;
}

static bool
row_passes(const struct claims_row *row, int unused)
{
	(void)row;
	(void)unused;
	return true;
}

int
claims_sources_compile(
	struct claims_spaces *spaces, const struct claims_rows *rows, uint32_t *result
)
{
	struct claims_list list = {.n = 0};
	struct claims_rows sorted;
	int error = claims_rows_select(rows, row_passes, 0, &sorted);

	if (error == 0) {
		qsort(sorted.rows, sorted.n, sizeof(*sorted.rows), source_compare);
		error = sources_collect(&sorted, &list);
	}
	if (error == 0)
		error = claims_spaces_close(spaces, STEER_SPACE_SOURCE, &list, result);
	claims_list_free(&list);
	free(sorted.rows);
	return error;
}
