/* SPDX-License-Identifier: BSD-3-Clause */
/* Which row of a prefix a packet meets, by its port, VLANs and service. */
#include "pipeline/tenant/tenant.h"
#include "pipeline/tenant/tenant_lookup.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/tenant/tenant_rows.h"
#include "tests/unit/unit_test.h"

#include <rte_memory.h>

#include <netinet/in.h>

static void
to_is(const struct tenant_lookup *l, struct tenant_query q, uint16_t slot)
{
	assert_int_equal(tenant_lookup_to(l, &q), slot);
}

static struct tenant_match
row_scoped(uint16_t slot, uint16_t port, uint16_t outer, uint16_t inner)
{
	struct tenant_match row = tenant_row_prefix(slot, "10.0.0.0/8");

	row.port = port;
	row.vlan_outer = outer;
	row.vlan_inner = inner;
	return row;
}

static struct tenant_query
query_scoped(uint16_t port, uint16_t outer, uint16_t inner)
{
	struct tenant_query q = tenant_query_make("10.0.0.1");

	q.port = port;
	q.vlan_outer = outer;
	q.vlan_inner = inner;
	return q;
}

static void
of_the_same_prefix_the_narrower_scope_wins(void **state)
{
	const struct tenant_match rows[] = {
		row_scoped(1, TENANT_ANY_PORT, TENANT_ANY_VLAN, TENANT_ANY_VLAN),
		row_scoped(2, 1, TENANT_ANY_VLAN, TENANT_ANY_VLAN),
		row_scoped(3, TENANT_ANY_PORT, 10, TENANT_ANY_VLAN),
		row_scoped(4, 1, 10, TENANT_ANY_VLAN),
		row_scoped(5, TENANT_ANY_PORT, 10, 20),
		row_scoped(6, 1, 10, 20),
	};

	(void)state;
	for (unsigned n = 1; n <= ARRAY_LENGTH(rows); n++) {
		struct tenant_lookup *l = tenant_lookup_to_rows(rows, n);

		to_is(l, query_scoped(1, 10, 20), (uint16_t)n);
		tenant_lookup_destroy(l);
	}
}

static void
every_thing_that_a_scope_names_must_hold(void **state)
{
	const struct tenant_match row = row_scoped(1, 1, 10, 20);
	struct tenant_lookup *l = tenant_lookup_to_rows(&row, 1);

	(void)state;
	to_is(l, query_scoped(1, 10, 20), 1);
	to_is(l, query_scoped(2, 10, 20), TENANT_ROOT);
	to_is(l, query_scoped(1, 11, 20), TENANT_ROOT);
	to_is(l, query_scoped(1, 10, 21), TENANT_ROOT);
	to_is(l, query_scoped(1, 20, 10), TENANT_ROOT);
	to_is(l, query_scoped(1, 10, 0), TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
an_untagged_row_is_for_untagged_packets(void **state)
{
	const struct tenant_match row = row_scoped(1, TENANT_ANY_PORT, 0, TENANT_ANY_VLAN);
	struct tenant_lookup *l = tenant_lookup_to_rows(&row, 1);

	(void)state;
	to_is(l, query_scoped(1, 0, 0), 1);
	to_is(l, query_scoped(1, 10, 0), TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
an_outer_vlan_alone_is_for_every_inner_one(void **state)
{
	const struct tenant_match rows[] = {
		row_scoped(1, TENANT_ANY_PORT, 4095, TENANT_ANY_VLAN),
		row_scoped(2, TENANT_ANY_PORT, 4095, 0),
		row_scoped(3, TENANT_ANY_PORT, 4095, 4095),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));

	(void)state;
	to_is(l, query_scoped(1, 4095, 1), 1);
	to_is(l, query_scoped(1, 4095, 0), 2);
	to_is(l, query_scoped(1, 4095, 4095), 3);
	to_is(l, query_scoped(1, 0, 0), TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
tenants_on_different_vlans_may_use_the_same_addresses(void **state)
{
	struct tenant_match rows[4094];
	struct tenant_lookup *l;

	(void)state;
	for (uint16_t i = 0; i < ARRAY_LENGTH(rows); i++)
		rows[i] = row_scoped(1 + i, 1, 1 + i, TENANT_ANY_VLAN);
	l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));
	for (uint16_t i = 0; i < ARRAY_LENGTH(rows); i++)
		to_is(l, query_scoped(1, 1 + i, 0), 1 + i);
	tenant_lookup_destroy(l);
}

static struct tenant_match
row_service(uint16_t slot, int protocol, uint16_t first, uint16_t last)
{
	struct tenant_match row = tenant_row_prefix(slot, "10.0.0.0/8");

	row.protocol = protocol;
	row.service = (struct port_range){first, last};
	return row;
}

static struct tenant_query
query_service(uint8_t protocol, uint16_t service)
{
	struct tenant_query q = tenant_query_make("10.0.0.1");

	q.protocol = protocol;
	q.service = service;
	return q;
}

static void
of_the_same_scope_the_narrower_service_wins(void **state)
{
	const struct tenant_match rows[] = {
		row_service(1, TENANT_ANY_PROTOCOL, 0, UINT16_MAX),
		row_service(2, IPPROTO_TCP, 0, UINT16_MAX),
		row_service(3, IPPROTO_TCP, 0, 1023),
		row_service(4, IPPROTO_TCP, 443, 443),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));

	(void)state;
	to_is(l, query_service(IPPROTO_TCP, 443), 4);
	to_is(l, query_service(IPPROTO_TCP, 442), 3);
	to_is(l, query_service(IPPROTO_TCP, 1023), 3);
	to_is(l, query_service(IPPROTO_TCP, 1024), 2);
	to_is(l, query_service(IPPROTO_UDP, 443), 1);
	tenant_lookup_destroy(l);
}

static void
a_packet_without_ports_meets_only_rows_for_all_of_them(void **state)
{
	const struct tenant_match rows[] = {
		row_service(1, IPPROTO_TCP, 0, UINT16_MAX),
		row_service(2, IPPROTO_TCP, 0, 1023),
	};
	struct tenant_lookup *l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));

	(void)state;
	to_is(l, query_service(IPPROTO_TCP, 0), 1);
	to_is(l, query_service(IPPROTO_TCP, 1), 2);
	tenant_lookup_destroy(l);
}

