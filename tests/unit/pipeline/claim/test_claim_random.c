/* SPDX-License-Identifier: BSD-3-Clause */
/* Random rows and packets, judged by the product and by a matcher that looks at one row after the other. */
#include "pipeline/claim/claim_match.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>

enum {
	RANDOM_ROUNDS = 25,
	RANDOM_RULES = 120,
	RANDOM_PACKETS = 8000, /* of a round */
	RANDOM_VALUES = 4, /* of each kind, so that rules and packets meet */
	IPV4_BITS = 32,
	IPV6_BITS = 128,
};

static bool
prefix_covers(
	const union packet_address *prefix, unsigned bits, const union packet_address *address
)
{
	for (unsigned i = 0; i < bits; i++) {
		if ((prefix->v6[i / 8] ^ address->v6[i / 8]) & (0x80 >> i % 8))
			return false;
	}
	return true;
}

static bool
rule_covers(const struct claim_rule *rule, const struct packet *p)
{
	uint16_t vlan = p->vlan_outer == PACKET_NO_VLAN ? 0 : p->vlan_outer;
	uint16_t port = ntohs(p->dst_port_be);
	uint8_t protocol = p->flags & PACKET_FRAGMENT ? p->fragment_protocol : p->ip_protocol;

	if (rule->kind != p->kind || (!rule->any_protocol && rule->protocol != protocol) ||
	    (!rule->any_vlan && rule->vlan != vlan))
		return false;
	if (rule->names_ports && (!(p->flags & PACKET_HAS_PORTS) || (p->flags & PACKET_FRAGMENT) ||
				  port < rule->port_first || port > rule->port_last))
		return false;
	return prefix_covers(&rule->dst, rule->dst_bits, &p->dst) &&
	       prefix_covers(&rule->src, rule->src_bits, &p->src);
}

static uint8_t
verdict_by_looking(const struct claim_rule *rules, unsigned n, const struct packet *p)
{
	uint8_t verdict = CLAIM_NONE;

	for (unsigned i = 0; i < n; i++) {
		if (rule_covers(&rules[i], p) && rules[i].verdict > verdict)
			verdict = (uint8_t)rules[i].verdict;
	}
	return verdict;
}

/* splitmix64 */
static uint64_t
random_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static unsigned
random_below(uint64_t *seed, unsigned n)
{
	return (unsigned)(random_next(seed) % n);
}

/* One of a few addresses, or a near neighbour. The bytes behind an IPv4 address differ every time. */
static union packet_address
random_address(uint64_t *seed, uint8_t kind)
{
	union packet_address address = {.v6_words = {random_next(seed), random_next(seed)}};
	uint64_t choice = random_below(seed, RANDOM_VALUES) + (kind == PACKET_IPV4 ? 0 : 1000);
	unsigned bits = kind == PACKET_IPV4 ? IPV4_BITS : IPV6_BITS, bit = random_below(seed, bits);

	for (unsigned i = 0; i < bits / 8; i++)
		address.v6[i] = (uint8_t)random_next(&choice);
	if (random_below(seed, 2) == 0)
		address.v6[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	return address;
}

static uint8_t
random_protocol(uint64_t *seed)
{
	static const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP, 0, 255};

	return protocols[random_below(seed, ARRAY_LENGTH(protocols))];
}

static uint16_t
random_port(uint64_t *seed)
{
	static const uint16_t ports[] = {0, 1, 255, 256, 26399, 26400, 26499, 26500, 65534, 65535};

	return random_below(seed, 8) == 0 ? (uint16_t)random_next(seed)
					  : ports[random_below(seed, ARRAY_LENGTH(ports))];
}

static uint16_t
random_vlan(uint64_t *seed)
{
	static const uint16_t vlans[] = {0, 1, 100, 256, 4094};

	return vlans[random_below(seed, ARRAY_LENGTH(vlans))];
}

