/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON objects (RFC 8259), one a line, into a buffer and from there to a file descriptor.
 *
 * Whatever bytes go in, what comes out is plain ASCII and valid JSON. Names are the program's own and copied as they
 * are: no quotes or backslashes in them. One thread.
 */
#ifndef TOOLS_DECODE_JSON_LINE_H
#define TOOLS_DECODE_JSON_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As much as a pipe holds (pipe(7)). With 256 KiB, a pipe to cat(1) ran at 2.2 instead of 3.5 million messages a second. */
enum { JSON_LINE_BUFFER_BYTES = 65536 };

struct json_line {
	int fd;
	int error; /* 0, or the negative errno of the write that failed; nothing is written after it */
	bool first; /* the next member is the first of its object */
	size_t used;
	char buffer[JSON_LINE_BUFFER_BYTES];
};

void json_line_init(struct json_line *line, int fd);

void json_line_begin(struct json_line *line);
void json_line_end(struct json_line *line);

/* Members of the object that is open. */
void json_line_uint(struct json_line *line, const char *name, uint64_t value);
void json_line_string(struct json_line *line, const char *name, const char *value);
/* Bytes from a packet, escaped where they are not printable ASCII: 0xE9 becomes \u00e9. */
void
json_line_bytes(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes);
void json_line_int(struct json_line *line, const char *name, int64_t value);
/* Two digits a byte. */
void json_line_hex(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes);
void json_line_null(struct json_line *line, const char *name);

/* A member that is itself an object: what follows goes into it until it is closed. */
void json_line_open(struct json_line *line, const char *name);
void json_line_close(struct json_line *line);

/* A member that is an array, of objects, each begun by json_line_item and ended by json_line_close. */
void json_line_array_open(struct json_line *line, const char *name);
void json_line_item(struct json_line *line);
void json_line_array_close(struct json_line *line);
/* An item that is itself an array, of a name and of bytes as with json_line_bytes. */
void json_line_pair(struct json_line *line, const char *name, const uint8_t *bytes, size_t n_bytes);

/* Writes what is buffered; 0, or the first error of this and all writes before. */
int json_line_flush(struct json_line *line);

#endif
