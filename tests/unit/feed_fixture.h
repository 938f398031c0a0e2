/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of feeds for tests, and packets of their lines. Needs eal_fixture_setup. */
#ifndef UNIT_FEED_FIXTURE_H
#define UNIT_FEED_FIXTURE_H

#include "pipeline/feed/feed.h"
#include "tests/unit/packet_builder.h"
#include "tests/unit/pipeline/decode/mold_builder.h"

/* The destination addresses of the builder's packets. */
extern const union packet_address feed_fixture_group4;
extern const union packet_address feed_fixture_group6;

enum { FEED_FIXTURE_DPORT = 26477 };

/* A line of feed 0 on that port, to the builder's destination. */
struct feed_line feed_fixture_line4(uint16_t port, uint16_t dst_port);
struct feed_line feed_fixture_line6(uint16_t port, uint16_t dst_port);

/* An indexed table of these lines, whose feeds are all itch50. Never NULL: the test fails instead. */
struct feed_table *
feed_fixture_table(const struct feed_line *lines, uint16_t n_lines, uint16_t n_feeds);

/* A UDP packet to the builder's destination with that payload. */
void feed_fixture_packet4(
	struct packet_builder *b, uint16_t dst_port, const struct mold_builder *payload
);
void feed_fixture_packet6(
	struct packet_builder *b, uint16_t dst_port, const struct mold_builder *payload
);

#endif
