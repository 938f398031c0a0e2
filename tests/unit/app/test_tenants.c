/* SPDX-License-Identifier: BSD-3-Clause */
/* From one set of tenants to the next: slots, counts, rule lists, memory. */
#include "app/tenant_sizes.h"
#include "app/tenant_totals.h"
#include "app/tenants.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <rte_malloc.h>

#include <errno.h>

/* "/" and four more. */
#define FIVE_SLOTS                                                                                 \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 } }\n"                      \
	"forward: [ { between: [lan, wan] } ]\n"                                                   \
	"flows: { ipv4: 1k, ipv6: 1k, fragments: 100, tenants: 5 }\n"                              \
	"tenants:\n"
#define A "  /a: { " SPEC_IS_A " }\n"
#define B "  /b: { " SPEC_IS_B " }\n"

static const struct spec_version *const v = &spec_ipv4;

static enum fate
send_from(const char *src)
{
	struct packet_spec s = {.src = src, .dst = v->nobody, .sport = 5000, .dport = 53};

	return tenancy_send(&s);
}

static void
the_root_has_slot_0(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n" A);
	assert_int_equal(tenancy_slot("/"), TENANT_ROOT);
}

static void
a_path_that_is_no_tenant_s_is_not_found(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n" A);

	(void)state;
	assert_int_equal(tenants_find(&f->a.tenants, "/b"), TENANT_NONE);
	assert_int_equal(tenants_find(&f->a.tenants, "/a/b"), TENANT_NONE);
	assert_int_equal(tenants_find(&f->a.tenants, ""), TENANT_NONE);
}

static void
tenants_keep_their_slots_whatever_comes_before_them(void **state)
{
	uint16_t a, b;

	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n" A B);
	a = tenancy_slot("/a");
	b = tenancy_slot("/b");
	tenancy_reload(TENANCY_PORTS "tenants:\n  /0: {}\n" B "  /aa: {}\n" A);
	assert_int_equal(tenancy_slot("/a"), a);
	assert_int_equal(tenancy_slot("/b"), b);
	assert_int_not_equal(tenancy_slot("/0"), tenancy_slot("/aa"));
}

static void
counters_go_on_over_a_reload(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n" A);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(TENANCY_PORTS "tenants:\n" A B);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
	assert_int_equal(tenancy_flows_used("/a"), 1);
}

static void
a_quota_that_is_spent_stays_spent_over_a_reload(void **state)
{
	static const char text[] = TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A
						 ", quota: { packets: 1, period: 1d } }\n";

	(void)state;
	tenancy_open(text);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(text);
	assert_int_equal(send_from(v->a), FATE_QUOTA_SPENT);
}

static void
a_tenant_that_comes_back_begins_anew(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n" A B);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(TENANCY_PORTS "tenants:\n" B);
	tenancy_wait_ms(0);
	tenancy_reload(TENANCY_PORTS "tenants:\n" A B);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 1);
	assert_int_equal(tenancy_account("/a")->flows_created, 1);
}

static void
flows_of_a_removed_tree_leave_the_counts_of_all_above(void **state)
{
	(void)state;
	tenancy_open(TENANCY_PORTS "tenants:\n"
				   "  /up: {}\n"
				   "  /up/mid: {}\n"
				   "  /up/mid/a: { " SPEC_IS_A " }\n");
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	assert_int_equal(send_from(v->a2), FATE_FORWARD);
	assert_int_equal(tenancy_flows_used("/up"), 2);
	tenancy_reload(TENANCY_PORTS "tenants:\n  /up: {}\n");
	assert_int_equal(tenancy_flows_used("/up"), 2);
	tenancy_wait_ms(0);
	assert_int_equal(tenancy_flows_used("/up"), 0);
	assert_int_equal(tenancy_flows_used("/"), 0);
}

