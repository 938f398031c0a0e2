/* SPDX-License-Identifier: BSD-3-Clause */
/* What holds of the tables of every protocol whose messages are nothing but their fields. */
#ifndef UNIT_PIPELINE_DECODE_LAYOUT_CHECK_H
#define UNIT_PIPELINE_DECODE_LAYOUT_CHECK_H

#include "pipeline/decode/message.h"

/* A row of a venue's specification, copied from there and not from the product. */
struct specified_message {
	uint8_t type;
	uint16_t length_bytes;
};

/* The lookup takes each message at its length and longer, none that is shorter, and no other type. */
void layout_check_lookup(
	const struct message_protocol *protocol,
	const struct specified_message *specified,
	unsigned n_specified
);

/* Fields cover each message without a gap from that byte on; names are unique; integers have a width that can be read. */
void layout_check_fields(const struct message_protocol *protocol, unsigned first_field_offset);

/* The message in exactly those bytes is of that type and well-formed. */
const struct message_layout *layout_check_find(
	const struct message_protocol *protocol,
	const uint8_t *bytes,
	uint32_t length,
	uint16_t type
);

#endif
