/* SPDX-License-Identifier: BSD-3-Clause */
/* The short walk and the long one come to the same metadata, for whatever the short one takes. */
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
	taken = packet_locate_plain(m, &plain);
	packet_locate(&h, &all);
	if (taken)
		assert_memory_equal(&plain, &all, sizeof(all));
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
	assert_false(packet_locate_plain(m, &p));
	rte_pktmbuf_free(m);
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
		cmocka_unit_test(every_sample_and_every_length_of_it_agrees),
		cmocka_unit_test(changed_headers_agree),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
