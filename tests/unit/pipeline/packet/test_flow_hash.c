/* SPDX-License-Identifier: BSD-3-Clause */
/* The flow hash: one worker for both directions and all fragments, and a fair share for each worker. */
#include "pipeline/packet/flow_hash.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <string.h>

enum {
	WORKERS = 4,
	FLOWS = 10000,
	/* 10 % of a fair share. */
	FEWEST = FLOWS / WORKERS * 9 / 10,
	MOST = FLOWS / WORKERS * 11 / 10,
};

/* As steer does. */
static unsigned
worker_of(const struct packet *p)
{
	return (unsigned)((uint64_t)flow_hash(p) * WORKERS >> 32);
}

/* A generator with a fixed start, so that a failure can be repeated. */
static uint64_t
random_next(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static struct packet
random_flow(enum packet_kind kind, uint8_t protocol)
{
	struct packet p = {
		.kind = (uint8_t)kind,
		.ip_protocol = protocol,
		.flags = PACKET_HAS_PORTS,
		.src_port_be = (uint16_t)random_next(),
		.dst_port_be = (uint16_t)random_next(),
	};

	if (kind == PACKET_IPV4) {
		p.src.v4_be = (uint32_t)random_next();
		p.dst.v4_be = (uint32_t)random_next();
		return p;
	}
	for (unsigned i = 0; i < 2; i++) {
		p.src.v6_words[i] = random_next();
		p.dst.v6_words[i] = random_next();
	}
	return p;
}

static struct packet
reversed(const struct packet *p)
{
	struct packet other = *p;

	other.src = p->dst;
	other.dst = p->src;
	other.src_port_be = p->dst_port_be;
	other.dst_port_be = p->src_port_be;
	return other;
}

static void
both_directions_of_a_flow_have_the_same_hash(void **state)
{
	static const uint8_t kinds[] = {PACKET_IPV4, PACKET_IPV6};
	static const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_TCP};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned j = 0; j < FLOWS; j++) {
			struct packet p = random_flow(kinds[i / 2], protocols[i % 2]);
			struct packet other = reversed(&p);

			assert_int_equal(flow_hash(&p), flow_hash(&other));
		}
	}
}

static void
a_parsed_packet_and_its_answer_have_the_same_hash(void **state)
{
	struct packet p = parse_sample(sample_ipv6_tcp);
	struct packet_builder b;
	struct packet answer;
	uint8_t address[16];

	(void)state;
	sample_ipv6_tcp(&b);
	memcpy(address, b.bytes + b.network + 8, sizeof(address));
	memcpy(b.bytes + b.network + 8, b.bytes + b.network + 24, sizeof(address));
	memcpy(b.bytes + b.network + 24, address, sizeof(address));
	builder_put16(&b, b.transport, 26477);
	builder_put16(&b, b.transport + 2, 40000);
	builder_checksums(&b);
	answer = parse_built(&b);
	assert_fate("answer", answer.fate, FATE_NONE);
	assert_int_equal(flow_hash(&p), flow_hash(&answer));
}

/* A fragment of a datagram between the builder's addresses. */
static struct packet
fragment_parse(bool ipv6, uint16_t offset, bool more)
{
	struct packet_builder b;

	builder_ethernet(&b);
	if (ipv6) {
		builder_ipv6(&b);
		builder_ipv6_fragment(&b, offset, more);
	} else {
		builder_ipv4(&b);
		builder_ipv4_fragment(&b, offset, more);
	}
	if (offset == 0)
		builder_udp(&b, 40000, 26477);
	else
		builder_protocol(&b, IPPROTO_UDP);
	builder_pattern(&b, 64);
	builder_finish(&b);
	return parse_built(&b);
}

static void
all_fragments_of_a_datagram_have_the_same_hash(void **state)
{
	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		struct packet first = fragment_parse(ipv6, 0, true);
		struct packet middle = fragment_parse(ipv6, 72, true);
		struct packet last = fragment_parse(ipv6, 136, false);

		assert_int_equal(first.flags & PACKET_HAS_PORTS, PACKET_HAS_PORTS);
		assert_int_equal(flow_hash(&first), flow_hash(&middle));
		assert_int_equal(flow_hash(&first), flow_hash(&last));
	}
}

static void
fragments_of_both_directions_have_the_same_hash(void **state)
{
	struct packet p = fragment_parse(true, 72, true);
	struct packet other = reversed(&p);

	(void)state;
	assert_int_equal(flow_hash(&p), flow_hash(&other));
}

static void
an_atomic_fragment_has_the_hash_of_its_flow(void **state)
{
	struct packet whole = parse_sample(sample_ipv6_udp);
	struct packet atomic = fragment_parse(true, 0, false);

	(void)state;
	assert_int_equal(flow_hash(&whole), flow_hash(&atomic));
}

