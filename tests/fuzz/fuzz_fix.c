/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a stream of FIX, and as one message of it. */
#include "pipeline/decode/fix.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/stream_check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	stream_framing_check(&fix_framing, STREAM_FROM_CLIENT, data, size);
	stream_messages_check(decoder_find("fix"), STREAM_FROM_CLIENT, data, size);
	return 0;
}
