/* SPDX-License-Identifier: BSD-3-Clause */
/* Which row a packet meets, by its address. */
#include "pipeline/tenant/tenant.h"
#include "pipeline/tenant/tenant_lookup.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/tenant/tenant_rows.h"
#include "tests/unit/unit_test.h"

#include <rte_memory.h>

#include <string.h>

static void
to_is(const struct tenant_lookup *l, struct tenant_query q, uint16_t slot)
{
	assert_int_equal(tenant_lookup_to(l, &q), slot);
}

static void
address_is(const struct tenant_lookup *l, const char *address, uint16_t slot)
{
	to_is(l, tenant_query_make(address), slot);
}

static void
without_rows_everything_is_the_roots(void **state)
{
	struct tenant_lookup *l = tenant_lookup_to_rows(NULL, 0);
	struct tenant_query arp = {.kind = PACKET_ARP, .port = 1};

	(void)state;
	address_is(l, "10.0.0.1", TENANT_ROOT);
	address_is(l, "2001:db8::1", TENANT_ROOT);
	to_is(l, arp, TENANT_ROOT);
	assert_int_equal(tenant_lookup_from(l, &arp), TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
a_row_without_prefix_is_for_all_kinds_of_packets(void **state)
{
	struct tenant_match row = tenant_row_any(7);
	struct tenant_lookup *l = tenant_lookup_to_rows(&row, 1);

	(void)state;
	address_is(l, "0.0.0.0", 7);
	address_is(l, "255.255.255.255", 7);
	address_is(l, "::", 7);
	to_is(l, (struct tenant_query){.kind = PACKET_ARP}, 7);
	to_is(l, (struct tenant_query){.kind = PACKET_OTHER}, 7);
	tenant_lookup_destroy(l);
}

static void
a_row_with_a_prefix_is_only_for_its_ip_version(void **state)
{
	struct tenant_match rows[] = {
		tenant_row_prefix(4, "0.0.0.0/0"),
		tenant_row_prefix(6, "::/0"),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(&rows[0], 1);

	(void)state;
	address_is(l, "10.0.0.1", 4);
	address_is(l, "::10.0.0.1", TENANT_ROOT);
	to_is(l, (struct tenant_query){.kind = PACKET_ARP}, TENANT_ROOT);
	tenant_lookup_destroy(l);
	l = tenant_lookup_to_rows(rows, 2);
	address_is(l, "10.0.0.1", 4);
	address_is(l, "::", 6);
	address_is(l, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6);
	to_is(l, (struct tenant_query){.kind = PACKET_OTHER}, TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
the_longest_prefix_wins(void **state)
{
	struct tenant_match rows[] = {
		tenant_row_prefix(1, "10.1.0.0/16"),
		tenant_row_prefix(2, "10.0.0.0/8"),
		tenant_row_prefix(3, "10.1.2.0/24"),
		tenant_row_prefix(4, "2001:db8::/32"),
		tenant_row_prefix(5, "2001:db8:0:1::/64"),
		tenant_row_prefix(6, "2001:db8:0:1::1/128"),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));

	(void)state;
	address_is(l, "10.0.0.1", 2);
	address_is(l, "10.1.0.1", 1);
	address_is(l, "10.1.2.1", 3);
	address_is(l, "10.1.3.0", 1);
	address_is(l, "10.2.0.0", 2);
	address_is(l, "2001:db8:1::", 4);
	address_is(l, "2001:db8:0:1::", 5);
	address_is(l, "2001:db8:0:1::1", 6);
	address_is(l, "2001:db8:0:1::2", 5);
	tenant_lookup_destroy(l);
}

static void
a_prefix_ends_with_its_last_address(void **state)
{
	struct tenant_match rows[] = {
		tenant_row_prefix(1, "10.0.1.128/25"),
		tenant_row_prefix(2, "255.255.255.255/32"),
		tenant_row_prefix(3, "2001:db8:0:ffff::/64"),
		tenant_row_prefix(4, "ffff::/16"),
		tenant_row_prefix(5, "::/127"),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));

	(void)state;
	address_is(l, "10.0.1.127", TENANT_ROOT);
	address_is(l, "10.0.1.128", 1);
	address_is(l, "10.0.1.255", 1);
	address_is(l, "10.0.2.0", TENANT_ROOT);
	address_is(l, "255.255.255.254", TENANT_ROOT);
	address_is(l, "255.255.255.255", 2);
	address_is(l, "2001:db8:0:fffe:ffff:ffff:ffff:ffff", TENANT_ROOT);
	address_is(l, "2001:db8:0:ffff:ffff:ffff:ffff:ffff", 3);
	address_is(l, "2001:db8:1::", TENANT_ROOT);
	address_is(l, "fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", TENANT_ROOT);
	address_is(l, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 4);
	address_is(l, "::1", 5);
	address_is(l, "::2", TENANT_ROOT);
	tenant_lookup_destroy(l);
}

/* Prefixes of one address, of every length: the deepest nesting there is. */
static void
lengths_are_all_found(const char *address, unsigned bits_max)
{
	struct tenant_match rows[129];
	struct tenant_query q = tenant_query_make(address);
	struct tenant_lookup *l;

	for (unsigned bits = 0; bits <= bits_max; bits++) {
		rows[bits] = tenant_row_any((uint16_t)(1 + bits));
		rows[bits].prefix.kind = q.kind;
		rows[bits].prefix.bits = (uint8_t)bits;
		for (unsigned i = 0; i < bits; i++) {
			uint8_t bit = (uint8_t)(0x80 >> i % 8);

			rows[bits].prefix.address.v6[i / 8] |= q.address.v6[i / 8] & bit;
		}
	}
	l = tenant_lookup_to_rows(rows, bits_max + 1);
	to_is(l, q, (uint16_t)(1 + bits_max));
	for (unsigned bits = 0; bits < bits_max; bits++) {
		struct tenant_query near = q;

		near.address.v6[bits / 8] ^= (uint8_t)(0x80 >> bits % 8);
		to_is(l, near, (uint16_t)(1 + bits));
	}
	tenant_lookup_destroy(l);
}

static void
prefixes_nest_to_any_depth(void **state)
{
	(void)state;
	lengths_are_all_found("0.0.0.0", 32);
	lengths_are_all_found("10.170.85.1", 32);
	lengths_are_all_found("255.255.255.255", 32);
	lengths_are_all_found("::", 128);
	lengths_are_all_found("2001:db8:aa55::ff:1", 128);
	lengths_are_all_found("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128);
}

static void
what_stands_behind_an_ipv4_address_does_not_count(void **state)
{
	struct tenant_match row = tenant_row_prefix(1, "10.0.0.0/8");
	struct tenant_query q = tenant_query_make("10.0.0.1");
	struct tenant_lookup *l;

	(void)state;
	memset(row.prefix.address.v6 + 4, 0xA5, 12);
	memset(q.address.v6 + 4, 0x5A, 12);
	l = tenant_lookup_to_rows(&row, 1);
	to_is(l, q, 1);
	tenant_lookup_destroy(l);
}

static void
a_longer_prefix_in_another_scope_does_not_hide_a_shorter_one(void **state)
{
	struct tenant_match rows[] = {
		tenant_row_prefix(1, "10.1.2.0/24"),
		tenant_row_prefix(2, "10.1.0.0/16"),
		tenant_row_prefix(3, "10.0.0.0/8"),
		tenant_row_any(4),
	};
	struct tenant_query q = tenant_query_make("10.1.2.3");
	struct tenant_lookup *l;

	(void)state;
	rows[0].vlan_outer = 10;
	rows[1].port = 9;
	rows[2].vlan_outer = 10;
	l = tenant_lookup_to_rows(rows, 3);
	to_is(l, q, TENANT_ROOT);
	tenant_lookup_destroy(l);
	l = tenant_lookup_to_rows(rows, 4);
	to_is(l, q, 4);
	q.port = 9;
	to_is(l, q, 2);
	q.vlan_outer = 10;
	to_is(l, q, 1);
	tenant_lookup_destroy(l);
}

static void
a_longer_prefix_wins_over_a_narrower_scope(void **state)
{
	struct tenant_match rows[] = {
		tenant_row_prefix(1, "10.1.0.0/16"), tenant_row_prefix(2, "10.0.0.0/8")};
	struct tenant_lookup *l;

	(void)state;
	rows[1].port = 1;
	l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));
	address_is(l, "10.1.0.1", 1);
	address_is(l, "10.2.0.1", 2);
	tenant_lookup_destroy(l);
}

static void
from_and_to_are_apart(void **state)
{
	struct tenant_match from = tenant_row_prefix(1, "10.0.0.0/8");
	struct tenant_match to = tenant_row_prefix(2, "10.0.0.0/16");
	struct tenant_lookup *l = tenant_lookup_create("both", &from, 1, &to, 1, SOCKET_ID_ANY);
	struct tenant_query q = tenant_query_make("10.0.0.1");

	(void)state;
	assert_non_null(l);
	assert_int_equal(tenant_lookup_from(l, &q), 1);
	assert_int_equal(tenant_lookup_to(l, &q), 2);
	tenant_lookup_destroy(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_rows_everything_is_the_roots),
		cmocka_unit_test(a_row_without_prefix_is_for_all_kinds_of_packets),
		cmocka_unit_test(a_row_with_a_prefix_is_only_for_its_ip_version),
		cmocka_unit_test(the_longest_prefix_wins),
		cmocka_unit_test(a_prefix_ends_with_its_last_address),
		cmocka_unit_test(prefixes_nest_to_any_depth),
		cmocka_unit_test(what_stands_behind_an_ipv4_address_does_not_count),
		cmocka_unit_test(a_longer_prefix_in_another_scope_does_not_hide_a_shorter_one),
		cmocka_unit_test(a_longer_prefix_wins_over_a_narrower_scope),
		cmocka_unit_test(from_and_to_are_apart),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
