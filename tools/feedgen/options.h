/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. */
#ifndef LEAT_FEEDGEN_OPTIONS_H
#define LEAT_FEEDGEN_OPTIONS_H

#include "tools/feedgen/line.h"
#include "tools/feedgen/market.h"

#include <stdbool.h>

struct options {
	struct market_settings market;
	struct line_feed feed;
	struct line_settings lines[LINES_MAX];
	size_t line_count;
	bool source_given[2]; /* by endpoint.is_ipv6 */
	bool no_end;
	bool send;
	const char *interface;
	const char *output; /* NULL: no capture */
	const char *stats; /* NULL: stderr */

	/* As given, before the checks that need other options. */
	uint64_t symbols; /* 0: not given */
	uint64_t mtu;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE, /* help or version was asked for and printed */
	OPTIONS_BAD, /* already reported */
};

enum options_result options_parse(struct options *options, int argc, char **argv);

#endif
