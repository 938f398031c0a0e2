/* SPDX-License-Identifier: BSD-3-Clause */
/* A fault ends the program, which is what a fuzzer looks for. */
#include "tests/fuzz/check.h"

#include <stdio.h>
#include <stdlib.h>

void
expect(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

uint64_t
digest_bytes(uint64_t digest, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		digest = digest_add(digest, bytes[i]);
	return digest;
}
