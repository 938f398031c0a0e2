/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules to rows, and rows against packets. */
#include "pipeline/policy/rule_row.h"

#include <rte_byteorder.h>

#include <netinet/in.h>

enum { IPV4_BITS = 32 };

static uint32_t
mask_be(unsigned bits)
{
	return bits == 0 ? 0 : rte_cpu_to_be_32(UINT32_MAX << (IPV4_BITS - bits));
}

/* Returns flags of the row. */
static uint8_t
prefix_fill(uint32_t *address_be, uint32_t *address_mask_be, const struct prefix *p, unsigned n)
{
	if (n == 0)
		return 0;
	if (n > 1 || p->kind != PACKET_IPV4)
		return RULE_ROW_PART;
	*address_mask_be = mask_be(p->bits);
	*address_be = p->address.v4_be & *address_mask_be;
	return RULE_ROW_IPV4;
}

static uint8_t
ports_fill(struct port_range *range, const struct port_range *ranges, unsigned n)
{
	*range = (struct port_range){0, UINT16_MAX};
	if (n == 1)
		*range = ranges[0];
	return (uint8_t)((n > 0 ? RULE_ROW_PORTS : 0) | (n > 1 ? RULE_ROW_PART : 0));
}

static void
number_fill(uint8_t *value, uint8_t *mask, int number)
{
	if (number == RULE_ANY)
		return;
	*value = (uint8_t)number;
	*mask = UINT8_MAX;
}

struct rule_row
rule_row_make(const struct rule *r)
{
	struct rule_row row = {.action = (uint8_t)r->action};

	number_fill(&row.protocol, &row.protocol_mask, r->protocol);
	number_fill(&row.icmp_type, &row.icmp_type_mask, r->icmp_type);
	number_fill(&row.icmp_code, &row.icmp_code_mask, r->icmp_code);
	if (row.icmp_type_mask != 0 || row.icmp_code_mask != 0)
		row.flags |= RULE_ROW_ICMP;
	row.flags |= prefix_fill(&row.src_be, &row.src_mask_be, r->src, r->n_src);
	row.flags |= prefix_fill(&row.dst_be, &row.dst_mask_be, r->dst, r->n_dst);
	row.flags |= ports_fill(&row.src_ports, r->src_ports, r->n_src_ports);
	row.flags |= ports_fill(&row.dst_ports, r->dst_ports, r->n_dst_ports);
	return row;
}

static bool
range_holds(struct port_range range, uint16_t port)
{
	return range.first <= port && port <= range.last;
}

static bool
numbers_match(const struct rule_row *row, const struct policy_packet *p)
{
	return (((p->protocol ^ row->protocol) & row->protocol_mask) |
		((p->icmp_type ^ row->icmp_type) & row->icmp_type_mask) |
		((p->icmp_code ^ row->icmp_code) & row->icmp_code_mask)) == 0;
}

static bool
packet_is(const struct policy_packet *p, uint8_t flags)
{
	return !((flags & RULE_ROW_PORTS) && !p->has_ports) &&
	       !((flags & RULE_ROW_IPV4) && p->kind != PACKET_IPV4) &&
	       !((flags & RULE_ROW_ICMP) && p->protocol != IPPROTO_ICMP &&
		 p->protocol != IPPROTO_ICMPV6);
}

bool
rule_row_matches(const struct rule_row *row, const struct rule *rule, const struct policy_packet *p)
{
	if ((((p->dst.v4_be ^ row->dst_be) & row->dst_mask_be) |
	     ((p->src.v4_be ^ row->src_be) & row->src_mask_be)) != 0)
		return false;
	if (!numbers_match(row, p) || !packet_is(p, row->flags))
		return false;
	if (row->flags & RULE_ROW_PART)
		return rule_matches(rule, p);
	return !(row->flags & RULE_ROW_PORTS) || (range_holds(row->dst_ports, p->dst_port) &&
						  range_holds(row->src_ports, p->src_port));
}
