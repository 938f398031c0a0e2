/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The live orders of all symbols. Every operation is O(1); memory is bounded by ORDER_BOOK_MAX.
 *
 * The book of a symbol is never crossed: bids stand at or below its touch, asks above it, and the
 * touch moves only through levels that hold no order.
 */
#ifndef LEAT_FEEDGEN_ORDER_BOOK_H
#define LEAT_FEEDGEN_ORDER_BOOK_H

#include <stdbool.h>
#include <stdint.h>

/* A little over the peak of a real day: 1,647,972 live orders (wire-formats.md 1.2). */
#define ORDER_BOOK_MAX 2000000U

#define ORDER_BOOK_LEVELS 64

enum order_side {
	ORDER_SIDE_BUY,
	ORDER_SIDE_SELL,
};

struct order {
	uint64_t reference;
	uint32_t price_ticks; /* of 0.01 */
	uint32_t shares; /* never 0 */
	enum order_side side;
};

struct symbol_book {
	struct order *orders; /* in no order; a removed one is replaced by the last */
	uint32_t count;
	uint32_t capacity;
	uint32_t active_at; /* own place in order_book.active, when count is not 0 */
	uint32_t touch_ticks;
	uint32_t base_ticks; /* what the touch returns to */

	/*
	 * Orders at a price, per side, at price_ticks modulo ORDER_BOOK_LEVELS. Two prices that
	 * share a cell can only make the touch stand still, never cross an order.
	 */
	uint32_t at_level[2][ORDER_BOOK_LEVELS];
};

struct order_book {
	struct symbol_book *symbols; /* stock_locate 1 is symbols[0] */
	uint32_t symbol_count;
	uint16_t *active; /* locates of the symbols that have orders */
	uint32_t active_count;
	uint32_t live;
};

/* NULL when out of memory. */
struct order_book *order_book_create(uint32_t symbol_count);
void order_book_free(struct order_book *book);

struct symbol_book *order_book_symbol(struct order_book *book, uint16_t locate);

/* 0 or -ENOMEM. The price must be on the order's side of the touch. */
int order_book_add(struct order_book *book, uint16_t locate, const struct order *order);

void order_book_remove(struct order_book *book, uint16_t locate, uint32_t at);

/* Puts another order, of the same side, in the place of one. */
void order_book_replace(struct symbol_book *symbol, uint32_t at, const struct order *order);

/* Moves the touch by one tick where orders and limits allow. */
void order_book_touch_move(struct symbol_book *symbol, bool up);

#endif
