/* SPDX-License-Identifier: BSD-3-Clause */
/* What a fuzz target offers, to libFuzzer and to replay.c. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Aborts where the bytes show a fault. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
