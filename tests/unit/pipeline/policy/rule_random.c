/* SPDX-License-Identifier: BSD-3-Clause */
/* All from one seed, so that a failure can be had again. */
#include "tests/unit/pipeline/policy/rule_random.h"

#include "tests/unit/pipeline/policy/rule_builder.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	ICMP_VALUES = 3,
};

uint64_t
random_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

unsigned
random_below(uint64_t *seed, unsigned n)
{
	return (unsigned)(random_next(seed) % n);
}

/* From both ends of what a byte can be, so that first and last addresses and ports are among them. */
static uint8_t
byte_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	unsigned value = random_below(seed, alphabet->values);

	return (uint8_t)(value % 2 == 0 ? value / 2 : UINT8_MAX - value / 2);
}

/* The bytes behind an IPv4 address differ every time. */
static union packet_address
address_random(uint64_t *seed, const struct rule_alphabet *alphabet, uint8_t kind)
{
	union packet_address a;

	for (unsigned i = 0; i < sizeof(a.v6); i++)
		a.v6[i] = byte_random(seed, alphabet);
	/* Most of a long address is the same in all, or no two would ever meet. */
	if (kind == PACKET_IPV6)
		memset(a.v6 + 1, 0, 5);
	if (kind == PACKET_IPV6 && random_below(seed, 2) != 0)
		memset(a.v6 + 8, random_below(seed, 2) ? UINT8_MAX : 0, 6);
	return a;
}

static unsigned
bits_of(uint8_t kind)
{
	return kind == PACKET_IPV4 ? IPV4_BITS : IPV6_BITS;
}

/* Sets or clears all bits behind the first ones. */
static void
address_fill(union packet_address *a, unsigned from, uint8_t kind, bool ones)
{
	for (unsigned i = from; i < bits_of(kind); i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		a->v6[i / 8] = (uint8_t)(ones ? a->v6[i / 8] | bit : a->v6[i / 8] & ~bit);
	}
}

static uint16_t
port_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	return (uint16_t)(byte_random(seed, alphabet) << 8 | byte_random(seed, alphabet));
}

static struct prefix
prefix_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	struct prefix p = {.kind = random_below(seed, 3) == 0 ? PACKET_IPV6 : PACKET_IPV4};
	unsigned all = bits_of(p.kind);

	p.bits = (uint8_t)(random_below(seed, 3) == 0 ? all : random_below(seed, all + 1));
	p.address = address_random(seed, alphabet, p.kind);
	address_fill(&p.address, p.bits, p.kind, false);
	return p;
}

static unsigned
elements_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	unsigned more = alphabet->elements_max - alphabet->elements_min;

	return alphabet->elements_min + random_below(seed, more + 1);
}

static struct prefix *
prefixes_random(uint64_t *seed, const struct rule_alphabet *alphabet, unsigned *n)
{
	struct prefix *prefixes = calloc(alphabet->elements_max + 1, sizeof(*prefixes));

	assert_non_null(prefixes);
	*n = elements_random(seed, alphabet);
	for (unsigned i = 0; i < *n; i++)
		prefixes[i] = prefix_random(seed, alphabet);
	return prefixes;
}

static struct port_range *
ranges_random(uint64_t *seed, const struct rule_alphabet *alphabet, unsigned *n)
{
	struct port_range *ranges = calloc(alphabet->elements_max + 1, sizeof(*ranges));

	assert_non_null(ranges);
	*n = elements_random(seed, alphabet);
	for (unsigned i = 0; i < *n; i++) {
		uint16_t a = port_random(seed, alphabet), b = port_random(seed, alphabet);

		if (random_below(seed, 2) != 0)
			b = a;
		ranges[i] = (struct port_range){a < b ? a : b, a < b ? b : a};
	}
	return ranges;
}

static uint8_t
protocol_random(uint64_t *seed)
{
	static const uint8_t protocols[] = {
		IPPROTO_TCP,
		IPPROTO_TCP,
		IPPROTO_UDP,
		IPPROTO_ICMP,
		IPPROTO_ICMPV6,
		0,
		UINT8_MAX,
	};

	return protocols[random_below(seed, ARRAY_LENGTH(protocols))];
}

static bool
protocol_is_icmp(int protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

struct rule
rule_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	struct rule r = rule_of(random_below(seed, RULE_REJECT + 1));

	if (random_below(seed, 4) != 0)
		r.protocol = protocol_random(seed);
	if (protocol_is_icmp(r.protocol)) {
		r.icmp_type = (int)random_below(seed, ICMP_VALUES + 1) - 1;
		r.icmp_code = (int)random_below(seed, ICMP_VALUES + 1) - 1;
	}
	r.src = prefixes_random(seed, alphabet, &r.n_src);
	r.dst = prefixes_random(seed, alphabet, &r.n_dst);
	if (r.protocol == IPPROTO_TCP || r.protocol == IPPROTO_UDP) {
		r.src_ports = ranges_random(seed, alphabet, &r.n_src_ports);
		r.dst_ports = ranges_random(seed, alphabet, &r.n_dst_ports);
	}
	return r;
}

