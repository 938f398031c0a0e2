/* SPDX-License-Identifier: BSD-3-Clause */
/* The fields of a message of tags and text, as members of the line that is open. */
#ifndef TOOLS_DECODE_PRINT_TEXT_H
#define TOOLS_DECODE_PRINT_TEXT_H

#include "pipeline/decode/message.h"
#include "tools/decode/json_line.h"

/*
 * Each field under its name, and what occurs again (repeating groups) in wire order in an array `repeats` of pairs of
 * name and value. `layout` is what message_layout_find said of the message.
 */
void text_parts_print(
	struct json_line *line,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
);

#endif