static void
many_flows_of_a_removed_tenant_end_a_few_at_a_turn(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n" A B);
	uint32_t before;

	(void)state;
	for (uint16_t i = 0; i < 200; i++) {
		struct packet_spec s = {.src = v->a, .dst = v->nobody, .sport = i, .dport = 53};

		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	}
	tenancy_reload(TENANCY_PORTS "tenants:\n" B);
	do {
		before = tenancy_flows_all();
		tenancy_tidy(f->t);
		assert_in_range(before - tenancy_flows_all(), 1, 64);
		tenancy_check();
	} while (tenancy_flows_all() > 0);
}

static void
removal_goes_on_over_another_reload(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n" A B);

	(void)state;
	for (uint16_t i = 0; i < 200; i++) {
		struct packet_spec s = {.src = v->a, .dst = v->nobody, .sport = i, .dport = 53};

		assert_int_equal(tenancy_send(&s), FATE_FORWARD);
	}
	tenancy_reload(TENANCY_PORTS "tenants:\n" B);
	tenancy_tidy(f->t);
	tenancy_reload(TENANCY_PORTS "tenants:\n" B "  /c: {}\n");
	tenancy_reload(TENANCY_PORTS "tenants:\n" A B);
	assert_int_equal(tenancy_flows_used("/a"), 0); /* it is another one */
	tenancy_wait_ms(0);
	assert_int_equal(tenancy_flows_all(), 0);
}

static void
a_removed_tenant_s_slot_is_not_given_away_at_once(void **state)
{
	uint16_t slot;

	(void)state;
	tenancy_open(FIVE_SLOTS A B);
	slot = tenancy_slot("/a");
	tenancy_reload(FIVE_SLOTS B);
	tenancy_wait_ms(0);
	tenancy_reload(FIVE_SLOTS B "  /c: {}\n");
	assert_int_not_equal(tenancy_slot("/c"), slot);
}

static void
slots_are_used_again_in_the_end(void **state)
{
	char text[500];

	(void)state;
	tenancy_open(FIVE_SLOTS A B);
	for (unsigned i = 0; i < 40; i++) {
		(void)snprintf(text, sizeof(text), FIVE_SLOTS B "  /t%u: { " SPEC_IS_A " }\n", i);
		tenancy_reload(text);
		tenancy_wait_ms(0);
		assert_int_equal(send_from(v->a), FATE_FORWARD);
		(void)snprintf(text, sizeof(text), "/t%u", i);
		assert_int_equal(tenancy_account(text)->packets[0], 1);
		assert_int_equal(tenancy_flows_used(text), 1);
		tenancy_check();
	}
}

static void
a_slot_is_not_used_again_while_it_has_flows(void **state)
{
	struct tenancy_fixture *f = tenancy_open(FIVE_SLOTS A B "  /c: {}\n  /d: {}\n");
	uint16_t a = tenancy_slot("/a");

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(FIVE_SLOTS B "  /c: {}\n  /d: {}\n");
	assert_int_equal(
		tenancy_reload_try(FIVE_SLOTS B "  /c: {}\n  /d: {}\n  /e: {}\n"), -ENOSPC
	);
	assert_int_equal(f->a.tenants.usage[a].flows, 1);
	tenancy_wait_ms(0);
	tenancy_reload(FIVE_SLOTS B "  /c: {}\n  /d: {}\n  /e: {}\n");
	assert_int_equal(tenancy_slot("/e"), a);
	assert_int_equal(tenancy_flows_used("/e"), 0);
}

static void
without_a_free_slot_nothing_changes(void **state)
{
	struct tenancy_fixture *f = tenancy_open(FIVE_SLOTS A B "  /c: {}\n  /d: {}\n");
	const struct tenant_set *set = f->a.tenants.set;
	uint32_t generation = f->a.tenants.generation;

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	/* A tenant is exchanged for another: its slot is still in use by the set in force. */
	assert_int_equal(tenancy_reload_try(FIVE_SLOTS A B "  /c: {}\n  /e: {}\n"), -ENOSPC);
	assert_ptr_equal(f->a.tenants.set, set);
	assert_int_equal(f->a.tenants.generation, generation);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	assert_int_equal(tenancy_account("/a")->packets[0], 2);
	assert_int_equal(tenants_find(&f->a.tenants, "/e"), TENANT_NONE);
	tenancy_slot("/d");
}

