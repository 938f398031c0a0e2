/* SPDX-License-Identifier: BSD-3-Clause */
/* Lengths: Nasdaq TotalView-ITCH 5.0, section 1 (message formats); see wire-formats.md 1.2. */
#include "tools/feedgen/itch50.h"

#include <stdint.h>
#include <string.h>

const char itch50_codes[ITCH50_TYPE_COUNT + 1] = "SRHYLVWKJhAFECXDUPQBINO";

static const uint8_t length_bytes[128] = {
	['S'] = 12, ['R'] = 39, ['H'] = 25, ['Y'] = 20, ['L'] = 26, ['V'] = 35,
	['W'] = 12, ['K'] = 28, ['J'] = 35, ['h'] = 21, ['A'] = 36, ['F'] = 40,
	['E'] = 31, ['C'] = 36, ['X'] = 23, ['D'] = 19, ['U'] = 35, ['P'] = 44,
	['Q'] = 40, ['B'] = 19, ['I'] = 50, ['N'] = 20, ['O'] = 48,
};

size_t
itch50_length(char code)
{
	unsigned char at = (unsigned char)code;

	return at < sizeof(length_bytes) ? length_bytes[at] : 0;
}

int
itch50_index(char code)
{
	const char *found = code == '\0' ? NULL : strchr(itch50_codes, code);

	return found == NULL ? -1 : (int)(found - itch50_codes);
}
