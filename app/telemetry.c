/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Answers for the telemetry thread. Lists come in pages, `total`, `offset` and `next`, with the rows under their index:
 * the library cuts an answer at 16 KiB and a dictionary at 256 entries without a word, and takes only [A-Za-z0-9_/] in
 * keys, so names stand in values.
 */
#include "app/telemetry.h"

#include "app/dpdk_compat.h"
#include "app/log.h"
#include "app/plan_print.h"

#include <rte_telemetry.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PAGE_ROWS = 24, /* of at most some 500 bytes each: well below 16 KiB */
	ROW_KEY_BYTES = 16,
};

/* The library's callbacks get no context. The lock is held while an answer is made; no polling lcore takes it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct appliance *appliance; /* NULL: none runs */
static const char *config_name;

/* Fills one row of a list. */
typedef void (*row_writer)(const struct appliance *a, unsigned i, struct rte_tel_data *row);

static void
add_number(struct rte_tel_data *d, const char *key, uint64_t n)
{
	(void)rte_tel_data_add_dict_uint(
		d, key, n
	); /* rows are far below the library's limits: see PAGE_ROWS */
}

static void
add_text(struct rte_tel_data *d, const char *key, const char *text)
{
	(void)rte_tel_data_add_dict_string(d, key, text); /* likewise */
}

static void
add_row(struct rte_tel_data *rows, const struct appliance *a, unsigned i, row_writer write)
{
	struct rte_tel_data *row = rte_tel_data_alloc();
	char key[ROW_KEY_BYTES];

	if (row == NULL)
		return;
	(void)snprintf(key, sizeof(key), "%u", i);
	rte_tel_data_start_dict(row);
	write(a, i, row);
	if (rte_tel_data_add_dict_container(rows, key, row, 0) != 0)
		rte_tel_data_free(row);
}

/* A page of a list; the parameter is the offset. */
static int
page_answer(
	const struct appliance *a,
	const char *params,
	struct rte_tel_data *d,
	unsigned total,
	row_writer write
)
{
	unsigned long offset = 0;
	struct rte_tel_data *rows;
	unsigned end;
	char *rest;

	if (params != NULL && params[0] != '\0') {
		offset = strtoul(params, &rest, 10);
		if (*rest != '\0' || params[0] < '0' || params[0] > '9')
			return -EINVAL;
	}
	offset = RTE_MIN(offset, (unsigned long)total);
	end = RTE_MIN((unsigned)offset + PAGE_ROWS, total);
	rows = rte_tel_data_alloc();
	if (rows == NULL)
		return -ENOMEM;
	rte_tel_data_start_dict(rows);
	for (unsigned i = (unsigned)offset; i < end; i++)
		add_row(rows, a, i, write);
	add_number(d, "total", total);
	add_number(d, "offset", offset);
	/* The offset of the next page; 0 after the last one. */
	add_number(d, "next", end < total ? end : 0);
	return rte_tel_data_add_dict_container(d, "rows", rows, 0);
}

static int
info_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct appliance_totals totals;

	(void)params;
	appliance_totals(a, &totals);
	add_text(d, "version", LEAT_VERSION);
	add_text(d, "dpdk", rte_version());
	add_text(d, "config", config_name != NULL ? config_name : "");
	add_number(d, "pid", (uint64_t)getpid());
	add_number(d, "uptime_ns", clock_ns() - a->started_ns);
	add_number(d, "packets_in", totals.received);
	add_number(d, "packets_settled", totals.settled);
	return 0;
}

static void
plan_row(const struct appliance *a, unsigned i, struct rte_tel_data *row)
{
	const struct plan_lcore *lcore = &a->plan->lcores[i];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	add_number(row, "lcore", lcore->id);
	if (out == NULL)
		return;
	plan_print_calls(a->plan, lcore, out);
	(void)fclose(out); /* memory only */
	/* Skip the blank that plan_print_calls puts before each word. */
	add_text(row, "calls", text[0] == ' ' ? text + 1 : text);
	free(text);
}

static int
plan_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return page_answer(a, params, d, a->plan->n_lcores, plan_row);
}

static void
port_row(const struct appliance *a, unsigned i, struct rte_tel_data *row)
{
	const struct port *port = &a->ports[i];
	struct rte_eth_stats stats = {0};
	struct appliance_totals totals;
	const struct port_counters *c;

	appliance_totals(a, &totals);
	c = &totals.ports[port->id];
	(void)rte_eth_stats_get(
		port->id, &stats
	); /* a driver without statistics has missed nothing it knows of */
	add_text(row, "name", port->config->name);
	add_text(row, "device", port->config->device);
	add_text(row, "driver", port->info.driver_name);
	add_number(row, "port_id", port->id);
	add_number(row, "rx_queues", plan_rx_queues_of(a->plan, (uint16_t)i));
	add_number(row, "tx_queues", plan_tx_queues_of(a->plan, (uint16_t)i));
	add_number(row, "rx_packets", c->rx_packets);
	add_number(row, "rx_bytes", c->rx_bytes);
	add_number(row, "tx_packets", c->tx_packets);
	add_number(row, "tx_bytes", c->tx_bytes);
	add_number(row, "rx_missed", stats.imissed);
	add_number(row, "rx_errors", stats.ierrors);
	add_number(row, "rx_no_mbuf", stats.rx_nombuf);
}

static int
ports_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return page_answer(a, params, d, a->config->n_ports, port_row);
}

