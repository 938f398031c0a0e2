/* SPDX-License-Identifier: BSD-3-Clause */
/* Telemetry's answers about tenants: the tree, one of them, its rules. */
#ifndef APP_TELEMETRY_TENANTS_H
#define APP_TELEMETRY_TENANTS_H

#include "app/appliance.h"

#include <rte_telemetry.h>

/* /leat/tenants[,offset] */
int telemetry_tenants(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* /leat/tenant,PATH */
int telemetry_tenant(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* /leat/rules,PATH[,offset] */
int telemetry_rules(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* "PATH" or "PATH,OFFSET": the slot and the offset. -EINVAL, or -ENOENT for a path that no tenant has. */
int telemetry_path_read(
	const struct appliance *a, const char *params, uint16_t *slot, uint64_t *offset
);

#endif
