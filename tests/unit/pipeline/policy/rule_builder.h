/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules and policy packets from text. */
#ifndef UNIT_RULE_BUILDER_H
#define UNIT_RULE_BUILDER_H

#include "pipeline/policy/rule.h"

/* Names nothing: matches every packet. */
struct rule rule_of(enum rule_action action);

/* "10.0.0.0/8" or "2001:db8::/32" becomes one more of the rule's prefixes. */
void rule_add_src(struct rule *r, const char *prefix);
void rule_add_dst(struct rule *r, const char *prefix);

void rule_add_src_ports(struct rule *r, uint16_t first, uint16_t last);
void rule_add_dst_ports(struct rule *r, uint16_t first, uint16_t last);

/* Rules that allow, and name one thing. */
struct rule rule_to(const char *dst);
struct rule rule_from(const char *src);
struct rule rule_of_protocol(int protocol);
struct rule rule_to_ports(uint16_t first, uint16_t last); /* of TCP */
struct rule rule_of_icmp(int protocol, int type, int code);

/* A TCP packet to port 80. */
struct policy_packet policy_packet_of(const char *src, const char *dst);

#endif
