/* SPDX-License-Identifier: BSD-3-Clause */
/* Credit comes from a bucket, from a quota, or from both; a spent quota's throttle stands in for it. */
#include "pipeline/tenant/tenant_credit.h"

#include "pipeline/tenant/meter.h"
#include "pipeline/tenant/tenant_quota.h"

enum { PIECES_PER_S = 1000 * 1000 * 1000 / TENANT_CREDIT_NS };

/* What a packet needs and the account has not got; and what is taken to have it. */
struct credit {
	uint64_t packets, bytes;
};

static uint64_t
rate_piece(const struct meter_rate *rate, int64_t without)
{
	return rate->per_second != 0 ? rate->per_second / PIECES_PER_S : (uint64_t)without;
}

/* What an account may hold ahead. Quotas are taken in pieces as well, but held only as long as all goes well. */
static struct credit
credit_piece(const struct tenant_limits *l)
{
	bool packets = l->quota.unit == TENANT_QUOTA_PACKETS;
	bool bytes = l->quota.unit == TENANT_QUOTA_BYTES;

	return (struct credit){
		.packets = rate_piece(&l->packets, packets ? 0 : TENANT_CREDIT_ENDLESS),
		.bytes = rate_piece(&l->bytes, bytes ? 0 : TENANT_CREDIT_ENDLESS),
	};
}

static struct credit
credit_lack(const struct tenant_account *a, uint32_t bytes)
{
	return (struct credit){
		.packets = a->packet_credit > 0 ? 0 : 1,
		.bytes = a->byte_credit >= bytes ? 0 : (uint64_t)(bytes - a->byte_credit),
	};
}

/* The most that is to be taken. What is not lacking is not taken. */
static struct credit
credit_wanted(const struct tenant_limits *l, struct credit lack)
{
	uint64_t packets = rate_piece(&l->packets, TENANT_QUOTA_PIECE_PACKETS);
	uint64_t bytes = rate_piece(&l->bytes, TENANT_QUOTA_PIECE_BYTES);

	return (struct credit){
		.packets = lack.packets == 0 ? 0 : RTE_MAX(packets, lack.packets),
		.bytes = lack.bytes == 0 ? 0 : RTE_MAX(bytes, lack.bytes),
	};
}

/* What the quota counts of it; NULL: nothing. */
static uint64_t *
quota_part(const struct tenant_quota *quota, struct credit *c)
{
	if (quota->unit == TENANT_QUOTA_NONE)
		return NULL;
	return quota->unit == TENANT_QUOTA_PACKETS ? &c->packets : &c->bytes;
}

static bool
quota_check(const struct tenant_books *books, uint16_t slot, struct credit lack)
{
	const struct tenant_quota *quota = &books->set->tenants[slot].limits.quota;
	const struct tenant_usage *usage = &books->usage[slot];
	const uint64_t *need = quota_part(quota, &lack);

	if (need == NULL || *need == 0)
		return true;
	if (tenant_quota_has(quota, usage, books->now_unix_ns, *need))
		return true;
	return quota->spent == TENANT_SPENT_THROTTLE &&
	       meter_is_open(&usage->throttle_meter, books->now_ns);
}

/* Reduces `wanted` to what the quota gave. The throttle lets one packet pass at a time, and all its bytes are paid. */
static bool
quota_take(
	const struct tenant_books *books,
	uint16_t slot,
	struct credit lack,
	uint32_t bytes,
	struct credit *wanted
)
{
	const struct tenant_quota *quota = &books->set->tenants[slot].limits.quota;
	struct tenant_usage *usage = &books->usage[slot];
	const uint64_t *need = quota_part(quota, &lack);
	uint64_t *n = quota_part(quota, wanted);

	if (need == NULL || *need == 0)
		return true;
	*n = tenant_quota_take(quota, usage, books->now_unix_ns, *need, *n);
	if (*n != 0)
		return true;
	*n = *need;
	if (quota->spent != TENANT_SPENT_THROTTLE)
		return false;
	if (quota->unit == TENANT_QUOTA_BYTES)
		bytes = (uint32_t)*need;
	return meter_take(&usage->throttle_meter, &quota->throttle, books->now_ns, bytes);
}

static void
quota_give(const struct tenant_books *books, uint16_t slot, struct credit c)
{
	const struct tenant_quota *quota = &books->set->tenants[slot].limits.quota;
	const uint64_t *n = quota_part(quota, &c);

	if (n == NULL || *n == 0)
		return;
	/* What was more than was left came from the throttle, and is no part of the quota. */
	if (quota->spent == TENANT_SPENT_THROTTLE &&
	    !tenant_quota_has(quota, &books->usage[slot], books->now_unix_ns, *n))
		return;
	tenant_quota_give(quota, &books->usage[slot], books->now_unix_ns, *n);
}

