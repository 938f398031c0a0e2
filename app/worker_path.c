/* SPDX-License-Identifier: BSD-3-Clause */
/* The stages in the order of the picture. */
#include "app/worker_path.h"

#include "pipeline/stages/claim.h"
#include "pipeline/stages/decode.h"
#include "pipeline/stages/enforce.h"
#include "pipeline/stages/flow.h"
#include "pipeline/stages/parse.h"
#include "pipeline/stages/tenant.h"

/* Flows are found first, so that only packets without one need the search for their tenants. */
static void
tenants_keep_apart(struct worker *w, struct burst *b)
{
	flow_stage(w, b);
	tenant_stage(w, b);
	enforce_stage(w, b);
}

void
worker_path(struct worker *w, struct burst *b)
{
	parse_stage(w, b);
	if (w->n_claim_ports > 0)
		claim_stage(w, b);
	if (w->tenancy != NULL)
		tenants_keep_apart(w, b);
	decode_stage(w, b);
}
