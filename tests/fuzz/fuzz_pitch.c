/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a sequenced unit of PITCH, and as one message of it. */
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	frame_check("pitch", data, size);
	return 0;
}
