/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets for the benches: each kind of traffic in as many flows as there are mbufs, checksums right. */
#ifndef TESTS_BENCH_TRAFFIC_H
#define TESTS_BENCH_TRAFFIC_H

#include <rte_mbuf.h>

#include <stdbool.h>
#include <stdint.h>

/* Beyond what an enum of ISO C holds: 233.54.12.1 */
#define TRAFFIC_FEED_GROUP UINT32_C(0xE9360C01)

enum {
	TRAFFIC_FEED_DPORT = 26400,
	TRAFFIC_MESSAGES = 6, /* in a packet of the feed */
};

struct traffic {
	const char *name;
	uint16_t frame_bytes; /* without FCS */
	bool vlan;
	bool ipv6;
	bool feed; /* MoldUDP64 with ITCH 5.0 add orders, to the group above */
};

/* Ends with a row without a name. */
extern const struct traffic traffics[];

/* Fills a single-segment mbuf with the packet of that flow. */
void traffic_fill(const struct traffic *t, struct rte_mbuf *m, uint32_t flow);

#endif
