/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of TOPS, DEEP and DEEP+, each with the messages of its own specification. */
#include "pipeline/decode/iex.h"

IEX_MESSAGES(LAYOUT_FIELDS)
IEX_AGGREGATED_MESSAGES(LAYOUT_FIELDS)
IEX_DEPTH_MESSAGES(LAYOUT_FIELDS)
IEX_TOPS_MESSAGES(LAYOUT_FIELDS)
IEX_DEEP_MESSAGES(LAYOUT_FIELDS)
IEX_DEEP_PLUS_MESSAGES(LAYOUT_FIELDS)

static const struct message_layout *const tops_layouts[256] = {IEX_MESSAGES(LAYOUT_MESSAGE
) IEX_AGGREGATED_MESSAGES(LAYOUT_MESSAGE) IEX_TOPS_MESSAGES(LAYOUT_MESSAGE)};

static const struct message_layout *const deep_layouts[256] = {
	IEX_MESSAGES(LAYOUT_MESSAGE) IEX_AGGREGATED_MESSAGES(LAYOUT_MESSAGE)
		IEX_DEPTH_MESSAGES(LAYOUT_MESSAGE) IEX_DEEP_MESSAGES(LAYOUT_MESSAGE)};

static const struct message_layout *const deep_plus_layouts[256] = {IEX_MESSAGES(LAYOUT_MESSAGE
) IEX_DEPTH_MESSAGES(LAYOUT_MESSAGE) IEX_DEEP_PLUS_MESSAGES(LAYOUT_MESSAGE)};

const struct message_protocol iex_tops_protocol = {
	.name = "iex_tops",
	.layouts = tops_layouts,
	.type_form = TYPE_CHARACTER,
};

const struct message_protocol iex_deep_protocol = {
	.name = "iex_deep",
	.layouts = deep_layouts,
	.type_form = TYPE_CHARACTER,
};

const struct message_protocol iex_deep_plus_protocol = {
	.name = "iex_deep_plus",
	.layouts = deep_plus_layouts,
	.type_form = TYPE_CHARACTER,
};