static void
a_compiled_set_that_is_discarded_changes_nothing(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n" A);
	uint32_t generation = f->a.tenants.generation;
	struct tenant_set *set = tenants_compile(&f->a, f->a.config);

	(void)state;
	assert_non_null(set);
	tenants_discard(set);
	assert_int_equal(f->a.tenants.generation, generation);
	assert_int_equal(send_from(v->a), FATE_FORWARD);
}

static void
discarding_no_set_is_allowed(void **state)
{
	(void)state;
	tenants_discard(NULL);
}

#define WITH_RULES(port)                                                                           \
	TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A ", egress: { rules: [ "                       \
		      "{ proto: udp, dport: " port ", action: allow } ] } }\n"

static void
an_unchanged_rule_list_keeps_its_hits(void **state)
{
	struct tenancy_fixture *f = tenancy_open(WITH_RULES("53"));
	const struct rule_list *list = f->a.tenants.set->tenants[tenancy_slot("/a")].egress;

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(WITH_RULES("53") B);
	assert_ptr_equal(f->a.tenants.set->tenants[tenancy_slot("/a")].egress, list);
	assert_int_equal(rule_list_hits(list, 0), 1);
	assert_int_equal(send_from(v->a2), FATE_FORWARD);
	assert_int_equal(rule_list_hits(list, 0), 2);
}

static void
a_changed_rule_list_begins_its_hits_anew(void **state)
{
	struct tenancy_fixture *f = tenancy_open(WITH_RULES("53"));
	const struct rule_list *list;

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(WITH_RULES("53-54"));
	list = f->a.tenants.set->tenants[tenancy_slot("/a")].egress;
	assert_int_equal(rule_list_hits(list, 0), 0);
}

static size_t
heap_used(void)
{
	size_t used = 0;

	for (unsigned socket = 0; socket < RTE_MAX_NUMA_NODES; socket++) {
		struct rte_malloc_socket_stats stats;

		if (rte_malloc_get_socket_stats((int)socket, &stats) == 0)
			used += stats.heap_allocsz_bytes;
	}
	return used;
}

/* Of the C library's heap, LeakSanitizer says the same. */
static void
reloads_leave_no_memory_behind(void **state)
{
	const size_t padding =
		512; /* a block may be some bytes longer than asked for; not for each reload */
	size_t before;

	(void)state;
	tenancy_open(WITH_RULES("53"));
	tenancy_reload(TENANCY_PORTS "tenants:\n" A B);
	before = heap_used();
	for (unsigned i = 0; i < 10; i++) {
		tenancy_reload(WITH_RULES("53"));
		tenancy_reload(WITH_RULES("54"));
		tenancy_reload(TENANCY_PORTS "tenants:\n" A B);
	}
	assert_in_range(heap_used(), 0, before + padding);
}

static void
opening_and_closing_leaves_no_memory_behind(void **state)
{
	size_t before = heap_used();

	tenancy_open(WITH_RULES("53"));
	assert_true(heap_used() > before);
	assert_int_equal(tenancy_teardown(state), 0);
	assert_int_equal(heap_used(), before);
}

