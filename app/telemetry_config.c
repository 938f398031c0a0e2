/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text in pages of lines. A string of the library's holds 127 characters: a longer line comes in pieces, rows with the
 * same line number, to be put together.
 */
#include "app/telemetry_config.h"

#include "app/telemetry_page.h"

#include <string.h>

enum {
	PAGE_PIECES = 48, /* and what stands around them, in 16 KiB */
	PIECE_BYTES = RTE_TEL_MAX_STRING_LEN - 1,
	ERROR_LINES_MAX = 16,
};

/* A piece of a text: a line or a part of one. */
struct piece {
	const char *start;
	size_t length;
	unsigned line; /* from 1 */
	bool more; /* the line goes on */
};

/* Steps to the next piece. False behind the last. */
static bool
piece_next(struct piece *p)
{
	const char *next = p->start + p->length;
	size_t length;

	if (!p->more) {
		p->line++;
		if (p->line > 1)
			next += *next == '\n';
	}
	if (*next == '\0')
		return false;
	length = strcspn(next, "\n");
	p->start = next;
	p->more = length > PIECE_BYTES;
	p->length = p->more ? (size_t)PIECE_BYTES : length;
	return true;
}

static void
piece_row(const struct piece *p, struct rte_tel_data *row)
{
	char text[PIECE_BYTES + 1];

	memcpy(text, p->start, p->length);
	text[p->length] = '\0';
	telemetry_add_number(row, "line", p->line);
	telemetry_add_text(row, "text", text);
}

/* The pieces from `offset` on, at most `most`; returns how many there are in all. */
static unsigned
pieces_add(
	struct rte_tel_data *d, const char *key, const char *text, unsigned offset, unsigned most
)
{
	struct rte_tel_data *rows = telemetry_part_make();
	struct piece piece = {.start = text};
	unsigned n = 0;

	while (piece_next(&piece)) {
		struct rte_tel_data *row = n >= offset && n < offset + most && rows != NULL
						   ? telemetry_part_make()
						   : NULL;

		if (row != NULL) {
			piece_row(&piece, row);
			telemetry_row_add(rows, n, row);
		}
		n++;
	}
	if (rows != NULL)
		telemetry_part_add(d, key, rows);
	return n;
}

int
telemetry_config(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	const struct running *r = &a->in_force;
	const char *text = a->config->text != NULL ? a->config->text : "";
	unsigned offset, total;
	uint64_t wanted;
	int error = telemetry_offset_read(params, &wanted);

	if (error != 0)
		return error;
	offset = (unsigned)RTE_MIN(wanted, (uint64_t)strlen(text) + 1);
	telemetry_add_number(d, "generation", r->generation);
	telemetry_add_number(d, "since_unix_ns", r->since_unix_ns);
	telemetry_add_text(d, "file", r->file != NULL ? r->file : "");
	telemetry_add_number(d, "error", r->error != NULL);
	if (r->error != NULL) {
		telemetry_add_number(d, "error_unix_ns", r->error_unix_ns);
		(void)pieces_add(d, "errors", r->error, 0, ERROR_LINES_MAX); /* the log has all */
	}
	total = pieces_add(d, "rows", text, offset, PAGE_PIECES);
	telemetry_add_number(d, "total", total);
	telemetry_add_number(d, "offset", RTE_MIN(offset, total));
	telemetry_add_number(d, "next", offset + PAGE_PIECES < total ? offset + PAGE_PIECES : 0);
	return 0;
}
