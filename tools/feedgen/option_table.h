/* SPDX-License-Identifier: BSD-3-Clause */
/* The options as data: how each is called, takes its value and is described. */
#ifndef LEAT_FEEDGEN_OPTION_TABLE_H
#define LEAT_FEEDGEN_OPTION_TABLE_H

#include "tools/feedgen/options.h"

#include <stddef.h>
#include <stdint.h>

#define OPTION_SEQUENCE_MAX (UINT64_C(1) << 63) /* what decoders accept: wire-formats.md 1.1 */

/* The value of --line when there is none. */
#define OPTION_LINE_DEFAULT "a=233.54.12.1:26400"

struct option_row {
	const char *name;
	const char *value; /* what to call it; NULL: the option has none */

	/* 0 or -EINVAL, already reported; text is NULL for an option without a value. */
	int (*set)(struct options *options, const struct option_row *row, const char *text);
	const char *help;
	size_t offset; /* of the field in struct options, for the setters that need it */
	uint64_t min;
	uint64_t max;
};

/* Ends with a row without a name. */
extern const struct option_row option_rows[];

#endif
