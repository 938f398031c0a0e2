/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nasdaq TotalView-ITCH 5.0 messages, big-endian. Source: Nasdaq, "Nasdaq TotalView-ITCH 5.0" specification; the field
 * names are the specification's in snake_case, prices are Price(4) or Price(8) integers with implied decimals.
 *
 * Every message starts type@0:1, stock_locate@1:2 (0: not about one stock), tracking_number@3:2, timestamp@5:6
 * (nanoseconds since midnight, Eastern wall time).
 */
#ifndef PIPELINE_DECODE_ITCH50_H
#define PIPELINE_DECODE_ITCH50_H

#include "pipeline/decode/decoder.h"

enum {
	ITCH50_TYPES = 23,
	ITCH50_LENGTH_MAX = 50, /* the longest message, I */
};

extern const struct message_protocol itch50_protocol;

#endif
