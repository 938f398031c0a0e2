/* SPDX-License-Identifier: BSD-3-Clause */
/* The link layer as parse sees it: MAC header, VLAN tags, 802.3 lengths, ARP. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

enum {
	TPID_VLAN = 0x8100,
	TPID_QINQ = 0x88A8,
	LLC_BYTES = 10,
};

static void
frame_802_3(struct packet_builder *b)
{
	builder_ethernet(b);
	builder_pattern(b, LLC_BYTES);
	builder_put16(b, 12, LLC_BYTES);
}

static void
tags(struct packet_builder *b, unsigned n, uint16_t tpid)
{
	builder_ethernet(b);
	for (unsigned i = 0; i < n; i++)
		builder_vlan(b, tpid, (uint16_t)(100 + i));
}

static void
a_frame_shorter_than_an_ethernet_header_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	for (uint32_t length = 0; length < BUILDER_ETHERNET_BYTES; length++)
		assert_fate("cut", parse_bytes(b.bytes, length).fate, FATE_ETH_TRUNCATED);
}

static void
a_frame_of_a_header_alone_has_no_fault(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	p = parse_built(&b);
	assert_fate("header alone", p.fate, FATE_NONE);
	assert_int_equal(p.kind, PACKET_OTHER);
	assert_int_equal(p.l3_offset, BUILDER_ETHERNET_BYTES);
	assert_int_equal(p.ip_protocol, 0);
	assert_int_equal(p.flags, 0);
}

static void
an_untagged_frame_has_no_vlan(void **state)
{
	struct packet p = parse_sample(sample_ipv4_udp);

	(void)state;
	assert_int_equal(p.vlan_outer, PACKET_NO_VLAN);
	assert_int_equal(p.vlan_inner, PACKET_NO_VLAN);
	assert_int_equal(p.l3_offset, 14);
}

static void
parse_knows_no_feed_line(void **state)
{
	(void)state;
	assert_int_equal(parse_sample(sample_ipv4_udp).line, PACKET_NO_LINE);
}

static void
one_tag_is_the_outer_vlan_without_its_priority_bits(void **state)
{
	struct packet p = parse_sample(sample_vlan_ipv4_udp);

	(void)state;
	assert_fate("tagged", p.fate, FATE_NONE);
	assert_int_equal(p.vlan_outer, 0x123);
	assert_int_equal(p.vlan_inner, PACKET_NO_VLAN);
	assert_int_equal(p.l3_offset, 18);
	assert_int_equal(p.kind, PACKET_IPV4);
}

static void
two_tags_of_either_type_are_outer_and_inner(void **state)
{
	static const uint16_t tpids[] = {TPID_VLAN, TPID_QINQ};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct packet_builder b;
		struct packet p;

		builder_ethernet(&b);
		builder_vlan(&b, tpids[i / 2], 0xF001);
		builder_vlan(&b, tpids[i % 2], 0x0FFE);
		p = parse_built(&b);
		assert_fate("two tags", p.fate, FATE_NONE);
		assert_int_equal(p.vlan_outer, 1);
		assert_int_equal(p.vlan_inner, 0xFFE);
		assert_int_equal(p.l3_offset, 22);
	}
}

static void
a_frame_that_ends_inside_a_tag_is_truncated(void **state)
{
	static const uint16_t tpids[] = {TPID_VLAN, TPID_QINQ};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(tpids); i++) {
		for (uint32_t length = 14; length < 18; length++) {
			struct packet_builder b;

			tags(&b, 1, tpids[i]);
			assert_fate(
				"one tag", parse_bytes(b.bytes, length).fate, FATE_VLAN_TRUNCATED
			);
		}
		for (uint32_t length = 18; length < 22; length++) {
			struct packet_builder b;

			tags(&b, 2, tpids[i]);
			assert_fate(
				"two tags", parse_bytes(b.bytes, length).fate, FATE_VLAN_TRUNCATED
			);
		}
	}
}

static void
the_vlan_id_4095_is_reserved_in_any_tag(void **state)
{
	static const uint16_t tcis[][2] = {{0xFFF, 1}, {1, 0xFFF}, {0xFFFF, 0xFFFF}};
	struct packet_builder b;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(tcis); i++) {
		builder_ethernet(&b);
		builder_vlan(&b, TPID_QINQ, tcis[i][0]);
		builder_vlan(&b, TPID_VLAN, tcis[i][1]);
		assert_fate("two tags", parse_built(&b).fate, FATE_VLAN_RESERVED);
	}
	builder_ethernet(&b);
	builder_vlan(&b, TPID_VLAN, 0xFFF);
	assert_fate("one tag", parse_built(&b).fate, FATE_VLAN_RESERVED);
	builder_ethernet(&b);
	builder_vlan(&b, TPID_VLAN, 0xFFE);
	assert_fate("one below", parse_built(&b).fate, FATE_NONE);
}

static void
a_third_tag_is_one_too_many(void **state)
{
	struct packet_builder b;

	(void)state;
	tags(&b, 3, TPID_VLAN);
	assert_fate("three tags", parse_built(&b).fate, FATE_VLAN_TOO_MANY);
	tags(&b, 3, TPID_QINQ);
	assert_fate("three service tags", parse_built(&b).fate, FATE_VLAN_TOO_MANY);
}

static void
an_802_3_frame_is_not_looked_into(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	frame_802_3(&b);
	p = parse_built(&b);
	assert_fate("802.3", p.fate, FATE_NONE);
	assert_int_equal(p.kind, PACKET_OTHER);
}

static void
an_802_3_frame_may_be_padded(void **state)
{
	struct packet_builder b;

	(void)state;
	frame_802_3(&b);
	builder_zeros(&b, 36);
	assert_fate("padded", parse_built(&b).fate, FATE_NONE);
}

static void
an_802_3_length_one_beyond_the_frame_is_bad(void **state)
{
	struct packet_builder b;

	(void)state;
	frame_802_3(&b);
	builder_put16(&b, 12, LLC_BYTES + 1);
	assert_fate("one beyond", parse_built(&b).fate, FATE_ETH_BAD_LENGTH);
}

static void
an_802_3_length_of_0_is_legal(void **state)
{
	struct packet_builder b;

	(void)state;
	frame_802_3(&b);
	builder_put16(&b, 12, 0);
	assert_fate("length 0", parse_built(&b).fate, FATE_NONE);
}

static void
a_length_behind_a_tag_is_checked_too(void **state)
{
	struct packet_builder b;

	(void)state;
	tags(&b, 1, TPID_VLAN);
	builder_pattern(&b, LLC_BYTES);
	builder_put16(&b, 16, LLC_BYTES);
	assert_fate("fits", parse_built(&b).fate, FATE_NONE);
	builder_put16(&b, 16, LLC_BYTES + 1);
	assert_fate("one beyond", parse_built(&b).fate, FATE_ETH_BAD_LENGTH);
}

static void
the_field_is_a_type_from_0x0600_on(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_put16(&b, 12, 0x05FF);
	assert_fate("0x05FF", parse_built(&b).fate, FATE_ETH_BAD_LENGTH);
	builder_put16(&b, 12, 0x0600);
	assert_fate("0x0600", parse_built(&b).fate, FATE_NONE);
}

static void
arp_is_known_as_such(void **state)
{
	struct packet_builder b;
	struct packet p;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	p = parse_built(&b);
	assert_fate("arp", p.fate, FATE_NONE);
	assert_int_equal(p.kind, PACKET_ARP);
	assert_int_equal(p.ip_protocol, 0);
	assert_int_equal(p.flags, 0);
}

static void
arp_cut_anywhere_is_truncated(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	for (uint32_t length = 14; length < b.length; length++)
		assert_fate("cut", parse_bytes(b.bytes, length).fate, FATE_ARP_TRUNCATED);
}

static void
arp_addresses_are_as_long_as_it_says(void **state)
{
	struct packet_builder b;

	(void)state;
	/* 8 + 2 * (8 + 4): an EUI-64 hardware address. */
	builder_ethernet(&b);
	builder_arp(&b);
	b.bytes[b.network + 4] = 8;
	assert_fate("hardware", parse_built(&b).fate, FATE_ARP_TRUNCATED);
	builder_zeros(&b, 3);
	assert_fate("one short", parse_built(&b).fate, FATE_ARP_TRUNCATED);
	builder_zeros(&b, 1);
	assert_fate("whole", parse_built(&b).fate, FATE_NONE);
}