static void
a_service_that_does_not_match_leaves_wider_rows_their_chance(void **state)
{
	struct tenant_match rows[] = {
		row_service(1, IPPROTO_TCP, 443, 443),
		row_service(2, IPPROTO_TCP, 80, 80),
		row_service(3, IPPROTO_UDP, 53, 53),
	};
	struct tenant_lookup *l;

	(void)state;
	rows[0].port = 1;
	rows[2].prefix.kind = PACKET_OTHER;
	l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));
	to_is(l, query_service(IPPROTO_TCP, 443), 1);
	to_is(l, query_service(IPPROTO_TCP, 80), 2);
	to_is(l, query_service(IPPROTO_UDP, 53), 3);
	to_is(l, query_service(IPPROTO_UDP, 80), TENANT_ROOT);
	tenant_lookup_destroy(l);
}

static void
rows_from_know_no_service(void **state)
{
	struct tenant_match row = row_service(1, IPPROTO_TCP, 443, 443);
	struct tenant_query q = query_service(IPPROTO_UDP, 53);
	struct tenant_lookup *l = tenant_lookup_create("from", &row, 1, NULL, 0, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(l);
	assert_int_equal(tenant_lookup_from(l, &q), 1);
	tenant_lookup_destroy(l);
}

static void
of_rows_that_are_alike_the_first_wins(void **state)
{
	struct tenant_match rows[20];
	struct tenant_lookup *l;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(rows); i++)
		rows[i] = row_service((uint16_t)(20 - i), IPPROTO_TCP, 80, 80);
	l = tenant_lookup_to_rows(rows, ARRAY_LENGTH(rows));
	to_is(l, query_service(IPPROTO_TCP, 80), 20);
	tenant_lookup_destroy(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_same_prefix_the_narrower_scope_wins),
		cmocka_unit_test(every_thing_that_a_scope_names_must_hold),
		cmocka_unit_test(an_untagged_row_is_for_untagged_packets),
		cmocka_unit_test(an_outer_vlan_alone_is_for_every_inner_one),
		cmocka_unit_test(tenants_on_different_vlans_may_use_the_same_addresses),
		cmocka_unit_test(of_the_same_scope_the_narrower_service_wins),
		cmocka_unit_test(a_packet_without_ports_meets_only_rows_for_all_of_them),
		cmocka_unit_test(a_service_that_does_not_match_leaves_wider_rows_their_chance),
		cmocka_unit_test(rows_from_know_no_service),
		cmocka_unit_test(of_rows_that_are_alike_the_first_wins),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
