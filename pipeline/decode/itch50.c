/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of ITCH 5.0, from the lists of its header. */
#include "pipeline/decode/itch50.h"

ITCH50_MESSAGES(LAYOUT_FIELDS)

static const struct message_layout *const layouts[256] = {ITCH50_MESSAGES(LAYOUT_MESSAGE)};

const struct message_protocol itch50_protocol = {
	.name = "itch50",
	.layouts = layouts,
	.type_form = TYPE_CHARACTER,
};
