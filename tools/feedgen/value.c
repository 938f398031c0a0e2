/* SPDX-License-Identifier: BSD-3-Clause */
/* Decimal numbers are read exactly, as an integer with a power of ten: no floating point. */
#include "tools/feedgen/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit number_units[] = {
	{"", 1},
	{"k", 1000},
	{"M", 1000000},
	{"G", 1000000000},
	{NULL, 0},
};
static const struct unit time_units[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000000},
	{"s", 1000000000},
	{NULL, 0},
};
static const struct unit probability_units[] = {{"", 1000000000}, {"%", 10000000}, {NULL, 0}};
static const struct unit weight_units[] = {{"", 1000000}, {NULL, 0}};

struct decimal {
	uint64_t digits;
	uint64_t divisor; /* 10 to the number of digits behind the point */
};

/* The end of the number in text, or NULL when there is none or it has too many digits. */
static const char *
decimal_scan(const char *text, struct decimal *decimal)
{
	bool behind_point = false;
	const char *at = text;

	*decimal = (struct decimal){.divisor = 1};
	if (*at < '0' || *at > '9')
		return NULL;
	for (; (*at >= '0' && *at <= '9') || (*at == '.' && !behind_point); at++) {
		if (*at == '.') {
			behind_point = true;
			continue;
		}
		if (__builtin_mul_overflow(decimal->digits, 10, &decimal->digits) ||
		    __builtin_add_overflow(decimal->digits, *at - '0', &decimal->digits))
			return NULL;
		if (behind_point && __builtin_mul_overflow(decimal->divisor, 10, &decimal->divisor))
			return NULL;
	}
	return at;
}

static const char *
value_scaled(const char *text, const struct unit *units, const char *wrong_unit, uint64_t *value)
{
	struct decimal decimal;
	const char *suffix = decimal_scan(text, &decimal);

	if (suffix == NULL)
		return "is not a number, or has too many digits";
	while (units->suffix != NULL && strcmp(units->suffix, suffix) != 0)
		units++;
	if (units->suffix == NULL)
		return wrong_unit;
	if (__builtin_mul_overflow(decimal.digits, units->factor, value))
		return "is too large";
	if (*value % decimal.divisor != 0)
		return "has too many digits behind the point";
	*value /= decimal.divisor;
	return NULL;
}

const char *
value_number(const char *text, uint64_t *value)
{
	return value_scaled(text, number_units, "is not a number with at most k, M or G", value);
}

const char *
value_time(const char *text, uint64_t *value_ns)
{
	return value_scaled(text, time_units, "is not a number with ns, us, ms or s", value_ns);
}

const char *
value_probability(const char *text, uint32_t *value_ppb)
{
	uint64_t value;
	const char *wrong =
		value_scaled(text, probability_units, "is not a number or a percentage", &value);

	if (wrong != NULL)
		return wrong;
	if (value > 1000000000)
		return "is above 1";
	*value_ppb = (uint32_t)value;
	return NULL;
}

const char *
value_weight(const char *text, uint64_t *value_millionths)
{
	const char *wrong = value_scaled(text, weight_units, "is not a number", value_millionths);

	if (wrong == NULL && *value_millionths >= UINT64_C(1000000000) * 1000000)
		return "is not below a billion";
	return wrong;
}
