/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers, texts, rows and pages. */
#include "app/telemetry_page.h"

#include "app/dpdk_compat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROW_KEY_BYTES = 16,
};

void
telemetry_add_number(struct rte_tel_data *d, const char *key, uint64_t n)
{
	(void)rte_tel_data_add_dict_uint(
		d, key, n
	); /* rows are far below the library's limits: see the header */
}

void
telemetry_add_text(struct rte_tel_data *d, const char *key, const char *text)
{
	char cut[RTE_TEL_MAX_STRING_LEN];
	int length = snprintf(cut, sizeof(cut), "%s", text);

	if (length >= (int)sizeof(cut))
		memcpy(cut + sizeof(cut) - sizeof("..."), "...", sizeof("..."));
	/* DPDK 22.11 writes bytes beyond ASCII as escapes that no JSON parser takes. */
	for (char *c = cut; *c != '\0'; c++) {
		if ((unsigned char)*c > 0x7E || (unsigned char)*c < ' ')
			*c = '?';
	}
	(void)rte_tel_data_add_dict_string(
		d, key, cut
	); /* rows are far below the library's limits: see the header */
}

struct rte_tel_data *
telemetry_part_make(void)
{
	struct rte_tel_data *part = rte_tel_data_alloc();

	if (part != NULL)
		(void)rte_tel_data_start_dict(part); /* cannot fail for memory that is there */
	return part;
}

void
telemetry_part_add(struct rte_tel_data *d, const char *key, struct rte_tel_data *part)
{
	if (rte_tel_data_add_dict_container(d, key, part, 0) != 0)
		rte_tel_data_free(part);
}

void
telemetry_row_add(struct rte_tel_data *d, unsigned i, struct rte_tel_data *row)
{
	char key[ROW_KEY_BYTES];

	(void)snprintf(key, sizeof(key), "%u", i);
	telemetry_part_add(d, key, row);
}

int
telemetry_offset_read(const char *params, uint64_t *offset)
{
	char *rest;

	*offset = 0;
	if (params == NULL || params[0] == '\0')
		return 0;
	if (params[0] < '0' || params[0] > '9')
		return -EINVAL;
	errno = 0;
	*offset = strtoull(params, &rest, 10);
	return errno == 0 && *rest == '\0' ? 0 : -EINVAL;
}

int
telemetry_page(
	const struct appliance *a,
	const char *params,
	struct rte_tel_data *d,
	unsigned total,
	telemetry_row_writer write
)
{
	struct appliance_totals totals;
	struct rte_tel_data *rows;
	unsigned offset, end;
	uint64_t wanted;
	int error = telemetry_offset_read(params, &wanted);

	if (error != 0)
		return error;
	offset = (unsigned)RTE_MIN(wanted, (uint64_t)total);
	rows = telemetry_part_make();
	if (rows == NULL)
		return -ENOMEM;
	appliance_totals(a, &totals);
	end = RTE_MIN(offset + TELEMETRY_PAGE_ROWS, total);
	for (unsigned i = offset; i < end; i++) {
		struct rte_tel_data *row = telemetry_part_make();

		if (row == NULL)
			break;
		write(a, &totals, i, row);
		telemetry_row_add(rows, i, row);
	}
	telemetry_add_number(d, "total", total);
	telemetry_add_number(d, "offset", offset);
	/* The offset of the next page; 0 after the last one. */
	telemetry_add_number(d, "next", end < total ? end : 0);
	telemetry_part_add(d, "rows", rows);
	return 0;
}
