/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What IPv4 (RFC 791) and IPv6 (RFC 8200, section 4.5) ask of a fragment's place in its datagram.
 *
 * With a first fragment that holds the whole of its TCP header (transport.c asks for it), no other one may write into that
 * header: what was judged by it would else be reassembled to something else (RFC 1858, RFC 3128).
 */
#ifndef PIPELINE_PACKET_FRAGMENT_H
#define PIPELINE_PACKET_FRAGMENT_H

#include "pipeline/burst.h"
#include "pipeline/packet/transport.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct fragment {
	uint32_t offset_bytes; /* in the datagram's payload */
	uint32_t length_bytes;
	uint32_t datagram_bytes_max; /* longest payload that the datagram may have */
	uint32_t id_be;
	uint8_t protocol; /* of the datagram */
	bool more; /* not the last one */
};

/* Checks the place and sets the packet's fragment flags and fields. */
static inline enum fate
fragment_locate(struct packet *p, const struct fragment *f)
{
	p->flags |= PACKET_FRAGMENT;
	p->fragment_protocol = f->protocol;
	p->fragment_id_be = f->id_be;
	if (f->offset_bytes != 0)
		p->flags |= PACKET_LATER_FRAGMENT;
	if (f->offset_bytes + f->length_bytes > f->datagram_bytes_max)
		return FATE_FRAGMENT_OVERLONG;
	if (f->more && (f->length_bytes % 8 != 0 || f->length_bytes == 0))
		return FATE_FRAGMENT_UNALIGNED;
	if (f->protocol == IPPROTO_TCP && f->offset_bytes != 0 &&
	    f->offset_bytes < TCP_HEADER_BYTES)
		return FATE_FRAGMENT_OVERLAP;
	return FATE_NONE;
}

#endif
