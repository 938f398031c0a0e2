/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `tenants` and `flows` without a fault: values, defaults, the tree and what is inherited. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)
#define PORTS "ports: {wan: {device: d0}, lan: {device: d1}}\n"

static const char every_key[] = PORTS "tenants:\n"
				      "  /a/b:\n"
				      "    from:\n"
				      "      - {port: lan, vlan: 100, src: 10.1.0.0/16}\n"
				      "      - {vlan: [200, 7], src: '2001:db8::/32'}\n"
				      "      - {vlan: untagged}\n"
				      "      - {vlan: [300, untagged]}\n"
				      "    to:\n"
				      "      - {dst: 239.1.1.1, proto: udp, dport: 5000-5010}\n"
				      "      - {port: wan, vlan: 4094}\n"
				      "      - {dst: 10.2.0.0/16, proto: 89}\n"
				      "    flows.max: 100k\n"
				      "    flows.rate: 5000\n"
				      "    pps.max: 1M\n"
				      "    bps.max: 2G\n"
				      "    quota: {bytes: 10G, period: 1d, spent: {bps.max: 64k}}\n"
				      "    frozen: true\n"
				      "    mode: audit\n"
				      "    pickup: true\n"
				      "    on_full: evict\n"
				      "    timeouts: {tcp_syn: 100ms, udp: 30d, other: 7}\n";

/* The tenant of that path; the test fails where there is none. */
static const struct config_tenant *
tenant_of(const struct config *config, const char *path)
{
	for (unsigned i = 0; i < config->tenants.n; i++) {
		if (strcmp(config->tenants.tenants[i].path, path) == 0)
			return &config->tenants.tenants[i];
	}
	fail_msg("there is no tenant %s", path);
	return NULL;
}

static void
limits_have_the_values_of_the_file(void **state)
{
	struct config *c = config_of(every_key);
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_int_equal(t->line, 3);
	assert_int_equal(t->flows_max, 100000);
	assert_int_equal(t->flows_rate, 5000);
	assert_int_equal(t->pps_max, 1000000);
	assert_int_equal(t->bps_max, 2000000000);
	assert_true(t->frozen);
	assert_true(t->audit);
	assert_true(t->pickup);
	assert_true(t->evict);
	config_free(c);
}

static void
a_quota_has_a_unit_an_amount_a_period_and_an_end(void **state)
{
	struct config *c = config_of(every_key);
	const struct config_quota *q = &tenant_of(c, "/a/b")->quota;

	(void)state;
	assert_int_equal(q->unit, TENANT_QUOTA_BYTES);
	assert_int_equal(q->amount, 10 * UINT64_C(1000000000));
	assert_int_equal(q->period_ns, 86400 * SECOND_NS);
	assert_int_equal(q->spent, TENANT_SPENT_THROTTLE);
	assert_int_equal(q->throttle_bits_per_second, 64000);
	config_free(c);
}

static void
a_spent_quota_drops_if_nothing_else_is_said(void **state)
{
	struct config *c = config_of(PORTS "tenants:\n"
					   "  /a: {quota: {packets: 1, period: 1s}}\n"
					   "  /b: {quota: {packets: 1, period: 1, spent: pass}}\n");

	(void)state;
	assert_int_equal(tenant_of(c, "/a")->quota.unit, TENANT_QUOTA_PACKETS);
	assert_int_equal(tenant_of(c, "/a")->quota.spent, TENANT_SPENT_DROP);
	assert_int_equal(tenant_of(c, "/b")->quota.spent, TENANT_SPENT_PASS);
	config_free(c);
}

