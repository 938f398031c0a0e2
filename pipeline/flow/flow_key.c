/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow_key.h"

bool
flow_key_make(const struct flow_tuple *t, struct flow_key *key)
{
	if (t->kind == PACKET_IPV4)
		return flow_key4_make(t, key);
	return flow_key6_make(t, key);
}

static void
addresses4_read(uint64_t word, struct flow_tuple *t)
{
	t->src.v4_be = (uint32_t)(word >> 32);
	t->dst.v4_be = (uint32_t)word;
}

static void
addresses6_read(const uint64_t *words, struct flow_tuple *t)
{
	for (unsigned i = 0; i < 2; i++) {
		t->src.v6_words[i] = words[i];
		t->dst.v6_words[i] = words[2 + i];
	}
}

static void
tuple_turn(struct flow_tuple *t)
{
	struct flow_tuple old = *t;

	t->src = old.dst;
	t->dst = old.src;
	t->src_port_be = old.dst_port_be;
	t->dst_port_be = old.src_port_be;
}

void
flow_key_read(const uint64_t *words, uint8_t kind, bool src_is_high, struct flow_tuple *t)
{
	uint64_t rest = words[kind == PACKET_IPV4 ? FLOW_KEY4_WORDS - 1 : FLOW_KEY6_WORDS - 1];

	*t = (struct flow_tuple){
		.src_port_be = (uint16_t)(rest >> 48),
		.dst_port_be = (uint16_t)(rest >> 32),
		.zone = (uint32_t)rest >> FLOW_KEY_CLASS_BITS,
		.kind = kind,
		.flow_class = rest & ((1 << FLOW_KEY_CLASS_BITS) - 1),
	};
	if (kind == PACKET_IPV4)
		addresses4_read(words[0], t);
	else
		addresses6_read(words, t);
	if (src_is_high)
		tuple_turn(t);
}
