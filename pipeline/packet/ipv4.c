/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPv4 header: lengths against the frame and against each other, options, fragment fields. */
#include "pipeline/packet/ipv4.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/fragment.h"

#include <stdbool.h>
#include <string.h>

/* Offsets and masks of RFC 791, section 3.1. */
enum {
	TOTAL_LENGTH_OFFSET = 2,
	FRAGMENT_OFFSET = 6,
	PROTOCOL_OFFSET = 9,
	SOURCE_OFFSET = 12,
	DESTINATION_OFFSET = 16,
	MORE_FRAGMENTS = 0x2000,
	FRAGMENT_OFFSET_MASK = 0x1FFF,
	FRAGMENT_UNIT_BYTES = 8,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_LENGTH_MIN = 2, /* kind and length themselves */
	OPTION_LOOSE_ROUTE = 131,
	OPTION_STRICT_ROUTE = 137,
	OPTION_ROUTE_LENGTH_MIN = 3, /* and the pointer */
};

/* A loose or strict source route whose pointer is not behind its last address has hops to go. */
static bool
option_routes(const uint8_t *option)
{
	if (option[0] != OPTION_LOOSE_ROUTE && option[0] != OPTION_STRICT_ROUTE)
		return false;
	return option[1] >= OPTION_ROUTE_LENGTH_MIN && option[2] <= option[1];
}

static enum fate
ipv4_options_check(struct packet *p, const uint8_t *options, uint32_t length)
{
	uint32_t i = 0;

	while (i < length && options[i] != OPTION_END) {
		if (options[i] == OPTION_NOP) {
			i++;
			continue;
		}
		if (i + 1 == length || options[i + 1] < OPTION_LENGTH_MIN ||
		    options[i + 1] > length - i)
			return FATE_IP_BAD_OPTIONS;
		if (option_routes(options + i))
			p->flags |= PACKET_ADDRESS_ELSEWHERE;
		i += options[i + 1];
	}
	return FATE_NONE;
}

/* The lengths of the header; on success h ends with the IP packet, so that padding behind it is not looked at. */
static enum fate
ipv4_lengths_check(struct headers *h, const uint8_t *ip, uint32_t *header_bytes)
{
	uint32_t total_bytes = read_be16(ip + TOTAL_LENGTH_OFFSET);

	if (ip[0] >> 4 != 4)
		return FATE_IP_BAD_VERSION;
	*header_bytes = (ip[0] & 0x0Fu) * 4;
	if (*header_bytes < IPV4_HEADER_BYTES)
		return FATE_IP_BAD_HEADER_LENGTH;
	if (headers_left(h) < *header_bytes)
		return FATE_IP_TRUNCATED;
	if (total_bytes < *header_bytes || total_bytes > headers_left(h))
		return FATE_IP_BAD_TOTAL_LENGTH;
	h->limit = h->offset + total_bytes;
	return FATE_NONE;
}

static enum fate
ipv4_fragment_locate(struct packet *p, uint16_t field, uint32_t header_bytes)
{
	struct fragment fragment = {
		.offset_bytes = (field & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT_BYTES,
		.length_bytes = p->l4_length,
		.datagram_bytes_max = UINT16_MAX - header_bytes,
		.more = (field & MORE_FRAGMENTS) != 0,
	};

	p->fragment_protocol = p->ip_protocol;
	return fragment_locate(p, &fragment);
}

enum fate
ipv4_locate(struct headers *h, struct packet *p)
{
	const uint8_t *ip = headers_peek(h, IPV4_HEADER_BYTES);
	uint32_t header_bytes;
	uint16_t field;
	enum fate fate;

	if (ip == NULL)
		return FATE_IP_TRUNCATED;
	fate = ipv4_lengths_check(h, ip, &header_bytes);
	if (fate != FATE_NONE)
		return fate;
	p->kind = PACKET_IPV4;
	p->ip_protocol = ip[PROTOCOL_OFFSET];
	memcpy(&p->src.v4_be, ip + SOURCE_OFFSET, IPV4_ADDRESS_BYTES);
	memcpy(&p->dst.v4_be, ip + DESTINATION_OFFSET, IPV4_ADDRESS_BYTES);
	h->offset += header_bytes;
	p->l4_offset = (uint16_t)h->offset;
	p->l4_length = (uint16_t)headers_left(h);
	field = read_be16(ip + FRAGMENT_OFFSET);
	if ((field & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0)
		fate = ipv4_fragment_locate(p, field, header_bytes);
	if (fate == FATE_NONE && header_bytes > IPV4_HEADER_BYTES)
		fate = ipv4_options_check(
			p, ip + IPV4_HEADER_BYTES, header_bytes - IPV4_HEADER_BYTES
		);
	return fate;
}
