/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPv6 header and the chain of extension headers. */
#include "pipeline/packet/ipv6.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/fragment.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

enum {
	SEGMENTS_LEFT_OFFSET = 3,
	OPTIONS_OFFSET = 2,
	OPTION_PAD1 = 0,
	OPTION_HOME_ADDRESS = 201,
	NEXT_HEADER_MOBILITY = 135, /* RFC 6275 */
	NEXT_HEADER_HIP = 139, /* RFC 7401 */
	NEXT_HEADER_SHIM6 = 140, /* RFC 5533 */
};

bool
ipv6_is_extension(uint8_t next_header)
{
	switch (next_header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case NEXT_HEADER_MOBILITY:
	case NEXT_HEADER_HIP:
	case NEXT_HEADER_SHIM6:
		return true;
	default:
		return false;
	}
}

uint32_t
ipv6_extension_bytes(uint8_t next_header, const uint8_t *extension)
{
	switch (next_header) {
	case IPPROTO_FRAGMENT:
		return IPV6_EXTENSION_UNIT_BYTES;
	case IPPROTO_AH:
		return (extension[1] + 2u) * 4; /* RFC 4302, section 2.2: units of 4, less 2 */
	default:
		return (extension[1] + 1u) * IPV6_EXTENSION_UNIT_BYTES;
	}
}

/* Too long for the packet, or for what leat looks at? */
static enum fate
extension_fault(const struct headers *h, uint32_t length_bytes)
{
	return headers_left(h) < length_bytes ? FATE_IP6_EXT_TRUNCATED : FATE_IP6_EXT_LIMIT;
}

static enum fate
ipv6_fragment_locate(const struct headers *h, struct packet *p, const uint8_t *extension)
{
	uint16_t field = read_be16(extension + IPV6_FRAGMENT_FIELD_OFFSET);
	struct fragment fragment = {
		.offset_bytes = field & IPV6_FRAGMENT_OFFSET_MASK,
		.length_bytes = headers_left(h) - IPV6_EXTENSION_UNIT_BYTES,
		/* The headers before this one come again in the whole datagram's payload length (RFC 8200, section 4.5). */
		.datagram_bytes_max = UINT16_MAX - (h->offset - p->l3_offset - IPV6_HEADER_BYTES),
		.protocol = extension[0],
		.more = (field & IPV6_FRAGMENT_MORE) != 0,
	};

	/* An atomic fragment is a whole datagram: RFC 6946. */
	if (fragment.offset_bytes == 0 && !fragment.more)
		return FATE_NONE;
	memcpy(&fragment.id_be, extension + IPV6_FRAGMENT_ID_OFFSET, sizeof(fragment.id_be));
	return fragment_locate(p, &fragment);
}

/* A Home Address option (RFC 6275, section 6.3) holds the source that checksums cover. */
static bool
options_have_home_address(const uint8_t *extension, uint32_t length_bytes)
{
	uint32_t i = OPTIONS_OFFSET;

	while (i + 1 < length_bytes && extension[i] != OPTION_HOME_ADDRESS)
		i += extension[i] == OPTION_PAD1 ? 1 : extension[i + 1] + 2u;
	return i + 1 < length_bytes;
}

/* Does a checksum behind this header cover another source or destination than the IPv6 header's (RFC 8200, 8.1)? */
static bool
extension_hides_address(uint8_t kind, const uint8_t *extension, uint32_t length_bytes)
{
	if (kind == IPPROTO_ROUTING)
		return extension[SEGMENTS_LEFT_OFFSET] != 0;
	return kind == IPPROTO_DSTOPTS && options_have_home_address(extension, length_bytes);
}

/* Steps over the extension header of the kind p->ip_protocol, which then names what follows it. */
static enum fate
extension_skip(struct headers *h, struct packet *p)
{
	const uint8_t *extension = headers_peek(h, IPV6_EXTENSION_UNIT_BYTES);
	enum fate fate = FATE_NONE;
	uint32_t length_bytes;

	if (extension == NULL)
		return extension_fault(h, IPV6_EXTENSION_UNIT_BYTES);
	length_bytes = ipv6_extension_bytes(p->ip_protocol, extension);
	if (headers_peek(h, length_bytes) == NULL)
		return extension_fault(h, length_bytes);
	if (p->ip_protocol == IPPROTO_FRAGMENT)
		fate = ipv6_fragment_locate(h, p, extension);
	if (extension_hides_address(p->ip_protocol, extension, length_bytes))
		p->flags |= PACKET_ADDRESS_ELSEWHERE;
	p->ip_protocol = extension[0];
	h->offset += length_bytes;
	return fate;
}

static enum fate
extensions_skip(struct headers *h, struct packet *p)
{
	enum fate fate = FATE_NONE;

	for (unsigned i = 0; fate == FATE_NONE && ipv6_is_extension(p->ip_protocol); i++) {
		/* What follows the header of a later fragment is not a header but data. */
		if (p->flags & PACKET_LATER_FRAGMENT)
			break;
		if (i == IPV6_EXTENSIONS_MAX)
			return FATE_IP6_EXT_LIMIT;
		if (i > 0 && p->ip_protocol == IPPROTO_HOPOPTS)
			return FATE_IP6_EXT_ORDER;
		fate = extension_skip(h, p);
	}
	return fate;
}

enum fate
ipv6_locate(struct headers *h, struct packet *p)
{
	const uint8_t *ip = headers_peek(h, IPV6_HEADER_BYTES);
	uint32_t payload_bytes;
	enum fate fate = FATE_NONE;

	if (ip == NULL)
		return FATE_IP6_TRUNCATED;
	if (ip[0] >> 4 != 6)
		return FATE_IP6_BAD_VERSION;
	payload_bytes = read_be16(ip + IPV6_PAYLOAD_LENGTH_OFFSET);
	if (payload_bytes > headers_left(h) - IPV6_HEADER_BYTES)
		return FATE_IP6_BAD_PAYLOAD_LENGTH;
	/* RFC 2675, section 3: the length then stands in a hop-by-hop option. */
	if (payload_bytes == 0 && ip[IPV6_NEXT_HEADER_OFFSET] == IPPROTO_HOPOPTS)
		return FATE_IP6_JUMBOGRAM;
	p->kind = PACKET_IPV6;
	p->ip_protocol = ip[IPV6_NEXT_HEADER_OFFSET];
	memcpy(p->src.v6, ip + IPV6_SOURCE_OFFSET, IPV6_ADDRESS_BYTES);
	memcpy(p->dst.v6, ip + IPV6_DESTINATION_OFFSET, IPV6_ADDRESS_BYTES);
	h->offset += IPV6_HEADER_BYTES;
	h->limit = h->offset + payload_bytes;
	if (ipv6_is_extension(p->ip_protocol))
		fate = extensions_skip(h, p);
	p->l4_offset = (uint16_t)h->offset;
	p->l4_length = (uint16_t)headers_left(h);
	return fate;
}
