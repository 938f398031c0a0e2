/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 headers and extension headers (RFC 8200), bounded in number and in length. */
#ifndef PIPELINE_PACKET_IPV6_H
#define PIPELINE_PACKET_IPV6_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

enum {
	IPV6_HEADER_BYTES = 40,
	IPV6_ADDRESS_BYTES = 16,
	IPV6_EXTENSIONS_MAX =
		8, /* more is legal and has no use: RFC 8200 lists 6 in its recommended order */
};

/*
 * Reads the header and follows the extension headers; h then stands behind them. p->ip_protocol is the first next
 * header that is no extension: 59 where there is none, 50 (ESP) where the rest is encrypted.
 */
enum fate ipv6_locate(struct headers *h, struct packet *p);

#endif
