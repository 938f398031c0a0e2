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

/* Reads the header; h then stands behind the options and ends where the total length says. */
enum fate ipv4_locate(struct headers *h, struct packet *p);

#endif
