/* SPDX-License-Identifier: BSD-3-Clause */
/* leat's commands on the telemetry socket, and what they answer of the whole, its ports, lcores and fates. */
#include "app/telemetry.h"

#include "app/log.h"
#include "app/plan_print.h"
#include "app/telemetry_config.h"
#include "app/telemetry_feeds.h"
#include "app/telemetry_flows.h"
#include "app/telemetry_page.h"
#include "app/telemetry_services.h"
#include "app/telemetry_tenants.h"

#include <rte_telemetry.h>
#include <rte_version.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* The library's callbacks get no context. The lock is held while an answer is made; no polling lcore takes it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct appliance *appliance; /* NULL: none runs */

static int
info_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct appliance_totals totals;

	(void)params;
	appliance_totals(a, &totals);
	telemetry_add_text(d, "version", LEAT_VERSION);
	telemetry_add_text(d, "dpdk", rte_version());
	telemetry_add_text(d, "config", a->in_force.file != NULL ? a->in_force.file : "");
	telemetry_add_number(d, "pid", (uint64_t)getpid());
	telemetry_add_number(d, "uptime_ns", clock_ns() - a->started_ns);
	telemetry_add_number(d, "packets_in", totals.received);
	telemetry_add_number(d, "packets_settled", totals.settled);
	return 0;
}

static void
call_add(const char *call, void *calls)
{
	/* A list of strings takes 512 of 127 characters: more than the 24 rows of a page leave room for. */
	(void)rte_tel_data_add_array_string(calls, call);
}

static void
plan_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct plan_lcore *lcore = &a->plan->lcores[i];
	struct rte_tel_data *calls = rte_tel_data_alloc();

	(void)totals;
	telemetry_add_number(row, "lcore", lcore->id);
	if (calls == NULL)
		return;
	(void)rte_tel_data_start_array(
		calls, RTE_TEL_STRING_VAL
	); /* cannot fail for a type that exists */
	plan_calls(a->plan, lcore, call_add, calls);
	telemetry_part_add(row, "calls", calls);
}

static int
plan_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, a->plan->n_lcores, plan_row);
}

static void
port_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct port *port = &a->ports[i];
	struct rte_eth_stats stats = {0};
	const struct port_counters *c = &totals->ports[port->id];

	(void)rte_eth_stats_get(
		port->id, &stats
	); /* a driver without statistics has missed nothing it knows of */
	telemetry_add_text(row, "name", port->config->name);
	telemetry_add_text(row, "device", port->config->device);
	telemetry_add_text(row, "driver", port->info.driver_name);
	telemetry_add_number(row, "port_id", port->id);
	telemetry_add_number(row, "rx_queues", plan_rx_queues_of(a->plan, (uint16_t)i));
	telemetry_add_number(row, "tx_queues", plan_tx_queues_of(a->plan, (uint16_t)i));
	telemetry_add_number(row, "rx_packets", c->rx_packets);
	telemetry_add_number(row, "rx_bytes", c->rx_bytes);
	telemetry_add_number(row, "tx_packets", c->tx_packets);
	telemetry_add_number(row, "tx_bytes", c->tx_bytes);
	telemetry_add_number(row, "rx_missed", stats.imissed);
	telemetry_add_number(row, "rx_errors", stats.ierrors);
	telemetry_add_number(row, "rx_no_mbuf", stats.rx_nombuf);
	telemetry_add_number(row, "tx_errors", stats.oerrors);
	telemetry_add_number(row, "link_up", counter_read(&port->link_up));
	telemetry_add_number(row, "link_changes", counter_read(&port->link_changes));
}

static int
ports_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, a->config->n_ports, port_row);
}

/* How full a worker's tables are, and have been: "flow_table_full" is for one worker's table. */
static void
flow_tables_add(struct rte_tel_data *row, const struct tenancy *t)
{
	telemetry_add_number(row, "flows_ipv4", flow_table_flows(t->flows4));
	telemetry_add_number(row, "flows_ipv4_peak", flow_table_peak(t->flows4));
	telemetry_add_number(row, "flows_ipv4_max", flow_table_capacity(t->flows4));
	telemetry_add_number(row, "flows_ipv6", flow_table_flows(t->flows6));
	telemetry_add_number(row, "flows_ipv6_peak", flow_table_peak(t->flows6));
	telemetry_add_number(row, "flows_ipv6_max", flow_table_capacity(t->flows6));
}

static void
lcore_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct plan_lcore *lcore = &a->plan->lcores[i];
	const struct lcore_counters *c = a->counters[i];

	(void)totals;
	telemetry_add_number(row, "lcore", lcore->id);
	telemetry_add_number(row, "rx", lcore->rx);
	telemetry_add_number(row, "work", lcore->work);
	telemetry_add_number(row, "tx", lcore->tx);
	telemetry_add_number(row, "received", counter_read(&c->received));
	telemetry_add_number(row, "settled", counter_read(&c->settled));
	telemetry_add_number(row, "rounds", counter_read(&c->rounds));
	telemetry_add_number(row, "busy_rounds", counter_read(&c->busy_rounds));
	telemetry_add_number(row, "busy_cycles", counter_read(&c->busy_cycles));
	if (lcore->work && a->tenants.n_workers > 0)
		flow_tables_add(row, a->tenants.workers[lcore->worker]);
}

static int
lcores_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, a->plan->n_lcores, lcore_row);
}

