/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The short walk and the long one come to the same metadata, for whatever the short one takes; and so do the checks of
 * checksums that belong to them, whatever the port's hardware says.
 */
#include "pipeline/packet/checksum_plain.h"
#include "pipeline/packet/locate.h"
#include "pipeline/packet/locate_plain.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/unit_test.h"

enum {
	MUTATIONS = 200000,
	HEADERS_BYTES = 64, /* of a frame that are changed */
};

/* What hardware may say of IP's checksum, and of the one behind it. */
static const uint64_t ip_flags[] = {
	RTE_MBUF_F_RX_IP_CKSUM_UNKNOWN,
	RTE_MBUF_F_RX_IP_CKSUM_BAD,
	RTE_MBUF_F_RX_IP_CKSUM_GOOD,
	RTE_MBUF_F_RX_IP_CKSUM_NONE,
};
static const uint64_t l4_flags[] = {
	RTE_MBUF_F_RX_L4_CKSUM_UNKNOWN,
	RTE_MBUF_F_RX_L4_CKSUM_BAD,
	RTE_MBUF_F_RX_L4_CKSUM_GOOD,
	RTE_MBUF_F_RX_L4_CKSUM_NONE,
};

static void
checksums_agree(struct rte_mbuf *m, const struct packet *p)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t others = m->ol_flags; /* of the external buffer */

	for (size_t i = 0; i < RTE_DIM(ip_flags); i++) {
		for (size_t j = 0; j < RTE_DIM(l4_flags); j++) {
			m->ol_flags = others | ip_flags[i] | l4_flags[j];
			assert_int_equal(
				checksum_plain_verify(m, frame, p), checksum_verify(m, frame, p)
			);
		}
	}
	m->ol_flags = others;
}

/* Both walks over the bytes. Whether the short one took them. */
static bool
walks_agree(const uint8_t *bytes, uint32_t length)
{
	struct rte_mbuf *m = mbuf_exact(bytes, length);
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct packet plain, all;
	struct headers h = headers_of(m, scratch);
	bool taken;

	memset(&plain, 0xA5, sizeof(plain));
	taken = packet_locate_plain(m, rte_pktmbuf_mtod(m, const uint8_t *), &plain);
	packet_locate(&h, &all);
	if (taken) {
		assert_memory_equal(&plain, &all, sizeof(all));
		checksums_agree(m, &all);
	}
	rte_pktmbuf_free(m);
	return taken;
}

static void
every_sample_and_every_length_of_it_agrees(void **state)
{
	static struct packet_builder b;
	unsigned taken = 0;

	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		packet_samples[i].build(&b);
		for (uint32_t length = 0; length <= b.length; length++)
			taken += walks_agree(b.bytes, length);
	}
	assert_true(taken > 0);
}

static void
plain_udp_and_tcp_are_taken(void **state)
{
	static struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	assert_true(walks_agree(b.bytes, b.length));
	sample_ipv4_tcp(&b);
	assert_true(walks_agree(b.bytes, b.length));
}

static void
tags_options_fragments_and_ipv6_are_left_to_the_long_walk(void **state)
{
	static void (*const builders[])(struct packet_builder * b) = {
		sample_vlan_ipv4_udp,
		sample_ipv4_options_udp,
		sample_ipv4_first_fragment,
		sample_ipv4_last_fragment,
		sample_ipv4_icmp,
		sample_ipv6_udp,
		sample_ipv6_tcp,
	};
	static struct packet_builder b;

	(void)state;
	for (size_t i = 0; i < sizeof(builders) / sizeof(builders[0]); i++) {
		builders[i](&b);
		assert_false(walks_agree(b.bytes, b.length));
	}
}

static void
a_chain_is_left_to_the_long_walk(void **state)
{
	static struct packet_builder b;
	struct rte_mbuf *m;
	struct packet p;

	(void)state;
	sample_ipv4_udp(&b);
	m = mbuf_cut(b.bytes, b.length, b.length - 1);
	assert_false(packet_locate_plain(m, rte_pktmbuf_mtod(m, const uint8_t *), &p));
	rte_pktmbuf_free(m);
}

static enum fate
plain_fate(const struct packet_builder *b, uint64_t flags)
{
	struct rte_mbuf *m = mbuf_exact(b->bytes, b->length);
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	struct packet p;
	enum fate fate;

	m->ol_flags |= flags;
	assert_true(packet_locate_plain(m, frame, &p));
	fate = checksum_plain_verify(m, frame, &p);
	rte_pktmbuf_free(m);
	return fate;
}

static void
what_the_port_found_good_is_believed_and_all_else_is_computed(void **state)
{
	static struct packet_builder b;

	(void)state;
	sample_ipv4_tcp(&b);
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_IP_CKSUM_BAD), FATE_NONE);
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_L4_CKSUM_BAD), FATE_NONE);
	b.bytes[PLAIN_L4 + TCP_HEADER_BYTES - 4] ^= 1; /* its checksum */
	assert_int_equal(plain_fate(&b, 0), FATE_TCP_BAD_CHECKSUM);
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_IP_CKSUM_GOOD), FATE_TCP_BAD_CHECKSUM);
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_L4_CKSUM_BAD), FATE_TCP_BAD_CHECKSUM);
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_L4_CKSUM_GOOD), FATE_NONE);
	b.bytes[PLAIN_L3 + IPV4_CHECKSUM_OFFSET] ^= 1;
	assert_int_equal(plain_fate(&b, RTE_MBUF_F_RX_L4_CKSUM_GOOD), FATE_IP_BAD_CHECKSUM);
	assert_int_equal(
		plain_fate(&b, RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_RX_IP_CKSUM_GOOD), FATE_NONE
	);
}

/* One to three bytes of the headers changed: lengths that lie, other versions, other protocols. */
static void
changed_headers_agree(void **state)
{
	static struct packet_builder b;
	unsigned seed = 1, taken = 0;

	(void)state;
	for (unsigned i = 0; i < MUTATIONS; i++) {
		if (i % 2 == 0)
			sample_ipv4_udp(&b);
		else
			sample_ipv4_tcp(&b);
		for (unsigned n = (unsigned)rand_r(&seed) % 3 + 1; n > 0; n--) {
			uint32_t at = (uint32_t)rand_r(&seed) %
				      RTE_MIN(b.length, (uint32_t)HEADERS_BYTES);

			b.bytes[at] = (uint8_t)(rand_r(&seed) >> 8);
		}
		taken += walks_agree(b.bytes, b.length);
	}
	assert_in_range(taken, MUTATIONS / 10, MUTATIONS - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_udp_and_tcp_are_taken),
		cmocka_unit_test(tags_options_fragments_and_ipv6_are_left_to_the_long_walk),
		cmocka_unit_test(a_chain_is_left_to_the_long_walk),
		cmocka_unit_test(what_the_port_found_good_is_believed_and_all_else_is_computed),
		cmocka_unit_test(every_sample_and_every_length_of_it_agrees),
		cmocka_unit_test(changed_headers_agree),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
