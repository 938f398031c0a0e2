/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the stages of one worker lcore work with. Made by the plan, owned and used by that lcore alone.
 */
#ifndef PIPELINE_WORKER_H
#define PIPELINE_WORKER_H

#include "pipeline/burst.h"
#include "pipeline/claim/claim_match.h"
#include "pipeline/counters.h"
#include "pipeline/feed/feed.h"
#include "pipeline/service/service_reader.h"
#include "pipeline/tenant/tenancy.h"
#include "pipeline/tx/outlet.h"

#include <rte_config.h>

#include <stdint.h>

enum {
	WORKER_NO_PORT = 0xFFFF,
	WORKER_PAYLOAD_MAX = 65536, /* an IP payload is shorter */
};

struct worker {
	struct lcore_counters *counters;
	struct feed_table *feeds;
	struct service_reader *services; /* NULL: the config has none */
	struct tenancy
		*tenancy; /* NULL: the config has no tenants, and packets are forwarded without */
	/* Where a packet goes that came in on a port: the other port of its pair, or WORKER_NO_PORT. */
	uint16_t forward_to[RTE_MAX_ETHPORTS];
	/* Ports whose unclaimed packets go to a kernel interface, and that interface's port; else WORKER_NO_PORT. */
	uint16_t claim_ports[RTE_MAX_ETHPORTS];
	unsigned n_claim_ports;
	uint16_t kernel_of[RTE_MAX_ETHPORTS];
	/* Where the claims in force are published. Main thread: writes the pointer behind it; read once a burst. */
	const struct claim_set *const *claims;
	uint64_t reply_flag; /* of ol_flags: the packet is leat's answer to one that was rejected */
	/* By output port; only ports that some pair leads to have a way out. */
	struct outlet outlets[RTE_MAX_ETHPORTS];
	/* Payloads that are spread over segments are read through here. */
	uint8_t payload[WORKER_PAYLOAD_MAX];
} __rte_cache_aligned;

#endif
