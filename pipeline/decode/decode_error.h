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
	X(IEX_HEADER_TRUNCATED,                                                                    \
	  "iex_header_truncated",                                                                  \
	  "shorter than the 40 bytes of an IEX-TP header")                                         \
	X(IEX_VERSION, "iex_version", "an IEX-TP version other than 1")                            \
	X(IEX_PROTOCOL_ID, "iex_protocol_id", "a message protocol id other than the feed's")       \
	X(IEX_PAYLOAD_LENGTH,                                                                      \
	  "iex_payload_length",                                                                    \
	  "the header promises more payload than the packet has")                                  \
	X(IEX_BLOCK_TRUNCATED,                                                                     \
	  "iex_block_truncated",                                                                   \
	  "the message count or a message's length promises more bytes than the payload has")      \
	X(IEX_SEQUENCE_OVERFLOW,                                                                   \
	  "iex_sequence_overflow",                                                                 \
	  "a sequence number above 2^63, which no session reaches and sums could wrap from")       \
	X(IEX_TRAILING_BYTES,                                                                      \
	  "iex_trailing_bytes",                                                                    \
	  "bytes left after the last message; counted, the messages before them are used")         \
	X(CME_HEADER_TRUNCATED,                                                                    \
	  "cme_header_truncated",                                                                  \
	  "shorter than the 12 bytes of an MDP 3.0 packet header")                                 \
	X(CME_MESSAGE_SIZE,                                                                        \
	  "cme_message_size",                                                                      \
	  "a message size that is below 10 or reaches beyond the packet")                          \
	X(CME_SCHEMA, "cme_schema", "a message of another SBE schema than 1")                      \
	X(CME_BLOCK_LENGTH, "cme_block_length", "a root block that reaches beyond its message")    \
	X(CME_GROUP_TRUNCATED,                                                                     \
	  "cme_group_truncated",                                                                   \
	  "a repeating group that reaches beyond its message")                                     \
	X(CME_ENTRY_LENGTH_ZERO,                                                                   \
	  "cme_entry_length_zero",                                                                 \
	  "a repeating group with entries of no bytes")                                            \
	X(PITCH_HEADER_TRUNCATED,                                                                  \
	  "pitch_header_truncated",                                                                \
	  "shorter than the 8 bytes of a sequenced unit header")                                   \
	X(PITCH_LENGTH,                                                                            \
	  "pitch_length",                                                                          \
	  "a unit header whose length is below 8 or beyond the packet")                            \
	X(PITCH_BLOCK_TRUNCATED,                                                                   \
	  "pitch_block_truncated",                                                                 \
	  "the message count or a message's length promises more bytes than the unit has, or the " \
	  "length is below 2")                                                                     \
	X(PITCH_SEQUENCE_OVERFLOW,                                                                 \
	  "pitch_sequence_overflow",                                                               \
	  "a sequence number from which the message count wraps 32 bits")                          \
	X(PITCH_TRAILING_BYTES,                                                                    \
	  "pitch_trailing_bytes",                                                                  \
	  "bytes left after the last message; counted, the messages before them are used")         \
	X(PILLAR_HEADER_TRUNCATED,                                                                 \
	  "pillar_header_truncated",                                                               \
	  "shorter than the 16 bytes of a Pillar packet header")                                   \
	X(PILLAR_PACKET_SIZE,                                                                      \
	  "pillar_packet_size",                                                                    \
	  "a packet size that is below 16 or beyond the packet")                                   \
	X(PILLAR_DELIVERY_FLAG,                                                                    \
	  "pillar_delivery_flag",                                                                  \
	  "a delivery flag that the specification does not list")                                  \
	X(PILLAR_BLOCK_TRUNCATED,                                                                  \
	  "pillar_block_truncated",                                                                \
	  "the message count or a message's size promises more bytes than the packet has, or the " \
	  "size is below 4")                                                                       \
	X(PILLAR_SEQUENCE_OVERFLOW,                                                                \
	  "pillar_sequence_overflow",                                                              \
	  "a sequence number from which the message count wraps 32 bits")                          \
	X(PILLAR_TRAILING_BYTES,                                                                   \
	  "pillar_trailing_bytes",                                                                 \
	  "bytes left after the last message; counted, the messages before them are used")         \
	X(SOUP_LENGTH_ZERO, "soup_length_zero", "a logical packet of length 0, which has no type") \
	X(SOUP_TYPE, "soup_type", "a packet type that the sending side does not have")             \
	X(OUCH_APPENDAGE_TRUNCATED,                                                                \
	  "ouch_appendage_truncated",                                                              \
	  "an appendage or an item of it that reaches beyond the message")                         \
	X(OUCH_APPENDAGE_ITEM,                                                                     \
	  "ouch_appendage_item",                                                                   \
	  "an appendage item without a tag, or too short for its tag")                             \
	X(FIX_BEGIN_STRING, "fix_begin_string", "does not begin with 8=FIX.n.m or 8=FIXT.n.m")     \
	X(FIX_BODY_LENGTH,                                                                         \
	  "fix_body_length",                                                                       \
	  "no body length in the second field, not the one that leads to the checksum, or one of " \
	  "a message above 65,535 bytes")                                                          \
	X(FIX_MESSAGE_TYPE, "fix_message_type", "the third field is not the message type")         \
	X(FIX_CHECKSUM_FORMAT, "fix_checksum_format", "a checksum that is not three digits")       \
	X(FIX_CHECKSUM, "fix_checksum", "a checksum that is not the sum of the bytes before it")   \
	X(FIX_CHECKSUM_PLACE,                                                                      \
	  "fix_checksum_place",                                                                    \
	  "a checksum field before the end of the message")                                        \
	X(FIX_TAG, "fix_tag", "a field that does not start with a tag number and =")               \
	X(FIX_VALUE_EMPTY, "fix_value_empty", "a field without a value")                           \
	X(FIX_DATA_LENGTH,                                                                         \
	  "fix_data_length",                                                                       \
	  "a data field without its length field before it, or that does not end where that says") \
	X(STREAM_MESSAGE_TOO_LONG,                                                                 \
	  "stream_message_too_long",                                                               \
	  "a message over several TCP segments that is longer than streams may put together")      \
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
