/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packets are of which service, and who sent them. */
#include "pipeline/service/service.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_spec.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <string.h>

enum { IN, OUT, IN2, OUT2 }; /* DPDK ports, two pairs */

static struct service_table table; /* large */
static struct service services[3];
static enum stream_side side;

static struct prefix
prefix_of(const char *address, uint8_t bits)
{
	struct prefix prefix = {.bits = bits};
	bool is_v6 = strchr(address, ':') != NULL;

	prefix.kind = is_v6 ? PACKET_IPV6 : PACKET_IPV4;
	assert_int_equal(inet_pton(is_v6 ? AF_INET6 : AF_INET, address, &prefix.address), 1);
	return prefix;
}

/* One service of any server. */
static void
table_make(uint16_t port, uint16_t first, uint16_t last)
{
	memset(&table, 0, sizeof(table));
	services[0] = (struct service){.port = port, .ports = {first, last}};
	table.services = services;
	table.n = 1;
	service_table_index(&table);
}

static struct packet
packet_of(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	struct packet_builder b;

	packet_spec_build(
		&(struct packet_spec
		){.src = src, .dst = dst, .sport = sport, .dport = dport, .protocol = IPPROTO_TCP},
		&b
	);
	builder_finish(&b);
	return parse_built(&b);
}

static uint16_t
find(uint16_t port, uint16_t other_port, const struct packet *p)
{
	if (!service_possible(&table, p))
		return SERVICE_NONE;
	return service_find(&table, port, other_port, p, &side);
}

static void
both_directions_are_found_and_told_apart(void **state)
{
	struct packet p = packet_of("10.1.0.1", 40000, "10.2.0.1", 9000);

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9000);
	assert_int_equal(find(IN, OUT, &p), 0);
	assert_int_equal(side, STREAM_FROM_CLIENT);
	p = packet_of("10.2.0.1", 9000, "10.1.0.1", 40000);
	assert_int_equal(find(OUT, IN, &p), 0);
	assert_int_equal(side, STREAM_FROM_VENUE);
}

static void
both_ends_of_a_range_are_in_it(void **state)
{
	static const struct {
		uint16_t port;
		bool found;
	} cases[] = {{8999, false}, {9000, true}, {9010, true}, {9011, false}};

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9010);
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet p = packet_of("10.1.0.1", 40000, "10.2.0.1", cases[i].port);

		assert_int_equal(find(IN, OUT, &p) == 0, cases[i].found);
	}
}

static void
all_ports_may_be_a_service_s(void **state)
{
	struct packet p = packet_of("10.1.0.1", 40000, "10.2.0.1", 65535);

	(void)state;
	table_make(SERVICE_ANY_PORT, 1, 65535);
	assert_int_equal(find(IN, OUT, &p), 0);
}

static void
other_addresses_are_not_the_server_s(void **state)
{
	static const char *const clients[] = {"10.9.0.1", "2001:db8::9"};
	static const char *const servers[][2] = {
		{"10.2.0.0", "10.2.255.1"}, {"2001:db8:2::", "2001:db8:2:ffff::1"}};
	static const char *const strangers[] = {"10.3.0.1", "2001:db8:3::1"};
	static const uint8_t bits[] = {16, 48};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(clients); i++) {
		struct packet p = packet_of(clients[i], 40000, servers[i][1], 9000);

		table_make(SERVICE_ANY_PORT, 9000, 9000);
		services[0].server = prefix_of(servers[i][0], bits[i]);
		assert_int_equal(find(IN, OUT, &p), 0);
		p = packet_of(clients[i], 40000, strangers[i], 9000);
		assert_int_equal(find(IN, OUT, &p), SERVICE_NONE);
		p = packet_of(clients[1 - i], 40000, servers[1 - i][1], 9000);
		assert_int_equal(find(IN, OUT, &p), SERVICE_NONE);
	}
}

