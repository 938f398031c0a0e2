/* SPDX-License-Identifier: BSD-3-Clause */
/* Telemetry's answers that the workers give themselves: flows, and samples of audited packets. */
#ifndef APP_TELEMETRY_FLOWS_H
#define APP_TELEMETRY_FLOWS_H

#include "app/appliance.h"

#include <rte_telemetry.h>

/* /leat/flows,PATH[,offset]: the flows that the tenant pays for. An offset is what `next` of a page said. */
int telemetry_flows(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* /leat/audit[,offset]: the last packets that tenants in audit mode would have dropped, newest first, by worker. */
int telemetry_audit(const struct appliance *a, const char *params, struct rte_tel_data *d);

#endif
