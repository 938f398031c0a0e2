/* SPDX-License-Identifier: BSD-3-Clause */
/* Names need no escapes: options.c and line_option.c let none in that would. */
#include "tools/feedgen/report.h"

#include "tools/feedgen/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void
messages_print(FILE *file, const struct market *market)
{
	fprintf(file, "\"messages\":{\"total\":%" PRIu64, market->produced);
	for (int i = 0; i < ITCH50_TYPE_COUNT; i++)
		fprintf(file, ",\"%c\":%" PRIu64, itch50_codes[i], market->type_counts[i]);
	fputc('}', file);
}

static void
line_print(FILE *file, const struct line *line)
{
	fprintf(file,
		"{\"name\":\"%s\",\"sent\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"reordered\":%" PRIu64
		",\"heartbeats\":%" PRIu64 ",\"lost_messages\":%" PRIu64 "}",
		line->settings->name,
		line->sent,
		line->lost,
		line->reordered,
		line->heartbeats,
		line->lost_messages);
}

static void
report_print(
	FILE *file,
	const struct options *options,
	const struct market *market,
	const struct feed *feed
)
{
	const struct line_feed *f = &options->feed;

	fprintf(file,
		"{\"protocol\":\"itch50\",\"seed\":%" PRIu64 ",\"session\":\"%.*s\""
		",\"first_sequence\":%" PRIu64 ",\"next_sequence\":%" PRIu64
		",\"symbols\":%u,\"live_orders\":%u,",
		market->settings.seed,
		MOLD_SESSION_LENGTH,
		f->session,
		f->first_sequence,
		f->first_sequence + market->produced,
		market->settings.symbol_count,
		market->book->live);
	messages_print(file, market);
	fputs(",\"lines\":[", file);
	for (size_t i = 0; i < feed->line_count; i++) {
		if (i > 0)
			fputc(',', file);
		line_print(file, &feed->lines[i]);
	}
	fputs("]}\n", file);
}

int
report_write(const struct options *options, const struct market *market, const struct feed *feed)
{
	bool failed;
	FILE *file;

	if (options->stats == NULL) {
		report_print(stderr, options, market, feed);
		return 0;
	}
	file = fopen(options->stats, "w");
	if (file == NULL) {
		message_print("cannot open %s: %s", options->stats, strerror(errno));
		return -EIO;
	}
	report_print(file, options, market, feed);
	failed = ferror(file) != 0;
	if (fclose(file) == 0 && !failed)
		return 0;
	message_print("cannot write %s: %s", options->stats, strerror(errno));
	return -EIO;
}
