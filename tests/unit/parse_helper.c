/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing for tests. */
#include "tests/unit/parse_helper.h"

#include "pipeline/stages/parse.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/unit_test.h"

#include <string.h>

struct packet
parse_bytes(const uint8_t *bytes, uint32_t length)
{
	struct rte_mbuf *m = mbuf_exact(bytes, length);
	struct packet p;

	/* What was in the metadata before must not matter. */
	memset(&p, 0xA5, sizeof(p));
	packet_parse(m, &p);
	rte_pktmbuf_free(m);
	return p;
}

struct packet
parse_built(const struct packet_builder *b)
{
	return parse_bytes(b->bytes, b->length);
}

struct packet
parse_sample(void (*build)(struct packet_builder *b))
{
	struct packet_builder b;

	build(&b);
	return parse_built(&b);
}

void
assert_fate(const char *what, unsigned found, enum fate expected)
{
	assert_in_range(found, 0, FATE_COUNT - 1);
	if (found != expected)
		fail_msg(
			"%s: the fate is %s, expected %s",
			what,
			fates[found].name,
			fates[expected].name
		);
}

static uint32_t
layer_offset(const struct packet_builder *b, enum edit_layer layer)
{
	switch (layer) {
	case EDIT_NETWORK:
		return b->network;
	case EDIT_AFTER_NETWORK:
		return b->network_end;
	case EDIT_TRANSPORT:
		return b->transport;
	case EDIT_FRAME:
	default:
		return 0;
	}
}

void
parse_cases_check(const struct parse_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct parse_case *c = &cases[i];
		struct packet_builder b;

		c->build(&b);
		memcpy(b.bytes + layer_offset(&b, c->layer) + c->offset, c->bytes, c->n);
		builder_checksums(&b);
		assert_fate(c->what, parse_built(&b).fate, c->expected);
	}
}

bool
packets_equal(const struct packet *a, const struct packet *b)
{
	/* There is no padding: the members fill the cache line. */
	return memcmp(a, b, sizeof(*a)) == 0;
}
