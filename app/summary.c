/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters as JSON, and the two sums that must come out even. */
#include "app/summary.h"

#include "app/log.h"
#include "app/summary_messages.h"

#include <errno.h>
#include <inttypes.h>

static json_t *
port_summary(const struct port *port, const struct port_counters *c)
{
	struct rte_eth_stats stats = {0};

	(void)rte_eth_stats_get(
		port->id, &stats
	); /* a driver without statistics has missed nothing it knows of */
	return json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"device",
		port->config->device,
		"driver",
		port->info.driver_name,
		"rx_packets",
		summary_number(c->rx_packets),
		"rx_bytes",
		summary_number(c->rx_bytes),
		"tx_packets",
		summary_number(c->tx_packets),
		"tx_bytes",
		summary_number(c->tx_bytes),
		"rx_missed",
		summary_number(stats.imissed),
		"rx_errors",
		summary_number(stats.ierrors),
		"rx_no_mbuf",
		summary_number(stats.rx_nombuf),
		"tx_errors",
		summary_number(stats.oerrors)
	);
}

static json_t *
ports_summary(const struct appliance *a, const struct appliance_totals *totals)
{
	json_t *ports = json_object();

	for (unsigned i = 0; i < a->config->n_ports; i++) {
		const struct port *port = &a->ports[i];

		json_object_set_new(
			ports, port->config->name, port_summary(port, &totals->ports[port->id])
		);
	}
	return ports;
}

static json_t *
fates_summary(const struct appliance_totals *totals)
{
	json_t *object = json_object();

	for (unsigned fate = FATE_NONE + 1; fate < FATE_COUNT; fate++) {
		if (totals->fates[fate] != 0)
			json_object_set_new(
				object, fates[fate].name, summary_number(totals->fates[fate])
			);
	}
	return object;
}

json_t *
summary_collect(const struct appliance *a)
{
	struct appliance_totals totals;

	appliance_totals(a, &totals);
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"run_ns",
		summary_number(clock_ns() - a->started_ns),
		"packets_in",
		summary_number(totals.received),
		"packets_settled",
		summary_number(totals.settled),
		"ports",
		ports_summary(a, &totals),
		"fates",
		fates_summary(&totals),
		"feeds",
		summary_feeds(a->feeds),
		"services",
		summary_services(a)
	);
}

/* mbufs that drivers are known to forget when their ports are closed. */
static uint64_t
mbufs_kept_by_drivers(const struct appliance *a)
{
	uint64_t kept = 0;

	for (uint16_t i = 0; i < a->config->n_ports; i++)
		kept += (uint64_t)a->ports[i].driver->mbufs_kept_at_close *
			plan_rx_queues_of(a->plan, i);
	return kept;
}

int
summary_verify(json_t *summary, const struct appliance *a)
{
	struct appliance_totals totals;
	uint64_t mbufs, free_mbufs;
	int error = 0;

	appliance_totals(a, &totals);
	pools_count(&a->pools, &mbufs, &free_mbufs);
	json_object_set_new(
		summary,
		"pool",
		json_pack(
			"{s:o, s:o}",
			"mbufs",
			summary_number(mbufs),
			"free",
			summary_number(free_mbufs)
		)
	);
	if (totals.received != totals.settled) {
		log_error(
			"%" PRIu64 " packets came in, %" PRIu64
			" have a fate: this is a fault of leat",
			totals.received,
			totals.settled
		);
		error = -EBADMSG;
	}
	if (mbufs - free_mbufs > mbufs_kept_by_drivers(a)) {
		log_error(
			"%" PRIu64 " of %" PRIu64
			" mbufs are not back in their pool: this is a fault of leat or of a driver",
			mbufs - free_mbufs,
			mbufs
		);
		error = -EBADMSG;
	}
	return error;
}