static void
rows_of_from_have_the_values_of_the_file(void **state)
{
	static const uint8_t v4[16] = {10, 1}, v6[16] = {0x20, 0x01, 0x0D, 0xB8};
	struct config *c = config_of(every_key);
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_int_equal(t->n_from, 4);
	assert_int_equal(t->from[0].port, 1);
	assert_int_equal(t->from[0].vlan_outer, 100);
	assert_int_equal(t->from[0].vlan_inner, -1);
	assert_int_equal(t->from[0].prefix.kind, PACKET_IPV4);
	assert_int_equal(t->from[0].prefix.bits, 16);
	assert_memory_equal(t->from[0].prefix.address.v6, v4, 16);
	assert_int_equal(t->from[0].line, 5);
	assert_int_equal(t->from[1].port, CONFIG_NO_PORT);
	assert_int_equal(t->from[1].vlan_outer, 200);
	assert_int_equal(t->from[1].vlan_inner, 7);
	assert_int_equal(t->from[1].prefix.kind, PACKET_IPV6);
	assert_int_equal(t->from[1].prefix.bits, 32);
	assert_memory_equal(t->from[1].prefix.address.v6, v6, 16);
	config_free(c);
}

static void
untagged_is_an_outer_or_an_inner_vlan_of_0(void **state)
{
	struct config *c = config_of(every_key);
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_int_equal(t->from[2].vlan_outer, 0);
	assert_int_equal(t->from[2].vlan_inner, -1);
	assert_int_equal(t->from[2].prefix.kind, PACKET_OTHER);
	assert_int_equal(t->from[3].vlan_outer, 300);
	assert_int_equal(t->from[3].vlan_inner, 0);
	config_free(c);
}

static void
rows_of_to_have_the_values_of_the_file(void **state)
{
	struct config *c = config_of(every_key);
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_int_equal(t->n_to, 3);
	assert_int_equal(t->to[0].prefix.bits, 32);
	assert_int_equal(t->to[0].protocol, 17);
	assert_int_equal(t->to[0].service.first, 5000);
	assert_int_equal(t->to[0].service.last, 5010);
	assert_int_equal(t->to[1].port, 0);
	assert_int_equal(t->to[1].vlan_outer, 4094);
	assert_int_equal(t->to[1].protocol, -1);
	assert_int_equal(t->to[1].service.first, 0);
	assert_int_equal(t->to[1].service.last, 65535);
	assert_int_equal(t->to[2].protocol, 89);
	config_free(c);
}

static void
what_a_tenant_does_not_name_has_its_default(void **state)
{
	static const uint64_t seconds[FLOW_STATE_COUNT] = {
		[FLOW_TCP_SYN] = 30,
		[FLOW_TCP_ESTABLISHED] = 7440,
		[FLOW_TCP_CLOSING] = 60,
		[FLOW_TCP_CLOSED] = 30,
		[FLOW_TCP_RESET] = 5,
		[FLOW_UDP] = 30,
		[FLOW_UDP_REPLIED] = 180,
		[FLOW_ICMP] = 10,
		[FLOW_OTHER] = 60,
	};
	struct config *c = config_of(PORTS "tenants: {/a: {}}\n");
	const struct config_tenant *t = tenant_of(c, "/a");

	(void)state;
	assert_int_equal(t->n_from + t->n_to, 0);
	assert_int_equal(t->flows_max + t->flows_rate + t->pps_max + t->bps_max, 0);
	assert_int_equal(t->quota.unit, TENANT_QUOTA_NONE);
	assert_false(t->frozen || t->audit || t->pickup || t->evict);
	assert_false(t->egress.given || t->ingress.given);
	for (unsigned i = 0; i < FLOW_STATE_COUNT; i++)
		assert_int_equal(t->timeouts_ns[i], seconds[i] * SECOND_NS);
	config_free(c);
}

static void
parents_that_are_not_in_the_file_are_made(void **state)
{
	struct config *c = config_of(PORTS "tenants: {/a/b/c: {frozen: true}}\n");
	const struct config_tenant *t = c->tenants.tenants;

	(void)state;
	assert_int_equal(c->tenants.n, 4);
	assert_string_equal(t[0].path, "/");
	assert_string_equal(t[1].path, "/a");
	assert_string_equal(t[2].path, "/a/b");
	assert_string_equal(t[3].path, "/a/b/c");
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(t[i].depth, i);
		assert_int_equal(t[i].parent, i == 0 ? 0 : i - 1);
		assert_int_equal(t[i].line, i == 3 ? 2 : 0);
		assert_int_equal(t[i].frozen, i == 3);
	}
	config_free(c);
}

