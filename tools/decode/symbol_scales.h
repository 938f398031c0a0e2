/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How many decimals the prices of a symbol have, where its own messages do not say it: what earlier messages of the
 * capture have stated. Bounded: where there is no room for a symbol, its decimals stay unknown. One thread.
 */
#ifndef TOOLS_DECODE_SYMBOL_SCALES_H
#define TOOLS_DECODE_SYMBOL_SCALES_H

#include "pipeline/decode/message.h"

struct symbol_scales;

/* Empty. NULL where there is no memory; free() ends it. */
struct symbol_scales *symbol_scales_create(void);

/* Keeps what a well-formed message states, if it states decimals. */
void symbol_scales_learn(
	struct symbol_scales *scales,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
);

/* The decimals of the message's symbol; negative where they are not known. */
int symbol_scales_find(
	const struct symbol_scales *scales,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
);

#endif
