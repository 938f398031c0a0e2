/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fuzz targets share. */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Aborts, saying what is wrong, where it is not good. */
void expect(bool good, const char *what);

/*
 * All that a reading found, in one number. Two readings of the same bytes are compared by it, and no read of a byte can be
 * left out by the compiler before the sanitizer sees it.
 */
static inline uint64_t
digest_add(uint64_t digest, uint64_t value)
{
	return (digest ^ value) * UINT64_C(0x9E3779B97F4A7C15) + (digest >> 29);
}

/* Of the bytes themselves; also a number that is random and the same for the same bytes. */
uint64_t digest_bytes(uint64_t digest, const uint8_t *bytes, size_t n);

#endif
