/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Building blocks of telemetry answers.
 *
 * The library cuts an answer at 16 KiB and a dictionary at 256 entries without a word, and takes only [A-Za-z0-9_/] in
 * keys. So lists come in pages, `total`, `offset` and `next`, with the rows under their index, and names stand in values.
 * Telemetry thread only.
 */
#ifndef APP_TELEMETRY_PAGE_H
#define APP_TELEMETRY_PAGE_H

#include "app/appliance.h"

#include <rte_telemetry.h>

#include <stdint.h>

/* Rows of a page. */
enum { TELEMETRY_PAGE_ROWS = 24 };

/*
 * Fills one row of a list: at most some 500 bytes of JSON, so that a page stays below 16 KiB. `totals` are the same for all
 * rows of a page.
 */
typedef void (*telemetry_row_writer
)(const struct appliance *a,
  const struct appliance_totals *totals,
  unsigned i,
  struct rte_tel_data *row);

void telemetry_add_number(struct rte_tel_data *d, const char *key, uint64_t n);

/* What is longer than the library's 127 characters ends in "..."; what is no printable ASCII is "?". */
void telemetry_add_text(struct rte_tel_data *d, const char *key, const char *text);

/* An empty dictionary to put into another, or NULL without memory. */
struct rte_tel_data *telemetry_part_make(void);

/* Adds a part under a key; what the library does not take is freed. */
void telemetry_part_add(struct rte_tel_data *d, const char *key, struct rte_tel_data *part);

/* Likewise, under the number of a row. */
void telemetry_row_add(struct rte_tel_data *d, unsigned i, struct rte_tel_data *row);

/* The offset that a parameter asks for; none is 0. -EINVAL where it is no number, or one beyond 64 bits. */
int telemetry_offset_read(const char *params, uint64_t *offset);

/* A page of a list; `params` is the offset or nothing. 0 or a negative errno. */
int telemetry_page(
	const struct appliance *a,
	const char *params,
	struct rte_tel_data *d,
	unsigned total,
	telemetry_row_writer write
);

#endif
