/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A question to a worker about its flows or its samples, answered by the worker itself between bursts, a bounded piece a
 * turn: nobody else reads its tables.
 *
 * Who asks owns the query, fills its first part, publishes it in the worker's tenancy and waits until `done`.
 */
#ifndef PIPELINE_TENANT_FLOW_QUERY_H
#define PIPELINE_TENANT_FLOW_QUERY_H

#include "pipeline/flow/flow.h"
#include "pipeline/flow/flow_key.h"
#include "pipeline/tenant/audit.h"

#include <stdbool.h>
#include <stdint.h>

enum { FLOW_QUERY_ROWS = 24 };

struct flow_query_row {
	struct flow_tuple tuple; /* src: the initiator */
	uint64_t packets, bytes;
	uint32_t idle_ticks;
	uint32_t generation;
	uint16_t from, to;
	uint8_t state;
	uint8_t verdict;
};

struct flow_query {
	/* The question. */
	bool audit; /* samples, not flows */
	uint16_t slot; /* the tenant that pays for the flows */
	uint8_t kind; /* PACKET_IPV4 or PACKET_IPV6 */
	uint32_t place; /* where in the table to go on; the worker moves it */
	unsigned rows_wanted; /* at most FLOW_QUERY_ROWS */
	/* The answer. */
	unsigned n;
	bool at_end; /* the table has been looked through */
	struct flow_query_row rows[FLOW_QUERY_ROWS];
	struct audit samples;
	int done; /* the worker sets it last. Atomic */
};

struct tenancy;

/* One piece of the answer, if somebody asks. The worker's lcore. */
void flow_query_serve(struct tenancy *t);

#endif
