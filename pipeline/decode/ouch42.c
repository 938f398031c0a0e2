/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of OUCH 4.2, from the lists of its header. */
#include "pipeline/decode/ouch42.h"

OUCH42_REQUESTS(LAYOUT_FIELDS)
OUCH42_MESSAGES(LAYOUT_FIELDS)

static const struct message_layout *const request_layouts[256] = {OUCH42_REQUESTS(LAYOUT_MESSAGE)};
static const struct message_layout *const layouts[256] = {OUCH42_MESSAGES(LAYOUT_MESSAGE)};

const struct message_protocol ouch42_protocol = {
	.name = "ouch42",
	.layouts = layouts,
	.type_form = TYPE_CHARACTER,
};

const struct message_protocol ouch42_request_protocol = {
	.name = "ouch42",
	.layouts = request_layouts,
	.type_form = TYPE_CHARACTER,
};
