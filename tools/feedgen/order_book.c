/* SPDX-License-Identifier: BSD-3-Clause */
/* Live orders: one growing array per symbol with removal by swapping, and counts per price. */
#include "tools/feedgen/order_book.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/*
 * Prices stay well inside 0.01 to 200,000.00 (the maximum of Price(4), wire-formats.md 1.2), so
 * that an order some ticks from the touch is inside too.
 */
#define TOUCH_MIN_TICKS 100U
#define TOUCH_MAX_TICKS 19990000U

#define FIRST_CAPACITY 16U

static uint32_t *
level_of(struct symbol_book *symbol, enum order_side side, uint32_t price_ticks)
{
	return &symbol->at_level[side][price_ticks % ORDER_BOOK_LEVELS];
}

static bool
symbol_grow(struct symbol_book *symbol)
{
	uint32_t capacity = symbol->capacity == 0 ? FIRST_CAPACITY : symbol->capacity * 2;
	struct order *orders = reallocarray(symbol->orders, capacity, sizeof(*orders));

	if (orders == NULL)
		return false;
	symbol->orders = orders;
	symbol->capacity = capacity;
	return true;
}

static void
active_insert(struct order_book *book, uint16_t locate)
{
	order_book_symbol(book, locate)->active_at = book->active_count;
	book->active[book->active_count++] = locate;
}

static void
active_remove(struct order_book *book, uint16_t locate)
{
	uint32_t at = order_book_symbol(book, locate)->active_at;
	uint16_t last = book->active[--book->active_count];

	book->active[at] = last;
	order_book_symbol(book, last)->active_at = at;
}

struct order_book *
order_book_create(uint32_t symbol_count)
{
	struct order_book *book = calloc(1, sizeof(*book));

	if (book == NULL)
		return NULL;
	book->symbols = calloc(symbol_count, sizeof(*book->symbols));
	book->active = calloc(symbol_count, sizeof(*book->active));
	if (book->symbols == NULL || book->active == NULL) {
		order_book_free(book);
		return NULL;
	}
	book->symbol_count = symbol_count;
	return book;
}

void
order_book_free(struct order_book *book)
{
	if (book == NULL)
		return;
	for (uint32_t i = 0; i < book->symbol_count; i++)
		free(book->symbols[i].orders);
	free(book->active);
	free(book->symbols);
	free(book);
}

struct symbol_book *
order_book_symbol(struct order_book *book, uint16_t locate)
{
	return &book->symbols[locate - 1];
}

int
order_book_add(struct order_book *book, uint16_t locate, const struct order *order)
{
	struct symbol_book *symbol = order_book_symbol(book, locate);

	assert((order->price_ticks > symbol->touch_ticks) == (order->side == ORDER_SIDE_SELL));
	if (symbol->count == symbol->capacity && !symbol_grow(symbol))
		return -ENOMEM;
	if (symbol->count == 0)
		active_insert(book, locate);
	symbol->orders[symbol->count++] = *order;
	(*level_of(symbol, order->side, order->price_ticks))++;
	book->live++;
	return 0;
}

void
order_book_remove(struct order_book *book, uint16_t locate, uint32_t at)
{
	struct symbol_book *symbol = order_book_symbol(book, locate);
	struct order *order = &symbol->orders[at];

	(*level_of(symbol, order->side, order->price_ticks))--;
	*order = symbol->orders[--symbol->count];
	if (symbol->count == 0)
		active_remove(book, locate);
	book->live--;
}

void
order_book_replace(struct symbol_book *symbol, uint32_t at, const struct order *order)
{
	struct order *old = &symbol->orders[at];

	assert(old->side == order->side);
	(*level_of(symbol, old->side, old->price_ticks))--;
	(*level_of(symbol, order->side, order->price_ticks))++;
	*old = *order;
}

void
order_book_touch_move(struct symbol_book *symbol, bool up)
{
	uint32_t touch = symbol->touch_ticks;

	if (up && touch < TOUCH_MAX_TICKS && *level_of(symbol, ORDER_SIDE_SELL, touch + 1) == 0)
		symbol->touch_ticks = touch + 1;
	if (!up && touch > TOUCH_MIN_TICKS && *level_of(symbol, ORDER_SIDE_BUY, touch) == 0)
		symbol->touch_ticks = touch - 1;
}
