/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ICMP (RFC 792, RFC 1812) and ICMPv6 (RFC 4443) messages: which are queries, answers, errors, the link's own business;
 * and the packet that an error quotes.
 */
#ifndef PIPELINE_PACKET_ICMP_ERROR_H
#define PIPELINE_PACKET_ICMP_ERROR_H

#include "pipeline/burst.h"

#include <rte_mbuf.h>

#include <stdbool.h>
#include <stdint.h>

enum icmp_kind {
	ICMP_KIND_OTHER, /* neither: it belongs to no flow that leat follows */
	ICMP_KIND_QUERY, /* echo, timestamp, address mask: has an identifier, opens a flow */
	ICMP_KIND_ANSWER, /* to one of these */
	ICMP_KIND_ERROR, /* quotes the packet that it is about */
	ICMP_KIND_LINK, /* neighbour and router discovery (RFC 4861), MLD (RFC 2710, RFC 3810): never leaves the link */
};

/* Is it of a query or of an answer, which have an identifier? The kinds of packet are those of burst.h. */
static inline bool
icmp_has_identifier(uint8_t packet_kind, uint8_t icmp_type)
{
	/* Echo reply and echo; timestamp, information and address mask (13 to 18). */
	const uint32_t types4 = 1u << 0 | 1u << 8 | 0x3Fu << 13;

	if (packet_kind == PACKET_IPV4)
		return icmp_type < 32 && (types4 >> icmp_type & 1) != 0;
	return icmp_type == 128 || icmp_type == 129;
}

/* Of a located ICMP or ICMPv6 packet that is no later fragment; all else is ICMP_KIND_OTHER. */
enum icmp_kind icmp_kind(const struct packet *p);

/* The type of the query that a type of ICMP_KIND_QUERY or _ANSWER belongs to. */
uint8_t icmp_query_type(uint8_t packet_kind, uint8_t icmp_type);

/* IGMP, and ICMP_KIND_LINK: the kernel or the next switch needs them, whatever the claims. Fragments never are. */
bool packet_is_link_control(const struct packet *p);

/*
 * The same, and it cannot have been meant to go further: neighbour discovery with hop limit 255 (RFC 4861, section 7.1.1), MLD with
 * hop limit 1 (RFC 3810, section 5), IGMP to a group or with TTL 1 (RFC 3376, section 4). Anything else under their names is a
 * packet like any other.
 */
bool packet_stays_on_link(const struct rte_mbuf *m, const struct packet *p);

/* The packet that an error quotes, as far as it is quoted. */
struct icmp_quote {
	union packet_address src, dst;
	uint16_t src_port_be, dst_port_be; /* for queries both are the identifier */
	uint8_t ip_protocol;
	uint8_t icmp_type; /* of a quoted ICMP message */
	bool has_ports; /* the quote reaches so far, and the protocol has some; also for ICMP queries */
	bool is_fragment; /* any: then it was steered by its addresses alone */
	bool is_later_fragment;
};

/*
 * Reads the quote behind the 8 bytes of an ICMP_KIND_ERROR message. False where it is shorter than an IP header and 8
 * bytes more, or of another IP version than the error. Any lcore.
 */
bool icmp_quote_read(const struct rte_mbuf *m, const struct packet *p, struct icmp_quote *quote);

#endif
