/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams are opened with the first packet and closed with the last one that counts; the place is kept a little longer. */
#include "pipeline/service/service_connection.h"

#include "pipeline/counters.h"
#include "pipeline/service/service_budget.h"

static void
streams_close(struct connection *c)
{
	for (unsigned side = 0; side < 2; side++) {
		if (c->streams[side] != NULL)
			tcp_stream_close(c->streams[side]);
		c->streams[side] = NULL;
	}
}

static bool
streams_open(struct service_reader *reader, struct connection *c, struct stream_budget *budget)
{
	for (unsigned side = 0; side < 2; side++) {
		c->streams[side] = tcp_stream_open(
			reader->pool, &reader->streams[c->service], budget, side, c
		);
		if (c->streams[side] == NULL) {
			streams_close(c);
			return false;
		}
	}
	return true;
}

static void
streams_finish(struct connection *c)
{
	for (unsigned side = 0; side < 2; side++) {
		if (c->streams[side] != NULL)
			tcp_stream_finish(c->streams[side]);
	}
}

void
service_connection_expire(struct service_reader *reader, struct connection *c)
{
	streams_finish(c);
	streams_close(c);
	if (c->state != CONNECTION_OVER)
		counter_add(&reader->counters[c->service].closed, 1);
	connection_remove(&reader->connections, c);
}

/* No tenant is against it, whatever the worker has left. */
static bool
share_has_room(const struct stream_budget *budget)
{
	for (; budget->parent != NULL; budget = budget->parent) {
		if (budget->used[STREAM_RESOURCE_STREAMS] + 2 >
		    budget->limits[STREAM_RESOURCE_STREAMS])
			return false;
	}
	return true;
}

/*
 * Whoever floods the servers with SYNs, or scans them, would take all room for as long as connections may be silent. So the
 * oldest of those that only one side has spoken of goes when the worker has no room for another one.
 */
static void
streams_make_room(struct service_reader *reader)
{
	const struct stream_budget *all = &reader->budget;
	struct connection *begun = connection_oldest(&reader->connections, CONNECTION_BEGUN);

	if (all->limits[STREAM_RESOURCE_STREAMS] - all->used[STREAM_RESOURCE_STREAMS] < 2 &&
	    begun != NULL)
		service_connection_expire(reader, begun);
}

/* Those that are over make room for those that begin. */
static struct connection *
place_take(struct service_reader *reader, const struct connection_key *key)
{
	struct connection *c = connection_add(&reader->connections, key);
	struct connection *over = connection_oldest(&reader->connections, CONNECTION_OVER);

	if (c != NULL || over == NULL)
		return c;
	connection_remove(&reader->connections, over);
	return connection_add(&reader->connections, key);
}

/* NULL where there is no room. */
static struct connection *
connection_open(
	struct service_reader *reader,
	const struct connection_key *key,
	const struct service_segment *segment,
	struct stream_budget *budget
)
{
	struct connection *c = place_take(reader, key);

	if (c == NULL)
		return NULL;
	c->reader = reader;
	c->service = segment->service;
	if (streams_open(reader, c, budget))
		return c;
	connection_remove(&reader->connections, c);
	return NULL;
}

/* One that was over. */
static struct connection *
connection_reopen(struct service_reader *reader, struct connection *c, struct stream_budget *budget)
{
	if (!streams_open(reader, c, budget))
		return NULL;
	c->spoken = 0;
	connection_touch(&reader->connections, c, reader->now_ns, CONNECTION_BEGUN);
	return c;
}

/*
 * `over`: the connection that was, or NULL. What only acknowledges may be the last word of one that was let go, and after an
 * end only a SYN that is not the old one begins another.
 */
static bool
segment_begins(const struct service_segment *segment, const struct connection *over)
{
	bool is_syn = segment->tcp_flags & TCP_SYN;

	if (segment->tcp_flags & TCP_RST)
		return false;
	if (over == NULL)
		return is_syn || segment->has_data;
	return is_syn && segment->sequence + 1 != over->first[segment->side];
}

static struct connection *
connection_begin(
	struct service_reader *reader,
	struct connection *over,
	const struct connection_key *key,
	const struct service_segment *segment,
	const struct service_way *way
)
{
	uint16_t payer = way->payer != TENANT_NONE ? way->payer : (uint16_t)TENANT_ROOT;
	struct stream_budget *budget = service_budget(reader, way->set, payer);
	struct service_counters *counters = &reader->counters[segment->service];
	struct connection *c;

	if (share_has_room(budget))
		streams_make_room(reader);
	c = over != NULL ? connection_reopen(reader, over, budget)
			 : connection_open(reader, key, segment, budget);
	counter_add(c != NULL ? &counters->connections : &counters->refused, 1);
	if (c != NULL)
		c->payer = payer;
	return c;
}

/* A reload may give its addresses to another tenant. */
static void
payer_follow(struct service_reader *reader, struct connection *c, const struct service_way *way)
{
	struct stream_budget *budget;

	if (way->payer == c->payer || way->payer == TENANT_NONE)
		return;
	c->payer = way->payer;
	budget = service_budget(reader, way->set, way->payer);
	for (unsigned side = 0; side < 2; side++)
		tcp_stream_charge(c->streams[side], budget);
}

struct connection *
service_connection(
	struct service_reader *reader,
	const struct connection_key *key,
	const struct service_segment *segment,
	const struct service_way *way
)
{
	struct connection *c = connection_find(&reader->connections, key);

	if (c != NULL && c->state != CONNECTION_OVER) {
		payer_follow(reader, c, way);
		return c;
	}
	if (!segment_begins(segment, c))
		return NULL;
	return connection_begin(reader, c, key, segment, way);
}

static void
connection_end(struct service_reader *reader, struct connection *c)
{
	streams_finish(c);
	for (unsigned side = 0; side < 2; side++)
		c->first[side] = tcp_stream_first(c->streams[side]);
	streams_close(c);
	counter_add(&reader->counters[c->service].closed, 1);
	connection_touch(&reader->connections, c, reader->now_ns, CONNECTION_OVER);
}

void
service_connection_spoke(
	struct service_reader *reader, struct connection *c, enum stream_side side, bool ended
)
{
	const unsigned both = 1u << STREAM_FROM_CLIENT | 1u << STREAM_FROM_VENUE;

	if (ended) {
		connection_end(reader, c);
		return;
	}
	c->spoken |= (uint8_t)(1u << side);
	connection_touch(
		&reader->connections,
		c,
		reader->now_ns,
		c->spoken == both ? CONNECTION_OPEN : CONNECTION_BEGUN
	);
}