struct policy_packet
packet_random(uint64_t *seed, const struct rule_alphabet *alphabet)
{
	struct policy_packet p = {
		.kind = random_below(seed, 3) == 0 ? PACKET_IPV6 : PACKET_IPV4,
		.protocol = protocol_random(seed),
		.icmp_type = (uint8_t)random_below(seed, ICMP_VALUES),
		.icmp_code = (uint8_t)random_below(seed, ICMP_VALUES),
	};

	p.src = address_random(seed, alphabet, p.kind);
	p.dst = address_random(seed, alphabet, p.kind);
	p.has_ports = (p.protocol == IPPROTO_TCP || p.protocol == IPPROTO_UDP) &&
		      random_below(seed, 8) != 0;
	if (p.has_ports) {
		p.src_port = port_random(seed, alphabet);
		p.dst_port = port_random(seed, alphabet);
	}
	return p;
}

/* Into one of the prefixes: its first address, its last one, or the neighbour of one of these. */
static void
address_into(
	uint64_t *seed,
	union packet_address *a,
	const struct prefix *prefixes,
	unsigned n,
	uint8_t kind
)
{
	const struct prefix *p = n == 0 ? NULL : &prefixes[random_below(seed, n)];
	unsigned last;

	if (p == NULL || p->kind != kind)
		return;
	last = bits_of(kind) / 8 - 1;
	*a = p->address;
	address_fill(a, p->bits, kind, random_below(seed, 2) != 0);
	if (random_below(seed, 8) == 0)
		a->v6[last] = (uint8_t)(a->v6[last] + (random_below(seed, 2) != 0 ? 1 : -1));
}

static void
port_into(uint64_t *seed, uint16_t *port, const struct port_range *ranges, unsigned n)
{
	const struct port_range *range = n == 0 ? NULL : &ranges[random_below(seed, n)];

	if (range == NULL)
		return;
	*port = random_below(seed, 2) != 0 ? range->first : range->last;
	if (random_below(seed, 8) == 0)
		*port = (uint16_t)(*port + (random_below(seed, 2) != 0 ? 1 : -1));
}

struct policy_packet
packet_near(uint64_t *seed, const struct rule_alphabet *alphabet, const struct rule *r)
{
	struct policy_packet p = packet_random(seed, alphabet);

	if (r->protocol != RULE_ANY)
		p.protocol = (uint8_t)r->protocol;
	if (r->n_src > 0)
		p.kind = r->src[0].kind;
	else if (r->n_dst > 0)
		p.kind = r->dst[0].kind;
	p.has_ports = p.protocol == IPPROTO_TCP || p.protocol == IPPROTO_UDP;
	address_into(seed, &p.src, r->src, r->n_src, p.kind);
	address_into(seed, &p.dst, r->dst, r->n_dst, p.kind);
	port_into(seed, &p.src_port, r->src_ports, r->n_src_ports);
	port_into(seed, &p.dst_port, r->dst_ports, r->n_dst_ports);
	return p;
}

static bool
prefix_has(const struct prefix *prefix, const union packet_address *a, uint8_t kind)
{
	if (prefix->kind != kind)
		return false;
	for (unsigned i = 0; i < prefix->bits; i++) {
		if ((prefix->address.v6[i / 8] ^ a->v6[i / 8]) & (0x80 >> i % 8))
			return false;
	}
	return true;
}

static bool
one_prefix_holds(
	const struct prefix *prefixes, unsigned n, const union packet_address *a, uint8_t kind
)
{
	bool found = n == 0;

	for (unsigned i = 0; i < n; i++)
		found |= prefix_has(&prefixes[i], a, kind);
	return found;
}

static bool
one_range_holds(const struct port_range *ranges, unsigned n, bool has_ports, uint16_t port)
{
	bool found = n == 0;

	for (unsigned i = 0; i < n; i++)
		found |= has_ports && port >= ranges[i].first && port <= ranges[i].last;
	return found;
}

static bool
icmp_holds(int named, uint8_t value, uint8_t protocol)
{
	return named == RULE_ANY || (named == value && protocol_is_icmp(protocol));
}

bool
rule_matches_slowly(const struct rule *r, const struct policy_packet *p)
{
	if (r->protocol != RULE_ANY && r->protocol != p->protocol)
		return false;
	return one_prefix_holds(r->src, r->n_src, &p->src, p->kind) &&
	       one_prefix_holds(r->dst, r->n_dst, &p->dst, p->kind) &&
	       one_range_holds(r->src_ports, r->n_src_ports, p->has_ports, p->src_port) &&
	       one_range_holds(r->dst_ports, r->n_dst_ports, p->has_ports, p->dst_port) &&
	       icmp_holds(r->icmp_type, p->icmp_type, p->protocol) &&
	       icmp_holds(r->icmp_code, p->icmp_code, p->protocol);
}
