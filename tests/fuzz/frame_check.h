/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a datagram. */
#ifndef FUZZ_FRAME_CHECK_H
#define FUZZ_FRAME_CHECK_H

#include <stddef.h>
#include <stdint.h>

/*
 * To the decoder of that name: the bytes, the first so many of them, and all of them as one message. What is framed lies within the
 * bytes, in order, and is as much as is said.
 */
void frame_check(const char *decoder_name, const uint8_t *bytes, size_t n);

#endif
