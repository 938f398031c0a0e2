/* SPDX-License-Identifier: BSD-3-Clause */
/* printf would take longer than the decoding: numbers are formatted here, two digits at a time. */
#include "tools/decode/json_line.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	UINT64_DIGITS = 20,
	ESCAPE_BYTES = 6, /* the longest form of one byte: \u00e9 */
};

static const char hex_digits[] = "0123456789abcdef";

/* n bytes to write to. `used` is the caller's to advance, by at most n. */
static char *
room_take(struct json_line *line, size_t n)
{
	assert(n <= sizeof(line->buffer));
	if (sizeof(line->buffer) - line->used < n)
		(void)json_line_flush(line); /* the error stays in `line` */
	return line->buffer + line->used;
}

static void
used_until(struct json_line *line, const char *end)
{
	line->used = (size_t)(end - line->buffer);
}

static void
char_put(struct json_line *line, char c)
{
	*room_take(line, 1) = c;
	line->used++;
}

static char *
uint_format(char *to, uint64_t value)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	char digits[UINT64_DIGITS];
	char *at = digits + sizeof(digits);
	size_t n;

	for (; value >= 10; value /= 100) {
		at -= 2;
		memcpy(at, pairs + value % 100 * 2, 2);
	}
	/* Left is the first digit of an odd number of them; 0 says that there is none, but in "0" itself. */
	if (value != 0 || at == digits + sizeof(digits))
		*--at = (char)('0' + value);
	n = (size_t)(digits + sizeof(digits) - at);
	memcpy(to, at, n);
	return to + n;
}

static char *
byte_escape(char *to, uint8_t byte)
{
	if (byte == '"' || byte == '\\') {
		*to++ = '\\';
		*to++ = (char)byte;
		return to;
	}
	memcpy(to, "\\u00", 4);
	to[4] = hex_digits[byte >> 4];
	to[5] = hex_digits[byte & 0x0F];
	return to + ESCAPE_BYTES;
}

/* What fits into the buffer whatever the bytes. */
enum { TEXT_CHUNK_BYTES = JSON_LINE_BUFFER_BYTES / ESCAPE_BYTES };

static void
text_chunk_put(struct json_line *line, const uint8_t *bytes, size_t n_bytes)
{
	char *to = room_take(line, n_bytes * ESCAPE_BYTES);

	for (size_t i = 0; i < n_bytes; i++) {
		uint8_t byte = bytes[i];

		if (byte >= ' ' && byte < 0x7F && byte != '"' && byte != '\\')
			*to++ = (char)byte;
		else
			to = byte_escape(to, byte);
	}
	used_until(line, to);
}

static void
text_put(struct json_line *line, const uint8_t *bytes, size_t n_bytes)
{
	char_put(line, '"');
	for (; n_bytes > TEXT_CHUNK_BYTES; n_bytes -= TEXT_CHUNK_BYTES, bytes += TEXT_CHUNK_BYTES)
		text_chunk_put(line, bytes, TEXT_CHUNK_BYTES);
	text_chunk_put(line, bytes, n_bytes);
	char_put(line, '"');
}

static char *
comma_format(struct json_line *line, char *to)
{
	if (!line->first)
		*to++ = ',';
	line->first = false;
	return to;
}

static void
name_put(struct json_line *line, const char *name)
{
	size_t length = strlen(name);
	char *to = comma_format(line, room_take(line, length + sizeof(",\"\":")));

	*to++ = '"';
	memcpy(to, name, length);
	to += length;
	*to++ = '"';
	*to++ = ':';
	used_until(line, to);
}

static void
uint_put(struct json_line *line, uint64_t value)
{
	used_until(line, uint_format(room_take(line, UINT64_DIGITS), value));
}

void
json_line_init(struct json_line *line, int fd)
{
	line->fd = fd;
	line->error = 0;
	line->first = true;
	line->used = 0;
}

void
json_line_begin(struct json_line *line)
{
	char_put(line, '{');
	line->first = true;
}

void
json_line_end(struct json_line *line)
{
	char_put(line, '}');
	char_put(line, '\n');
}

void
json_line_uint(struct json_line *line, const char *name, uint64_t value)
{
	name_put(line, name);
	uint_put(line, value);
}

void
json_line_string(struct json_line *line, const char *name, const char *value)
{
	json_line_bytes(line, name, (const uint8_t *)value, strlen(value));
}

void
json_line_bytes(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	name_put(line, name);
	text_put(line, bytes, n_bytes);
}

void
json_line_int(struct json_line *line, const char *name, int64_t value)
{
	name_put(line, name);
	if (value < 0)
		char_put(line, '-');
	uint_put(line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
json_line_hex(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	char *to;

	name_put(line, name);
	to = room_take(line, 2 * n_bytes + 2);
	*to++ = '"';
	for (size_t i = 0; i < n_bytes; i++) {
		*to++ = hex_digits[bytes[i] >> 4];
		*to++ = hex_digits[bytes[i] & 0x0F];
	}
	*to++ = '"';
	used_until(line, to);
}

void
json_line_null(struct json_line *line, const char *name)
{
	name_put(line, name);
	memcpy(room_take(line, 4), "null", 4);
	line->used += 4;
}

void
json_line_open(struct json_line *line, const char *name)
{
	name_put(line, name);
	json_line_begin(line);
}

void
json_line_close(struct json_line *line)
{
	char_put(line, '}');
	line->first = false;
}

void
json_line_array_open(struct json_line *line, const char *name)
{
	name_put(line, name);
	char_put(line, '[');
	line->first = true;
}

void
json_line_item(struct json_line *line)
{
	used_until(line, comma_format(line, room_take(line, 1)));
	json_line_begin(line);
}

void
json_line_array_close(struct json_line *line)
{
	char_put(line, ']');
	line->first = false;
}

void
json_line_pair(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes)
{
	used_until(line, comma_format(line, room_take(line, 1)));
	char_put(line, '[');
	text_put(line, (const uint8_t *)name, strlen(name));
	char_put(line, ',');
	text_put(line, bytes, n_bytes);
	char_put(line, ']');
}

int
json_line_flush(struct json_line *line)
{
	size_t at = 0;

	while (at < line->used && line->error == 0) {
		ssize_t n = write(line->fd, line->buffer + at, line->used - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			line->error = -errno;
	}
	line->used = 0;
	return line->error;
}
