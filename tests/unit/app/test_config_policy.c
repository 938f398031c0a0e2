/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules and sets: values, defaults, and every fault with its line and key. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>

#define PORTS "ports: {wan: {device: d0}, lan: {device: d1}}\n"
/* One rule, in line 3. */
#define RULE(keys) PORTS "tenants:\n  /a: {egress: {rules: [{action: deny, " keys "}]}}\n"
#define SETS(sets) PORTS "sets: {" sets "}\n"
/* Sets in line 2, and one rule with this destination in line 3. */
#define SETS_AND_DST(sets, dst)                                                                    \
	SETS(sets) "tenants: {/a: {egress: {rules: [{dst: " dst ", action: allow}]}}}\n"

/* The first tenant's egress list of a good text. */
static const struct config_rules *
egress_of(const struct config *config)
{
	assert_true(config->tenants.n >= 2);
	return &config->tenants.tenants[1].egress;
}

static void
a_rule_has_the_values_of_the_file(void **state)
{
	static const uint8_t src[16] = {10, 1}, dst[16] = {198, 51, 100};
	struct config *c =
		config_of(PORTS "tenants:\n"
				"  /a:\n"
				"    egress:\n"
				"      default: reject\n"
				"      rules:\n"
				"        - {name: orders, proto: tcp, src: 10.1.0.0/16, dst: "
				"198.51.100.0/24, sport: 1024-65535, dport: 9000, action: "
				"allow}\n");
	const struct config_rules *list = egress_of(c);
	const struct rule *rule = &list->rules[0];

	(void)state;
	assert_true(list->given);
	assert_int_equal(list->default_action, RULE_REJECT);
	assert_int_equal(list->n, 1);
	assert_string_equal(rule->name, "orders");
	assert_int_equal(rule->line, 7);
	assert_int_equal(rule->action, RULE_ALLOW);
	assert_int_equal(rule->protocol, 6);
	assert_int_equal(rule->icmp_type, RULE_ANY);
	assert_int_equal(rule->icmp_code, RULE_ANY);
	assert_int_equal(rule->n_src, 1);
	assert_int_equal(rule->src[0].bits, 16);
	assert_memory_equal(rule->src[0].address.v6, src, 16);
	assert_int_equal(rule->n_dst, 1);
	assert_int_equal(rule->dst[0].bits, 24);
	assert_memory_equal(rule->dst[0].address.v6, dst, 16);
	assert_int_equal(rule->n_src_ports, 1);
	assert_int_equal(rule->src_ports[0].first, 1024);
	assert_int_equal(rule->src_ports[0].last, 65535);
	assert_int_equal(rule->n_dst_ports, 1);
	assert_int_equal(rule->dst_ports[0].first, 9000);
	assert_int_equal(rule->dst_ports[0].last, 9000);
	config_free(c);
}

static void
what_a_rule_does_not_name_matches_all(void **state)
{
	struct config *c = config_of(PORTS "tenants: {/a: {egress: {rules: [{action: deny}]}}}\n");
	const struct rule *rule = &egress_of(c)->rules[0];

	(void)state;
	assert_string_equal(rule->name, "");
	assert_int_equal(rule->protocol, RULE_ANY);
	assert_int_equal(rule->n_src + rule->n_dst + rule->n_src_ports + rule->n_dst_ports, 0);
	config_free(c);
}

static void
a_list_without_a_default_denies(void **state)
{
	struct config *c =
		config_of(PORTS "tenants: {/a: {egress: {}, ingress: {default: allow}}}\n");
	const struct config_tenant *t = &c->tenants.tenants[1];

	(void)state;
	assert_true(t->egress.given);
	assert_int_equal(t->egress.default_action, RULE_DENY);
	assert_int_equal(t->egress.n, 0);
	assert_true(t->ingress.given);
	assert_int_equal(t->ingress.default_action, RULE_ALLOW);
	config_free(c);
}

static void
rules_keep_the_order_of_the_file(void **state)
{
	struct config *c =
		config_of(PORTS
			  "tenants: {/a: {egress: {rules: [{name: z, proto: tcp, action: deny}, "
			  "{name: a, action: reject}]}}}\n");

	(void)state;
	assert_int_equal(egress_of(c)->n, 2);
	assert_string_equal(egress_of(c)->rules[0].name, "z");
	assert_int_equal(egress_of(c)->rules[0].action, RULE_DENY);
	assert_string_equal(egress_of(c)->rules[1].name, "a");
	assert_int_equal(egress_of(c)->rules[1].action, RULE_REJECT);
	config_free(c);
}

