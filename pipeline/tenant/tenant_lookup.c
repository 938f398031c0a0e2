/* SPDX-License-Identifier: BSD-3-Clause */
/* From rows to two sides, `from` and `to`; from a packet to the first row that matches, narrow ones first. */
#include "pipeline/tenant/tenant_lookup.h"

#include "pipeline/tenant/address_index.h"
#include "pipeline/tenant/scope_table.h"
#include "pipeline/tenant/tenant.h"
#include "pipeline/tenant/tenant_row.h"

#include <rte_errno.h>
#include <rte_malloc.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	NODE_ANY_ADDRESS = 0,
	NODES_MAX = 1 << (64 - TENANT_SCOPE_BITS), /* what the key of a scope_table has room for */
};

/* A prefix that rows name. Node 0: the rows without one. */
struct node {
	uint32_t parent; /* node of the next shorter prefix around it */
	uint32_t shapes; /* bit mask by enum tenant_shape: of its rows */
};

struct side {
	struct address_index ipv4, ipv6;
	struct node *nodes;
	struct scope_table scopes;
};

struct tenant_lookup {
	struct side from, to;
};

/* What a side is built of. */
struct draft {
	struct tenant_row *rows;
	struct address_prefix *prefixes; /* of nodes 1 and up, IPv4 first */
	unsigned n_rows, n_ipv4, n_ipv6;
};

static void
prefix_add(struct draft *d, struct tenant_row *row)
{
	uint32_t i = d->n_ipv4 + d->n_ipv6;

	d->prefixes[i] =
		(struct address_prefix){.first = row->address, .bits = row->bits, .node = i + 1};
	if (row->kind == PACKET_IPV4)
		d->n_ipv4++;
	else
		d->n_ipv6++;
}

/* Gives each row its node, and each node its prefix. */
static void
nodes_number(struct draft *d)
{
	for (unsigned i = 0; i < d->n_rows; i++) {
		struct tenant_row *row = &d->rows[i];

		if (row->kind == PACKET_OTHER) {
			row->node = NODE_ANY_ADDRESS;
			continue;
		}
		if (i == 0 || !tenant_rows_same_prefix(row - 1, row))
			prefix_add(d, row);
		row->node = d->n_ipv4 + d->n_ipv6;
	}
}

static int
draft_make(struct draft *d, const struct tenant_match *matches, unsigned n, bool with_service)
{
	int error;

	if (n >= NODES_MAX)
		return -E2BIG;
	/* One more than needed: malloc(0) may be NULL. */
	*d = (struct draft){
		.rows = malloc((n + 1) * sizeof(*d->rows)),
		.prefixes = malloc((n + 1) * sizeof(*d->prefixes)),
		.n_rows = n,
	};
	if (d->rows == NULL || d->prefixes == NULL)
		return -ENOMEM;
	error = tenant_rows_make(d->rows, matches, n, with_service);
	if (error != 0)
		return error;
	tenant_rows_sort(d->rows, n);
	nodes_number(d);
	return 0;
}

static void
draft_free(struct draft *d)
{
	free(d->prefixes);
	free(d->rows);
}

