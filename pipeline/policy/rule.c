/* SPDX-License-Identifier: BSD-3-Clause */
/* A rule against a packet, and against another rule. */
#include "pipeline/policy/rule.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
	IPV4_BITS = 32,
	WORD_BITS = 64,
};

static const struct port_range all_ports = {0, UINT16_MAX};

const char *const rule_action_names[] = {
	[RULE_ALLOW] = "allow",
	[RULE_DENY] = "deny",
	[RULE_REJECT] = "reject",
};

/* The first `bits` bits of a word in network order; bits may be more than the word has, or less than none. */
static uint64_t
word_mask_be(int bits)
{
	if (bits <= 0)
		return 0;
	return bits >= WORD_BITS ? UINT64_MAX : rte_cpu_to_be_64(~(UINT64_MAX >> bits));
}

static bool
address_starts(const union packet_address *a, const union packet_address *b, uint8_t kind, int bits)
{
	if (kind == PACKET_IPV4) {
		uint32_t mask = bits == 0 ? 0 : UINT32_MAX << (IPV4_BITS - bits);

		return ((a->v4_be ^ b->v4_be) & rte_cpu_to_be_32(mask)) == 0;
	}
	return (((a->v6_words[0] ^ b->v6_words[0]) & word_mask_be(bits)) |
		((a->v6_words[1] ^ b->v6_words[1]) & word_mask_be(bits - WORD_BITS))) == 0;
}

static bool
prefixes_match(
	const struct prefix *prefixes, unsigned n, const union packet_address *address, uint8_t kind
)
{
	for (unsigned i = 0; i < n; i++) {
		const struct prefix *p = &prefixes[i];

		if (p->kind == kind && address_starts(&p->address, address, kind, p->bits))
			return true;
	}
	return n == 0;
}

static bool
ports_match(
	const struct port_range *ranges, unsigned n, const struct policy_packet *p, uint16_t port
)
{
	if (n == 0)
		return true;
	for (unsigned i = 0; p->has_ports && i < n; i++) {
		if (ranges[i].first <= port && port <= ranges[i].last)
			return true;
	}
	return false;
}

static bool
icmp_matches(const struct rule *r, const struct policy_packet *p)
{
	if (r->icmp_type == RULE_ANY && r->icmp_code == RULE_ANY)
		return true;
	return (p->protocol == IPPROTO_ICMP || p->protocol == IPPROTO_ICMPV6) &&
	       (r->icmp_type == RULE_ANY || r->icmp_type == p->icmp_type) &&
	       (r->icmp_code == RULE_ANY || r->icmp_code == p->icmp_code);
}

bool
rule_matches(const struct rule *r, const struct policy_packet *p)
{
	return (r->protocol == RULE_ANY || r->protocol == p->protocol) && icmp_matches(r, p) &&
	       ports_match(r->dst_ports, r->n_dst_ports, p, p->dst_port) &&
	       ports_match(r->src_ports, r->n_src_ports, p, p->src_port) &&
	       prefixes_match(r->dst, r->n_dst, &p->dst, p->kind) &&
	       prefixes_match(r->src, r->n_src, &p->src, p->kind);
}

static bool
number_covers(int earlier, int later)
{
	return earlier == RULE_ANY || earlier == later;
}

/* Are all ports of the range in one of the others, or in several together? */
static bool
range_is_covered(const struct port_range *by, unsigned n, struct port_range range)
{
	unsigned next = range.first, before;

	/* Until a turn over all of them has not got on. */
	do {
		before = next;
		for (unsigned i = 0; i < n; i++) {
			if (by[i].first <= next && next <= by[i].last)
				next = by[i].last + 1u;
		}
	} while (next != before && next <= range.last);
	return next > range.last;
}

static bool
ports_cover(
	const struct port_range *earlier,
	unsigned n_earlier,
	const struct port_range *later,
	unsigned n_later
)
{
	if (n_earlier == 0)
		return true;
	if (n_later == 0)
		return range_is_covered(earlier, n_earlier, all_ports);
	for (unsigned i = 0; i < n_later; i++) {
		if (!range_is_covered(earlier, n_earlier, later[i]))
			return false;
	}
	return true;
}

