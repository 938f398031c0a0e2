/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes the book and writes the message that says so, so that the two cannot disagree. */
#include "tools/feedgen/order_flow.h"

#include <string.h>

/* How far from the touch an order may stand; ORDER_BOOK_LEVELS must be more. */
#define OFFSET_TICKS 32U

static const char mpids[][5] = {"GSCO", "MSCO", "NITE", "UBSS", "CDRG", "JPMS", "SGAS", "VIRT"};

bool
order_flow_has(char type)
{
	return type != '\0' && strchr("AFECXDU", type) != NULL;
}

/* Most orders are a few round lots, some are odd lots, few are large. */
static uint32_t
shares_pick(struct random *random)
{
	uint32_t kind = random_below(random, 20);

	if (kind < 14)
		return 100 * (1 + random_below(random, 5));
	if (kind < 19)
		return 1 + random_below(random, 99);
	return 100 * (1 + random_below(random, 100));
}

/* Near the touch there are more orders: a product of two draws is small more often than large. */
static uint32_t
price_pick(struct random *random, const struct symbol_book *symbol, enum order_side side)
{
	uint32_t offset = random_below(random, OFFSET_TICKS) * random_below(random, OFFSET_TICKS) /
			  OFFSET_TICKS;

	if (side == ORDER_SIDE_BUY)
		return symbol->touch_ticks - offset;
	return symbol->touch_ticks + 1 + offset;
}

/* A random walk that is drawn back to the base price: a step up is likelier below it. */
static void
touch_walk(struct random *random, struct symbol_book *symbol)
{
	if (random_below(random, 4) != 0)
		return;
	order_book_touch_move(
		symbol, random_below(random, 2 * symbol->base_ticks) >= symbol->touch_ticks
	);
}

static void
order_draw(struct market *m, const struct symbol_book *symbol, struct order *order)
{
	m->last_reference += 1 + random_below(&m->random, 4);
	order->reference = m->last_reference;
	order->shares = shares_pick(&m->random);
	order->price_ticks = price_pick(&m->random, symbol, order->side);
}

static int
add_write(struct market *m, char type)
{
	struct order order = {0};
	struct itch50_add add;

	market_symbol_pick(m);
	touch_walk(&m->random, market_book(m));
	order.side = random_below(&m->random, 2) == 0 ? ORDER_SIDE_BUY : ORDER_SIDE_SELL;
	order_draw(m, market_book(m), &order);
	add = (struct itch50_add){
		.stock = market_stock(m),
		.attribution = type == 'F' ? mpids[random_below(&m->random, 8)] : NULL,
		.reference = order.reference,
		.shares = order.shares,
		.price = market_price(order.price_ticks),
		.side = order.side == ORDER_SIDE_BUY ? 'B' : 'S',
	};
	m->message_length = itch50_encode_add(m->message, &m->head, &add);
	return order_book_add(m->book, m->head.locate, &order);
}

static uint32_t
distance(const struct symbol_book *symbol, uint32_t at)
{
	uint32_t price = symbol->orders[at].price_ticks;

	return price > symbol->touch_ticks ? price - symbol->touch_ticks - 1
					   : symbol->touch_ticks - price;
}

/* Trades happen near the touch: of three orders the nearest. */
static uint32_t
executed_pick(struct random *random, const struct symbol_book *symbol)
{
	uint32_t best = random_below(random, symbol->count);

	for (int i = 0; i < 2; i++) {
		uint32_t other = random_below(random, symbol->count);

		if (distance(symbol, other) < distance(symbol, best))
			best = other;
	}
	return best;
}

static void
execute_write(struct market *m, char type)
{
	struct symbol_book *symbol = market_book(m);
	uint32_t at = executed_pick(&m->random, symbol);
	struct order *order = &symbol->orders[at];
	struct itch50_execute execute = {.reference = order->reference, .shares = order->shares};

	if (random_below(&m->random, 2) == 0)
		execute.shares = 1 + random_below(&m->random, order->shares);
	execute.match = market_match_create(m);
	if (type == 'C') { /* at a better price; one in ten not to be counted in the volume */
		execute.printable = random_below(&m->random, 10) == 0 ? 'N' : 'Y';
		execute.price = market_price(
			order->side == ORDER_SIDE_BUY ? order->price_ticks + 1
						      : order->price_ticks - 1
		);
	}
	m->message_length = itch50_encode_execute(m->message, &m->head, &execute);
	order->shares -= execute.shares;
	if (order->shares == 0)
		order_book_remove(m->book, m->head.locate, at);
}

static void
delete_write(struct market *m, uint32_t at)
{
	uint64_t reference = market_book(m)->orders[at].reference;

	m->message_length = itch50_encode_delete(m->message, &m->head, reference);
	order_book_remove(m->book, m->head.locate, at);
}

static void
cancel_write(struct market *m, uint32_t at)
{
	struct order *order = &market_book(m)->orders[at];
	uint32_t shares;

	if (order->shares == 1) { /* a cancel leaves something (ITCH 5.0, section 1.4.3) */
		delete_write(m, at);
		return;
	}
	shares = 1 + random_below(&m->random, order->shares - 1);
	m->message_length = itch50_encode_cancel(m->message, &m->head, order->reference, shares);
	order->shares -= shares;
}

static void
replace_write(struct market *m, uint32_t at)
{
	struct symbol_book *symbol = market_book(m);
	uint64_t old_reference = symbol->orders[at].reference;
	struct order order = {.side = symbol->orders[at].side};
	struct itch50_replace replace;

	order_draw(m, symbol, &order);
	replace = (struct itch50_replace){
		.old_reference = old_reference,
		.new_reference = order.reference,
		.shares = order.shares,
		.price = market_price(order.price_ticks),
	};
	m->message_length = itch50_encode_replace(m->message, &m->head, &replace);
	order_book_replace(symbol, at, &order);
}

static void
change_write(struct market *m, char type)
{
	struct symbol_book *symbol = market_book(m);

	touch_walk(&m->random, symbol);
	if (type == 'E' || type == 'C')
		execute_write(m, type);
	else if (type == 'X')
		cancel_write(m, random_below(&m->random, symbol->count));
	else if (type == 'D')
		delete_write(m, random_below(&m->random, symbol->count));
	else
		replace_write(m, random_below(&m->random, symbol->count));
}

int
order_flow_write(struct market *m, char type)
{
	bool adds = type == 'A' || type == 'F';

	if (adds && m->book->live >= ORDER_BOOK_MAX) {
		adds = false;
		type = 'D';
	}
	if (adds)
		return add_write(m, type);
	if (market_live_symbol_pick(m) == 0)
		return add_write(m, 'A');
	change_write(m, type);
	return 0;
}
