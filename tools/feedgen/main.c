/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * leat-feedgen: a made-up but consistent market data feed, as a capture or over UDP.
 *
 *	options.c	what is asked for
 *	market.c	which message comes next (opening.c, order_flow.c, notice.c; order_book.c)
 *	itch50_encode.c	its bytes
 *	feed.c		to every line and back in the order of time
 *	line.c		packets (mold_packet.c, frame.c), loss, delay, reordering (packet_queue.c)
 *	output.c	to a capture (pcap_writer.c) or the network (udp_sender.c)
 *	report.c	the summary
 */
#include "tools/feedgen/feed.h"
#include "tools/feedgen/market.h"
#include "tools/feedgen/message.h"
#include "tools/feedgen/options.h"
#include "tools/feedgen/output.h"
#include "tools/feedgen/report.h"

#include <signal.h>
#include <stdlib.h>

#define EXIT_USAGE 2

static int
feed_run(const struct options *options, struct market *market, struct feed *feed)
{
	int rc = 0;

	for (uint64_t i = 0; rc == 0 && i < options->market.messages; i++) {
		if (market_next(market) != 0) {
			message_print("out of memory at message %llu", (unsigned long long)i);
			return -1;
		}
		rc = feed_message(
			feed, market->head.timestamp_ns, market->message, market->message_length
		);
	}
	if (rc == 0)
		rc = feed_end(feed, market->head.timestamp_ns, !options->no_end);
	return rc;
}

static int
all_types_check(const struct options *options, const struct market *market)
{
	for (int i = 0; options->market.all_types && i < ITCH50_TYPE_COUNT; i++) {
		if (market->type_counts[i] > 0)
			continue;
		message_print("--all-types: no message %c came about", itch50_codes[i]);
		return -1;
	}
	return 0;
}

/* Generates with everything open; 0 or not 0, already reported. */
static int
generate(const struct options *options, struct market *market, struct output *output)
{
	struct feed feed;
	int rc = feed_init(&feed, options, output);
	int close_rc;

	if (rc == 0)
		rc = feed_run(options, market, &feed);
	close_rc = output_close(output);
	if (rc == 0)
		rc = close_rc;
	if (rc == 0)
		rc = all_types_check(options, market);
	if (rc == 0)
		rc = report_write(options, market, &feed);
	feed_clear(&feed);
	return rc;
}

static int
run(const struct options *options)
{
	struct market *market = market_create(&options->market);
	struct output output;
	int rc = -1;

	if (market == NULL)
		message_print("out of memory");
	else if (output_open(&output, options) == 0)
		rc = generate(options, market, &output);
	market_free(market);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct options options;

	/* A reader of stdout that goes away is a write error, to be reported as such. */
	(void)signal(SIGPIPE, SIG_IGN);
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_RUN:
		return run(&options);
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	default:
		return EXIT_USAGE;
	}
}
