/* SPDX-License-Identifier: BSD-3-Clause */
/* The types of ICMP and ICMPv6, and the walk over the headers that an error quotes. */
#include "pipeline/packet/icmp_error.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/headers.h"
#include "pipeline/packet/ipv4.h"
#include "pipeline/packet/ipv6.h"
#include "pipeline/packet/transport.h"

#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

enum {
	QUOTE_WINDOW_BYTES =
		HEADERS_WINDOW_BYTES, /* behind more headers than that nothing passes */
	QUOTED_PAYLOAD_BYTES = 8, /* the least that RFC 792 asks for */
	PORTS_BYTES = 4,
	IDENTIFIER_OFFSET = 4,
	ICMP6_RESERVED = 0,
	ICMP6_ECHO_REQUEST = 128, /* below: errors (RFC 4443, section 2.1) */
	ICMP6_ECHO_REPLY = 129,
	MLD_FIRST = 130,
	ND_FIRST = 133,
	ND_HOP_LIMIT = 255,
	IPV4_MULTICAST = 0xE0, /* 224.0.0.0/4, by its first byte */
	IPV4_MULTICAST_MASK = 0xF0,
	ND_LAST = 137,
	MLD2_REPORT = 143,
};

static enum icmp_kind
icmp4_kind(uint8_t type)
{
	switch (type) {
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
	case ICMP_INFO_REQUEST:
	case ICMP_ADDRESS:
		return ICMP_KIND_QUERY;
	case ICMP_ECHOREPLY:
	case ICMP_TIMESTAMPREPLY:
	case ICMP_INFO_REPLY:
	case ICMP_ADDRESSREPLY:
		return ICMP_KIND_ANSWER;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return ICMP_KIND_ERROR;
	default:
		return ICMP_KIND_OTHER;
	}
}

static enum icmp_kind
icmp6_kind(uint8_t type)
{
	if (type == ICMP6_RESERVED)
		return ICMP_KIND_OTHER;
	if (type < ICMP6_ECHO_REQUEST)
		return ICMP_KIND_ERROR;
	if (type == ICMP6_ECHO_REQUEST)
		return ICMP_KIND_QUERY;
	if (type == ICMP6_ECHO_REPLY)
		return ICMP_KIND_ANSWER;
	if ((type >= MLD_FIRST && type <= ND_LAST) || type == MLD2_REPORT)
		return ICMP_KIND_LINK;
	return ICMP_KIND_OTHER;
}

enum icmp_kind
icmp_kind(const struct packet *p)
{
	if (p->kind == PACKET_IPV4 && p->ip_protocol == IPPROTO_ICMP)
		return icmp4_kind(p->icmp_type);
	if (p->kind == PACKET_IPV6 && p->ip_protocol == IPPROTO_ICMPV6)
		return icmp6_kind(p->icmp_type);
	return ICMP_KIND_OTHER;
}

uint8_t
icmp_query_type(uint8_t packet_kind, uint8_t icmp_type)
{
	if (packet_kind == PACKET_IPV6)
		return ICMP6_ECHO_REQUEST;
	switch (icmp_type) {
	case ICMP_ECHOREPLY:
		return ICMP_ECHO;
	case ICMP_TIMESTAMPREPLY:
	case ICMP_INFO_REPLY:
	case ICMP_ADDRESSREPLY:
		return (uint8_t)(icmp_type - 1);
	default:
		return icmp_type;
	}
}

/* Neither neighbour discovery nor MLD may be fragmented (RFC 6980, RFC 3810), and no datagram is torn between two ways. */
bool
packet_is_link_control(const struct packet *p)
{
	if (p->flags & PACKET_FRAGMENT)
		return false;
	if (p->kind == PACKET_IPV4)
		return p->ip_protocol == IPPROTO_IGMP;
	return icmp_kind(p) == ICMP_KIND_LINK;
}

/* TTL or hop limit; 0 where it cannot be read. */
static uint8_t
packet_hops(const struct rte_mbuf *m, const struct packet *p)
{
	uint32_t offset = p->kind == PACKET_IPV4 ? IPV4_TTL_OFFSET : IPV6_HOP_LIMIT_OFFSET;
	uint8_t gathered;
	const uint8_t *hops = packet_bytes(m, p->l3_offset + offset, 1, &gathered);

	return hops != NULL ? *hops : 0;
}

bool
packet_stays_on_link(const struct rte_mbuf *m, const struct packet *p)
{
	bool is_discovery;

	if (!packet_is_link_control(p))
		return false;
	if (p->kind == PACKET_IPV4)
		return (p->dst.v6[0] & IPV4_MULTICAST_MASK) == IPV4_MULTICAST ||
		       packet_hops(m, p) == 1;
	is_discovery = p->icmp_type >= ND_FIRST && p->icmp_type <= ND_LAST;
	return packet_hops(m, p) == (is_discovery ? ND_HOP_LIMIT : 1);
}