/* By their bytes "-" and "." come before "/". */
static void
what_is_below_a_tenant_stands_right_behind_it(void **state)
{
	static const char *const paths[] = {
		"/", "/a", "/a/b", "/a/b/c", "/a/z", "/a-b", "/a.b", "/b"};
	struct config *c =
		config_of(PORTS "tenants: {/b: {}, /a-b: {}, /a/z: {}, /a.b: {}, /a/b/c: {}, "
				"/a: {}, /a/b: {}}\n");

	(void)state;
	assert_int_equal(c->tenants.n, ARRAY_LENGTH(paths));
	for (unsigned i = 0; i < c->tenants.n; i++)
		assert_string_equal(c->tenants.tenants[i].path, paths[i]);
	assert_int_equal(tenant_of(c, "/a-b")->parent, 0);
	assert_int_equal(tenant_of(c, "/a/z")->parent, 1);
	config_free(c);
}

static void
the_root_may_be_in_the_file(void **state)
{
	struct config *c = config_of(PORTS "tenants: {/a: {}, /: {pps.max: 5, mode: audit}}\n");

	(void)state;
	assert_int_equal(c->tenants.n, 2);
	assert_string_equal(c->tenants.tenants[0].path, "/");
	assert_int_equal(c->tenants.tenants[0].line, 2);
	assert_int_equal(c->tenants.tenants[0].pps_max, 5);
	assert_true(c->tenants.tenants[1].audit);
	assert_int_equal(c->tenants.tenants[1].pps_max, 0);
	config_free(c);
}

static void
an_empty_section_has_the_root_alone(void **state)
{
	struct config *c = config_of(PORTS "tenants: {}\n");

	(void)state;
	assert_int_equal(c->tenants.n, 1);
	assert_string_equal(c->tenants.tenants[0].path, "/");
	assert_int_equal(c->tenants.tenants[0].timeouts_ns[FLOW_UDP], 30 * SECOND_NS);
	config_free(c);
}

static void
without_the_section_there_is_no_tenant(void **state)
{
	struct config *c = config_of(PORTS);

	(void)state;
	assert_int_equal(c->tenants.n, 0);
	config_free(c);
}

static void
mode_pickup_on_full_and_timeouts_are_inherited(void **state)
{
	struct config *c = config_of(
		PORTS
		"tenants:\n"
		"  /a: {mode: audit, pickup: true, on_full: evict, timeouts: {udp: 1s, icmp: 2s}}\n"
		"  /a/b/c: {timeouts: {icmp: 3s}}\n"
	);
	const struct config_tenant *t = tenant_of(c, "/a/b/c");

	(void)state;
	assert_true(t->audit && t->pickup && t->evict);
	assert_true(tenant_of(c, "/a/b")->audit);
	assert_int_equal(t->timeouts_ns[FLOW_UDP], SECOND_NS);
	assert_int_equal(t->timeouts_ns[FLOW_ICMP], 3 * SECOND_NS);
	assert_int_equal(t->timeouts_ns[FLOW_OTHER], 60 * SECOND_NS);
	config_free(c);
}

static void
a_child_may_say_otherwise_than_its_parent(void **state)
{
	struct config *c =
		config_of(PORTS "tenants:\n"
				"  /a: {mode: audit, pickup: true, on_full: evict}\n"
				"  /a/b: {mode: enforce, pickup: false, on_full: drop}\n");
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_false(t->audit || t->pickup || t->evict);
	config_free(c);
}

