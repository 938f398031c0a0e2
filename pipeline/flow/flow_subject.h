/* SPDX-License-Identifier: BSD-3-Clause */
/* Which flow a packet speaks for: by its own addresses and ports, its datagram's, or those of the packet that it quotes. */
#ifndef PIPELINE_FLOW_FLOW_SUBJECT_H
#define PIPELINE_FLOW_FLOW_SUBJECT_H

#include "pipeline/burst.h"
#include "pipeline/flow/flow_key.h"
#include "pipeline/flow/fragment_table.h"

#include <rte_mbuf.h>

#include <stdbool.h>

enum flow_subject {
	FLOW_SUBJECT_NONE, /* no flow's: not IP, or the link's own business (ARP, IGMP, MLD, neighbour discovery) */
	FLOW_SUBJECT_OWN, /* its own */
	FLOW_SUBJECT_QUOTED, /* an ICMP error: the tuple is that of the quoted packet */
	FLOW_SUBJECT_ORPHAN, /* a later fragment whose first one is not known */
	FLOW_SUBJECT_UNKNOWN, /* an ICMP error whose quote says nothing, or is of somebody else's packet */
};

/*
 * Fills the tuple for OWN and QUOTED. `zone` is that of the packet's source, `zone_flip` what makes it that of its destination. ICMP queries and their answers have the identifier in the place of the asking side's
 * port and the query's type in that of the other; protocols without ports have their number in both.
 */
enum flow_subject flow_subject_find(
	const struct fragment_table *fragments,
	uint32_t tick,
	uint32_t zone,
	uint32_t zone_flip,
	const struct rte_mbuf *m,
	const struct packet *p,
	struct flow_tuple *t
);

/* enum flow_class by IP protocol. */
extern const uint8_t flow_classes[256];

/* Most packets: they have ports, and their tuple is what their headers say. */
static inline bool
flow_subject_is_plain(const struct packet *p)
{
	return (p->flags & (PACKET_HAS_PORTS | PACKET_LATER_FRAGMENT)) == PACKET_HAS_PORTS &&
	       flow_classes[p->ip_protocol] != FLOW_CLASS_OTHER;
}

static inline struct flow_tuple
flow_tuple_of_plain(const struct packet *p, uint32_t zone, uint32_t zone_flip)
{
	return (struct flow_tuple){
		.src = p->src,
		.dst = p->dst,
		.src_port_be = p->src_port_be,
		.dst_port_be = p->dst_port_be,
		.zone = zone,
		.zone_flip = zone_flip,
		.kind = p->kind,
		.flow_class = flow_classes[p->ip_protocol],
	};
}

/* The datagram of a fragment. */
struct fragment_key fragment_key_of(const struct packet *p, uint32_t zone);

/* The IP protocol number of a tuple. */
uint8_t flow_tuple_protocol(const struct flow_tuple *t);

#endif
