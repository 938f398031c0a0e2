/* SPDX-License-Identifier: BSD-3-Clause */
/* What dispatch does with each fate, and that no packet gets lost on the way. */
#include "pipeline/stages/dispatch.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_builder.h"
#include "tests/unit/parse_helper.h"
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
		void *m = NULL;

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

/* Rejected packets */

enum { REJECTS_PER_SECOND = 1000 };

static const uint64_t REPLY_FLAG = UINT64_C(1) << 40;

static struct tenancy tenancy;

/* A worker with tenants, whose answers are limited to REJECTS_PER_SECOND. */
static int
tenants_setup(void **state)
{
	memset(&tenancy, 0, sizeof(tenancy));
	tenancy.reject_rate = meter_rate_make(REJECTS_PER_SECOND);
	tenancy.books.now_ns = UINT64_C(1000000000);
	if (worker_setup(state) != 0)
		return -1;
	worker.tenancy = &tenancy;
	worker.reply_flag = REPLY_FLAG;
	return 0;
}

/* A UDP datagram that came in on the port and was rejected. */
static void
rejected_add(uint16_t port)
{
	struct packet_builder b;
	struct rte_mbuf *m;

	builder_ethernet(&b);
	b.bytes[0] = 0x02; /* not a group's MAC address: those get no answer */
	builder_ipv4(&b);
	builder_udp(&b, 1000, 2000);
	builder_zeros(&b, 10);
	builder_finish(&b);
	m = mbuf_pooled(b.bytes, (uint16_t)b.length);
	m->port = port;
	burst.packets[burst.n] = parse_built(&b);
	burst.packets[burst.n].fate = FATE_POLICY_REJECTED;
	burst.mbufs[burst.n++] = m;
}

static unsigned
ring_length(uint16_t port)
{
	return rte_ring_count(worker.outlets[port].ring);
}

static void
a_rejected_packet_is_answered_out_of_the_port_it_came_by(void **state)
{
	const uint8_t mac_of_the_sender[] = {0x02, 0, 0, 0, 0, 1};
	void *m = NULL;

	(void)state;
	rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	assert_int_equal(ring_length(PORT_B), 0);
	assert_int_equal(rte_ring_dequeue(worker.outlets[PORT_A].ring, &m), 0);
	assert_memory_equal(rte_pktmbuf_mtod((struct rte_mbuf *)m, char *), mac_of_the_sender, 6);
	assert_true(((struct rte_mbuf *)m)->ol_flags & REPLY_FLAG);
	rte_pktmbuf_free(m);
}

static void
an_answer_is_counted_by_the_port_and_not_before(void **state)
{
	(void)state;
	rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 0);
	assert_int_equal(counters.settled, 0);
}

static void
what_is_forwarded_is_not_marked_as_an_answer(void **state)
{
	void *m = NULL;

	(void)state;
	burst_add(PORT_A, 0, FATE_NONE, PACKET_NO_LINE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(rte_ring_dequeue(worker.outlets[PORT_B].ring, &m), 0);
	assert_false(((struct rte_mbuf *)m)->ol_flags & REPLY_FLAG);
	rte_pktmbuf_free(m);
}

static void
beyond_the_rate_rejected_packets_are_only_dropped(void **state)
{
	unsigned answered;

	(void)state;
	for (unsigned i = 0; i < BURST_MAX; i++)
		rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	answered = ring_length(PORT_A);
	/* An idle bucket has 10 ms of its rate, and one more. */
	assert_in_range(answered, REJECTS_PER_SECOND / 100, REJECTS_PER_SECOND / 100 + 1);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], BURST_MAX - answered);
	assert_int_equal(counters.settled, BURST_MAX - answered);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), answered);
}

static void
answers_go_on_when_time_has_passed(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BURST_MAX; i++)
		rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	ring_empty(worker.outlets[PORT_A].ring);
	worker.outlets[PORT_A].ring = ring_make("to_a");
	tenancy.books.now_ns += UINT64_C(1000000000) / REJECTS_PER_SECOND * 2;
	burst.n = 0;
	rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	assert_int_equal(ring_length(PORT_A), 1);
}

static void
without_a_way_back_a_rejected_packet_is_only_dropped(void **state)
{
	(void)state;
	rejected_add(PORT_ALONE);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 1);
	assert_int_equal(counters.settled, 1);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
}

static void
what_may_not_be_answered_is_only_dropped(void **state)
{
	(void)state;
	rejected_add(PORT_A);
	burst.packets[0].flags |= PACKET_FRAGMENT | PACKET_LATER_FRAGMENT;
	dispatch_stage(&worker, &burst);
	assert_int_equal(ring_length(PORT_A), 0);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 1);
}

/* A flood of what gets no answer does not keep others from theirs. */
static void
what_is_not_answered_spends_nothing_of_the_rate(void **state)
{
	(void)state;
	for (unsigned i = 0; i + 1 < BURST_MAX; i++) {
		rejected_add(PORT_A);
		burst.packets[i].flags |= PACKET_FRAGMENT | PACKET_LATER_FRAGMENT;
	}
	rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	assert_int_equal(ring_length(PORT_A), 1);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], BURST_MAX - 1);
}

static void
an_answer_that_a_full_ring_does_not_take_is_a_loss_of_the_ring(void **state)
{
	(void)state;
	for (unsigned sent = 0; sent < RING_ROOM;) {
		burst.n = 0;
		while (burst.n < BURST_MAX && sent < RING_ROOM) {
			burst_add(PORT_B, sent, FATE_NONE, PACKET_NO_LINE);
			sent++;
		}
		dispatch_stage(&worker, &burst);
	}
	burst.n = 0;
	rejected_add(PORT_A);
	dispatch_stage(&worker, &burst);
	assert_int_equal(counters.fates[FATE_TX_RING_FULL], 1);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 0);
	assert_int_equal(counters.settled, 1);
}

#define TENANTS_TEST(name) cmocka_unit_test_setup_teardown(name, tenants_setup, worker_teardown)
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
		TENANTS_TEST(a_rejected_packet_is_answered_out_of_the_port_it_came_by),
		TENANTS_TEST(an_answer_is_counted_by_the_port_and_not_before),
		TENANTS_TEST(what_is_forwarded_is_not_marked_as_an_answer),
		TENANTS_TEST(beyond_the_rate_rejected_packets_are_only_dropped),
		TENANTS_TEST(answers_go_on_when_time_has_passed),
		TENANTS_TEST(without_a_way_back_a_rejected_packet_is_only_dropped),
		TENANTS_TEST(what_may_not_be_answered_is_only_dropped),
		TENANTS_TEST(what_is_not_answered_spends_nothing_of_the_rate),
		TENANTS_TEST(an_answer_that_a_full_ring_does_not_take_is_a_loss_of_the_ring),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
