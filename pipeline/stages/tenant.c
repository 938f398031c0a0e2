/* SPDX-License-Identifier: BSD-3-Clause */
/* From ports, tags and addresses to the slots of two tenants. */
#include "pipeline/stages/tenant.h"

#include <rte_branch_prediction.h>

void
tenant_stage(struct worker *w, struct burst *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		if (unlikely(b->flows[i] == NULL && b->packets[i].fate == FATE_NONE))
			tenancy_packet_parties(w->tenancy, b->mbufs[i], &b->packets[i]);
	}
}