/* A limit that there is, on something that is lacking. */
static bool
limit_acts(const struct meter_rate *rate, uint64_t n)
{
	return rate->per_second != 0 && n != 0;
}

enum fate
tenant_credit_check(struct tenant_books *books, uint16_t slot, uint32_t bytes)
{
	const struct tenant_limits *l = &books->set->tenants[slot].limits;
	const struct tenant_usage *usage = &books->usage[slot];
	struct credit lack = credit_lack(&books->accounts[slot], bytes);

	if (limit_acts(&l->packets, lack.packets) &&
	    !meter_is_open(&usage->packet_meter, books->now_ns))
		return FATE_TENANT_PPS_MAX;
	if (limit_acts(&l->bytes, lack.bytes) && !meter_is_open(&usage->byte_meter, books->now_ns))
		return FATE_TENANT_BPS_MAX;
	return quota_check(books, slot, lack) ? FATE_NONE : FATE_QUOTA_SPENT;
}

enum fate
tenant_credit_take(struct tenant_books *books, uint16_t slot, uint32_t bytes)
{
	const struct tenant_limits *l = &books->set->tenants[slot].limits;
	struct tenant_usage *usage = &books->usage[slot];
	struct tenant_account *a = &books->accounts[slot];
	struct credit lack = credit_lack(a, bytes), n = credit_wanted(l, lack);

	if (!quota_take(books, slot, lack, bytes, &n))
		return FATE_QUOTA_SPENT;
	if (limit_acts(&l->packets, n.packets) &&
	    !meter_take(&usage->packet_meter, &l->packets, books->now_ns, n.packets)) {
		quota_give(books, slot, n);
		return FATE_TENANT_PPS_MAX;
	}
	a->packet_credit += (int64_t)n.packets;
	if (limit_acts(&l->bytes, n.bytes) &&
	    !meter_take(&usage->byte_meter, &l->bytes, books->now_ns, n.bytes)) {
		if (l->quota.unit == TENANT_QUOTA_BYTES)
			quota_give(books, slot, n);
		return FATE_TENANT_BPS_MAX;
	}
	a->byte_credit += (int64_t)n.bytes;
	return FATE_NONE;
}

/* How much of a credit is beyond a piece. */
static uint64_t
credit_surplus(int64_t credit, uint64_t piece)
{
	return credit > (int64_t)piece ? (uint64_t)credit - piece : 0;
}

/* Takes what is more than a piece off the account; the quota has it back. */
static struct credit
surplus_take(struct tenant_books *books, uint16_t slot)
{
	struct tenant_account *a = &books->accounts[slot];
	struct credit piece = credit_piece(&books->set->tenants[slot].limits);
	struct credit surplus = {
		.packets = credit_surplus(a->packet_credit, piece.packets),
		.bytes = credit_surplus(a->byte_credit, piece.bytes),
	};

	quota_give(books, slot, surplus);
	a->packet_credit -= (int64_t)surplus.packets;
	a->byte_credit -= (int64_t)surplus.bytes;
	return surplus;
}

void
tenant_credit_trim(struct tenant_books *books, uint16_t slot)
{
	const struct tenant_limits *l = &books->set->tenants[slot].limits;
	struct tenant_usage *usage = &books->usage[slot];
	struct credit surplus = surplus_take(books, slot);

	if (limit_acts(&l->packets, surplus.packets))
		meter_give(&usage->packet_meter, &l->packets, surplus.packets);
	if (limit_acts(&l->bytes, surplus.bytes))
		meter_give(&usage->byte_meter, &l->bytes, surplus.bytes);
}

bool
tenant_credit_is_limited(const struct tenant_limits *l)
{
	return l->packets.per_second != 0 || l->bytes.per_second != 0 ||
	       l->quota.unit != TENANT_QUOTA_NONE;
}

/* Credit of what was not limited is none of what is. */
static int64_t
credit_kept(int64_t credit, uint64_t piece)
{
	if (piece >= (uint64_t)TENANT_CREDIT_ENDLESS)
		return TENANT_CREDIT_ENDLESS;
	return credit < TENANT_CREDIT_ENDLESS / 2 ? credit : 0;
}

void
tenant_credit_renew(struct tenant_books *books, uint16_t slot)
{
	struct tenant_account *a = &books->accounts[slot];
	struct credit piece = credit_piece(&books->set->tenants[slot].limits);

	a->packet_credit = credit_kept(a->packet_credit, piece.packets);
	a->byte_credit = credit_kept(a->byte_credit, piece.bytes);
	/* Not to the buckets: under other limits it was not taken from them, or at another price. */
	(void)surplus_take(books, slot);
}
