/* SPDX-License-Identifier: BSD-3-Clause */
/* Checks rows and puts them in order. */
#include "pipeline/tenant/tenant_row.h"

#include <errno.h>
#include <stdlib.h>

enum {
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	VLAN_ID_MAX = 0xFFF,
	PROTOCOLS = 256,
};

#define SCOPE_ANY_PORT (UINT64_C(0xFFFF) << 26)
#define SCOPE_ANY_OUTER (UINT64_C(0x1FFF) << 13)
#define SCOPE_ANY_INNER UINT64_C(0x1FFF)

const uint64_t tenant_shape_any[TENANT_SHAPE_COUNT] = {
	[TENANT_SHAPE_PORT_BOTH] = 0,
	[TENANT_SHAPE_BOTH] = SCOPE_ANY_PORT,
	[TENANT_SHAPE_PORT_OUTER] = SCOPE_ANY_INNER,
	[TENANT_SHAPE_OUTER] = SCOPE_ANY_PORT | SCOPE_ANY_INNER,
	[TENANT_SHAPE_PORT] = SCOPE_ANY_OUTER | SCOPE_ANY_INNER,
	[TENANT_SHAPE_ANY] = SCOPE_ANY_PORT | SCOPE_ANY_OUTER | SCOPE_ANY_INNER,
};

static enum tenant_shape
shape_of(const struct tenant_match *m)
{
	bool port = m->port != TENANT_ANY_PORT;

	if (m->vlan_inner != TENANT_ANY_VLAN)
		return port ? TENANT_SHAPE_PORT_BOTH : TENANT_SHAPE_BOTH;
	if (m->vlan_outer != TENANT_ANY_VLAN)
		return port ? TENANT_SHAPE_PORT_OUTER : TENANT_SHAPE_OUTER;
	return port ? TENANT_SHAPE_PORT : TENANT_SHAPE_ANY;
}

static bool
vlans_are_valid(const struct tenant_match *m)
{
	if (m->vlan_outer == TENANT_ANY_VLAN)
		return m->vlan_inner == TENANT_ANY_VLAN;
	return m->vlan_outer <= VLAN_ID_MAX &&
	       (m->vlan_inner <= VLAN_ID_MAX || m->vlan_inner == TENANT_ANY_VLAN);
}

static bool
prefix_is_valid(const struct prefix *p)
{
	struct address_key key, host_bits;

	if (p->kind == PACKET_OTHER)
		return true;
	if (p->kind != PACKET_IPV4 && p->kind != PACKET_IPV6)
		return false;
	if (p->bits > (p->kind == PACKET_IPV4 ? IPV4_BITS : IPV6_BITS))
		return false;
	key = address_key_make(p->kind, &p->address);
	host_bits = address_key_last((struct address_key){0}, p->bits);
	return (key.high & host_bits.high) == 0 && (key.low & host_bits.low) == 0;
}

static bool
service_is_valid(const struct tenant_match *m)
{
	return m->protocol >= TENANT_ANY_PROTOCOL && m->protocol < PROTOCOLS &&
	       m->service.first <= m->service.last;
}

static void
service_set(struct tenant_row *row, int protocol, uint16_t first, uint16_t last)
{
	uint32_t ports = last - first + 1u;

	row->service.protocol = (int16_t)protocol;
	row->service.first = first;
	row->service.last = last;
	row->service_size = protocol == TENANT_ANY_PROTOCOL ? ports * PROTOCOLS : ports;
}

static struct tenant_row
row_make(const struct tenant_match *m, uint32_t number)
{
	struct tenant_row row = {
		.scope = tenant_scope(m->port, m->vlan_outer, m->vlan_inner),
		.shape = (uint8_t)shape_of(m),
		.kind = m->prefix.kind,
		.number = number,
		.service.slot = m->slot,
	};

	if (row.kind == PACKET_OTHER)
		return row;
	row.address = address_key_make(row.kind, &m->prefix.address);
	row.bits = m->prefix.bits;
	return row;
}

int
tenant_rows_make(
	struct tenant_row *rows, const struct tenant_match *matches, unsigned n, bool with_service
)
{
	for (unsigned i = 0; i < n; i++) {
		const struct tenant_match *m = &matches[i];

		if (!vlans_are_valid(m) || !prefix_is_valid(&m->prefix))
			return -EINVAL;
		if (with_service && !service_is_valid(m))
			return -EINVAL;
		rows[i] = row_make(m, i);
		if (with_service)
			service_set(&rows[i], m->protocol, m->service.first, m->service.last);
		else
			service_set(&rows[i], TENANT_ANY_PROTOCOL, 0, UINT16_MAX);
	}
	return 0;
}

static int
numbers_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
prefixes_compare(const struct tenant_row *a, const struct tenant_row *b)
{
	if (a->kind != b->kind)
		return numbers_compare(a->kind, b->kind);
	if (a->address.high != b->address.high)
		return numbers_compare(a->address.high, b->address.high);
	if (a->address.low != b->address.low)
		return numbers_compare(a->address.low, b->address.low);
	return numbers_compare(a->bits, b->bits);
}

static int
rows_compare(const void *a_row, const void *b_row)
{
	const struct tenant_row *a = a_row, *b = b_row;
	int order = prefixes_compare(a, b);

	if (order != 0)
		return order;
	if (a->scope != b->scope)
		return numbers_compare(a->scope, b->scope);
	if (a->service_size != b->service_size)
		return numbers_compare(a->service_size, b->service_size);
	return numbers_compare(a->number, b->number);
}

void
tenant_rows_sort(struct tenant_row *rows, unsigned n)
{
	if (n > 0)
		qsort(rows, n, sizeof(*rows), rows_compare);
}

bool
tenant_rows_same_prefix(const struct tenant_row *a, const struct tenant_row *b)
{
	return prefixes_compare(a, b) == 0;
}
