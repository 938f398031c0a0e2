/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The market: decides which message comes next and when, and keeps the state that makes each
 * message follow from those before it. A day is: opening (reference data), order flow, closing.
 */
#ifndef LEAT_FEEDGEN_MARKET_H
#define LEAT_FEEDGEN_MARKET_H

#include "tools/feedgen/itch50.h"
#include "tools/feedgen/itch50_encode.h"
#include "tools/feedgen/order_book.h"
#include "tools/feedgen/random.h"
#include "tools/feedgen/symbol_name.h"
#include "tools/feedgen/weighted_choice.h"

#include <stdbool.h>
#include <stdint.h>

#define MARKET_SYMBOLS_MAX 65535U

/* Trades that a broken trade message can still refer to. */
#define MARKET_MATCHES 1024U

/* The first message is stamped 09:30 Eastern; see the sessions in ITCH 5.0, section 1.1. */
#define MARKET_START_NS (34200 * UINT64_C(1000000000))
#define MARKET_MIDNIGHT_NS (86400 * UINT64_C(1000000000))

struct market_settings {
	uint64_t seed;
	uint64_t messages;
	uint64_t rate_hz; /* messages a second of feed time */
	uint32_t symbol_count;
	bool all_types;
	uint64_t weights[ITCH50_TYPE_COUNT]; /* by itch50_index(), at most 2^48 each */
};

struct market_match {
	uint64_t number;
	uint16_t locate;
};

struct market {
	struct market_settings settings;
	struct random random;
	struct order_book *book;
	struct weighted_choice symbol_choice;
	struct weighted_choice type_choice;
	char (*names)[SYMBOL_NAME_LENGTH]; /* stock_locate 1 is names[0] */

	uint64_t gap_unit; /* see clock_advance() */
	uint64_t gap_fraction; /* of the present nanosecond */

	struct market_match matches[MARKET_MATCHES];
	uint32_t match_count;
	uint64_t last_match;
	uint64_t last_reference;
	uint16_t halted_locate; /* by message H; 0: none */
	uint16_t suspended_locate; /* by message h; 0: none */

	bool all_types_seen;
	uint64_t produced;
	uint64_t type_counts[ITCH50_TYPE_COUNT];

	/* The present message; head.timestamp_ns is the present time. */
	struct itch50_head head;
	uint8_t message[ITCH50_MESSAGE_MAX];
	size_t message_length;
};

/* The fewest messages a day of so many symbols takes. */
uint64_t market_messages_min(uint32_t symbol_count, bool all_types);

/* NULL when out of memory. */
struct market *market_create(const struct market_settings *settings);
void market_free(struct market *market);

/* Produces the next message. 0 or -ENOMEM. To be called settings.messages times at most. */
int market_next(struct market *market);

/* --- for the parts of the market --- */

/* A symbol, the busy ones more often; head.locate becomes it. */
uint16_t market_symbol_pick(struct market *market);

/* As market_symbol_pick(), but one that has live orders; 0 when none has. */
uint16_t market_live_symbol_pick(struct market *market);

/* The present message's symbol. */
const char *market_stock(const struct market *market);
struct symbol_book *market_book(struct market *market);

/* A new match number, remembered for a later broken trade. */
uint64_t market_match_create(struct market *market);

/* Price(4) of a price in ticks of 0.01. */
uint32_t market_price(uint32_t ticks);

#endif
