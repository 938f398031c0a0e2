/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random rows and packets: the compiled tables and the program against a matcher that reads the rows one by one.
 * STEER_RANDOM_SEED repeats a run, STEER_RANDOM_SETS makes it longer.
 */
#include "tests/bpf/packet_text.h"
#include "tests/bpf/rows.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SETS = 500, /* of rules */
	PACKETS = 220, /* for each */
	ROWS_OF_A_SET_MAX = 48,
};

/* What a packet is made from, and all that the naive matcher knows of it. */
struct traits {
	bool is_ipv6;
	int protocol;
	bool has_port;
	uint16_t port;
	int vlan; /* of the outer tag, or -1 */
	int inner_vlan; /* or -1 */
	bool is_fragment;
	uint8_t destination[16];
	uint8_t source[16];
};

static uint64_t random_state;

/* xorshift64*: the same numbers on every machine. */
static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * 0x2545F4914F6CDD1Dull) >> 32) % n;
}

static bool
random_chance(uint32_t percent)
{
	return random_below(100) < percent;
}

/* Few values, so that rows overlap and packets hit them. */
static void
random_address(bool is_ipv6, uint8_t address[16])
{
	static const uint8_t bytes[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
	unsigned n = is_ipv6 ? 16 : 4;

	memset(address, 0, 16);
	address[0] = is_ipv6 ? 0x20 : 10;
	for (unsigned i = 1; i < n; i += is_ipv6 ? 3 : 1)
		address[i] = bytes[random_below(ARRAY_LENGTH(bytes))];
	if (random_chance(20))
		address[0] ^= 0x80;
}

static const int protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_SCTP, IPPROTO_GRE};
static const uint16_t ports[] = {0, 1, 2, 53, 127, 128, 255, 256, 1000, 32767, 32768, 65534, 65535};
static const int vlans[] = {0, 1, 7, 4094};

