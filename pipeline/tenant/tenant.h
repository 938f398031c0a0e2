/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tenants: nodes of a tree with the semantics of Linux cgroup v2. Limits hold at every level.
 *
 * A tenant is known by its slot, a small number that it keeps as long as it lives, over reloads. Three things are kept by
 * slot: what the config says (struct tenant, immutable, replaced as a whole), what all workers together have used (struct
 * tenant_usage), and what one worker has counted and may still spend (struct tenant_account).
 */
#ifndef PIPELINE_TENANT_TENANT_H
#define PIPELINE_TENANT_TENANT_H

#include "pipeline/fate.h"
#include "pipeline/flow/flow.h"
#include "pipeline/policy/rule_list.h"
#include "pipeline/tenant/meter.h"

#include <rte_common.h>

#include <stdbool.h>
#include <stdint.h>

enum {
	TENANT_ROOT = 0, /* "/": whatever no tenant matches */
	TENANT_NONE = 0xFFFF,
	TENANT_SLOTS_MAX = 32768,
	TENANT_DEPTH_MAX = 16, /* levels below "/" */
	TENANT_PATH_BYTES = 128,
};

/* Drop reasons that belong to a tenant: the fates of FATE_CLASS_TENANT, which stand together in the table. */
enum { TENANT_REASONS = FATE_TENANT_LAST - FATE_TENANT_FIRST + 1 };

static inline unsigned
tenant_reason(enum fate fate)
{
	return (unsigned)(fate - FATE_TENANT_FIRST);
}

enum tenant_quota_unit {
	TENANT_QUOTA_NONE,
	TENANT_QUOTA_BYTES,
	TENANT_QUOTA_PACKETS,
};

enum tenant_quota_spent {
	TENANT_SPENT_DROP,
	TENANT_SPENT_PASS, /* only count */
	TENANT_SPENT_THROTTLE, /* to `throttle` */
};

struct tenant_quota {
	enum tenant_quota_unit unit;
	enum tenant_quota_spent spent;
	uint64_t amount; /* per period; bytes or packets */
	uint64_t period_ns; /* periods begin at multiples of it since 1970-01-01 00:00 UTC */
	struct meter_rate throttle; /* bytes a second */
};

struct tenant_limits {
	uint64_t flows_max; /* UINT64_MAX: no limit */
	uint64_t
		streams_max; /* connections that one worker reads along for it; UINT64_MAX: no limit */
	struct meter_rate flows; /* new flows a second */
	struct meter_rate packets; /* a second */
	struct meter_rate bytes; /* a second: frames as received, without FCS */
	struct tenant_quota quota;
};

/* What the config says of a tenant. Settings that a tenant inherits have been resolved. */
struct tenant {
	char path[TENANT_PATH_BYTES];
	/*
	 * Slot; TENANT_NONE for the root and for slots that are not in use. A tenant that is gone keeps its own here as
	 * long as it is in `removed`: its flows are still to be taken off the counts above it.
	 */
	uint16_t parent;
	uint8_t depth; /* 0 for the root */
	bool used;
	bool audit; /* its own refusals are counted and let pass */
	bool frozen; /* its own: none of its or its children's packets pass */
	bool pickup; /* TCP flows may begin in the middle */
	bool evict; /* a full flow table gives up an old flow of the tenant's for a new one */
	uint32_t incarnation; /* the generation in which this tenant got the slot */
	uint32_t timeout_ticks[FLOW_STATE_COUNT];
	struct tenant_limits limits;
	struct rule_list *egress, *ingress; /* NULL: all is allowed. References */
};

/* What all workers together use. Lives as long as the slot is used. Every field atomic, any worker writes. */
struct tenant_usage {
	uint64_t flows; /* of the tenant and all below it */
	uint64_t flows_peak;
	struct meter flow_meter;
	struct meter packet_meter;
	struct meter byte_meter;
	struct meter throttle_meter;
	uint64_t quota_period; /* that quota_used speaks of: tenant_quota.c */
	uint64_t quota_used; /* bytes or packets, by the tenant and all below it */
} __rte_cache_aligned;

enum tenant_flow_end {
	TENANT_FLOW_EXPIRED, /* by its timeout */
	TENANT_FLOW_EVICTED, /* for a new one */
	TENANT_FLOW_REOPENED, /* its endpoints began a new connection */
	TENANT_FLOW_REMOVED, /* its tenant is gone, or its addresses are another tenant's now */
	TENANT_FLOW_ENDS
};

/* One worker's counts and credit. Written by that worker; telemetry reads the counters. */
struct tenant_account {
	/* May be spent without asking: has been taken from the buckets of this level. */
	int64_t packet_credit;
	int64_t byte_credit;
	uint64_t packets[2]; /* passed; [0] from initiators, [1] to them */
	uint64_t bytes[2];
	uint32_t generation; /* of the tenants that the credit was given by */
	uint32_t incarnation; /* of the tenant whose counts these are */
	struct tenant_account *next; /* that of `above`, or NULL */
	/* Second line: not for every packet. */
	uint16_t above; /* the next level up that limits packets; TENANT_NONE: there is none */
	uint64_t flows_created;
	uint64_t flows_ended[TENANT_FLOW_ENDS];
	uint64_t drops[TENANT_REASONS]; /* of its packets, wherever on its way up the reason lay */
	uint64_t audits[TENANT_REASONS]; /* would have been dropped */
	uint64_t refusals
		[TENANT_REASONS]; /* by this tenant's own settings, of packets of it and all below it */
} __rte_cache_aligned;

struct tenant_lookup;

/* All tenants of one generation of the config. Immutable; replaced by one pointer. */
struct tenant_set {
	uint32_t generation; /* from 1 */
	uint16_t n_slots; /* slots in use are below */
	struct tenant *tenants; /* by slot */
	const struct tenant_lookup *lookup;
	uint16_t *removed; /* slots of tenants that are gone and may still have flows */
	unsigned n_removed;
};

/* Everything about tenants that one worker works with. */
struct tenant_books {
	const struct tenant_set *set; /* of this burst */
	struct tenant_usage *usage; /* by slot; shared by all workers */
	struct tenant_account *accounts; /* by slot; this worker's */
	uint64_t now_ns; /* since the start */
	uint64_t now_unix_ns; /* wall clock, for quota periods */
	/* Of the last refusal: who is against it; and, until somebody has looked, why, where it is only audited. */
	uint16_t refused_at; /* slot */
	uint8_t audited; /* enum fate */
};

/* Who pays for a flow: its initiator, or, where that is nobody's ("/"), its responder. */
static inline uint16_t
tenant_payer(uint16_t from, uint16_t to)
{
	return from != TENANT_ROOT ? from : to;
}

#endif
