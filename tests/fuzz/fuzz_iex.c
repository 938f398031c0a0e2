/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a segment of IEX-TP, whichever feed its protocol id names, and as one message of each. */
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	frame_check("iex_tops", data, size);
	frame_check("iex_deep", data, size);
	frame_check("iex_deep_plus", data, size);
	return 0;
}
