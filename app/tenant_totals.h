/* SPDX-License-Identifier: BSD-3-Clause */
/* What tenants have used and been refused, summed over workers: own, and with all that are below. Any thread. */
#ifndef APP_TENANT_TOTALS_H
#define APP_TENANT_TOTALS_H

#include "app/tenants.h"
#include "pipeline/tenant/tenant.h"

struct tenant_totals {
	uint64_t flows; /* that it pays for now */
	uint64_t packets[2], bytes[2];
	uint64_t flows_created;
	uint64_t flows_ended[TENANT_FLOW_ENDS];
	uint64_t drops[TENANT_REASONS];
	uint64_t audits[TENANT_REASONS];
	uint64_t refusals[TENANT_REASONS];
};

void tenant_totals_own(const struct tenants *t, uint16_t slot, struct tenant_totals *totals);

/* The tenant and all below it. `refusals` are its own: they are those of the subtree already. */
void tenant_totals_subtree(const struct tenants *t, uint16_t slot, struct tenant_totals *totals);

/* What is left of its quota in this period; UINT64_MAX: it has none. */
uint64_t tenant_totals_quota_left(const struct tenants *t, uint16_t slot);

#endif