static void
an_icmp_rule_may_name_type_and_code(void **state)
{
	struct config *c = config_of(RULE("proto: icmp, icmp_type: 3, icmp_code: 4"));
	const struct rule *rule = &egress_of(c)->rules[0];

	(void)state;
	assert_int_equal(rule->protocol, 1);
	assert_int_equal(rule->icmp_type, 3);
	assert_int_equal(rule->icmp_code, 4);
	config_free(c);
}

static void
addresses_and_ports_may_be_lists(void **state)
{
	struct config *c = config_of(
		RULE("proto: udp, src: [10.0.0.1, '2001:db8::1'], dport: [53, 123, 5000-5001]")
	);
	const struct rule *rule = &egress_of(c)->rules[0];

	(void)state;
	assert_int_equal(rule->n_src, 2);
	assert_int_equal(rule->src[0].kind, PACKET_IPV4);
	assert_int_equal(rule->src[1].kind, PACKET_IPV6);
	assert_int_equal(rule->n_dst_ports, 3);
	assert_int_equal(rule->dst_ports[2].first, 5000);
	assert_int_equal(rule->dst_ports[2].last, 5001);
	config_free(c);
}

static void
a_set_stands_for_its_prefixes(void **state)
{
	struct config *c =
		config_of(SETS_AND_DST("gw: [10.9.0.0/24, '2001:db8::/32']", "[gw, 10.0.0.1]"));
	const struct rule *rule = &egress_of(c)->rules[0];

	(void)state;
	assert_int_equal(rule->n_dst, 3);
	assert_int_equal(rule->dst[0].bits, 24);
	assert_int_equal(rule->dst[1].kind, PACKET_IPV6);
	assert_int_equal(rule->dst[2].bits, 32);
	config_free(c);
}

static void
a_set_may_hold_sets_that_stand_behind_it(void **state)
{
	struct config *c = config_of(
		SETS_AND_DST("all: [a, b, 10.0.0.3], a: [b, 10.0.0.1], b: 10.0.0.2", "all")
	);
	const struct rule *rule = &egress_of(c)->rules[0];

	(void)state;
	assert_int_equal(rule->n_dst, 4);
	assert_int_equal(rule->dst[0].address.v6[3], 2);
	assert_int_equal(rule->dst[1].address.v6[3], 1);
	assert_int_equal(rule->dst[2].address.v6[3], 2);
	assert_int_equal(rule->dst[3].address.v6[3], 3);
	config_free(c);
}

static void
a_set_may_stand_behind_the_tenants(void **state)
{
	struct config *c =
		config_of(PORTS "tenants: {/a: {egress: {rules: [{src: s, action: deny}]}}}\n"
				"sets: {s: [10.0.0.0/8]}\n");

	(void)state;
	assert_int_equal(egress_of(c)->rules[0].n_src, 1);
	config_free(c);
}

