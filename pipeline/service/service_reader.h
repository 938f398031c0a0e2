/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads along the TCP connections of services, for one worker: packets in, counted messages out.
 *
 * Packets that wait for bytes before theirs are kept by reference: they are sent on all the same, and the mbuf goes back
 * to its pool when both have let go. What is read, kept and put together is bounded for the worker and for each tenant.
 * One lcore, but for the counters.
 */
#ifndef PIPELINE_SERVICE_SERVICE_READER_H
#define PIPELINE_SERVICE_SERVICE_READER_H

#include "pipeline/service/connection.h"
#include "pipeline/service/service.h"
#include "pipeline/stream/stream_budget.h"
#include "pipeline/stream/stream_pool.h"
#include "pipeline/stream/tcp_stream.h"
#include "pipeline/tenant/tenant.h"

#include <rte_mbuf.h>

#include <stdint.h>

/* What the config says of all streams together; numbers are for each worker. */
struct service_sizes {
	uint64_t connections;
	uint64_t segments; /* packets that wait for bytes before theirs */
	uint64_t segments_of_stream; /* of these, at most so many of one direction */
	uint64_t message_bytes; /* the longest message that may span segments */
	uint64_t messages; /* so many of the longest may be put together at a time */
	uint64_t wait_ns; /* for missing bytes */
	uint64_t idle_ns; /* a connection that was silent so long is let go */
};

/* Where a packet goes, and who pays for what is kept of its connection. */
struct service_way {
	uint16_t other_port; /* that it leaves by */
	uint16_t payer; /* slot of the tenant; TENANT_NONE: nobody knows */
	const struct tenant_set *set; /* in force; NULL: there are no tenants */
};

struct service_reader {
	const struct service_table *table;
	struct service_sizes sizes;
	struct stream_pool *pool;
	struct stream_budget budget; /* of the worker; telemetry reads it */
	struct stream_budget *tenants; /* by slot; NULL where there are no tenants */
	uint64_t message_bytes_least; /* of buffers, what the smallest share has */
	struct connection_table connections;
	struct stream_service *streams; /* by service */
	struct stream_holder holder;
	struct service_counters *counters; /* by service */
	void *pool_memory;
	uint64_t tsc_start;
	double ns_per_cycle;
	uint64_t now_ns; /* since tsc_start; of this turn */
};

/* NULL with rte_errno set. `n_slots`: tenants, 0 for none; `name` is no other reader's. Main thread. */
struct service_reader *service_reader_create(
	const struct service_table *table,
	const struct service_sizes *sizes,
	uint16_t n_slots,
	const char *name,
	int socket
);

/* Bytes that one worker's takes. */
uint64_t
service_reader_bytes(const struct service_sizes *sizes, uint16_t n_services, uint16_t n_slots);

/* No packet will come any more: what is kept is read and let go. When the lcore has ended, before its mbufs' pool goes. */
void service_reader_finish(struct service_reader *reader);

/* NULL is allowed. Main thread. */
void service_reader_destroy(struct service_reader *reader);

/* A packet of which service_possible said yes. */
void service_packet_read(
	struct service_reader *reader,
	struct rte_mbuf *m,
	const struct packet *p,
	const struct service_way *way
);

/* Gives up missing bytes that are late, and silent connections: a bounded piece of each turn. `tsc` is now. */
void service_reader_turn(struct service_reader *reader, uint64_t tsc);

#endif