static void
totals_of_a_tree_are_the_sums_of_its_tenants(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n"
							       "  /up: { flows.max: 2 }\n"
							       "  /up/a: { " SPEC_IS_A " }\n"
							       "  /up/b: { " SPEC_IS_B " }\n");
	struct tenant_totals own, all;

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	assert_int_equal(send_from(v->b), FATE_FORWARD);
	assert_int_equal(send_from(v->b2), FATE_TENANT_FLOWS_MAX);
	tenant_totals_own(&f->a.tenants, tenancy_slot("/up"), &own);
	tenant_totals_subtree(&f->a.tenants, tenancy_slot("/up"), &all);
	assert_int_equal(own.flows, 0);
	assert_int_equal(own.packets[0], 0);
	assert_int_equal(all.flows, 2);
	assert_int_equal(all.packets[0], 2);
	assert_int_equal(all.flows_created, 2);
	assert_int_equal(all.drops[tenant_reason(FATE_TENANT_FLOWS_MAX)], 1);
	assert_int_equal(all.refusals[tenant_reason(FATE_TENANT_FLOWS_MAX)], 1);
	tenant_totals_subtree(&f->a.tenants, tenancy_slot("/up/a"), &all);
	assert_int_equal(all.flows, 1);
}

static void
totals_of_a_new_tenant_in_an_old_slot_are_zero(void **state)
{
	struct tenancy_fixture *f = tenancy_open(FIVE_SLOTS A B "  /c: {}\n  /d: {}\n");
	struct tenant_totals own;

	(void)state;
	assert_int_equal(send_from(v->a), FATE_FORWARD);
	tenancy_reload(FIVE_SLOTS B "  /c: {}\n  /d: {}\n");
	tenancy_wait_ms(0);
	tenancy_reload(FIVE_SLOTS B "  /c: {}\n  /d: {}\n  /e: {}\n");
	tenant_totals_own(&f->a.tenants, tenancy_slot("/e"), &own);
	assert_int_equal(own.packets[0], 0);
	assert_int_equal(own.flows_created, 0);
}

static void
sizes_are_shared_out_among_workers_with_some_slack(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n" A);
	struct tenant_sizes one = tenant_sizes(f->a.config, 1);
	struct tenant_sizes four = tenant_sizes(f->a.config, 4);

	(void)state;
	assert_int_equal(one.flows4, 2000);
	assert_int_equal(one.flows6, 1000);
	assert_int_equal(four.flows4, 500 + 125);
	assert_int_equal(one.slots, 1024);
	assert_true(four.bytes > one.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST(the_root_has_slot_0),
		TENANCY_TEST(a_path_that_is_no_tenant_s_is_not_found),
		TENANCY_TEST(tenants_keep_their_slots_whatever_comes_before_them),
		TENANCY_TEST(counters_go_on_over_a_reload),
		TENANCY_TEST(a_quota_that_is_spent_stays_spent_over_a_reload),
		TENANCY_TEST(a_tenant_that_comes_back_begins_anew),
		TENANCY_TEST(flows_of_a_removed_tree_leave_the_counts_of_all_above),
		TENANCY_TEST(many_flows_of_a_removed_tenant_end_a_few_at_a_turn),
		TENANCY_TEST(removal_goes_on_over_another_reload),
		TENANCY_TEST(a_removed_tenant_s_slot_is_not_given_away_at_once),
		TENANCY_TEST(slots_are_used_again_in_the_end),
		TENANCY_TEST(a_slot_is_not_used_again_while_it_has_flows),
		TENANCY_TEST(without_a_free_slot_nothing_changes),
		TENANCY_TEST(a_compiled_set_that_is_discarded_changes_nothing),
		TENANCY_TEST(discarding_no_set_is_allowed),
		TENANCY_TEST(an_unchanged_rule_list_keeps_its_hits),
		TENANCY_TEST(a_changed_rule_list_begins_its_hits_anew),
		TENANCY_TEST(reloads_leave_no_memory_behind),
		TENANCY_TEST(opening_and_closing_leaves_no_memory_behind),
		TENANCY_TEST(totals_of_a_tree_are_the_sums_of_its_tenants),
		TENANCY_TEST(totals_of_a_new_tenant_in_an_old_slot_are_zero),
		TENANCY_TEST(sizes_are_shared_out_among_workers_with_some_slack),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