static void
rules_with_faults_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "tenants: {/a: {egress: {rules: [{proto: tcp}]}}}\n",
		 "2: tenants./a.egress.rules.action: is missing\n"},
		{PORTS "tenants: {/a: {ingress: {rules: [{action: drop}]}}}\n",
		 "2: tenants./a.ingress.rules.action: \"drop\" is none of allow, deny, reject\n"},
		{PORTS "tenants: {/a: {ingress: {default: none}}}\n",
		 "2: tenants./a.ingress.default: \"none\" is none of allow, deny, reject\n"},
		{PORTS "tenants: {/a: {ingress: {rule: []}}}\n",
		 "2: tenants./a.ingress.rule: unknown key; known here: default, rules\n"},
		{PORTS "tenants: {/a: {ingress: {rules: {}}}}\n",
		 "2: tenants./a.ingress.rules: is not a list\n"},
		{RULE("port: 80"),
		 "3: tenants./a.egress.rules.port: unknown key; known here: name, proto, src, dst, "
		 "sport, dport, icmp_type, icmp_code, action\n"},
		{RULE("name: a2345678901234567890123456789012"),
		 "3: tenants./a.egress.rules.name: is longer than 31 characters\n"},
		{RULE("proto: 256"), "3: tenants./a.egress.rules.proto: 256 is above 255\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
ports_without_a_protocol_that_has_some_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{RULE("dport: 80"),
		 "3: tenants./a.egress.rules: dport needs a proto that has ports: tcp, udp, "
		 "sctp\n"},
		{RULE("proto: icmp, sport: 80"),
		 "3: tenants./a.egress.rules: sport needs a proto that has ports: tcp, udp, "
		 "sctp\n"},
		{RULE("proto: any, dport: 80"),
		 "3: tenants./a.egress.rules: dport needs a proto that has ports: tcp, udp, "
		 "sctp\n"},
		{RULE("proto: tcp, dport: 9-8"),
		 "3: tenants./a.egress.rules.dport: the port range ends before it begins\n"},
		{RULE("proto: tcp, sport: [1, x]"),
		 "3: tenants./a.egress.rules.sport: \"x\" is neither a port nor a range of ports "
		 "(0 "
		 "to 65535)\n"},
		{RULE("proto: tcp, dport: []"),
		 "3: tenants./a.egress.rules.dport: names no port\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
icmp_types_without_icmp_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{RULE("icmp_type: 8"),
		 "3: tenants./a.egress.rules: icmp_type needs proto icmp or icmp6\n"},
		{RULE("proto: tcp, icmp_type: 8"),
		 "3: tenants./a.egress.rules: icmp_type needs proto icmp or icmp6\n"},
		{RULE("proto: icmp, icmp_code: 0"),
		 "3: tenants./a.egress.rules: icmp_code needs an icmp_type\n"},
		{RULE("proto: icmp, icmp_type: 256"),
		 "3: tenants./a.egress.rules.icmp_type: 256 is above 255\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
rules_that_no_packet_can_match_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{RULE("src: 10.0.0.0/8, dst: '2001:db8::/32'"),
		 "3: tenants./a.egress.rules: src and dst are of different IP versions\n"},
		{RULE("proto: icmp, dst: '2001:db8::/32'"),
		 "3: tenants./a.egress.rules: icmp is IPv4's and icmp6 IPv6's\n"},
		{RULE("proto: 58, src: [10.0.0.0/8, 11.0.0.0/8]"),
		 "3: tenants./a.egress.rules: icmp is IPv4's and icmp6 IPv6's\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
mixed_versions_that_some_packet_can_match_are_legal(void **state)
{
	struct config *c =
		config_of(RULE("src: [10.0.0.0/8, '2001:db8::/32'], dst: '2001:db8::/32'"));

	(void)state;
	assert_int_equal(egress_of(c)->n, 1);
	config_free(c);
}

static void
addresses_that_are_none_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{RULE("dst: gw"),
		 "3: tenants./a.egress.rules.dst: \"gw\" is neither an IPv4 or IPv6 prefix nor a "
		 "set\n"},
		{RULE("dst: [10.0.0.0/8, 10.0.0.256]"),
		 "3: tenants./a.egress.rules.dst: \"10.0.0.256\" is neither an IPv4 or IPv6 prefix "
		 "nor "
		 "a set\n"},
		{RULE("dst: 10.0.0.1/8"),
		 "3: tenants./a.egress.rules.dst: \"10.0.0.1/8\" has bits set behind its prefix\n"},
		{RULE("dst: []"), "3: tenants./a.egress.rules.dst: names no address\n"},
		{RULE("dst: {}"),
		 "3: tenants./a.egress.rules.dst: is a mapping, not a single value\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
sets_that_hold_themselves_are_refused_with_the_way(void **state)
{
	static const struct config_error_case cases[] = {
		{SETS("a: [a]"), "2: sets.a: a set that holds itself: a -> a\n"},
		{PORTS "sets:\n  x: [a]\n  a: [10.0.0.1, b]\n  b: [c]\n  c: [a]\n",
		 "6: sets.c: a set that holds itself: a -> b -> c -> a\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
sets_with_faults_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{SETS("10.0.0.1: [10.0.0.2]"),
		 "2: sets.10.0.0.1: is an address, and cannot be the name of a set\n"},
		{SETS("a: [b]"), "2: sets.a: \"b\" is neither an IPv4 or IPv6 prefix nor a set\n"},
		{SETS("a: []"), "2: sets.a: names no address\n"},
		{SETS("a: [10.0.0.1/8]"),
		 "2: sets.a: \"10.0.0.1/8\" has bits set behind its prefix\n"},
		{SETS("a: [[10.0.0.1]]"), "2: sets.a: is a list, not a single value\n"},
		{SETS("a/b: [10.0.0.1]"),
		 "2: sets: \"a/b\" is no name: 1 to 31 of A-Z a-z 0-9 _ . -\n"},
		{SETS("a: 10.0.0.1, a: 10.0.0.2"), "2: sets.a: duplicate name\n"},
		{PORTS "sets: [a]\n", "2: sets: is not a mapping (key: value)\n"},
		{PORTS "sets:\n  a: [b]\n  b: [x]\n",
		 "4: sets.b: \"x\" is neither an IPv4 or IPv6 prefix nor a set\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* The fault is in the set: the rules that name it are not called wrong too. */
static void
a_set_with_a_fault_is_said_once(void **state)
{
	static const struct config_error_case cases[] = {
		{SETS_AND_DST("a: [10.0.0.256]", "a"),
		 "2: sets.a: \"10.0.0.256\" is neither an IPv4 or IPv6 prefix nor a set\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* Each holds the one behind it twice: 2^40 prefixes. */
static void
sets_that_grow_without_end_are_refused(void **state)
{
	struct config *config;
	char *text, *errors;
	FILE *stream;
	size_t size;

	(void)state;
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	fputs(PORTS "sets:\n", stream);
	for (unsigned i = 0; i < 40; i++)
		fprintf(stream, "  s%u: [s%u, s%u]\n", i, i + 1, i + 1);
	fputs("  s40: [10.0.0.1]\n", stream);
	assert_int_equal(fclose(stream), 0);
	config = config_from_text(text, &errors);
	assert_null(config);
	assert_string_equal(errors, "24: sets.s21: more than 1000000 prefixes in all sets\n");
	free(errors);
	free(text);
}

static void
a_list_has_at_most_10000_rules(void **state)
{
	struct config *config;
	char *text, *errors;
	FILE *stream;
	size_t size;

	(void)state;
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	fputs(PORTS "tenants:\n  /a: {ingress: {rules: [{action: deny}", stream);
	for (unsigned i = 0; i < RULE_LIST_MAX; i++)
		fputs(", {action: deny}", stream);
	fputs("]}}\n", stream);
	assert_int_equal(fclose(stream), 0);
	config = config_from_text(text, &errors);
	assert_null(config);
	assert_string_equal(errors, "3: tenants./a.ingress.rules: more than 10000 rules\n");
	free(errors);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_has_the_values_of_the_file),
		cmocka_unit_test(what_a_rule_does_not_name_matches_all),
		cmocka_unit_test(a_list_without_a_default_denies),
		cmocka_unit_test(rules_keep_the_order_of_the_file),
		cmocka_unit_test(an_icmp_rule_may_name_type_and_code),
		cmocka_unit_test(addresses_and_ports_may_be_lists),
		cmocka_unit_test(a_set_stands_for_its_prefixes),
		cmocka_unit_test(a_set_may_hold_sets_that_stand_behind_it),
		cmocka_unit_test(a_set_may_stand_behind_the_tenants),
		cmocka_unit_test(rules_with_faults_are_refused),
		cmocka_unit_test(ports_without_a_protocol_that_has_some_are_refused),
		cmocka_unit_test(icmp_types_without_icmp_are_refused),
		cmocka_unit_test(rules_that_no_packet_can_match_are_refused),
		cmocka_unit_test(mixed_versions_that_some_packet_can_match_are_legal),
		cmocka_unit_test(addresses_that_are_none_are_refused),
		cmocka_unit_test(sets_that_hold_themselves_are_refused_with_the_way),
		cmocka_unit_test(sets_with_faults_are_refused),
		cmocka_unit_test(a_set_with_a_fault_is_said_once),
		cmocka_unit_test(sets_that_grow_without_end_are_refused),
		cmocka_unit_test(a_list_has_at_most_10000_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
