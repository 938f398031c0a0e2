/* SPDX-License-Identifier: BSD-3-Clause */
/* Transport headers: ports, flags and types, and lengths against the IP payload. */
#include "pipeline/packet/transport.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/icmp_error.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
	PORTS_BYTES = 4,
	UDP_LENGTH_OFFSET = 4,
	TCP_DATA_OFFSET = 12, /* in its upper 4 bits, units of 4 bytes */
	TCP_FLAGS_OFFSET = 13,
	ICMP_IDENTIFIER_OFFSET = 4, /* of queries and answers */
};

/* What each protocol needs before anything else, and what it is called when that is not there. */
struct transport {
	uint16_t header_bytes;
	enum fate truncated;
	enum packet_kind kind; /* the only IP version it belongs to, or PACKET_OTHER for both */
};

static const struct transport transports[256] = {
	[IPPROTO_UDP] = {.header_bytes = UDP_HEADER_BYTES, .truncated = FATE_UDP_TRUNCATED},
	[IPPROTO_TCP] = {.header_bytes = TCP_HEADER_BYTES, .truncated = FATE_TCP_TRUNCATED},
	[IPPROTO_ICMP] =
		{.header_bytes = ICMP_HEADER_BYTES,
		 .truncated = FATE_ICMP_TRUNCATED,
		 .kind = PACKET_IPV4},
	[IPPROTO_ICMPV6] =
		{.header_bytes = ICMP_HEADER_BYTES,
		 .truncated = FATE_ICMP6_TRUNCATED,
		 .kind = PACKET_IPV6},
	[IPPROTO_IGMP] =
		{.header_bytes = IGMP_MESSAGE_BYTES,
		 .truncated = FATE_IGMP_TRUNCATED,
		 .kind = PACKET_IPV4},
};

static_assert(
	offsetof(struct packet, dst_port_be) ==
		offsetof(struct packet, src_port_be) + sizeof(uint16_t),
	"both ports are written at once"
);

static void
ports_read(struct packet *p, const uint8_t *l4)
{
	memcpy((uint8_t *)p + offsetof(struct packet, src_port_be), l4, PORTS_BYTES);
	p->flags |= PACKET_HAS_PORTS;
}

static void
icmp_read(struct packet *p, const uint8_t *icmp)
{
	p->icmp_type = icmp[0];
	p->icmp_code = icmp[1];
	if (!icmp_has_identifier(p->kind, p->icmp_type))
		return;
	memcpy(&p->src_port_be, icmp + ICMP_IDENTIFIER_OFFSET, sizeof(p->src_port_be));
	p->dst_port_be = p->src_port_be;
}

/* Protocols that leat does not look into, but whose ports stand where those of UDP do. */
static void
other_ports_read(const struct headers *h, struct packet *p)
{
	bool has_ports = p->ip_protocol == IPPROTO_SCTP || p->ip_protocol == IPPROTO_UDPLITE ||
			 p->ip_protocol == IPPROTO_DCCP;
	const uint8_t *l4 = has_ports ? headers_peek(h, PORTS_BYTES) : NULL;

	if (l4 != NULL)
		ports_read(p, l4);
}

static enum fate
udp_read(struct packet *p, const uint8_t *udp)
{
	uint16_t length = read_be16(udp + UDP_LENGTH_OFFSET);

	ports_read(p, udp);
	/* The length of a first fragment speaks of the whole datagram. */
	if (p->flags & PACKET_FRAGMENT)
		return FATE_NONE;

	/* Shorter than the IP payload is legal: the rest is nobody's, and not part of the datagram. */
	if (length < UDP_HEADER_BYTES || length > p->l4_length)
		return FATE_UDP_BAD_LENGTH;
	p->payload_offset = (uint16_t)(p->l4_offset + UDP_HEADER_BYTES);
	p->payload_length = (uint16_t)(length - UDP_HEADER_BYTES);
	return FATE_NONE;
}

static enum fate
tcp_read(struct packet *p, const uint8_t *tcp)
{
	uint16_t header_bytes = (uint16_t)((tcp[TCP_DATA_OFFSET] >> 4) * 4);

	ports_read(p, tcp);
	p->tcp_flags = tcp[TCP_FLAGS_OFFSET];
	/* Options may go on in the next fragment. */
	if (p->flags & PACKET_FRAGMENT)
		return FATE_NONE;

	if (header_bytes < TCP_HEADER_BYTES || header_bytes > p->l4_length)
		return FATE_TCP_BAD_HEADER_LENGTH;
	p->payload_offset = (uint16_t)(p->l4_offset + header_bytes);
	p->payload_length = (uint16_t)(p->l4_length - header_bytes);
	return FATE_NONE;
}

/* Is the header not there, or only beyond what leat looks at, behind a long chain of extension headers? */
static enum fate
transport_fault(const struct headers *h, const struct packet *p, const struct transport *t)
{
	if (headers_left(h) >= t->header_bytes)
		return FATE_IP6_EXT_LIMIT;
	return (p->flags & PACKET_FRAGMENT) ? FATE_FRAGMENT_TINY : t->truncated;
}

enum fate
transport_locate(const struct headers *h, struct packet *p)
{
	const struct transport *t = &transports[p->ip_protocol];
	const uint8_t *l4;

	if (p->flags & PACKET_LATER_FRAGMENT)
		return FATE_NONE;
	if (t->header_bytes == 0) {
		other_ports_read(h, p);
		return FATE_NONE;
	}
	if (t->kind != PACKET_OTHER && t->kind != p->kind)
		return FATE_NONE;
	l4 = headers_peek(h, t->header_bytes);
	if (l4 == NULL)
		return transport_fault(h, p, t);
	if (p->ip_protocol == IPPROTO_UDP)
		return udp_read(p, l4);
	if (p->ip_protocol == IPPROTO_TCP)
		return tcp_read(p, l4);
	if (p->ip_protocol != IPPROTO_IGMP)
		icmp_read(p, l4);
	return FATE_NONE;
}
