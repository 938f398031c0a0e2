/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose packet it is, and the hand-over to that worker. */
#include "pipeline/stages/steer.h"

#include "pipeline/packet/flow_hash.h"
#include "pipeline/packet/headers.h"
#include "pipeline/packet/icmp_error.h"
#include "pipeline/packet/locate.h"

#include <rte_common.h>
#include <rte_prefetch.h>

#include <netinet/in.h>

/* Far enough that the header has arrived when it is read, near enough to be still in cache. */
enum { PREFETCH_AHEAD = 4 };

/*
 * The hash of the addresses of the packet that an ICMP error is about, else of its own. Out of line: errors are few, and what
 * reads their quotes would keep the walk over all other packets' headers from being inlined.
 */
static __rte_noinline uint32_t
error_hash(const struct rte_mbuf *m, const struct packet *p)
{
	struct icmp_quote quote;

	if (icmp_kind(p) == ICMP_KIND_ERROR && icmp_quote_read(m, p, &quote))
		return flow_hash_addresses(p->kind, &quote.src, &quote.dst);
	return flow_hash_addresses(p->kind, &p->src, &p->dst);
}

static uint32_t
packet_hash(const struct steer *s, const struct rte_mbuf *m, const struct packet *p)
{
	if (!s->by_addresses)
		return flow_hash(p);
	/* An error in pieces has its quote in the first one only: its fragments meet by their own addresses. */
	if ((p->ip_protocol == IPPROTO_ICMP || p->ip_protocol == IPPROTO_ICMPV6) &&
	    !(p->flags & PACKET_FRAGMENT))
		return error_hash(m, p);
	return flow_hash_addresses(p->kind, &p->src, &p->dst);
}

static uint16_t
packet_worker(const struct steer *s, const struct rte_mbuf *m, struct packet *p)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct headers h = headers_of(m, scratch);

	packet_locate(&h, p);
	if (feed_line_possible(s->feeds, p)) {
		uint16_t line = feed_line_find(s->feeds, m->port, p);

		if (line != PACKET_NO_LINE)
			return (uint16_t)s->feeds->feeds[s->feeds->lines[line].feed].worker;
	}
	/* The upper half of hash * n is a fair share without a division. */
	return (uint16_t)((uint64_t)packet_hash(s, m, p) * s->n_workers >> 32);
}

static void
packets_hand_over(struct steer *s, uint16_t worker, struct rte_mbuf **mbufs, unsigned n)
{
	unsigned taken;

	if (n == 0)
		return;
	taken = rte_ring_sp_enqueue_burst(s->shares[worker].ring, (void **)mbufs, n, NULL);
	if (unlikely(taken < n)) {
		rte_pktmbuf_free_bulk(mbufs + taken, n - taken);
		fate_count(s->counters, FATE_WORK_RING_FULL, n - taken);
	}
}

/* One pass for the burst, one hand-over for each worker that got something. */
static void
burst_scatter(struct steer *s, struct burst *b, const uint16_t *workers)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < b->n; i++) {
		struct steer_share *share = &s->shares[workers[i]];

		if (workers[i] == s->own_worker) {
			b->mbufs[kept++] = b->mbufs[i];
			continue;
		}
		share->mbufs[share->n++] = b->mbufs[i];
	}
	b->n = kept;
	for (uint16_t worker = 0; worker < s->n_workers; worker++) {
		struct steer_share *share = &s->shares[worker];

		packets_hand_over(s, worker, share->mbufs, share->n);
		share->n = 0;
	}
}

void
steer_stage(struct steer *s, struct burst *b)
{
	uint16_t workers[BURST_MAX];
	struct packet p;

	if (s->n_workers == 1) {
		if (s->own_worker == 0)
			return;
		packets_hand_over(s, 0, b->mbufs, b->n);
		b->n = 0;
		return;
	}
	/* The address of a packet stands in its mbuf: on cold mbufs the prefetches below would wait for it. */
	for (uint32_t i = 0; i < b->n; i++)
		rte_prefetch0(b->mbufs[i]);
	for (uint32_t i = 0; i < b->n; i++) {
		if (i + PREFETCH_AHEAD < b->n)
			rte_prefetch0(rte_pktmbuf_mtod(b->mbufs[i + PREFETCH_AHEAD], void *));
		workers[i] = packet_worker(s, b->mbufs[i], &p);
	}
	burst_scatter(s, b, workers);
}
