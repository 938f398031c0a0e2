/* SPDX-License-Identifier: BSD-3-Clause */
/* FIX: where messages start and end in a stream, and whether they came through whole. */
#include "pipeline/decode/fix.h"

#include "pipeline/decode/fix_field.h"

enum {
	BODY_LENGTH_DIGITS_MAX = 9, /* senders may pad with zeros */
	BODY_BYTES_MIN = 5, /* 35=0 and its delimiter */
	HEADER_BYTES_MAX = 11 + 2 + BODY_LENGTH_DIGITS_MAX + 1, /* FIXT.1.1 has the longer name */
	TRAILER_BYTES = 7, /* 10=000 and its delimiter */
};

/*
 * So once the shortest message's bytes are there, the length is known or the message is garbled, and a message that comes
 * in byte by byte is asked for twice: until then, and until its end.
 */
static_assert((int)HEADER_BYTES_MAX <= (int)FIX_MESSAGE_BYTES_MIN, "the length may come later");

static const char message_start[] = {'8', '=', 'F', 'I', 'X'};

/*
 * Passes over bytes that are like the pattern, in which # is any digit. The cursor stays at the first byte that is not
 * (BROKEN) or at the end of what has come (INCOMPLETE).
 */
static enum stream_step
pattern_take(struct cursor *c, const char *pattern)
{
	for (; *pattern != '\0'; pattern++, c->at++) {
		if (cursor_left(c) == 0)
			return STREAM_INCOMPLETE;
		if (*pattern == '#' ? *c->at < '0' || *c->at > '9' : *c->at != *pattern)
			return STREAM_BROKEN;
	}
	return STREAM_MESSAGE;
}

/* FIX.4.2, FIXT.1.1 and the like. FIXCOMP, an envelope of compressed messages, is not. */
static enum stream_step
begin_string_take(struct cursor *c)
{
	enum stream_step step = pattern_take(c, "8=FIX");

	if (step == STREAM_MESSAGE && cursor_left(c) > 0 && *c->at == 'T')
		c->at++;
	return step == STREAM_MESSAGE ? pattern_take(c, ".#.#\001") : step;
}

static enum stream_step
body_length_take(struct cursor *c, uint32_t *length_bytes)
{
	enum stream_step step = pattern_take(c, "9=#");
	const uint8_t *first = c->at - 1;

	if (step != STREAM_MESSAGE)
		return step;
	for (c->at = first; cursor_left(c) > 0 && *c->at != FIX_SOH; c->at++) {
		if (*c->at < '0' || *c->at > '9' || c->at - first == BODY_LENGTH_DIGITS_MAX)
			return STREAM_BROKEN;
		*length_bytes = *length_bytes * 10 + (*c->at - (uint32_t)'0');
	}
	return pattern_take(c, "\001");
}

/* The third field has to be there, and to say something. */
static enum stream_step
message_type_take(struct cursor *c)
{
	enum stream_step step = pattern_take(c, "35=");

	if (step != STREAM_MESSAGE)
		return step;
	if (cursor_left(c) == 0)
		return STREAM_INCOMPLETE;
	return *c->at == FIX_SOH ? STREAM_BROKEN : STREAM_MESSAGE;
}

/* What the first fields say of a message, or the least there is where they do not say it yet. */
struct extent {
	uint32_t checked_bytes; /* up to the trailer */
	uint32_t message_bytes;
};

/* The cursor stands at the fault where there is one. */
static enum stream_step
extent_read(struct cursor *c, struct extent *extent, enum decode_error *error)
{
	const uint8_t *start = c->at, *length_field, *body;
	uint32_t body_bytes = 0;
	enum stream_step step = begin_string_take(c);

	*error = DECODE_ERROR_FIX_BEGIN_STRING;
	if (step != STREAM_MESSAGE)
		return step;
	*error = DECODE_ERROR_FIX_BODY_LENGTH;
	length_field = c->at;
	step = body_length_take(c, &body_bytes);
	if (step != STREAM_MESSAGE)
		return step;
	body = c->at;
	if (body_bytes < BODY_BYTES_MIN ||
	    (size_t)(body - start) + body_bytes + TRAILER_BYTES > FIX_MESSAGE_BYTES_MAX) {
		c->at = length_field + 2; /* its value: what is behind it may not have come */
		return STREAM_BROKEN;
	}
	extent->checked_bytes = (uint32_t)(body - start) + body_bytes;
	extent->message_bytes = extent->checked_bytes + TRAILER_BYTES;
	*error = DECODE_ERROR_FIX_MESSAGE_TYPE;
	return message_type_take(c);
}

