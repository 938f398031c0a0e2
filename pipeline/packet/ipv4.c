/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPv4 header: lengths against the frame and against each other, options, fragment fields. */
#include "pipeline/packet/ipv4.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/fragment.h"

#include <stdbool.h>
#include <string.h>

enum {
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
	uint32_t total_bytes = read_be16(ip + IPV4_TOTAL_LENGTH_OFFSET);

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
ipv4_fragment_locate(struct packet *p, const uint8_t *ip, uint16_t field, uint32_t header_bytes)
{
	uint16_t id_be;
	struct fragment fragment = {
		.offset_bytes = (field & IPV4_FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT_BYTES,
		.length_bytes = p->l4_length,
		.datagram_bytes_max = UINT16_MAX - header_bytes,
		.protocol = p->ip_protocol,
		.more = (field & IPV4_MORE_FRAGMENTS) != 0,
	};

	memcpy(&id_be, ip + IPV4_IDENTIFICATION_OFFSET, sizeof(id_be));
	fragment.id_be = id_be;
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
	p->ip_protocol = ip[IPV4_PROTOCOL_OFFSET];
	memcpy(&p->src.v4_be, ip + IPV4_SOURCE_OFFSET, IPV4_ADDRESS_BYTES);
	memcpy(&p->dst.v4_be, ip + IPV4_DESTINATION_OFFSET, IPV4_ADDRESS_BYTES);
	h->offset += header_bytes;
	p->l4_offset = (uint16_t)h->offset;
	p->l4_length = (uint16_t)headers_left(h);
	field = read_be16(ip + IPV4_FRAGMENT_OFFSET);
	if ((field & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET_MASK)) != 0)
		fate = ipv4_fragment_locate(p, ip, field, header_bytes);
	if (fate == FATE_NONE && header_bytes > IPV4_HEADER_BYTES)
		fate = ipv4_options_check(
			p, ip + IPV4_HEADER_BYTES, header_bytes - IPV4_HEADER_BYTES
		);
	return fate;
}
