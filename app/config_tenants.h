/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tenants of a config: the sections `tenants`, `sets` and `flows` as values, checked, with references resolved.
 *
 * Owned by the config. What a tenant inherits from its parent is resolved here: mode, pickup, on_full and timeouts.
 */
#ifndef APP_CONFIG_TENANTS_H
#define APP_CONFIG_TENANTS_H

#include "pipeline/flow/flow.h"
#include "pipeline/policy/rule.h"
#include "pipeline/tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CONFIG_TENANTS_MAX = 16384,
	CONFIG_MATCHES_MAX = 200000, /* `from` and `to` rows of all tenants */
	CONFIG_RULES_MAX = 1000000, /* of all tenants */
	CONFIG_RULE_PREFIXES_MAX = 4000000, /* in them, those of sets counted at each use */
	CONFIG_SETS_MAX = 1024,
	CONFIG_SET_PREFIXES_MAX =
		1000000, /* of all sets, those of sets in sets counted at each use */
};

/* A row of `from` or `to`. */
struct config_match {
	uint16_t port; /* index of config.ports, or CONFIG_NO_PORT: any */
	int vlan_outer, vlan_inner; /* VLAN ID, 0: untagged, -1: any */
	struct prefix prefix; /* kind PACKET_OTHER: any address */
	int protocol; /* `to` only; -1: any */
	struct port_range service; /* `to` only; 0 to 65535: any */
	unsigned line;
};

struct config_quota {
	enum tenant_quota_unit unit;
	enum tenant_quota_spent spent;
	uint64_t amount;
	uint64_t period_ns;
	uint64_t throttle_bits_per_second; /* TENANT_SPENT_THROTTLE */
};

struct config_rules {
	bool given; /* else all is allowed */
	enum rule_action default_action;
	struct rule *rules;
	unsigned n;
};

struct config_tenant {
	char path[TENANT_PATH_BYTES]; /* "/" or "/a/b" */
	unsigned line; /* 0: not in the file, made because a child is, or for the root */
	unsigned parent; /* index; of the root: its own */
	unsigned depth;
	struct config_match *from, *to;
	unsigned n_from, n_to;
	uint64_t flows_max, flows_rate, streams_max, pps_max,
		bps_max; /* 0: no limit; a second; bps_max counts bits */
	uint64_t burst_ns; /* of pps_max and bps_max that may be saved up; 0: METER_DEPTH_NS */
	struct config_quota quota;
	bool audit;
	bool frozen;
	bool pickup;
	bool evict; /* on_full: evict */
	uint64_t timeouts_ns[FLOW_STATE_COUNT];
	struct config_rules egress, ingress;
};

struct config_tenants {
	/* Sorted by path, "/" first; a tenant's children, and theirs, stand right behind it. */
	struct config_tenant *tenants;
	unsigned n;
};

/* Sizes of the flow tables, of all workers together. */
struct config_flows {
	uint64_t ipv4, ipv6; /* flows */
	uint64_t
		fragments; /* datagrams whose first fragment has been seen and that may have more */
	uint64_t fragment_ns; /* how long */
	uint64_t
		tenants; /* slots for tenants over the life of the process; 0: twice those of the file, at least 1024 */
};

/* NULL members are allowed. */
void config_tenants_free(struct config_tenants *tenants);

#endif
