/* SPDX-License-Identifier: BSD-3-Clause */
/* What is legal and probably not meant: limits that never act, rules that never match, tenants that may fill the tables. */
#include "app/config_sections.h"

#include <inttypes.h>
#include <stdlib.h>

/* Limits */

struct limit {
	const char *key;
	size_t offset; /* in struct config_tenant */
};

static const struct limit limits[] = {
	{"flows.max", offsetof(struct config_tenant, flows_max)},
	{"flows.rate", offsetof(struct config_tenant, flows_rate)},
	{"pps.max", offsetof(struct config_tenant, pps_max)},
	{"bps.max", offsetof(struct config_tenant, bps_max)},
};

static uint64_t
limit_of(const struct config_tenant *tenant, const struct limit *limit)
{
	return *(const uint64_t *)(const void *)((const char *)tenant + limit->offset);
}

static void
larger_say(
	struct yaml_reader *r,
	const struct config_tenant *tenant,
	const char *key,
	uint64_t value,
	const struct config_tenant *above,
	uint64_t value_above
)
{
	size_t length = yaml_path_push(r, tenant->path);

	(void)yaml_path_push(r, key);
	yaml_reader_warning(
		r,
		tenant->line,
		"%" PRIu64 " is more than the %" PRIu64 " of %s, which rules",
		value,
		value_above,
		above->path
	);
	yaml_path_pop(r, length);
}

static bool
quota_is_like(const struct config_quota *a, const struct config_quota *b)
{
	return a->unit == b->unit && a->period_ns == b->period_ns;
}

/* Against one that is above it. */
static void
limits_compare(
	struct yaml_reader *r, const struct config_tenant *tenant, const struct config_tenant *above
)
{
	for (unsigned i = 0; i < RTE_DIM(limits); i++) {
		uint64_t own = limit_of(tenant, &limits[i]), other = limit_of(above, &limits[i]);

		if (own != 0 && other != 0 && own > other)
			larger_say(r, tenant, limits[i].key, own, above, other);
	}
	if (tenant->quota.unit != TENANT_QUOTA_NONE &&
	    quota_is_like(&tenant->quota, &above->quota) &&
	    tenant->quota.amount > above->quota.amount)
		larger_say(r, tenant, "quota", tenant->quota.amount, above, above->quota.amount);
}

static void
limits_check(struct yaml_reader *r, const struct config *config)
{
	const struct config_tenant *tenants = config->tenants.tenants;
	uint64_t room = config->flows.ipv4 + config->flows.ipv6;

	for (unsigned i = 0; i < config->tenants.n; i++) {
		const struct config_tenant *tenant = &tenants[i];

		for (const struct config_tenant *t = tenant; t != tenants;) {
			t = &tenants[t->parent];
			limits_compare(r, tenant, t);
		}
		if (tenant->flows_max > room) {
			size_t length = yaml_path_push(r, tenant->path);

			(void)yaml_path_push(r, "flows.max");
			yaml_reader_warning(
				r,
				tenant->line,
				"%" PRIu64 " is more than both flow tables hold (%" PRIu64 ")",
				tenant->flows_max,
				room
			);
			yaml_path_pop(r, length);
		}
	}
}

static bool
flows_are_limited(const struct config_tenant *tenants, unsigned i)
{
	while (i != 0 && tenants[i].flows_max == 0)
		i = tenants[i].parent;
	return tenants[i].flows_max != 0;
}

/* Tenants that have no packets of their own have no flows either. */
static void
unlimited_check(struct yaml_reader *r, const struct config_tenants *tree)
{
	const struct config_tenant *first = NULL;
	unsigned n = 0;

	for (unsigned i = 1; i < tree->n; i++) {
		const struct config_tenant *t = &tree->tenants[i];

		if (t->n_from + t->n_to == 0 || flows_are_limited(tree->tenants, i))
			continue;
		n++;
		if (first == NULL || t->line < first->line)
			first = t;
	}
	if (n > 0)
		yaml_reader_warning(
			r,
			first->line,
			"%u of the tenants, %s first, have no flows.max, nor has one above them: "
			"each may fill the flow tables for all",
			n,
			first->path
		);
}

/* Rules */

/* The least and most that a rule may match: what is outside of another's cannot be covered by it. Cheap to compare. */
struct extent {
	uint64_t dst_first, dst_last; /* the first 8 bytes of IPv6 addresses, IPv4 ones in front */
	uint64_t src_first, src_last;
	uint16_t dst_port_first, dst_port_last;
	uint16_t src_port_first, src_port_last;
	int protocol;
};

