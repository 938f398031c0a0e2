/* SPDX-License-Identifier: BSD-3-Clause */
/* Digits and a suffix, nothing else: no sign, no space, no fraction. */
#include "app/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct suffix {
	const char *text;
	uint64_t factor;
};

static const struct suffix quantity_suffixes[] = {
	{"", 1},
	{"k", 1000},
	{"M", 1000 * 1000},
	{"G", 1000 * 1000 * 1000},
	{NULL, 0},
};

static const struct suffix duration_suffixes[] = {
	{"us", 1000},
	{"ms", 1000 * 1000},
	{"s", 1000 * 1000 * 1000},
	{"", 1000 * 1000 * 1000},
	{"m", UINT64_C(60) * 1000 * 1000 * 1000},
	{"h", UINT64_C(3600) * 1000 * 1000 * 1000},
	{"d", UINT64_C(86400) * 1000 * 1000 * 1000},
	{NULL, 0},
};

static int
scaled_parse(const char *text, const struct suffix *suffixes, uint64_t *value)
{
	unsigned long long digits;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	digits = strtoull(text, &end, 10);
	if (errno == ERANGE)
		return -ERANGE;
	for (const struct suffix *s = suffixes; s->text != NULL; s++) {
		if (strcmp(end, s->text) == 0)
			return __builtin_mul_overflow(digits, s->factor, value) ? -ERANGE : 0;
	}
	return -EINVAL;
}

int
quantity_parse(const char *text, uint64_t *value)
{
	return scaled_parse(text, quantity_suffixes, value);
}

int
duration_parse(const char *text, uint64_t *ns)
{
	return scaled_parse(text, duration_suffixes, ns);
}

const char *
duration_format(uint64_t ns, char text[DURATION_TEXT_BYTES])
{
	const struct suffix *best = &duration_suffixes[0];

	for (const struct suffix *s = duration_suffixes; s->text != NULL; s++) {
		if (s->text[0] != '\0' && ns >= s->factor && ns % s->factor == 0)
			best = s;
	}
	(void)snprintf(text, DURATION_TEXT_BYTES, "%" PRIu64 "%s", ns / best->factor, best->text);
	return text;
}
