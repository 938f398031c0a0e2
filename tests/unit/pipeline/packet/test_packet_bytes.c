/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of bytes out of a chain, and no byte that the chain does not hold. */
#include "pipeline/packet/packet_bytes.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/unit_test.h"

#include <string.h>

enum { LENGTH = 24 };

static const uint8_t bytes[LENGTH] = "abcdefghijklmnopqrstuvw";

/* Every offset and length that lies in the packet, through a buffer that is exact in what it takes. */
static void
every_run_is_found(struct rte_mbuf *m)
{
	for (uint32_t offset = 0; offset <= LENGTH; offset++) {
		for (uint32_t length = 0; length <= LENGTH - offset; length++) {
			uint8_t buffer[LENGTH + 1];
			const uint8_t *found;

			memset(buffer, '#', sizeof(buffer));
			found = packet_bytes(m, offset, length, buffer);
			assert_non_null(found);
			assert_memory_equal(found, bytes + offset, length);
			assert_int_equal(buffer[length], '#');
		}
	}
}

static void
a_run_in_one_segment_is_found_in_place(void **state)
{
	struct rte_mbuf *m = mbuf_exact(bytes, LENGTH);
	uint8_t buffer[LENGTH];

	(void)state;
	assert_ptr_equal(packet_bytes(m, 3, 5, buffer), rte_pktmbuf_mtod(m, uint8_t *) + 3);
	assert_ptr_equal(packet_bytes(m, 0, LENGTH, buffer), rte_pktmbuf_mtod(m, uint8_t *));
	rte_pktmbuf_free(m);
}

static void
any_run_of_a_chain_cut_anywhere_is_found(void **state)
{
	(void)state;
	for (uint32_t cut = 0; cut <= LENGTH; cut++) {
		struct rte_mbuf *m = mbuf_cut(bytes, LENGTH, cut);

		every_run_is_found(m);
		rte_pktmbuf_free(m);
	}
}

static void
any_run_of_many_segments_is_found(void **state)
{
	(void)state;
	for (uint16_t piece = 1; piece < LENGTH; piece++) {
		struct rte_mbuf *m = mbuf_pieces(bytes, LENGTH, piece);

		every_run_is_found(m);
		rte_pktmbuf_free(m);
	}
}

static void
a_run_beyond_the_end_is_not_found(void **state)
{
	uint8_t buffer[LENGTH + 1];

	(void)state;
	for (uint32_t cut = 0; cut <= LENGTH; cut++) {
		struct rte_mbuf *m = mbuf_cut(bytes, LENGTH, cut);

		assert_null(packet_bytes(m, 0, LENGTH + 1, buffer));
		assert_null(packet_bytes(m, LENGTH, 1, buffer));
		assert_null(packet_bytes(m, LENGTH + 100, 1, buffer));
		assert_null(packet_bytes(m, UINT32_MAX, 2, buffer));
		rte_pktmbuf_free(m);
	}
}

static void
a_packet_length_that_lies_finds_nothing_beyond_the_segments(void **state)
{
	struct rte_mbuf *m = mbuf_cut(bytes, LENGTH, 10);
	uint8_t buffer[LENGTH + 1];

	(void)state;
	m->pkt_len = 1000;
	assert_null(packet_bytes(m, 0, LENGTH + 1, buffer));
	assert_null(packet_bytes(m, 900, 1, buffer));
	rte_pktmbuf_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_in_one_segment_is_found_in_place),
		cmocka_unit_test(any_run_of_a_chain_cut_anywhere_is_found),
		cmocka_unit_test(any_run_of_many_segments_is_found),
		cmocka_unit_test(a_run_beyond_the_end_is_not_found),
		cmocka_unit_test(a_packet_length_that_lies_finds_nothing_beyond_the_segments),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
