/* SPDX-License-Identifier: BSD-3-Clause */
/* From ports, tags and addresses to the slots of two tenants. */
#include "pipeline/stages/tenant.h"

void
tenant_stage(struct worker *w, struct burst *b)
{
	/* A burst's packets without a flow, one bit each. */
	uint64_t left = ~w->tenancy->lookup.found;

	if (b->n < BURST_MAX)
		left &= (UINT64_C(1) << b->n) - 1;
	for (; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzll(left);

		if (b->packets[i].fate == FATE_NONE)
			tenancy_packet_parties(w->tenancy, b->mbufs[i], &b->packets[i]);
	}
}
