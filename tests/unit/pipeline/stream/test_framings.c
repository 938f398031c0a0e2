/* SPDX-License-Identifier: BSD-3-Clause */
/* Framings made for tests. */
#include "tests/unit/pipeline/stream/test_framings.h"

static enum stream_step
incomplete(uint32_t need_bytes, struct stream_fault *fault)
{
	*fault = (struct stream_fault){.need_bytes = need_bytes};
	return STREAM_INCOMPLETE;
}

static enum stream_step
broken(enum decode_error error, uint32_t offset, struct stream_fault *fault)
{
	*fault = (struct stream_fault){.error = error, .offset = offset};
	return STREAM_BROKEN;
}

static enum stream_step
record_next(
	struct cursor *bytes,
	enum stream_side side,
	struct message *message,
	struct stream_fault *fault
)
{
	size_t left = cursor_left(bytes);
	const uint8_t *at = bytes->at;
	uint32_t length;

	(void)side;
	if (left < 2)
		return incomplete(2, fault);
	length = read_be16(at);
	if (length == 0 || (left > 2 && (at[2] < 'A' || at[2] > 'Z'))) {
		bytes->at = bytes->end;
		return length == 0 ? broken(DECODE_ERROR_SOUP_LENGTH_ZERO, 0, fault)
				   : broken(DECODE_ERROR_SOUP_TYPE, 2, fault);
	}
	if (left < 2 + length)
		return incomplete(2 + length, fault);
	*message = (struct message){.bytes = at + 2, .length_bytes = length};
	bytes->at += 2 + length;
	return STREAM_MESSAGE;
}

static size_t
record_boundary(struct cursor bytes, enum stream_side side)
{
	size_t all = cursor_left(&bytes);
	struct message message;
	struct stream_fault fault;

	while (cursor_left(&bytes) > 0) {
		if (record_next(&bytes, side, &message, &fault) != STREAM_MESSAGE)
			return all;
	}
	return 0;
}

static size_t
angle_boundary(struct cursor bytes, enum stream_side side)
{
	const uint8_t *at = bytes.at;

	(void)side;
	while (at < bytes.end && *at != '<')
		at++;
	return (size_t)(at - bytes.at);
}

static enum stream_step
angle_next(
	struct cursor *bytes,
	enum stream_side side,
	struct message *message,
	struct stream_fault *fault
)
{
	const uint8_t *begin = bytes->at;
	const uint8_t *at = begin + 1;

	if (*begin != '<') {
		bytes->at += angle_boundary(*bytes, side);
		return broken(DECODE_ERROR_FIX_BEGIN_STRING, 0, fault);
	}
	while (at < bytes->end && *at != '>' && *at != '<')
		at++;
	if (at == bytes->end)
		return incomplete((uint32_t)(at - begin) + 1, fault);
	if (*at == '<') {
		bytes->at = at;
		return broken(DECODE_ERROR_FIX_TAG, (uint32_t)(at - begin), fault);
	}
	*message = (struct message){.bytes = begin, .length_bytes = (uint32_t)(at + 1 - begin)};
	bytes->at = at + 1;
	return STREAM_MESSAGE;
}

static enum stream_step
late_next(
	struct cursor *bytes,
	enum stream_side side,
	struct message *message,
	struct stream_fault *fault
)
{
	uint32_t left = (uint32_t)cursor_left(bytes);
	uint32_t length = 1;

	if (bytes->at[0] != '<') {
		bytes->at += angle_boundary(*bytes, side);
		return broken(DECODE_ERROR_FIX_BEGIN_STRING, 0, fault);
	}
	while (length < LATE_BYTES_MAX && length < left && bytes->at[length] != '>')
		length++;
	if (length == LATE_BYTES_MAX) {
		struct cursor rest = cursor_over(bytes->at + 1, LATE_BYTES_MAX - 1);

		bytes->at += 1 + angle_boundary(rest, side);
		return broken(DECODE_ERROR_FIX_TAG, LATE_BYTES_MAX, fault);
	}
	if (length == left)
		return incomplete(left + 1, fault);
	*message = (struct message){.bytes = bytes->at, .length_bytes = length + 1};
	bytes->at += length + 1;
	return STREAM_MESSAGE;
}

const struct stream_framing late_framing = {
	.name = "late",
	.next = late_next,
	.boundary = angle_boundary,
};

const struct stream_framing record_framing = {
	.name = "record",
	.next = record_next,
	.boundary = record_boundary,
};

const struct stream_framing angle_framing = {
	.name = "angle",
	.next = angle_next,
	.boundary = angle_boundary,
};
