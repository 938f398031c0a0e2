/* SPDX-License-Identifier: BSD-3-Clause */
/* Two tenants that match the same packets: refused where nothing says which one goes first. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tenants in lines 3 and 4; flows.max so that there is nothing to be warned of. */
#define TWO(first, rows_1, second, rows_2)                                                         \
	"ports: {wan: {device: d0}, lan: {device: d1}}\n"                                          \
	"tenants:\n"                                                                               \
	"  " first ": {flows.max: 9, " rows_1 "}\n"                                                \
	"  " second ": {flows.max: 9, " rows_2 "}\n"
#define FROM(rows_1, rows_2) TWO("/a", "from: [" rows_1 "]", "/b", "from: [" rows_2 "]")
#define TO(rows_1, rows_2) TWO("/a", "to: [" rows_1 "]", "/b", "to: [" rows_2 "]")
#define BELOW(rows_1, rows_2) TWO("/a", "to: [" rows_1 "]", "/a/b", "to: [" rows_2 "]")
#define OVERLAP_FROM "4: tenants./b.from: overlaps with line 3, /a\n"
#define OVERLAP_TO "4: tenants./b.to: overlaps with line 3, /a\n"
#define SAME_BELOW "4: tenants./a/b.to: overlaps with line 3, /a, and neither is the narrower one\n"

static void
assert_good(const char *text)
{
	config_free(config_of(text));
}

static void
prefixes_of_neighbours_that_hold_each_other_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{FROM("{src: 10.0.0.0/8}", "{src: 10.0.0.0/8}"), OVERLAP_FROM},
		{FROM("{src: 10.0.0.0/8}", "{src: 10.1.2.3}"), OVERLAP_FROM},
		{FROM("{src: 10.1.2.3}", "{src: 10.0.0.0/8}"), OVERLAP_FROM},
		{FROM("{src: 10.1.2.3}", "{src: 0.0.0.0/0}"), OVERLAP_FROM},
		{FROM("{src: '2001:db8::/32'}", "{src: '2001:db8:1::/48'}"), OVERLAP_FROM},
		{FROM("{src: '::/0'}", "{src: 'fe80::1'}"), OVERLAP_FROM},
		{TO("{dst: 239.0.0.0/8}", "{dst: 239.1.1.1}"), OVERLAP_TO},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
prefixes_of_neighbours_side_by_side_are_legal(void **state)
{
	(void)state;
	assert_good(FROM("{src: 10.0.0.0/9}", "{src: 10.128.0.0/9}"));
	assert_good(FROM("{src: 10.0.0.1}", "{src: 10.0.0.2}"));
	assert_good(FROM("{src: '2001:db8::/33'}", "{src: '2001:db8:8000::/33'}"));
}

/* 10.0.0.0 is 0a00::, byte for byte. */
static void
an_ipv4_and_an_ipv6_prefix_do_not_overlap(void **state)
{
	(void)state;
	assert_good(FROM("{src: 10.0.0.0/8}", "{src: '0a00::/8'}"));
	assert_good(FROM("{src: 0.0.0.0/0}", "{src: '::/0'}"));
}

static void
from_and_to_do_not_overlap(void **state)
{
	(void)state;
	assert_good(TWO("/a", "from: [{src: 10.0.0.0/8}]", "/b", "to: [{dst: 10.0.0.0/8}]"));
}

/* Tenants on different ports or VLANs may use the same addresses. */
static void
rows_of_different_scopes_do_not_overlap(void **state)
{
	(void)state;
	assert_good(FROM("{port: wan, src: 10.0.0.1}", "{port: lan, src: 10.0.0.1}"));
	assert_good(FROM("{port: wan, src: 10.0.0.1}", "{src: 10.0.0.1}"));
	assert_good(FROM("{vlan: 1, src: 10.0.0.1}", "{vlan: 2, src: 10.0.0.1}"));
	assert_good(FROM("{vlan: 1, src: 10.0.0.1}", "{vlan: untagged, src: 10.0.0.1}"));
	assert_good(FROM("{vlan: 1, src: 10.0.0.1}", "{vlan: [1, 2], src: 10.0.0.1}"));
	assert_good(FROM("{vlan: [1, 3], src: 10.0.0.1}", "{vlan: [1, 2], src: 10.0.0.1}"));
}

