/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a stream of SoupBinTCP, from either side, with OUCH 5.0, OUCH 4.2 and ITCH 5.0 in it, and as one message of each. */
#include "pipeline/decode/soupbintcp.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/message_check.h"
#include "tests/fuzz/stream_check.h"

static void
side_check(enum stream_side side, const uint8_t *data, size_t size)
{
	stream_framing_check(&soupbintcp_framing, side, data, size);
	stream_messages_check(decoder_find("ouch50"), side, data, size);
	stream_messages_check(decoder_find("ouch42"), side, data, size);
	stream_messages_check(decoder_find("itch50_tcp"), side, data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	side_check(STREAM_FROM_CLIENT, data, size);
	side_check(STREAM_FROM_VENUE, data, size);
	message_check_bytes(&soupbintcp_protocol, data, size);
	return 0;
}
