/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One worker's credit at one level: what it has taken ahead of the level's shared buckets and quota.
 *
 * Every level has credit of its own, in pieces of 50 us of its own rate. So what the workers hold ahead of a bucket is 50 us
 * of it each, however many tenants are below it, and a slow one is never held ahead at all: 50 us of it is no packet.
 */
#ifndef PIPELINE_TENANT_TENANT_CREDIT_H
#define PIPELINE_TENANT_TENANT_CREDIT_H

#include "pipeline/fate.h"
#include "pipeline/tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

/* With the depth of a bucket, 1 %, and 128 workers, 0.64 %, a limit still holds within 2 % in any second. */
enum { TENANT_CREDIT_NS = 50 * 1000 };

/* The credit for what is not limited. Lasts 11 years at 100 Gbit/s. */
#define TENANT_CREDIT_ENDLESS (INT64_MAX / 2)

/* Does the level limit packets at all? */
bool tenant_credit_is_limited(const struct tenant_limits *limits);

/* After the limits have changed: what is left stays where it still is credit ahead of a limit. */
void tenant_credit_renew(struct tenant_books *books, uint16_t slot);

/* FATE_NONE, or the limit that leaves no credit for a packet of so many bytes at that level. Writes nothing. */
enum fate tenant_credit_check(struct tenant_books *books, uint16_t slot, uint32_t bytes);

/* The same, and then the level's account has credit for it. Where it is refused the account may have some of it. */
enum fate tenant_credit_take(struct tenant_books *books, uint16_t slot, uint32_t bytes);

/* Gives back what is more than a piece. */
void tenant_credit_trim(struct tenant_books *books, uint16_t slot);

#endif
