/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `tenants`: the keys of a tenant. Its matches, rules and place in the tree have files of their own. */
#include "app/config_tenants.h"

#include "app/config_reading.h"
#include "app/config_sections.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)
#define DAY_NS (UINT64_C(86400) * SECOND_NS)
#define RATE_MAX UINT64_C(1000000000000) /* of a meter, a second */
#define QUOTA_MAX UINT64_C(1000000000000000000)
#define BURST_NS_MIN (SECOND_NS / 1000)
#define BURST_NS_MAX (10 * SECOND_NS)

/* A quota while it is being read. */
struct quota_reading {
	struct config_quota quota;
	uint64_t bytes, packets;
};

static const struct yaml_key throttle_keys[] = {
	{.name = "bps.max",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_quota, throttle_bits_per_second),
	 .min = 8, /* a byte */
	 .max = 8 * RATE_MAX,
	 .required = true},
	{.name = NULL},
};

static void
spent_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	static const char *const words[] = {
		[TENANT_SPENT_DROP] = "drop",
		[TENANT_SPENT_PASS] = "pass",
	};
	struct config_quota *quota = &((struct quota_reading *)object)->quota;
	int word;

	if (value->kind == YAML_MAPPING) {
		quota->spent = TENANT_SPENT_THROTTLE;
		yaml_read_mapping(r, value, throttle_keys, quota);
		return;
	}
	word = yaml_read_word(r, value, words, 2);
	if (word >= 0)
		quota->spent = (enum tenant_quota_spent)word;
}

static const struct yaml_key quota_keys[] = {
	{.name = "bytes",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct quota_reading, bytes),
	 .min = 1,
	 .max = QUOTA_MAX},
	{.name = "packets",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct quota_reading, packets),
	 .min = 1,
	 .max = QUOTA_MAX},
	{.name = "period",
	 .type = YAML_KEY_DURATION,
	 .offset = offsetof(struct quota_reading, quota.period_ns),
	 .min = SECOND_NS,
	 .max = 3650 * DAY_NS,
	 .required = true},
	{.name = "spent", .type = YAML_KEY_CUSTOM, .read = spent_read},
	{.name = NULL},
};

static void
quota_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct quota_reading reading = {.quota.spent = TENANT_SPENT_DROP};
	unsigned errors_before = r->n_errors;

	yaml_read_mapping(r, value, quota_keys, &reading);
	if (r->n_errors > errors_before)
		return;
	if (reading.bytes != 0 && reading.packets != 0)
		yaml_reader_error(r, value, "has both bytes and packets");
	else if (reading.bytes == 0 && reading.packets == 0)
		yaml_reader_error(r, value, "names neither bytes nor packets");
	reading.quota.unit = reading.bytes != 0 ? TENANT_QUOTA_BYTES : TENANT_QUOTA_PACKETS;
	reading.quota.amount = reading.bytes + reading.packets;
	((struct tenant_reading *)object)->tenant.quota = reading.quota;
}

#define TIMEOUT_KEY(id, key, help)                                                                 \
	{.name = key,                                                                              \
	 .type = YAML_KEY_DURATION,                                                                \
	 .offset = offsetof(struct config_tenant, timeouts_ns[FLOW_##id]),                         \
	 .min = SECOND_NS / 10,                                                                    \
	 .max = 30 * DAY_NS},
static const struct yaml_key timeout_keys[] = {
	FLOW_STATE_TABLE(TIMEOUT_KEY){.name = NULL},
};
#undef TIMEOUT_KEY

static void
timeouts_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	yaml_read_mapping(r, value, timeout_keys, &((struct tenant_reading *)object)->tenant);
}

/* One of two words. */
static bool
choice_read(
	struct yaml_reader *r, struct yaml_node *value, const char *const words[2], bool *choice
)
{
	int word = yaml_read_word(r, value, words, 2);

	if (word >= 0)
		*choice = word == 1;
	return word >= 0;
}

static void
mode_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	static const char *const words[] = {"enforce", "audit"};
	struct tenant_reading *reading = object;

	reading->mode_given = choice_read(r, value, words, &reading->tenant.audit);
}

static void
on_full_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	static const char *const words[] = {"drop", "evict"};
	struct tenant_reading *reading = object;

	reading->on_full_given = choice_read(r, value, words, &reading->tenant.evict);
}

