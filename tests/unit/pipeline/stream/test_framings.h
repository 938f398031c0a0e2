/* SPDX-License-Identifier: BSD-3-Clause */
/* Framings made for tests: one of lengths, like SoupBinTCP, and two of delimiters. */
#ifndef UNIT_PIPELINE_STREAM_TEST_FRAMINGS_H
#define UNIT_PIPELINE_STREAM_TEST_FRAMINGS_H

#include "pipeline/decode/framing.h"

/* Length 2 bytes, big-endian, at least 1 | that many bytes, the first of which is a capital letter. Nothing marks a start. */
extern const struct stream_framing record_framing;

/* '<' text '>', with neither in the text. '<' marks a start. */
extern const struct stream_framing angle_framing;

/*
 * '<' text '>', 40 bytes at most. A fault shows only behind them, and the next message may have begun long before.
 */
extern const struct stream_framing late_framing;

enum { LATE_BYTES_MAX = 40 };

#endif
