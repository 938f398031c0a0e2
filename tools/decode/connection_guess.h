/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a connection is, from its first segments. Until it is known they are kept.
 *
 * A decoder is taken for a segment with data whose framing fits from its first byte on and in which at least one message
 * is known. Messages of the session alone (a login, heartbeats) fit several decoders: then later segments decide, and the first
 * decoder in the table where none does.
 */
#ifndef TOOLS_DECODE_CONNECTION_GUESS_H
#define TOOLS_DECODE_CONNECTION_GUESS_H

#include "tools/decode/connection.h"

enum {
	GUESS_SEGMENTS = 8, /* with data, that are tried */
	GUESS_KEPT = 16, /* segments with data or flags */
};

struct connection_guess {
	const struct decoder
		*fallback; /* its framing fitted, but none of its messages was seen; or NULL */
	unsigned n_data;
	unsigned n_kept;
	struct connection_segment kept[GUESS_KEPT];
};

/* NULL where there is no memory. */
struct connection_guess *connection_guess_create(void);

/* Releases what is kept. NULL is nothing. */
void connection_guess_destroy(struct connection_guess *guess);

/* One more segment; returns its decoder where it decides. */
const struct decoder *connection_guess_try(
	struct connection_guess *guess,
	const struct connection_segment *segment,
	enum stream_side side
);

/* Keeps the segment; false where no more can be. */
bool
connection_guess_keep(struct connection_guess *guess, const struct connection_segment *segment);

/* No more segments shall be tried. */
static inline bool
connection_guess_is_over(const struct connection_guess *guess)
{
	return guess->n_data >= GUESS_SEGMENTS || guess->n_kept == GUESS_KEPT;
}

#endif
