/* SPDX-License-Identifier: BSD-3-Clause */
/* Fates become actions. */
#include "pipeline/stages/dispatch.h"

#include "pipeline/packet/reject.h"

#include <stdbool.h>

enum fate
packet_fate(const struct worker *w, uint16_t port, const struct packet *p)
{
	if (p->fate != FATE_NONE)
		return p->fate;
	if (w->forward_to[port] != WORKER_NO_PORT)
		return FATE_FORWARD;
	return p->line != PACKET_NO_LINE ? FATE_DELIVER : FATE_UNCLAIMED;
}

/*
 * A packet that is rejected becomes the answer to its sender, where one may be sent and is not one too many. It then goes
 * back the way it came, and is counted as rejected when the port has taken it.
 */
static bool
packet_answer(struct worker *w, struct rte_mbuf *m, const struct packet *p)
{
	struct tenancy *t = w->tenancy;
	const struct outlet *back = &w->outlets[m->port];

	if (t == NULL || (back->buffer == NULL && back->ring == NULL))
		return false;
	if (!meter_is_open(&t->reject_meter, t->books.now_ns) || !packet_reject(m, p))
		return false;
	(void)meter_take(
		&t->reject_meter, &t->reject_rate, t->books.now_ns, 1
	); /* it is this worker's alone */
	m->ol_flags |= w->reply_flag;
	return true;
}

static void
ended_free(struct worker *w, struct rte_mbuf **mbufs, const uint8_t *ended_fates, unsigned n)
{
	uint16_t counts[FATE_COUNT] = {0};

	for (unsigned i = 0; i < n; i++)
		counts[ended_fates[i]]++;
	for (unsigned fate = FATE_NONE + 1; fate < FATE_COUNT; fate++) {
		if (counts[fate] != 0)
			fate_count(w->counters, fate, counts[fate]);
	}
	rte_pktmbuf_free_bulk(mbufs, n);
}

static void
outlets_flush(struct worker *w, uint64_t touched)
{
	for (; touched != 0; touched &= touched - 1)
		outlet_flush(&w->outlets[__builtin_ctzll(touched)], w->counters);
}

/*
 * The port by which all packets of the burst leave, or WORKER_NO_PORT where they go different ways. Most bursts come from
 * one port and are forwarded whole.
 */
static uint16_t
burst_way(const struct worker *w, const struct burst *b)
{
	unsigned fates_seen = 0, other_ports = 0;
	uint16_t port;

	static_assert(FATE_NONE == 0 && FATE_FORWARD == 1, "what has neither is above both");
	if (b->n == 0)
		return WORKER_NO_PORT;
	port = b->mbufs[0]->port;
	for (uint32_t i = 0; i < b->n; i++) {
		fates_seen |= b->packets[i].fate;
		other_ports |= b->mbufs[i]->port ^ port;
	}
	if (fates_seen > FATE_FORWARD || other_ports != 0)
		return WORKER_NO_PORT;
	return w->forward_to[port];
}

/* Packet by packet. */
static void
burst_scatter(struct worker *w, struct burst *b)
{
	struct rte_mbuf *ended[BURST_MAX];
	uint8_t ended_fates[BURST_MAX];
	unsigned n_ended = 0;
	uint64_t touched = 0; /* output ports that got a packet */

	static_assert(RTE_MAX_ETHPORTS <= 64, "`touched` has a bit for each port");
	for (uint32_t i = 0; i < b->n; i++) {
		struct rte_mbuf *m = b->mbufs[i];
		uint16_t output_port = w->forward_to[m->port];
		enum fate fate = packet_fate(w, m->port, &b->packets[i]);
		bool answered;

		if (fate == FATE_TO_KERNEL)
			output_port = w->kernel_of[m->port];
		answered = fate == FATE_POLICY_REJECTED && packet_answer(w, m, &b->packets[i]);
		if (answered)
			output_port = m->port;
		if (fate == FATE_FORWARD || fate == FATE_TO_KERNEL || answered) {
			struct outlet *o = &w->outlets[output_port];

			o->mbufs[o->n++] = m;
			touched |= UINT64_C(1) << output_port;
			continue;
		}
		ended_fates[n_ended] = (uint8_t)fate;
		ended[n_ended++] = m;
	}
	outlets_flush(w, touched);
	if (n_ended > 0)
		ended_free(w, ended, ended_fates, n_ended);
}

void
dispatch_stage(struct worker *w, struct burst *b)
{
	uint16_t way = burst_way(w, b);

	if (likely(way != WORKER_NO_PORT))
		outlet_send(&w->outlets[way], b->mbufs, b->n, w->counters);
	else
		burst_scatter(w, b);
}
