/* SPDX-License-Identifier: BSD-3-Clause */
/* Selecting rows. */
#include "bpf/claims_rows.h"

#include <errno.h>
#include <stdlib.h>

int
claims_rows_select(
	const struct claims_rows *from,
	claims_row_test test,
	int value,
	struct claims_rows *selected
)
{
	selected->n = 0;
	selected->rows = calloc(from->n + 1, sizeof(*selected->rows)); /* never 0 bytes */
	if (selected->rows == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < from->n; i++) {
		if (test(from->rows[i], value))
			selected->rows[selected->n++] = from->rows[i];
	}
	return 0;
}
