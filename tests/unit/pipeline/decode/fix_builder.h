/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FIX as people write it: | stands for the delimiter.
 *
 *	struct fix_text t = fix_text("8=FIX.4.2|9=5|35=0|10=161|");
 *	struct fix_text m = fix_message("FIX.4.2", "35=0|34=2|");   the length and the sum are those of the body
 */
#ifndef UNIT_PIPELINE_DECODE_FIX_BUILDER_H
#define UNIT_PIPELINE_DECODE_FIX_BUILDER_H

#include <stddef.h>
#include <stdint.h>

struct fix_text {
	size_t length;
	uint8_t bytes[1 << 18];
};

void fix_text_add(struct fix_text *text, const char *fields);

/* Appends a message with this body, all between the length and the checksum. */
void fix_message_add(struct fix_text *text, const char *begin_string, const char *fields);

/* The same with a length that is wrong by so much; the sum is right. */
void fix_message_add_lying(struct fix_text *text, const char *fields, int length_error);

/* The bytes in memory that ends where they do; free it. */
uint8_t *bytes_exact(const uint8_t *bytes, size_t n);

#endif
