/* SPDX-License-Identifier: BSD-3-Clause */
/* From the workers' rings to a port: order, room, and a fair turn for each ring. */
#include "pipeline/burst.h"
#include "pipeline/stages/tx.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/ring_port.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <string.h>

enum {
	RINGS = 3,
	RING_ROOM = 600,
	PORT_ROOM = 40,
	FRAME_BYTES = 60,
};

static struct ring_port port;
static struct tx_queue queue;
static struct lcore_counters counters;

static int
queue_setup(void **state)
{
	(void)state;
	port = ring_port_open(PORT_ROOM);
	memset(&counters, 0, sizeof(counters));
	queue = (struct tx_queue){
		.buffer =
			{.port = port.id,
			 .frame_bytes_max = UINT32_MAX,
			 .fate = FATE_FORWARD,
			 .patience_cycles = UINT64_MAX,
			 .counters = &counters},
		.n_rings = RINGS,
	};
	for (unsigned i = 0; i < RINGS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "ring_%u", i);
		queue.rings[i] = rte_ring_create(name, RING_ROOM, SOCKET_ID_ANY, RING_F_EXACT_SZ);
		assert_non_null(queue.rings[i]);
	}
	return 0;
}

static int
queue_teardown(void **state)
{
	rte_pktmbuf_free_bulk(queue.buffer.mbufs, queue.buffer.n);
	for (unsigned i = 0; i < RINGS; i++) {
		for (void *m; rte_ring_dequeue(queue.rings[i], &m) == 0;)
			rte_pktmbuf_free(m);
		rte_ring_free(queue.rings[i]);
	}
	ring_port_close(&port);
	return eal_fixture_mbufs_are_back(state);
}

/* Packets numbered 1000 * ring, 1000 * ring + 1, ... */
static void
ring_fill(unsigned ring, unsigned n)
{
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(
			rte_ring_enqueue(
				queue.rings[ring], mbuf_numbered(1000 * ring + i, FRAME_BYTES)
			),
			0
		);
}

static void
packets_of_a_ring_are_sent_in_order(void **state)
{
	(void)state;
	ring_fill(1, 10);
	(void)tx_stage(&queue);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(ring_port_next_sent(&port), 1000 + i);
	assert_int_equal(counters.fates[FATE_FORWARD], 10);
	assert_int_equal(queue.buffer.n, 0);
}

static void
packets_of_all_rings_are_sent_in_one_turn(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RINGS; i++)
		ring_fill(i, 4);
	(void)tx_stage(&queue);
	assert_int_equal(rte_ring_count(port.sent), 4 * RINGS);
}

static void
the_result_counts_what_was_taken_and_what_was_sent(void **state)
{
	(void)state;
	assert_int_equal(tx_stage(&queue), 0);
	ring_fill(0, PORT_ROOM + 10);
	assert_int_equal(tx_stage(&queue), PORT_ROOM + 10 + PORT_ROOM);
	/* Nothing to take, nothing that the port would: idle. */
	assert_int_equal(tx_stage(&queue), 0);
}

static void
a_port_is_offered_its_packets_when_the_rings_are_empty(void **state)
{
	(void)state;
	ring_fill(0, PORT_ROOM + 10);
	(void)tx_stage(&queue);
	for (uint32_t i = 0; i < PORT_ROOM; i++)
		assert_int_equal(ring_port_next_sent(&port), i);
	assert_int_equal(tx_stage(&queue), 10);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(ring_port_next_sent(&port), PORT_ROOM + i);
}

static void
a_congested_port_backs_up_into_its_rings_and_drops_nothing(void **state)
{
	(void)state;
	ring_fill(0, RING_ROOM);
	for (unsigned turn = 0; turn < 20; turn++)
		(void)tx_stage(&queue);
	assert_int_equal(queue.buffer.n, TX_BUFFER_SIZE);
	assert_int_equal(rte_ring_count(port.sent), PORT_ROOM);
	assert_int_equal(rte_ring_count(queue.rings[0]), RING_ROOM - TX_BUFFER_SIZE - PORT_ROOM);
	assert_int_equal(counters.settled, PORT_ROOM);
}

static void
no_more_than_a_burst_is_taken_from_a_ring_at_a_turn(void **state)
{
	(void)state;
	ring_fill(0, BURST_MAX + 5);
	(void)tx_stage(&queue);
	assert_int_equal(rte_ring_count(queue.rings[0]), 5);
}

/* With room for the packets of one turn of one ring, another ring is first at every turn. */
static void
each_ring_is_first_in_its_turn(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RINGS; i++)
		ring_fill(i, 200);
	for (uint32_t i = 0; i < TX_BUFFER_SIZE; i++) {
		struct rte_mbuf *m = mbuf_numbered(9999, FRAME_BYTES);

		tx_buffer_add(&queue.buffer, &m, 1);
	}
	(void)tx_stage(&queue);
	queue.first_ring = 0;
	for (unsigned turn = 0; turn < 2 * RINGS; turn++) {
		/* The port has taken PORT_ROOM packets of the turn before. */
		for (unsigned i = 0; i < PORT_ROOM; i++)
			(void)ring_port_next_sent(&port);
		(void)tx_stage(&queue);
	}
	for (unsigned i = 0; i < RINGS; i++)
		assert_int_equal(rte_ring_count(queue.rings[i]), 200 - 2 * PORT_ROOM);
}

static void
a_queue_without_rings_only_flushes_its_buffer(void **state)
{
	struct rte_mbuf *m = mbuf_numbered(1, FRAME_BYTES);

	(void)state;
	queue.n_rings = 0;
	tx_buffer_add(&queue.buffer, &m, 1);
	assert_int_equal(tx_stage(&queue), 1);
	assert_int_equal(tx_stage(&queue), 0);
	assert_int_equal(ring_port_next_sent(&port), 1);
	queue.n_rings = RINGS;
}

#define QUEUE_TEST(name) cmocka_unit_test_setup_teardown(name, queue_setup, queue_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(packets_of_a_ring_are_sent_in_order),
		QUEUE_TEST(packets_of_all_rings_are_sent_in_one_turn),
		QUEUE_TEST(the_result_counts_what_was_taken_and_what_was_sent),
		QUEUE_TEST(a_port_is_offered_its_packets_when_the_rings_are_empty),
		QUEUE_TEST(a_congested_port_backs_up_into_its_rings_and_drops_nothing),
		QUEUE_TEST(no_more_than_a_burst_is_taken_from_a_ring_at_a_turn),
		QUEUE_TEST(each_ring_is_first_in_its_turn),
		QUEUE_TEST(a_queue_without_rings_only_flushes_its_buffer),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
