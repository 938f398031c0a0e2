/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet of a flow whose verdict is in force: charged, counted, followed. */
#ifndef PIPELINE_TENANT_FLOW_PASS_H
#define PIPELINE_TENANT_FLOW_PASS_H

#include "pipeline/counters.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/tenancy.h"

#include <stdbool.h>

/* What is not for every packet: a first fragment is remembered, an unusual TCP segment changes the state. */
enum fate flow_follow(
	struct tenancy *t,
	struct flow *f,
	const struct rte_mbuf *m,
	const struct packet *p,
	bool from_initiator
);

/* Can a packet of the flow with these flags change its state? Plain segments of open connections cannot. */
static inline bool
flow_state_may_change(const struct flow *f, uint8_t tcp_flags, bool from_initiator)
{
	switch (f->state) {
	case FLOW_TCP_ESTABLISHED:
		return (tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK;
	case FLOW_UDP:
		return !from_initiator;
	case FLOW_UDP_REPLIED:
	case FLOW_ICMP:
	case FLOW_OTHER:
		return false;
	default:
		return true;
	}
}

/* Has flow_follow something to do? */
static inline bool
flow_is_to_follow(const struct flow *f, const struct packet *p, bool from_initiator)
{
	return (p->flags & PACKET_FRAGMENT) != 0 ||
	       flow_state_may_change(f, p->tcp_flags, from_initiator);
}

/* One more packet that passes. The flow is touched anyway: its time costs nothing. */
static inline void
flow_count(
	struct tenant_account *account,
	struct flow *f,
	uint32_t bytes,
	bool from_initiator,
	uint32_t tick
)
{
	counter_add(&account->packets[!from_initiator], 1);
	counter_add(&account->bytes[!from_initiator], bytes);
	f->packets++;
	f->bytes += bytes;
	f->seen = tick;
}

/* FATE_NONE, or why the packet does not pass. */
enum fate flow_pass(
	struct tenancy *t,
	struct flow *f,
	const struct rte_mbuf *m,
	const struct packet *p,
	bool from_initiator
);

/* The same for an ICMP error about the flow, which changes nothing of it and does not keep it alive. */
enum fate
flow_quote_pass(struct tenancy *t, struct flow *f, const struct rte_mbuf *m, bool from_initiator);

#endif
