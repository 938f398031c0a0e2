/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers and times as people write them, in the config and on the command line. */
#ifndef APP_QUANTITY_H
#define APP_QUANTITY_H

#include <stdint.h>

enum { DURATION_TEXT_BYTES = 32 };

/* "250", "64k", "1M", "2G" (powers of 1000). 0, or -EINVAL where the text is none, or -ERANGE above 2^64 - 1. */
int quantity_parse(const char *text, uint64_t *value);

/* "10us", "1ms", "2s", "5m", "1h", "1d"; a bare number counts seconds. Whole nanoseconds; errors as above. */
int duration_parse(const char *text, uint64_t *ns);

/* The shortest way to write a time of whole microseconds, e.g. "90m". Returns `text`. */
const char *duration_format(uint64_t ns, char text[DURATION_TEXT_BYTES]);

#endif
