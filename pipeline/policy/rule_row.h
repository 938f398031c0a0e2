/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A rule in half a cache line, for the data path: what it names where it names one of each and nothing of IPv6, else as
 * much as fits, and that the rule itself is to be asked.
 */
#ifndef PIPELINE_POLICY_RULE_ROW_H
#define PIPELINE_POLICY_RULE_ROW_H

#include "pipeline/policy/rule.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* A mask of 0 is of a thing that the rule does not name. */
struct rule_row {
	uint32_t src_be, src_mask_be, dst_be, dst_mask_be; /* IPv4 */
	struct port_range src_ports, dst_ports;
	uint8_t protocol, protocol_mask;
	uint8_t icmp_type, icmp_type_mask;
	uint8_t icmp_code, icmp_code_mask;
	uint8_t flags; /* enum rule_row_flag */
	uint8_t action; /* enum rule_action */
};

static_assert(sizeof(struct rule_row) == 32, "two rows are a cache line");

enum rule_row_flag {
	RULE_ROW_PORTS = 1 << 0, /* the packet needs ports */
	RULE_ROW_IPV4 = 1 << 1, /* the packet needs to be IPv4 */
	RULE_ROW_ICMP = 1 << 2, /* the packet needs to be ICMP or ICMPv6 */
	RULE_ROW_PART = 1 << 3, /* not all of the rule */
};

struct rule_row rule_row_make(const struct rule *r);

/* The same as rule_matches: `row` has been made of `rule`. */
bool rule_row_matches(
	const struct rule_row *row, const struct rule *rule, const struct policy_packet *p
);

#endif
