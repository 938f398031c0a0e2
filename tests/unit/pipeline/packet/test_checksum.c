/* SPDX-License-Identifier: BSD-3-Clause */
/* Checksums, against the builder's own sums, and what is believed of the hardware's. */
#include "pipeline/packet/checksum.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

static void
any_flipped_bit_of_an_ipv4_packet_is_a_fault(void **state)
{
	static const struct packet_sample samples[] = {
		{"udp", sample_ipv4_udp},
		{"options", sample_ipv4_options_udp},
		{"tcp", sample_ipv4_tcp},
		{"icmp", sample_ipv4_icmp},
		{"igmp", sample_ipv4_igmp},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(samples); i++) {
		struct packet_builder b;

		samples[i].build(&b);
		for (uint32_t bit = b.network * 8; bit < b.length * 8; bit++) {
			b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(parse_built(&b).fate, FATE_NONE);
			b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void
any_flipped_bit_of_addresses_or_payload_of_an_ipv6_packet_is_a_fault(void **state)
{
	static const struct packet_sample samples[] = {
		{"udp", sample_ipv6_udp},
		{"tcp", sample_ipv6_tcp},
		{"icmp6", sample_ipv6_icmp6},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(samples); i++) {
		struct packet_builder b;

		samples[i].build(&b);
		for (uint32_t bit = (b.network + 8) * 8; bit < b.length * 8; bit++) {
			b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(parse_built(&b).fate, FATE_NONE);
			b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void
each_wrong_checksum_has_its_fate(void **state)
{
	static const struct {
		const char *what;
		void (*build)(struct packet_builder *b);
		uint32_t offset; /* of the checksum, behind the IP headers */
		enum fate expected;
	} cases[] = {
		{"udp", sample_ipv4_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"udp behind options", sample_ipv4_options_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"udp over ipv6", sample_ipv6_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"udp behind extensions", sample_ipv6_extensions_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"tcp", sample_ipv4_tcp, 16, FATE_TCP_BAD_CHECKSUM},
		{"tcp over ipv6", sample_ipv6_tcp, 16, FATE_TCP_BAD_CHECKSUM},
		{"icmp", sample_ipv4_icmp, 2, FATE_ICMP_BAD_CHECKSUM},
		{"icmp6", sample_ipv6_icmp6, 2, FATE_ICMP6_BAD_CHECKSUM},
		{"igmp", sample_ipv4_igmp, 2, FATE_IGMP_BAD_CHECKSUM},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet_builder b;

		cases[i].build(&b);
		b.bytes[b.transport + cases[i].offset] ^= 0x01;
		assert_fate(cases[i].what, parse_built(&b).fate, cases[i].expected);
	}
}

static void
a_wrong_ip_checksum_comes_before_a_wrong_udp_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	b.bytes[b.network + 8]--; /* time to live */
	b.bytes[b.transport + 6] ^= 0x01;
	assert_fate("both wrong", parse_built(&b).fate, FATE_IP_BAD_CHECKSUM);
}

static void
options_are_part_of_the_ip_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_options_udp(&b);
	b.bytes[b.network + 27] ^= 0x01; /* behind the end of the list */
	assert_fate("options", parse_built(&b).fate, FATE_IP_BAD_CHECKSUM);
}

/* Only 0xFFFF makes the sum of zeros minus zero. */
static void
an_icmp_message_of_zeros_has_a_wrong_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_icmp(&b);
	memset(b.bytes + b.transport, 0, b.length - b.transport);
	assert_fate("zeros", parse_built(&b).fate, FATE_ICMP_BAD_CHECKSUM);
}

static void
a_udp_checksum_of_0_is_no_checksum(void **state)
{
	static void (*const builds[]
	)(struct packet_builder * b) = {sample_ipv4_udp, sample_ipv6_udp};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(builds); i++) {
		struct packet_builder b;

		builds[i](&b);
		builder_put16(&b, b.transport + 6, 0);
		assert_fate("none", parse_built(&b).fate, FATE_NONE);
	}
}

static void
a_tcp_checksum_of_0_is_a_checksum(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_tcp(&b);
	builder_put16(&b, b.transport + 16, 0);
	assert_fate("none", parse_built(&b).fate, FATE_TCP_BAD_CHECKSUM);
}

static void
a_udp_checksum_that_sums_to_0_is_sent_as_0xffff_and_good(void **state)
{
	unsigned found = 0;

	(void)state;
	for (unsigned word = 0; word <= UINT16_MAX; word++) {
		struct packet_builder b;

		builder_ethernet(&b);
		builder_ipv4(&b);
		builder_udp(&b, 1, 2);
		builder_zeros(&b, 2);
		builder_put16(&b, b.transport + 8, (uint16_t)word);
		builder_finish(&b);
		if (builder_get16(&b, b.transport + 6) != UINT16_MAX)
			continue;
		found++;
		assert_fate("0xFFFF", parse_built(&b).fate, FATE_NONE);
	}
	assert_int_not_equal(found, 0);
}

static void
a_payload_of_any_length_has_a_good_checksum(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 70; n++) {
		struct packet_builder b;

		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_udp(&b, 1, 2);
		builder_pattern(&b, n);
		builder_finish(&b);
		assert_fate("length", parse_built(&b).fate, FATE_NONE);
	}
}

static void
a_sum_of_the_largest_words_is_folded_right(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_udp(&b, 0xFFFF, 0xFFFF);
	for (unsigned i = 0; i < 9000; i++)
		builder_bytes(&b, (const uint8_t[]){0xFF}, 1);
	builder_finish(&b);
	assert_fate("all ones", parse_built(&b).fate, FATE_NONE);
}

static void
bytes_behind_the_udp_length_are_not_summed(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	builder_put16(&b, b.transport + 4, 8 + 9);
	builder_checksums(&b);
	b.bytes[b.transport + 8 + 9] ^= 0xFF;
	assert_fate("behind", parse_built(&b).fate, FATE_NONE);
	b.bytes[b.transport + 8 + 8] ^= 0xFF;
	assert_fate("last", parse_built(&b).fate, FATE_UDP_BAD_CHECKSUM);
}

static void
a_fragment_is_only_checked_for_its_ip_checksum(void **state)
{
	static void (*const builds[])(struct packet_builder * b) = {
		sample_ipv4_first_fragment,
		sample_ipv4_last_fragment,
		sample_ipv6_first_fragment,
		sample_ipv6_last_fragment,
	};
	struct packet_builder b;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(builds); i++) {
		builds[i](&b);
		b.bytes[b.length - 1] ^= 0xFF;
		assert_fate("payload", parse_built(&b).fate, FATE_NONE);
	}
	sample_ipv4_last_fragment(&b);
	b.bytes[b.network + 8]--;
	assert_fate("header", parse_built(&b).fate, FATE_IP_BAD_CHECKSUM);
}

