/* SPDX-License-Identifier: BSD-3-Clause */
/* The index of feed lines. */
#include "pipeline/feed/feed.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/feed_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_memory.h>

#include <errno.h>

static struct packet
packet_to(uint16_t dst_port)
{
	return (struct packet){
		.kind = PACKET_IPV4,
		.ip_protocol = IPPROTO_UDP,
		.flags = PACKET_HAS_PORTS,
		.dst = feed_fixture_group4,
		.dst_port_be = rte_cpu_to_be_16(dst_port),
	};
}

static void
a_new_table_is_empty(void **state)
{
	struct feed_table *table = feed_table_create(2, 3, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(table);
	assert_int_equal(table->n_feeds, 2);
	assert_int_equal(table->n_lines, 3);
	assert_int_equal(table->feeds[1].counters.packets, 0);
	assert_int_equal(table->line_counters[2].packets, 0);
	feed_table_destroy(table);
}

static void
destroying_no_table_does_nothing(void **state)
{
	(void)state;
	feed_table_destroy(NULL);
}

static void
a_table_without_lines_lets_no_packet_through(void **state)
{
	struct feed_table *table = feed_fixture_table(NULL, 0, 0);

	(void)state;
	for (unsigned dst_port = 0; dst_port <= UINT16_MAX; dst_port++) {
		struct packet p = packet_to((uint16_t)dst_port);

		assert_false(feed_line_possible(table, &p));
	}
	feed_table_destroy(table);
}

static void
two_lines_at_the_same_place_are_refused(void **state)
{
	struct feed_table *table = feed_table_create(1, 2, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(table);
	table->lines[0] = feed_fixture_line4(0, 1000);
	table->lines[1] = feed_fixture_line4(0, 1000);
	assert_int_equal(feed_table_index(table, SOCKET_ID_ANY), -EEXIST);
	feed_table_destroy(table);
}

static void
lines_that_differ_in_one_part_are_found_apart(void **state)
{
	struct feed_line lines[] = {
		feed_fixture_line4(0, 1000),
		feed_fixture_line4(1, 1000),
		feed_fixture_line4(0, 1001),
		feed_fixture_line6(0, 1000),
		feed_fixture_line4(0, 1000),
	};
	struct feed_table *table;

	(void)state;
	lines[4].group.v4_be ^= 1;
	table = feed_fixture_table(lines, ARRAY_LENGTH(lines), 1);
	for (uint16_t i = 0; i < ARRAY_LENGTH(lines); i++) {
		struct packet p = packet_to(rte_be_to_cpu_16(lines[i].dst_port_be));

		p.kind = lines[i].kind;
		p.dst = lines[i].group;
		assert_int_equal(feed_line_find(table, lines[i].port, &p), i);
	}
	feed_table_destroy(table);
}

static void
what_differs_from_the_line_in_one_part_is_not_found(void **state)
{
	const struct feed_line line = feed_fixture_line4(0, 1000);
	struct feed_table *table = feed_fixture_table(&line, 1, 1);
	struct packet p = packet_to(1000);

	(void)state;
	assert_int_equal(feed_line_find(table, 0, &p), 0);
	assert_int_equal(feed_line_find(table, 1, &p), PACKET_NO_LINE);
	p.dst.v4_be ^= 1;
	assert_int_equal(feed_line_find(table, 0, &p), PACKET_NO_LINE);
	p = packet_to(1001);
	assert_int_equal(feed_line_find(table, 0, &p), PACKET_NO_LINE);
	/* The same 16 bytes as an IPv6 address. */
	p = packet_to(1000);
	p.kind = PACKET_IPV6;
	assert_int_equal(feed_line_find(table, 0, &p), PACKET_NO_LINE);
	feed_table_destroy(table);
}

static void
only_the_destination_ports_of_lines_are_possible(void **state)
{
	const struct feed_line lines[] = {
		feed_fixture_line4(0, 1), feed_fixture_line4(0, 64), feed_fixture_line4(0, 65535)};
	struct feed_table *table = feed_fixture_table(lines, ARRAY_LENGTH(lines), 1);

	(void)state;
	for (unsigned dst_port = 0; dst_port <= UINT16_MAX; dst_port++) {
		struct packet p = packet_to((uint16_t)dst_port);

		assert_int_equal(
			feed_line_possible(table, &p),
			dst_port == 1 || dst_port == 64 || dst_port == 65535
		);
	}
	feed_table_destroy(table);
}

static void
only_whole_udp_datagrams_are_possible(void **state)
{
	const struct feed_line line = feed_fixture_line4(0, 1000);
	struct feed_table *table = feed_fixture_table(&line, 1, 1);
	struct packet p = packet_to(1000);

	(void)state;
	assert_true(feed_line_possible(table, &p));
	p.flags = PACKET_HAS_PORTS | PACKET_FRAGMENT;
	assert_false(feed_line_possible(table, &p));
	p.flags = 0;
	assert_false(feed_line_possible(table, &p));
	p = packet_to(1000);
	p.ip_protocol = IPPROTO_TCP;
	assert_false(feed_line_possible(table, &p));
	feed_table_destroy(table);
}

static void
as_many_lines_as_a_config_may_have_are_all_found(void **state)
{
	enum { LINES = 256 * 8 };
	static struct feed_line lines[LINES];
	struct feed_table *table;

	(void)state;
	for (uint16_t i = 0; i < LINES; i++) {
		lines[i] = feed_fixture_line4(i % 4, 1000);
		lines[i].group.v4_be = rte_cpu_to_be_32(0xE8000000u + i);
	}
	table = feed_fixture_table(lines, LINES, 1);
	for (uint16_t i = 0; i < LINES; i++) {
		struct packet p = packet_to(1000);

		p.dst.v4_be = lines[i].group.v4_be;
		assert_int_equal(feed_line_find(table, i % 4, &p), i);
	}
	feed_table_destroy(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_table_is_empty),
		cmocka_unit_test(destroying_no_table_does_nothing),
		cmocka_unit_test(a_table_without_lines_lets_no_packet_through),
		cmocka_unit_test(two_lines_at_the_same_place_are_refused),
		cmocka_unit_test(lines_that_differ_in_one_part_are_found_apart),
		cmocka_unit_test(what_differs_from_the_line_in_one_part_is_not_found),
		cmocka_unit_test(only_the_destination_ports_of_lines_are_possible),
		cmocka_unit_test(only_whole_udp_datagrams_are_possible),
		cmocka_unit_test(as_many_lines_as_a_config_may_have_are_all_found),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
