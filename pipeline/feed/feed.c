/* SPDX-License-Identifier: BSD-3-Clause */
/* The index from (port, destination, UDP port) to a feed line. */
#include "pipeline/feed/feed.h"

#include <rte_errno.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>

#include <errno.h>
#include <string.h>

struct line_key {
	union packet_address group;
	uint16_t port;
	uint16_t dst_port_be;
	uint32_t kind;
};

static struct line_key
line_key_make(uint16_t port, uint8_t kind, const union packet_address *group, uint16_t dst_port_be)
{
	struct line_key key = {.port = port, .dst_port_be = dst_port_be, .kind = kind};

	if (kind == PACKET_IPV4)
		key.group.v4_be = group->v4_be;
	else
		key.group = *group;
	return key;
}

struct feed_table *
feed_table_create(uint16_t n_feeds, uint16_t n_lines, int socket)
{
	struct feed_table *table =
		rte_zmalloc_socket("feed_table", sizeof(*table), RTE_CACHE_LINE_SIZE, socket);

	if (table == NULL)
		goto fail;
	table->n_feeds = n_feeds;
	table->n_lines = n_lines;
	table->feeds = rte_zmalloc_socket(
		"feeds", (n_feeds + 1u) * sizeof(*table->feeds), RTE_CACHE_LINE_SIZE, socket
	);
	table->lines = rte_zmalloc_socket(
		"lines", (n_lines + 1u) * sizeof(*table->lines), RTE_CACHE_LINE_SIZE, socket
	);
	table->line_counters = rte_zmalloc_socket(
		"line_counters",
		(n_lines + 1u) * sizeof(*table->line_counters),
		RTE_CACHE_LINE_SIZE,
		socket
	);
	if (table->feeds == NULL || table->lines == NULL || table->line_counters == NULL)
		goto free_table;
	return table;

free_table:
	feed_table_destroy(table);
fail:
	rte_errno = ENOMEM;
	return NULL;
}

static int
line_insert(struct feed_table *table, uint16_t i)
{
	const struct feed_line *line = &table->lines[i];
	struct line_key key =
		line_key_make(line->port, line->kind, &line->group, line->dst_port_be);

	if (rte_hash_lookup(table->index, &key) >= 0)
		return -EEXIST;
	table->dst_ports[line->dst_port_be / 64] |= UINT64_C(1) << (line->dst_port_be % 64);
	return rte_hash_add_key_data(table->index, &key, (void *)(uintptr_t)i);
}

int
feed_table_index(struct feed_table *table, int socket)
{
	struct rte_hash_parameters parameters = {
		.name = "feed_lines",
		/* rte_hash needs 8 entries; twice the lines keeps insertion from failing on a full bucket. */
		.entries = RTE_MAX(2u * table->n_lines, 8u),
		.key_len = sizeof(struct line_key),
		.hash_func = rte_hash_crc,
		.socket_id = socket,
	};

	if (table->n_lines == 0)
		return 0;
	table->index = rte_hash_create(&parameters);
	if (table->index == NULL)
		return -rte_errno;
	for (uint16_t i = 0; i < table->n_lines; i++) {
		int error = line_insert(table, i);

		if (error != 0)
			return error;
	}
	return 0;
}

void
feed_table_destroy(struct feed_table *table)
{
	if (table == NULL)
		return;
	rte_hash_free(table->index);
	rte_free(table->line_counters);
	rte_free(table->lines);
	rte_free(table->feeds);
	rte_free(table);
}

uint16_t
feed_line_find(const struct feed_table *table, uint16_t port, const struct packet *p)
{
	struct line_key key = line_key_make(port, p->kind, &p->dst, p->dst_port_be);
	void *data;

	if (rte_hash_lookup_data(table->index, &key, &data) < 0)
		return PACKET_NO_LINE;
	return (uint16_t)(uintptr_t)data;
}