/* Everything behind the prefix is zero, as the config demands it. */
static uint8_t
random_prefix(uint64_t *seed, uint8_t kind, union packet_address *address)
{
	unsigned most = kind == PACKET_IPV4 ? IPV4_BITS : IPV6_BITS;
	unsigned bits = random_below(seed, 4) == 0 ? 0 : 1 + random_below(seed, most);

	*address = random_address(seed, kind);
	for (unsigned i = bits; i < 8 * sizeof(*address); i++)
		address->v6[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return (uint8_t)bits;
}

static struct claim_rule
random_rule(uint64_t *seed)
{
	struct claim_rule rule = {
		.verdict = random_below(seed, 3) == 0 ? CLAIM_DENIED : CLAIM_CLAIMED,
		.kind = random_below(seed, 2) == 0 ? PACKET_IPV4 : PACKET_IPV6,
		.any_protocol = random_below(seed, 3) == 0,
		.protocol = random_protocol(seed),
		.any_vlan = random_below(seed, 2) == 0,
		.vlan = random_vlan(seed),
		.names_ports = random_below(seed, 2) == 0,
		.port_first = random_port(seed),
		.port_last = random_port(seed),
	};

	if (rule.port_first > rule.port_last) {
		uint16_t last = rule.port_first;

		rule.port_first = rule.port_last;
		rule.port_last = last;
	}
	rule.dst_bits = random_prefix(seed, rule.kind, &rule.dst);
	rule.src_bits = random_prefix(seed, rule.kind, &rule.src);
	return rule;
}

static struct packet
random_packet(uint64_t *seed)
{
	static const uint8_t flags[] = {
		PACKET_HAS_PORTS,
		PACKET_HAS_PORTS,
		0,
		PACKET_FRAGMENT | PACKET_HAS_PORTS,
		PACKET_FRAGMENT | PACKET_LATER_FRAGMENT,
	};
	struct packet p = {
		.src_port_be = htons(random_port(seed)),
		.dst_port_be = htons(random_port(seed)),
		.vlan_outer = random_below(seed, 2) == 0 ? PACKET_NO_VLAN : random_vlan(seed),
		.vlan_inner = random_vlan(seed),
		.kind = random_below(seed, 2) == 0 ? PACKET_IPV4 : PACKET_IPV6,
		.ip_protocol = random_protocol(seed),
		.fragment_protocol = random_protocol(seed),
		.flags = flags[random_below(seed, ARRAY_LENGTH(flags))],
	};

	p.src = random_address(seed, p.kind);
	p.dst = random_address(seed, p.kind);
	return p;
}

static void
round_compare(uint64_t *seed, unsigned found[CLAIM_DENIED + 1])
{
	struct claim_rule rules[RANDOM_RULES];
	unsigned n_rules = random_below(seed, RANDOM_RULES + 1);
	struct claim_match *match;

	for (unsigned i = 0; i < n_rules; i++)
		rules[i] = random_rule(seed);
	match = claim_match_create("_random", rules, n_rules, SOCKET_ID_ANY);
	assert_non_null(match);
	for (unsigned done = 0, n; done < RANDOM_PACKETS; done += n) {
		struct packet packets[BURST_MAX];
		const struct packet *pointers[BURST_MAX];
		uint8_t verdicts[BURST_MAX];

		n = 1 + random_below(seed, BURST_MAX);
		for (unsigned i = 0; i < n; i++) {
			packets[i] = random_packet(seed);
			pointers[i] = &packets[i];
		}
		claim_match_packets(match, pointers, n, verdicts);
		for (unsigned i = 0; i < n; i++) {
			assert_int_equal(
				verdicts[i], verdict_by_looking(rules, n_rules, &packets[i])
			);
			found[verdicts[i]]++;
		}
	}
	claim_match_destroy(match);
}

static void
random_rows_and_packets_agree_with_a_matcher_that_looks(void **state)
{
	const char *given = getenv("LEAT_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	unsigned found[CLAIM_DENIED + 1] = {0};

	(void)state;
	print_message("LEAT_SEED=%llu\n", (unsigned long long)seed);
	for (unsigned i = 0; i < RANDOM_ROUNDS; i++)
		round_compare(&seed, found);
	print_message(
		"%u passed, %u claimed, %u denied\n",
		found[CLAIM_NONE],
		found[CLAIM_CLAIMED],
		found[CLAIM_DENIED]
	);
	/* Otherwise it has shown nothing. */
	for (unsigned i = 0; i < ARRAY_LENGTH(found); i++)
		assert_true(found[i] > RANDOM_ROUNDS * RANDOM_PACKETS / 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rows_and_packets_agree_with_a_matcher_that_looks),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
