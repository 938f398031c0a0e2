/* SPDX-License-Identifier: BSD-3-Clause */
/* Tenants by path; counters own and with all that are below. */
#include "app/telemetry_tenants.h"

#include "app/telemetry_page.h"
#include "app/tenant_totals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	KEY_BYTES = 64,
};

static void
tenants_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const char *path = a->config->tenants.tenants[i].path;
	uint16_t slot = tenants_find(&a->tenants, path);
	const struct tenant *tenant = &a->tenants.set->tenants[slot];
	struct tenant_totals own;
	uint64_t drops = 0, audits = 0;

	(void)totals;
	tenant_totals_own(&a->tenants, slot, &own);
	for (unsigned reason = 0; reason < TENANT_REASONS; reason++) {
		drops += own.drops[reason];
		audits += own.audits[reason];
	}
	telemetry_add_text(row, "path", path);
	telemetry_add_text(row, "mode", tenant->audit ? "audit" : "enforce");
	telemetry_add_number(row, "frozen", tenant->frozen);
	telemetry_add_number(row, "flows_current", own.flows);
	telemetry_add_number(row, "flows_created", own.flows_created);
	telemetry_add_number(row, "packets", own.packets[0] + own.packets[1]);
	telemetry_add_number(row, "bytes", own.bytes[0] + own.bytes[1]);
	telemetry_add_number(row, "drops", drops);
	telemetry_add_number(row, "audits", audits);
}

int
telemetry_tenants(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	telemetry_add_number(d, "generation", a->in_force.generation);
	return telemetry_page(a, params, d, a->config->tenants.n, tenants_row);
}

int
telemetry_path_read(const struct appliance *a, const char *params, uint16_t *slot, uint64_t *offset)
{
	const char *comma = params != NULL ? strchr(params, ',') : NULL;
	size_t length =
		comma != NULL ? (size_t)(comma - params) : strlen(params != NULL ? params : "");
	char path[TENANT_PATH_BYTES];
	int error;

	if (length == 0 || length >= sizeof(path))
		return -EINVAL;
	memcpy(path, params, length);
	path[length] = '\0';
	error = telemetry_offset_read(comma != NULL ? comma + 1 : NULL, offset);
	if (error != 0)
		return error;
	*slot = tenants_find(&a->tenants, path);
	return *slot == TENANT_NONE ? -ENOENT : 0;
}

/* One number for each reason of a tenant's. */
static void
reasons_add(struct rte_tel_data *d, const char *prefix, const uint64_t *counts)
{
	for (unsigned reason = 0; reason < TENANT_REASONS; reason++) {
		char key[KEY_BYTES];

		(void)snprintf(
			key, sizeof(key), "%s_%s", prefix, fates[FATE_TENANT_FIRST + reason].name
		);
		telemetry_add_number(d, key, counts[reason]);
	}
}

static void
totals_add(struct rte_tel_data *d, const char *key, const struct tenant_totals *t)
{
	struct rte_tel_data *part = telemetry_part_make();

	if (part == NULL)
		return;
	telemetry_add_number(part, "flows_current", t->flows);
	telemetry_add_number(part, "flows_created", t->flows_created);
	telemetry_add_number(part, "flows_expired", t->flows_ended[TENANT_FLOW_EXPIRED]);
	telemetry_add_number(part, "flows_evicted", t->flows_ended[TENANT_FLOW_EVICTED]);
	telemetry_add_number(part, "flows_reopened", t->flows_ended[TENANT_FLOW_REOPENED]);
	telemetry_add_number(part, "flows_removed", t->flows_ended[TENANT_FLOW_REMOVED]);
	telemetry_add_number(part, "packets", t->packets[0] + t->packets[1]);
	telemetry_add_number(part, "bytes", t->bytes[0] + t->bytes[1]);
	telemetry_add_number(part, "packets_from_initiators", t->packets[0]);
	telemetry_add_number(part, "bytes_from_initiators", t->bytes[0]);
	telemetry_add_number(part, "packets_from_responders", t->packets[1]);
	telemetry_add_number(part, "bytes_from_responders", t->bytes[1]);
	reasons_add(part, "drops", t->drops);
	reasons_add(part, "audits", t->audits);
	telemetry_part_add(d, key, part);
}

/* Limits that there are. */
static void
limits_add(struct rte_tel_data *d, const struct config_tenant *c)
{
	struct rte_tel_data *part = telemetry_part_make();

	if (part == NULL)
		return;
	if (c->flows_max != 0)
		telemetry_add_number(part, "flows_max", c->flows_max);
	if (c->flows_rate != 0)
		telemetry_add_number(part, "flows_rate", c->flows_rate);
	if (c->pps_max != 0)
		telemetry_add_number(part, "pps_max", c->pps_max);
	if (c->bps_max != 0)
		telemetry_add_number(part, "bps_max", c->bps_max);
	telemetry_part_add(d, "limits", part);
}

static void
quota_add(
	struct rte_tel_data *d,
	const struct appliance *a,
	const struct config_tenant *c,
	uint16_t slot
)
{
	uint64_t left = tenant_totals_quota_left(&a->tenants, slot);
	struct rte_tel_data *part = left == UINT64_MAX ? NULL : telemetry_part_make();

	if (part == NULL)
		return;
	telemetry_add_text(part, "unit", c->quota.unit == TENANT_QUOTA_BYTES ? "bytes" : "packets");
	telemetry_add_number(part, "amount", c->quota.amount);
	telemetry_add_number(part, "left", left);
	telemetry_add_number(part, "period_ns", c->quota.period_ns);
	telemetry_part_add(d, "quota", part);
}

/* The tenant of the config that has this path: there is one, since the set is made of it. */
static const struct config_tenant *
config_tenant_of(const struct appliance *a, const char *path)
{
	const struct config_tenants *tenants = &a->config->tenants;

	for (unsigned i = 0; i < tenants->n; i++) {
		if (strcmp(tenants->tenants[i].path, path) == 0)
			return &tenants->tenants[i];
	}
	return NULL;
}

int
telemetry_tenant(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct tenant_totals own, subtree;
	const struct config_tenant *c;
	const struct tenant *tenant;
	struct rte_tel_data *refusals;
	uint64_t offset;
	uint16_t slot;
	int error = telemetry_path_read(a, params, &slot, &offset);

	if (error != 0)
		return error;
	tenant = &a->tenants.set->tenants[slot];
	c = config_tenant_of(a, tenant->path);
	tenant_totals_own(&a->tenants, slot, &own);
	tenant_totals_subtree(&a->tenants, slot, &subtree);
	telemetry_add_text(d, "path", tenant->path);
	telemetry_add_text(d, "mode", tenant->audit ? "audit" : "enforce");
	telemetry_add_number(d, "frozen", tenant->frozen);
	telemetry_add_number(d, "flows_current", counter_read(&a->tenants.usage[slot].flows));
	telemetry_add_number(d, "flows_peak", counter_read(&a->tenants.usage[slot].flows_peak));
	if (c != NULL) {
		limits_add(d, c);
		quota_add(d, a, c, slot);
	}
	totals_add(d, "own", &own);
	totals_add(d, "subtree", &subtree);
	refusals = telemetry_part_make();
	if (refusals != NULL) {
		reasons_add(refusals, "refused", own.refusals);
		telemetry_part_add(d, "refusals", refusals);
	}
	return 0;
}