static bool
rule_names_ports(const struct rule *r)
{
	return r->n_src_ports > 0 || r->n_dst_ports > 0;
}

static bool
prefix_is_covered(const struct prefix *by, unsigned n, const struct prefix *p)
{
	for (unsigned i = 0; i < n; i++) {
		if (by[i].kind == p->kind && by[i].bits <= p->bits &&
		    address_starts(&by[i].address, &p->address, p->kind, by[i].bits))
			return true;
	}
	return false;
}

/* Only what is of this IP version. Two halves are not taken for a whole. */
static bool
prefixes_cover(
	const struct prefix *earlier,
	unsigned n_earlier,
	const struct prefix *later,
	unsigned n_later,
	uint8_t kind
)
{
	const struct prefix all = {.kind = kind};

	if (n_earlier == 0)
		return true;
	if (n_later == 0)
		return prefix_is_covered(earlier, n_earlier, &all);
	for (unsigned i = 0; i < n_later; i++) {
		if (later[i].kind == kind && !prefix_is_covered(earlier, n_earlier, &later[i]))
			return false;
	}
	return true;
}

static bool
prefixes_hold(const struct prefix *prefixes, unsigned n, uint8_t kind)
{
	for (unsigned i = 0; i < n; i++) {
		if (prefixes[i].kind == kind)
			return true;
	}
	return n == 0;
}

static bool
addresses_cover(const struct rule *earlier, const struct rule *later, uint8_t kind)
{
	if (!prefixes_hold(later->src, later->n_src, kind) ||
	    !prefixes_hold(later->dst, later->n_dst, kind))
		return true; /* `later` matches no packet of this IP version */
	return prefixes_cover(earlier->src, earlier->n_src, later->src, later->n_src, kind) &&
	       prefixes_cover(earlier->dst, earlier->n_dst, later->dst, later->n_dst, kind);
}

bool
rule_covers(const struct rule *earlier, const struct rule *later)
{
	if (!number_covers(earlier->protocol, later->protocol) ||
	    !number_covers(earlier->icmp_type, later->icmp_type) ||
	    !number_covers(earlier->icmp_code, later->icmp_code))
		return false;
	/* All ports are less than all packets: some have none. */
	if (rule_names_ports(earlier) && !rule_names_ports(later))
		return false;
	return ports_cover(
		       earlier->dst_ports,
		       earlier->n_dst_ports,
		       later->dst_ports,
		       later->n_dst_ports
	       ) &&
	       ports_cover(
		       earlier->src_ports,
		       earlier->n_src_ports,
		       later->src_ports,
		       later->n_src_ports
	       ) &&
	       addresses_cover(earlier, later, PACKET_IPV4) &&
	       addresses_cover(earlier, later, PACKET_IPV6);
}

static bool
prefixes_are_same(const struct prefix *a, const struct prefix *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (a[i].kind != b[i].kind || a[i].bits != b[i].bits ||
		    !address_starts(&a[i].address, &b[i].address, a[i].kind, a[i].bits))
			return false;
	}
	return true;
}

static bool
ranges_are_same(const struct port_range *a, const struct port_range *b, unsigned n)
{
	return n == 0 || memcmp(a, b, n * sizeof(*a)) == 0;
}

bool
rule_is_same(const struct rule *a, const struct rule *b)
{
	if (a->action != b->action || a->protocol != b->protocol || a->icmp_type != b->icmp_type ||
	    a->icmp_code != b->icmp_code || a->n_src != b->n_src || a->n_dst != b->n_dst ||
	    a->n_src_ports != b->n_src_ports || a->n_dst_ports != b->n_dst_ports)
		return false;
	return ranges_are_same(a->src_ports, b->src_ports, a->n_src_ports) &&
	       ranges_are_same(a->dst_ports, b->dst_ports, a->n_dst_ports) &&
	       prefixes_are_same(a->src, b->src, a->n_src) &&
	       prefixes_are_same(a->dst, b->dst, a->n_dst);
}

void
rule_clear(struct rule *r)
{
	free(r->src);
	free(r->dst);
	free(r->src_ports);
	free(r->dst_ports);
	memset(r, 0, sizeof(*r));
}
