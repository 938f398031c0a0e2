/* SPDX-License-Identifier: BSD-3-Clause */
/* What holds for the table of any protocol, against the types and lengths of its specification. */
#ifndef UNIT_PIPELINE_DECODE_LAYOUT_CHECK_H
#define UNIT_PIPELINE_DECODE_LAYOUT_CHECK_H

#include "pipeline/decode/message.h"

struct specified {
	uint8_t type;
	uint16_t length_bytes; /* of the shortest legal message */
	uint16_t fields_end; /* bytes in front of what may be appended; as long as the message: 0 */
};

/* All types of one protocol. */
struct specification {
	const struct message_protocol *protocol;
	const struct specified *rows;
	unsigned n_rows;
	unsigned fields_at; /* where the first field is; 0: behind a type of one byte */
};

/* Looks up a message of zeros behind its type; its bytes end where its memory does. */
void assert_lookup(
	const struct message_protocol *protocol,
	unsigned type,
	uint16_t length,
	enum decode_error expected
);

void assert_types_are_the_specified_ones(const struct specification *specification);
void assert_lengths_are_the_specified_ones(const struct specification *specification);
void assert_every_shorter_length_is_truncated(const struct specification *specification);
void assert_fields_cover_each_message(const struct specification *specification);
void assert_names_are_unique_and_in_snake_case(const struct specification *specification);

/* All of the above, of messages that may grow; longer ones are accepted. */
void assert_messages_are_the_specified_ones(const struct specification *specification);

/* The message in exactly those bytes is of that type and well-formed. */
void assert_type_of(
	const struct message_protocol *protocol,
	const uint8_t *bytes,
	uint32_t length,
	uint16_t type
);

/* Integers whose name says price or offset have that many decimals, all else none. */
void assert_decimals_of_prices(const struct specification *specification, unsigned decimals);

#endif
