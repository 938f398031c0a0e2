/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules and counters of a loaded program, by its maps alone; attached or not, as in tests. */
#ifndef BPF_XDP_RULES_H
#define BPF_XDP_RULES_H

#include "bpf/claims.h"

struct xdp_rules {
	int rules_fd; /* the array of maps, or -1 */
	int counters_fd; /* or -1 */
	int trie_fd; /* the trie in use, or -1 before the first write */
};

/* Opens the maps of a program of leat's. 0, or a negative errno with nothing open. */
int xdp_rules_open(struct xdp_rules *rules, uint32_t program_id);
void xdp_rules_close(struct xdp_rules *rules);

/* As xdp_loader_write and xdp_loader_read. */
int xdp_rules_write(struct xdp_rules *rules, const struct claims_table *table);
int xdp_rules_read(const struct xdp_rules *rules, uint64_t counters[STEER_REASON_COUNT]);

#endif
