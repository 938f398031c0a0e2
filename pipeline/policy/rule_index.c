/* SPDX-License-Identifier: BSD-3-Clause */
/* The axes of a list of rules. */
#include "pipeline/policy/rule_index.h"

#include <rte_byteorder.h>
#include <rte_malloc.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	WORD_BITS = 64,
};

enum { AXES_OF_PACKET = 5 };

/* What a rule names of an axis. One of the pointers is set, or none where any value will do. */
struct rule_side {
	const struct prefix *prefixes;
	const struct port_range *ranges;
	const int *number;
	unsigned n;
	uint8_t kind; /* of the prefixes that are asked for */
};

static struct rule_side
rule_side_of(const struct rule *r, enum rule_index_axis name)
{
	switch (name) {
	case RULE_INDEX_SRC4:
		return (struct rule_side){.prefixes = r->src, .n = r->n_src, .kind = PACKET_IPV4};
	case RULE_INDEX_SRC6:
		return (struct rule_side){.prefixes = r->src, .n = r->n_src, .kind = PACKET_IPV6};
	case RULE_INDEX_DST4:
		return (struct rule_side){.prefixes = r->dst, .n = r->n_dst, .kind = PACKET_IPV4};
	case RULE_INDEX_DST6:
		return (struct rule_side){.prefixes = r->dst, .n = r->n_dst, .kind = PACKET_IPV6};
	case RULE_INDEX_SRC_PORT:
		return (struct rule_side){.ranges = r->src_ports, .n = r->n_src_ports};
	case RULE_INDEX_DST_PORT:
		return (struct rule_side){.ranges = r->dst_ports, .n = r->n_dst_ports};
	default:
		return (struct rule_side
		){.number = &r->protocol, .n = r->protocol == RULE_ANY ? 0 : 1};
	}
}

static struct axis_value
address_value(const union packet_address *a, uint8_t kind)
{
	if (kind == PACKET_IPV4)
		return (struct axis_value){.low = rte_be_to_cpu_32(a->v4_be)};
	return (struct axis_value
	){rte_be_to_cpu_64(a->v6_words[0]), rte_be_to_cpu_64(a->v6_words[1])};
}

/* All bits of a word behind the first `bits`, which may be more than it has, or less than none. */
static uint64_t
word_rest(int bits)
{
	if (bits <= 0)
		return UINT64_MAX;
	return bits >= WORD_BITS ? 0 : UINT64_MAX >> bits;
}

static struct axis_span
prefix_span(const struct prefix *p, uint32_t rule)
{
	struct axis_value first = address_value(&p->address, p->kind), last = first;
	/* An IPv4 address is the end of a long number of which the rest is 0. */
	int bits = p->kind == PACKET_IPV4 ? p->bits + IPV6_BITS - IPV4_BITS : p->bits;

	last.high |= word_rest(bits);
	last.low |= word_rest(bits - WORD_BITS);
	return (struct axis_span){first, last, rule};
}

static struct axis_span
number_span(uint64_t first, uint64_t last, uint32_t rule)
{
	return (struct axis_span){{.low = first}, {.low = last}, rule};
}

/* Appends the spans of a rule; returns how many there are now. */
static size_t
spans_append(struct axis_span *spans, size_t n, const struct rule_side *side, uint32_t rule)
{
	for (unsigned i = 0; i < side->n; i++) {
		if (side->number != NULL)
			spans[n++] =
				number_span((uint64_t)*side->number, (uint64_t)*side->number, rule);
		else if (side->ranges != NULL)
			spans[n++] = number_span(side->ranges[i].first, side->ranges[i].last, rule);
		else if (side->prefixes[i].kind == side->kind)
			spans[n++] = prefix_span(&side->prefixes[i], rule);
	}
	return n;
}

static size_t
spans_room(const struct rule_index *index, enum rule_index_axis name)
{
	size_t room = 0;

	for (unsigned i = 0; i < index->n; i++)
		room += rule_side_of(&index->rules[i], name).n;
	return room;
}

