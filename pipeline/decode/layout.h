/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What stands where in a message: layouts as data.
 *
 * A protocol's header holds one list a message, in wire order:
 *
 *	#define ITCH50_ORDER_DELETE_MESSAGE(F, M)                       \
 *		F(M, stock_locate, 1, 2, UINT_BE, 0)                    \
 *		...
 *
 * and one list of its messages. From the same lists come the tables that check bounds and name fields (LAYOUT_MESSAGE) and
 * the accessors of the hot path (LAYOUT_ACCESSORS): itch50_order_delete_message_stock_locate(bytes). So neither can
 * disagree with the other, nor with the manual, which is printed from the tables.
 */
#ifndef PIPELINE_DECODE_LAYOUT_H
#define PIPELINE_DECODE_LAYOUT_H

#include "pipeline/decode/cursor.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* Byte order is part of the kind. */
enum field_kind {
	FIELD_UINT_BE,
	FIELD_UINT_LE,
	FIELD_INT_BE, /* two's complement */
	FIELD_INT_LE,
	FIELD_ASCII, /* left-justified, padded with spaces or NULs */
	FIELD_BYTES, /* opaque: padding, reserved */
	FIELD_SECRET, /* as ASCII, but nothing to show to others: passwords */
};

/* For `decimals`: the price scale of the message's symbol, which another message states. */
enum { FIELD_DECIMALS_OF_SYMBOL = 0xFF };

struct field_layout {
	const char *name; /* as in the venue's specification */
	uint16_t offset; /* bytes from the first one of the message or group entry */
	uint8_t width; /* bytes; integers at most 8 */
	uint8_t kind; /* enum field_kind */
	uint8_t decimals; /* implied decimals of a price; 0 for all else */
};

/* Entries behind a message's own fields: a repeating group, or what may be appended. */
struct group_layout {
	const char *name;
	const struct field_layout *fields;
	uint8_t n_fields;
	uint8_t dimension_bytes; /* of the header on the wire that says how wide an entry is and how many there are */
};

struct message_layout {
	const char *name; /* as in the venue's specification */
	const struct field_layout *fields;
	const struct group_layout *groups; /* in wire order; NULL where there are none */
	uint8_t n_fields;
	uint8_t n_groups;
	uint16_t
		type; /* as the message says it, below 256; where types are text, a row of the table */
	uint16_t length_bytes; /* at least so long; venues let messages grow at their end */
	const char *type_text; /* where types are text (FIX), else NULL */
};

/* An integer field of 1 to 8 bytes. With constant arguments this is one load. */
static inline uint64_t
layout_uint(const uint8_t *at, unsigned width, enum field_kind kind)
{
	bool big = kind == FIELD_UINT_BE || kind == FIELD_INT_BE;

	switch (width) {
	case 1:
		return at[0];
	case 2:
		return big ? read_be16(at) : read_le16(at);
	case 4:
		return big ? read_be32(at) : read_le32(at);
	case 8:
		return big ? read_be64(at) : read_le64(at);
	default:
		return big ? read_be(at, width) : read_le(at, width);
	}
}

/* The same of a signed field. */
static inline int64_t
layout_int(const uint8_t *at, unsigned width, enum field_kind kind)
{
	unsigned unused_bits = 64 - 8 * width;

	return (int64_t)(layout_uint(at, width, kind) << unused_bits) >> unused_bits;
}

/* Whether an entry or message of so many bytes has the field: older senders' end before newer fields. */
static inline bool
field_present(const struct field_layout *field, size_t length_bytes)
{
	return (size_t)field->offset + field->width <= length_bytes;
}

/* F for the accessors. The caller has checked the message's length. */
#define LAYOUT_ACCESSOR(message, field, at, bytes, kind, decimals)                                 \
	static inline __attribute__((unused))                                                      \
	LAYOUT_TYPE_##kind message##_##field(const uint8_t *message_bytes)                         \
	{                                                                                          \
		return LAYOUT_READ_##kind(message_bytes + (at), bytes);                            \
	}
#define LAYOUT_TYPE_UINT_BE uint64_t
#define LAYOUT_TYPE_UINT_LE uint64_t
#define LAYOUT_TYPE_INT_BE int64_t
#define LAYOUT_TYPE_INT_LE int64_t
#define LAYOUT_TYPE_ASCII const uint8_t *
#define LAYOUT_TYPE_BYTES const uint8_t *
#define LAYOUT_TYPE_SECRET const uint8_t *
#define LAYOUT_READ_UINT_BE(at, bytes) layout_uint(at, bytes, FIELD_UINT_BE)
#define LAYOUT_READ_UINT_LE(at, bytes) layout_uint(at, bytes, FIELD_UINT_LE)
#define LAYOUT_READ_INT_BE(at, bytes) layout_int(at, bytes, FIELD_INT_BE)
#define LAYOUT_READ_INT_LE(at, bytes) layout_int(at, bytes, FIELD_INT_LE)
#define LAYOUT_READ_ASCII(at, bytes) (at)
#define LAYOUT_READ_BYTES(at, bytes) (at)
#define LAYOUT_READ_SECRET(at, bytes) (at)

/* F for the tables. */
#define LAYOUT_FIELD(message, field, at, bytes, field_kind, implied_decimals)                      \
	{.name = #field,                                                                           \
	 .offset = (at),                                                                           \
	 .width = (bytes),                                                                         \
	 .kind = FIELD_##field_kind,                                                               \
	 .decimals = (implied_decimals)},

/* F that refuses to compile a field behind the message's stated end. */
#define LAYOUT_FIELD_FITS(message, field, at, bytes, kind, decimals)                               \
	static_assert((at) + (bytes) <= message##_BYTES, #field " ends behind the message");

/* For a list of messages: X(protocol, type, message, length, FIELDS). In the header: */
#define LAYOUT_ACCESSORS(protocol, code, message, length, FIELDS)                                  \
	enum { protocol##_##message##_BYTES = (length) };                                          \
	FIELDS(LAYOUT_FIELD_FITS, protocol##_##message)                                            \
	FIELDS(LAYOUT_ACCESSOR, protocol##_##message)

/* In the source file, first the fields of each message, */
#define LAYOUT_FIELDS(protocol, code, message, length, FIELDS)                                     \
	static const struct field_layout message##_fields[] = {                                    \
		FIELDS(LAYOUT_FIELD, protocol##_##message)};

/* then, in an array indexed by type, the messages. */
#define LAYOUT_MESSAGE(protocol, code, message, length, FIELDS)                                    \
	[code] = &(const struct message_layout){                                                   \
		.name = #message,                                                                  \
		.fields = message##_fields,                                                        \
		.n_fields = sizeof(message##_fields) / sizeof(message##_fields[0]),                \
		.type = (code),                                                                    \
		.length_bytes = (length),                                                          \
	},

#endif
