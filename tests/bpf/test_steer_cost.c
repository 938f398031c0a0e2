/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the program costs a packet: with one claim, with a thousand, and next to a program that does nothing. The
 * figures are of this machine and this minute; only the ratio is asserted.
 */
#include "tests/bpf/packet_text.h"
#include "tests/bpf/rows.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/unit/unit_test.h"

#include <bpf/bpf.h>

#include <stdio.h>
#include <unistd.h>

enum {
	CLAIMS = 1000,
	ROUNDS = 15,
	REPEAT = 50000,
};

/* What there is a thousand of; `row` is the first, the others differ in destination and port. */
struct cost_case {
	const char *name;
	const char *row;
	const char *packet;
	uint32_t verdict;
};

static const struct cost_case cases[] = {
	{"ipv4_claimed",
	 "claim ip4 udp to 198.51.100.2 port 53",
	 "ip4 udp=53 data=18",
	 XDP_REDIRECT},
	{"ipv6_claimed",
	 "claim ip6 udp to 2001:db8:ffff::2 port 53",
	 "ip6 udp=53 data=18",
	 XDP_REDIRECT},
	{"ipv4_claimed_by_vlan_and_source",
	 "claim ip4 udp to 198.51.100.2 port 53 vlan 7 from 192.0.2.0/24",
	 "vlan=7 ip4 udp=53 data=18",
	 XDP_REDIRECT},
	{"ipv4_denied", "deny ip4 udp to 198.51.100.2 port 53", "ip4 udp=53 data=18", XDP_DROP},
	{"ipv4_passed_other_address",
	 "claim ip4 udp to 198.51.100.2 port 53",
	 "ip4 to=192.0.2.99 tcp=22 data=18",
	 XDP_PASS},
	{"ipv4_passed_other_port",
	 "claim ip4 udp to 198.51.100.2 port 53",
	 "ip4 tcp=22 data=18",
	 XDP_PASS},
	{"ipv6_passed_other_address",
	 "claim ip6 udp to 2001:db8:ffff::2 port 53",
	 "ip6 to=2001:db8::99 tcp=22 data=18",
	 XDP_PASS},
};

static int
empty_program_load(void)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(
		BPF_PROG_TYPE_XDP, "empty", "Dual BSD/GPL", pass, ARRAY_LENGTH(pass), NULL
	);

	assert_true(fd >= 0);
	return fd;
}

/* Anywhere in the address space of its version, the same in every run. */
static void
destination_scatter(struct claims_prefix *to, uint32_t *random)
{
	unsigned first =
		to->length == 128 ? 2 : 0; /* IPv6 has its 2001::/16 in common, as in life */

	for (unsigned i = first; i < to->length / 8; i++) {
		*random = *random * 1664525 + 1013904223;
		to->address[i] = (uint8_t)(*random >> 24);
	}
}

/* The first row stays what it is; the others have other destinations and ports. */
static void
rows_write(struct steer_fixture *f, const char *text, unsigned n)
{
	static struct claims_row rows[CLAIMS];
	struct claims_table table;
	uint32_t random = 1;

	for (unsigned i = 0; i < n; i++) {
		(void)rows_parse(text, &rows[i]);
		if (i > 0)
			destination_scatter(&rows[i].destination, &random);
		rows[i].port_first = rows[i].port_last = (uint16_t)(53 + 7 * i);
	}
	assert_int_equal(claims_compile(rows, n, &table), 0);
	assert_int_equal(xdp_rules_write(&f->rules, &table), 0);
	claims_table_free(&table);
}

struct costs {
	uint32_t empty_ns;
	uint32_t one_ns;
	uint32_t many_ns;
};

static void
keep_least(uint32_t *least, uint32_t value)
{
	if (value < *least)
		*least = value;
}

/* In turn, because others use the machine too: the least of each is what it costs undisturbed. */
static struct costs
costs_measure(struct steer_fixture *f, int empty_fd, const struct cost_case *c)
{
	static struct packet_builder b;
	struct costs costs = {UINT32_MAX, UINT32_MAX, UINT32_MAX};

	packet_text_build(&b, c->packet);
	for (unsigned i = 0; i < ROUNDS; i++) {
		keep_least(
			&costs.empty_ns, steer_fixture_time(empty_fd, b.bytes, b.length, REPEAT)
		);
		rows_write(f, c->row, 1);
		keep_least(
			&costs.one_ns, steer_fixture_time(f->program_fd, b.bytes, b.length, REPEAT)
		);
		rows_write(f, c->row, CLAIMS);
		assert_int_equal(steer_fixture_run(f, b.bytes, b.length), c->verdict);
		keep_least(
			&costs.many_ns, steer_fixture_time(f->program_fd, b.bytes, b.length, REPEAT)
		);
	}
	return costs;
}

static void
thousand_claims_cost_at_most_twice_one(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	int empty_fd = empty_program_load();

	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct costs costs = costs_measure(f, empty_fd, &cases[i]);

		print_message(
			"# {\"case\": \"%s\", \"empty_program_ns\": %u, \"one_claim_ns\": %u, "
			"\"%d_claims_ns\": %u}\n",
			cases[i].name,
			costs.empty_ns,
			costs.one_ns,
			CLAIMS,
			costs.many_ns
		);
		assert_true(costs.many_ns <= 2 * costs.one_ns);
	}
	(void)close(empty_fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousand_claims_cost_at_most_twice_one),
	};

	return cmocka_run_group_tests(tests, steer_fixture_setup, steer_fixture_teardown);
}
