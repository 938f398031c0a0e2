/* SPDX-License-Identifier: BSD-3-Clause */
/* FIX messages, and the sums in them. */
#include "tests/unit/pipeline/decode/fix_builder.h"

#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fix_text_add(struct fix_text *text, const char *fields)
{
	for (; *fields != '\0'; fields++) {
		assert_true(text->length < sizeof(text->bytes));
		text->bytes[text->length++] = *fields == '|' ? 0x01 : (uint8_t)*fields;
	}
}

static void
checksum_add(struct fix_text *text, size_t start)
{
	char field[sizeof("10=000|")];
	unsigned sum = 0;

	for (size_t i = start; i < text->length; i++)
		sum += text->bytes[i];
	(void)snprintf(field, sizeof(field), "10=%03u|", sum % 256);
	fix_text_add(text, field);
}

static void
message_add(struct fix_text *text, const char *begin_string, const char *fields, size_t body_length)
{
	size_t start = text->length;
	char head[64];

	(void)snprintf(head, sizeof(head), "8=%s|9=%zu|", begin_string, body_length);
	fix_text_add(text, head);
	fix_text_add(text, fields);
	checksum_add(text, start);
}

void
fix_message_add(struct fix_text *text, const char *begin_string, const char *fields)
{
	message_add(text, begin_string, fields, strlen(fields));
}

void
fix_message_add_lying(struct fix_text *text, const char *fields, int length_error)
{
	message_add(text, "FIX.4.2", fields, strlen(fields) + (size_t)length_error);
}

uint8_t *
bytes_exact(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n);

	assert_true(copy != NULL || n == 0);
	if (n > 0)
		memcpy(copy, bytes, n);
	return copy;
}
