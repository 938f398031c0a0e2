/* SPDX-License-Identifier: BSD-3-Clause */
/* What dispatch does with each fate, and that no packet gets lost on the way. */
#include "pipeline/stages/dispatch.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/unit_test.h"

#include <string.h>

enum {
	/* Paired with each other, each with a ring. */
	PORT_A = 0,
	PORT_B = 31,
	/* In no pair. */
	PORT_ALONE = 5,
	RING_ROOM = 100,
	FRAME_BYTES = 60,
};

static struct worker worker;
static struct burst burst;
static struct lcore_counters counters;

static struct rte_ring *
ring_make(const char *name)
{
	struct rte_ring *ring = rte_ring_create(
		name, RING_ROOM, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ
	);

	assert_non_null(ring);
	return ring;
}

static int
worker_setup(void **state)
{
	(void)state;
	memset(&worker, 0, sizeof(worker));
	memset(&counters, 0, sizeof(counters));
	worker.counters = &counters;
	for (unsigned i = 0; i < RTE_MAX_ETHPORTS; i++)
		worker.forward_to[i] = worker.kernel_of[i] = WORKER_NO_PORT;
	worker.forward_to[PORT_A] = PORT_B;
	worker.forward_to[PORT_B] = PORT_A;
	worker.outlets[PORT_A].ring = ring_make("to_a");
	worker.outlets[PORT_B].ring = ring_make("to_b");
	burst.n = 0;
	return 0;
}

static void
ring_empty(struct rte_ring *ring)
{
	for (void *m; rte_ring_dequeue(ring, &m) == 0;)
		rte_pktmbuf_free(m);
	rte_ring_free(ring);
}

static int
worker_teardown(void **state)
{
	ring_empty(worker.outlets[PORT_A].ring);
	ring_empty(worker.outlets[PORT_B].ring);
	return eal_fixture_mbufs_are_back(state);
}

/* A packet that came in on the port, with its number. */
static void
burst_add(uint16_t port, uint32_t number, enum fate fate, uint16_t line)
{
	struct rte_mbuf *m = mbuf_numbered(number, FRAME_BYTES);

	m->port = port;
	burst.packets[burst.n] = (struct packet){.fate = (uint8_t)fate, .line = line};
	burst.mbufs[burst.n++] = m;
}

static void
assert_ring_holds(struct rte_ring *ring, uint32_t first, unsigned n, unsigned step)
{
	assert_int_equal(rte_ring_count(ring), n);
	for (unsigned i = 0; i < n; i++) {
		void *m;

		assert_int_equal(rte_ring_dequeue(ring, &m), 0);
		assert_int_equal(mbuf_number(m), first + i * step);
		rte_pktmbuf_free(m);
	}
}

static void
undecided_packets_go_to_the_ring_of_the_other_port_in_order(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BURST_MAX; i++)
		burst_add(PORT_A, i, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(rte_ring_count(worker.outlets[PORT_A].ring), 0);
	assert_ring_holds(worker.outlets[PORT_B].ring, 0, BURST_MAX, 1);
}

static void
both_directions_of_a_pair_may_be_in_one_burst(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BURST_MAX; i++)
		burst_add(i % 2 == 0 ? PORT_A : PORT_B, i, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_ring_holds(worker.outlets[PORT_B].ring, 0, BURST_MAX / 2, 2);
	assert_ring_holds(worker.outlets[PORT_A].ring, 1, BURST_MAX / 2, 2);
}

static void
forward_is_not_counted_before_the_port_has_the_packet(void **state)
{
	(void)state;
	burst_add(PORT_A, 0, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_FORWARD], 0);
	assert_int_equal(counters.settled, 0);
}

static void
what_a_full_ring_does_not_take_is_freed_and_counted(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 2; turn++) {
		burst.n = 0;
		for (uint32_t i = 0; i < BURST_MAX; i++)
			burst_add(PORT_A, turn * BURST_MAX + i, FATE_NONE, PACKET_NO_LINE);
		dispatch_stage(&worker, &burst);
	}
	assert_int_equal(counters.fates[FATE_TX_RING_FULL], 2 * BURST_MAX - RING_ROOM);
	assert_int_equal(counters.settled, 2 * BURST_MAX - RING_ROOM);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), RING_ROOM);
	assert_ring_holds(worker.outlets[PORT_B].ring, 0, RING_ROOM, 1);
}

static void
a_full_ring_is_no_matter_of_the_other_ring(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 2; turn++) {
		burst.n = 0;
		for (uint32_t i = 0; i < BURST_MAX - 1; i++)
			burst_add(PORT_A, i, FATE_NONE, PACKET_NO_LINE);
		burst_add(PORT_B, turn, FATE_NONE, PACKET_NO_LINE);
		dispatch_stage(&worker, &burst);
	}
	assert_ring_holds(worker.outlets[PORT_A].ring, 0, 2, 1);
}

static void
a_packet_of_a_line_whose_port_is_in_no_pair_is_delivered(void **state)
{
	(void)state;
	burst_add(PORT_ALONE, 0, FATE_NONE, 7);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_DELIVER], 1);
	assert_int_equal(counters.settled, 1);
}