static void
lcore_row(const struct appliance *a, unsigned i, struct rte_tel_data *row)
{
	const struct plan_lcore *lcore = &a->plan->lcores[i];
	const struct lcore_counters *c = a->counters[i];

	add_number(row, "lcore", lcore->id);
	add_number(row, "rx", lcore->rx);
	add_number(row, "work", lcore->work);
	add_number(row, "tx", lcore->tx);
	add_number(row, "received", counter_read(&c->received));
	add_number(row, "settled", counter_read(&c->settled));
	add_number(row, "rounds", counter_read(&c->rounds));
	add_number(row, "busy_rounds", counter_read(&c->busy_rounds));
	add_number(row, "busy_cycles", counter_read(&c->busy_cycles));
}

static int
lcores_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return page_answer(a, params, d, a->plan->n_lcores, lcore_row);
}

/* Row i of the list is the fate i + 1: FATE_NONE is none. */
static void
fate_row_write(const struct appliance *a, unsigned i, struct rte_tel_data *row)
{
	const struct fate_row *fate = &fates[i + 1];
	struct appliance_totals totals;

	appliance_totals(a, &totals);
	add_text(row, "name", fate->name);
	add_text(row, "class", fate_class_names[fate->class]);
	add_text(row, "help", fate->help);
	add_number(row, "packets", totals.fates[i + 1]);
}

static int
fates_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return page_answer(a, params, d, FATE_COUNT - 1, fate_row_write);
}

static void
feed_row(const struct appliance *a, unsigned i, struct rte_tel_data *row)
{
	const struct feed *feed = &a->feeds->feeds[i];
	const struct feed_counters *c = &feed->counters;
	uint64_t malformed = 0;

	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		malformed += counter_read(&c->errors[error]);
	add_text(row, "name", feed->name);
	add_text(row, "protocol", feed->decoder->name);
	add_number(row, "worker", feed->worker);
	add_number(row, "packets", counter_read(&c->packets));
	add_number(row, "bytes", counter_read(&c->bytes));
	add_number(row, "heartbeats", counter_read(&c->heartbeats));
	add_number(row, "sessions_ended", counter_read(&c->sessions_ended));
	add_number(row, "messages", counter_read(&c->messages));
	add_number(row, "malformed", malformed);
}

static int
feeds_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return page_answer(a, params, d, a->feeds->n_feeds, feed_row);
}

/* Adds `part` under `key`, or frees it. */
static void
add_part(struct rte_tel_data *d, const char *key, struct rte_tel_data *part)
{
	if (rte_tel_data_add_dict_container(d, key, part, 0) != 0)
		rte_tel_data_free(part);
}

static struct rte_tel_data *
part_make(void)
{
	struct rte_tel_data *part = rte_tel_data_alloc();

	if (part != NULL)
		rte_tel_data_start_dict(part);
	return part;
}

static void
add_types(struct rte_tel_data *d, const struct feed *feed)
{
	struct rte_tel_data *types = part_make();

	if (types == NULL)
		return;
	for (unsigned type = 0; type < 256; type++) {
		const struct message_layout *layout = feed->decoder->messages->layouts[type];
		uint64_t n = counter_read(&feed->counters.messages_by_type[type]);

		if (layout != NULL)
			add_number(types, layout->name, n);
	}
	add_part(d, "messages_by_type", types);
}

static void
add_errors(struct rte_tel_data *d, const struct feed *feed)
{
	struct rte_tel_data *errors = part_make();

	if (errors == NULL)
		return;
	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		add_number(
			errors,
			decode_errors[error].name,
			counter_read(&feed->counters.errors[error])
		);
	add_part(d, "malformed_by_reason", errors);
}

static void
add_lines(struct rte_tel_data *d, const struct feed_table *table, uint16_t feed)
{
	struct rte_tel_data *lines = part_make();
	unsigned n = 0;

	if (lines == NULL)
		return;
	for (uint16_t i = 0; i < table->n_lines; i++) {
		struct rte_tel_data *line = table->lines[i].feed == feed ? part_make() : NULL;
		char key[ROW_KEY_BYTES];

		if (line == NULL)
			continue;
		(void)snprintf(key, sizeof(key), "%u", n++);
		add_text(line, "name", table->lines[i].name);
		add_number(line, "packets", counter_read(&table->line_counters[i].packets));
		add_number(line, "messages", counter_read(&table->line_counters[i].messages));
		add_part(lines, key, line);
	}
	add_part(d, "lines", lines);
}

static int
feed_answer(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	for (uint16_t i = 0; params != NULL && i < a->feeds->n_feeds; i++) {
		const struct feed *feed = &a->feeds->feeds[i];

		if (strcmp(feed->name, params) != 0)
			continue;
		feed_row(a, i, d);
		add_types(d, feed);
		add_errors(d, feed);
		add_lines(d, a->feeds, i);
		return 0;
	}
	return -ENOENT;
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
	{"/leat/feeds", "Feeds and their counters. Parameter: offset", feeds_answer},
	{"/leat/feed", "One feed by type, reason and line. Parameter: its name", feed_answer},
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int
command_answer(const char *name, const char *params, struct rte_tel_data *d)
{
	int error = 0;

	rte_tel_data_start_dict(d);
	(void)pthread_mutex_lock(&lock); /* these cannot fail for a plain mutex */
	for (unsigned i = 0; i < N_COMMANDS && appliance != NULL; i++) {
		if (strcmp(commands[i].name, name) == 0)
			error = commands[i].answer(appliance, params, d);
	}
	(void)pthread_mutex_unlock(&lock);
	return error;
}

void
telemetry_start(const struct appliance *a, const char *config_file)
{
	(void)pthread_mutex_lock(&lock);
	appliance = a;
	config_name = config_file;
	(void)pthread_mutex_unlock(&lock);
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
	(void)pthread_mutex_lock(&lock);
	appliance = NULL;
	(void)pthread_mutex_unlock(&lock);
}