/* IPv4 addresses are put where no IPv6 address of the first 8 bytes is: at the end, reserved by the IETF. */
static void
addresses_extent(const struct prefix *prefixes, unsigned n, uint64_t *first, uint64_t *last)
{
	*first = n == 0 ? 0 : UINT64_MAX;
	*last = n == 0 ? UINT64_MAX : 0;
	for (unsigned i = 0; i < n; i++) {
		const struct prefix *p = &prefixes[i];
		uint64_t address, bits = p->bits;

		if (p->kind == PACKET_IPV4) {
			address = UINT64_MAX << 32 | rte_be_to_cpu_32(p->address.v4_be);
			bits += 32;
		} else {
			address = rte_be_to_cpu_64(p->address.v6_words[0]);
		}
		*first = RTE_MIN(*first, address);
		if (bits < 64)
			address |= UINT64_MAX >> bits;
		*last = RTE_MAX(*last, address);
	}
}

static void
ports_extent(const struct port_range *ranges, unsigned n, uint16_t *first, uint16_t *last)
{
	*first = n == 0 ? 0 : UINT16_MAX;
	*last = n == 0 ? UINT16_MAX : 0;
	for (unsigned i = 0; i < n; i++) {
		if (ranges[i].first < *first)
			*first = ranges[i].first;
		if (ranges[i].last > *last)
			*last = ranges[i].last;
	}
}

static struct extent
rule_extent(const struct rule *rule)
{
	struct extent e = {.protocol = rule->protocol};

	addresses_extent(rule->dst, rule->n_dst, &e.dst_first, &e.dst_last);
	addresses_extent(rule->src, rule->n_src, &e.src_first, &e.src_last);
	ports_extent(rule->dst_ports, rule->n_dst_ports, &e.dst_port_first, &e.dst_port_last);
	ports_extent(rule->src_ports, rule->n_src_ports, &e.src_port_first, &e.src_port_last);
	return e;
}

static bool
extent_may_cover(const struct extent *earlier, const struct extent *later)
{
	return earlier->dst_first <= later->dst_first && earlier->dst_last >= later->dst_last &&
	       earlier->dst_port_first <= later->dst_port_first &&
	       earlier->dst_port_last >= later->dst_port_last &&
	       earlier->src_first <= later->src_first && earlier->src_last >= later->src_last &&
	       earlier->src_port_first <= later->src_port_first &&
	       earlier->src_port_last >= later->src_port_last &&
	       (earlier->protocol == RULE_ANY || earlier->protocol == later->protocol);
}

/* The first rule that covers rule i, or NULL. */
static const struct rule *
rule_coverer(const struct rule *rules, const struct extent *extents, unsigned i)
{
	for (unsigned j = 0; j < i; j++) {
		if (extent_may_cover(&extents[j], &extents[i]) && rule_covers(&rules[j], &rules[i]))
			return &rules[j];
	}
	return NULL;
}

static void
covered_say(struct yaml_reader *r, const struct rule *rule, const struct rule *by)
{
	size_t length = r->path_length;

	if (rule->name[0] != '\0')
		(void)yaml_path_push(r, rule->name);
	if (by->name[0] != '\0')
		yaml_reader_warning(
			r,
			rule->line,
			"never matches: \"%s\" of line %u covers it",
			by->name,
			by->line
		);
	else
		yaml_reader_warning(
			r, rule->line, "never matches: the rule of line %u covers it", by->line
		);
	yaml_path_pop(r, length);
}

/* With the reader's path on the list. `extents` has room for those of a list. */
static void
rules_check(struct yaml_reader *r, const struct config_rules *list, struct extent *extents)
{
	for (unsigned i = 0; i < list->n; i++) {
		const struct rule *by;

		extents[i] = rule_extent(&list->rules[i]);
		by = rule_coverer(list->rules, extents, i);
		if (by != NULL)
			covered_say(r, &list->rules[i], by);
	}
}

static void
policies_check(struct yaml_reader *r, const struct config_tenants *tree)
{
	struct extent *extents = calloc(RULE_LIST_MAX, sizeof(*extents));

	if (extents == NULL)
		return; /* a warning less */
	for (unsigned i = 0; i < tree->n; i++) {
		const struct config_tenant *tenant = &tree->tenants[i];
		size_t path = yaml_path_push(r, tenant->path), length;

		length = yaml_path_push(r, "egress.rules");
		rules_check(r, &tenant->egress, extents);
		yaml_path_pop(r, length);
		(void)yaml_path_push(r, "ingress.rules");
		rules_check(r, &tenant->ingress, extents);
		yaml_path_pop(r, path);
	}
	free(extents);
}

void
config_warnings_say(struct yaml_reader *r, const struct config *config)
{
	size_t length = yaml_path_push(r, "tenants");

	limits_check(r, config);
	unlimited_check(r, &config->tenants);
	policies_check(r, &config->tenants);
	yaml_path_pop(r, length);
}
