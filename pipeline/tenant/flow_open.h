/* SPDX-License-Identifier: BSD-3-Clause */
/* New flows: whether a packet may open one, by state, policy and limits, and the flow. */
#ifndef PIPELINE_TENANT_FLOW_OPEN_H
#define PIPELINE_TENANT_FLOW_OPEN_H

#include "pipeline/flow/flow_subject.h"
#include "pipeline/policy/rule.h"
#include "pipeline/tenant/tenancy.h"

/* What is known of a packet while it is judged. */
struct flow_candidate {
	const struct rte_mbuf *m;
	struct packet *p;
	uint32_t bytes;
	struct flow_tuple tuple; /* of the packet, or of the one it quotes */
	struct flow_key key;
	uint64_t hash;
	struct flow_table *table;
	bool src_high; /* the tuple's source is the key's high endpoint */
};

/* As rules see the initiator's packet of a conversation. */
struct policy_packet policy_packet_of(const struct flow_tuple *t);

/*
 * One more flow for a tenant, where its limits allow it, giving up an old one where they do not and the tenant wants
 * that. FATE_NONE, or the reason, counted.
 */
enum fate flow_admit(struct tenancy *t, const struct packet *p, uint16_t payer);

/* Opens a flow for the packet, which is charged and counted. FATE_NONE, or why not. */
enum fate flow_open(struct tenancy *t, const struct flow_candidate *c, struct flow **flow);

#endif
