/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MoldUDP64 framing, big-endian. Source: Nasdaq, "MoldUDP64 Protocol Specification", version 1.00.
 *
 *   Session 10 bytes | Sequence Number 8 | Message Count 2 | { Message Length 2 | that many bytes } * Count
 *
 * Message Count 0 is a heartbeat and 0xFFFF the end of the session; in both the sequence number is the next expected.
 * A zero-length block is legal and takes a sequence number.
 */
#ifndef PIPELINE_DECODE_MOLDUDP64_H
#define PIPELINE_DECODE_MOLDUDP64_H

#include "pipeline/decode/framing.h"

enum {
	MOLDUDP64_HEADER_BYTES = 20,
	MOLDUDP64_COUNT_HEARTBEAT = 0,
	MOLDUDP64_COUNT_END_OF_SESSION = 0xFFFF,
};

extern const struct framing moldudp64_framing;

#endif
