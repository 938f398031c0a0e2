/* SPDX-License-Identifier: BSD-3-Clause */
/* The names and help texts of the malformed classes, generated from the one table. */
#include "pipeline/decode/decode_error.h"

const struct decode_error_row decode_errors[DECODE_ERROR_COUNT] = {
#define DECODE_ERROR_ROW(id, error_name, error_help)                                               \
	[DECODE_ERROR_##id] = {.name = (error_name), .help = (error_help)},
	DECODE_ERROR_TABLE(DECODE_ERROR_ROW)
#undef DECODE_ERROR_ROW
};
