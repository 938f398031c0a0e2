/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The running whole: ports, pools, rings, workers and lcores, built from a plan and taken down again.
 *
 * Main thread, but for the reading of counters, which any thread may do while the appliance exists.
 */
#ifndef APP_APPLIANCE_H
#define APP_APPLIANCE_H

#include "app/clock.h"
#include "app/config.h"
#include "app/lcore.h"
#include "app/plan.h"
#include "app/pool.h"
#include "app/port.h"
#include "app/running.h"
#include "app/tenants.h"

#include <rte_config.h>

#include <stdbool.h>
#include <stdint.h>

struct appliance {
	struct config *config; /* owned by the caller */
	struct plan *plan;
	struct port ports[CONFIG_PORTS_MAX]; /* in the order of the config */
	struct pools pools;
	struct rte_ring **rings; /* in the order of the plan */
	struct feed_table *feeds;
	struct service_table *services; /* NULL: the config has none */
	/* Claims of the ports that are no af_xdp ports. Main thread: writes; workers: read. Atomic. */
	const struct claim_set *claims;
	unsigned claims_generation; /* how many sets there have been */
	struct tenants tenants;
	struct running in_force; /* which config is */
	uint64_t reply_flag; /* of ol_flags: tx_buffer.h; 0 without tenants */
	struct lcore *lcores[RTE_MAX_LCORE]; /* in the order of the plan */
	struct lcore_counters *counters[RTE_MAX_LCORE]; /* of these */
	struct lcore_control control;
	bool running;
	uint64_t started_ns; /* CLOCK_MONOTONIC */
};

/* `held_packets`: mbufs that captures will keep. 0, or a negative errno after saying why; then all is undone. */
int appliance_build(struct appliance *a, struct config *config, uint64_t held_packets);

/* Starts the ports and the lcores. 0, or a negative errno after saying why; then nothing runs. */
int appliance_start(struct appliance *a);

/* Stops receiving, lets what is under way come out (bounded in time), stops the lcores. */
void appliance_stop(struct appliance *a);

/* Closes the ports: every mbuf should be back in its pool afterwards. */
void appliance_close_ports(struct appliance *a);

/* Frees everything else. */
void appliance_destroy(struct appliance *a);

/* Sums over all lcores. */
struct appliance_totals {
	uint64_t received;
	uint64_t settled;
	uint64_t fates[FATE_COUNT];
	struct port_counters ports[RTE_MAX_ETHPORTS]; /* by DPDK port id */
};

void appliance_totals(const struct appliance *a, struct appliance_totals *totals);

#endif
