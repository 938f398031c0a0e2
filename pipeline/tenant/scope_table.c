/* SPDX-License-Identifier: BSD-3-Clause */
/* Linear probing over slots of 16 bytes, four to a cache line. */
#include "pipeline/tenant/scope_table.h"

#include <rte_common.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>

#include <errno.h>

struct scope_slot {
	uint64_t key;
	uint32_t first; /* service */
	uint32_t n; /* services; 0: the slot is free */
};

static uint64_t
slot_key(uint32_t node, uint64_t scope)
{
	return (uint64_t)node << TENANT_SCOPE_BITS | scope;
}

/* The key's slot, or the free one where it belongs. */
static struct scope_slot *
slot_find(const struct scope_table *table, uint64_t key)
{
	uint32_t i = rte_hash_crc_8byte(key, 0) & table->mask;

	while (table->slots[i].n != 0 && table->slots[i].key != key)
		i = (i + 1) & table->mask;
	return &table->slots[i];
}

static void
table_fill(struct scope_table *table, const struct tenant_row *rows, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t key = slot_key(rows[i].node, rows[i].scope);
		struct scope_slot *slot = slot_find(table, key);

		/* Rows that are alike in all but the service stand together, in order. */
		if (slot->n == 0)
			*slot = (struct scope_slot){.key = key, .first = i};
		slot->n++;
		table->services[i] = rows[i].service;
	}
}

int
scope_table_build(struct scope_table *table, const struct tenant_row *rows, unsigned n, int socket)
{
	uint32_t n_slots = rte_align32pow2(2 * (n + 1));

	table->mask = n_slots - 1;
	table->slots = rte_zmalloc_socket(
		"scope_slots", n_slots * sizeof(*table->slots), RTE_CACHE_LINE_SIZE, socket
	);
	table->services = rte_malloc_socket(
		"scope_services", (n + 1) * sizeof(*table->services), RTE_CACHE_LINE_SIZE, socket
	);
	if (table->slots == NULL || table->services == NULL)
		return -ENOMEM;
	table_fill(table, rows, n);
	return 0;
}

void
scope_table_clear(struct scope_table *table)
{
	rte_free(table->services);
	rte_free(table->slots);
	*table = (struct scope_table){0};
}

const struct tenant_service *
scope_table_find(const struct scope_table *table, uint32_t node, uint64_t scope, uint32_t *n)
{
	const struct scope_slot *slot = slot_find(table, slot_key(node, scope));

	*n = slot->n;
	return &table->services[slot->first];
}
