/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A bounds-checked place in the bytes of a packet, and reads of integers in both byte orders.
 *
 * A decoder never computes an address of its own: it takes bytes from a cursor, which refuses to go past the end.
 * Nothing is copied; what `cursor_take` returns points into the packet and lives as long as the packet does.
 * Any thread; a cursor belongs to the function that made it.
 */
#ifndef PIPELINE_DECODE_CURSOR_H
#define PIPELINE_DECODE_CURSOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *at;
	const uint8_t *end; /* one past the last byte */
};

static inline struct cursor
cursor_over(const uint8_t *bytes, size_t length_bytes)
{
	return (struct cursor){.at = bytes, .end = bytes + length_bytes};
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* The next n bytes, which the cursor then stands behind; NULL, and the cursor stays, where fewer are left. */
static inline const uint8_t *
cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *bytes = c->at;

	if (cursor_left(c) < n)
		return NULL;
	c->at += n;
	return bytes;
}

/* Reads from any alignment; the value is in host order. The caller has checked the bounds. */
static inline uint16_t
read_be16(const uint8_t *bytes)
{
	uint16_t v;

	memcpy(&v, bytes, sizeof(v));
	return __builtin_bswap16(v);
}

static inline uint32_t
read_be32(const uint8_t *bytes)
{
	uint32_t v;

	memcpy(&v, bytes, sizeof(v));
	return __builtin_bswap32(v);
}

static inline uint64_t
read_be64(const uint8_t *bytes)
{
	uint64_t v;

	memcpy(&v, bytes, sizeof(v));
	return __builtin_bswap64(v);
}

/* 1 to 8 bytes, e.g. the 6-byte timestamps of ITCH. */
static inline uint64_t
read_be(const uint8_t *bytes, size_t width)
{
	uint64_t v = 0;

	for (size_t i = 0; i < width; i++)
		v = v << 8 | bytes[i];
	return v;
}

static inline uint16_t
read_le16(const uint8_t *bytes)
{
	return __builtin_bswap16(read_be16(bytes));
}

static inline uint32_t
read_le32(const uint8_t *bytes)
{
	return __builtin_bswap32(read_be32(bytes));
}

static inline uint64_t
read_le64(const uint8_t *bytes)
{
	return __builtin_bswap64(read_be64(bytes));
}

/* 1 to 8 bytes. */
static inline uint64_t
read_le(const uint8_t *bytes, size_t width)
{
	uint64_t v = 0;

	for (size_t i = width; i > 0; i--)
		v = v << 8 | bytes[i - 1];
	return v;
}

#endif
