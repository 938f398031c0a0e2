/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiling rows, without a kernel: faults, sharing, sizes. What the tables mean is tested in test_steer*.c. */
#include "bpf/claims.h"
#include "tests/bpf/rows.h"
#include "tests/unit/unit_test.h"

#include <errno.h>
#include <string.h>

enum { GROUPS = 1000 };

static uint32_t
entries_of(const char *text)
{
	struct claims_row rows[ROWS_MAX];
	struct claims_table table;
	unsigned n = rows_parse(text, rows);
	uint32_t entries;

	assert_int_equal(claims_compile(rows, n, &table), 0);
	entries = table.n;
	claims_table_free(&table);
	return entries;
}

static void
no_rows_make_no_entries(void **state)
{
	(void)state;
	assert_int_equal(entries_of(""), 0);
}

static void
row_for_a_whole_prefix_is_one_entry(void **state)
{
	(void)state;
	assert_int_equal(entries_of("claim ip4 to 198.51.100.0/24"), 1);
	assert_int_equal(entries_of("claim ip6"), 1);
}

static void
redundant_rows_make_no_entries(void **state)
{
	(void)state;
	assert_int_equal(entries_of("claim ip4;claim ip4 to 10.0.0.0/8;claim ip4 udp port 5"), 1);
	assert_int_equal(entries_of("deny ip4;claim ip4 from 10.0.0.0/8;claim ip4 vlan 7"), 1);
}

static void
neighbouring_ranges_become_one(void **state)
{
	(void)state;
	assert_int_equal(
		entries_of("claim ip4 udp port 0-1023;claim ip4 udp port 1024-2047"),
		entries_of("claim ip4 udp port 0-2047")
	);
}

static void
single_range_is_part_of_the_destination(void **state)
{
	(void)state;
	assert_int_equal(entries_of("claim ip4 udp port 1-65534"), 1);
	assert_int_equal(entries_of("claim ip4;deny ip4 udp port 1-65534"), 1);
}

/* 1 to 65534 is the worst range: 15 blocks up, 15 down; and the destination, and another port. */
static void
worst_range_is_thirty_blocks(void **state)
{
	(void)state;
	assert_int_equal(entries_of("claim ip4 udp port 1-65534;claim ip4 tcp port 1"), 32);
}

/* One group of the destination table each, and one space of ports for all. */
static void
groups_with_the_same_ports_share_them(void **state)
{
	static struct claims_row rows[GROUPS];
	struct claims_table table;

	(void)state;
	for (unsigned i = 0; i < GROUPS; i++) {
		(void)rows_parse("claim ip4 to 233.54.0.0 port 26400-26403", &rows[i]);
		rows[i].destination.address[2] = (uint8_t)(i >> 8);
		rows[i].destination.address[3] = (uint8_t)i;
	}
	assert_int_equal(claims_compile(rows, GROUPS, &table), 0);
	assert_int_equal(table.n, GROUPS + 5); /* protocols that have ports */
	claims_table_free(&table);
}

static void
order_of_rows_does_not_count(void **state)
{
	static const char forth[] =
		"claim ip4 udp port 1-9;deny ip4 from 10.0.0.0/8;claim ip4 vlan 3";
	static const char back[] =
		"claim ip4 vlan 3;deny ip4 from 10.0.0.0/8;claim ip4 udp port 1-9";
	struct claims_row rows[ROWS_MAX];
	struct claims_table a, b;

	(void)state;
	assert_int_equal(claims_compile(rows, rows_parse(forth, rows), &a), 0);
	assert_int_equal(claims_compile(rows, rows_parse(back, rows), &b), 0);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.keys, b.keys, a.n * sizeof(*a.keys));
	assert_memory_equal(a.results, b.results, a.n * sizeof(*a.results));
	claims_table_free(&a);
	claims_table_free(&b);
}

/* Every wide row counts in every narrow destination, each of which differs from the others. */
static void
too_many_overlaps_are_refused(void **state)
{
	enum { WIDE = 600, NARROW = 1200 };
	static struct claims_row rows[WIDE + NARROW];
	struct claims_table table;

	(void)state;
	for (unsigned i = 0; i < WIDE + NARROW; i++) {
		(void)rows_parse("claim ip4 udp port 0", &rows[i]);
		rows[i].port_first = rows[i].port_last = (uint16_t)(2 * i);
		if (i < NARROW) {
			rows[i].destination.length = 32;
			rows[i].destination.address[2] = (uint8_t)(i >> 8);
			rows[i].destination.address[3] = (uint8_t)i;
		}
	}
	assert_int_equal(claims_compile(rows, WIDE + NARROW, &table), -E2BIG);
	claims_table_free(&table);
}

struct fault_case {
	const char *fault;
	struct claims_row row;
};

#define GOOD                                                                                       \
	.action = STEER_CLAIM, .ip_version = 4, .protocol = 17, .vlan = CLAIMS_ANY,                \
	.names_ports = true

/* clang-format off */
static const struct fault_case faults[] = {
	{"the action is neither claim nor deny", {.ip_version = 4, .protocol = 17, .vlan = CLAIMS_ANY}},
	{"the IP version is neither 4 nor 6", {.action = STEER_DENY, .ip_version = 5}},
	{"the VLAN is no number from 1 to 4094",
	 {.action = STEER_DENY, .ip_version = 4, .vlan = 4095}},
	{"the protocol is no number from 0 to 255",
	 {.action = STEER_DENY, .ip_version = 4, .protocol = 256}},
	{"the protocol has no ports",
	 {.action = STEER_DENY, .ip_version = 4, .protocol = 1, .names_ports = true}},
	{"IGMP always goes to the kernel, which keeps the interface's groups",
	 {.action = STEER_CLAIM, .ip_version = 4, .protocol = 2}},
	{"the port range ends before it begins", {GOOD, .port_first = 2, .port_last = 1}},
	{"a prefix is longer than an address", {GOOD, .destination.length = 33}},
	{"a prefix is longer than an address", {GOOD, .source.length = 33}},
	{"an address has bits set behind its prefix",
	 {GOOD, .destination = {.address = {10, 1}, .length = 15}}},
	{"an address has bits set behind its prefix",
	 {GOOD, .source = {.address = {10, 0, 0, 0, 1}, .length = 32}}},
	{NULL, {GOOD}},
};
/* clang-format on */

static void
faults_are_named(void **state)
{
	struct claims_table table;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(faults); i++) {
		const char *fault = claims_row_fault(&faults[i].row);

		if (faults[i].fault == NULL)
			assert_null(fault);
		else
			assert_string_equal(fault, faults[i].fault);
		assert_int_equal(
			claims_compile(&faults[i].row, 1, &table), fault == NULL ? 0 : -EINVAL
		);
		claims_table_free(&table);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rows_make_no_entries),
		cmocka_unit_test(row_for_a_whole_prefix_is_one_entry),
		cmocka_unit_test(redundant_rows_make_no_entries),
		cmocka_unit_test(neighbouring_ranges_become_one),
		cmocka_unit_test(single_range_is_part_of_the_destination),
		cmocka_unit_test(worst_range_is_thirty_blocks),
		cmocka_unit_test(groups_with_the_same_ports_share_them),
		cmocka_unit_test(order_of_rows_does_not_count),
		cmocka_unit_test(too_many_overlaps_are_refused),
		cmocka_unit_test(faults_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
