/* SPDX-License-Identifier: BSD-3-Clause */
/* Nasdaq TotalView-ITCH 5.0 message types and lengths. */
#ifndef LEAT_FEEDGEN_ITCH50_H
#define LEAT_FEEDGEN_ITCH50_H

#include <stddef.h>

#define ITCH50_TYPE_COUNT 23
#define ITCH50_MESSAGE_MAX 50

/* All type codes, one character each, in the order of the specification. */
extern const char itch50_codes[ITCH50_TYPE_COUNT + 1];

/* Length of a message in bytes, 0 for what is no type code. */
size_t itch50_length(char code);

/* Index in itch50_codes, -1 for what is no type code. */
int itch50_index(char code);

#endif
