/* SPDX-License-Identifier: BSD-3-Clause */
/* What is legal and probably not meant is warned of, and the config is there all the same. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>

#define PORTS "ports: {wan: {device: d0}, lan: {device: d1}}\n"
/* A list of rules that begin in line 6. */
#define RULES(rules) PORTS "tenants:\n  /a:\n    egress:\n      rules:\n" rules
#define NEVER "tenants./a.egress.rules"

struct warning_case {
	const char *text;
	const char *warnings;
};

static void
cases_check(const struct warning_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		config_free(config_warned(cases[i].text, cases[i].warnings));
}

static void
a_limit_larger_than_one_above_it_is_warned_of(void **state)
{
	static const struct warning_case cases[] = {
		{PORTS "tenants:\n  /a: {flows.max: 10}\n  /a/b: {flows.max: 11}\n",
		 "4: tenants./a/b.flows.max: warning: 11 is more than the 10 of /a, which rules\n"},
		{PORTS "tenants:\n  /a: {flows.rate: 10}\n  /a/b/c: {flows.rate: 1k}\n",
		 "4: tenants./a/b/c.flows.rate: warning: 1000 is more than the 10 of /a, which "
		 "rules\n"},
		{PORTS "tenants:\n  /: {pps.max: 1}\n  /a/b: {pps.max: 2}\n",
		 "4: tenants./a/b.pps.max: warning: 2 is more than the 1 of /, which rules\n"},
		{PORTS "tenants:\n  /a/b: {bps.max: 2G}\n  /a: {bps.max: 1G}\n",
		 "3: tenants./a/b.bps.max: warning: 2000000000 is more than the 1000000000 of /a, "
		 "which rules\n"},
		{PORTS "tenants:\n  /a: {quota: {bytes: 1, period: 1d}}\n"
		       "  /a/b: {quota: {bytes: 2, period: 24h}}\n",
		 "4: tenants./a/b.quota: warning: 2 is more than the 1 of /a, which rules\n"},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
limits_that_may_act_are_not_warned_of(void **state)
{
	(void)state;
	config_free(config_of(PORTS
			      "tenants:\n"
			      "  /a: {flows.max: 10, pps.max: 5, quota: {bytes: 1, period: 1d}}\n"
			      "  /a/b: {flows.max: 10, quota: {bytes: 2, period: 2d}}\n"
			      "  /a/c: {pps.max: 4, quota: {packets: 2, period: 1d}}\n"
			      "  /b: {flows.max: 11}\n"));
}

static void
flows_max_beyond_the_tables_is_warned_of(void **state)
{
	static const struct warning_case cases[] = {
		{PORTS "flows: {ipv4: 1000, ipv6: 1000}\n"
		       "tenants:\n  /a: {flows.max: 2000}\n  /b: {flows.max: 2001}\n",
		 "5: tenants./b.flows.max: warning: 2001 is more than both flow tables hold "
		 "(2000)\n"},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
tenants_that_may_fill_the_tables_are_warned_of_once(void **state)
{
	static const struct warning_case cases[] = {
		{PORTS "tenants:\n"
		       "  /b: {from: [{src: 10.1.0.0/16}]}\n"
		       "  /a: {to: [{dst: 10.1.0.0/16}]}\n"
		       "  /c: {flows.max: 5}\n"
		       "  /c/d: {from: [{src: 10.2.0.0/16}]}\n"
		       "  /e: {}\n",
		 "3: tenants: warning: 2 of the tenants, /b first, have no flows.max, nor has one "
		 "above them: each may fill the flow tables for all\n"},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_rule_that_another_covers_is_warned_of(void **state)
{
	static const struct warning_case cases[] = {
		{RULES("      - {name: all, dst: 10.0.0.0/8, action: allow}\n"
		       "      - {name: one, dst: 10.1.0.0/16, proto: tcp, dport: 80, action: "
		       "deny}\n"),
		 "7: " NEVER ".one: warning: never matches: \"all\" of line 6 covers it\n"},
		{RULES("      - {action: allow}\n"
		       "      - {action: deny}\n"),
		 "7: " NEVER ": warning: never matches: the rule of line 6 covers it\n"},
		{RULES("      - {proto: udp, action: allow}\n"
		       "      - {proto: tcp, dport: 1-1000, action: allow}\n"
		       "      - {proto: icmp, action: allow}\n"
		       "      - {proto: tcp, src: '2001:db8::/32', dport: [5, 900-1000], action: "
		       "deny}\n"
		       "      - {proto: tcp, dport: 1-1001, action: deny}\n"),
		 "9: " NEVER ": warning: never matches: the rule of line 7 covers it\n"},
		{RULES("      - {dst: [10.0.0.0/8, '2001:db8::/32'], action: allow}\n"
		       "      - {dst: [10.1.0.0/16, '2001:db8:1::/48'], action: allow}\n"),
		 "7: " NEVER ": warning: never matches: the rule of line 6 covers it\n"},
		{RULES("      - {src: '2001:db8::1:0:0:0/80', action: allow}\n"
		       "      - {src: '2001:db8::1:0:0:7', action: allow}\n"),
		 "7: " NEVER ": warning: never matches: the rule of line 6 covers it\n"},
		{RULES("      - {src: '::/0', action: allow}\n"
		       "      - {src: 'ffff:ffff::/32', action: allow}\n"),
		 "7: " NEVER ": warning: never matches: the rule of line 6 covers it\n"},
	};

	(void)state;
	cases_check(cases, ARRAY_LENGTH(cases));
}

static void
rules_of_one_list_do_not_cover_those_of_another(void **state)
{
	(void)state;
	config_free(config_of(
		PORTS "tenants:\n"
		      "  /a: {egress: {rules: [{action: deny}]}, ingress: {rules: [{action: "
		      "deny}]}}\n"
		      "  /a/b: {egress: {rules: [{action: deny}]}}\n"
	));
}

static void
rules_that_may_match_are_not_warned_of(void **state)
{
	(void)state;
	config_free(config_of(RULES("      - {dst: 10.1.0.0/16, action: allow}\n"
				    "      - {dst: 10.0.0.0/8, action: deny}\n"
				    "      - {src: 10.0.0.0/8, action: deny}\n"
				    "      - {proto: icmp, icmp_type: 8, action: deny}\n"
				    "      - {proto: icmp, icmp_type: 0, action: deny}\n"
				    "      - {src: '::/0', action: deny}\n"
				    "      - {src: 11.0.0.0/8, action: deny}\n")));
}

/* A config with faults has other things to say. */
static void
a_config_with_a_fault_is_not_warned_of(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "tenants:\n  /a: {flows.max: 10}\n  /a/b: {flows.max: 11, mode: x}\n",
		 "4: tenants./a/b.mode: \"x\" is none of enforce, audit\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_larger_than_one_above_it_is_warned_of),
		cmocka_unit_test(limits_that_may_act_are_not_warned_of),
		cmocka_unit_test(flows_max_beyond_the_tables_is_warned_of),
		cmocka_unit_test(tenants_that_may_fill_the_tables_are_warned_of_once),
		cmocka_unit_test(a_rule_that_another_covers_is_warned_of),
		cmocka_unit_test(rules_of_one_list_do_not_cover_those_of_another),
		cmocka_unit_test(rules_that_may_match_are_not_warned_of),
		cmocka_unit_test(a_config_with_a_fault_is_not_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
