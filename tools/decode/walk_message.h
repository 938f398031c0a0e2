/* SPDX-License-Identifier: BSD-3-Clause */
/* One message or one fault of the framing, whatever carried it. */
#ifndef TOOLS_DECODE_WALK_MESSAGE_H
#define TOOLS_DECODE_WALK_MESSAGE_H

#include "tools/decode/print.h"
#include "tools/decode/walk.h"

void
walk_message(struct walk *walk, const struct print_source *source, const struct print_message *m);

/* A payload whose framing is broken at `offset` bytes from the frame's start. */
void walk_framing_error(
	struct walk *walk,
	const struct print_source *source,
	enum decode_error error,
	uint64_t offset
);

#endif
