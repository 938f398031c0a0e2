/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792), ICMPv6 (RFC 4443) and IGMP (RFC 3376) headers. */
#ifndef PIPELINE_PACKET_TRANSPORT_H
#define PIPELINE_PACKET_TRANSPORT_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

enum {
	UDP_HEADER_BYTES = 8,
	TCP_HEADER_BYTES = 20, /* without options */
	ICMP_HEADER_BYTES = 8, /* of every message that RFC 792 and RFC 4443 define */
	IGMP_MESSAGE_BYTES = 8,
};

/* Reads the header at p->l4_offset. A protocol that is not listed above is left alone. */
enum fate transport_locate(const struct headers *h, struct packet *p);

#endif
