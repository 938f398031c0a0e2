/* SPDX-License-Identifier: BSD-3-Clause */
/* Token buckets as one number. */
#include "pipeline/tenant/meter.h"

#include <rte_common.h>
#include <rte_ether.h>

enum {
	COST_FRACTION_BITS = 16,
};

static const uint64_t NS_OF_S = UINT64_C(1000000000);
static const uint64_t UNITS_PER_S = UINT64_C(1000000000) * METER_UNITS_PER_NS;

/* 1/64 ns. The product has 128 bits: a token of 1/s costs 52 bits, and a take may be millions of bytes. */
static uint64_t
tokens_cost(const struct meter_rate *rate, uint64_t tokens, uint64_t rounding)
{
	return (uint64_t
	)(((__uint128_t)tokens * rate->token_cost + rounding) >> COST_FRACTION_BITS);
}

static uint64_t
tokens_cost_up(const struct meter_rate *rate, uint64_t tokens)
{
	return tokens_cost(rate, tokens, (1 << COST_FRACTION_BITS) - 1);
}

/*
 * Whole tokens: below 100/s an idle bucket of 10 ms saves nothing, since one token more than is due is more than 1 % of a
 * second there.
 */
struct meter_rate
meter_rate_deepen(const struct meter_rate *rate, uint64_t depth_ns)
{
	struct meter_rate deep = *rate;

	if (rate->per_second != 0)
		deep.depth = tokens_cost_up(
			rate, (uint64_t)((__uint128_t)rate->per_second * depth_ns / NS_OF_S)
		);
	return deep;
}

/* Rounded up, as is every cost: what rounding gives away would be beyond the limit. */
static struct meter_rate
rate_make(uint64_t per_second, uint64_t usual_take)
{
	struct meter_rate rate = {
		.per_second = per_second,
		.token_cost = ((UNITS_PER_S << COST_FRACTION_BITS) + per_second - 1) / per_second,
		.usual_take = usual_take,
	};

	return meter_rate_deepen(&rate, METER_DEPTH_NS);
}

struct meter_rate
meter_rate_make(uint64_t per_second)
{
	return rate_make(per_second, 1);
}

struct meter_rate
meter_byte_rate_make(uint64_t per_second)
{
	return rate_make(per_second, RTE_ETHER_MAX_LEN - RTE_ETHER_CRC_LEN);
}

/*
 * From when on a take is paid. What an idle bucket has saved is its depth. But between two takes of a steady stream up to
 * the cost of one is kept even where that is more: else a stream of 1.1 times a slow rate would lose, each time it came a
 * moment too early, almost all of the wait for its next packet, and get half the rate.
 */
static uint64_t
pay_from(const struct meter_rate *rate, uint64_t paid_until, uint64_t now, uint64_t cost)
{
	uint64_t depth = rate->depth;
	uint64_t kept = RTE_MAX(cost, tokens_cost_up(rate, rate->usual_take));

	return now - paid_until <= RTE_MAX(depth, kept) ? paid_until : now - depth;
}

bool
meter_take(struct meter *m, const struct meter_rate *rate, uint64_t now_ns, uint64_t tokens)
{
	uint64_t now = now_ns * METER_UNITS_PER_NS;
	uint64_t cost = tokens_cost_up(rate, tokens);
	uint64_t paid_until = __atomic_load_n(&m->paid_until, __ATOMIC_RELAXED);

	do {
		if (paid_until > now)
			return false;
	} while (!__atomic_compare_exchange_n(
		&m->paid_until,
		&paid_until,
		pay_from(rate, paid_until, now, cost) + cost,
		true,
		__ATOMIC_RELAXED,
		__ATOMIC_RELAXED
	));
	return true;
}

void
meter_give(struct meter *m, const struct meter_rate *rate, uint64_t tokens)
{
	/* Rounded down: of a part of what was taken, not more than it cost. */
	uint64_t cost = tokens_cost(rate, tokens, 0);
	uint64_t paid_until = __atomic_load_n(&m->paid_until, __ATOMIC_RELAXED);

	/* Never below 0: it would wrap to the end of time. */
	while (!__atomic_compare_exchange_n(
		&m->paid_until,
		&paid_until,
		paid_until - RTE_MIN(cost, paid_until),
		true,
		__ATOMIC_RELAXED,
		__ATOMIC_RELAXED
	))
		;
}

void
meter_forgive(struct meter *m, uint64_t now_ns)
{
	uint64_t now = now_ns * METER_UNITS_PER_NS;
	uint64_t paid_until = __atomic_load_n(&m->paid_until, __ATOMIC_RELAXED);

	while (paid_until > now &&
	       !__atomic_compare_exchange_n(
		       &m->paid_until, &paid_until, now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED
	       ))
		;
}

bool
meter_is_open(const struct meter *m, uint64_t now_ns)
{
	return __atomic_load_n(&m->paid_until, __ATOMIC_RELAXED) <= now_ns * METER_UNITS_PER_NS;
}

int64_t
meter_level(const struct meter *m, const struct meter_rate *rate, uint64_t now_ns)
{
	uint64_t now = now_ns * METER_UNITS_PER_NS;
	uint64_t paid_until = __atomic_load_n(&m->paid_until, __ATOMIC_RELAXED);
	__uint128_t saved;

	if (paid_until <= now) {
		saved = (__uint128_t)RTE_MIN(now - paid_until, rate->depth) << COST_FRACTION_BITS;
		return (int64_t)(saved / rate->token_cost);
	}
	saved = (__uint128_t)(paid_until - now) << COST_FRACTION_BITS;
	return -(int64_t)((saved + rate->token_cost - 1) / rate->token_cost);
}
