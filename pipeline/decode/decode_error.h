/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every way a payload can be malformed: one row each, from which come the counters, the telemetry, the tools'
 * output and the manual's table.
 *
 * Framing errors condemn the whole packet (its fate is feed_malformed); message errors only the message, because the
 * framing says where the next one starts.
 */
#ifndef PIPELINE_DECODE_DECODE_ERROR_H
#define PIPELINE_DECODE_DECODE_ERROR_H

/* X(name in the enum, name for people and scripts, help) */
#define DECODE_ERROR_TABLE(X)                                                                      \
	X(NONE, "none", "well-formed")                                                             \
	X(MOLD_HEADER_TRUNCATED,                                                                   \
	  "mold_header_truncated",                                                                 \
	  "shorter than the 20 bytes of a MoldUDP64 downstream header")                            \
	X(MOLD_BLOCK_TRUNCATED,                                                                    \
	  "mold_block_truncated",                                                                  \
	  "the message count or a block's length promises more bytes than the packet has")         \
	X(MOLD_SEQUENCE_OVERFLOW,                                                                  \
	  "mold_sequence_overflow",                                                                \
	  "a sequence number above 2^63, which no session reaches and sums could wrap from")       \
	X(MOLD_TRAILING_BYTES,                                                                     \
	  "mold_trailing_bytes",                                                                   \
	  "bytes left after the last block; counted, the messages before them are used")           \
	X(MESSAGE_EMPTY,                                                                           \
	  "message_empty",                                                                         \
	  "a zero-length block: it takes a sequence number and holds no message")                  \
	X(MESSAGE_UNKNOWN_TYPE,                                                                    \
	  "message_unknown_type",                                                                  \
	  "a message type that the specification does not list")                                   \
	X(MESSAGE_TRUNCATED,                                                                       \
	  "message_truncated",                                                                     \
	  "a message shorter than the specification's length for its type")

enum decode_error {
#define DECODE_ERROR_ENUM(id, name, help) DECODE_ERROR_##id,
	DECODE_ERROR_TABLE(DECODE_ERROR_ENUM)
#undef DECODE_ERROR_ENUM
		DECODE_ERROR_COUNT
};

struct decode_error_row {
	const char *name; /* [a-z0-9_], a telemetry key */
	const char *help;
};

extern const struct decode_error_row decode_errors[DECODE_ERROR_COUNT];

#endif
