/* SPDX-License-Identifier: BSD-3-Clause */
/* From the config's totals to one worker's share, and what all of it takes. */
#include "app/tenant_sizes.h"

#include "pipeline/tenant/tenancy.h"

enum {
	SLOTS_MIN = 1024,
	/* Of a worker's fragments, what one tenant may hold. */
	FRAGMENT_SHARE = 8,
	FRAGMENTS_OF_OWNER_MIN = 16,
	/* The hash shares flows out evenly, but not exactly. */
	SHARE_SLACK_PERCENT = 25,
	/* Of the heap, for each. */
	RULE_BYTES = 384,
	LIST_BYTES = 2 * 1024,
	MATCH_BYTES = 256,
};

/* One worker's part of so many entries. */
static uint32_t
share_of(uint64_t total, unsigned n_workers)
{
	uint64_t part = (total + n_workers - 1) / n_workers;

	if (n_workers > 1)
		part += part * SHARE_SLACK_PERCENT / 100;
	return (uint32_t)part;
}

struct flow_table_config
tenant_flows_config(const struct tenant_sizes *sizes, uint8_t kind)
{
	return (struct flow_table_config){
		.name = kind == PACKET_IPV4 ? "flows of IPv4" : "flows of IPv6",
		.kind = kind,
		.flows_max = kind == PACKET_IPV4 ? sizes->flows4 : sizes->flows6,
		.owners_max = sizes->slots,
	};
}

struct fragment_table_config
tenant_fragments_config(const struct config *config, const struct tenant_sizes *sizes)
{
	return (struct fragment_table_config){
		.entries_max = sizes->fragments,
		.owners_max = sizes->slots,
		.owner_entries_max =
			RTE_MAX(sizes->fragments / FRAGMENT_SHARE,
				(uint32_t)FRAGMENTS_OF_OWNER_MIN),
		.lifetime_ticks = (uint32_t)(config->flows.fragment_ns / FLOW_TICK_NS),
	};
}

struct tenant_sizes
tenant_sizes(const struct config *config, unsigned n_workers)
{
	const struct config_flows *flows = &config->flows;
	uint64_t slots = flows->tenants != 0
				 ? flows->tenants
				 : RTE_MAX(2 * (uint64_t)config->tenants.n, (uint64_t)SLOTS_MIN);
	struct tenant_sizes s = {
		.flows4 = share_of(flows->ipv4, n_workers),
		.flows6 = share_of(flows->ipv6, n_workers),
		.fragments = share_of(flows->fragments, n_workers),
		.slots = (uint16_t)RTE_MIN(slots, (uint64_t)TENANT_SLOTS_MAX),
	};
	struct flow_table_config table4 = tenant_flows_config(&s, PACKET_IPV4);
	struct flow_table_config table6 = tenant_flows_config(&s, PACKET_IPV6);
	struct fragment_table_config fragments = tenant_fragments_config(config, &s);

	s.flow4_bytes = flow_table_bytes(&table4);
	s.flow6_bytes = flow_table_bytes(&table6);
	s.bytes = s.slots * sizeof(struct tenant_usage) +
		  n_workers * (s.flow4_bytes + s.flow6_bytes + fragment_table_bytes(&fragments) +
			       s.slots * sizeof(struct tenant_account) + sizeof(struct tenancy));
	return s;
}

/* What lookups and rule lists of the config take, at most (measured: docs/performance.md). */
static uint64_t
set_bytes(const struct config_tenants *tenants, unsigned n_workers)
{
	uint64_t rules = 0, matches = 0;

	for (unsigned i = 0; i < tenants->n; i++) {
		const struct config_tenant *c = &tenants->tenants[i];

		rules += c->egress.n + c->ingress.n;
		matches += c->n_from + c->n_to;
	}
	return rules * (RULE_BYTES + n_workers * sizeof(uint64_t)) + matches * MATCH_BYTES +
	       tenants->n * LIST_BYTES;
}

uint64_t
tenant_sizes_bytes_needed(const struct plan *plan)
{
	const struct config *config = plan->config;

	if (config->tenants.n == 0)
		return 0;
	/* Two generations while one replaces the other. */
	return tenant_sizes(config, plan->n_workers).bytes +
	       2 * set_bytes(&config->tenants, plan->n_workers);
}
