/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet of a flow whose verdict is in force: charged, counted, followed. */
#ifndef PIPELINE_TENANT_FLOW_PASS_H
#define PIPELINE_TENANT_FLOW_PASS_H

#include "pipeline/counters.h"
#include "pipeline/flow/flow_track.h"
#include "pipeline/tenant/tenancy.h"
#include "pipeline/tenant/tenant_limits.h"

#include <rte_branch_prediction.h>

#include <stdbool.h>

/* What is not for every packet: a first fragment is remembered, an unusual TCP segment changes the state. */
enum fate flow_follow(
	struct tenancy *t, struct flow *f, const struct packet *p, uint32_t zone, bool from_initiator
);

/* The flow's verdict is against the packet: its reason, counted, or FATE_NONE where that is only audited. */
enum fate flow_refuse(struct tenancy *t, const struct flow *f);

/* Can the packet change the state of its flow, or be a fragment? Plain segments of open connections cannot. */
static inline bool
flow_is_to_follow(const struct flow *f, const struct packet *p)
{
	if (f->state == FLOW_TCP_ESTABLISHED)
		return (p->tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK ||
		       (p->flags & PACKET_FRAGMENT) != 0;
	return f->state != FLOW_UDP_REPLIED || (p->flags & PACKET_FRAGMENT) != 0;
}

/* One more packet that passes. The flow is touched anyway: its time costs nothing. */
static inline void
flow_count(struct tenancy *t, struct flow *f, uint32_t bytes, bool from_initiator, bool quoting)
{
	struct tenant_account *account = &t->books.accounts[flow_payer(f)];

	counter_add(&account->packets[!from_initiator], 1);
	counter_add(&account->bytes[!from_initiator], bytes);
	f->packets++;
	f->bytes += bytes;
	/* An error about a flow keeps it no longer alive. */
	if (likely(!quoting))
		f->seen = t->tick;
}

/* FATE_NONE, or why the packet does not pass. `quoting`: it is an ICMP error about the flow. */
static inline enum fate
flow_pass(
	struct tenancy *t,
	struct flow *f,
	const struct packet *p,
	uint32_t bytes,
	uint32_t zone,
	bool from_initiator,
	bool quoting
)
{
	enum fate fate = FATE_NONE;

	if (unlikely(f->verdict != FATE_NONE))
		fate = flow_refuse(t, f);
	if (likely(fate == FATE_NONE))
		fate = tenant_charge(&t->books, flow_payer(f), bytes);
	if (unlikely(fate == FATE_NONE && !quoting && flow_is_to_follow(f, p)))
		fate = flow_follow(t, f, p, zone, from_initiator);
	if (likely(fate == FATE_NONE))
		flow_count(t, f, bytes, from_initiator, quoting);
	return fate;
}

#endif
