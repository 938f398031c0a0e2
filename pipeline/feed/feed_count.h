/* SPDX-License-Identifier: BSD-3-Clause */
/* Takes one payload of a feed line apart and counts what is in it. */
#ifndef PIPELINE_FEED_FEED_COUNT_H
#define PIPELINE_FEED_FEED_COUNT_H

#include "pipeline/decode/cursor.h"
#include "pipeline/feed/feed.h"

#include <stdint.h>

/*
 * Returns 0, or -EBADMSG where the framing is broken: then no message of the payload is counted, only the reason. The
 * feed's owning worker only.
 */
int feed_payload_count(struct feed_table *table, uint16_t line, struct cursor payload);

#endif
