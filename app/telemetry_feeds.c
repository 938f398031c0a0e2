/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds, their messages by type, what was malformed, and their lines. */
#include "app/telemetry_feeds.h"

#include "app/telemetry_page.h"

#include <errno.h>
#include <string.h>

void
telemetry_feed_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	const struct feed *feed = &a->feeds->feeds[i];
	const struct feed_counters *c = &feed->counters;
	uint64_t malformed = 0;

	(void)totals;
	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		malformed += counter_read(&c->errors[error]);
	telemetry_add_text(row, "name", feed->name);
	telemetry_add_text(row, "protocol", feed->decoder->name);
	telemetry_add_number(row, "worker", feed->worker);
	telemetry_add_number(row, "packets", counter_read(&c->packets));
	telemetry_add_number(row, "bytes", counter_read(&c->bytes));
	telemetry_add_number(row, "heartbeats", counter_read(&c->heartbeats));
	telemetry_add_number(row, "sessions_ended", counter_read(&c->sessions_ended));
	telemetry_add_number(row, "messages", counter_read(&c->messages));
	telemetry_add_number(row, "malformed", malformed);
}

static void
add_types(struct rte_tel_data *d, const struct feed *feed)
{
	struct rte_tel_data *types = telemetry_part_make();

	if (types == NULL)
		return;
	for (unsigned type = 0; type < 256; type++) {
		const struct message_layout *layout = feed->decoder->messages->layouts[type];
		uint64_t n = counter_read(&feed->counters.messages_by_type[type]);

		if (layout != NULL)
			telemetry_add_number(types, layout->name, n);
	}
	telemetry_part_add(d, "messages_by_type", types);
}

static void
add_errors(struct rte_tel_data *d, const struct feed *feed)
{
	struct rte_tel_data *errors = telemetry_part_make();

	if (errors == NULL)
		return;
	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		telemetry_add_number(
			errors,
			decode_errors[error].name,
			counter_read(&feed->counters.errors[error])
		);
	telemetry_part_add(d, "malformed_by_reason", errors);
}

static void
add_lines(struct rte_tel_data *d, const struct feed_table *table, uint16_t feed)
{
	struct rte_tel_data *lines = telemetry_part_make();
	unsigned n = 0;

	if (lines == NULL)
		return;
	for (uint16_t i = 0; i < table->n_lines; i++) {
		struct rte_tel_data *line =
			table->lines[i].feed == feed ? telemetry_part_make() : NULL;

		if (line == NULL)
			continue;
		telemetry_add_text(line, "name", table->lines[i].name);
		telemetry_add_number(
			line, "packets", counter_read(&table->line_counters[i].packets)
		);
		telemetry_add_number(
			line, "messages", counter_read(&table->line_counters[i].messages)
		);
		telemetry_row_add(lines, n++, line);
	}
	telemetry_part_add(d, "lines", lines);
}

int
telemetry_feed(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	for (uint16_t i = 0; params != NULL && i < a->feeds->n_feeds; i++) {
		const struct feed *feed = &a->feeds->feeds[i];

		if (strcmp(feed->name, params) != 0)
			continue;
		telemetry_feed_row(a, NULL, i, d);
		add_types(d, feed);
		add_errors(d, feed);
		add_lines(d, a->feeds, i);
		return 0;
	}
	return -ENOENT;
}
