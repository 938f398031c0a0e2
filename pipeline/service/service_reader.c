/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections: which packets begin one, and when one is let go. */
#include "pipeline/service/service_reader.h"

#include "pipeline/service/service_connection.h"
#include "pipeline/service/service_sink.h"

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_malloc.h>

enum {
	/* Holds nearly every message that spans segments: of OUCH 5.0, all; of FIX, orders and executions. */
	SMALL_MESSAGE_BYTES = 512,
	/* Further from the stream than any receiver's window: RFC 7323, section 2.3. */
	WINDOW_BYTES = 1 << 30,
};

/*
 * How long a connection that is over is remembered. Segments may still be under way for two minutes (MSL: RFC 9293,
 * section 3.4.2); what really comes late are retransmissions, a few round trips behind.
 */
#define OVER_NS UINT64_C(10000000000)

/* Of which only one side has been heard. Longer than the heartbeats of the protocols, since only one side may pass here. */
#define BEGUN_NS UINT64_C(60000000000)

/* What one turn lets go. */
enum {
	TURN_GAPS = 4,
	TURN_CONNECTIONS = 4,
};

/* The mbuf alone, not those chained to it: service_packet.c. */
static bool
packet_hold(void *context, struct tcp_segment *segment)
{
	(void)context;
	rte_mbuf_refcnt_update(segment->packet, 1);
	return true;
}

static void
packet_release(void *context, void *packet)
{
	(void)context;
	rte_pktmbuf_free_seg(packet);
}

/* Of a buffer as the pool makes it. */
static uint64_t
buffer_bytes(uint64_t n_bytes)
{
	return RTE_ALIGN_CEIL(n_bytes, (uint64_t)STREAM_POOL_ALIGNMENT);
}

/* The config lets no size be above 2^24. */
static struct stream_pool_sizes
pool_sizes(const struct service_sizes *sizes)
{
	return (struct stream_pool_sizes){
		.streams = (uint32_t)(2 * sizes->connections),
		.held_segments = (uint32_t)sizes->segments,
		/* Most messages are short; every connection may have one of them under way in each direction. */
		.small_buffers = (uint32_t)(2 * sizes->connections),
		.small_buffer_bytes = SMALL_MESSAGE_BYTES,
		.large_buffers = (uint32_t)sizes->messages,
		.large_buffer_bytes = (uint32_t)sizes->message_bytes,
		.gap_timeout_ns = sizes->wait_ns,
	};
}

static void
budget_limit(struct service_reader *reader)
{
	const struct stream_pool_sizes pool = pool_sizes(&reader->sizes);

	reader->budget.limits[STREAM_RESOURCE_STREAMS] = pool.streams;
	reader->budget.limits[STREAM_RESOURCE_HELD_SEGMENTS] = pool.held_segments;
	reader->budget.limits[STREAM_RESOURCE_PARTIAL_BYTES] =
		pool.small_buffers * buffer_bytes(pool.small_buffer_bytes) +
		pool.large_buffers * buffer_bytes(pool.large_buffer_bytes);
	reader->message_bytes_least =
		buffer_bytes(pool.small_buffer_bytes) + buffer_bytes(pool.large_buffer_bytes);
}

static void
streams_describe(struct service_reader *reader)
{
	for (uint16_t i = 0; i < reader->table->n; i++)
		reader->streams[i] = (struct stream_service){
			.framing = reader->table->services[i].decoder->stream,
			.sink = &service_sink,
			.holder = &reader->holder,
			.held_max = (uint32_t)reader->sizes.segments_of_stream,
			.message_max_bytes = (uint32_t)reader->sizes.message_bytes,
			.window_bytes = WINDOW_BYTES,
		};
}