/* What a sender leaves that counts on hardware: the folded sum of the pseudo-header, not complemented. */
static void
checksum_leave_unfinished(struct packet_builder *b, uint32_t field)
{
	uint32_t addresses = b->network + (b->ether_type == 0x0800 ? 12 : 8);
	uint32_t sum = b->protocol + b->end - b->transport;

	for (uint32_t at = addresses; at < b->network + (b->ether_type == 0x0800 ? 20 : 40);
	     at += 2)
		sum += builder_get16(b, at);
	sum = (sum >> 16) + (sum & UINT16_MAX);
	sum = (sum >> 16) + (sum & UINT16_MAX);
	builder_put16(b, b->transport + field, (uint16_t)sum);
}

static void
a_checksum_that_its_sender_left_unfinished_is_no_fault(void **state)
{
	static const struct {
		const char *what;
		void (*build)(struct packet_builder *b);
		uint32_t offset; /* of the checksum, behind the IP headers */
		enum fate if_off_by_one;
	} cases[] = {
		{"udp", sample_ipv4_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"udp over ipv6", sample_ipv6_udp, 6, FATE_UDP_BAD_CHECKSUM},
		{"tcp", sample_ipv4_tcp, 16, FATE_TCP_BAD_CHECKSUM},
		{"tcp over ipv6", sample_ipv6_tcp, 16, FATE_TCP_BAD_CHECKSUM},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct packet_builder b;

		cases[i].build(&b);
		checksum_leave_unfinished(&b, cases[i].offset);
		assert_fate(cases[i].what, parse_built(&b).fate, FATE_NONE);
		b.bytes[b.transport + cases[i].offset + 1]++;
		assert_fate(cases[i].what, parse_built(&b).fate, cases[i].if_off_by_one);
	}
}

static void
an_icmp6_checksum_is_never_left_unfinished(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv6_icmp6(&b);
	checksum_leave_unfinished(&b, 2);
	assert_fate("icmp6", parse_built(&b).fate, FATE_ICMP6_BAD_CHECKSUM);
}