static void
a_packet_of_a_line_whose_port_is_in_a_pair_is_forwarded(void **state)
{
	(void)state;
	burst_add(PORT_A, 0, FATE_NONE, 7);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_DELIVER], 0);
	assert_ring_holds(worker.outlets[PORT_B].ring, 0, 1, 1);
}

static void
a_packet_of_no_line_whose_port_is_in_no_pair_is_unclaimed(void **state)
{
	(void)state;
	burst_add(PORT_ALONE, 0, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_UNCLAIMED], 1);
	assert_int_equal(counters.settled, 1);
}

static void
every_fate_that_a_stage_gave_is_counted_once_and_the_packet_freed(void **state)
{
	uint64_t ended = 0;

	(void)state;
	for (unsigned fate = FATE_FORWARD + 1; fate < FATE_COUNT; fate++) {
		if (fate == FATE_TO_KERNEL) /* it leaves by a port, below */
			continue;
		burst.n = 0;
		burst_add(PORT_A, fate, (enum fate)fate, PACKET_NO_LINE);
		dispatch_stage(&worker, &burst);
		assert_int_equal(counters.fates[fate], 1);
		assert_int_equal(counters.settled, ++ended);
		assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
	}
	assert_int_equal(counters.fates[FATE_NONE], 0);
	assert_int_equal(counters.fates[FATE_FORWARD], 0);
}

static void
a_mixed_burst_is_scattered_and_every_packet_accounted_for(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < BURST_MAX; i += 4) {
		burst_add(PORT_A, i, FATE_NONE, PACKET_NO_LINE);
		burst_add(PORT_A, i + 1, FATE_IP_BAD_CHECKSUM, PACKET_NO_LINE);
		burst_add(PORT_ALONE, i + 2, FATE_NONE, 1);
		burst_add(PORT_ALONE, i + 3, FATE_NONE, PACKET_NO_LINE);
	}
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_IP_BAD_CHECKSUM], BURST_MAX / 4);
	assert_int_equal(counters.fates[FATE_DELIVER], BURST_MAX / 4);
	assert_int_equal(counters.fates[FATE_UNCLAIMED], BURST_MAX / 4);
	assert_int_equal(counters.settled, BURST_MAX / 4 * 3);
	assert_ring_holds(worker.outlets[PORT_B].ring, 0, BURST_MAX / 4, 4);
}

static void
an_empty_burst_changes_nothing(void **state)
{
	static const struct lcore_counters zero;

	(void)state;
	dispatch_stage(&worker, &burst);
	assert_memory_equal(&counters, &zero, sizeof(zero));
	assert_int_equal(rte_ring_count(worker.outlets[PORT_B].ring), 0);
}

static void
what_no_claim_takes_goes_to_the_kernel_s_port_and_is_counted_there(void **state)
{
	(void)state;
	worker.kernel_of[PORT_ALONE] = PORT_B;
	burst_add(PORT_ALONE, 7, FATE_TO_KERNEL, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(rte_ring_count(worker.outlets[PORT_B].ring), 1);
	assert_int_equal(counters.settled, 0);
}

static void
a_worker_with_its_own_tx_queue_fills_its_buffer(void **state)
{
	static struct tx_buffer buffer;

	(void)state;
	buffer = (struct tx_buffer
	){.frame_bytes_max = UINT32_MAX, .fate = FATE_FORWARD, .counters = &counters};
	worker.outlets[PORT_B].buffer = &buffer;
	for (uint32_t i = 0; i < 3; i++)
		burst_add(PORT_A, i, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(buffer.n, 3);
	assert_int_equal(worker.outlets[PORT_B].n, 0);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(mbuf_number(buffer.mbufs[i]), i);
	rte_pktmbuf_free_bulk(buffer.mbufs, buffer.n);
}

#define WORKER_TEST(name) cmocka_unit_test_setup_teardown(name, worker_setup, worker_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORKER_TEST(undecided_packets_go_to_the_ring_of_the_other_port_in_order),
		WORKER_TEST(both_directions_of_a_pair_may_be_in_one_burst),
		WORKER_TEST(forward_is_not_counted_before_the_port_has_the_packet),
		WORKER_TEST(what_a_full_ring_does_not_take_is_freed_and_counted),
		WORKER_TEST(a_full_ring_is_no_matter_of_the_other_ring),
		WORKER_TEST(a_packet_of_a_line_whose_port_is_in_no_pair_is_delivered),
		WORKER_TEST(a_packet_of_a_line_whose_port_is_in_a_pair_is_forwarded),
		WORKER_TEST(a_packet_of_no_line_whose_port_is_in_no_pair_is_unclaimed),
		WORKER_TEST(what_no_claim_takes_goes_to_the_kernel_s_port_and_is_counted_there),
		WORKER_TEST(every_fate_that_a_stage_gave_is_counted_once_and_the_packet_freed),
		WORKER_TEST(a_mixed_burst_is_scattered_and_every_packet_accounted_for),
		WORKER_TEST(an_empty_burst_changes_nothing),
		WORKER_TEST(a_worker_with_its_own_tx_queue_fills_its_buffer),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