/* The header is at the offset, with 8 bytes behind it; h then stands behind it and its options. */
static bool
quote4_read(struct headers *h, struct icmp_quote *quote)
{
	const uint8_t *ip = headers_peek(h, IPV4_HEADER_BYTES + QUOTED_PAYLOAD_BYTES);
	uint32_t header_bytes;
	uint16_t field;

	if (ip == NULL || ip[0] >> 4 != 4)
		return false;
	header_bytes = (ip[0] & 0x0Fu) * 4;
	if (header_bytes < IPV4_HEADER_BYTES ||
	    headers_left(h) < header_bytes + QUOTED_PAYLOAD_BYTES)
		return false;
	memcpy(&quote->src.v4_be, ip + IPV4_SOURCE_OFFSET, IPV4_ADDRESS_BYTES);
	memcpy(&quote->dst.v4_be, ip + IPV4_DESTINATION_OFFSET, IPV4_ADDRESS_BYTES);
	quote->ip_protocol = ip[IPV4_PROTOCOL_OFFSET];
	field = read_be16(ip + IPV4_FRAGMENT_OFFSET);
	quote->is_fragment = (field & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET_MASK)) != 0;
	quote->is_later_fragment = (field & IPV4_FRAGMENT_OFFSET_MASK) != 0;
	h->offset += header_bytes;
	return true;
}

static void
quote6_fragment_read(const uint8_t *extension, struct icmp_quote *quote)
{
	uint16_t field = read_be16(extension + IPV6_FRAGMENT_FIELD_OFFSET);

	/* As parse does: neither is set for an atomic fragment (RFC 6946). */
	if ((field & (IPV6_FRAGMENT_OFFSET_MASK | IPV6_FRAGMENT_MORE)) != 0)
		quote->is_fragment = true;
	quote->is_later_fragment = (field & IPV6_FRAGMENT_OFFSET_MASK) != 0;
}

/* As far as the quote goes; where that is inside a chain, the protocol stays that of the extension header it ends in. */
static void
quote6_extensions_skip(struct headers *h, struct icmp_quote *quote)
{
	for (unsigned i = 0; i < IPV6_EXTENSIONS_MAX && !quote->is_later_fragment; i++) {
		const uint8_t *extension = headers_peek(h, IPV6_EXTENSION_UNIT_BYTES);
		uint32_t length_bytes;

		if (!ipv6_is_extension(quote->ip_protocol) || extension == NULL)
			return;
		length_bytes = ipv6_extension_bytes(quote->ip_protocol, extension);
		if (headers_left(h) < length_bytes)
			return;
		if (quote->ip_protocol == IPPROTO_FRAGMENT)
			quote6_fragment_read(extension, quote);
		quote->ip_protocol = extension[0];
		h->offset += length_bytes;
	}
}

static bool
quote6_read(struct headers *h, struct icmp_quote *quote)
{
	const uint8_t *ip = headers_peek(h, IPV6_HEADER_BYTES + QUOTED_PAYLOAD_BYTES);

	if (ip == NULL || ip[0] >> 4 != 6)
		return false;
	memcpy(quote->src.v6, ip + IPV6_SOURCE_OFFSET, IPV6_ADDRESS_BYTES);
	memcpy(quote->dst.v6, ip + IPV6_DESTINATION_OFFSET, IPV6_ADDRESS_BYTES);
	quote->ip_protocol = ip[IPV6_NEXT_HEADER_OFFSET];
	h->offset += IPV6_HEADER_BYTES;
	quote6_extensions_skip(h, quote);
	return true;
}

static void
quote_ports_read(const struct headers *h, struct icmp_quote *quote)
{
	const uint8_t *l4 = headers_peek(h, PORTS_BYTES);

	if (l4 == NULL)
		return;
	memcpy(&quote->src_port_be, l4, sizeof(quote->src_port_be));
	memcpy(&quote->dst_port_be, l4 + sizeof(uint16_t), sizeof(quote->dst_port_be));
	quote->has_ports = true;
}

static void
quote_icmp_read(const struct headers *h, uint8_t packet_kind, struct icmp_quote *quote)
{
	const uint8_t *icmp = headers_peek(h, ICMP_HEADER_BYTES);

	if (icmp == NULL)
		return;
	quote->icmp_type = icmp[0];
	if (!icmp_has_identifier(packet_kind, icmp[0]))
		return;
	memcpy(&quote->src_port_be, icmp + IDENTIFIER_OFFSET, sizeof(quote->src_port_be));
	quote->dst_port_be = quote->src_port_be;
	quote->has_ports = true;
}

static void
quote_transport_read(const struct headers *h, uint8_t packet_kind, struct icmp_quote *quote)
{
	switch (quote->ip_protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		quote_ports_read(h, quote);
		break;
	case IPPROTO_ICMP:
		if (packet_kind == PACKET_IPV4)
			quote_icmp_read(h, packet_kind, quote);
		break;
	case IPPROTO_ICMPV6:
		if (packet_kind == PACKET_IPV6)
			quote_icmp_read(h, packet_kind, quote);
		break;
	}
}

/* The quoted lengths are not looked at: some hosts quote them changed, and only what is there is read. */
bool
icmp_quote_read(const struct rte_mbuf *m, const struct packet *p, struct icmp_quote *quote)
{
	uint8_t scratch[QUOTE_WINDOW_BYTES];
	struct headers h = {0};
	bool found;

	*quote = (struct icmp_quote){0};
	if (p->l4_length <= ICMP_HEADER_BYTES)
		return false;
	h.limit = RTE_MIN(p->l4_length - ICMP_HEADER_BYTES, QUOTE_WINDOW_BYTES);
	h.window = h.limit;
	h.bytes = packet_bytes(m, p->l4_offset + ICMP_HEADER_BYTES, h.limit, scratch);
	if (h.bytes == NULL)
		return false;
	found = p->kind == PACKET_IPV4 ? quote4_read(&h, quote) : quote6_read(&h, quote);
	if (found && !quote->is_later_fragment)
		quote_transport_read(&h, p->kind, quote);
	return found;
}