static void
arp_may_have_the_longest_addresses_there_are(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	builder_put16(&b, b.network + 4, 0xFFFF);
	assert_fate("255 and 255", parse_built(&b).fate, FATE_ARP_TRUNCATED);
	builder_zeros(&b, 2 * 2 * 255 + 8 - 28 - 1);
	assert_fate("one short", parse_built(&b).fate, FATE_ARP_TRUNCATED);
	builder_zeros(&b, 1);
	assert_fate("whole", parse_built(&b).fate, FATE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_shorter_than_an_ethernet_header_is_truncated),
		cmocka_unit_test(a_frame_of_a_header_alone_has_no_fault),
		cmocka_unit_test(an_untagged_frame_has_no_vlan),
		cmocka_unit_test(parse_knows_no_feed_line),
		cmocka_unit_test(one_tag_is_the_outer_vlan_without_its_priority_bits),
		cmocka_unit_test(two_tags_of_either_type_are_outer_and_inner),
		cmocka_unit_test(a_frame_that_ends_inside_a_tag_is_truncated),
		cmocka_unit_test(the_vlan_id_4095_is_reserved_in_any_tag),
		cmocka_unit_test(a_third_tag_is_one_too_many),
		cmocka_unit_test(an_802_3_frame_is_not_looked_into),
		cmocka_unit_test(an_802_3_frame_may_be_padded),
		cmocka_unit_test(an_802_3_length_one_beyond_the_frame_is_bad),
		cmocka_unit_test(an_802_3_length_of_0_is_legal),
		cmocka_unit_test(a_length_behind_a_tag_is_checked_too),
		cmocka_unit_test(the_field_is_a_type_from_0x0600_on),
		cmocka_unit_test(arp_is_known_as_such),
		cmocka_unit_test(arp_cut_anywhere_is_truncated),
		cmocka_unit_test(arp_addresses_are_as_long_as_it_says),
		cmocka_unit_test(arp_may_have_the_longest_addresses_there_are),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
