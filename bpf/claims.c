/* SPDX-License-Identifier: BSD-3-Clause */
/* Checks rows and compiles the first level: destinations. A prefix counts the rows of all prefixes that cover it. */
#include "bpf/claims.h"

#include "bpf/claims_levels.h"
#include "bpf/claims_prefix.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static int
destination_compare(const void *a, const void *b)
{
	const claims_row_pointer *row_a = a, *row_b = b;

	return claims_prefix_compare(&(*row_a)->destination, &(*row_b)->destination);
}

/* The rows whose destinations cover the one looked at, widest first, and the result of each prefix among them. */
struct destination_stack {
	struct claims_rows rows;
	struct steer_result *results; /* of rows.rows[i]'s destination */
};

static const struct steer_result *
destination_stack_unwind(struct destination_stack *s, const struct claims_prefix *prefix)
{
	static const struct steer_result none = {.result = STEER_NONE};

	while (s->rows.n > 0 &&
	       !claims_prefix_covers(&s->rows.rows[s->rows.n - 1]->destination, prefix))
		s->rows.n--;
	return s->rows.n > 0 ? &s->results[s->rows.n - 1] : &none;
}

/* Pushes the rows from `first` on that have the same destination; returns the index behind them. */
static unsigned
destination_stack_push(
	struct destination_stack *s, const struct claims_rows *sorted, unsigned first
)
{
	const struct claims_prefix *prefix = &sorted->rows[first]->destination;
	unsigned i = first;

	while (i < sorted->n && claims_prefix_compare(&sorted->rows[i]->destination, prefix) == 0)
		s->rows.rows[s->rows.n++] = sorted->rows[i++];
	return i;
}

static int
destinations_add(
	struct claims_spaces *spaces,
	enum steer_space_kind kind,
	const struct claims_rows *sorted,
	struct destination_stack *stack
)
{
	int error = 0;

	for (unsigned i = 0; error == 0 && i < sorted->n;) {
		const struct claims_prefix *prefix = &sorted->rows[i]->destination;
		const struct steer_result *around = destination_stack_unwind(stack, prefix);
		struct steer_key key = claims_prefix_key(prefix);
		struct steer_result result;

		i = destination_stack_push(stack, sorted, i);
		error = claims_levels_compile(spaces, &stack->rows, &result);
		stack->results[stack->rows.n - 1] = result;
		if (error == 0 && memcmp(&result, around, sizeof(result)) != 0)
			error = claims_spaces_add(spaces, kind, &key, &result);
	}
	return error;
}

static bool
row_has_version(const struct claims_row *row, int version)
{
	return row->ip_version == version;
}

static int
version_compile(struct claims_spaces *spaces, const struct claims_rows *rows, int version)
{
	enum steer_space_kind kind = version == 4 ? STEER_SPACE_IPV4 : STEER_SPACE_IPV6;
	struct destination_stack stack = {.rows.n = 0};
	struct claims_rows sorted;
	int error = claims_rows_select(rows, row_has_version, version, &sorted);

	stack.rows.rows = calloc(rows->n + 1, sizeof(*stack.rows.rows));
	stack.results = calloc(rows->n + 1, sizeof(*stack.results));
	if (stack.rows.rows == NULL || stack.results == NULL)
		error = -ENOMEM;
	if (error == 0) {
		qsort(sorted.rows, sorted.n, sizeof(*sorted.rows), destination_compare);
		error = destinations_add(spaces, kind, &sorted, &stack);
	}
	free(stack.results);
	free(stack.rows.rows);
	free(sorted.rows);
	return error;
}

/* Checks */

static const char *
prefix_fault(const struct claims_prefix *prefix, unsigned address_bits)
{
	if (prefix->length > address_bits)
		return "a prefix is longer than an address";
	for (unsigned bit = prefix->length; bit < 8 * sizeof(prefix->address); bit++) {
		if (prefix->address[bit / 8] & 0x80 >> bit % 8)
			return "an address has bits set behind its prefix";
	}
	return NULL;
}

static const char *
protocol_fault(const struct claims_row *row)
{
	if (row->protocol < CLAIMS_ANY || row->protocol > UINT8_MAX)
		return "the protocol is no number from 0 to 255";
	if (row->protocol == IPPROTO_IGMP && row->ip_version == 4)
		return "IGMP always goes to the kernel, which keeps the interface's groups";
	if (!row->names_ports)
		return NULL;
	if (row->protocol != CLAIMS_ANY && !claims_protocol_has_ports(row->protocol))
		return "the protocol has no ports";
	return row->port_first <= row->port_last ? NULL : "the port range ends before it begins";
}

const char *
claims_row_fault(const struct claims_row *row)
{
	unsigned address_bits = row->ip_version == 4 ? 32 : 128;
	const char *fault;

	if (row->action != STEER_CLAIM && row->action != STEER_DENY)
		return "the action is neither claim nor deny";
	if (row->ip_version != 4 && row->ip_version != 6)
		return "the IP version is neither 4 nor 6";
	if (row->vlan < CLAIMS_ANY || row->vlan > CLAIMS_VLAN_MAX)
		return "the VLAN is no number from 1 to 4094";
	fault = protocol_fault(row);
	if (fault == NULL)
		fault = prefix_fault(&row->destination, address_bits);
	if (fault == NULL)
		fault = prefix_fault(&row->source, address_bits);
	return fault;
}

int
claims_compile(const struct claims_row *rows, unsigned n, struct claims_table *table)
{
	struct claims_rows pointers = {.n = n};
	struct claims_spaces *spaces = NULL;
	int error = -ENOMEM;

	memset(table, 0, sizeof(*table));
	if (n > CLAIMS_ROWS_MAX)
		return -EINVAL;
	pointers.rows = calloc(n + 1, sizeof(*pointers.rows));
	spaces = claims_spaces_create(table);
	if (pointers.rows == NULL || spaces == NULL)
		goto free_spaces;
	error = 0;
	for (unsigned i = 0; i < n; i++) {
		if (claims_row_fault(&rows[i]) != NULL)
			error = -EINVAL;
		pointers.rows[i] = &rows[i];
	}
	if (error == 0)
		error = version_compile(spaces, &pointers, 4);
	if (error == 0)
		error = version_compile(spaces, &pointers, 6);
free_spaces:
	claims_spaces_destroy(spaces);
	free(pointers.rows);
	return error;
}

void
claims_table_free(struct claims_table *table)
{
	free(table->keys);
	free(table->results);
	memset(table, 0, sizeof(*table));
}
