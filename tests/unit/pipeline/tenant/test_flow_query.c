/* SPDX-License-Identifier: BSD-3-Clause */
/* flow_query: all flows of a tenant, page by page, and the samples. */
#include "pipeline/tenant/flow_query.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>

enum { FLOWS_OF_A = 100, FLOWS_OF_B = 7, FIRST_PORT = 1000 };

static struct tenancy_fixture *fixture;

/* Flows of a and b, one after the other. */
static void
flows_open(const struct spec_version *v, const char *mode)
{
	static char text[1000];

	(void)snprintf(
		text,
		sizeof(text),
		TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A "%s }\n  /b: { " SPEC_IS_B " }\n",
		mode
	);
	fixture = tenancy_open(text);
	for (uint16_t i = 0; i < FLOWS_OF_A; i++) {
		struct packet_spec s = {
			.src = v->a,
			.dst = v->nobody,
			.sport = (uint16_t)(FIRST_PORT + i),
			.dport = 53,
		};

		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
		s.src = v->b;
		if (i < FLOWS_OF_B)
			assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	}
}

static void
ask(struct flow_query *q)
{
	q->n = 0;
	q->done = 0;
	fixture->t->query = q;
	for (unsigned turns = 0; q->done == 0; turns++) {
		assert_in_range(turns, 0, 100);
		tenancy_tidy(fixture->t);
	}
	assert_null(fixture->t->query);
}

static struct flow_query
query_of(const struct spec_version *v, const char *path, unsigned rows)
{
	return (struct flow_query
	){.slot = tenancy_slot(path), .kind = v->kind, .rows_wanted = rows};
}

static void
pages_have_every_flow_of_the_tenant_once_and_no_other(void **state)
{
	const struct spec_version *v = *state;
	bool seen[FLOWS_OF_A] = {false};
	struct flow_query q;
	unsigned n = 0;

	flows_open(v, "");
	q = query_of(v, "/a", FLOW_QUERY_ROWS);
	do {
		ask(&q);
		for (unsigned i = 0; i < q.n; i++) {
			unsigned flow = rte_be_to_cpu_16(q.rows[i].tuple.src_port_be) - FIRST_PORT;

			assert_in_range(flow, 0, FLOWS_OF_A - 1);
			assert_false(seen[flow]);
			seen[flow] = true;
			assert_int_equal(q.rows[i].from, tenancy_slot("/a"));
		}
		n += q.n;
	} while (!q.at_end);
	assert_int_equal(n, FLOWS_OF_A);
}

static void
a_page_has_no_more_rows_than_wanted(void **state)
{
	struct flow_query q;

	flows_open(*state, "");
	q = query_of(*state, "/a", 3);
	ask(&q);
	assert_int_equal(q.n, 3);
	assert_false(q.at_end);
}

static void
few_flows_among_many_are_found_in_one_answer(void **state)
{
	struct flow_query q;

	flows_open(*state, "");
	q = query_of(*state, "/b", FLOW_QUERY_ROWS);
	ask(&q);
	assert_int_equal(q.n, FLOWS_OF_B);
	assert_true(q.at_end);
}

static void
one_turn_looks_at_a_piece_of_the_table(void **state)
{
	struct flow_query q;

	(void)state;
	flows_open(&spec_ipv4, "");
	q = query_of(&spec_ipv4, "/b", FLOW_QUERY_ROWS);
	fixture->t->query = &q;
	tenancy_tidy(fixture->t);
	assert_int_equal(q.done, 0);
	assert_ptr_equal(fixture->t->query, &q);
	tenancy_tidy(fixture->t);
	assert_int_equal(q.done, 1);
}

static void
a_tenant_without_flows_has_none(void **state)
{
	struct flow_query q;

	flows_open(*state, "");
	q = query_of(*state, "/", FLOW_QUERY_ROWS);
	ask(&q);
	assert_int_equal(q.n, 0);
	assert_true(q.at_end);
}

static void
a_row_says_what_the_flow_is(void **state)
{
	const struct spec_version *v = *state;
	struct packet_spec s = {
		.src = v->nobody, .dst = v->b, .sport = 9, .dport = 8, .in = WAN, .vlan_outer = 7};
	struct packet_spec r;
	struct flow_query q;

	fixture = tenancy_open(TENANCY_PORTS "tenants:\n  /b: { " SPEC_IS_B " }\n");
	assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	r = packet_spec_reply(&s);
	assert_int_equal(tenancy_send(&r), FATE_FORWARD);
	tenancy_wait_ms(2000);
	q = query_of(v, "/b", 1);
	ask(&q);
	assert_int_equal(q.n, 1);
	assert_int_equal(q.rows[0].tuple.src_port_be, RTE_BE16(9));
	assert_int_equal(q.rows[0].tuple.dst_port_be, RTE_BE16(8));
	assert_int_equal(q.rows[0].from, TENANT_ROOT);
	assert_int_equal(q.rows[0].to, tenancy_slot("/b"));
	assert_int_equal(q.rows[0].packets, 2);
	assert_int_equal(
		q.rows[0].bytes, tenancy_account("/b")->bytes[0] + tenancy_account("/b")->bytes[1]
	);
	assert_int_equal(q.rows[0].idle_ticks, 200);
	assert_int_equal(q.rows[0].state, FLOW_UDP_REPLIED);
	assert_int_equal(q.rows[0].verdict, FATE_NONE);
}

static void
samples_are_copied_when_asked_for(void **state)
{
	struct flow_query q = {.audit = true};

	flows_open(*state, ", mode: audit, egress: { default: deny }");
	ask(&q);
	assert_int_equal(q.samples.n, FLOWS_OF_A);
	assert_memory_equal(&q.samples, &fixture->t->audit, sizeof(q.samples));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(pages_have_every_flow_of_the_tenant_once_and_no_other),
		TENANCY_TEST_BOTH(a_page_has_no_more_rows_than_wanted),
		TENANCY_TEST_BOTH(few_flows_among_many_are_found_in_one_answer),
		TENANCY_TEST(one_turn_looks_at_a_piece_of_the_table),
		TENANCY_TEST_BOTH(a_tenant_without_flows_has_none),
		TENANCY_TEST_BOTH(a_row_says_what_the_flow_is),
		TENANCY_TEST_BOTH(samples_are_copied_when_asked_for),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
