/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as what one side of a TCP connection sent. */
#ifndef FUZZ_STREAM_CHECK_H
#define FUZZ_STREAM_CHECK_H

#include "pipeline/decode/decoder.h"

/*
 * The framing goes forward to the end, whatever the bytes. Up to the first fault it finds the same when they come in two pieces,
 * or just as many at a time as it says it needs.
 */
void stream_framing_check(
	const struct stream_framing *framing, enum stream_side side, const uint8_t *bytes, size_t n
);

/* Each message in them, and all of them as one. */
void stream_messages_check(
	const struct decoder *decoder, enum stream_side side, const uint8_t *bytes, size_t n
);

#endif
