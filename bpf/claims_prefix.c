/* SPDX-License-Identifier: BSD-3-Clause */
/* Address prefixes, bytewise: the same for both versions of IP. */
#include "bpf/claims_prefix.h"

#include <string.h>

int
claims_prefix_compare(const struct claims_prefix *a, const struct claims_prefix *b)
{
	int order = memcmp(a->address, b->address, sizeof(a->address));

	return order != 0 ? order : (int)a->length - (int)b->length;
}

bool
claims_prefix_covers(const struct claims_prefix *wide, const struct claims_prefix *narrow)
{
	unsigned bytes = wide->length / 8;
	uint8_t mask = (uint8_t)(0xFF00 >> wide->length % 8);

	if (wide->length > narrow->length || memcmp(wide->address, narrow->address, bytes) != 0)
		return false;
	return mask == 0 || ((wide->address[bytes] ^ narrow->address[bytes]) & mask) == 0;
}

struct steer_key
claims_prefix_key(const struct claims_prefix *prefix)
{
	struct steer_key key = {.prefix_bits = STEER_BITS_SPACE + prefix->length};

	memcpy(key.address, prefix->address, sizeof(prefix->address));
	return key;
}
