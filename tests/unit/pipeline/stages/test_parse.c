/* SPDX-License-Identifier: BSD-3-Clause */
/* The stage: every packet of a burst gets its own metadata. What is in it is tested in ../packet/. */
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <string.h>

/* A burst of the samples in turn; every `bad_step`th is cut inside its Ethernet header. */
static void
burst_fill(struct burst *b, uint32_t n, uint32_t bad_step)
{
	memset(b, 0xA5, sizeof(*b));
	b->n = n;
	for (uint32_t i = 0; i < n; i++) {
		struct packet_builder p;

		packet_samples[i % n_packet_samples].build(&p);
		b->mbufs[i] = mbuf_exact(p.bytes, i % bad_step == bad_step - 1 ? 13 : p.length);
	}
}

static void
assert_burst(struct burst *b, uint32_t bad_step)
{
	for (uint32_t i = 0; i < b->n; i++) {
		struct packet expected;

		if (i % bad_step == bad_step - 1) {
			assert_fate("cut", b->packets[i].fate, FATE_ETH_TRUNCATED);
			continue;
		}
		expected = parse_sample(packet_samples[i % n_packet_samples].build);
		assert_true(packets_equal(&b->packets[i], &expected));
	}
}

static void
every_packet_of_a_burst_of_any_size_is_parsed(void **state)
{
	struct burst b;

	(void)state;
	for (uint32_t n = 0; n <= BURST_MAX; n++) {
		burst_fill(&b, n, BURST_MAX + 1);
		parse_stage(NULL, &b);
		assert_int_equal(b.n, n);
		assert_burst(&b, BURST_MAX + 1);
		rte_pktmbuf_free_bulk(b.mbufs, n);
	}
}

static void
a_bad_packet_does_not_touch_its_neighbours(void **state)
{
	struct burst b;

	(void)state;
	burst_fill(&b, BURST_MAX, 3);
	parse_stage(NULL, &b);
	assert_burst(&b, 3);
	rte_pktmbuf_free_bulk(b.mbufs, b.n);
}

static void
packets_stay_in_the_burst_whatever_their_fate(void **state)
{
	struct rte_mbuf *before[BURST_MAX];
	struct burst b;

	(void)state;
	burst_fill(&b, BURST_MAX, 2);
	memcpy(before, b.mbufs, sizeof(before));
	parse_stage(NULL, &b);
	assert_int_equal(b.n, BURST_MAX);
	assert_memory_equal(before, b.mbufs, sizeof(before));
	rte_pktmbuf_free_bulk(b.mbufs, b.n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			every_packet_of_a_burst_of_any_size_is_parsed, eal_fixture_mbufs_are_back
		),
		cmocka_unit_test_teardown(
			a_bad_packet_does_not_touch_its_neighbours, eal_fixture_mbufs_are_back
		),
		cmocka_unit_test_teardown(
			packets_stay_in_the_burst_whatever_their_fate, eal_fixture_mbufs_are_back
		),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
