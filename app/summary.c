/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters as JSON, and the two sums that must come out even. */
#include "app/summary.h"

#include "app/log.h"

#include <errno.h>
#include <inttypes.h>

/* JSON integers are signed; a counter does not reach 2^63. */
static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

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
		number(c->rx_packets),
		"rx_bytes",
		number(c->rx_bytes),
		"tx_packets",
		number(c->tx_packets),
		"tx_bytes",
		number(c->tx_bytes),
		"rx_missed",
		number(stats.imissed),
		"rx_errors",
		number(stats.ierrors),
		"rx_no_mbuf",
		number(stats.rx_nombuf),
		"tx_errors",
		number(stats.oerrors)
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
			json_object_set_new(object, fates[fate].name, number(totals->fates[fate]));
	}
	return object;
}

static json_t *
types_summary(const struct feed *feed)
{
	const struct feed_counters *c = &feed->counters;
	json_t *types = json_object();

	for (unsigned type = 0; type < 256; type++) {
		char name[TYPE_NAME_BYTES];

		if (c->messages_by_type[type] != 0)
			json_object_set_new(
				types,
				message_type_name(feed->decoder->messages, (uint16_t)type, name),
				number(c->messages_by_type[type])
			);
	}
	return types;
}

static json_t *
errors_summary(const struct feed_counters *c)
{
	json_t *errors = json_object();

	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++) {
		if (c->errors[error] != 0)
			json_object_set_new(
				errors, decode_errors[error].name, number(c->errors[error])
			);
	}
	return errors;
}

static json_t *
lines_summary(const struct feed_table *table, uint16_t feed)
{
	json_t *lines = json_object();

	for (uint16_t i = 0; i < table->n_lines; i++) {
		if (table->lines[i].feed == feed)
			json_object_set_new(
				lines,
				table->lines[i].name,
				json_pack(
					"{s:o, s:o}",
					"packets",
					number(table->line_counters[i].packets),
					"messages",
					number(table->line_counters[i].messages)
				)
			);
	}
	return lines;
}

static json_t *
feed_summary(const struct feed_table *table, uint16_t i)
{
	const struct feed_counters *c = &table->feeds[i].counters;

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"protocol",
		table->feeds[i].decoder->name,
		"packets",
		number(c->packets),
		"heartbeats",
		number(c->heartbeats),
		"sessions_ended",
		number(c->sessions_ended),
		"messages",
		number(c->messages),
		"by_type",
		types_summary(&table->feeds[i]),
		"malformed",
		errors_summary(c),
		"lines",
		lines_summary(table, i)
	);
}

static json_t *
feeds_summary(const struct feed_table *table)
{
	json_t *feeds = json_object();

	for (uint16_t i = 0; i < table->n_feeds; i++)
		json_object_set_new(feeds, table->feeds[i].name, feed_summary(table, i));
	return feeds;
}

json_t *
summary_collect(const struct appliance *a)
{
	struct appliance_totals totals;

	appliance_totals(a, &totals);
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o}",
		"run_ns",
		number(clock_ns() - a->started_ns),
		"packets_in",
		number(totals.received),
		"packets_settled",
		number(totals.settled),
		"ports",
		ports_summary(a, &totals),
		"fates",
		fates_summary(&totals),
		"feeds",
		feeds_summary(a->feeds)
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
		json_pack("{s:o, s:o}", "mbufs", number(mbufs), "free", number(free_mbufs))
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
