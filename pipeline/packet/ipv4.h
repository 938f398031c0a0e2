/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 headers, options and fragments (RFC 791). */
#ifndef PIPELINE_PACKET_IPV4_H
#define PIPELINE_PACKET_IPV4_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

enum {
	IPV4_HEADER_BYTES = 20, /* without options */
	IPV4_ADDRESS_BYTES = 4,
};

/* Fields of the header: RFC 791, section 3.1. */
enum {
	IPV4_TOTAL_LENGTH_OFFSET = 2,
	IPV4_IDENTIFICATION_OFFSET = 4,
	IPV4_FRAGMENT_OFFSET = 6,
	IPV4_TTL_OFFSET = 8,
	IPV4_PROTOCOL_OFFSET = 9,
	IPV4_CHECKSUM_OFFSET = 10,
	IPV4_SOURCE_OFFSET = 12,
	IPV4_DESTINATION_OFFSET = 16,
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_FRAGMENT_OFFSET_MASK = 0x1FFF,
};

/* Reads the header; h then stands behind the options and ends where the total length says. */
enum fate ipv4_locate(struct headers *h, struct packet *p);

#endif
