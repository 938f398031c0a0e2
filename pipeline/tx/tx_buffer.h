/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets that wait for one TX queue of a port, and the hand-over to the driver.
 *
 * A driver that takes fewer packets than offered is asked again at the next turn; what comes when the buffer is full is
 * dropped. A packet that the driver has not taken for 100 ms is given up, so that one which it will never take cannot
 * stop the port. The lcore that owns the queue owns the buffer, and counts what becomes of the packets.
 */
#ifndef PIPELINE_TX_TX_BUFFER_H
#define PIPELINE_TX_TX_BUFFER_H

#include "pipeline/counters.h"

#include <rte_mbuf.h>

#include <stdint.h>

enum {
	TX_BUFFER_SIZE =
		512, /* packets; several bursts, so that a short stall of the driver loses nothing */
};

struct tx_buffer {
	uint16_t port;
	uint16_t queue;
	uint16_t n; /* packets waiting */
	uint16_t
		n_replies; /* of these: answers to rejected packets, whose fate is FATE_POLICY_REJECTED */
	enum fate
		fate; /* of a packet that the port has taken, unless a reply: FATE_FORWARD or FATE_TO_KERNEL */
	uint64_t reply_flag; /* of ol_flags, marks replies; 0: there are none */
	uint32_t frame_bytes_max; /* longest untagged frame that the port takes */
	uint32_t vlan_bytes_max; /* how much longer one may be for its VLAN tags */
	uint32_t chain_bytes_max; /* longest chain of segments that the port sends right; 0: none */
	uint64_t stuck_tsc; /* since when the first packet has been refused; 0: it has not */
	uint64_t patience_cycles; /* how long that may last: 100 ms of TSC cycles */
	struct lcore_counters *counters; /* of the owning lcore */
	struct rte_mbuf *mbufs[TX_BUFFER_SIZE];
};

static inline unsigned
tx_buffer_room(const struct tx_buffer *b)
{
	return (unsigned)(TX_BUFFER_SIZE - b->n);
}

/* Takes the packets over: those that do not fit, or that the port cannot send, are freed and counted. */
void tx_buffer_add(struct tx_buffer *b, struct rte_mbuf *const *mbufs, unsigned n);

/* Offers what waits to the driver, which also gives it the chance to reap completions. Returns packets sent. */
unsigned tx_buffer_flush(struct tx_buffer *b);

/* Frees what still waits and counts it as stopped: leat ends. */
void tx_buffer_abandon(struct tx_buffer *b);

#endif
