/* SPDX-License-Identifier: BSD-3-Clause */
/* Configs with faults: each is said with its line, its key and a reason, word for word. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOP_KEYS                                                                                   \
	"ports, lcores, forward, claims, deny, sets, tenants, flows, feeds, services, streams, "   \
	"mbufs"
#define PORT_KEYS                                                                                  \
	"device, af_xdp, rx_queues, rx_descriptors, tx_descriptors, mtu, promiscuous, pace"
/* Two good ports, two lines. */
#define PORTS "ports: {a: {device: d0}, b: {device: d1},\n c: {device: d2}, d: {device: d3}}\n"
#define LINE(values) "feeds: {f: {protocol: itch50, lines: {A: {" values "}}}}\n"
#define LCORES(rx, more) PORTS "lcores: {rx: " rx ", work: [1], tx: [1]" more "}\n"

static void
what_is_no_yaml_is_refused_at_its_line(void **state)
{
	static const struct config_error_case cases[] = {
		{"", "1: the file holds no config\n"},
		{"# nothing but this\n", "1: the file holds no config\n"},
		{"ports:\n\ta: {device: d}\n",
		 "2: while scanning for the next token: found character that cannot start any "
		 "token\n"},
		{"ports:\n  a: [\n",
		 "3: while parsing a flow node: did not find expected node content\n"},
		{"ports: *nowhere\n", "1: found undefined alias\n"},
		{"ports: {}\n---\nports: {}\n",
		 "2: a second document; one file holds one config\n"},
		{PORTS "---\n", "3: a second document; one file holds one config\n"},
		{PORTS "---\n\tx\n",
		 "4: while scanning for the next token: found character that cannot start any "
		 "token\n"},
		{"ports: \x01\n", "1: control characters are not allowed\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_root_that_is_no_mapping_is_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"hello\n", "1: is not a mapping (key: value)\n"},
		{"- ports\n", "1: is not a mapping (key: value)\n"},
		{"null\n", "1: is not a mapping (key: value)\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
unknown_keys_are_refused_with_the_known_ones(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "port: 1\n", "3: port: unknown key; known here: " TOP_KEYS "\n"},
		{"ports:\n  a:\n    device: d\n    mtus: 1500\n",
		 "4: ports.a.mtus: unknown key; known here: " PORT_KEYS "\n"},
		{LCORES("[1]", ", ringsize: 128"),
		 "3: lcores.ringsize: unknown key; known here: rx, work, tx, ring_size\n"},
		{PORTS "forward: [{between: [a, b], and: c}]\n",
		 "3: forward.and: unknown key; known here: between\n"},
		{PORTS LINE("port: a, group: 239.0.0.1, dport: 1, vlan: 3"),
		 "3: feeds.f.lines.A.vlan: unknown key; known here: port, group, dport\n"},
		{PORTS "feeds: {f: {protocol: itch50, line: {}, lines: {A: {port: a, group: "
		       "239.0.0.1, dport: 1}}}}\n",
		 "3: feeds.f.line: unknown key; known here: protocol, lines\n"},
		{PORTS "<<: {mbufs: 5000}\n", "3: <<: unknown key; known here: " TOP_KEYS "\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
duplicate_keys_and_names_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "mbufs: 2048\nmbufs: 2048\n", "4: mbufs: duplicate key\n"},
		{"ports:\n  a:\n    device: d\n    mtu: 1500\n    mtu: 1500\n",
		 "5: ports.a.mtu: duplicate key\n"},
		{"ports:\n  a: {device: d0}\n  a: {device: d1}\n", "3: ports.a: duplicate name\n"},
		{PORTS
		 "feeds:\n"
		 "  f: {protocol: itch50, lines: {A: {port: a, group: 239.0.0.1, dport: 1}}}\n"
		 "  f: {protocol: itch50, lines: {A: {port: a, group: 239.0.0.2, dport: 1}}}\n",
		 "5: feeds.f: duplicate name\n"},
		{PORTS "feeds:\n  f:\n    protocol: itch50\n    lines:\n"
		       "      A: {port: a, group: 239.0.0.1, dport: 1}\n"
		       "      A: {port: a, group: 239.0.0.2, dport: 1}\n",
		 "8: feeds.f.lines.A: duplicate name\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
missing_keys_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"mbufs: 2048\n", "1: ports: is missing\n"},
		{"ports:\n  a: {mtu: 1500}\n", "2: ports.a: names neither device nor af_xdp\n"},
		{PORTS "lcores: {rx: [1], tx: [1]}\n", "3: lcores.work: is missing\n"},
		{PORTS "lcores: {ring_size: 128}\n",
		 "3: lcores.rx: is missing\n3: lcores.work: is missing\n3: lcores.tx: is "
		 "missing\n"},
		{PORTS "forward:\n  - {}\n", "4: forward.between: is missing\n"},
		{PORTS "feeds: {f: {protocol: itch50}}\n", "3: feeds.f.lines: is missing\n"},
		{PORTS "feeds: {f: {lines: {A: {port: a, group: 239.0.0.1, dport: 1}}}}\n",
		 "3: feeds.f.protocol: is missing\n"},
		{PORTS LINE("group: 239.0.0.1"),
		 "3: feeds.f.lines.A.port: is missing\n3: feeds.f.lines.A.dport: is missing\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
values_of_the_wrong_type_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: [a, b]\n", "1: ports: is not a mapping (key: value)\n"},
		{"ports:\n", "1: ports: is not a mapping (key: value)\n"},
		{"ports:\n  a: d0\n", "2: ports.a: is not a mapping (key: value)\n"},
		{"ports: {a: {device: [d0]}}\n",
		 "1: ports.a.device: is a list, not a single value\n"},
		{"ports: {a: {device: {d0: 1}}}\n",
		 "1: ports.a.device: is a mapping, not a single value\n"},
		{"ports: {a: {device: }}\n", "1: ports.a.device: has no value\n"},
		{"ports: {a: {device: \"d\\0d\"}}\n", "1: ports.a.device: contains a zero byte\n"},
		{"ports: {a: {device: d, mtu: big}}\n",
		 "1: ports.a.mtu: \"big\" is not a number (digits, then k, M, G or nothing)\n"},
		{"ports: {a: {device: d, mtu: -1}}\n",
		 "1: ports.a.mtu: \"-1\" is not a number (digits, then k, M, G or nothing)\n"},
		{"ports: {a: {device: d, mtu: 1.5k}}\n",
		 "1: ports.a.mtu: \"1.5k\" is not a number (digits, then k, M, G or nothing)\n"},
		{"ports: {a: {device: d, pace: fast}}\n",
		 "1: ports.a.pace: \"fast\" is not a number (digits, then k, M, G or nothing)\n"},
		{"ports: {a: {device: d, promiscuous: yes}}\n",
		 "1: ports.a.promiscuous: \"yes\" is neither true nor false\n"},
		{LCORES("1", ""), "3: lcores.rx: is not a list\n"},
		{LCORES("[[1]]", ""), "3: lcores.rx: is a list, not a single value\n"},
		{PORTS "forward: {between: [a, b]}\n", "3: forward: is not a list\n"},
		{PORTS "forward: [[a, b]]\n", "3: forward: is not a mapping (key: value)\n"},
		{PORTS "forward: [{between: a}]\n", "3: forward.between: is not a list\n"},
		{PORTS "feeds: [f]\n", "3: feeds: is not a mapping (key: value)\n"},
		{PORTS "? [a]\n: b\n", "3: is a list, not a single value\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
values_out_of_range_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: {a: {device: d, rx_queues: 0}}\n", "1: ports.a.rx_queues: 0 is below 1\n"},
		{"ports: {a: {device: d, rx_queues: 65}}\n",
		 "1: ports.a.rx_queues: 65 is above 64\n"},
		{"ports: {a: {device: d, rx_descriptors: 7}}\n",
		 "1: ports.a.rx_descriptors: 7 is below 8\n"},
		{"ports: {a: {device: d, rx_descriptors: 33k}}\n",
		 "1: ports.a.rx_descriptors: 33k is above 32768\n"},
		{"ports: {a: {device: d, tx_descriptors: 7}}\n",
		 "1: ports.a.tx_descriptors: 7 is below 8\n"},
		{"ports: {a: {device: d, tx_descriptors: 32769}}\n",
		 "1: ports.a.tx_descriptors: 32769 is above 32768\n"},
		{"ports: {a: {device: d, mtu: 67}}\n", "1: ports.a.mtu: 67 is below 68\n"},
		{"ports: {a: {device: d, mtu: 65536}}\n", "1: ports.a.mtu: 65536 is above 65535\n"},
		{"ports: {a: {device: d, mtu: 18446744073709551616}}\n",
		 "1: ports.a.mtu: 18446744073709551616 is above 65535\n"},
		{"ports: {a: {device: d, pace: 0}}\n", "1: ports.a.pace: 0 is below 1\n"},
		{"ports: {a: {device: d, pace: 2G}}\n",
		 "1: ports.a.pace: 2G is above 1000000000\n"},
		{LCORES("[128]", ""), "3: lcores.rx: 128 is above 127\n"},
		{LCORES("[1]", ", ring_size: 127"), "3: lcores.ring_size: 127 is below 128\n"},
		{LCORES("[1]", ", ring_size: 1048577"),
		 "3: lcores.ring_size: 1048577 is above 1048576\n"},
		{PORTS "mbufs: 1023\n", "3: mbufs: 1023 is below 1024\n"},
		{PORTS "mbufs: 1G\n", "3: mbufs: 1G is above 67108864\n"},
		{PORTS LINE("port: a, group: 239.0.0.1, dport: 0"),
		 "3: feeds.f.lines.A.dport: 0 is below 1\n"},
		{PORTS LINE("port: a, group: 239.0.0.1, dport: 65536"),
		 "3: feeds.f.lines.A.dport: 65536 is above 65535\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
bad_names_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports:\n  a b: {device: d}\n",
		 "2: ports: \"a b\" is no name: 1 to 31 of A-Z a-z 0-9 _ . -\n"},
		{"ports:\n  a/b: {device: d}\n",
		 "2: ports: \"a/b\" is no name: 1 to 31 of A-Z a-z 0-9 _ . -\n"},
		{"ports:\n  a2345678901234567890123456789012: {device: d}\n",
		 "2: ports: \"a2345678901234567890123456789012\" is no name: 1 to 31 of A-Z a-z "
		 "0-9 "
		 "_ . -\n"},
		{"ports:\n  \"\": {device: d}\n", "2: ports: has no value\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
bad_references_and_addresses_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "forward: [{between: [a, x]}]\n",
		 "3: forward.between: there is no port \"x\"\n"},
		{PORTS LINE("port: x, group: 239.0.0.1, dport: 1"),
		 "3: feeds.f.lines.A.port: there is no port \"x\"\n"},
		{PORTS "feeds: {f: {protocol: itch41, lines: {A: {port: a, group: 239.0.0.1, "
		       "dport: 1}}}}\n",
		 "3: feeds.f.protocol: there is no decoder \"itch41\"\n"},
		{PORTS LINE("port: a, group: 239.0.0, dport: 1"),
		 "3: feeds.f.lines.A.group: \"239.0.0\" is no IPv4 or IPv6 address\n"},
		{PORTS LINE("port: a, group: 239.0.0.256, dport: 1"),
		 "3: feeds.f.lines.A.group: \"239.0.0.256\" is no IPv4 or IPv6 address\n"},
		{PORTS LINE("port: a, group: 239.0.0.1/32, dport: 1"),
		 "3: feeds.f.lines.A.group: \"239.0.0.1/32\" is no IPv4 or IPv6 address\n"},
		{PORTS LINE("port: a, group: \"ff3e:::1\", dport: 1"),
		 "3: feeds.f.lines.A.group: \"ff3e:::1\" is no IPv4 or IPv6 address\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
a_device_without_a_name_is_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports:\n  a: {device: ',x=1'}\n",
		 "2: ports.a: device \",x=1\" names no device before its options\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
bad_pairs_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{PORTS "forward: [{between: [a, a]}]\n",
		 "3: forward.between: pairs a port with itself\n"},
		{PORTS "forward:\n  - {between: [a, b]}\n  - {between: [c, a]}\n",
		 "5: forward.between: port \"a\" is in another pair already\n"},
		{PORTS "forward: [{between: [a]}]\n",
		 "3: forward.between: names 1 ports; a pair is two\n"},
		{PORTS "forward: [{between: []}]\n",
		 "3: forward.between: names 0 ports; a pair is two\n"},
		{PORTS "forward: [{between: [a, b, c]}]\n",
		 "3: forward.between: names 3 ports; a pair is two\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
what_can_be_there_only_once_is_refused_the_second_time(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports:\n  a: {device: d0}\n  b: {device: d0}\n",
		 "3: ports.b: another port has the device \"d0\" already\n"},
		{"ports:\n  a: {device: 'd0,x=1'}\n  b: {device: 'd0,x=2'}\n",
		 "3: ports.b: another port has the device \"d0,x=2\" already\n"},
		{"ports:\n  a: {device: '03:00.0'}\n  b: {device: '0000:03:00.0'}\n",
		 "3: ports.b: another port has the device \"0000:03:00.0\" already\n"},
		{LCORES("[1, 2, 1]", ""), "3: lcores.rx: lcore 1 stands twice in this list\n"},
		{PORTS
		 "feeds:\n"
		 "  f: {protocol: itch50, lines: {A: {port: a, group: 239.0.0.1, dport: 1}}}\n"
		 "  g: {protocol: itch50, lines: {A: {port: a, group: 239.0.0.1, dport: 1}}}\n",
		 "5: feeds.g.lines.A: feed \"f\" has a line with this port, group and dport "
		 "already\n"},
		{PORTS "feeds:\n  f:\n    protocol: itch50\n    lines:\n"
		       "      A: {port: a, group: ff3e::1, dport: 1}\n"
		       "      B: {port: a, group: \"ff3e:0::1\", dport: 1}\n",
		 "8: feeds.f.lines.B: feed \"f\" has a line with this port, group and dport "
		 "already\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* An af_xdp port has its interface for itself, however the other port names it. */
static void
an_interface_that_an_af_xdp_port_has_is_refused_to_others(void **state)
{
#define AF_XDP_A "ports:\n  a: {af_xdp: {interface: eth0}}\n"
#define TAKEN "3: ports.b: port \"a\" of line 2 has the interface eth0 already\n"
	static const struct config_error_case cases[] = {
		{AF_XDP_A "  b: {af_xdp: {interface: eth0}}\n", TAKEN},
		{AF_XDP_A "  b: {device: 'net_af_packet0,iface=eth0'}\n", TAKEN},
		{AF_XDP_A "  b: {device: 'net_af_packet0,blocksz=4096,iface=eth0,qpairs=1'}\n",
		 TAKEN},
		{AF_XDP_A "  b: {device: 'net_pcap0,rx_pcap=f,tx_iface=eth0'}\n", TAKEN},
		{AF_XDP_A "  b: {device: 'net_tap0,iface=t,remote=eth0'}\n", TAKEN},
		{"ports:\n  a: {device: 'net_af_packet0,iface=eth0'}\n"
		 "  b: {af_xdp: {interface: eth0}}\n",
		 TAKEN},
	};
	struct config *c;

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
	c = config_of(AF_XDP_A "  b: {device: 'net_af_packet0,iface=eth01'}\n"
			       "  c: {device: 'net_af_packet1,iface=eth'}\n"
			       "  d: {device: 'net_null0,xiface=eth0'}\n"
			       "  e: {device: 'net_af_xdp5,iface=eth5,start_queue=0'}\n"
			       "  f: {device: 'net_af_xdp6,iface=eth5,start_queue=1'}\n");
	config_free(c);
#undef AF_XDP_A
#undef TAKEN
}

static void
empty_lists_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: {}\n", "1: ports: names no port\n"},
		{LCORES("[]", ""), "3: lcores.rx: names no lcore\n"},
		{PORTS "feeds: {f: {protocol: itch50, lines: {}}}\n",
		 "3: feeds.f.lines: names no line\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
aliases_that_hold_themselves_are_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: &a [*a]\n", "1: found an alias inside of what it stands for\n"},
		{"&r\nports: *r\n", "2: found an alias inside of what it stands for\n"},
		{PORTS "feeds: &f\n  f: *f\n", "4: found an alias inside of what it stands for\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

static void
an_anchor_that_is_there_already_is_refused(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports: {a: {mtu: &m 68},\n b: {mtu: &m 68}}\n", "2: found duplicate anchor\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* libyaml would read on for hours. A second document is looked through for errors too. */
static void
lists_and_mappings_in_each_other_have_an_end(void **state)
{
	enum { LEVELS = 1000 * 1000 };
	static const char more[] = "more than 100 lists and mappings in each other\n";
	char *text = malloc(LEVELS + 1), expected[128];
	const struct config_error_case deep = {text, expected};

	(void)state;
	assert_non_null(text);
	memset(text, '[', LEVELS);
	text[LEVELS] = '\0';
	(void)snprintf(expected, sizeof(expected), "1: %s", more);
	config_cases_check(&deep, 1);
	memcpy(text, "a\n---\n", 6);
	(void)snprintf(expected, sizeof(expected), "3: %s", more);
	config_cases_check(&deep, 1);
	free(text);
}

static void
all_faults_of_a_file_are_said_at_once(void **state)
{
	static const struct config_error_case cases[] = {
		{"ports:\n  a: {device: d, mtu: 1}\nforward: [{between: [a, x]}]\nmbufs: 1\nx: 1\n",
		 "4: mbufs: 1 is below 1024\n"
		 "5: x: unknown key; known here: " TOP_KEYS "\n"
		 "2: ports.a.mtu: 1 is below 68\n"
		 "3: forward.between: there is no port \"x\"\n"},
	};

	(void)state;
	config_cases_check(cases, ARRAY_LENGTH(cases));
}

/* The header of config.h promises a line each; a log or a test of the text relies on it. */
static void
a_reason_is_one_line_whatever_the_value_holds(void **state)
{
	unsigned n_lines = 0;
	char *errors;

	(void)state;
	assert_null(config_from_text("ports: {a: {device: d, mtu: \"a\\nb\"}}\n", &errors));
	for (const char *c = errors; *c != '\0'; c++)
		n_lines += *c == '\n';
	free(errors);
	assert_int_equal(n_lines, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_yaml_is_refused_at_its_line),
		cmocka_unit_test(a_root_that_is_no_mapping_is_refused),
		cmocka_unit_test(unknown_keys_are_refused_with_the_known_ones),
		cmocka_unit_test(duplicate_keys_and_names_are_refused),
		cmocka_unit_test(missing_keys_are_refused),
		cmocka_unit_test(values_of_the_wrong_type_are_refused),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(bad_references_and_addresses_are_refused),
		cmocka_unit_test(a_device_without_a_name_is_refused),
		cmocka_unit_test(bad_pairs_are_refused),
		cmocka_unit_test(what_can_be_there_only_once_is_refused_the_second_time),
		cmocka_unit_test(an_interface_that_an_af_xdp_port_has_is_refused_to_others),
		cmocka_unit_test(empty_lists_are_refused),
		cmocka_unit_test(aliases_that_hold_themselves_are_refused),
		cmocka_unit_test(an_anchor_that_is_there_already_is_refused),
		cmocka_unit_test(lists_and_mappings_in_each_other_have_an_end),
		cmocka_unit_test(all_faults_of_a_file_are_said_at_once),
		cmocka_unit_test(a_reason_is_one_line_whatever_the_value_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
