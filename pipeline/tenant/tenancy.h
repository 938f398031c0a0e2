/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one worker needs to keep tenants apart: its flow tables, its fragments, its books, and the tenants in force.
 * Made by the app, used by the worker's lcore alone but where a field says otherwise.
 */
#ifndef PIPELINE_TENANT_TENANCY_H
#define PIPELINE_TENANT_TENANCY_H

#include "pipeline/burst.h"
#include "pipeline/flow/flow_key.h"
#include "pipeline/flow/flow_subject.h"
#include "pipeline/flow/flow_table.h"
#include "pipeline/flow/fragment_table.h"
#include "pipeline/tenant/audit.h"
#include "pipeline/tenant/flow_query.h"
#include "pipeline/tenant/flow_retire.h"
#include "pipeline/tenant/tenant.h"

#include <rte_config.h>

#include <stdint.h>

struct explain;

/* What the stage `flow` found of a burst, for `tenant` and `enforce`. Bit i, element i: packet i. */
struct flow_lookup {
	struct flow_key keys[BURST_MAX];
	uint64_t hashes[BURST_MAX];
	uint64_t found; /* it has a flow */
	uint64_t
		whole; /* it is found, by its own key, and no fragment: what it does is between it and its flow */
	uint64_t src_high; /* its source is the key's high endpoint */
	uint64_t quoting; /* an ICMP error: the key is of the packet that it quotes */
	uint64_t removals; /* of both tables then */
};

struct tenancy {
	struct tenant_books books;
	/* Where the tenants in force are published. Main thread: writes the pointer behind it; read once a turn. */
	const struct tenant_set *const *published;
	struct flow_table *flows4, *flows6;
	struct fragment_table *fragments;
	uint16_t worker; /* index, of the hit counters */
	uint32_t tick; /* of this turn: flow.h */
	const uint16_t *forward_to; /* the worker's: the other port of a port's pair */
	uint64_t exempt_ports; /* bits of ports whose packets are the kernel's own */
	uint32_t zone_flips
		[RTE_MAX_ETHPORTS]; /* by port: to the zone of the other side of its pair, flow_key.h */
	struct flow_lookup lookup; /* of the burst at hand */
	uint64_t start_tsc; /* when leat's time began */
	/* What the wall clock is ahead of leat's time; main thread: writes what is behind it. Atomic. */
	const uint64_t *unix_offset_ns;
	uint64_t ns_per_cycle; /* 32.32 fixed point */
	struct meter reject_meter; /* of this worker's resets and ICMP errors */
	struct meter_rate reject_rate;
	unsigned opened; /* flows, since the last tidying */
	struct flow_retire retire;
	struct audit audit;
	/* What telemetry asks; NULL: nothing. Telemetry: sets; the worker: answers and resets. Atomic. */
	struct flow_query *query;
	struct explain *explain; /* --explain: what was consulted; NULL else */
};

/* Leat's time, in nanoseconds since it began, at that TSC. */
static inline uint64_t
tenancy_time(const struct tenancy *t, uint64_t tsc)
{
	__extension__ unsigned __int128 cycles = tsc - t->start_tsc;

	return (uint64_t)(cycles * t->ns_per_cycle >> 32);
}

/* Begins a turn of the polling loop: takes the tenants in force, and the time. */
void tenancy_turn(struct tenancy *t, uint64_t tsc);

/* The same at a time that somebody names: for --explain and tests. */
void tenancy_turn_at(struct tenancy *t, uint64_t now_ns);

/*
 * Work that no packet asks for, a bounded piece of it: flows expire, those of tenants that are gone end, a question is
 * answered. Between bursts.
 */
void tenancy_tidy(struct tenancy *t);

/* The table of a packet kind. */
static inline struct flow_table *
tenancy_flows(const struct tenancy *t, uint8_t kind)
{
	return kind == PACKET_IPV4 ? t->flows4 : t->flows6;
}

static inline uint16_t
flow_payer(const struct flow *f)
{
	return tenant_payer(f->from, f->to);
}

/*
 * Whose the two ends of a conversation are. `in` and `out`: the DPDK ports by which what the source sends comes and leaves;
 * the VLAN tags are those of `p`. A tuple of kind PACKET_OTHER has no addresses.
 */
void tenancy_parties(
	const struct tenancy *t,
	const struct flow_tuple *tuple,
	const struct packet *p,
	uint16_t in,
	uint16_t out,
	uint16_t *from,
	uint16_t *to
);

/* Which flow a packet speaks for: flow_subject.h. */
enum flow_subject tenancy_subject_find(
	const struct tenancy *t,
	const struct rte_mbuf *m,
	const struct packet *p,
	struct flow_tuple *tuple
);

/* The slots of a packet's own two ends, into the packet. */
void tenancy_packet_parties(const struct tenancy *t, const struct rte_mbuf *m, struct packet *p);

/* Has not changed: no flow that was found is another one now. */
static inline uint64_t
tenancy_removals(const struct tenancy *t)
{
	return flow_table_removals(t->flows4) + flow_table_removals(t->flows6);
}

/* Takes a flow out of its table and off its tenant's count. `end` says why. */
void tenancy_flow_end(
	struct tenancy *t, struct flow_table *table, struct flow *f, enum tenant_flow_end end
);

#endif
