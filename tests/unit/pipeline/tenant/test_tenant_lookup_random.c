/* SPDX-License-Identifier: BSD-3-Clause */
/* Random rows and queries, answered by the product and by a matcher that looks at one row after the other. */
#include "pipeline/tenant/tenant.h"
#include "pipeline/tenant/tenant_lookup.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_memory.h>

#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>

enum {
	RANDOM_ROUNDS = 150,
	RANDOM_ROWS = 400,
	RANDOM_QUERIES = 1500, /* of a round and side */
	RANDOM_BASES = 3, /* addresses that others are neighbours of */
	IPV4_BITS = 32,
	IPV6_BITS = 128,
};

static bool
prefix_has(const struct prefix *prefix, const struct tenant_query *q)
{
	if (prefix->kind == PACKET_OTHER)
		return true;
	if (prefix->kind != q->kind)
		return false;
	for (unsigned i = 0; i < prefix->bits; i++) {
		if ((prefix->address.v6[i / 8] ^ q->address.v6[i / 8]) & (0x80 >> i % 8))
			return false;
	}
	return true;
}

static bool
service_holds(const struct tenant_match *row, const struct tenant_query *q)
{
	if (row->protocol != TENANT_ANY_PROTOCOL && row->protocol != q->protocol)
		return false;
	if (row->service.first == 0 && row->service.last == UINT16_MAX)
		return true;
	return q->service != 0 && row->service.first <= q->service &&
	       q->service <= row->service.last;
}

static bool
row_holds(const struct tenant_match *row, const struct tenant_query *q, bool with_service)
{
	if (row->port != TENANT_ANY_PORT && row->port != q->port)
		return false;
	if (row->vlan_outer != TENANT_ANY_VLAN && row->vlan_outer != q->vlan_outer)
		return false;
	if (row->vlan_inner != TENANT_ANY_VLAN && row->vlan_inner != q->vlan_inner)
		return false;
	return prefix_has(&row->prefix, q) && (!with_service || service_holds(row, q));
}

/* The VLANs count for more than the port: both, then the outer one, then none. */
static int
scope_narrowness(const struct tenant_match *row)
{
	return 4 * (row->vlan_inner != TENANT_ANY_VLAN) + 2 * (row->vlan_outer != TENANT_ANY_VLAN) +
	       (row->port != TENANT_ANY_PORT);
}

static int
service_narrowness(const struct tenant_match *row)
{
	int ports = row->service.last - row->service.first + 1;

	return -ports * (row->protocol == TENANT_ANY_PROTOCOL ? 256 : 1);
}

/* No prefix is shorter than one of length 0. */
static int
prefix_length(const struct tenant_match *row)
{
	return row->prefix.kind == PACKET_OTHER ? -1 : row->prefix.bits;
}

static bool
row_beats(const struct tenant_match *a, const struct tenant_match *b, bool with_service)
{
	if (prefix_length(a) != prefix_length(b))
		return prefix_length(a) > prefix_length(b);
	if (scope_narrowness(a) != scope_narrowness(b))
		return scope_narrowness(a) > scope_narrowness(b);
	return with_service && service_narrowness(a) > service_narrowness(b);
}