static void
the_hash_of_addresses_knows_no_direction_ports_or_protocol(void **state)
{
	static const uint8_t kinds[] = {PACKET_IPV4, PACKET_IPV6};

	(void)state;
	for (unsigned i = 0; i < 2 * FLOWS; i++) {
		struct packet p = random_flow(kinds[i % 2], IPPROTO_UDP);
		uint32_t hash = flow_hash_addresses(p.kind, &p.src, &p.dst);

		assert_int_equal(flow_hash_addresses(p.kind, &p.dst, &p.src), hash);
		assert_int_not_equal(flow_hash(&p), hash);
		p.flags = 0;
		assert_int_equal(flow_hash(&p), hash);
	}
}

static void
what_is_not_ip_has_the_hash_0(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	p = parse_built(&b);
	assert_int_equal(flow_hash(&p), 0);
	builder_arp(&b);
	p = parse_built(&b);
	assert_int_equal(flow_hash(&p), 0);
}

static void
assert_spread(const unsigned counts[WORKERS])
{
	for (unsigned i = 0; i < WORKERS; i++)
		assert_in_range(counts[i], FEWEST, MOST);
}

static void
random_flows_are_spread_evenly(void **state)
{
	static const uint8_t kinds[] = {PACKET_IPV4, PACKET_IPV6};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(kinds); i++) {
		unsigned counts[WORKERS] = {0};

		for (unsigned j = 0; j < FLOWS; j++) {
			struct packet p = random_flow(kinds[i], IPPROTO_UDP);

			counts[worker_of(&p)]++;
		}
		assert_spread(counts);
	}
}

static void
flows_of_one_pair_of_hosts_are_spread_evenly_by_their_ports(void **state)
{
	unsigned counts[WORKERS] = {0};
	struct packet p = random_flow(PACKET_IPV4, IPPROTO_TCP);

	(void)state;
	p.dst_port_be = rte_cpu_to_be_16(443);
	for (unsigned i = 0; i < FLOWS; i++) {
		p.src_port_be = rte_cpu_to_be_16((uint16_t)(32768 + i));
		counts[worker_of(&p)]++;
	}
	assert_spread(counts);
}

static void
clients_of_one_network_are_spread_evenly(void **state)
{
	unsigned counts[WORKERS] = {0};
	struct packet p = random_flow(PACKET_IPV4, IPPROTO_TCP);

	(void)state;
	for (uint32_t i = 0; i < FLOWS; i++) {
		p.src.v4_be = rte_cpu_to_be_32(0x0A000000 + i);
		counts[worker_of(&p)]++;
	}
	assert_spread(counts);
}

static void
the_protocol_is_part_of_the_hash(void **state)
{
	struct packet udp = random_flow(PACKET_IPV4, IPPROTO_UDP);
	struct packet tcp = udp;

	(void)state;
	tcp.ip_protocol = IPPROTO_TCP;
	assert_int_not_equal(flow_hash(&udp), flow_hash(&tcp));
}

static void
each_address_and_port_is_part_of_the_hash(void **state)
{
	struct packet p = random_flow(PACKET_IPV6, IPPROTO_UDP);
	uint32_t hash = flow_hash(&p);

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct packet other = p;

		if (i < 2)
			other.src.v6_words[i] ^= 1;
		else
			other.dst.v6_words[i - 2] ^= 1;
		assert_int_not_equal(flow_hash(&other), hash);
	}
	p.src_port_be ^= 1;
	assert_int_not_equal(flow_hash(&p), hash);
	p.src_port_be ^= 1;
	p.dst_port_be ^= 1;
	assert_int_not_equal(flow_hash(&p), hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_of_a_flow_have_the_same_hash),
		cmocka_unit_test(a_parsed_packet_and_its_answer_have_the_same_hash),
		cmocka_unit_test(all_fragments_of_a_datagram_have_the_same_hash),
		cmocka_unit_test(fragments_of_both_directions_have_the_same_hash),
		cmocka_unit_test(an_atomic_fragment_has_the_hash_of_its_flow),
		cmocka_unit_test(the_hash_of_addresses_knows_no_direction_ports_or_protocol),
		cmocka_unit_test(what_is_not_ip_has_the_hash_0),
		cmocka_unit_test(random_flows_are_spread_evenly),
		cmocka_unit_test(flows_of_one_pair_of_hosts_are_spread_evenly_by_their_ports),
		cmocka_unit_test(clients_of_one_network_are_spread_evenly),
		cmocka_unit_test(the_protocol_is_part_of_the_hash),
		cmocka_unit_test(each_address_and_port_is_part_of_the_hash),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
