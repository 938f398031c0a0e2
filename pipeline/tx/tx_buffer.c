/* SPDX-License-Identifier: BSD-3-Clause */
/* Buffering in front of rte_eth_tx_burst, with every packet accounted for. */
#include "pipeline/tx/tx_buffer.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_ether.h>

#include <stdbool.h>
#include <string.h>

enum { ETHER_TYPE_OFFSET = 12 };

static void
packets_drop(struct lcore_counters *counters, enum fate fate, struct rte_mbuf **mbufs, unsigned n)
{
	if (n == 0)
		return;
	rte_pktmbuf_free_bulk(mbufs, n);
	fate_count(counters, fate, n);
}

/* An MTU does not count VLAN tags: a frame may be as much longer as it has tags and the port allows. */
static bool
frame_fits_with_tags(const struct tx_buffer *b, const struct rte_mbuf *m, uint32_t length)
{
	uint32_t tag_bytes = 0;

	while (tag_bytes < b->vlan_bytes_max && m->data_len >= RTE_ETHER_HDR_LEN + tag_bytes) {
		uint16_t type_be;

		memcpy(&type_be,
		       rte_pktmbuf_mtod_offset(m, char *, ETHER_TYPE_OFFSET + tag_bytes),
		       sizeof(type_be));
		if (type_be != RTE_BE16(RTE_ETHER_TYPE_VLAN) &&
		    type_be != RTE_BE16(RTE_ETHER_TYPE_QINQ))
			break;
		tag_bytes += RTE_VLAN_HLEN;
	}
	return length <= b->frame_bytes_max + tag_bytes;
}

/*
 * Makes a packet sendable, or says that it is not. AF_XDP and others copy pkt_len bytes from the first segment and
 * count the frame as sent: never give them a chain.
 */
static bool
packet_is_sendable(const struct tx_buffer *b, struct rte_mbuf *m)
{
	uint32_t length = rte_pktmbuf_pkt_len(m);

	if (unlikely(length > b->frame_bytes_max && !frame_fits_with_tags(b, m, length)))
		return false;
	return m->nb_segs == 1 || length <= b->chain_bytes_max || rte_pktmbuf_linearize(m) == 0;
}

static unsigned
packets_replies(const struct tx_buffer *b, struct rte_mbuf *const *mbufs, unsigned n)
{
	unsigned replies = 0;

	for (unsigned i = 0; b->reply_flag != 0 && i < n; i++)
		replies += (mbufs[i]->ol_flags & b->reply_flag) != 0;
	return replies;
}

/* Is there room for all, and nothing to be looked at in any: one segment, not too long, no reply? */
static bool
packets_fit(const struct tx_buffer *b, struct rte_mbuf *const *mbufs, unsigned n)
{
	unsigned segments = 0;
	uint32_t longest = 0;
	uint64_t flags = 0;

	for (unsigned i = 0; i < n; i++) {
		segments |= mbufs[i]->nb_segs ^ 1;
		longest = RTE_MAX(longest, rte_pktmbuf_pkt_len(mbufs[i]));
		flags |= mbufs[i]->ol_flags;
	}
	return n <= tx_buffer_room(b) && segments == 0 && longest <= b->frame_bytes_max &&
	       (flags & b->reply_flag) == 0;
}

/* One by one. */
static void
packets_add(struct tx_buffer *b, struct rte_mbuf *const *mbufs, unsigned n)
{
	/* In registers: through memory the loop waits for its own stores. */
	unsigned filled = b->n, replies = 0;

	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = mbufs[i];

		if (unlikely(filled == TX_BUFFER_SIZE)) {
			packets_drop(b->counters, FATE_TX_QUEUE_FULL, &m, 1);
		} else if (unlikely(!packet_is_sendable(b, m))) {
			packets_drop(b->counters, FATE_TX_REFUSED, &m, 1);
		} else {
			b->mbufs[filled++] = m;
			replies += (m->ol_flags & b->reply_flag) != 0;
		}
	}
	b->n_replies = (uint16_t)(b->n_replies + replies);
	b->n = (uint16_t)filled;
}

void
tx_buffer_add(struct tx_buffer *b, struct rte_mbuf *const *mbufs, unsigned n)
{
	if (unlikely(!packets_fit(b, mbufs, n))) {
		packets_add(b, mbufs, n);
		return;
	}
	memcpy(b->mbufs + b->n, mbufs, n * sizeof(mbufs[0]));
	b->n = (uint16_t)(b->n + n);
}

static uint64_t
packets_bytes(struct rte_mbuf *const *mbufs, unsigned n)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += rte_pktmbuf_pkt_len(mbufs[i]);
	return bytes;
}

/* Gives the first packet up when the driver has not taken it for too long. */
static void
head_watch(struct tx_buffer *b)
{
	uint64_t now = rte_rdtsc();

	if (b->stuck_tsc == 0) {
		b->stuck_tsc = now;
		return;
	}
	if (now - b->stuck_tsc < b->patience_cycles)
		return;
	b->n_replies = (uint16_t)(b->n_replies - packets_replies(b, b->mbufs, 1));
	packets_drop(b->counters, FATE_TX_REFUSED, b->mbufs, 1);
	b->n--;
	memmove(b->mbufs, b->mbufs + 1, b->n * sizeof(b->mbufs[0]));
	b->stuck_tsc = 0;
}

unsigned
tx_buffer_flush(struct tx_buffer *b)
{
	struct port_counters *port = &b->counters->ports[b->port];
	/* Before the driver has them: it frees what it has sent. */
	uint64_t bytes = packets_bytes(b->mbufs, b->n);
	uint16_t sent = rte_eth_tx_burst(b->port, b->queue, b->mbufs, b->n);
	uint16_t left = (uint16_t)(b->n - sent);
	unsigned replies;

	if (sent == 0) {
		if (b->n > 0)
			head_watch(b);
		return 0;
	}
	b->stuck_tsc = 0;
	counter_add(&port->tx_packets, sent);
	counter_add(&port->tx_bytes, bytes - packets_bytes(b->mbufs + sent, left));
	replies = b->n_replies;
	if (unlikely(replies > 0)) {
		b->n_replies = (uint16_t)packets_replies(b, b->mbufs + sent, left);
		replies -= b->n_replies;
		fate_count(b->counters, FATE_POLICY_REJECTED, replies);
	}
	fate_count(b->counters, b->fate, sent - replies);
	memmove(b->mbufs, b->mbufs + sent, left * sizeof(b->mbufs[0]));
	b->n = left;
	return sent;
}

void
tx_buffer_abandon(struct tx_buffer *b)
{
	packets_drop(b->counters, FATE_STOPPED, b->mbufs, b->n);
	b->n = 0;
	b->n_replies = 0;
}
