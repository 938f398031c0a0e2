/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a datagram of MoldUDP64 with ITCH 5.0, and as one message of it. */
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	frame_check("itch50", data, size);
	return 0;
}