static void
pickup_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct tenant_reading *reading = object;

	reading->pickup_given = yaml_read_bool(r, value, &reading->tenant.pickup);
}

static void
frozen_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	(void)yaml_read_bool(r, value, &((struct tenant_reading *)object)->tenant.frozen);
}

#define LIMIT_KEY(key, member, least, most)                                                        \
	{                                                                                          \
		.name = key, .type = YAML_KEY_UINT,                                                \
		.offset = offsetof(struct tenant_reading, tenant.member), .min = least,            \
		.max = most                                                                        \
	}
static const struct yaml_key tenant_keys[] = {
	{.name = "from", .type = YAML_KEY_CUSTOM, .read = config_from_read},
	{.name = "to", .type = YAML_KEY_CUSTOM, .read = config_to_read},
	LIMIT_KEY("flows.max", flows_max, 1, UINT32_MAX),
	LIMIT_KEY("flows.rate", flows_rate, 1, RATE_MAX),
	LIMIT_KEY("streams.max", streams_max, 1, UINT32_MAX),
	LIMIT_KEY("pps.max", pps_max, 1, RATE_MAX),
	LIMIT_KEY("bps.max", bps_max, 8, 8 * RATE_MAX), /* from a byte a second on */
	{.name = "burst",
	 .type = YAML_KEY_DURATION,
	 .offset = offsetof(struct tenant_reading, tenant.burst_ns),
	 .min = BURST_NS_MIN,
	 .max = BURST_NS_MAX},
	{.name = "quota", .type = YAML_KEY_CUSTOM, .read = quota_read},
	{.name = "frozen", .type = YAML_KEY_CUSTOM, .read = frozen_read},
	{.name = "mode", .type = YAML_KEY_CUSTOM, .read = mode_read},
	{.name = "pickup", .type = YAML_KEY_CUSTOM, .read = pickup_read},
	{.name = "on_full", .type = YAML_KEY_CUSTOM, .read = on_full_read},
	{.name = "timeouts", .type = YAML_KEY_CUSTOM, .read = timeouts_read},
	{.name = "egress", .type = YAML_KEY_CUSTOM, .read = config_egress_read},
	{.name = "ingress", .type = YAML_KEY_CUSTOM, .read = config_ingress_read},
	{.name = NULL},
};
#undef LIMIT_KEY

static void
tenant_read(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct tenants_reading *all = context;
	struct tenant_reading *reading = &all->tenants[all->n];

	if (all->n == CONFIG_TENANTS_MAX) {
		yaml_reader_error(r, name, "more than %d tenants", CONFIG_TENANTS_MAX);
		return;
	}
	all->n++;
	reading->all = all;
	reading->tenant.line = name->line;
	memcpy(reading->tenant.path, name->text, name->length + 1);
	yaml_read_mapping(r, value, tenant_keys, reading);
}

void
config_tenants_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	struct config *config,
	const struct config_sets *sets
)
{
	struct tenants_reading reading = {.config = config, .sets = sets};

	reading.tenants =
		calloc(RTE_MIN(node->length, (unsigned)CONFIG_TENANTS_MAX) + 1,
		       sizeof(*reading.tenants));
	if (reading.tenants == NULL) {
		yaml_reader_error(r, node, "out of memory");
		return;
	}
	yaml_read_entries(r, node, config_path_check, tenant_read, &reading);
	config_tree_make(r, node, &reading, &config->tenants);
	config_overlaps_check(r, node, &config->tenants);
	free(reading.tenants);
}

static void
rules_free(struct config_rules *rules)
{
	for (unsigned i = 0; i < rules->n; i++)
		rule_clear(&rules->rules[i]);
	free(rules->rules);
}

void
config_tenant_clear(struct config_tenant *tenant)
{
	rules_free(&tenant->egress);
	rules_free(&tenant->ingress);
	free(tenant->from);
	free(tenant->to);
}

void
config_tenants_free(struct config_tenants *tenants)
{
	for (unsigned i = 0; i < tenants->n; i++)
		config_tenant_clear(&tenants->tenants[i]);
	free(tenants->tenants);
	*tenants = (struct config_tenants){0};
}
