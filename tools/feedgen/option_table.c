/* SPDX-License-Identifier: BSD-3-Clause */
/* One short setter for each kind of value, and the table that says which option has which. */
#include "tools/feedgen/option_table.h"

#include "tools/feedgen/line_option.h"
#include "tools/feedgen/message.h"
#include "tools/feedgen/mix_option.h"
#include "tools/feedgen/value.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define MESSAGES_MAX UINT64_C(1000000000000)

static int
value_refuse(const struct option_row *row, const char *text, const char *wrong)
{
	message_print("%s: %s %s", row->name, text, wrong);
	return -EINVAL;
}

static int
range_check(const struct option_row *row, const char *text, uint64_t value)
{
	if (value < row->min) {
		message_print("%s: %s is below %" PRIu64, row->name, text, row->min);
		return -EINVAL;
	}
	if (value > row->max) {
		message_print("%s: %s is above %" PRIu64, row->name, text, row->max);
		return -EINVAL;
	}
	return 0;
}

static int
number_set(struct options *options, const struct option_row *row, const char *text)
{
	uint64_t *field = (uint64_t *)(void *)((char *)options + row->offset);
	const char *wrong = value_number(text, field);

	return wrong != NULL ? value_refuse(row, text, wrong) : range_check(row, text, *field);
}

static int
heartbeat_set(struct options *options, const struct option_row *row, const char *text)
{
	const char *wrong = value_time(text, &options->feed.heartbeat_ns);

	if (wrong != NULL)
		return value_refuse(row, text, wrong);
	if (options->feed.heartbeat_ns < row->min)
		return value_refuse(row, text, "is below 1us");
	return 0;
}

static int
flag_set(struct options *options, const struct option_row *row, const char *text)
{
	(void)text;
	*(bool *)((char *)options + row->offset) = true;
	return 0;
}

static int
text_set(struct options *options, const struct option_row *row, const char *text)
{
	if (text[0] == '\0')
		return value_refuse(row, "the value", "is empty");
	*(const char **)(void *)((char *)options + row->offset) = text;
	return 0;
}

static int
protocol_set(struct options *options, const struct option_row *row, const char *text)
{
	(void)options;
	if (strcmp(text, "itch50") == 0)
		return 0;
	return value_refuse(row, text, "is not itch50, the only protocol so far");
}

static int
mix_set(struct options *options, const struct option_row *row, const char *text)
{
	(void)row;
	return mix_option_parse(text, options->market.weights);
}

static int
session_set(struct options *options, const struct option_row *row, const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t length = strlen(text);

	if (length == 0 || length > MOLD_SESSION_LENGTH)
		return value_refuse(row, text, "is not 1 to 10 characters");
	if (strspn(text, allowed) != length)
		return value_refuse(row, text, "has characters other than letters, digits, - _ .");
	memset(options->feed.session, ' ', MOLD_SESSION_LENGTH);
	memcpy(options->feed.session, text, length);
	return 0;
}

static int
source_set(struct options *options, const struct option_row *row, const char *text)
{
	struct endpoint source;
	const char *wrong = endpoint_parse(text, &source);

	if (wrong != NULL)
		return value_refuse(row, text, wrong);
	if (endpoint_is_multicast(&source))
		return value_refuse(row, text, "is a multicast address");
	options->feed.sources[source.is_ipv6] = source;
	options->source_given[source.is_ipv6] = true;
	return 0;
}

static int
line_set(struct options *options, const struct option_row *row, const char *text)
{
	struct line_settings *line = &options->lines[options->line_count];

	if (options->line_count == LINES_MAX)
		return value_refuse(row, text, "is one line too many: 8 are possible");
	if (line_option_parse(text, line) != 0)
		return -EINVAL;
	for (size_t i = 0; i < options->line_count; i++) {
		if (strcmp(options->lines[i].name, line->name) == 0)
			return value_refuse(row, text, "has the name of a line before it");
	}
	options->line_count++;
	return 0;
}

#define FIELD(name) .offset = offsetof(struct options, name)

/* clang-format off */
/* Kept by hand: two or three lines for an option. */
const struct option_row option_rows[] = {
	{"--protocol", "NAME", protocol_set,
	 "itch50: Nasdaq TotalView-ITCH 5.0 in MoldUDP64", 0, 0, 0},
	{"--symbols", "N", number_set,
	 "number of symbols (default 4000, or one for 25 messages)",
	 FIELD(symbols), .min = 1, .max = MARKET_SYMBOLS_MAX},
	{"--messages", "N", number_set,
	 "number of messages (default 100000)",
	 FIELD(market.messages), .min = 1, .max = MESSAGES_MAX},
	{"--rate", "N", number_set,
	 "messages a second of feed time (default 1M)",
	 FIELD(market.rate_hz), .min = 1, .max = 1000000000},
	{"--mix", "A=45,D=40,...", mix_set,
	 "weights of types between opening and closing (default near a real day)", 0, 0, 0},
	{"--all-types", NULL, flag_set,
	 "each of the 23 types at least once", FIELD(market.all_types), 0, 0},
	{"--session", "NAME", session_set,
	 "MoldUDP64 session, up to 10 characters (default FEEDGEN001)", 0, 0, 0},
	{"--first-sequence", "N", number_set,
	 "sequence number of the first message (default 1)",
	 FIELD(feed.first_sequence), .min = 1, .max = OPTION_SEQUENCE_MAX},
	{"--seed", "N", number_set,
	 "another seed, another feed (default 1)",
	 FIELD(market.seed), .min = 0, .max = UINT64_MAX},
	{"--line", "NAME=GROUP:PORT[,loss=0.01][,delay=50us][,jitter=10us][,reorder=0.001]"
		   "[,segment=MIN-MAX]", line_set,
	 "a copy of the feed, up to 8 (default " OPTION_LINE_DEFAULT ",segment=1-12)", 0, 0, 0},
	{"--source", "ADDR:PORT", source_set,
	 "source of the packets, once for IPv4 and once for IPv6", 0, 0, 0},
	{"--output", "FILE", text_set,
	 "write a capture (nanosecond pcap); - is stdout", FIELD(output), 0, 0},
	{"--heartbeat", "TIME", heartbeat_set,
	 "a heartbeat when nothing was sent so long (default 1s)", 0, .min = 1000, .max = 0},
	{"--no-end", NULL, flag_set,
	 "no end-of-session packet", FIELD(no_end), 0, 0},
	{"--mtu", "N", number_set,
	 "largest IP packet (default 1500)",
	 FIELD(mtu), .min = 128, .max = LINE_MTU_MAX},
	{"--send", NULL, flag_set,
	 "send the feed by UDP, at its pace", FIELD(send), 0, 0},
	{"--interface", "IFNAME", text_set,
	 "interface to send from", FIELD(interface), 0, 0},
	{"--stats", "FILE", text_set,
	 "write the JSON summary there, not to stderr", FIELD(stats), 0, 0},
	{NULL, NULL, NULL, NULL, 0, 0, 0},
};
/* clang-format on */