static void
rows_of_one_scope_overlap(void **state)
{
	static const struct config_error_case cases[] = {
		{FROM("{port: wan, src: 10.0.0.1}", "{port: wan, src: 10.0.0.1}"), OVERLAP_FROM},
		{FROM("{vlan: 7}", "{vlan: 7}"), OVERLAP_FROM},
		{FROM("{vlan: untagged}", "{vlan: untagged}"), OVERLAP_FROM},
		{FROM("{vlan: [1, 2]}", "{vlan: [1, 2]}"), OVERLAP_FROM},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* No prefix is all addresses of both versions. */
static void
a_row_without_a_prefix_holds_every_prefix(void **state)
{
	static const struct config_error_case cases[] = {
		{FROM("{vlan: 7}", "{vlan: 7, src: 10.0.0.1}"), OVERLAP_FROM},
		{FROM("{vlan: 7, src: '2001:db8::/32'}", "{vlan: 7}"), OVERLAP_FROM},
		{FROM("{vlan: 7, src: '::/0'}, {vlan: 8}", "{vlan: 7}"), OVERLAP_FROM},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
services_of_neighbours_that_overlap_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TO("{dst: 10.0.0.1, proto: tcp, dport: 80}",
		    "{dst: 10.0.0.1, proto: tcp, dport: 80}"),
		 OVERLAP_TO},
		{TO("{dst: 10.0.0.1, proto: tcp, dport: 80-90}",
		    "{dst: 10.0.0.1, proto: tcp, dport: 90-95}"),
		 OVERLAP_TO},
		{TO("{dst: 10.0.0.1}", "{dst: 10.0.0.1, proto: tcp, dport: 80}"), OVERLAP_TO},
		{TO("{dst: 10.0.0.1, proto: tcp, dport: 80}", "{dst: 10.0.0.1}"), OVERLAP_TO},
		{TO("{dst: 10.0.0.1, proto: tcp}", "{dst: 10.0.0.1, proto: tcp, dport: 80}"),
		 OVERLAP_TO},
		{TO("{dst: 10.0.0.0/8, proto: tcp, dport: 80}",
		    "{dst: 10.0.0.1, proto: tcp, dport: 1-1000}"),
		 OVERLAP_TO},
		{TO("{proto: tcp, dport: 1-1000}, {proto: tcp, dport: 10}, {proto: tcp, dport: 20}",
		    "{proto: tcp, dport: 500}"),
		 OVERLAP_TO},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
services_of_neighbours_side_by_side_are_legal(void **state)
{
	(void)state;
	assert_good(TO(
		"{dst: 10.0.0.1, proto: tcp, dport: 80}", "{dst: 10.0.0.1, proto: udp, dport: 80}"
	));
	assert_good(TO(
		"{dst: 10.0.0.1, proto: tcp, dport: 80}", "{dst: 10.0.0.1, proto: tcp, dport: 81}"
	));
	assert_good(
		TO("{dst: 10.0.0.0/8, proto: tcp, dport: 80-89}",
		   "{dst: 10.0.0.1, proto: tcp, dport: 90-99}")
	);
}

static void
the_narrower_row_of_a_parent_and_its_child_wins(void **state)
{
	(void)state;
	assert_good(BELOW("{dst: 10.0.0.0/8}", "{dst: 10.1.0.0/16}"));
	assert_good(BELOW("{dst: 10.1.0.0/16}", "{dst: 10.0.0.0/8}"));
	assert_good(BELOW("{dst: 10.0.0.1}", "{dst: 10.0.0.1, proto: tcp, dport: 80}"));
	assert_good(
		BELOW("{dst: 10.0.0.1, proto: tcp, dport: 80}",
		      "{dst: 10.0.0.1, proto: tcp, dport: 80-81}")
	);
	assert_good(BELOW("{vlan: 7}", "{vlan: 7, dst: 10.0.0.1}"));
	assert_good(
		BELOW("{dst: 10.0.0.0/8, proto: tcp, dport: 80-89}",
		      "{dst: 10.0.0.1, proto: tcp, dport: 85-99}")
	);
}

static void
rows_of_a_parent_and_its_child_of_which_none_is_narrower_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{BELOW("{dst: 10.0.0.1}", "{dst: 10.0.0.1}"), SAME_BELOW},
		{BELOW("{vlan: 7}", "{vlan: 7}"), SAME_BELOW},
		{BELOW("{dst: 10.0.0.1, proto: tcp, dport: 80-89}",
		       "{dst: 10.0.0.1, proto: tcp, dport: 85-99}"),
		 SAME_BELOW},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_tenant_may_repeat_itself(void **state)
{
	(void)state;
	assert_good(FROM("{src: 10.0.0.0/8}, {src: 10.0.0.0/8}, {src: 10.1.0.0/16}", "{vlan: 1}"));
}

/* "/a-b" is no child of "/a", nor is "/a/b" of "/a/bc". */
static void
tenants_are_related_by_whole_names(void **state)
{
	static const struct config_error_case cases[] = {
		{TWO("/a", "from: [{src: 10.0.0.0/8}]", "/a-b", "from: [{src: 10.1.0.0/16}]"),
		 "4: tenants./a-b.from: overlaps with line 3, /a\n"},
		{TWO("/a/b", "from: [{src: 10.0.0.0/8}]", "/a/bc", "from: [{src: 10.1.0.0/16}]"),
		 "4: tenants./a/bc.from: overlaps with line 3, /a/b\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
the_row_of_a_grandchild_may_be_in_its_grandparents(void **state)
{
	(void)state;
	assert_good(TWO("/a", "from: [{src: 10.0.0.0/8}]", "/a/b/c", "from: [{src: 10.1.0.0/16}]"));
	assert_good(TWO("/a/b/c", "from: [{src: 10.0.0.0/8}]", "/", "from: [{src: 10.1.0.0/16}]"));
}

/* Between a row and the one that holds it may stand any number of others. */
static void
a_row_is_compared_with_all_that_hold_it(void **state)
{
	static const struct config_error_case cases[] = {
		{TWO("/b",
		     "from: [{src: 10.0.0.0/8}]",
		     "/a",
		     "from: [{src: 10.1.0.0/16}, {src: 10.2.0.0/16}, {src: 10.200.0.0/16}]"),
		 "4: tenants./a.from: overlaps with line 3, /b\n"
		 "4: tenants./a.from: overlaps with line 3, /b\n"
		 "4: tenants./a.from: overlaps with line 3, /b\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
the_later_line_is_said_and_the_earlier_one_named(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: {wan: {device: d0}}\n"
		 "tenants:\n"
		 "  /z:\n"
		 "    from:\n"
		 "      - {src: 10.2.0.0/16}\n"
		 "      - {src: 10.1.1.0/24}\n"
		 "  /a:\n"
		 "    from:\n"
		 "      - {src: 10.2.3.0/24}\n"
		 "      - {src: 10.1.0.0/16}\n",
		 "9: tenants./a.from: overlaps with line 5, /z\n"
		 "10: tenants./a.from: overlaps with line 6, /z\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* Against a plain comparison of all pairs. */

enum {
	RANDOM_TENANTS = 6,
	RANDOM_ROUNDS = 3000,
};

struct random_row {
	unsigned tenant, vlan, bits, address, protocol, first, last;
};

static const char *const random_paths[RANDOM_TENANTS] = {
	"/a", "/a/b", "/a/b/c", "/a-b", "/d", "/d/e"};

static bool
random_related(unsigned a, unsigned b)
{
	size_t n = strlen(random_paths[a]), m = strlen(random_paths[b]);

	if (n > m)
		return random_related(b, a);
	return strncmp(random_paths[a], random_paths[b], n) == 0 &&
	       (random_paths[b][n] == '/' || n == m);
}

static bool
random_service_holds(const struct random_row *a, const struct random_row *b)
{
	return (a->protocol == 0 || a->protocol == b->protocol) && a->first <= b->first &&
	       a->last >= b->last;
}

static bool
random_conflict(const struct random_row *a, const struct random_row *b)
{
	unsigned bits = a->bits < b->bits ? a->bits : b->bits;

	if (a->tenant == b->tenant || a->vlan != b->vlan ||
	    (bits > 0 && (a->address ^ b->address) >> (8 - bits) != 0))
		return false;
	if ((a->protocol != 0 && b->protocol != 0 && a->protocol != b->protocol) ||
	    a->first > b->last || b->first > a->last)
		return false;
	if (!random_related(a->tenant, b->tenant))
		return true;
	return a->bits == b->bits && random_service_holds(a, b) == random_service_holds(b, a);
}

static struct random_row
random_row(void)
{
	struct random_row row = {
		.tenant = (unsigned)rand() % RANDOM_TENANTS,
		.vlan = 1 + (unsigned)rand() % 2,
		.bits = (unsigned)rand() % 9,
		.protocol = (unsigned)rand() % 3,
		.last = 65535,
	};

	row.address = row.bits == 0 ? 0 : (unsigned)rand() & 0xFF & (0xFF00u >> row.bits);
	if (row.protocol != 0 && rand() % 4 != 0) {
		row.first = (unsigned)rand() % 8;
		row.last = row.first + (unsigned)rand() % 4;
	}
	return row;
}

static void
random_tenant_write(FILE *stream, const struct random_row *rows, unsigned n, unsigned tenant)
{
	static const char *const protocols[] = {"any", "tcp", "udp"};

	fprintf(stream,
		"  %s:\n    flows.max: 1\n    to:\n    - {vlan: %u}\n",
		random_paths[tenant],
		100 + tenant);
	for (unsigned i = 0; i < n; i++) {
		const struct random_row *row = &rows[i];

		if (row->tenant != tenant)
			continue;
		fprintf(stream,
			"    - {vlan: %u, dst: %u.0.0.0/%u, proto: %s",
			row->vlan,
			row->address,
			row->bits,
			protocols[row->protocol]);
		if (row->protocol != 0 && row->last != 65535)
			fprintf(stream, ", dport: %u-%u", row->first, row->last);
		fputs("}\n", stream);
	}
}

static void
random_rows_are_refused_when_a_pair_of_them_conflicts(void **state)
{
	unsigned n_refused = 0;

	(void)state;
	srand(1);
	for (unsigned round = 0; round < RANDOM_ROUNDS; round++) {
		struct random_row rows[8];
		unsigned n = 2 + (unsigned)rand() % 7;
		bool conflict = false;
		struct config *config;
		char *text, *errors;
		size_t size;
		FILE *stream = open_memstream(&text, &size);

		assert_non_null(stream);
		for (unsigned i = 0; i < n; i++) {
			rows[i] = random_row();
			for (unsigned j = 0; j < i; j++)
				conflict = conflict || random_conflict(&rows[i], &rows[j]);
		}
		fputs("ports: {wan: {device: d0}}\ntenants:\n", stream);
		for (unsigned i = 0; i < RANDOM_TENANTS; i++)
			random_tenant_write(stream, rows, n, i);
		assert_int_equal(fclose(stream), 0);
		config = config_from_text(text, &errors);
		if ((config == NULL) != conflict)
			fail_msg("%s\nsays \"%s\", expected %u", text, errors, conflict);
		n_refused += conflict;
		config_free(config);
		free(errors);
		free(text);
	}
	assert_in_range(n_refused, RANDOM_ROUNDS / 10, RANDOM_ROUNDS - RANDOM_ROUNDS / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_of_neighbours_that_hold_each_other_are_refused),
		cmocka_unit_test(prefixes_of_neighbours_side_by_side_are_legal),
		cmocka_unit_test(an_ipv4_and_an_ipv6_prefix_do_not_overlap),
		cmocka_unit_test(from_and_to_do_not_overlap),
		cmocka_unit_test(rows_of_different_scopes_do_not_overlap),
		cmocka_unit_test(rows_of_one_scope_overlap),
		cmocka_unit_test(a_row_without_a_prefix_holds_every_prefix),
		cmocka_unit_test(services_of_neighbours_that_overlap_are_refused),
		cmocka_unit_test(services_of_neighbours_side_by_side_are_legal),
		cmocka_unit_test(the_narrower_row_of_a_parent_and_its_child_wins),
		cmocka_unit_test(
			rows_of_a_parent_and_its_child_of_which_none_is_narrower_are_refused
		),
		cmocka_unit_test(a_tenant_may_repeat_itself),
		cmocka_unit_test(tenants_are_related_by_whole_names),
		cmocka_unit_test(the_row_of_a_grandchild_may_be_in_its_grandparents),
		cmocka_unit_test(a_row_is_compared_with_all_that_hold_it),
		cmocka_unit_test(the_later_line_is_said_and_the_earlier_one_named),
		cmocka_unit_test(random_rows_are_refused_when_a_pair_of_them_conflicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
