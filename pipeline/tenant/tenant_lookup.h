/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which tenant a packet is from, and which it is to: by port, VLAN and address; the longest prefix wins, then the narrower
 * scope, then the narrower service.
 *
 * address_index finds the longest prefix of an address; scope_table finds, for a prefix and a scope (port, VLANs), the
 * tenants that match there. Where a prefix has none for the packet, the next shorter one is asked.
 *
 * Scopes from narrow to wide: port and both VLANs; both VLANs; port and outer VLAN; outer VLAN; port; none of them. A service
 * is narrower that holds fewer pairs of protocol and port. Of rows that are alike in all that, the first wins.
 *
 * Immutable; any lcore.
 */
#ifndef PIPELINE_TENANT_TENANT_LOOKUP_H
#define PIPELINE_TENANT_TENANT_LOOKUP_H

#include "pipeline/burst.h"
#include "pipeline/policy/rule.h"

#include <stdint.h>

enum {
	TENANT_ANY_PORT = 0xFFFF,
	TENANT_ANY_VLAN = 0xFFFF,
	TENANT_ANY_PROTOCOL = -1,
};

/* Which packets are from (or to) a tenant: those for which all hold. */
struct tenant_match {
	uint16_t port; /* DPDK port it came in by (from) or leaves by (to), or TENANT_ANY_PORT */
	uint16_t vlan_outer; /* VLAN ID; 0: untagged; or TENANT_ANY_VLAN */
	uint16_t vlan_inner; /* likewise; only with an outer one, else TENANT_ANY_VLAN */
	struct prefix prefix; /* of the source (from) or destination (to); kind PACKET_OTHER: any */
	int protocol; /* `to` only: IP protocol number, or TENANT_ANY_PROTOCOL */
	struct port_range service; /* `to` only: destination ports; 0 to 65535: any */
	uint16_t slot; /* whose */
};

/* What is looked up. */
struct tenant_query {
	union packet_address address;
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6; others meet only rows without a prefix */
	uint8_t protocol; /* `to` only */
	uint16_t port;
	uint16_t vlan_outer, vlan_inner; /* 0: none */
	uint16_t service; /* `to` only: destination port, host order; 0: none, for rows for any */
};

/*
 * NULL with rte_errno set: EINVAL where a row cannot be (VLAN above 4095, bits behind a prefix, ports backwards), E2BIG above
 * 4 million rows, ENOMEM. The rows are copied. `name` marks the memory for rte_malloc's traces.
 */
struct tenant_lookup *tenant_lookup_create(
	const char *name,
	const struct tenant_match *from,
	unsigned n_from,
	const struct tenant_match *to,
	unsigned n_to,
	int socket
);

/* NULL is allowed. */
void tenant_lookup_destroy(struct tenant_lookup *l);

/* A slot; TENANT_ROOT (0) where nothing matches. */
uint16_t tenant_lookup_from(const struct tenant_lookup *l, const struct tenant_query *q);
uint16_t tenant_lookup_to(const struct tenant_lookup *l, const struct tenant_query *q);

#endif
