/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of parse share: bytes in, metadata and fate out, through packet_parse and a real mbuf. */
#ifndef UNIT_PARSE_HELPER_H
#define UNIT_PARSE_HELPER_H

#include "pipeline/burst.h"
#include "tests/unit/packet_builder.h"

#include <stddef.h>

/* Which layer an edit counts its bytes from. */
enum edit_layer {
	EDIT_FRAME,
	EDIT_NETWORK,
	EDIT_AFTER_NETWORK, /* IPv4 payload, or the first IPv6 extension header */
	EDIT_TRANSPORT,
};

/* A packet made from a sample by overwriting bytes, and what parse should make of it. */
struct parse_case {
	const char *what;
	void (*build)(struct packet_builder *b);
	enum edit_layer layer;
	uint32_t offset;
	uint8_t n; /* bytes; 0: the sample as it is */
	uint8_t bytes[8];
	enum fate expected;
};

/* Parses a frame from one exact segment, which is freed afterwards. */
struct packet parse_bytes(const uint8_t *bytes, uint32_t length);
struct packet parse_built(const struct packet_builder *b);
struct packet parse_sample(void (*build)(struct packet_builder *b));

/* Fails with both names where they differ. */
void assert_fate(const char *what, unsigned found, enum fate expected);

/* Every case in turn: edited, checksums made right again, parsed, compared. */
void parse_cases_check(const struct parse_case *cases, size_t n);

/* True when all that parse fills is the same. */
bool packets_equal(const struct packet *a, const struct packet *b);

#endif