static int
reader_allocate(struct service_reader *reader, uint16_t n_slots, const char *name, int socket)
{
	const struct stream_pool_sizes pool = pool_sizes(&reader->sizes);
	size_t n = reader->table->n;
	/* First: where anything fails, the table must be one that can be emptied. */
	int error = connection_table_init(
		&reader->connections, reader->sizes.connections, name, socket
	);

	reader->streams = rte_zmalloc_socket("services", n * sizeof(*reader->streams), 0, socket);
	reader->counters = rte_zmalloc_socket(
		"service_counters", n * sizeof(*reader->counters), RTE_CACHE_LINE_SIZE, socket
	);
	reader->pool_memory = rte_malloc_socket(
		"streams", stream_pool_bytes(&pool), STREAM_POOL_ALIGNMENT, socket
	);
	if (n_slots > 0)
		reader->tenants = rte_zmalloc_socket(
			"stream_budgets", n_slots * sizeof(*reader->tenants), 0, socket
		);
	if (reader->streams == NULL || reader->counters == NULL || reader->pool_memory == NULL ||
	    (n_slots > 0 && reader->tenants == NULL))
		return -ENOMEM;
	reader->pool = stream_pool_init(reader->pool_memory, &pool);
	return error;
}

struct service_reader *
service_reader_create(
	const struct service_table *table,
	const struct service_sizes *sizes,
	uint16_t n_slots,
	const char *name,
	int socket
)
{
	struct service_reader *reader =
		rte_zmalloc_socket("service_reader", sizeof(*reader), RTE_CACHE_LINE_SIZE, socket);
	int error;

	if (reader == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	reader->table = table;
	reader->sizes = *sizes;
	reader->holder = (struct stream_holder){.hold = packet_hold, .release = packet_release};
	reader->tsc_start = rte_rdtsc();
	reader->ns_per_cycle = 1e9 / (double)rte_get_tsc_hz();
	error = reader_allocate(reader, n_slots, name, socket);
	if (error != 0) {
		service_reader_destroy(reader);
		rte_errno = -error;
		return NULL;
	}
	budget_limit(reader);
	streams_describe(reader);
	return reader;
}

uint64_t
service_reader_bytes(const struct service_sizes *sizes, uint16_t n_services, uint16_t n_slots)
{
	const struct stream_pool_sizes pool = pool_sizes(sizes);

	return stream_pool_bytes(&pool) + n_services * sizeof(struct service_counters) +
	       n_slots * sizeof(struct stream_budget) + connection_table_bytes(sizes->connections);
}

void
service_reader_destroy(struct service_reader *reader)
{
	if (reader == NULL)
		return;
	service_reader_finish(reader);
	connection_table_free(&reader->connections);
	rte_free(reader->tenants);
	rte_free(reader->pool_memory);
	rte_free(reader->counters);
	rte_free(reader->streams);
	rte_free(reader);
}

void
service_reader_finish(struct service_reader *reader)
{
	for (unsigned state = 0; state < CONNECTION_STATES; state++) {
		struct connection *c;

		while ((c = connection_oldest(&reader->connections, state)) != NULL)
			service_connection_expire(reader, c);
	}
}

static void
silent_expire(struct service_reader *reader, enum connection_state state, uint64_t silent_ns)
{
	for (unsigned i = 0; i < TURN_CONNECTIONS; i++) {
		struct connection *oldest = connection_oldest(&reader->connections, state);

		if (oldest == NULL || reader->now_ns - oldest->seen_ns < silent_ns)
			return;
		service_connection_expire(reader, oldest);
	}
}

void
service_reader_turn(struct service_reader *reader, uint64_t tsc)
{
	reader->now_ns = (uint64_t)((double)(tsc - reader->tsc_start) * reader->ns_per_cycle);
	(void)stream_pool_poll(reader->pool, reader->now_ns, TURN_GAPS);
	silent_expire(reader, CONNECTION_BEGUN, RTE_MIN(reader->sizes.idle_ns, BEGUN_NS));
	silent_expire(reader, CONNECTION_OPEN, reader->sizes.idle_ns);
	silent_expire(reader, CONNECTION_OVER, OVER_NS);
}
