/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values that several sections of the config have: prefixes, ports, protocols, VLAN IDs. Each reader returns false after
 * saying an error; then what it was to fill is unchanged.
 */
#ifndef APP_CONFIG_VALUES_H
#define APP_CONFIG_VALUES_H

#include "app/yaml_reader.h"
#include "pipeline/policy/rule.h"

#include <stdbool.h>
#include <stdint.h>

enum { CONFIG_PROTOCOL_ANY = -1 };

/* What may be wrong with a text that ought to be a prefix. */
enum config_prefix_fault {
	CONFIG_PREFIX_GOOD,
	CONFIG_PREFIX_NO_ADDRESS,
	CONFIG_PREFIX_BAD_LENGTH,
	CONFIG_PREFIX_HOST_BITS,
};

/* "10.0.0.0/8", "2001:db8::/32", or a bare address. */
enum config_prefix_fault config_prefix_parse(const char *text, struct prefix *prefix);

/* Says what is wrong with it. */
void config_prefix_error(
	struct yaml_reader *r, const struct yaml_node *node, enum config_prefix_fault fault
);

bool config_prefix_read(struct yaml_reader *r, struct yaml_node *node, struct prefix *prefix);

/* "any", "tcp", "udp", "icmp", "icmp6", "sctp" or a number. */
bool config_protocol_read(struct yaml_reader *r, struct yaml_node *node, int *protocol);

/* TCP, UDP, SCTP. */
bool config_protocol_has_ports(int protocol);

/* "26400" or "26400-26499". Does not look which end is the larger one. */
bool
config_ports_range_read(struct yaml_reader *r, struct yaml_node *node, struct port_range *range);

/* 1 to 4094, or 0 for "untagged". */
bool config_vlan_read(struct yaml_reader *r, struct yaml_node *node, int *vlan);

#endif
