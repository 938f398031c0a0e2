/* SPDX-License-Identifier: BSD-3-Clause */
/* Choices of rows, by pointer. */
#ifndef BPF_CLAIMS_ROWS_H
#define BPF_CLAIMS_ROWS_H

#include "bpf/claims.h"

typedef const struct claims_row *claims_row_pointer; /* keeps arrays of them readable */

struct claims_rows {
	unsigned n;
	claims_row_pointer *rows;
};

typedef bool (*claims_row_test)(const struct claims_row *row, int value);

/* Those that pass the test, in an array that the caller frees, also after an error. 0 or -ENOMEM. */
int claims_rows_select(
	const struct claims_rows *from,
	claims_row_test test,
	int value,
	struct claims_rows *selected
);

#endif
