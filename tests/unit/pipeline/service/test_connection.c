/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of connections: found by all of the key, let go by age, full some time. */
#include "pipeline/service/connection.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

enum { CONNECTIONS = 100 };

static struct connection_table table;

static int
table_setup(void **state)
{
	(void)state;
	return connection_table_init(&table, CONNECTIONS, "unit_connections", SOCKET_ID_ANY);
}

static int
table_teardown(void **state)
{
	(void)state;
	connection_table_free(&table);
	return 0;
}

static struct connection_key
key_of(uint16_t client_port)
{
	return (struct connection_key){
		/* All of the union, since all of it is hashed. */
		.client.v6_words = {1, 0},
		.server.v6_words = {2, 0},
		.client_port_be = client_port,
		.server_port_be = 9000,
		.vlan_outer = PACKET_NO_VLAN,
		.vlan_inner = PACKET_NO_VLAN,
		.kind = PACKET_IPV4,
	};
}

static struct connection *
add(uint16_t client_port)
{
	const struct connection_key key = key_of(client_port);

	return connection_add(&table, &key);
}

static struct connection *
find(uint16_t client_port)
{
	const struct connection_key key = key_of(client_port);

	return connection_find(&table, &key);
}

static void
a_connection_is_found_until_it_is_removed(void **state)
{
	struct connection *c = add(7);

	(void)state;
	assert_non_null(c);
	assert_ptr_equal(find(7), c);
	assert_null(find(8));
	connection_remove(&table, c);
	assert_null(find(7));
}

static void
each_part_of_the_key_counts(void **state)
{
	const struct connection_key key = key_of(7);
	struct connection_key others[9];

	(void)state;
	assert_non_null(add(7));
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++)
		others[i] = key;
	others[0].client.v6[15] = 1;
	others[1].server.v6[15] = 1;
	others[2].client_port_be++;
	others[3].server_port_be++;
	others[4].vlan_outer = 1;
	others[5].vlan_inner = 1;
	others[6].kind = PACKET_IPV6;
	others[7].pair = 1;
	others[8].client = key.server;
	others[8].server = key.client;
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++)
		assert_null(connection_find(&table, &others[i]));
}

static void
a_full_table_refuses_and_takes_again_what_was_given_back(void **state)
{
	unsigned n = 0;

	(void)state;
	while (add((uint16_t)n) != NULL)
		n++;
	assert_true(n >= CONNECTIONS);
	for (uint16_t i = 0; i < n; i++) {
		connection_remove(&table, find(i));
		assert_non_null(add((uint16_t)(n + i)));
	}
	for (uint16_t i = 0; i < n; i++)
		assert_null(find(i));
}

static void
the_oldest_is_the_one_that_was_silent_longest(void **state)
{
	struct connection *a = add(1), *b = add(2), *c = add(3);

	(void)state;
	assert_ptr_equal(connection_oldest(&table, CONNECTION_BEGUN), a);
	connection_touch(&table, a, 10, CONNECTION_BEGUN);
	assert_ptr_equal(connection_oldest(&table, CONNECTION_BEGUN), b);
	connection_touch(&table, b, 11, CONNECTION_OPEN);
	connection_touch(&table, c, 12, CONNECTION_OPEN);
	connection_touch(&table, b, 13, CONNECTION_OPEN);
	assert_ptr_equal(connection_oldest(&table, CONNECTION_BEGUN), a);
	assert_ptr_equal(connection_oldest(&table, CONNECTION_OPEN), c);
	assert_null(connection_oldest(&table, CONNECTION_OVER));
	connection_touch(&table, c, 14, CONNECTION_OVER);
	assert_ptr_equal(connection_oldest(&table, CONNECTION_OPEN), b);
	assert_ptr_equal(connection_oldest(&table, CONNECTION_OVER), c);
	connection_remove(&table, b);
	assert_null(connection_oldest(&table, CONNECTION_OPEN));
}

static void
a_place_that_is_used_again_has_nothing_of_the_old_one(void **state)
{
	struct connection *c = add(1);

	(void)state;
	c->payer = 5;
	connection_touch(&table, c, 12, CONNECTION_OVER);
	connection_remove(&table, c);
	c = add(1);
	assert_int_equal(c->payer, 0);
	assert_int_equal(c->state, CONNECTION_BEGUN);
	assert_int_equal(c->seen_ns, 0);
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, table_setup, table_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(a_connection_is_found_until_it_is_removed),
		TABLE_TEST(each_part_of_the_key_counts),
		TABLE_TEST(a_full_table_refuses_and_takes_again_what_was_given_back),
		TABLE_TEST(the_oldest_is_the_one_that_was_silent_longest),
		TABLE_TEST(a_place_that_is_used_again_has_nothing_of_the_old_one),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
