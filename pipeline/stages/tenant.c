/* SPDX-License-Identifier: BSD-3-Clause */
/* From ports, tags and addresses to the slots of two tenants. */
#include "pipeline/stages/tenant.h"

void
tenant_stage(struct worker *w, struct burst *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];
		const struct flow *f = b->flows[i];

		if (f != NULL) {
			p->from = f->from;
			p->to = f->to;
		} else if (p->fate == FATE_NONE) {
			tenancy_packet_parties(w->tenancy, b->mbufs[i], p);
		}
	}
}