/* A plain loop: the compiler makes vectors of it. */
static uint8_t
checksum(const uint8_t *bytes, size_t n)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum;
}

/* All bytes of the message are there, and the cursor stands at the first; then at the fault, or at the sum. */
static enum decode_error
trailer_check(struct cursor *c, const struct extent *extent)
{
	const uint8_t *start = c->at, *digits;
	unsigned said;

	c->at += extent->checked_bytes - 1;
	if (pattern_take(c, "\001") != STREAM_MESSAGE || pattern_take(c, "10=") != STREAM_MESSAGE)
		return DECODE_ERROR_FIX_BODY_LENGTH;
	digits = c->at;
	if (pattern_take(c, "###\001") != STREAM_MESSAGE)
		return DECODE_ERROR_FIX_CHECKSUM_FORMAT;
	c->at = digits;
	said = (digits[0] - '0') * 100u + (digits[1] - '0') * 10u + (digits[2] - '0');
	return said == checksum(start, extent->checked_bytes) ? DECODE_ERROR_NONE
							      : DECODE_ERROR_FIX_CHECKSUM;
}

/* Whether a message may start here: as far as the bytes go, but not where there are none. */
static bool
starts_message(const struct cursor *c)
{
	size_t n = cursor_left(c) < sizeof(message_start) ? cursor_left(c) : sizeof(message_start);

	return n > 0 && memcmp(c->at, message_start, n) == 0;
}

/* The next start behind a delimiter, or the end. A value like that of 58=FIX is none. */
static const uint8_t *
start_find(struct cursor c)
{
	const uint8_t *delimiter;

	while ((delimiter = memchr(c.at, FIX_SOH, cursor_left(&c))) != NULL) {
		c.at = delimiter + 1;
		if (starts_message(&c))
			return c.at;
	}
	return c.end;
}

static enum stream_step
garbled(struct cursor *bytes,
	struct cursor at,
	const struct extent *extent,
	struct stream_fault *fault)
{
	fault->offset = (uint32_t)(at.at - bytes->at);
	/* Not to the next start: of many starts with one trailer, each would have to be summed up. */
	if (fault->error == DECODE_ERROR_FIX_CHECKSUM)
		bytes->at += extent->message_bytes;
	else
		bytes->at = start_find(*bytes);
	return STREAM_BROKEN;
}

static enum stream_step
fix_next(
	struct cursor *bytes,
	enum stream_side side,
	struct message *message,
	struct stream_fault *fault
)
{
	struct extent extent = {0, FIX_MESSAGE_BYTES_MIN};
	struct cursor c = *bytes;

	if (extent_read(&c, &extent, &fault->error) == STREAM_BROKEN)
		return garbled(bytes, c, &extent, fault);
	if (cursor_left(bytes) < extent.message_bytes) {
		fault->need_bytes = extent.message_bytes;
		return STREAM_INCOMPLETE;
	}
	c.at = bytes->at;
	fault->error = trailer_check(&c, &extent);
	if (fault->error != DECODE_ERROR_NONE)
		return garbled(bytes, c, &extent, fault);
	message->bytes = cursor_take(bytes, extent.message_bytes);
	message->length_bytes = extent.message_bytes;
	message->layer = side == STREAM_FROM_CLIENT ? MESSAGE_OF_CLIENT : MESSAGE_OF_VENUE;
	return STREAM_MESSAGE;
}

static size_t
fix_boundary(struct cursor bytes, enum stream_side side)
{
	(void)side;
	return starts_message(&bytes) ? 0 : (size_t)(start_find(bytes) - bytes.at);
}

const struct stream_framing fix_framing = {
	.name = "fix",
	.next = fix_next,
	.boundary = fix_boundary,
};