static uint16_t
slot_by_looking(
	const struct tenant_match *rows, unsigned n, const struct tenant_query *q, bool with_service
)
{
	const struct tenant_match *best = NULL;

	for (unsigned i = 0; i < n; i++) {
		if (row_holds(&rows[i], q, with_service) &&
		    (best == NULL || row_beats(&rows[i], best, with_service)))
			best = &rows[i];
	}
	return best != NULL ? best->slot : TENANT_ROOT;
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

static uint16_t
random_of(uint64_t *seed, const uint16_t *values, unsigned n)
{
	return values[random_below(seed, n)];
}

static unsigned
kind_bits(uint8_t kind)
{
	return kind == PACKET_IPV4 ? IPV4_BITS : IPV6_BITS;
}

/* One of a few addresses, the lowest or the highest; often but for one bit. Behind an IPv4 address stands anything. */
static union packet_address
random_address(uint64_t *seed, uint8_t kind)
{
	union packet_address address = {.v6_words = {random_next(seed), random_next(seed)}};
	unsigned choice = random_below(seed, RANDOM_BASES + 2), bits = kind_bits(kind);
	unsigned bit = random_below(seed, bits);
	uint64_t base = choice + kind;

	for (unsigned i = 0; i < bits / 8; i++) {
		address.v6[i] = (uint8_t)random_next(&base);
		if (choice >= RANDOM_BASES)
			address.v6[i] = choice == RANDOM_BASES ? 0 : UINT8_MAX;
	}
	if (random_below(seed, 2) == 0)
		address.v6[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	return address;
}

static struct prefix
random_prefix(uint64_t *seed)
{
	static const uint16_t kinds[] = {
		PACKET_OTHER, PACKET_IPV4, PACKET_IPV4, PACKET_IPV6, PACKET_IPV6};
	struct prefix prefix = {.kind = (uint8_t)random_of(seed, kinds, ARRAY_LENGTH(kinds))};

	if (prefix.kind == PACKET_OTHER)
		return prefix;
	prefix.address = random_address(seed, prefix.kind);
	prefix.bits = (uint8_t)random_below(seed, kind_bits(prefix.kind) + 1);
	for (unsigned i = prefix.bits; i < kind_bits(prefix.kind); i++)
		prefix.address.v6[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return prefix;
}

static struct port_range
random_service(uint64_t *seed)
{
	static const uint16_t ports[] = {0, 1, 80, 443, 1023, UINT16_MAX};
	uint16_t a = random_of(seed, ports, ARRAY_LENGTH(ports));
	uint16_t b = random_of(seed, ports, ARRAY_LENGTH(ports));

	if (random_below(seed, 3) == 0)
		return (struct port_range){0, UINT16_MAX};
	return a < b ? (struct port_range){a, b} : (struct port_range){b, a};
}

static struct tenant_match
random_row(uint64_t *seed, uint16_t slot)
{
	static const uint16_t ports[] = {0, 1, 2, TENANT_ANY_PORT, TENANT_ANY_PORT};
	static const uint16_t vlans[] = {0, 1, 4095, TENANT_ANY_VLAN, TENANT_ANY_VLAN};
	static const uint16_t protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, 255};
	struct tenant_match row = {
		.port = random_of(seed, ports, ARRAY_LENGTH(ports)),
		.vlan_outer = random_of(seed, vlans, ARRAY_LENGTH(vlans)),
		.vlan_inner = random_of(seed, vlans, ARRAY_LENGTH(vlans)),
		.prefix = random_prefix(seed),
		.protocol = random_of(seed, protocols, ARRAY_LENGTH(protocols)),
		.service = random_service(seed),
		.slot = slot,
	};

	if (row.vlan_outer == TENANT_ANY_VLAN)
		row.vlan_inner = TENANT_ANY_VLAN;
	if (random_below(seed, 3) == 0)
		row.protocol = TENANT_ANY_PROTOCOL;
	return row;
}

static struct tenant_query
random_query(uint64_t *seed)
{
	static const uint16_t kinds[] = {
		PACKET_OTHER, PACKET_ARP, PACKET_IPV4, PACKET_IPV4, PACKET_IPV6, PACKET_IPV6};
	static const uint16_t vlans[] = {0, 0, 1, 4095, 2};
	static const uint16_t protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, 255, 7};
	static const uint16_t services[] = {0, 1, 2, 80, 81, 443, 1023, 1024, UINT16_MAX};
	uint8_t kind = (uint8_t)random_of(seed, kinds, ARRAY_LENGTH(kinds));

	return (struct tenant_query){
		.address = random_address(seed, kind == PACKET_IPV4 ? PACKET_IPV4 : PACKET_IPV6),
		.kind = kind,
		.protocol = (uint8_t)random_of(seed, protocols, ARRAY_LENGTH(protocols)),
		.port = (uint16_t)random_below(seed, 4),
		.vlan_outer = random_of(seed, vlans, ARRAY_LENGTH(vlans)),
		.vlan_inner = random_of(seed, vlans, ARRAY_LENGTH(vlans)),
		.service = random_of(seed, services, ARRAY_LENGTH(services)),
	};
}

struct rows {
	struct tenant_match rows[RANDOM_ROWS];
	unsigned n;
};

/* Every number of rows comes up, few ones often. */
static void
random_rows(uint64_t *seed, struct rows *r)
{
	unsigned most = random_below(seed, 2) == 0 ? RANDOM_ROWS : 20;

	r->n = random_below(seed, most + 1);
	for (unsigned i = 0; i < r->n; i++)
		r->rows[i] = random_row(seed, (uint16_t)(1 + i));
}

static void
round_compare(uint64_t *seed, unsigned found[2])
{
	struct rows from, to;
	struct tenant_lookup *l;

	random_rows(seed, &from);
	random_rows(seed, &to);
	l = tenant_lookup_create("random", from.rows, from.n, to.rows, to.n, SOCKET_ID_ANY);
	assert_non_null(l);
	for (unsigned i = 0; i < RANDOM_QUERIES; i++) {
		struct tenant_query q = random_query(seed);
		uint16_t slot = slot_by_looking(from.rows, from.n, &q, false);

		assert_int_equal(tenant_lookup_from(l, &q), slot);
		found[slot != TENANT_ROOT]++;
		slot = slot_by_looking(to.rows, to.n, &q, true);
		assert_int_equal(tenant_lookup_to(l, &q), slot);
		found[slot != TENANT_ROOT]++;
	}
	tenant_lookup_destroy(l);
}

static void
random_rows_and_queries_agree_with_a_matcher_that_looks(void **state)
{
	const char *given = getenv("LEAT_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	unsigned found[2] = {0};

	(void)state;
	print_message("LEAT_SEED=%llu\n", (unsigned long long)seed);
	for (unsigned i = 0; i < RANDOM_ROUNDS; i++)
		round_compare(&seed, found);
	print_message("%u with no tenant, %u with one\n", found[0], found[1]);
	/* Otherwise it has shown nothing. */
	assert_true(found[0] > RANDOM_ROUNDS * RANDOM_QUERIES / 50);
	assert_true(found[1] > RANDOM_ROUNDS * RANDOM_QUERIES / 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rows_and_queries_agree_with_a_matcher_that_looks),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