/* They hold at their level, for all below. */
static void
limits_and_frozen_are_not_inherited(void **state)
{
	struct config *c =
		config_of(PORTS "tenants:\n"
				"  /a: {frozen: true, pps.max: 1, bps.max: 8, flows.max: 1, "
				"flows.rate: 1, egress: {}}\n"
				"  /a/b: {}\n");
	const struct config_tenant *t = tenant_of(c, "/a/b");

	(void)state;
	assert_false(t->frozen || t->egress.given);
	assert_int_equal(t->flows_max + t->flows_rate + t->pps_max + t->bps_max, 0);
	config_free(c);
}

static void
the_longest_and_the_deepest_path_are_legal(void **state)
{
	struct config *c =
		config_of(PORTS
			  "tenants:\n"
			  "  /a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p: {}\n"
			  "  /a234567890123456789012345678901/b234567890123456789012345678901"
			  "/c234567890123456789012345678901/d23456789012345678901234567890: {}\n");

	(void)state;
	assert_int_equal(tenant_of(c, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p")->depth, 16);
	assert_int_equal(strlen(c->tenants.tenants[c->tenants.n - 1].path), 127);
	config_free(c);
}

static void
flow_tables_have_the_sizes_of_the_file(void **state)
{
	struct config *c = config_of(PORTS "flows: {ipv4: 1M, ipv6: 1k, fragments: 100, "
					   "fragment_timeout: 30s, tenants: 2k}\n");

	(void)state;
	assert_int_equal(c->flows.ipv4, 1000000);
	assert_int_equal(c->flows.ipv6, 1000);
	assert_int_equal(c->flows.fragments, 100);
	assert_int_equal(c->flows.fragment_ns, 30 * SECOND_NS);
	assert_int_equal(c->flows.tenants, 2000);
	config_free(c);
}

static void
assert_default_flows(const struct config_flows *flows)
{
	assert_int_equal(flows->ipv4, 256000);
	assert_int_equal(flows->ipv6, 64000);
	assert_int_equal(flows->fragments, 16000);
	assert_int_equal(flows->fragment_ns, 5 * SECOND_NS);
	assert_int_equal(flows->tenants, 0);
}

static void
flow_tables_have_default_sizes(void **state)
{
	struct config *given = config_of(PORTS "flows: {}\n"), *none = config_of(PORTS);
	struct config *without_file = config_default();

	(void)state;
	assert_default_flows(&given->flows);
	assert_default_flows(&none->flows);
	assert_default_flows(&without_file->flows);
	config_free(given);
	config_free(none);
	config_free(without_file);
}

static void
the_text_is_kept_as_it_was_read(void **state)
{
	struct config *c = config_of(every_key), *none = config_default();

	(void)state;
	assert_string_equal(c->text, every_key);
	assert_null(none->text);
	config_free(c);
	config_free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_have_the_values_of_the_file),
		cmocka_unit_test(a_quota_has_a_unit_an_amount_a_period_and_an_end),
		cmocka_unit_test(a_spent_quota_drops_if_nothing_else_is_said),
		cmocka_unit_test(rows_of_from_have_the_values_of_the_file),
		cmocka_unit_test(untagged_is_an_outer_or_an_inner_vlan_of_0),
		cmocka_unit_test(rows_of_to_have_the_values_of_the_file),
		cmocka_unit_test(what_a_tenant_does_not_name_has_its_default),
		cmocka_unit_test(parents_that_are_not_in_the_file_are_made),
		cmocka_unit_test(what_is_below_a_tenant_stands_right_behind_it),
		cmocka_unit_test(the_root_may_be_in_the_file),
		cmocka_unit_test(an_empty_section_has_the_root_alone),
		cmocka_unit_test(without_the_section_there_is_no_tenant),
		cmocka_unit_test(mode_pickup_on_full_and_timeouts_are_inherited),
		cmocka_unit_test(a_child_may_say_otherwise_than_its_parent),
		cmocka_unit_test(limits_and_frozen_are_not_inherited),
		cmocka_unit_test(the_longest_and_the_deepest_path_are_legal),
		cmocka_unit_test(flow_tables_have_the_sizes_of_the_file),
		cmocka_unit_test(flow_tables_have_default_sizes),
		cmocka_unit_test(the_text_is_kept_as_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
