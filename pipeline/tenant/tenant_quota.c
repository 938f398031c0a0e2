/* SPDX-License-Identifier: BSD-3-Clause */
/* Periods, and what is used in them. */
#include "pipeline/tenant/tenant_quota.h"

/* Of what is left one take gets at most this part, unless it needs more: so pieces shrink as the quota ends. */
enum { QUOTA_PIECES = 1024 };

/* A period as usage->quota_period names it: with the unit, so that a count of bytes is never read as one of packets. */
enum { PERIOD_STEP = 4 };

static uint64_t
quota_period(const struct tenant_quota *quota, uint64_t now_unix_ns)
{
	return now_unix_ns / quota->period_ns * PERIOD_STEP + quota->unit;
}

/* Not over: `period` itself, and the one after, which another worker saw begin by a clock a little ahead of ours. */
static bool
period_is_over(uint64_t counted, uint64_t period)
{
	return counted != period && counted != period + PERIOD_STEP;
}

/*
 * The worker that begins a period takes off what was used in the one before. Whatever others take meanwhile is counted on
 * top and stays: at worst a packet is refused in the few nanoseconds before the old use is off.
 */
static void
period_begin(struct tenant_usage *usage, uint64_t period)
{
	uint64_t counted = __atomic_load_n(&usage->quota_period, __ATOMIC_ACQUIRE);
	uint64_t used = __atomic_load_n(&usage->quota_used, __ATOMIC_ACQUIRE);

	if (!period_is_over(counted, period))
		return;
	if (__atomic_compare_exchange_n(
		    &usage->quota_period,
		    &counted,
		    period,
		    false,
		    __ATOMIC_ACQ_REL,
		    __ATOMIC_RELAXED
	    ))
		__atomic_fetch_sub(&usage->quota_used, used, __ATOMIC_ACQ_REL);
}

static uint64_t
amount_left(const struct tenant_quota *quota, uint64_t used)
{
	/* Below 0 for a moment where something was given back while a period began. */
	if ((int64_t)used < 0)
		return quota->amount;
	return used < quota->amount ? quota->amount - used : 0;
}

static uint64_t
quota_left(const struct tenant_quota *quota, const struct tenant_usage *usage, uint64_t now_unix_ns)
{
	uint64_t used = __atomic_load_n(&usage->quota_used, __ATOMIC_ACQUIRE);
	uint64_t counted = __atomic_load_n(&usage->quota_period, __ATOMIC_ACQUIRE);

	if (period_is_over(counted, quota_period(quota, now_unix_ns)))
		return quota->amount;
	return amount_left(quota, used);
}

bool
tenant_quota_has(
	const struct tenant_quota *quota,
	const struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t need
)
{
	return quota->spent == TENANT_SPENT_PASS || quota_left(quota, usage, now_unix_ns) >= need;
}

/* How much one take gets; 0: too little is left. */
static uint64_t
piece_size(const struct tenant_quota *quota, uint64_t left, uint64_t need, uint64_t most)
{
	uint64_t piece = RTE_MIN(left / QUOTA_PIECES, most);

	if (need > left && quota->spent != TENANT_SPENT_PASS)
		return 0;
	return RTE_MAX(piece, need);
}

uint64_t
tenant_quota_take(
	const struct tenant_quota *quota,
	struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t need,
	uint64_t most
)
{
	uint64_t used, n;

	period_begin(usage, quota_period(quota, now_unix_ns));
	used = __atomic_load_n(&usage->quota_used, __ATOMIC_ACQUIRE);
	do {
		n = piece_size(quota, amount_left(quota, used), need, most);
		if (n == 0)
			return 0;
	} while (!__atomic_compare_exchange_n(
		&usage->quota_used, &used, used + n, true, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE
	));
	return n;
}

void
tenant_quota_give(
	const struct tenant_quota *quota,
	struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t n
)
{
	uint64_t used = __atomic_load_n(&usage->quota_used, __ATOMIC_ACQUIRE);

	do {
		uint64_t counted = __atomic_load_n(&usage->quota_period, __ATOMIC_ACQUIRE);

		if (counted != quota_period(quota, now_unix_ns) || used < n)
			return;
	} while (!__atomic_compare_exchange_n(
		&usage->quota_used, &used, used - n, true, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE
	));
}

uint64_t
tenant_quota_left(
	const struct tenant *tenant, const struct tenant_usage *usage, uint64_t now_unix_ns
)
{
	if (tenant->limits.quota.unit == TENANT_QUOTA_NONE)
		return UINT64_MAX;
	return quota_left(&tenant->limits.quota, usage, now_unix_ns);
}
