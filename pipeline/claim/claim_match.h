/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Claims on ports whose packets no XDP program has seen: the same rows, matched by DPDK's ACL library.
 *
 * A row matches a packet when each thing that it names matches. Deny beats claim; a packet without a row is the
 * kernel's. Fragments match only rows that name no ports, so that no datagram is torn. (bpf/steer.h says the same of
 * the XDP program.)
 *
 * A matcher is immutable and may be used by any lcore; who replaces it frees the old one when no lcore uses it any more.
 */
#ifndef PIPELINE_CLAIM_CLAIM_MATCH_H
#define PIPELINE_CLAIM_CLAIM_MATCH_H

#include "pipeline/burst.h"

#include <rte_config.h>

#include <stdbool.h>
#include <stdint.h>

enum claim_verdict {
	CLAIM_NONE, /* no row matches */
	CLAIM_CLAIMED,
	CLAIM_DENIED,
};

enum { CLAIM_VLAN_UNTAGGED = 0 };

struct claim_rule {
	enum claim_verdict verdict; /* CLAIM_CLAIMED or CLAIM_DENIED */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	bool any_protocol;
	uint8_t protocol;
	bool any_vlan;
	uint16_t vlan; /* host order, of the outer tag, or CLAIM_VLAN_UNTAGGED */
	bool names_ports;
	uint16_t port_first, port_last; /* destination ports, host order */
	union packet_address dst, src; /* network order */
	uint8_t dst_bits, src_bits; /* prefix lengths; 0: any */
};

struct claim_match;

/* The matchers of all ports, replaced as a whole by one pointer. */
struct claim_set {
	struct claim_match *by_port[RTE_MAX_ETHPORTS]; /* by DPDK port id; NULL: no row */
};

/* NULL with rte_errno set. `name` is unique among matchers that live. Main thread. */
struct claim_match *
claim_match_create(const char *name, const struct claim_rule *rules, unsigned n, int socket);

/* NULL is allowed. */
void claim_match_destroy(struct claim_match *match);

/* The verdicts of n packets, at most BURST_MAX, of IPv4 or IPv6 that have been parsed without a fault. Any lcore. */
void claim_match_packets(
	const struct claim_match *match,
	const struct packet *const *packets,
	unsigned n,
	uint8_t *verdicts
);

#endif