/* All spans of the rules, and which rules have none because they match any value. */
static size_t
spans_fill(
	const struct rule_index *index,
	enum rule_index_axis name,
	struct axis_span *spans,
	uint64_t *always
)
{
	size_t n = 0;

	for (unsigned i = 0; i < index->n; i++) {
		struct rule_side side = rule_side_of(&index->rules[i], name);

		if (side.n == 0)
			always[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
		n = spans_append(spans, n, &side, i);
	}
	return n;
}

static int
axis_make(struct rule_index *index, enum rule_index_axis name, int socket)
{
	size_t room = spans_room(index, name);
	struct axis_span *spans = calloc(room, sizeof(*spans));
	uint64_t *always = calloc(rule_axis_words(index->n), sizeof(*always));
	struct axis_config config = {
		.spans = spans,
		.always = always,
		.n_rules = index->n,
		.wide = name == RULE_INDEX_SRC6 || name == RULE_INDEX_DST6,
		.socket = socket,
	};
	int error = -ENOMEM;

	if (room == 0) {
		error = 0;
	} else if (spans != NULL && always != NULL) {
		config.n_spans = spans_fill(index, name, spans, always);
		error = rule_axis_init(&index->axes[name], &config);
	}
	free(spans);
	free(always);
	return error;
}

static int
all_make(struct rule_index *index, int socket)
{
	size_t bytes = rule_axis_words(index->n) * sizeof(*index->all);

	index->all = rte_zmalloc_socket("rule_index", bytes, RTE_CACHE_LINE_SIZE, socket);
	if (index->all == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < index->n; i++)
		index->all[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
	return 0;
}

int
rule_index_init(
	struct rule_index *index,
	const struct rule *rules,
	const struct rule_row *rows,
	unsigned n,
	int socket
)
{
	int error;

	*index = (struct rule_index){.rules = rules, .rows = rows, .n = n};
	error = all_make(index, socket);
	for (unsigned i = 0; error == 0 && i < RULE_INDEX_AXES; i++)
		error = axis_make(index, i, socket);
	if (error != 0)
		rule_index_clear(index);
	return error;
}

void
rule_index_clear(struct rule_index *index)
{
	for (unsigned i = 0; i < RULE_INDEX_AXES; i++)
		rule_axis_clear(&index->axes[i]);
	rte_free(index->all);
	*index = (struct rule_index){0};
}

static const uint64_t *
vector_find(const struct rule_index *index, enum rule_index_axis name, struct axis_value value)
{
	const struct rule_axis *axis = &index->axes[name];

	return axis->n == 0 ? index->all : rule_axis_find(axis, value);
}

static void
vectors_find(
	const struct rule_index *index,
	const struct policy_packet *p,
	const uint64_t *vectors[AXES_OF_PACKET]
)
{
	bool is_ipv4 = p->kind == PACKET_IPV4;

	vectors[0] = vector_find(
		index, is_ipv4 ? RULE_INDEX_DST4 : RULE_INDEX_DST6, address_value(&p->dst, p->kind)
	);
	vectors[1] = vector_find(
		index, is_ipv4 ? RULE_INDEX_SRC4 : RULE_INDEX_SRC6, address_value(&p->src, p->kind)
	);
	vectors[2] =
		vector_find(index, RULE_INDEX_DST_PORT, (struct axis_value){.low = p->dst_port});
	vectors[3] =
		vector_find(index, RULE_INDEX_SRC_PORT, (struct axis_value){.low = p->src_port});
	vectors[4] =
		vector_find(index, RULE_INDEX_PROTOCOL, (struct axis_value){.low = p->protocol});
}

unsigned
rule_index_find(const struct rule_index *index, const struct policy_packet *p)
{
	unsigned words = rule_axis_words(index->n);
	const uint64_t *v[AXES_OF_PACKET];

	vectors_find(index, p, v);
	for (unsigned i = 0; i < words; i++) {
		uint64_t left = v[0][i] & v[1][i] & v[2][i] & v[3][i] & v[4][i];

		for (; left != 0; left &= left - 1) {
			unsigned rule = i * WORD_BITS + (unsigned)__builtin_ctzll(left);

			if (rule_row_matches(&index->rows[rule], &index->rules[rule], p))
				return rule;
		}
	}
	return index->n;
}
