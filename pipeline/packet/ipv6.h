/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 headers and extension headers (RFC 8200), bounded in number and in length. */
#ifndef PIPELINE_PACKET_IPV6_H
#define PIPELINE_PACKET_IPV6_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	IPV6_HEADER_BYTES = 40,
	IPV6_ADDRESS_BYTES = 16,
	IPV6_EXTENSIONS_MAX =
		8, /* more is legal and has no use: RFC 8200 lists 6 in its recommended order */
};

/* Fields of the header (RFC 8200, section 3) and of a fragment header (section 4.5). */
enum {
	IPV6_PAYLOAD_LENGTH_OFFSET = 4,
	IPV6_NEXT_HEADER_OFFSET = 6,
	IPV6_HOP_LIMIT_OFFSET = 7,
	IPV6_SOURCE_OFFSET = 8,
	IPV6_DESTINATION_OFFSET = 24,
	IPV6_EXTENSION_UNIT_BYTES =
		8, /* the shortest extension header, and the unit of its length */
	IPV6_FRAGMENT_FIELD_OFFSET = 2,
	IPV6_FRAGMENT_ID_OFFSET = 4,
	IPV6_FRAGMENT_MORE = 0x0001,
	IPV6_FRAGMENT_OFFSET_MASK =
		0xFFF8, /* already in bytes: the field counts units of 8 and is shifted by 3 */
};

/*
 * Reads the header and follows the extension headers; h then stands behind them. p->ip_protocol is the first next
 * header that is no extension: 59 where there is none, 50 (ESP) where the rest is encrypted.
 */
enum fate ipv6_locate(struct headers *h, struct packet *p);

/* Does another header stand behind the one of this kind, and how long is it? The first 2 bytes of it are read. */
bool ipv6_is_extension(uint8_t next_header);
uint32_t ipv6_extension_bytes(uint8_t next_header, const uint8_t *extension);

#endif
