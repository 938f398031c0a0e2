/* SPDX-License-Identifier: BSD-3-Clause */
/* Values are of the kind and size seen on a real day; consumers cannot check more of them. */
#include "tools/feedgen/notice.h"

#include <assert.h>

/* Circuit breaker levels: 7, 13 and 20 per cent below an index of 5,000 (Price(8)). */
static const uint64_t mwcb_levels[3] = {465000000000, 435000000000, 400000000000};

static uint32_t
touch_price(struct market *m)
{
	return market_price(market_book(m)->touch_ticks);
}

static char
pick(struct market *m, const char *values, uint32_t count)
{
	return values[random_below(&m->random, count)];
}

/* One in ten symbols is a fund, one in three is in tier 1; fixed by the locate, as R may repeat. */
static size_t
directory_write(struct market *m)
{
	uint16_t locate = m->head.locate;
	struct itch50_directory directory = {
		.stock = market_stock(m),
		.market_category = "QGSNPZ"[locate % 6],
		.round_lot_shares = 100,
		.issue_classification = locate % 10 == 9 ? 'Q' : 'C',
		.ipo_flag = 'N',
		.luld_tier = locate % 3 == 1 ? '1' : '2',
		.etp_flag = locate % 10 == 9 ? 'Y' : 'N',
	};

	return itch50_encode_directory(m->message, &m->head, &directory);
}

/* One stock at a time is halted; the next message of this type lets it trade again. */
static size_t
trading_action_write(struct market *m)
{
	bool resumes = m->halted_locate != 0;

	if (resumes)
		m->head.locate = m->halted_locate;
	m->halted_locate = resumes ? 0 : m->head.locate;
	return itch50_encode_trading_action(
		m->message,
		&m->head,
		market_stock(m),
		resumes ? 'T' : 'H',
		resumes ? "    " : "T1  "
	);
}

static size_t
operational_halt_write(struct market *m)
{
	bool resumes = m->suspended_locate != 0;

	if (resumes)
		m->head.locate = m->suspended_locate;
	m->suspended_locate = resumes ? 0 : m->head.locate;
	return itch50_encode_operational_halt(
		m->message, &m->head, market_stock(m), resumes ? 'T' : 'H'
	);
}

static size_t
participant_write(struct market *m)
{
	static const char mpids[][5] = {"CDRG", "NITE", "ETMM", "GTSM"};

	return itch50_encode_participant(
		m->message, &m->head, mpids[random_below(&m->random, 4)], market_stock(m)
	);
}

static size_t
ipo_quoting_write(struct market *m)
{
	uint32_t release_time_s = (uint32_t)(m->head.timestamp_ns / 1000000000) + 900;

	return itch50_encode_ipo_quoting(
		m->message, &m->head, market_stock(m), release_time_s, touch_price(m)
	);
}

/* Collars 5 per cent around the reference price. */
static size_t
collar_write(struct market *m)
{
	uint32_t price = touch_price(m);
	struct itch50_collar collar = {
		.stock = market_stock(m),
		.reference_price = price,
		.upper_price = price + price / 20,
		.lower_price = price - price / 20,
		.extension = random_below(&m->random, 4),
	};

	return itch50_encode_collar(m->message, &m->head, &collar);
}

/* Draws stand in statements of their own: C leaves the order within an initializer open. */
static size_t
trade_write(struct market *m)
{
	struct itch50_trade trade = {.stock = market_stock(m), .price = touch_price(m)};

	trade.match = market_match_create(m);
	trade.shares = 1 + random_below(&m->random, 1000);
	return itch50_encode_trade(m->message, &m->head, &trade);
}

static size_t
cross_trade_write(struct market *m)
{
	struct itch50_trade trade = {.stock = market_stock(m), .price = touch_price(m)};

	trade.match = market_match_create(m);
	trade.shares = 100 * (1 + random_below(&m->random, 10000));
	trade.cross_type = pick(m, "OCH", 3);
	return itch50_encode_cross_trade(m->message, &m->head, &trade);
}

static size_t
imbalance_write(struct market *m)
{
	uint32_t price = touch_price(m);
	struct itch50_imbalance imbalance = {.stock = market_stock(m), .reference_price = price};

	imbalance.paired_shares = 100 * (uint64_t)random_below(&m->random, 10000);
	imbalance.direction = pick(m, "BSN", 3);
	if (imbalance.direction != 'N')
		imbalance.imbalance_shares = 1 + random_below(&m->random, 100000);
	imbalance.far_price = price + market_price(random_below(&m->random, 10));
	imbalance.near_price = price + market_price(random_below(&m->random, 5));
	imbalance.cross_type = pick(m, "OC", 2);
	imbalance.variation = pick(m, "L12", 3);
	return itch50_encode_imbalance(m->message, &m->head, &imbalance);
}

static size_t
discovery_write(struct market *m)
{
	uint32_t price = touch_price(m);
	struct itch50_discovery discovery = {
		.stock = market_stock(m),
		.eligibility = pick(m, "NY", 2),
		.minimum_price = price - price / 5,
		.maximum_price = price + price / 5,
		.near_price = price,
		.near_time_ns = m->head.timestamp_ns,
		.lower_collar_price = price - price / 10,
		.upper_collar_price = price + price / 10,
	};

	return itch50_encode_discovery(m->message, &m->head, &discovery);
}

static size_t
reg_sho_write(struct market *m)
{
	/* In the day a stock comes under the price test after a drop. */
	return itch50_encode_reg_sho(m->message, &m->head, market_stock(m), '1');
}

static size_t
retail_interest_write(struct market *m)
{
	char interest = pick(m, "BSAN", 4);

	return itch50_encode_retail_interest(m->message, &m->head, market_stock(m), interest);
}

void
notice_symbol_write(struct market *m, char type)
{
	static size_t (*const writers[128])(struct market *) = {
		['R'] = directory_write,
		['H'] = trading_action_write,
		['Y'] = reg_sho_write,
		['L'] = participant_write,
		['K'] = ipo_quoting_write,
		['J'] = collar_write,
		['h'] = operational_halt_write,
		['P'] = trade_write,
		['Q'] = cross_trade_write,
		['I'] = imbalance_write,
		['N'] = retail_interest_write,
		['O'] = discovery_write,
	};

	assert(writers[(unsigned char)type] != NULL);
	m->message_length = writers[(unsigned char)type](m);
}

static void
broken_trade_write(struct market *m)
{
	uint32_t at = random_below(&m->random, m->match_count);
	struct market_match match = m->matches[at];

	m->matches[at] = m->matches[--m->match_count]; /* a trade is broken once */
	m->head.locate = match.locate;
	m->message_length = itch50_encode_broken_trade(m->message, &m->head, match.number);
}

static void
mwcb_write(struct market *m, char type)
{
	m->head.locate = 0; /* the whole market */
	if (type == 'V')
		m->message_length = itch50_encode_mwcb_levels(m->message, &m->head, mwcb_levels);
	else
		m->message_length =
			itch50_encode_mwcb_status(m->message, &m->head, pick(m, "123", 3));
}

void
notice_write(struct market *m, char type)
{
	if (type == 'V' || type == 'W') {
		mwcb_write(m, type);
		return;
	}
	if (type == 'B' && m->match_count > 0) {
		broken_trade_write(m);
		return;
	}
	market_symbol_pick(m);
	notice_symbol_write(m, type == 'B' ? 'P' : type);
}
