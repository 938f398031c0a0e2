/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which flow the later fragments of a datagram belong to: what its first fragment was found to be. Fragments are not
 * reassembled (RFC 791 section 3.2, RFC 8200 section 4.5: they are told by addresses, protocol and identification).
 *
 * One for each worker, used by its lcore alone. An entry lives for a fixed time. An owner (a tenant) may hold no more
 * entries than its share, so that nobody's flood of fragments takes the room of another. Nobody outside can aim at a place in
 * it: the hash is keyed. An entry whose time is over costs its owner nothing, whether it has been worked off or not.
 */
#ifndef PIPELINE_FLOW_FRAGMENT_TABLE_H
#define PIPELINE_FLOW_FRAGMENT_TABLE_H

#include "pipeline/burst.h"

#include <stddef.h>
#include <stdint.h>

struct fragment_table;

/* How a datagram is known. All bytes count: zero it before it is filled. */
struct fragment_key {
	union packet_address src, dst; /* IPv4: the rest zero */
	uint32_t id_be;
	uint32_t zone; /* flow_zone */
	uint8_t kind;
	uint8_t protocol; /* packet.fragment_protocol */
	uint8_t padding[6];
};

/* What the first fragment was found to be. */
struct fragment_flow {
	uint16_t src_port_be, dst_port_be;
	uint8_t ip_protocol;
	uint8_t flow_class; /* enum flow_class */
};

struct fragment_table_config {
	uint32_t entries_max; /* 1 to 2^30 */
	uint32_t owners_max; /* owners are 0 to owners_max - 1 */
	uint32_t owner_entries_max; /* of one owner */
	uint32_t lifetime_ticks; /* 1 to 2^31 */
	uint64_t seeds[2]; /* random */
	int socket;
};

enum fragment_status {
	FRAGMENT_KNOWN, /* remembered */
	FRAGMENT_OWNER_FULL, /* the owner's share is used up */
	FRAGMENT_TABLE_FULL,
};

/* What a table takes, all included. */
size_t fragment_table_bytes(const struct fragment_table_config *config);

/* NULL with rte_errno set. */
struct fragment_table *fragment_table_create(const struct fragment_table_config *config);

/* NULL is allowed. */
void fragment_table_destroy(struct fragment_table *t);

/*
 * A first fragment that is let pass. One that is remembered already is updated, and its time begins anew; where the new
 * owner has no room for it, it stays as it was. Works off a few expired entries. `now` is a tick and never goes back.
 */
enum fragment_status fragment_table_add(
	struct fragment_table *t,
	const struct fragment_key *key,
	const struct fragment_flow *flow,
	uint16_t owner,
	uint32_t now
);

/*
 * What the datagram of a later fragment is, or NULL: its first fragment has not been let pass, or too long ago. Stays valid
 * until the next fragment_table_add.
 */
const struct fragment_flow *
fragment_table_find(const struct fragment_table *t, const struct fragment_key *key, uint32_t now);

#endif