/* When the indexes have been built: they find the parents. */
static int
nodes_make(struct side *side, const struct draft *d, int socket)
{
	unsigned n = d->n_ipv4 + d->n_ipv6;

	side->nodes = rte_zmalloc_socket(
		"tenant_nodes", (n + 1) * sizeof(*side->nodes), RTE_CACHE_LINE_SIZE, socket
	);
	if (side->nodes == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		side->nodes[d->prefixes[i].node].parent = d->prefixes[i].parent;
	for (unsigned i = 0; i < d->n_rows; i++)
		side->nodes[d->rows[i].node].shapes |= 1u << d->rows[i].shape;
	return 0;
}

/* On failure, some of it is held: side_clear frees it. */
static int
side_fill(struct side *side, struct draft *d, int socket)
{
	int error = address_index_build(&side->ipv4, d->prefixes, d->n_ipv4, socket);

	if (error == 0)
		error = address_index_build(
			&side->ipv6, d->prefixes + d->n_ipv4, d->n_ipv6, socket
		);
	if (error == 0)
		error = nodes_make(side, d, socket);
	if (error == 0)
		error = scope_table_build(&side->scopes, d->rows, d->n_rows, socket);
	return error;
}

static int
side_build(
	struct side *side,
	const struct tenant_match *matches,
	unsigned n,
	bool with_service,
	int socket
)
{
	struct draft draft = {0};
	int error = draft_make(&draft, matches, n, with_service);

	if (error == 0)
		error = side_fill(side, &draft, socket);
	draft_free(&draft);
	return error;
}

static void
side_clear(struct side *side)
{
	scope_table_clear(&side->scopes);
	rte_free(side->nodes);
	address_index_clear(&side->ipv6);
	address_index_clear(&side->ipv4);
}

struct tenant_lookup *
tenant_lookup_create(
	const char *name,
	const struct tenant_match *from,
	unsigned n_from,
	const struct tenant_match *to,
	unsigned n_to,
	int socket
)
{
	struct tenant_lookup *l = rte_zmalloc_socket(name, sizeof(*l), RTE_CACHE_LINE_SIZE, socket);
	int error = -ENOMEM;

	if (l == NULL)
		goto fail;
	error = side_build(&l->from, from, n_from, false, socket);
	if (error == 0)
		error = side_build(&l->to, to, n_to, true, socket);
	if (error == 0)
		return l;
	tenant_lookup_destroy(l);
fail:
	rte_errno = -error;
	return NULL;
}

void
tenant_lookup_destroy(struct tenant_lookup *l)
{
	if (l == NULL)
		return;
	side_clear(&l->to);
	side_clear(&l->from);
	rte_free(l);
}

/* The longest prefix around the address. */
static uint32_t
node_find(const struct side *side, const struct tenant_query *q)
{
	if (q->kind == PACKET_IPV4)
		return address_index_find(&side->ipv4, address_key_make(q->kind, &q->address));
	if (q->kind == PACKET_IPV6)
		return address_index_find(&side->ipv6, address_key_make(q->kind, &q->address));
	return NODE_ANY_ADDRESS;
}

static bool
service_matches(const struct tenant_service *s, const struct tenant_query *q)
{
	if (s->protocol != TENANT_ANY_PROTOCOL && s->protocol != q->protocol)
		return false;
	if (q->service == 0) /* has no ports, so that only "any" will do */
		return s->first == 0 && s->last == UINT16_MAX;
	return s->first <= q->service && q->service <= s->last;
}

/* Asks a node's shapes, narrow ones first. TENANT_NONE: no row of it matches. */
static uint16_t
node_match(const struct side *side, uint32_t node, uint64_t scope, const struct tenant_query *q)
{
	for (uint32_t shapes = side->nodes[node].shapes; shapes != 0; shapes &= shapes - 1) {
		uint64_t any = tenant_shape_any[__builtin_ctz(shapes)];
		const struct tenant_service *services;
		uint32_t n;

		services = scope_table_find(&side->scopes, node, scope | any, &n);
		for (uint32_t i = 0; i < n; i++) {
			if (service_matches(&services[i], q))
				return services[i].slot;
		}
	}
	return TENANT_NONE;
}

static uint16_t
side_find(const struct side *side, const struct tenant_query *q)
{
	uint64_t scope = tenant_scope(q->port, q->vlan_outer, q->vlan_inner);
	uint32_t node = node_find(side, q);
	uint16_t slot;

	while ((slot = node_match(side, node, scope, q)) == TENANT_NONE) {
		if (node == NODE_ANY_ADDRESS)
			return TENANT_ROOT;
		node = side->nodes[node].parent;
	}
	return slot;
}

uint16_t
tenant_lookup_from(const struct tenant_lookup *l, const struct tenant_query *q)
{
	return side_find(&l->from, q);
}

uint16_t
tenant_lookup_to(const struct tenant_lookup *l, const struct tenant_query *q)
{
	return side_find(&l->to, q);
}
