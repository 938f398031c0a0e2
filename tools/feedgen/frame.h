/* SPDX-License-Identifier: BSD-3-Clause */
/* Ethernet, IPv4 or IPv6 and UDP headers around a payload. */
#ifndef LEAT_FEEDGEN_FRAME_H
#define LEAT_FEEDGEN_FRAME_H

#include "tools/feedgen/endpoint.h"

#include <stddef.h>
#include <stdint.h>

#define FRAME_ETHERNET_LENGTH 14
#define FRAME_HEADER_MAX (FRAME_ETHERNET_LENGTH + 40 + 8)

/* The headers of one line, with all that does not change from packet to packet. */
struct frame_template {
	uint8_t header[FRAME_HEADER_MAX];
	size_t header_length;
	bool is_ipv6;
	uint16_t ipv4_id; /* of the next packet */
	uint64_t constant_sum; /* of what both checksums cover and never changes */
};

/* Both endpoints are of the same family. */
void frame_template_init(
	struct frame_template *template,
	const struct endpoint *source,
	const struct endpoint *destination
);

/* Writes the headers in front of the payload, which starts at frame + template->header_length. */
void frame_finish(struct frame_template *template, uint8_t *frame, size_t payload_length);

#endif
