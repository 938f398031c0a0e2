/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules as people write them. */
#include "app/rule_text.h"
#include "tests/unit/pipeline/policy/rule_builder.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { TEXT_BYTES = 512 };

/* The rule's text; the rule is cleared. */
static void
assert_text(struct rule r, const char *expected)
{
	char text[TEXT_BYTES];

	rule_text(&r, text, sizeof(text));
	rule_clear(&r);
	assert_string_equal(text, expected);
}

static void
a_rule_that_names_nothing_is_any(void **state)
{
	(void)state;
	assert_text(rule_of(RULE_DENY), "any");
}

static void
protocols_have_their_names(void **state)
{
	static const struct {
		int protocol;
		const char *text;
	} rows[] = {
		{IPPROTO_TCP, "tcp"},
		{IPPROTO_UDP, "udp"},
		{IPPROTO_ICMP, "icmp"},
		{IPPROTO_ICMPV6, "icmp6"},
		{IPPROTO_SCTP, "sctp"},
		{89, "proto 89"},
		{0, "proto 0"},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_text(rule_of_protocol(rows[i].protocol), rows[i].text);
}

static void
all_that_a_rule_names_stands_in_one_order(void **state)
{
	struct rule r = rule_of_protocol(IPPROTO_TCP);

	(void)state;
	rule_add_src(&r, "10.0.0.0/8");
	rule_add_dst(&r, "192.0.2.1/32");
	rule_add_src_ports(&r, 1024, 65535);
	rule_add_dst_ports(&r, 443, 443);
	assert_text(r, "tcp src 10.0.0.0/8 sport 1024-65535 dst 192.0.2.1 dport 443");
}

static void
lists_are_separated_by_commas(void **state)
{
	struct rule r = rule_of_protocol(IPPROTO_UDP);

	(void)state;
	rule_add_dst(&r, "10.0.0.0/8");
	rule_add_dst(&r, "2001:db8::/32");
	rule_add_dst(&r, "2001:db8::1/128");
	rule_add_dst_ports(&r, 53, 53);
	rule_add_dst_ports(&r, 67, 68);
	assert_text(r, "udp dst 10.0.0.0/8,2001:db8::/32,2001:db8::1 dport 53,67-68");
}

static void
icmp_types_and_codes_are_numbers(void **state)
{
	(void)state;
	assert_text(rule_of_icmp(IPPROTO_ICMP, 8, 0), "icmp icmp_type 8 icmp_code 0");
	assert_text(rule_of_icmp(IPPROTO_ICMPV6, 128, RULE_ANY), "icmp6 icmp_type 128");
}

static void
the_prefix_of_all_addresses_has_its_length(void **state)
{
	(void)state;
	assert_text(rule_to("0.0.0.0/0"), "any dst 0.0.0.0/0");
	assert_text(rule_to("::/0"), "any dst ::/0");
}

/* Of a long rule, in every length of the buffer: its beginning, then "..." where something is missing. */
static void
what_does_not_fit_ends_in_three_dots(void **state)
{
	struct rule r = rule_of_protocol(IPPROTO_TCP);
	char whole[TEXT_BYTES], text[TEXT_BYTES];
	size_t length;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		rule_add_src(&r, "10.0.0.0/8");
	rule_add_dst_ports(&r, 1, 2);
	rule_text(&r, whole, sizeof(whole));
	length = strlen(whole);
	for (size_t bytes = sizeof("..."); bytes <= length + 1; bytes++) {
		memset(text, 'x', sizeof(text));
		rule_text(&r, text, bytes);
		assert_int_equal(text[bytes], 'x');
		if (bytes == length + 1) {
			assert_string_equal(text, whole);
			continue;
		}
		assert_int_equal(strlen(text), bytes - 1);
		assert_memory_equal(text, whole, bytes - sizeof("..."));
		assert_string_equal(text + bytes - sizeof("..."), "...");
	}
	rule_clear(&r);
}

static void
assert_prefix(int family, const char *address, uint8_t bits, const char *expected)
{
	struct prefix p = {.kind = family == AF_INET ? PACKET_IPV4 : PACKET_IPV6, .bits = bits};
	char text[INET6_ADDRSTRLEN + 4];

	assert_int_equal(inet_pton(family, address, &p.address), 1);
	prefix_text(&p, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void
a_prefix_that_is_one_address_has_no_length(void **state)
{
	(void)state;
	assert_prefix(AF_INET, "10.1.2.3", 32, "10.1.2.3");
	assert_prefix(AF_INET, "10.1.2.0", 24, "10.1.2.0/24");
	assert_prefix(AF_INET6, "2001:db8::1", 128, "2001:db8::1");
	assert_prefix(AF_INET6, "2001:db8::", 32, "2001:db8::/32");
}

static void
the_longest_prefix_fits(void **state)
{
	static const char longest[] = "2001:db81:1234:5678:9abc:def0:1234:5670";

	(void)state;
	assert_prefix(AF_INET6, longest, 124, "2001:db81:1234:5678:9abc:def0:1234:5670/124");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_that_names_nothing_is_any),
		cmocka_unit_test(protocols_have_their_names),
		cmocka_unit_test(all_that_a_rule_names_stands_in_one_order),
		cmocka_unit_test(lists_are_separated_by_commas),
		cmocka_unit_test(icmp_types_and_codes_are_numbers),
		cmocka_unit_test(the_prefix_of_all_addresses_has_its_length),
		cmocka_unit_test(what_does_not_fit_ends_in_three_dots),
		cmocka_unit_test(a_prefix_that_is_one_address_has_no_length),
		cmocka_unit_test(the_longest_prefix_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
