/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Claims and denies: which traffic of an interface is leat's, and which is dropped before it costs anything.
 *
 * Rows are compiled to the entries of one trie (steer.h), by a function of the rows alone. Row order does not count.
 */
#ifndef BPF_CLAIMS_H
#define BPF_CLAIMS_H

#include "bpf/steer.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CLAIMS_ANY = -1, /* a protocol or VLAN: whichever */
	CLAIMS_VLAN_MAX = 4094,
	CLAIMS_ROWS_MAX = 100000,
};

struct claims_prefix {
	uint8_t address[16]; /* network order; IPv4 in the first four bytes; 0 behind the prefix */
	uint8_t length; /* in bits; 0: any address */
};

struct claims_row {
	enum steer_action action; /* STEER_CLAIM or STEER_DENY */
	uint8_t ip_version; /* 4 or 6 */
	bool names_ports; /* only packets with a port from port_first to port_last, so no fragments */
	uint16_t port_first;
	uint16_t port_last;
	int16_t protocol; /* or CLAIMS_ANY */
	int16_t vlan; /* 1 to CLAIMS_VLAN_MAX, STEER_VLAN_UNTAGGED or CLAIMS_ANY */
	struct claims_prefix destination;
	struct claims_prefix source;
};

/* What the kernel gets: results[i] for keys[i]. The caller owns it. */
struct claims_table {
	uint32_t n;
	uint32_t n_allocated;
	struct steer_key *keys;
	struct steer_result *results;
};

/* Has the protocol ports that a row can name? */
bool claims_protocol_has_ports(int protocol);

/* What is wrong with a row, for people; NULL where nothing is. */
const char *claims_row_fault(const struct claims_row *row);

/*
 * Fills `table`, which the caller frees with claims_table_free, also after an error. -EINVAL: a row has a fault, or
 * there are too many rows; -E2BIG: more than STEER_ENTRIES_MAX entries, because many wide rows overlap many narrow
 * ones; -ENOMEM.
 */
int claims_compile(const struct claims_row *rows, unsigned n, struct claims_table *table);

void claims_table_free(struct claims_table *table);

#endif
