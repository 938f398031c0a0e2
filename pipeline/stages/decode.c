/* SPDX-License-Identifier: BSD-3-Clause */
/* From a payload on a feed line, or a segment of a service's connection, to counted messages. */
#include "pipeline/stages/decode.h"

#include "pipeline/feed/feed_count.h"
#include "pipeline/packet/packet_bytes.h"

/* The payload as one run of bytes: in place, or through the worker's buffer where it is spread over segments. */
static struct cursor
payload_of(struct worker *w, const struct rte_mbuf *m, const struct packet *p)
{
	const uint8_t *bytes = packet_bytes(m, p->payload_offset, p->payload_length, w->payload);

	return cursor_over(bytes, bytes != NULL ? p->payload_length : 0);
}

static void
packet_decode(struct worker *w, const struct rte_mbuf *m, struct packet *p)
{
	struct feed_table *table = w->feeds;

	p->line = feed_line_find(table, m->port, p);
	if (p->line == PACKET_NO_LINE)
		return;
	if (feed_payload_count(table, p->line, payload_of(w, m, p)) != 0)
		p->fate = FATE_FEED_MALFORMED;
}

static void
feeds_decode(struct worker *w, struct burst *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];

		if (p->fate == FATE_NONE && feed_line_possible(w->feeds, p))
			packet_decode(w, b->mbufs[i], p);
	}
}

/* What is kept of a connection is in the share of the tenant that pays for its flow. */
static struct service_way
way_of(const struct worker *w, const struct burst *b, uint32_t i)
{
	struct service_way way = {
		.other_port = w->forward_to[b->mbufs[i]->port],
		.payer = TENANT_NONE,
	};

	if (w->tenancy == NULL)
		return way;
	way.set = w->tenancy->books.set;
	if (b->flows[i] != NULL)
		way.payer = tenant_payer(b->flows[i]->from, b->flows[i]->to);
	return way;
}

/* Reading along changes no fate. */
static void
services_decode(struct worker *w, struct burst *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct packet *p = &b->packets[i];
		struct service_way way;

		if (p->fate != FATE_NONE || !service_possible(w->services->table, p))
			continue;
		way = way_of(w, b, i);
		service_packet_read(w->services, b->mbufs[i], p, &way);
	}
}

void
decode_stage(struct worker *w, struct burst *b)
{
	if (w->feeds->n_lines > 0)
		feeds_decode(w, b);
	if (w->services != NULL)
		services_decode(w, b);
}
