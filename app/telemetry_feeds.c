/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds, their messages by type, what was malformed, and their lines. */
#include "app/telemetry_feeds.h"

#include "app/telemetry_messages.h"
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

	(void)totals;
	telemetry_add_text(row, "name", feed->name);
	telemetry_add_text(row, "protocol", feed->decoder->name);
	telemetry_add_number(row, "worker", feed->worker);
	telemetry_add_number(row, "packets", counter_read(&c->packets));
	telemetry_add_number(row, "bytes", counter_read(&c->bytes));
	telemetry_add_number(row, "heartbeats", counter_read(&c->heartbeats));
	telemetry_add_number(row, "sessions_ended", counter_read(&c->sessions_ended));
	telemetry_add_number(row, "messages", counter_read(&c->messages));
	telemetry_add_number(row, "malformed", telemetry_malformed(c->errors));
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
		telemetry_add_types(
			d,
			"messages_by_type",
			feed->decoder->messages,
			feed->counters.messages_by_type,
			true
		);
		telemetry_add_reasons(d, feed->counters.errors);
		add_lines(d, a->feeds, i);
		return 0;
	}
	return -ENOENT;
}
