/* SPDX-License-Identifier: BSD-3-Clause */
/* From metadata to a tuple. */
#include "pipeline/flow/flow_subject.h"

#include "pipeline/packet/icmp_error.h"

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>

#include <netinet/in.h>
#include <string.h>

/* All others are FLOW_CLASS_OTHER, which is 0. */
const uint8_t flow_classes[256] = {
	[IPPROTO_TCP] = FLOW_CLASS_TCP,
	[IPPROTO_UDP] = FLOW_CLASS_UDP,
	[IPPROTO_SCTP] = FLOW_CLASS_SCTP,
	[IPPROTO_UDPLITE] = FLOW_CLASS_UDPLITE,
	[IPPROTO_DCCP] = FLOW_CLASS_DCCP,
};

static const uint8_t protocols[] = {
	[FLOW_CLASS_TCP] = IPPROTO_TCP,
	[FLOW_CLASS_UDP] = IPPROTO_UDP,
	[FLOW_CLASS_SCTP] = IPPROTO_SCTP,
	[FLOW_CLASS_UDPLITE] = IPPROTO_UDPLITE,
	[FLOW_CLASS_DCCP] = IPPROTO_DCCP,
};

static void
tuple_without_ports(struct flow_tuple *t, uint8_t protocol)
{
	t->flow_class = FLOW_CLASS_OTHER;
	t->src_port_be = rte_cpu_to_be_16(protocol);
	t->dst_port_be = t->src_port_be;
}

static void
tuple_of_query(struct flow_tuple *t, uint8_t kind, uint8_t type, uint16_t id_be, bool is_answer)
{
	uint16_t type_be = rte_cpu_to_be_16(icmp_query_type(kind, type));

	t->flow_class = FLOW_CLASS_ICMP;
	t->src_port_be = is_answer ? type_be : id_be;
	t->dst_port_be = is_answer ? id_be : type_be;
}

/* The tuple of a quoted packet, where the quote says enough and the error goes to the one who sent that packet. */
static enum flow_subject
tuple_of_quote(struct flow_tuple *t, const struct rte_mbuf *m, const struct packet *p)
{
	struct packet quoted = {.kind = p->kind};
	struct icmp_quote quote;
	enum icmp_kind kind;

	if (!icmp_quote_read(m, p, &quote) || quote.is_later_fragment ||
	    memcmp(&quote.src, &p->dst, sizeof(quote.src)) != 0)
		return FLOW_SUBJECT_UNKNOWN;
	quoted.src = quote.src;
	quoted.dst = quote.dst;
	quoted.ip_protocol = quote.ip_protocol;
	quoted.icmp_type = quote.icmp_type;
	quoted.src_port_be = quote.src_port_be;
	quoted.dst_port_be = quote.dst_port_be;
	t->src = quote.src;
	t->dst = quote.dst;
	/* Who sent the quoted packet is where the error goes to: on the other side of the pair. */
	t->zone ^= t->zone_flip;
	kind = icmp_kind(&quoted);
	if (kind == ICMP_KIND_QUERY || kind == ICMP_KIND_ANSWER)
		tuple_of_query(
			t, p->kind, quote.icmp_type, quote.src_port_be, kind == ICMP_KIND_ANSWER
		);
	else if (quote.has_ports)
		*t = flow_tuple_of_plain(&quoted, t->zone, t->zone_flip);
	else
		tuple_without_ports(t, quote.ip_protocol);
	return FLOW_SUBJECT_QUOTED;
}

struct fragment_key
fragment_key_of(const struct packet *p, uint32_t zone)
{
	return (struct fragment_key){
		.src = p->src,
		.dst = p->dst,
		.id_be = p->fragment_id_be,
		.zone = zone,
		.kind = p->kind,
		.protocol = p->fragment_protocol,
	};
}

static enum flow_subject
tuple_of_fragment(
	struct flow_tuple *t,
	const struct fragment_table *fragments,
	uint32_t tick,
	const struct packet *p
)
{
	struct fragment_key key = fragment_key_of(p, t->zone);
	const struct fragment_flow *first = fragment_table_find(fragments, &key, tick);

	if (first == NULL)
		return FLOW_SUBJECT_ORPHAN;
	t->src_port_be = first->src_port_be;
	t->dst_port_be = first->dst_port_be;
	t->flow_class = first->flow_class;
	return FLOW_SUBJECT_OWN;
}

static enum flow_subject
tuple_of_icmp(struct flow_tuple *t, const struct rte_mbuf *m, const struct packet *p)
{
	enum icmp_kind kind = icmp_kind(p);

	switch (kind) {
	case ICMP_KIND_QUERY:
	case ICMP_KIND_ANSWER:
		tuple_of_query(t, p->kind, p->icmp_type, p->src_port_be, kind == ICMP_KIND_ANSWER);
		return FLOW_SUBJECT_OWN;
	case ICMP_KIND_ERROR:
		return tuple_of_quote(t, m, p);
	case ICMP_KIND_LINK:
		if (packet_stays_on_link(m, p))
			return FLOW_SUBJECT_NONE;
		break;
	default:
		break;
	}
	tuple_without_ports(t, p->ip_protocol);
	return FLOW_SUBJECT_OWN;
}

enum flow_subject
flow_subject_find(
	const struct fragment_table *fragments,
	uint32_t tick,
	uint32_t zone,
	uint32_t zone_flip,
	const struct rte_mbuf *m,
	const struct packet *p,
	struct flow_tuple *t
)
{
	uint8_t icmp = p->kind == PACKET_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;

	if (p->kind != PACKET_IPV4 && p->kind != PACKET_IPV6)
		return FLOW_SUBJECT_NONE;
	if (likely(flow_subject_is_plain(p))) {
		*t = flow_tuple_of_plain(p, zone, zone_flip);
		return FLOW_SUBJECT_OWN;
	}
	t->src = p->src;
	t->dst = p->dst;
	t->zone = zone;
	t->zone_flip = zone_flip;
	t->kind = p->kind;
	if (p->flags & PACKET_LATER_FRAGMENT)
		return tuple_of_fragment(t, fragments, tick, p);
	if (p->ip_protocol == icmp)
		return tuple_of_icmp(t, m, p);
	if (packet_stays_on_link(m, p))
		return FLOW_SUBJECT_NONE;
	tuple_without_ports(t, p->ip_protocol);
	return FLOW_SUBJECT_OWN;
}

uint8_t
flow_tuple_protocol(const struct flow_tuple *t)
{
	if (t->flow_class == FLOW_CLASS_ICMP)
		return t->kind == PACKET_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	if (t->flow_class == FLOW_CLASS_OTHER)
		return (uint8_t)rte_be_to_cpu_16(t->dst_port_be);
	return protocols[t->flow_class];
}
