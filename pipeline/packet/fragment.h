/* SPDX-License-Identifier: BSD-3-Clause */
/* What IPv4 (RFC 791) and IPv6 (RFC 8200, section 4.5) ask of a fragment's place in its datagram. */
#ifndef PIPELINE_PACKET_FRAGMENT_H
#define PIPELINE_PACKET_FRAGMENT_H

#include "pipeline/burst.h"

#include <stdbool.h>
#include <stdint.h>

struct fragment {
	uint32_t offset_bytes; /* in the datagram's payload */
	uint32_t length_bytes;
	uint32_t datagram_bytes_max; /* longest payload that the datagram may have */
	bool more; /* not the last one */
};

/* Checks the place and sets the packet's fragment flags. */
static inline enum fate
fragment_locate(struct packet *p, const struct fragment *f)
{
	p->flags |= PACKET_FRAGMENT;
	if (f->offset_bytes != 0)
		p->flags |= PACKET_LATER_FRAGMENT;
	if (f->offset_bytes + f->length_bytes > f->datagram_bytes_max)
		return FATE_FRAGMENT_OVERLONG;
	if (f->more && (f->length_bytes % 8 != 0 || f->length_bytes == 0))
		return FATE_FRAGMENT_UNALIGNED;
	return FATE_NONE;
}

#endif
