/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `flows`: how large the flow tables are. */
#include "app/config_sections.h"

#define SECOND_NS UINT64_C(1000000000)

void
config_flows_default(struct config_flows *flows)
{
	*flows = (struct config_flows){
		.ipv4 = 256 * 1000,
		.ipv6 = 64 * 1000,
		.fragments = 16 * 1000,
		.fragment_ns = 5 * SECOND_NS,
	};
}

static const struct yaml_key flows_keys[] = {
	{.name = "ipv4",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_flows, ipv4),
	 .min = 1000,
	 .max = 1000 * 1000 * 1000},
	{.name = "ipv6",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_flows, ipv6),
	 .min = 1000,
	 .max = 1000 * 1000 * 1000},
	{.name = "fragments",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_flows, fragments),
	 .min = 100,
	 .max = 10 * 1000 * 1000},
	{.name = "fragment_timeout",
	 .type = YAML_KEY_DURATION,
	 .offset = offsetof(struct config_flows, fragment_ns),
	 .min = SECOND_NS / 10,
	 .max = 120 * SECOND_NS}, /* twice what a receiver waits: RFC 8200, section 4.5 */
	{.name = "tenants",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_flows, tenants),
	 .min = 1,
	 .max = TENANT_SLOTS_MAX},
	{.name = NULL},
};

void
config_flows_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	struct config_flows *flows = &config->flows;

	yaml_read_mapping(r, node, flows_keys, flows);
	if (flows->tenants != 0 && flows->tenants < config->tenants.n)
		yaml_reader_error(
			r,
			node,
			"tenants: %u is less than the %u tenants there are, / and parents included",
			(unsigned)flows->tenants,
			config->tenants.n
		);
}
