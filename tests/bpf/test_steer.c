/* SPDX-License-Identifier: BSD-3-Clause */
/* The XDP program's verdicts, row by row: rules, packet, where it goes and what is counted. */
#include "tests/bpf/packet_text.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/bpf/verdict_rows.h"
#include "tests/unit/unit_test.h"

#include <string.h>

#define ALL "claim ip4;claim ip6"

static uint32_t
verdict_of(enum steer_reason reason)
{
	switch (reason) {
	case STEER_CLAIMED:
		return XDP_REDIRECT;
	case STEER_DENIED:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
}

static void
row_check(
	struct steer_fixture *f,
	const char *what,
	const struct packet_builder *b,
	enum steer_reason reason
)
{
	uint64_t before[STEER_REASON_COUNT], after[STEER_REASON_COUNT];
	uint32_t verdict;

	steer_fixture_read(f, before);
	verdict = steer_fixture_run(f, b->bytes, b->length);
	steer_fixture_read(f, after);
	if (verdict != verdict_of(reason))
		fail_msg("%s: verdict %u, not %u", what, verdict, verdict_of(reason));
	for (unsigned i = 0; i < STEER_REASON_COUNT; i++) {
		if (after[i] - before[i] != (i == reason))
			fail_msg(
				"%s: counter %u grew by %lu",
				what,
				i,
				(unsigned long)(after[i] - before[i])
			);
	}
}

static void
table_check(void **state, const struct verdict_row *rows)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned n = 0;

	for (const struct verdict_row *row = rows; row->description != NULL; row++, n++) {
		packet_text_build(&b, row->packet);
		steer_fixture_write(f, row->rows);
		row_check(f, row->description, &b, row->reason);
	}
	print_message("# %u rows\n", n);
}

static void
rows_by_version_protocol_and_action(void **state)
{
	table_check(state, rows_basic);
}

static void
port_ranges_have_sharp_edges(void **state)
{
	table_check(state, rows_ports);
}

static void
every_prefix_that_covers_the_destination_counts(void **state)
{
	table_check(state, rows_prefixes);
}

static void
vlan_and_source_qualify(void **state)
{
	table_check(state, rows_qualified);
}

static void
tags_options_and_extension_headers_are_looked_behind(void **state)
{
	table_check(state, rows_layers);
}

static void
fragments_are_judged_without_ports(void **state)
{
	table_check(state, rows_fragments);
}

static void
control_traffic_always_passes(void **state)
{
	table_check(state, rows_control);
}

static void
malformed_packets_always_pass(void **state)
{
	table_check(state, rows_malformed);
}

/* Each is claimed when whole. */
static const char *const whole_packets[] = {
	"ip4 udp=53 data=20",
	"ip4 options=12 udp=53 data=5",
	"ip4 tcp=53 data=20",
	"ip4 icmp=8 data=12",
	"ip4 frag=64 proto=17 data=16",
	"ip4 proto=47 data=16",
	"vlan=5 ip4 udp=53 data=3",
	"qinq=5 vlan=6 ip4 tcp=53 data=3",
	"ip6 udp=53 data=20",
	"ip6 tcp=53",
	"ip6 icmp6=128",
	"ip6 ext=0/8 ext=60/16 ext=43/24 udp=53 data=4",
	"ip6 ext=51/24 tcp=53",
	"ip6 frag=0+ udp=53 data=8",
	"qinq=5 vlan=6 ip6 ext=0/8 sctp=53",
};

/* The kernel runs no test with less than an Ethernet header. */
static void
every_truncation_passes(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned n = 0;

	steer_fixture_write(f, ALL);
	for (unsigned i = 0; i < ARRAY_LENGTH(whole_packets); i++) {
		packet_text_build(&b, whole_packets[i]);
		row_check(f, whole_packets[i], &b, STEER_CLAIMED);
		for (b.length--; b.length >= BUILDER_ETHERNET_BYTES; b.length--, n++)
			row_check(f, whole_packets[i], &b, STEER_PASSED_MALFORMED);
	}
	print_message("# %u truncations\n", n);
}

/* A truncation that the IP length knows of is malformed up to the end of the transport header, then legal. */
static void
no_shortened_packet_crosses_its_bounds(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	steer_fixture_write(f, "deny ip4;deny ip6");
	for (unsigned i = 0; i < ARRAY_LENGTH(whole_packets); i++) {
		packet_text_build(&b, whole_packets[i]);
		while (b.length > b.network_end) {
			uint32_t verdict;

			builder_shorten(&b, b.length - 1);
			verdict = steer_fixture_run(f, b.bytes, b.length);
			assert_true(verdict == XDP_PASS || verdict == XDP_DROP);
		}
	}
}

static void
claimed_packet_without_socket_goes_to_the_kernel(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	packet_text_build(&b, "ip4 udp=53");
	steer_fixture_write(f, ALL);
	steer_fixture_socket(f, false);
	row_check(f, "no socket", &b, STEER_NO_SOCKET);
	steer_fixture_socket(f, true);
	row_check(f, "socket", &b, STEER_CLAIMED);
}

/* Must be the first test: nothing has been written yet. */
static void
before_the_first_rules_everything_passes(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	packet_text_build(&b, "ip4 udp=53");
	row_check(f, "no rules", &b, STEER_PASSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_first_rules_everything_passes),
		cmocka_unit_test(rows_by_version_protocol_and_action),
		cmocka_unit_test(port_ranges_have_sharp_edges),
		cmocka_unit_test(every_prefix_that_covers_the_destination_counts),
		cmocka_unit_test(vlan_and_source_qualify),
		cmocka_unit_test(tags_options_and_extension_headers_are_looked_behind),
		cmocka_unit_test(fragments_are_judged_without_ports),
		cmocka_unit_test(control_traffic_always_passes),
		cmocka_unit_test(malformed_packets_always_pass),
		cmocka_unit_test(every_truncation_passes),
		cmocka_unit_test(no_shortened_packet_crosses_its_bounds),
		cmocka_unit_test(claimed_packet_without_socket_goes_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, steer_fixture_setup, steer_fixture_teardown);
}
