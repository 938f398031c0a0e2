/* SPDX-License-Identifier: BSD-3-Clause */
/* One rule of a tenant's egress or ingress list. It matches a packet when each thing that it names matches. */
#ifndef PIPELINE_POLICY_RULE_H
#define PIPELINE_POLICY_RULE_H

#include "pipeline/burst.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	RULE_NAME_BYTES = 32,
	RULE_ANY = -1,
};

enum rule_action {
	RULE_ALLOW,
	RULE_DENY, /* silently */
	RULE_REJECT, /* with a TCP reset or an ICMP error, rate-limited */
};

extern const char *const rule_action_names[];

struct prefix {
	union packet_address address; /* network order; no bit behind the prefix is set */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint8_t bits; /* its length */
};

/* Is the address, of a packet of this kind, one of the prefix's? Kind PACKET_OTHER as prefix is any address. */
static inline bool
prefix_holds(const struct prefix *p, uint8_t kind, const union packet_address *address)
{
	const uint8_t *a = p->address.v6, *b = address->v6;
	unsigned whole = p->bits / 8, rest = p->bits % 8;

	if (p->kind == PACKET_OTHER)
		return true;
	return p->kind == kind && memcmp(a, b, whole) == 0 &&
	       (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

struct port_range {
	uint16_t first, last; /* host order, both included */
};

struct rule {
	char name[RULE_NAME_BYTES]; /* "" where the config gives none */
	enum rule_action action;
	int protocol; /* IP protocol number, or RULE_ANY */
	int icmp_type, icmp_code; /* or RULE_ANY; only with ICMP or ICMPv6 as protocol */
	/* Each: n of them, any of which may match; none: all match. The rule owns them (malloc). */
	struct prefix *src, *dst;
	struct port_range *src_ports, *dst_ports; /* only with a protocol that has ports */
	unsigned n_src, n_dst, n_src_ports, n_dst_ports;
	unsigned line; /* in the config file */
};

/* What rules are matched against: the packet that opens the flow, as its initiator sent it. */
struct policy_packet {
	union packet_address src, dst; /* network order */
	uint16_t src_port, dst_port; /* host order; 0 without ports */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint8_t protocol;
	uint8_t icmp_type, icmp_code;
	bool has_ports;
};

bool rule_matches(const struct rule *r, const struct policy_packet *p);

/* Does every packet that `later` matches match `earlier` too? Then `later` behind it can never match. */
bool rule_covers(const struct rule *earlier, const struct rule *later);

/* Are they the same in everything but name and line? */
bool rule_is_same(const struct rule *a, const struct rule *b);

/* Frees what the rule owns. */
void rule_clear(struct rule *r);

#endif
