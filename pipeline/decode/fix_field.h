/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fields of a FIX message, one behind the other: tag=value<SOH>. Views into the message; nothing is copied.
 *
 * Only data fields may hold the delimiter. Each of them comes right behind its length field, which says where it ends
 * (FIX 4.2 and 4.4, volume 1, "Data fields"). So fields have to be walked in order; there is no way to jump.
 */
#ifndef PIPELINE_DECODE_FIX_FIELD_H
#define PIPELINE_DECODE_FIX_FIELD_H

#include "pipeline/decode/message.h"

enum {
	FIX_SOH = 0x01, /* the delimiter */
	FIX_TAG_DIGITS_MAX = 9, /* no specification has more than 6; 9 fit into 32 bits */
};

struct fix_field {
	uint32_t tag;
	uint32_t length_bytes;
	const uint8_t *value; /* up to its delimiter */
};

/*
 * The next field off the front. NONE, and the cursor stands behind the field's delimiter; else it stays. `announced` is
 * what the field before said of this one, and becomes what this one says of the next; all zero before the first.
 */
enum decode_error
fix_field_take(struct cursor *fields, struct announced_data *announced, struct fix_field *field);

/*
 * For the hot path: the first field of that tag. False where there is none before the message's end or its first fault,
 * so it may be asked of a message that nobody has checked.
 */
bool fix_field_find(const struct message *message, uint32_t tag, struct fix_field *field);

#endif
