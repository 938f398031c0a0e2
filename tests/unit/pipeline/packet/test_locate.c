/* SPDX-License-Identifier: BSD-3-Clause */
/* The walk over all layers: valid packets of every form, each cut at every length. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

enum {
	ETHER_TYPE_IPV4 = 0x0800,
	ETHER_TYPE_ARP = 0x0806,
	ETHER_TYPE_IPV6 = 0x86DD,
};

static void
every_valid_packet_has_no_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++)
		assert_fate(
			packet_samples[i].name,
			parse_sample(packet_samples[i].build).fate,
			FATE_NONE
		);
}

static void
every_valid_packet_may_be_padded(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;
		struct packet whole, padded;

		packet_samples[i].build(&b);
		whole = parse_built(&b);
		builder_pattern(&b, 60);
		padded = parse_built(&b);
		assert_fate(packet_samples[i].name, padded.fate, FATE_NONE);
		assert_true(packets_equal(&whole, &padded));
	}
}

/* Which layer it is that misses bytes in a frame of `length`. */
static enum fate
cut_fate(const struct packet_builder *b, uint32_t length)
{
	if (length < BUILDER_ETHERNET_BYTES)
		return FATE_ETH_TRUNCATED;
	switch (b->ether_type) {
	case ETHER_TYPE_ARP:
		return length < b->network ? FATE_VLAN_TRUNCATED : FATE_ARP_TRUNCATED;
	case ETHER_TYPE_IPV4:
		if (length < b->network)
			return FATE_VLAN_TRUNCATED;
		return length < b->network_end ? FATE_IP_TRUNCATED : FATE_IP_BAD_TOTAL_LENGTH;
	case ETHER_TYPE_IPV6:
		if (length < b->network)
			return FATE_VLAN_TRUNCATED;
		return length < b->network_end ? FATE_IP6_TRUNCATED : FATE_IP6_BAD_PAYLOAD_LENGTH;
	default:
		/* A type that leat does not know claims nothing; a length claims what it says. */
		return builder_get16(b, 12) == BUILDER_ETHER_TYPE ? FATE_NONE : FATE_ETH_BAD_LENGTH;
	}
}

static void
a_packet_cut_anywhere_has_the_fate_of_the_layer_that_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;

		packet_samples[i].build(&b);
		for (uint32_t length = 0; length < b.length; length++)
			assert_fate(
				packet_samples[i].name,
				parse_bytes(b.bytes, length).fate,
				cut_fate(&b, length)
			);
	}
}

/* As above, but the IP length says where the cut is: the layers behind it must see it. */
static void
an_ip_payload_cut_inside_a_header_has_a_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;
		uint32_t headers_end;

		packet_samples[i].build(&b);
		if ((b.ether_type != ETHER_TYPE_IPV4 && b.ether_type != ETHER_TYPE_IPV6) ||
		    b.fragment)
			continue;
		headers_end = parse_built(&b).payload_offset;
		for (uint32_t length = b.network_end; length < headers_end; length++) {
			packet_samples[i].build(&b);
			builder_shorten(&b, length);
			assert_int_not_equal(parse_built(&b).fate, FATE_NONE);
		}
	}
}

/* Bytes of a generator, so that a failure can be repeated. */
static uint32_t
random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void
random_edits_of_valid_packets_stay_inside_the_packet(void **state)
{
	uint32_t seed = 20240229;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		const struct packet_sample *sample =
			&packet_samples[random_next(&seed) % n_packet_samples];
		unsigned edits = 1 + random_next(&seed) % 4;
		struct packet_builder b;
		struct packet p;

		sample->build(&b);
		for (unsigned i = 0; i < edits; i++)
			b.bytes[12 + random_next(&seed) % (b.length - 12)] =
				(uint8_t)random_next(&seed);
		builder_checksums(&b);
		p = parse_built(&b);
		assert_in_range(p.fate, 0, FATE_COUNT - 1);
		if (p.fate != FATE_NONE)
			continue;
		assert_in_range(p.l3_offset, BUILDER_ETHERNET_BYTES, b.length);
		assert_in_range(p.l4_offset + p.l4_length, 0, b.length);
		if (!(p.flags & PACKET_FRAGMENT))
			assert_in_range(p.payload_offset + p.payload_length, 0, b.length);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_valid_packet_has_no_fault),
		cmocka_unit_test(every_valid_packet_may_be_padded),
		cmocka_unit_test(a_packet_cut_anywhere_has_the_fate_of_the_layer_that_is_cut),
		cmocka_unit_test(an_ip_payload_cut_inside_a_header_has_a_fault),
		cmocka_unit_test(random_edits_of_valid_packets_stay_inside_the_packet),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