static void
a_port_is_the_clients_side(void **state)
{
	struct packet to = packet_of("10.1.0.1", 40000, "10.2.0.1", 9000);
	struct packet from = packet_of("10.2.0.1", 9000, "10.1.0.1", 40000);

	(void)state;
	table_make(IN, 9000, 9000);
	assert_int_equal(find(IN, OUT, &to), 0);
	assert_int_equal(find(OUT, IN, &from), 0);
	assert_int_equal(find(OUT, IN, &to), SERVICE_NONE);
	assert_int_equal(find(IN, OUT, &from), SERVICE_NONE);
}

static void
what_passes_between_other_ports_is_not_a_service_s(void **state)
{
	struct packet to = packet_of("10.1.0.1", 40000, "10.2.0.1", 9000);
	struct packet from = packet_of("10.2.0.1", 9000, "10.1.0.1", 40000);

	(void)state;
	table_make(IN, 9000, 9000);
	assert_int_equal(find(IN2, OUT2, &to), SERVICE_NONE);
	assert_int_equal(find(OUT2, IN2, &from), SERVICE_NONE);
}

static void
where_both_ends_may_be_servers_the_lower_port_is(void **state)
{
	struct packet p = packet_of("10.1.0.1", 9005, "10.2.0.1", 9000);

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9010);
	assert_int_equal(find(IN, OUT, &p), 0);
	assert_int_equal(side, STREAM_FROM_CLIENT);
	p = packet_of("10.2.0.1", 9000, "10.1.0.1", 9005);
	assert_int_equal(find(OUT, IN, &p), 0);
	assert_int_equal(side, STREAM_FROM_VENUE);
}

static void
equal_ports_are_one_connection_all_the_same(void **state)
{
	static const char *const pairs[][2] = {
		{"10.1.0.1", "10.2.0.1"}, {"2001:db8:1::1", "2001:db8:1::2"}};

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9000);
	for (unsigned i = 0; i < ARRAY_LENGTH(pairs); i++) {
		struct packet p = packet_of(pairs[i][0], 9000, pairs[i][1], 9000);

		assert_int_equal(find(IN, OUT, &p), 0);
		assert_int_equal(side, STREAM_FROM_VENUE);
		p = packet_of(pairs[i][1], 9000, pairs[i][0], 9000);
		assert_int_equal(find(OUT, IN, &p), 0);
		assert_int_equal(side, STREAM_FROM_CLIENT);
	}
}

static void
udp_and_fragments_are_not_read(void **state)
{
	const struct packet_spec udp = {
		.src = "10.1.0.1", .dst = "10.2.0.1", .sport = 40000, .dport = 9000};
	struct packet_spec fragment = udp;
	struct packet_builder b;
	struct packet p;

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9000);
	packet_spec_build(&udp, &b);
	builder_finish(&b);
	p = parse_built(&b);
	assert_false(service_possible(&table, &p));
	fragment.protocol = IPPROTO_TCP;
	fragment.more = true;
	fragment.payload_bytes = 20;
	packet_spec_build(&fragment, &b);
	builder_finish(&b);
	p = parse_built(&b);
	assert_false(service_possible(&table, &p));
}

static void
the_first_service_that_fits_has_the_packet(void **state)
{
	struct packet p = packet_of("10.1.0.1", 40000, "10.2.0.1", 9005);

	(void)state;
	table_make(SERVICE_ANY_PORT, 9000, 9000);
	services[1] = (struct service){.port = SERVICE_ANY_PORT, .ports = {9005, 9005}};
	services[2] = (struct service){.port = IN, .ports = {9005, 9006}};
	table.n = 3;
	service_table_index(&table);
	assert_int_equal(find(IN, OUT, &p), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_are_found_and_told_apart),
		cmocka_unit_test(both_ends_of_a_range_are_in_it),
		cmocka_unit_test(all_ports_may_be_a_service_s),
		cmocka_unit_test(other_addresses_are_not_the_server_s),
		cmocka_unit_test(a_port_is_the_clients_side),
		cmocka_unit_test(what_passes_between_other_ports_is_not_a_service_s),
		cmocka_unit_test(where_both_ends_may_be_servers_the_lower_port_is),
		cmocka_unit_test(equal_ports_are_one_connection_all_the_same),
		cmocka_unit_test(udp_and_fragments_are_not_read),
		cmocka_unit_test(the_first_service_that_fits_has_the_packet),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
