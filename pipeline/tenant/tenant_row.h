/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of `from` or `to`, checked and sorted: what a lookup is built of. */
#ifndef PIPELINE_TENANT_TENANT_ROW_H
#define PIPELINE_TENANT_TENANT_ROW_H

#include "pipeline/tenant/address_index.h"
#include "pipeline/tenant/tenant_lookup.h"

#include <stdbool.h>
#include <stdint.h>

/* Which of port, outer and inner VLAN a row names. Narrower ones first. */
enum tenant_shape {
	TENANT_SHAPE_PORT_BOTH,
	TENANT_SHAPE_BOTH,
	TENANT_SHAPE_PORT_OUTER,
	TENANT_SHAPE_OUTER,
	TENANT_SHAPE_PORT,
	TENANT_SHAPE_ANY,
	TENANT_SHAPE_COUNT,
};

enum { TENANT_SCOPE_BITS = 16 + 13 + 13 }; /* port, VLANs */

/* For each shape, the bits of a scope that stand for what it does not name. */
extern const uint64_t tenant_shape_any[TENANT_SHAPE_COUNT];

struct tenant_service {
	uint16_t first, last; /* destination ports */
	int16_t protocol; /* or TENANT_ANY_PROTOCOL */
	uint16_t slot;
};

struct tenant_row {
	struct address_key address;
	uint64_t scope;
	uint32_t service_size; /* pairs of protocol and port in it */
	uint32_t number; /* of the row in the caller's order */
	uint32_t node; /* of its prefix */
	uint8_t kind, bits;
	uint8_t shape;
	struct tenant_service service;
};

static inline uint64_t
tenant_scope(uint16_t port, uint16_t vlan_outer, uint16_t vlan_inner)
{
	const uint64_t vlan_mask = 0x1FFF; /* 12 bits, and one for "any" */

	return (uint64_t)port << 26 | (vlan_outer & vlan_mask) << 13 | (vlan_inner & vlan_mask);
}

/* 0 or -EINVAL. `with_service`: else protocol and service of the matches do not count. */
int tenant_rows_make(
	struct tenant_row *rows, const struct tenant_match *matches, unsigned n, bool with_service
);

/*
 * By prefix (none, then IPv4, then IPv6; by address, short before long), then scope, then service (narrow before wide),
 * then in the caller's order.
 */
void tenant_rows_sort(struct tenant_row *rows, unsigned n);

bool tenant_rows_same_prefix(const struct tenant_row *a, const struct tenant_row *b);

#endif
