/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as users write them. Each function returns NULL, or why the text is no such value, to be
 * put behind the text.
 */
#ifndef LEAT_FEEDGEN_VALUE_H
#define LEAT_FEEDGEN_VALUE_H

#include <stdint.h>

/* 12, 1.5k, 3M, 1G: a whole number. */
const char *value_number(const char *text, uint64_t *value);

/* 10ns, 50us, 1.5ms, 2s. */
const char *value_time(const char *text, uint64_t *value_ns);

/* 0.01 or 1%: a probability in parts per billion. */
const char *value_probability(const char *text, uint32_t *value_ppb);

/* 45 or 0.05: a weight in millionths, less than a billion. */
const char *value_weight(const char *text, uint64_t *value_millionths);

#endif
