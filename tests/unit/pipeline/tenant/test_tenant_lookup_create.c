/* SPDX-License-Identifier: BSD-3-Clause */
/* What a lookup may be made of, and that it takes memory and gives it back. */
#include "pipeline/tenant/tenant.h"
#include "pipeline/tenant/tenant_lookup.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/tenant/tenant_rows.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

enum {
	MANY_ROWS = 100000,
	MANY_TENANTS = 10000,
	BALLAST_BLOCKS_MAX = 200000,
};

static size_t
heap_bytes_used(void)
{
	struct rte_malloc_socket_stats stats;

	assert_int_equal(rte_malloc_get_socket_stats(0, &stats), 0);
	return stats.heap_allocsz_bytes;
}

static void
destroying_no_lookup_does_nothing(void **state)
{
	(void)state;
	tenant_lookup_destroy(NULL);
}

static void
row_is_refused_as(const struct tenant_match *from, const struct tenant_match *to)
{
	size_t before = heap_bytes_used();

	rte_errno = 0;
	assert_null(tenant_lookup_create("bad", from, from != NULL, to, to != NULL, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(heap_bytes_used(), before);
}

static void
row_is_refused(struct tenant_match row)
{
	row_is_refused_as(&row, NULL);
	row_is_refused_as(NULL, &row);
}

static void
bits_behind_the_prefix_are_refused(void **state)
{
	(void)state;
	row_is_refused(tenant_row_prefix(1, "10.0.0.1/8"));
	row_is_refused(tenant_row_prefix(1, "10.0.0.1/31"));
	row_is_refused(tenant_row_prefix(1, "2001:db8::1/64"));
	row_is_refused(tenant_row_prefix(1, "2001:db8::1/127"));
	row_is_refused(tenant_row_prefix(1, "2001:db8:0:1::/63"));
}

static void
a_prefix_longer_than_an_address_is_refused(void **state)
{
	(void)state;
	row_is_refused(tenant_row_prefix(1, "10.0.0.0/33"));
	row_is_refused(tenant_row_prefix(1, "2001:db8::/129"));
}

static void
a_prefix_of_what_is_not_ip_is_refused(void **state)
{
	struct tenant_match row = tenant_row_any(1);

	(void)state;
	row.prefix.kind = PACKET_ARP;
	row_is_refused(row);
}

static void
vlans_that_do_not_exist_are_refused(void **state)
{
	struct tenant_match row = tenant_row_any(1);

	(void)state;
	row.vlan_outer = 4096;
	row_is_refused(row);
	row.vlan_outer = 1;
	row.vlan_inner = 4096;
	row_is_refused(row);
}

static void
an_inner_vlan_without_an_outer_one_is_refused(void **state)
{
	struct tenant_match row = tenant_row_any(1);

	(void)state;
	row.vlan_inner = 1;
	row_is_refused(row);
	row.vlan_inner = 0;
	row_is_refused(row);
}

static void
services_that_do_not_exist_are_refused_of_rows_to(void **state)
{
	struct tenant_match row = tenant_row_any(1);

	(void)state;
	row.service = (struct port_range){2, 1};
	row_is_refused_as(NULL, &row);
	row = tenant_row_any(1);
	row.protocol = 256;
	row_is_refused_as(NULL, &row);
	row.protocol = -2;
	row_is_refused_as(NULL, &row);
}

static struct tenant_match
row_numbered(unsigned i)
{
	struct tenant_match row = tenant_row_any((uint16_t)(1 + i % MANY_TENANTS));

	if (i % 2 == 0) {
		row.prefix.kind = PACKET_IPV4;
		row.prefix.bits = i % 4 == 0 ? 24 : 32; /* each 32 in a 24 */
		row.prefix.address.v4_be = rte_cpu_to_be_32(0x0A000000 + (i / 4 << 8) + i % 4);
	} else {
		row.prefix.kind = PACKET_IPV6;
		row.prefix.bits = 64;
		row.prefix.address.v6_words[0] = rte_cpu_to_be_64(0x20010DB800000000 + i);
	}
	return row;
}

static void
lookup_finds_numbered(const struct tenant_lookup *l, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct tenant_match row = row_numbered(i);
		struct tenant_query q = {
			.kind = row.prefix.kind, .address = row.prefix.address, .port = 1};

		assert_int_equal(tenant_lookup_from(l, &q), row.slot);
		assert_int_equal(tenant_lookup_to(l, &q), row.slot);
	}
}

static struct tenant_match *
rows_numbered(unsigned n)
{
	struct tenant_match *rows = calloc(n, sizeof(*rows));

	assert_non_null(rows);
	for (unsigned i = 0; i < n; i++)
		rows[i] = row_numbered(i);
	return rows;
}

static void
a_hundred_thousand_prefixes_of_ten_thousand_tenants_are_found(void **state)
{
	struct tenant_match *rows = rows_numbered(MANY_ROWS);
	struct tenant_lookup *l =
		tenant_lookup_create("many", rows, MANY_ROWS, rows, MANY_ROWS, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(l);
	lookup_finds_numbered(l, MANY_ROWS);
	tenant_lookup_destroy(l);
	free(rows);
}

static void
a_lookup_of_few_rows_takes_little_memory(void **state)
{
	struct tenant_match *rows = rows_numbered(30);
	size_t before = heap_bytes_used();
	struct tenant_lookup *l = tenant_lookup_create("few", rows, 30, rows, 30, SOCKET_ID_ANY);

	(void)state;
	assert_non_null(l);
	assert_in_range(heap_bytes_used() - before, 1, 16384);
	tenant_lookup_destroy(l);
	free(rows);
}

static void
a_new_lookup_stands_beside_the_old_one(void **state)
{
	struct tenant_match row = tenant_row_prefix(1, "10.0.0.0/8");
	struct tenant_query q = tenant_query_make("10.0.0.1");
	struct tenant_lookup *old = tenant_lookup_to_rows(&row, 1), *new;

	(void)state;
	row.slot = 2;
	new = tenant_lookup_to_rows(&row, 1);
	assert_int_equal(tenant_lookup_to(old, &q), 1);
	assert_int_equal(tenant_lookup_to(new, &q), 2);
	tenant_lookup_destroy(old);
	assert_int_equal(tenant_lookup_to(new, &q), 2);
	tenant_lookup_destroy(new);
}

static void
many_reloads_leave_the_heap_as_it_was(void **state)
{
	size_t before = heap_bytes_used();
	struct tenant_lookup *l = NULL;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		struct tenant_match *rows = rows_numbered(1 + i);
		struct tenant_lookup *next =
			tenant_lookup_create("reload", rows, 1 + i, rows, i, SOCKET_ID_ANY);

		assert_non_null(next);
		tenant_lookup_destroy(l);
		l = next;
		free(rows);
	}
	tenant_lookup_destroy(l);
	assert_int_equal(heap_bytes_used(), before);
}

/* Fills the heap but for `spare` blocks that came last and adjoin. Returns how many blocks it holds. */
static unsigned
heap_fill(void **ballast, unsigned spare)
{
	unsigned n = 0;

	while (n < BALLAST_BLOCKS_MAX && (ballast[n] = rte_malloc(NULL, 512, 0)) != NULL)
		n++;
	assert_in_range(n, spare, BALLAST_BLOCKS_MAX - 1);
	for (unsigned i = 0; i < spare; i++)
		rte_free(ballast[--n]);
	return n;
}

/* With a little more memory each time, until it is enough: every allocation fails once. */
static void
a_full_heap_is_an_error_and_nothing_is_kept(void **state)
{
	struct tenant_match *rows = rows_numbered(30);
	void **ballast = calloc(BALLAST_BLOCKS_MAX, sizeof(*ballast));
	struct tenant_lookup *l = NULL;
	unsigned failures = 0;

	(void)state;
	assert_non_null(ballast);
	for (unsigned spare = 0; l == NULL; spare++) {
		unsigned n = heap_fill(ballast, spare);
		size_t before = heap_bytes_used();

		rte_errno = 0;
		l = tenant_lookup_create("full", rows, 30, rows, 30, SOCKET_ID_ANY);
		if (l == NULL) {
			failures++;
			assert_int_equal(rte_errno, ENOMEM);
			assert_int_equal(heap_bytes_used(), before);
		}
		while (n > 0)
			rte_free(ballast[--n]);
	}
	lookup_finds_numbered(l, 30);
	assert_true(failures > 5);
	tenant_lookup_destroy(l);
	free(ballast);
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroying_no_lookup_does_nothing),
		cmocka_unit_test(bits_behind_the_prefix_are_refused),
		cmocka_unit_test(a_prefix_longer_than_an_address_is_refused),
		cmocka_unit_test(a_prefix_of_what_is_not_ip_is_refused),
		cmocka_unit_test(vlans_that_do_not_exist_are_refused),
		cmocka_unit_test(an_inner_vlan_without_an_outer_one_is_refused),
		cmocka_unit_test(services_that_do_not_exist_are_refused_of_rows_to),
		cmocka_unit_test(a_hundred_thousand_prefixes_of_ten_thousand_tenants_are_found),
		cmocka_unit_test(a_lookup_of_few_rows_takes_little_memory),
		cmocka_unit_test(a_new_lookup_stands_beside_the_old_one),
		cmocka_unit_test(many_reloads_leave_the_heap_as_it_was),
		cmocka_unit_test(a_full_heap_is_an_error_and_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
