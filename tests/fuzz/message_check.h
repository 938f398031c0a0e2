/* SPDX-License-Identifier: BSD-3-Clause */
/* One message, whatever its protocol. */
#ifndef FUZZ_MESSAGE_CHECK_H
#define FUZZ_MESSAGE_CHECK_H

#include "pipeline/decode/message.h"

/*
 * Reads all there is to read in it, from memory that ends where the message does, and twice. What is refused has a reason, and
 * a place within the message.
 */
void message_check(const struct message_protocol *protocol, const struct message *message);

/* The bytes as one message, without a framing. */
void message_check_bytes(const struct message_protocol *protocol, const uint8_t *bytes, size_t n);

#endif