/* Row i of the list is the fate i + 1: FATE_NONE is none. */
static void
fate_row_write(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct fate_row *fate = &fates[i + 1];
	(void)a;
	telemetry_add_text(row, "name", fate->name);
	telemetry_add_text(row, "class", fate_class_names[fate->class]);
	telemetry_add_text(row, "help", fate->help);
	telemetry_add_number(row, "packets", totals->fates[i + 1]);
}

static int
fates_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, FATE_COUNT - 1, fate_row_write);
}

/* The i-th port with an XDP program of leat's. */
static const struct port *
claims_port(const struct appliance *a, unsigned i)
{
	for (unsigned port = 0; port < a->config->n_ports; port++) {
		if (a->ports[port].xdp.loader != NULL && i-- == 0)
			return &a->ports[port];
	}
	return NULL; /* not for an i below claims_ports_count */
}

static unsigned
claims_ports_count(const struct appliance *a)
{
	unsigned n = 0;

	for (unsigned port = 0; port < a->config->n_ports; port++)
		n += a->ports[port].xdp.loader != NULL;
	return n;
}

static void
claims_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct port *port = claims_port(a, i);
	const struct xdp_attachment *attachment = xdp_loader_attachment(port->xdp.loader);
	uint64_t counters[STEER_REASON_COUNT] = {0};

	(void)totals;
	telemetry_add_text(row, "port", port->config->name);
	telemetry_add_text(row, "interface", port->config->interface);
	telemetry_add_text(row, "mode", xdp_mode_names[attachment->mode]);
	telemetry_add_number(row, "program_id", attachment->program_id);
	telemetry_add_number(row, "claims", counter_read(&port->xdp.claims));
	telemetry_add_number(row, "denies", counter_read(&port->xdp.denies));
	telemetry_add_number(row, "entries", counter_read(&port->xdp.entries));
	telemetry_add_number(row, "reloads", counter_read(&port->xdp.reloads));
	(void)xdp_loader_read(
		port->xdp.loader, counters
	); /* of a program that is gone nothing is known: zeros */
	for (unsigned reason = 0; reason < STEER_REASON_COUNT; reason++)
		telemetry_add_number(row, steer_reasons[reason].name, counters[reason]);
}

static int
claims_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, claims_ports_count(a), claims_row);
}

static int
feeds_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, a->feeds->n_feeds, telemetry_feed_row);
}

struct command {
	const char *name;
	const char *help;
	int (*answer)(const struct appliance *a, const char *params, struct rte_tel_data *d);
};

static const struct command commands[] = {
	{"/leat/info", "Version, config, uptime, packets in and settled", info_answer},
	{"/leat/plan", "What each lcore calls in one turn. Parameter: offset", plan_answer},
	{"/leat/ports", "Ports and their counters. Parameter: offset", ports_answer},
	{"/leat/lcores", "Polling lcores, their roles and load. Parameter: offset", lcores_answer},
	{"/leat/fates",
	 "Every way a packet can end, and how many did. Parameter: offset",
	 fates_answer},
	{"/leat/claims",
	 "XDP programs, their rules and verdicts. Parameter: offset",
	 claims_answer},
	{"/leat/config",
	 "The config in force, its text, what was wrong with a later one. Parameter: offset",
	 telemetry_config},
	{"/leat/tenants", "Tenants and their counters. Parameter: offset", telemetry_tenants},
	{"/leat/tenant",
	 "One tenant, alone and with all below it. Parameter: its path",
	 telemetry_tenant},
	{"/leat/flows",
	 "Flows that a tenant pays for. Parameters: its path, offset",
	 telemetry_flows},
	{"/leat/rules",
	 "Rules of a tenant and their hits. Parameters: its path, offset",
	 telemetry_rules},
	{"/leat/audit",
	 "Packets that tenants in audit mode would have dropped. Parameter: offset",
	 telemetry_audit},
	{"/leat/feeds", "Feeds and their counters. Parameter: offset", feeds_answer},
	{"/leat/feed", "One feed by type, reason and line. Parameter: its name", telemetry_feed},
	{"/leat/services",
	 "Services whose connections are read, and their counters. Parameter: offset",
	 telemetry_services},
	{"/leat/service", "One service by type and reason. Parameter: its name", telemetry_service},
	{"/leat/streams", "What TCP streams use, and what was counted of them", telemetry_streams},
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int
command_answer(const char *name, const char *params, struct rte_tel_data *d)
{
	int error = 0;

	rte_tel_data_start_dict(d);
	telemetry_hold();
	for (unsigned i = 0; i < N_COMMANDS && appliance != NULL; i++) {
		if (strcmp(commands[i].name, name) == 0)
			error = commands[i].answer(appliance, params, d);
	}
	telemetry_release();
	return error;
}

void
telemetry_hold(void)
{
	(void)pthread_mutex_lock(&lock); /* these cannot fail for a plain mutex */
}

void
telemetry_release(void)
{
	(void)pthread_mutex_unlock(&lock);
}

void
telemetry_start(struct appliance *a)
{
	telemetry_hold();
	appliance = a;
	telemetry_release();
	for (unsigned i = 0; i < N_COMMANDS; i++) {
		int error = rte_telemetry_register_cmd(
			commands[i].name, command_answer, commands[i].help
		);

		if (error != 0)
			log_warning(
				"telemetry command %s is not there: %s",
				commands[i].name,
				strerror(-error)
			);
	}
}

void
telemetry_stop(void)
{
	telemetry_hold();
	appliance = NULL;
	telemetry_release();
}