/* The fate of a packet whose IPv4 and UDP checksums are right or wrong, under what the hardware says of it. */
static enum fate
fate_under(uint64_t ol_flags, bool ip_wrong, bool udp_wrong)
{
	struct packet_builder b;
	struct rte_mbuf *m;
	struct packet p;

	sample_ipv4_udp(&b);
	if (ip_wrong)
		b.bytes[b.network + 8]--;
	if (udp_wrong)
		b.bytes[b.length - 1] ^= 0xFF;
	m = mbuf_exact(b.bytes, b.length);
	m->ol_flags |= ol_flags;
	packet_parse(m, &p);
	rte_pktmbuf_free(m);
	return p.fate;
}

static void
what_the_hardware_calls_good_is_believed(void **state)
{
	const uint64_t ip = RTE_MBUF_F_RX_IP_CKSUM_GOOD, l4 = RTE_MBUF_F_RX_L4_CKSUM_GOOD;

	(void)state;
	assert_fate("both good", fate_under(ip | l4, true, true), FATE_NONE);
	assert_fate("ip good", fate_under(ip, true, true), FATE_UDP_BAD_CHECKSUM);
	assert_fate("l4 good", fate_under(l4, true, true), FATE_IP_BAD_CHECKSUM);
	assert_fate("l4 good, ip right", fate_under(l4, false, true), FATE_NONE);
}

/* "None" is: the field is not right, but the data is known to be, as between virtual machines. */
static void
what_the_hardware_calls_intact_without_a_checksum_is_believed(void **state)
{
	const uint64_t ip = RTE_MBUF_F_RX_IP_CKSUM_NONE, l4 = RTE_MBUF_F_RX_L4_CKSUM_NONE;

	(void)state;
	assert_fate("both", fate_under(ip | l4, true, true), FATE_NONE);
	assert_fate("ip", fate_under(ip, true, true), FATE_UDP_BAD_CHECKSUM);
	assert_fate("l4", fate_under(l4, true, true), FATE_IP_BAD_CHECKSUM);
}

static void
what_the_hardware_calls_bad_is_computed_again(void **state)
{
	const uint64_t ip = RTE_MBUF_F_RX_IP_CKSUM_BAD, l4 = RTE_MBUF_F_RX_L4_CKSUM_BAD;

	(void)state;
	assert_fate("right", fate_under(ip | l4, false, false), FATE_NONE);
	assert_fate("ip wrong", fate_under(ip | l4, true, false), FATE_IP_BAD_CHECKSUM);
	assert_fate("udp wrong", fate_under(ip | l4, false, true), FATE_UDP_BAD_CHECKSUM);
}

static void
what_the_hardware_does_not_know_is_computed(void **state)
{
	(void)state;
	assert_fate("right", fate_under(0, false, false), FATE_NONE);
	assert_fate("ip wrong", fate_under(0, true, false), FATE_IP_BAD_CHECKSUM);
	assert_fate("udp wrong", fate_under(0, false, true), FATE_UDP_BAD_CHECKSUM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_flipped_bit_of_an_ipv4_packet_is_a_fault),
		cmocka_unit_test(
			any_flipped_bit_of_addresses_or_payload_of_an_ipv6_packet_is_a_fault
		),
		cmocka_unit_test(each_wrong_checksum_has_its_fate),
		cmocka_unit_test(a_wrong_ip_checksum_comes_before_a_wrong_udp_checksum),
		cmocka_unit_test(options_are_part_of_the_ip_checksum),
		cmocka_unit_test(an_icmp_message_of_zeros_has_a_wrong_checksum),
		cmocka_unit_test(a_udp_checksum_of_0_is_no_checksum),
		cmocka_unit_test(a_tcp_checksum_of_0_is_a_checksum),
		cmocka_unit_test(a_udp_checksum_that_sums_to_0_is_sent_as_0xffff_and_good),
		cmocka_unit_test(a_payload_of_any_length_has_a_good_checksum),
		cmocka_unit_test(a_sum_of_the_largest_words_is_folded_right),
		cmocka_unit_test(bytes_behind_the_udp_length_are_not_summed),
		cmocka_unit_test(a_fragment_is_only_checked_for_its_ip_checksum),
		cmocka_unit_test(a_checksum_that_its_sender_left_unfinished_is_no_fault),
		cmocka_unit_test(an_icmp6_checksum_is_never_left_unfinished),
		cmocka_unit_test(what_the_hardware_calls_good_is_believed),
		cmocka_unit_test(what_the_hardware_calls_intact_without_a_checksum_is_believed),
		cmocka_unit_test(what_the_hardware_calls_bad_is_computed_again),
		cmocka_unit_test(what_the_hardware_does_not_know_is_computed),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
