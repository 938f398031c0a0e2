/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IEX-TP framing, little-endian. Source: Investors Exchange, "Transport Specification" (IEX-TP), version 1.
 *
 *   Version 1 byte | Reserved 1 | Message Protocol ID 2 | Channel ID 4 | Session ID 4 | Payload Length 2 | Message Count 2 |
 *   Stream Offset 8 | First Message Sequence Number 8 | Send Time 8 | { Message Length 2 | that many bytes } * Count
 *
 * A segment with neither payload nor messages is a heartbeat; its sequence number is the next expected. Each message
 * protocol has a framing of its own, so that a feed's packets are refused where they are of another one.
 */
#ifndef PIPELINE_DECODE_IEX_TP_H
#define PIPELINE_DECODE_IEX_TP_H

#include "pipeline/decode/framing.h"

enum {
	IEX_TP_HEADER_BYTES = 40,
	IEX_TP_VERSION = 1,
	IEX_TP_TOPS = 0x8003,
	IEX_TP_DEEP = 0x8004,
	IEX_TP_DEEP_PLUS = 0x8005,
};

extern const struct framing iex_tp_tops_framing;
extern const struct framing iex_tp_deep_framing;
extern const struct framing iex_tp_deep_plus_framing;

#endif
