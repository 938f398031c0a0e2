/* SPDX-License-Identifier: BSD-3-Clause */
/* The day's plan, the clock, and the choice of type and symbol. */
#include "tools/feedgen/market.h"

#include "tools/feedgen/notice.h"
#include "tools/feedgen/opening.h"
#include "tools/feedgen/order_flow.h"

#include <stdlib.h>
#include <string.h>

/* Independent numbers for the market; lines use others (line.c). */
#define RANDOM_STREAM_MARKET 1

/* With --all-types, so many places in the order flow are set aside for types not yet seen. */
#define FORCED_PLACES 64U

#define CLOSING_LENGTH 3U
static const char closing_events[] = "MEC";

/*
 * Gaps between messages are near exponential, so that there are bursts, and made from integers.
 * For u uniform in (0, 1], -log2(u) is nearly k + 1 - f, where k counts the leading zeros of u
 * and f is the fraction of its mantissa; its mean is 1.5. GAP_UNIT_BITS and GAP_DRAW_BITS are the
 * fraction bits of the two factors.
 */
#define GAP_UNIT_BITS 16
#define GAP_DRAW_BITS 9
#define GAP_BITS (GAP_UNIT_BITS + GAP_DRAW_BITS)
#define GAP_ZEROS_MAX 15

static void
clock_advance(struct market *m)
{
	uint64_t bits = random_next(&m->random);
	uint64_t zeros = (uint64_t)__builtin_clzll(bits | UINT64_C(1) << (63 - GAP_ZEROS_MAX));
	uint64_t draw = ((zeros + 1) << GAP_DRAW_BITS) - (2 * (bits & 0xff) + 1);

	m->gap_fraction += draw * m->gap_unit;
	m->head.timestamp_ns += m->gap_fraction >> GAP_BITS;
	m->gap_fraction &= (UINT64_C(1) << GAP_BITS) - 1;
	if (m->head.timestamp_ns >= MARKET_MIDNIGHT_NS)
		m->head.timestamp_ns = MARKET_MIDNIGHT_NS - 1;
}

static uint64_t
flow_length(const struct market *m)
{
	return m->settings.messages - opening_length(m->settings.symbol_count) - CLOSING_LENGTH;
}

uint64_t
market_messages_min(uint32_t symbol_count, bool all_types)
{
	return opening_length(symbol_count) + (all_types ? FORCED_PLACES : 0) + CLOSING_LENGTH;
}

/* The type to write now because --all-types asks for it, or '\0'. */
static char
forced_type(struct market *m, uint64_t flow_at)
{
	if (!m->settings.all_types || m->all_types_seen)
		return '\0';
	if (flow_at % (flow_length(m) / FORCED_PLACES) != 0)
		return '\0';
	for (int i = 0; i < ITCH50_TYPE_COUNT; i++) {
		if (m->type_counts[i] == 0)
			return itch50_codes[i];
	}
	m->all_types_seen = true;
	return '\0';
}

static int
flow_write(struct market *m, uint64_t flow_at)
{
	char type = forced_type(m, flow_at);

	if (type == '\0')
		type = itch50_codes[weighted_choice_draw(&m->type_choice, &m->random)];
	if (order_flow_has(type))
		return order_flow_write(m, type);
	notice_write(m, type);
	return 0;
}

int
market_next(struct market *m)
{
	uint64_t at = m->produced++;
	uint64_t opening = opening_length(m->settings.symbol_count);
	int rc = 0;

	clock_advance(m);
	/* Nasdaq calls it an internal number; any value will do (ITCH 5.0, section 1.1). */
	m->head.tracking = (uint16_t)(at * 2);
	if (at < opening)
		opening_write(m, at);
	else if (at - opening < flow_length(m))
		rc = flow_write(m, at - opening);
	else
		opening_event_write(m, closing_events[at - opening - flow_length(m)]);
	if (rc == 0)
		m->type_counts[itch50_index((char)m->message[0])]++;
	return rc;
}

uint16_t
market_symbol_pick(struct market *m)
{
	uint32_t i = weighted_choice_draw(&m->symbol_choice, &m->random);

	m->head.locate = (uint16_t)(i + 1);
	return m->head.locate;
}

uint16_t
market_live_symbol_pick(struct market *m)
{
	struct order_book *book = m->book;

	market_symbol_pick(m);
	if (market_book(m)->count > 0)
		return m->head.locate;
	if (book->active_count == 0)
		return 0;
	m->head.locate = book->active[random_below(&m->random, book->active_count)];
	return m->head.locate;
}

const char *
market_stock(const struct market *m)
{
	return m->names[m->head.locate - 1];
}

struct symbol_book *
market_book(struct market *m)
{
	return order_book_symbol(m->book, m->head.locate);
}

uint64_t
market_match_create(struct market *m)
{
	uint32_t at = m->match_count < MARKET_MATCHES ? m->match_count++
						      : random_below(&m->random, MARKET_MATCHES);

	m->last_match += 1 + random_below(&m->random, 3);
	m->matches[at] = (struct market_match){m->last_match, m->head.locate};
	return m->last_match;
}

uint32_t
market_price(uint32_t ticks)
{
	return ticks * 100;
}

/* Zipf's law with exponent 1: the n-th symbol has 1/n of the first one's messages. */
static int
symbol_choice_init(struct market *m)
{
	uint32_t count = m->settings.symbol_count;
	uint64_t *weights = calloc(count, sizeof(*weights));
	int rc;

	if (weights == NULL)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		weights[i] = (UINT64_C(1) << 32) / (i + 1);
	rc = weighted_choice_init(&m->symbol_choice, weights, count);
	free(weights);
	return rc;
}

/* Base prices from 2 to 512 dollars, as many in each doubling. */
static void
symbols_init(struct market *m)
{
	for (uint32_t i = 0; i < m->settings.symbol_count; i++) {
		struct symbol_book *symbol = &m->book->symbols[i];
		uint32_t low = 200U << random_below(&m->random, 8);

		symbol->base_ticks = low + random_below(&m->random, low);
		symbol->touch_ticks = symbol->base_ticks;
		symbol_name_write((uint16_t)(i + 1), m->names[i]);
	}
}

struct market *
market_create(const struct market_settings *settings)
{
	struct market *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->settings = *settings;
	m->gap_unit = (UINT64_C(1000000000) << GAP_UNIT_BITS) * 2 / (3 * settings->rate_hz);
	m->head.timestamp_ns = MARKET_START_NS;
	random_seed(&m->random, settings->seed, RANDOM_STREAM_MARKET);
	m->book = order_book_create(settings->symbol_count);
	m->names = calloc(settings->symbol_count, sizeof(*m->names));
	if (m->book == NULL || m->names == NULL || symbol_choice_init(m) != 0)
		goto free_market;
	if (weighted_choice_init(&m->type_choice, settings->weights, ITCH50_TYPE_COUNT) != 0)
		goto free_market;
	symbols_init(m);
	return m;
free_market:
	market_free(m);
	return NULL;
}

void
market_free(struct market *m)
{
	if (m == NULL)
		return;
	weighted_choice_clear(&m->type_choice);
	weighted_choice_clear(&m->symbol_choice);
	free(m->names);
	order_book_free(m->book);
	free(m);
}
