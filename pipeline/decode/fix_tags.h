/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fields of FIX: number, name, and what kind of value. Source: the field definitions of FIX 4.2 (Errata 20010501),
 * FIX 4.4 (Errata 20030618) and the session layer FIXT 1.1.
 *
 * A number has one name, that of FIX 4.4, also in messages of 4.2, where 32 was LastShares. Numbers that 4.4 gave up have
 * the name of 4.2.
 */
#ifndef PIPELINE_DECODE_FIX_TAGS_H
#define PIPELINE_DECODE_FIX_TAGS_H

#include <stdint.h>

/* The tags that framing and messages rest on. */
enum {
	FIX_BEGIN_STRING = 8,
	FIX_BODY_LENGTH = 9,
	FIX_CHECK_SUM = 10,
	FIX_MSG_TYPE = 35,
	FIX_SIGNATURE = 89,
	FIX_SIGNATURE_LENGTH = 93,
};

enum fix_kind {
	FIX_TEXT, /* all that is none of the below: strings, prices, quantities, times; also unknown tags */
	FIX_INTEGER, /* int, Length, SeqNum, NumInGroup */
	FIX_DATA_BYTES, /* Length of the data field that comes next */
	FIX_DATA, /* any bytes, the delimiter too */
	FIX_SECRET, /* text, but nothing to show to others: passwords */
};

struct fix_tag {
	const char *name;
	uint8_t kind; /* enum fix_kind */
};

/* One behind the highest number with a name. */
enum { FIX_TAGS = 1410 };

/* By number; no name where there is no such field. */
extern const struct fix_tag fix_tags[FIX_TAGS];

/* NULL where the dictionary has none, as for users' own tags. */
static inline const char *
fix_tag_name(uint32_t tag)
{
	return tag < FIX_TAGS ? fix_tags[tag].name : 0;
}

static inline enum fix_kind
fix_tag_kind(uint32_t tag)
{
	return tag < FIX_TAGS ? (enum fix_kind)fix_tags[tag].kind : FIX_TEXT;
}

/* The data field behind a FIX_DATA_BYTES. Their numbers follow each other, with one exception. */
static inline uint32_t
fix_tag_data(uint32_t length_tag)
{
	return length_tag == FIX_SIGNATURE_LENGTH ? FIX_SIGNATURE : length_tag + 1;
}

#endif
