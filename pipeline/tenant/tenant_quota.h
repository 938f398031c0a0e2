/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a tenant may use in a period, as all workers together count it.
 *
 * Workers take of it before they use it, in pieces that shrink as the quota ends, and what they took counts as used: a
 * quota is never exceeded, and its last packet passes as long as there is traffic on the worker that holds the last
 * piece. A piece that was taken in one period and is used in the next counts for the first one.
 */
#ifndef PIPELINE_TENANT_TENANT_QUOTA_H
#define PIPELINE_TENANT_TENANT_QUOTA_H

#include "pipeline/tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TENANT_QUOTA_PIECE_PACKETS = 256, /* the largest pieces */
	TENANT_QUOTA_PIECE_BYTES = 256 * 1024,
};

/* Would a take of `need` succeed? Any thread. */
bool tenant_quota_has(
	const struct tenant_quota *quota,
	const struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t need
);

/*
 * Takes `need`, or more of it up to `most` while much is left. Returns how much; 0: so much is not left. A quota that
 * only counts gives always. Any lcore.
 */
uint64_t tenant_quota_take(
	const struct tenant_quota *quota,
	struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t need,
	uint64_t most
);

/* Gives back what was taken and not used; after the end of the period it is lost with it. */
void tenant_quota_give(
	const struct tenant_quota *quota,
	struct tenant_usage *usage,
	uint64_t now_unix_ns,
	uint64_t n
);

/* What is left of a level's quota in this period; UINT64_MAX: it has none. Any thread. */
uint64_t tenant_quota_left(
	const struct tenant *tenant, const struct tenant_usage *usage, uint64_t now_unix_ns
);

#endif
