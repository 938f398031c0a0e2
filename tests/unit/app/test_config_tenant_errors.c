/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `tenants` and `flows` with faults, but for rules and overlaps: each is said, word for word. */
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>

#define PORTS "ports: {wan: {device: d0}, lan: {device: d1}}\n"
/* A tenant with these keys, in line 3. */
#define TENANT(keys) PORTS "tenants:\n  /a: {" keys "}\n"
#define PATH(path) PORTS "tenants:\n  \"" path "\": {}\n"
#define NO_PATH(path, reason) "3: tenants: \"" path "\" is no path of a tenant: it " reason "\n"
#define NO_TIME "is not a time (digits, then us, ms, s, m, h, d or nothing)\n"
#define TENANT_KEYS                                                                                \
	"from, to, flows.max, flows.rate, streams.max, pps.max, bps.max, burst, quota, frozen, "   \
	"mode, pickup, "                                                                           \
	"on_full, timeouts, egress, ingress"
#define TEN "0123456789"
#define LETTERS_31 "a" TEN TEN TEN

static void
paths_that_are_none_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PATH("a"), NO_PATH("a", "does not begin with /")},
		{PATH("/a/"), NO_PATH("/a/", "ends with /")},
		{PATH("//"), NO_PATH("//", "ends with /")},
		{PATH("/a//b"),
		 NO_PATH("/a//b", "has a name that is not 1 to 31 of A-Z a-z 0-9 _ . -")},
		{PATH("/a b"),
		 NO_PATH("/a b", "has a name that is not 1 to 31 of A-Z a-z 0-9 _ . -")},
		{PATH("/" LETTERS_31 "x"),
		 NO_PATH("/" LETTERS_31 "x",
			 "has a name that is not 1 to 31 of A-Z a-z 0-9 _ . -")},
		{PATH("/" LETTERS_31 "/" LETTERS_31 "/" LETTERS_31 "/" LETTERS_31),
		 NO_PATH("/" LETTERS_31 "/" LETTERS_31 "/" LETTERS_31 "/" LETTERS_31,
			 "is longer than 127 characters")},
		{PATH("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"),
		 NO_PATH("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "has more than 16 levels")},
		{PATH(""), "3: tenants: has no value\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
duplicate_paths_and_unknown_keys_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "tenants:\n  /a: {}\n  /b: {}\n  /a: {}\n",
		 "5: tenants./a: duplicate name\n"},
		{TENANT("bps: 1"), "3: tenants./a.bps: unknown key; known here: " TENANT_KEYS "\n"},
		{TENANT("pps.max: 1, pps.max: 2"), "3: tenants./a.pps.max: duplicate key\n"},
		{PORTS "tenants: []\n", "2: tenants: is not a mapping (key: value)\n"},
		{PORTS "tenants:\n  /a:\n", "3: tenants./a: is not a mapping (key: value)\n"},
		{TENANT("quota: {bytes: 1, period: 1d, per: 1}"),
		 "3: tenants./a.quota.per: unknown key; known here: bytes, packets, period, "
		 "spent\n"},
		{TENANT("timeouts: {tcp: 1s}"),
		 "3: tenants./a.timeouts.tcp: unknown key; known here: tcp_syn, tcp_established, "
		 "tcp_closing, tcp_closed, tcp_reset, udp, udp_replied, icmp, other\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
limits_out_of_range_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("flows.max: 0"), "3: tenants./a.flows.max: 0 is below 1\n"},
		{TENANT("flows.max: 5G"), "3: tenants./a.flows.max: 5G is above 4294967295\n"},
		{TENANT("flows.rate: 0"), "3: tenants./a.flows.rate: 0 is below 1\n"},
		{TENANT("pps.max: 0"), "3: tenants./a.pps.max: 0 is below 1\n"},
		{TENANT("pps.max: 1001G"), "3: tenants./a.pps.max: 1001G is above 1000000000000\n"},
		{TENANT("bps.max: 0"), "3: tenants./a.bps.max: 0 is below 8\n"},
		{TENANT("bps.max: 7"), "3: tenants./a.bps.max: 7 is below 8\n"},
		{TENANT("bps.max: fast"),
		 "3: tenants./a.bps.max: \"fast\" is not a number (digits, then k, M, G or "
		 "nothing)\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
quotas_that_say_too_little_or_too_much_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("quota: {bytes: 1G}"), "3: tenants./a.quota.period: is missing\n"},
		{TENANT("quota: {period: 1d}"),
		 "3: tenants./a.quota: names neither bytes nor packets\n"},
		{TENANT("quota: {bytes: 1, packets: 1, period: 1d}"),
		 "3: tenants./a.quota: has both bytes and packets\n"},
		{TENANT("quota: {bytes: 0, period: 1d}"),
		 "3: tenants./a.quota.bytes: 0 is below 1\n"},
		{TENANT("quota: {bytes: 1, period: 999ms}"),
		 "3: tenants./a.quota.period: 999ms is below 1s\n"},
		{TENANT("quota: {bytes: 1, period: 3651d}"),
		 "3: tenants./a.quota.period: 3651d is above 3650d\n"},
		{TENANT("quota: {bytes: 1, period: soon}"),
		 "3: tenants./a.quota.period: \"soon\" " NO_TIME},
		{TENANT("quota: {bytes: 1, period: 1d, spent: stop}"),
		 "3: tenants./a.quota.spent: \"stop\" is none of drop, pass\n"},
		{TENANT("quota: {bytes: 1, period: 1d, spent: {}}"),
		 "3: tenants./a.quota.spent.bps.max: is missing\n"},
		{TENANT("quota: {bytes: 1, period: 1d, spent: {bps.max: 0}}"),
		 "3: tenants./a.quota.spent.bps.max: 0 is below 8\n"},
		{TENANT("quota: {bytes: 1, period: 1d, spent: [drop]}"),
		 "3: tenants./a.quota.spent: is a list, not a single value\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
words_that_are_not_known_are_refused_with_the_known_ones(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("mode: on"), "3: tenants./a.mode: \"on\" is none of enforce, audit\n"},
		{TENANT("on_full: Drop"),
		 "3: tenants./a.on_full: \"Drop\" is none of drop, evict\n"},
		{TENANT("pickup: yes"),
		 "3: tenants./a.pickup: \"yes\" is neither true nor false\n"},
		{TENANT("frozen: 1"), "3: tenants./a.frozen: \"1\" is neither true nor false\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
timeouts_out_of_range_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("timeouts: {udp: 99ms}"),
		 "3: tenants./a.timeouts.udp: 99ms is below 100ms\n"},
		{TENANT("timeouts: {udp: 0}"), "3: tenants./a.timeouts.udp: 0 is below 100ms\n"},
		{TENANT("timeouts: {tcp_established: 31d}"),
		 "3: tenants./a.timeouts.tcp_established: 31d is above 30d\n"},
		{TENANT("timeouts: {icmp: 99999999999999999999d}"),
		 "3: tenants./a.timeouts.icmp: 99999999999999999999d is above 30d\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
rows_that_name_what_is_not_there_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("from: [{port: dmz}]"),
		 "3: tenants./a.from.port: there is no port \"dmz\"\n"},
		{TENANT("from: [{dst: 10.0.0.0/8}]"),
		 "3: tenants./a.from.dst: unknown key; known here: port, vlan, src\n"},
		{TENANT("from: [{src: 10.0.0.0/8, proto: tcp, dport: 80}]"),
		 "3: tenants./a.from.proto: unknown key; known here: port, vlan, src\n"
		 "3: tenants./a.from.dport: unknown key; known here: port, vlan, src\n"},
		{TENANT("to: [{src: 10.0.0.0/8}]"),
		 "3: tenants./a.to.src: unknown key; known here: port, vlan, dst, proto, dport\n"},
		{TENANT("from: {src: 10.0.0.0/8}"), "3: tenants./a.from: is not a list\n"},
		{TENANT("from: [10.0.0.0/8]"),
		 "3: tenants./a.from: is not a mapping (key: value)\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
rows_that_name_nothing_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("from: [{}]"),
		 "3: tenants./a.from: names nothing: it would match every packet\n"},
		{PORTS "tenants:\n  /a:\n    to:\n      - {dst: 10.0.0.1}\n      - {}\n",
		 "6: tenants./a.to: names nothing: it would match every packet\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
prefixes_that_are_none_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("from: [{src: 10.1.2.3/16}]"),
		 "3: tenants./a.from.src: \"10.1.2.3/16\" has bits set behind its prefix\n"},
		{TENANT("from: [{src: '2001:db8::1/32'}]"),
		 "3: tenants./a.from.src: \"2001:db8::1/32\" has bits set behind its prefix\n"},
		{TENANT("from: [{src: 10.0.0.0/33}]"),
		 "3: tenants./a.from.src: \"10.0.0.0/33\": the prefix length is no number up to "
		 "32\n"},
		{TENANT("from: [{src: '::/129'}]"),
		 "3: tenants./a.from.src: \"::/129\": the prefix length is no number up to 128\n"},
		{TENANT("from: [{src: 10.0.0.0/}]"),
		 "3: tenants./a.from.src: \"10.0.0.0/\": the prefix length is no number up to "
		 "32\n"},
		{TENANT("to: [{dst: 10.0.0}]"),
		 "3: tenants./a.to.dst: \"10.0.0\" is no IPv4 or IPv6 prefix\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
vlans_that_are_none_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("from: [{vlan: 0}]"), "3: tenants./a.from.vlan: 0 is below 1\n"},
		{TENANT("from: [{vlan: 4095}]"), "3: tenants./a.from.vlan: 4095 is above 4094\n"},
		{TENANT("from: [{vlan: [1]}]"),
		 "3: tenants./a.from.vlan: names 1 VLAN IDs; a list is the outer and the inner "
		 "one\n"},
		{TENANT("from: [{vlan: [1, 2, 3]}]"),
		 "3: tenants./a.from.vlan: names 3 VLAN IDs; a list is the outer and the inner "
		 "one\n"},
		{TENANT("from: [{vlan: [untagged, 2]}]"),
		 "3: tenants./a.from.vlan: an inner VLAN without an outer one\n"},
		{TENANT("from: [{vlan: [1, 4095]}]"),
		 "3: tenants./a.from.vlan: 4095 is above 4094\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
services_that_are_none_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{TENANT("to: [{dst: 10.0.0.1, dport: 80}]"),
		 "3: tenants./a.to: dport needs a proto that has ports: tcp, udp, sctp\n"},
		{TENANT("to: [{proto: icmp, dport: 80}]"),
		 "3: tenants./a.to: dport needs a proto that has ports: tcp, udp, sctp\n"},
		{TENANT("to: [{proto: tcp, dport: 81-80}]"),
		 "3: tenants./a.to: the port range ends before it begins\n"},
		{TENANT("to: [{proto: tcp, dport: 65536}]"),
		 "3: tenants./a.to.dport: \"65536\" is neither a port nor a range of ports (0 to "
		 "65535)\n"},
		{TENANT("to: [{proto: gre}]"),
		 "3: tenants./a.to.proto: \"gre\" is not a number (digits, then k, M, G or "
		 "nothing)\n"},
		{TENANT("to: [{proto: icmp, dst: '::1'}]"),
		 "3: tenants./a.to: icmp is IPv4's and icmp6 IPv6's\n"},
		{TENANT("to: [{proto: icmp6, dst: 10.0.0.1}]"),
		 "3: tenants./a.to: icmp is IPv4's and icmp6 IPv6's\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
flow_tables_out_of_range_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "flows: {ipv4: 999}\n", "2: flows.ipv4: 999 is below 1000\n"},
		{PORTS "flows: {ipv6: 2G}\n", "2: flows.ipv6: 2G is above 1000000000\n"},
		{PORTS "flows: {fragments: 1}\n", "2: flows.fragments: 1 is below 100\n"},
		{PORTS "flows: {fragment_timeout: 1us}\n",
		 "2: flows.fragment_timeout: 1us is below 100ms\n"},
		{PORTS "flows: {fragment_timeout: 3m}\n",
		 "2: flows.fragment_timeout: 3m is above 2m\n"},
		{PORTS "flows: {tenants: 40k}\n", "2: flows.tenants: 40k is above 32768\n"},
		{PORTS "flows: {max: 1}\n",
		 "2: flows.max: unknown key; known here: ipv4, ipv6, fragments, fragment_timeout, "
		 "tenants\n"},
		{PORTS "tenants: {/a/b: {}}\nflows: {tenants: 2}\n",
		 "3: flows: tenants: 2 is less than the 3 tenants there are, / and parents "
		 "included\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* A config of n tenants, each with the keys. */
static char *
tenants_text(unsigned n, const char *keys)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fputs(PORTS "tenants:\n", stream);
	for (unsigned i = 0; i < n; i++)
		fprintf(stream, "  /t%u: {%s}\n", i, keys);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void
as_many_tenants_as_there_are_places_for_are_legal(void **state)
{
	char *text = tenants_text(CONFIG_TENANTS_MAX - 1, "");
	struct config *config = config_of(text);

	(void)state;
	assert_int_equal(config->tenants.n, CONFIG_TENANTS_MAX);
	config_free(config);
	free(text);
}

static void
too_many_tenants_are_refused(void **state)
{
	char *with_root = tenants_text(CONFIG_TENANTS_MAX, "");
	char *more = tenants_text(CONFIG_TENANTS_MAX + 1, "");
	const struct config_error_case cases[] = {
		{with_root,
		 "3: tenants: more than 16384 tenants, with the parents that are not in the "
		 "file\n"},
		{more,
		 "16387: tenants./t16384: more than 16384 tenants\n"
		 "3: tenants: more than 16384 tenants, with the parents that are not in the "
		 "file\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
	free(with_root);
	free(more);
}

static void
too_many_rows_are_refused(void **state)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);
	struct config_error_case one = {
		.errors = "3: tenants./b.to: more than 200000 rows of from and to\n",
	};

	(void)state;
	assert_non_null(stream);
	fputs(PORTS "tenants:\n  /b: {to: [{port: wan}", stream);
	for (unsigned i = 0; i < CONFIG_MATCHES_MAX; i++)
		fputs(", {}", stream);
	fputs("]}\n", stream);
	assert_int_equal(fclose(stream), 0);
	one.text = text;
	config_cases_check(&one, 1);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_are_none_are_refused),
		cmocka_unit_test(duplicate_paths_and_unknown_keys_are_refused),
		cmocka_unit_test(limits_out_of_range_are_refused),
		cmocka_unit_test(quotas_that_say_too_little_or_too_much_are_refused),
		cmocka_unit_test(words_that_are_not_known_are_refused_with_the_known_ones),
		cmocka_unit_test(timeouts_out_of_range_are_refused),
		cmocka_unit_test(rows_that_name_what_is_not_there_are_refused),
		cmocka_unit_test(rows_that_name_nothing_are_refused),
		cmocka_unit_test(prefixes_that_are_none_are_refused),
		cmocka_unit_test(vlans_that_are_none_are_refused),
		cmocka_unit_test(services_that_are_none_are_refused),
		cmocka_unit_test(flow_tables_out_of_range_are_refused),
		cmocka_unit_test(as_many_tenants_as_there_are_places_for_are_legal),
		cmocka_unit_test(too_many_tenants_are_refused),
		cmocka_unit_test(too_many_rows_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