static void
random_prefix(bool is_ipv6, uint32_t percent_any, struct claims_prefix *prefix)
{
	unsigned bits = is_ipv6 ? 128 : 32;

	memset(prefix, 0, sizeof(*prefix));
	if (random_chance(percent_any))
		return;
	random_address(is_ipv6, prefix->address);
	prefix->length = (uint8_t)(random_chance(40) ? bits : random_below(bits + 1));
	for (unsigned bit = prefix->length; bit < 128; bit++)
		prefix->address[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

static void
random_row(struct claims_row *row)
{
	bool is_ipv6 = random_chance(40);
	uint16_t a = ports[random_below(ARRAY_LENGTH(ports))];
	uint16_t b = ports[random_below(ARRAY_LENGTH(ports))];

	*row = (struct claims_row){
		.action = random_chance(25) ? STEER_DENY : STEER_CLAIM,
		.ip_version = is_ipv6 ? 6 : 4,
		.protocol = CLAIMS_ANY,
		.vlan = CLAIMS_ANY,
	};
	if (random_chance(75))
		row->protocol = (int16_t)protocols[random_below(ARRAY_LENGTH(protocols))];
	if (row->protocol != IPPROTO_GRE && random_chance(60)) {
		row->names_ports = true;
		row->port_first = a < b ? a : b;
		row->port_last = random_chance(30) ? row->port_first : a < b ? b : a;
	}
	if (random_chance(25))
		row->vlan = (int16_t)vlans[random_below(ARRAY_LENGTH(vlans))];
	random_prefix(is_ipv6, 20, &row->destination);
	random_prefix(is_ipv6, 65, &row->source);
}

static void
random_traits(struct traits *t)
{
	t->is_ipv6 = random_chance(40);
	t->protocol = protocols[random_below(ARRAY_LENGTH(protocols))];
	t->has_port = t->protocol != IPPROTO_GRE;
	t->port = ports[random_below(ARRAY_LENGTH(ports))];
	if (random_chance(20))
		t->port = (uint16_t)random_below(65536);
	t->vlan = random_chance(50) ? vlans[random_below(ARRAY_LENGTH(vlans))] : -1;
	t->inner_vlan =
		t->vlan >= 0 && random_chance(30) ? vlans[random_below(ARRAY_LENGTH(vlans))] : -1;
	t->is_fragment = random_chance(20);
	random_address(t->is_ipv6, t->destination);
	random_address(t->is_ipv6, t->source);
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
append(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list values;

	va_start(values, format);
	assert_true(vsnprintf(text + length, size - length, format, values) < (int)(size - length));
	va_end(values);
}

static void
append_address(char *text, size_t size, const char *word, bool is_ipv6, const uint8_t *address)
{
	char form[INET6_ADDRSTRLEN];

	assert_non_null(inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, address, form, sizeof(form)));
	if (is_ipv6 && strchr(form, ':') == NULL)
		fail_msg("%s is no IPv6 address", form);
	append(text, size, " %s=%s", word, form);
}

static void
append_transport(char *text, size_t size, const struct traits *t)
{
	bool later = t->is_fragment && random_chance(50);

	if (t->is_ipv6 && random_chance(30))
		append(text, size, " ext=60/%u", 8 * (1 + random_below(4)));
	if (t->is_fragment)
		append(text, size, later ? " frag=16" : " frag=0+");
	else if (t->is_ipv6 && random_chance(10))
		append(text, size, " frag=0"); /* atomic */
	if (later || !t->has_port)
		append(text, size, " proto=%d data=24", t->protocol);
	else if (t->protocol == IPPROTO_UDP)
		append(text, size, " udp=%u data=16", t->port);
	else if (t->protocol == IPPROTO_TCP)
		append(text, size, " tcp=%u data=4", t->port);
	else
		append(text, size, " sctp=%u data=4", t->port);
}

static void
traits_text(const struct traits *t, char *text, size_t size)
{
	text[0] = '\0';
	if (t->vlan >= 0)
		append(text, size, "vlan=%d ", t->vlan);
	if (t->inner_vlan >= 0)
		append(text, size, "vlan=%d ", t->inner_vlan);
	append(text, size, t->is_ipv6 ? "ip6" : "ip4");
	append_address(text, size, "to", t->is_ipv6, t->destination);
	append_address(text, size, "from", t->is_ipv6, t->source);
	if (!t->is_ipv6 && random_chance(20))
		append(text, size, " options=%u", 4 * (1 + random_below(10)));
	append_transport(text, size, t);
}

/* The naive matcher: steer.h's definition, read aloud. */

static bool
prefix_holds(const struct claims_prefix *prefix, const uint8_t *address)
{
	for (unsigned bit = 0; bit < prefix->length; bit++) {
		if (((prefix->address[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8)) & 1)
			return false;
	}
	return true;
}

static bool
row_matches(const struct claims_row *row, const struct traits *t)
{
	if ((row->ip_version == 6) != t->is_ipv6)
		return false;
	if (row->protocol != CLAIMS_ANY && row->protocol != t->protocol)
		return false;
	if (row->names_ports && (t->is_fragment || !t->has_port))
		return false;
	if (row->names_ports && (t->port < row->port_first || t->port > row->port_last))
		return false;
	if (row->vlan != CLAIMS_ANY && row->vlan != (t->vlan > 0 ? t->vlan : 0))
		return false;
	return prefix_holds(&row->destination, t->destination) &&
	       prefix_holds(&row->source, t->source);
}

static uint32_t
naive_verdict(const struct claims_row *rows, unsigned n, const struct traits *t)
{
	uint32_t verdict = XDP_PASS;

	for (unsigned i = 0; i < n; i++) {
		if (!row_matches(&rows[i], t))
			continue;
		if (rows[i].action == STEER_DENY)
			return XDP_DROP;
		verdict = XDP_REDIRECT;
	}
	return verdict;
}

static uint64_t
from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 0) : otherwise;
}

static void
packets_check(
	struct steer_fixture *f,
	const struct claims_row *rows,
	unsigned n,
	uint64_t verdicts[XDP_REDIRECT + 1]
)
{
	static struct packet_builder b;
	char text[512];

	for (unsigned i = 0; i < PACKETS; i++) {
		struct traits t;
		uint32_t expected, verdict;

		random_traits(&t);
		traits_text(&t, text, sizeof(text));
		packet_text_build(&b, text);
		expected = naive_verdict(rows, n, &t);
		verdict = steer_fixture_run(f, b.bytes, b.length);
		if (verdict != expected)
			fail_msg("packet \"%s\": verdict %u, not %u", text, verdict, expected);
		verdicts[verdict]++;
	}
}

static void
verdicts_equal_those_of_a_naive_matcher(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	uint64_t sets = from_environment("STEER_RANDOM_SETS", SETS);
	uint64_t verdicts[XDP_REDIRECT + 1] = {0};
	struct claims_row rows[ROWS_OF_A_SET_MAX];
	struct claims_table table;

	random_state = from_environment("STEER_RANDOM_SEED", 0x6C656174);
	for (uint64_t set = 0; set < sets; set++) {
		unsigned n;

		if (set % 100 == 0)
			print_message(
				"# set %lu: seed 0x%lx\n",
				(unsigned long)set,
				(unsigned long)random_state
			);
		n = random_below(ROWS_OF_A_SET_MAX + 1);
		for (unsigned i = 0; i < n; i++)
			random_row(&rows[i]);
		assert_int_equal(claims_compile(rows, n, &table), 0);
		assert_int_equal(xdp_rules_write(&f->rules, &table), 0);
		claims_table_free(&table);
		packets_check(f, rows, n, verdicts);
	}
	print_message(
		"# passed %lu, denied %lu, claimed %lu\n",
		(unsigned long)verdicts[XDP_PASS],
		(unsigned long)verdicts[XDP_DROP],
		(unsigned long)verdicts[XDP_REDIRECT]
	);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_equal_those_of_a_naive_matcher),
	};

	return cmocka_run_group_tests(tests, steer_fixture_setup, steer_fixture_teardown);
}
