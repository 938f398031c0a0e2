/* SPDX-License-Identifier: BSD-3-Clause */
/* Goes through the arguments by the table of options, then checks what involves several. */
#include "tools/feedgen/options.h"

#include "tools/feedgen/line_option.h"
#include "tools/feedgen/message.h"
#include "tools/feedgen/mix_option.h"
#include "tools/feedgen/option_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#ifndef LEAT_VERSION
#define LEAT_VERSION "unknown"
#endif

#define SYMBOLS_DEFAULT 4000U
#define MESSAGES_PER_SYMBOL 25U
#define FEED_SECONDS_MAX UINT64_C(50000) /* from the start of the feed to near midnight */

static void
help_print(void)
{
	printf("Usage: leat-feedgen [options] --output FILE\n"
	       "       leat-feedgen [options] --send --interface IFNAME\n\n"
	       "Writes or sends a made-up market data feed; the same options give the same bytes.\n"
	       "Numbers take k, M, G; times ns, us, ms, s.\n\n");
	for (const struct option_row *row = option_rows; row->name != NULL; row++) {
		const char *value = row->value != NULL ? row->value : "";

		printf("  %s%s%s\n        %s\n", row->name, *value ? " " : "", value, row->help);
	}
	printf("  --help, --version\n\nDefault mix: %s\n", MIX_DEFAULT);
	printf("\nExit status: 0 done, 1 a failure at run time, 2 a bad option.\n");
}

static const struct option_row *
row_find(const char *argument, size_t name_length)
{
	for (const struct option_row *row = option_rows; row->name != NULL; row++) {
		if (strlen(row->name) == name_length &&
		    strncmp(row->name, argument, name_length) == 0)
			return row;
	}
	return NULL;
}

/* Takes one option at argv[*at], with its value, and moves *at behind it. */
static int
option_take(struct options *options, char **argv, int *at)
{
	const char *argument = argv[(*at)++];
	size_t name_length = strcspn(argument, "=");
	const struct option_row *row = row_find(argument, name_length);
	const char *text = argument[name_length] == '=' ? argument + name_length + 1 : NULL;

	if (row == NULL) {
		message_print("%s: no such option; --help lists them", argument);
		return -EINVAL;
	}
	if (row->value == NULL && text != NULL) {
		message_print("%s: takes no value", row->name);
		return -EINVAL;
	}
	if (row->value != NULL && text == NULL)
		text = argv[*at] != NULL ? argv[(*at)++] : NULL;
	if (row->value != NULL && text == NULL) {
		message_print("%s: needs a value: %s", row->name, row->value);
		return -EINVAL;
	}
	return row->set(options, row, text);
}

static int
output_check(const struct options *options)
{
	if (options->output == NULL && !options->send)
		message_print("--output or --send: one of them is needed");
	else if (options->send && options->interface == NULL)
		message_print("--send: needs --interface");
	else if (!options->send && options->interface != NULL)
		message_print("--interface: is for --send only");
	else
		return 0;
	return -EINVAL;
}

static void
symbols_settle(struct options *options)
{
	struct market_settings *market = &options->market;
	uint64_t symbols = options->symbols;

	if (symbols == 0) {
		symbols = market->messages / MESSAGES_PER_SYMBOL;
		if (symbols > SYMBOLS_DEFAULT)
			symbols = SYMBOLS_DEFAULT;
		/* So short a feed that --all-types takes most of it. */
		if (market_messages_min((uint32_t)symbols, market->all_types) > market->messages)
			symbols = 0;
	}
	market->symbol_count = symbols == 0 ? 1 : (uint32_t)symbols;
}

static int
messages_check(const struct options *options)
{
	const struct market_settings *market = &options->market;
	uint64_t min = market_messages_min(market->symbol_count, market->all_types);

	if (market->messages < min)
		message_print(
			"--messages: %" PRIu64 " is below %" PRIu64 ", the least for %u symbols%s",
			market->messages,
			min,
			market->symbol_count,
			market->all_types ? " and --all-types" : ""
		);
	else if (market->messages / market->rate_hz >= FEED_SECONDS_MAX)
		message_print(
			"--rate: %" PRIu64 " is too low: %" PRIu64
			" messages would last past midnight",
			market->rate_hz,
			market->messages
		);
	else if (market->messages > OPTION_SEQUENCE_MAX - options->feed.first_sequence)
		message_print(
			"--first-sequence: %" PRIu64 " and %" PRIu64 " messages go past 2^63",
			options->feed.first_sequence,
			market->messages
		);
	else
		return 0;
	return -EINVAL;
}

/* What is checked, or follows, when all options are known. */
static int
options_settle(struct options *options)
{
	symbols_settle(options);
	options->feed.seed = options->market.seed;
	options->feed.start_ns = MARKET_START_NS;
	options->feed.mtu = (uint32_t)options->mtu;
	if (options->line_count == 0) {
		if (line_option_parse(OPTION_LINE_DEFAULT, &options->lines[0]) != 0)
			return -EINVAL;
		options->line_count = 1;
	}
	if (output_check(options) != 0)
		return -EINVAL;
	return messages_check(options);
}

static void
options_init(struct options *options)
{
	*options = (struct options){
		.market = {.seed = 1, .messages = 100000, .rate_hz = 1000000},
		.feed = {.first_sequence = 1, .heartbeat_ns = 1000000000, .session = "FEEDGEN001"},
		.mtu = 1500,
	};
	/* Addresses for documentation (RFC 5737, RFC 3849). */
	(void)endpoint_parse("192.0.2.10:26400", &options->feed.sources[false]);
	(void)endpoint_parse("[2001:db8::10]:26400", &options->feed.sources[true]);
	(void)mix_option_parse(MIX_DEFAULT, options->market.weights);
}

enum options_result
options_parse(struct options *options, int argc, char **argv)
{
	int at = 1;

	options_init(options);
	while (at < argc) {
		if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
			help_print();
			return OPTIONS_DONE;
		}
		if (strcmp(argv[at], "--version") == 0) {
			printf("leat-feedgen %s\n", LEAT_VERSION);
			return OPTIONS_DONE;
		}
		if (option_take(options, argv, &at) != 0)
			return OPTIONS_BAD;
	}
	return options_settle(options) == 0 ? OPTIONS_RUN : OPTIONS_BAD;
}
