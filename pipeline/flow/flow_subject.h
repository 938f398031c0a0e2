/* SPDX-License-Identifier: BSD-3-Clause */
/* Which flow a packet speaks for: by its own addresses and ports, its datagram's, or those of the packet that it quotes. */
#ifndef PIPELINE_FLOW_FLOW_SUBJECT_H
#define PIPELINE_FLOW_FLOW_SUBJECT_H

#include "pipeline/burst.h"
#include "pipeline/flow/flow_key.h"
#include "pipeline/flow/fragment_table.h"

#include <rte_mbuf.h>

enum flow_subject {
	FLOW_SUBJECT_NONE, /* no flow's: not IP, or the link's own business (ARP, IGMP, MLD, neighbour discovery) */
	FLOW_SUBJECT_OWN, /* its own */
	FLOW_SUBJECT_QUOTED, /* an ICMP error: the tuple is that of the quoted packet */
	FLOW_SUBJECT_ORPHAN, /* a later fragment whose first one is not known */
	FLOW_SUBJECT_UNKNOWN, /* an ICMP error whose quote says nothing, or is of somebody else's packet */
};

/*
 * Fills the tuple for OWN and QUOTED. ICMP queries and their answers have the identifier in the place of the asking side's
 * port and the query's type in that of the other; protocols without ports have their number in both.
 */
enum flow_subject flow_subject_find(
	const struct fragment_table *fragments,
	uint32_t tick,
	uint32_t zone,
	const struct rte_mbuf *m,
	const struct packet *p,
	struct flow_tuple *t
);

/* The datagram of a fragment. */
struct fragment_key fragment_key_of(const struct packet *p, uint32_t zone);

/* The IP protocol number of a tuple. */
uint8_t flow_tuple_protocol(const struct flow_tuple *t);

/* The same conversation seen from the other side. */
struct flow_tuple flow_tuple_reverse(const struct flow_tuple *t);

#endif
