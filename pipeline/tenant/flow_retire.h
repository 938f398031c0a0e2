/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Flows of tenants that are gone end without a packet, a bounded piece of them each turn.
 *
 * Those that a tenant paid for are its list, and soon gone. Those to it that a living tenant pays for are in no list: a set
 * that has lost tenants makes each worker look through its tables once.
 */
#ifndef PIPELINE_TENANT_FLOW_RETIRE_H
#define PIPELINE_TENANT_FLOW_RETIRE_H

#include <stdint.h>

/* How far a worker has come. */
struct flow_retire {
	uint32_t generation; /* of the set that `removed` speaks of */
	unsigned removed; /* how many of set->removed have no flow left to pay for */
	/* In the tables of IPv4 and IPv6: where the walk goes on, and how many places it still has to see. */
	uint32_t place[2], left[2];
};

struct tenancy;

/* One piece. The worker's lcore. */
void flow_retire(struct tenancy *t);

#endif
