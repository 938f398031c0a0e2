/* SPDX-License-Identifier: BSD-3-Clause */
/* The TX buffer in front of a port that takes only some packets, or none. */
#include "pipeline/tx/tx_buffer.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/ring_port.h"
#include "tests/unit/unit_test.h"

#include <string.h>

enum {
	PORT_ROOM = 7,
	FRAME_BYTES = 60,
};

static struct ring_port port;
static struct tx_buffer buffer;
static struct lcore_counters counters;

static int
buffer_setup(void **state)
{
	(void)state;
	port = ring_port_open(PORT_ROOM);
	memset(&counters, 0, sizeof(counters));
	buffer = (struct tx_buffer){
		.port = port.id,
		.frame_bytes_max = UINT32_MAX,
		.fate = FATE_FORWARD,
		.patience_cycles = UINT64_MAX,
		.counters = &counters,
	};
	return 0;
}

static int
buffer_teardown(void **state)
{
	rte_pktmbuf_free_bulk(buffer.mbufs, buffer.n);
	ring_port_close(&port);
	return eal_fixture_mbufs_are_back(state);
}

/* Packet i has FRAME_BYTES + i bytes, so that the sums of bytes tell packets apart. */
static void
packets_add(uint32_t first, unsigned n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct rte_mbuf *m = mbuf_numbered(first + i, (uint16_t)(FRAME_BYTES + first + i));

		tx_buffer_add(&buffer, &m, 1);
	}
}

static void
assert_sent(uint32_t first, unsigned n)
{
	assert_int_equal(rte_ring_count(port.sent), n);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(ring_port_next_sent(&port), first + i);
}

static void
adding_sends_nothing(void **state)
{
	(void)state;
	packets_add(0, 3);
	assert_int_equal(buffer.n, 3);
	assert_int_equal(tx_buffer_room(&buffer), TX_BUFFER_SIZE - 3);
	assert_int_equal(rte_ring_count(port.sent), 0);
	assert_int_equal(counters.settled, 0);
}

static void
flushing_sends_in_order_and_counts_packets_and_bytes(void **state)
{
	const struct port_counters *c = &counters.ports[port.id];

	(void)state;
	packets_add(0, 5);
	assert_int_equal(tx_buffer_flush(&buffer), 5);
	assert_int_equal(buffer.n, 0);
	assert_int_equal(c->tx_packets, 5);
	assert_int_equal(c->tx_bytes, 5 * FRAME_BYTES + 0 + 1 + 2 + 3 + 4);
	assert_int_equal(counters.fates[FATE_FORWARD], 5);
	assert_int_equal(counters.settled, 5);
	assert_sent(0, 5);
}

static void
what_the_port_did_not_take_is_offered_again(void **state)
{
	(void)state;
	packets_add(0, 10);
	assert_int_equal(tx_buffer_flush(&buffer), PORT_ROOM);
	assert_int_equal(buffer.n, 3);
	assert_sent(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 3);
	assert_int_equal(buffer.n, 0);
	assert_sent(PORT_ROOM, 3);
}

static void
only_what_the_port_took_is_counted(void **state)
{
	const struct port_counters *c = &counters.ports[port.id];

	(void)state;
	packets_add(0, 10);
	(void)tx_buffer_flush(&buffer);
	assert_int_equal(c->tx_packets, PORT_ROOM);
	assert_int_equal(c->tx_bytes, PORT_ROOM * FRAME_BYTES + 0 + 1 + 2 + 3 + 4 + 5 + 6);
	assert_int_equal(counters.fates[FATE_FORWARD], PORT_ROOM);
	assert_int_equal(counters.settled, PORT_ROOM);
}

static void
a_port_that_takes_nothing_changes_nothing(void **state)
{
	struct lcore_counters before;

	(void)state;
	packets_add(0, 10);
	(void)tx_buffer_flush(&buffer);
	before = counters;
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_int_equal(buffer.n, 3);
	assert_memory_equal(&counters, &before, sizeof(before));
}

static void
packets_added_after_a_partial_flush_come_behind_the_waiting_ones(void **state)
{
	(void)state;
	packets_add(0, 9);
	(void)tx_buffer_flush(&buffer);
	packets_add(9, 3);
	assert_sent(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 5);
	assert_sent(PORT_ROOM, 5);
}

static void
flushing_an_empty_buffer_sends_nothing(void **state)
{
	(void)state;
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_int_equal(counters.settled, 0);
}

static void
a_full_buffer_drops_what_comes_and_keeps_what_waits(void **state)
{
	(void)state;
	packets_add(0, TX_BUFFER_SIZE);
	assert_int_equal(tx_buffer_room(&buffer), 0);
	assert_int_equal(counters.settled, 0);
	packets_add(TX_BUFFER_SIZE, 5);
	assert_int_equal(buffer.n, TX_BUFFER_SIZE);
	assert_int_equal(counters.fates[FATE_TX_QUEUE_FULL], 5);
	assert_int_equal(counters.settled, 5);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), TX_BUFFER_SIZE);
	assert_int_equal(mbuf_number(buffer.mbufs[TX_BUFFER_SIZE - 1]), TX_BUFFER_SIZE - 1);
}

static void
a_burst_that_fits_only_in_part_is_taken_in_part(void **state)
{
	struct rte_mbuf *mbufs[8];

	(void)state;
	packets_add(0, TX_BUFFER_SIZE - 3);
	for (uint32_t i = 0; i < 8; i++)
		mbufs[i] = mbuf_numbered(1000 + i, FRAME_BYTES);
	tx_buffer_add(&buffer, mbufs, 8);
	assert_int_equal(counters.fates[FATE_TX_QUEUE_FULL], 5);
	assert_int_equal(mbuf_number(buffer.mbufs[TX_BUFFER_SIZE - 1]), 1002);
}

static void
abandoning_frees_and_counts_what_waits(void **state)
{
	(void)state;
	packets_add(0, 10);
	(void)tx_buffer_flush(&buffer);
	tx_buffer_abandon(&buffer);
	assert_int_equal(buffer.n, 0);
	assert_int_equal(counters.fates[FATE_STOPPED], 3);
	assert_int_equal(counters.settled, 10);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), PORT_ROOM);
}

static void
abandoning_an_empty_buffer_counts_nothing(void **state)
{
	(void)state;
	tx_buffer_abandon(&buffer);
	assert_int_equal(counters.settled, 0);
}

/* A chain of two segments, the first with tailroom. */
static struct rte_mbuf *
chain_make(uint16_t first_bytes, uint16_t second_bytes)
{
	struct rte_mbuf *m = mbuf_numbered(1, first_bytes);

	assert_int_equal(rte_pktmbuf_chain(m, mbuf_numbered(2, second_bytes)), 0);
	return m;
}

static void
a_chain_that_fits_one_segment_is_joined_for_a_port_that_sends_none(void **state)
{
	struct rte_mbuf *m = chain_make(100, EAL_FIXTURE_DATA_BYTES - 100);
	uint32_t second;

	(void)state;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(buffer.n, 1);
	m = buffer.mbufs[0];
	assert_int_equal(m->nb_segs, 1);
	assert_int_equal(m->data_len, EAL_FIXTURE_DATA_BYTES);
	assert_int_equal(m->pkt_len, EAL_FIXTURE_DATA_BYTES);
	assert_int_equal(mbuf_number(m), 1);
	memcpy(&second, rte_pktmbuf_mtod_offset(m, const uint8_t *, 100), sizeof(second));
	assert_int_equal(second, 2);
}

static void
a_chain_too_long_for_one_segment_is_refused_by_a_port_that_sends_none(void **state)
{
	struct rte_mbuf *m = chain_make(100, EAL_FIXTURE_DATA_BYTES - 99);

	(void)state;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(buffer.n, 0);
	assert_int_equal(counters.fates[FATE_TX_REFUSED], 1);
	assert_int_equal(counters.settled, 1);
}

static void
a_chain_as_long_as_the_port_sends_passes_as_it_is(void **state)
{
	struct rte_mbuf *m = chain_make(100, 200);

	(void)state;
	buffer.chain_bytes_max = 300;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(buffer.n, 1);
	assert_int_equal(buffer.mbufs[0]->nb_segs, 2);
	assert_int_equal(tx_buffer_flush(&buffer), 1);
	assert_int_equal(counters.ports[port.id].tx_bytes, 300);
}

static void
a_chain_longer_than_the_port_sends_is_joined(void **state)
{
	struct rte_mbuf *m = chain_make(100, 201);

	(void)state;
	buffer.chain_bytes_max = 300;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(buffer.n, 1);
	assert_int_equal(buffer.mbufs[0]->nb_segs, 1);
}

static void
a_long_packet_in_one_segment_is_no_chain(void **state)
{
	struct rte_mbuf *m = mbuf_numbered(1, EAL_FIXTURE_DATA_BYTES);

	(void)state;
	buffer.chain_bytes_max = 300;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(buffer.n, 1);
	assert_int_equal(counters.settled, 0);
}

#define BUFFER_TEST(name) cmocka_unit_test_setup_teardown(name, buffer_setup, buffer_teardown)

static void
a_frame_as_long_as_the_port_takes_passes_and_a_longer_one_is_refused(void **state)
{
	struct rte_mbuf *fits = mbuf_numbered(1, 1000), *longer = mbuf_numbered(2, 1001);

	(void)state;
	buffer.frame_bytes_max = 1000;
	tx_buffer_add(&buffer, &fits, 1);
	tx_buffer_add(&buffer, &longer, 1);
	assert_int_equal(buffer.n, 1);
	assert_int_equal(counters.fates[FATE_TX_REFUSED], 1);
}

/* A driver that never takes the first packet must not stop the port: here one that is full, with no patience at all. */
static void
a_first_packet_that_the_port_does_not_take_in_time_is_given_up(void **state)
{
	(void)state;
	packets_add(0, PORT_ROOM + 2);
	assert_int_equal(tx_buffer_flush(&buffer), PORT_ROOM);
	buffer.patience_cycles = 0;
	assert_int_equal(tx_buffer_flush(&buffer), 0); /* from now on it is refused */
	assert_int_equal(buffer.n, 2);
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_int_equal(buffer.n, 1);
	assert_int_equal(counters.fates[FATE_TX_REFUSED], 1);
	assert_int_equal(rte_pktmbuf_pkt_len(buffer.mbufs[0]), FRAME_BYTES + PORT_ROOM + 1);
}

static void
a_packet_that_waited_and_was_taken_leaves_the_next_its_full_time(void **state)
{
	(void)state;
	packets_add(0, PORT_ROOM + 1);
	assert_int_equal(tx_buffer_flush(&buffer), PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_true(buffer.stuck_tsc != 0);
	assert_sent(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 1);
	assert_true(buffer.stuck_tsc == 0);
}

/* Answers to rejected packets */

static const uint64_t REPLY_FLAG = UINT64_C(1) << 40;

/* n packets, every `each`-th one an answer, the first of all too. */
static void
replies_add(unsigned n, unsigned each)
{
	buffer.reply_flag = REPLY_FLAG;
	for (uint32_t i = 0; i < n; i++) {
		struct rte_mbuf *m = mbuf_numbered(i, FRAME_BYTES);

		if (i % each == 0)
			m->ol_flags |= REPLY_FLAG;
		tx_buffer_add(&buffer, &m, 1);
	}
}

static void
replies_that_the_port_took_are_rejected_and_not_forwarded(void **state)
{
	(void)state;
	replies_add(6, 3);
	assert_int_equal(tx_buffer_flush(&buffer), 6);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 2);
	assert_int_equal(counters.fates[FATE_FORWARD], 4);
	assert_int_equal(counters.settled, 6);
	assert_int_equal(counters.ports[port.id].tx_packets, 6);
	assert_int_equal(buffer.n_replies, 0);
}

static void
replies_that_wait_are_counted_when_the_port_takes_them(void **state)
{
	(void)state;
	replies_add(PORT_ROOM + 3, 2); /* 0, 2, 4, 6 are taken, 8 waits */
	assert_int_equal(tx_buffer_flush(&buffer), PORT_ROOM);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 4);
	assert_int_equal(counters.fates[FATE_FORWARD], 3);
	assert_int_equal(buffer.n_replies, 1);
	assert_sent(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 3);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 5);
	assert_int_equal(counters.fates[FATE_FORWARD], 5);
	assert_int_equal(buffer.n_replies, 0);
	assert_sent(PORT_ROOM, 3);
}

static void
a_burst_of_replies_alone_forwards_nothing(void **state)
{
	(void)state;
	replies_add(4, 1);
	assert_int_equal(tx_buffer_flush(&buffer), 4);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 4);
	assert_int_equal(counters.fates[FATE_FORWARD], 0);
	assert_int_equal(counters.settled, 4);
}

static void
without_a_reply_flag_no_packet_is_a_reply(void **state)
{
	struct rte_mbuf *m = mbuf_numbered(0, FRAME_BYTES);

	(void)state;
	m->ol_flags |= REPLY_FLAG;
	tx_buffer_add(&buffer, &m, 1);
	assert_int_equal(tx_buffer_flush(&buffer), 1);
	assert_int_equal(counters.fates[FATE_FORWARD], 1);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 0);
}

static void
a_reply_that_does_not_fit_is_no_reply_that_waits(void **state)
{
	(void)state;
	replies_add(TX_BUFFER_SIZE + 2, 1);
	assert_int_equal(counters.fates[FATE_TX_QUEUE_FULL], 2);
	assert_int_equal(buffer.n_replies, TX_BUFFER_SIZE);
}

static void
a_reply_that_is_given_up_is_refused_and_its_followers_still_count(void **state)
{
	(void)state;
	packets_add(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), PORT_ROOM);
	counters = (struct lcore_counters){0};
	replies_add(3, 2); /* answer, packet, answer */
	buffer.patience_cycles = 0;
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_int_equal(tx_buffer_flush(&buffer), 0);
	assert_int_equal(counters.fates[FATE_TX_REFUSED], 1);
	assert_int_equal(buffer.n_replies, 1);
	assert_sent(0, PORT_ROOM);
	assert_int_equal(tx_buffer_flush(&buffer), 2);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 1);
	assert_int_equal(counters.fates[FATE_FORWARD], 1);
	assert_int_equal(counters.settled, 3);
}

static void
abandoned_replies_are_stopped_and_leave_nothing_behind(void **state)
{
	(void)state;
	replies_add(4, 2);
	tx_buffer_abandon(&buffer);
	assert_int_equal(counters.fates[FATE_STOPPED], 4);
	assert_int_equal(counters.fates[FATE_POLICY_REJECTED], 0);
	assert_int_equal(buffer.n_replies, 0);
	packets_add(0, 2);
	assert_int_equal(tx_buffer_flush(&buffer), 2);
	assert_int_equal(counters.fates[FATE_FORWARD], 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BUFFER_TEST(adding_sends_nothing),
		BUFFER_TEST(flushing_sends_in_order_and_counts_packets_and_bytes),
		BUFFER_TEST(what_the_port_did_not_take_is_offered_again),
		BUFFER_TEST(only_what_the_port_took_is_counted),
		BUFFER_TEST(a_port_that_takes_nothing_changes_nothing),
		BUFFER_TEST(packets_added_after_a_partial_flush_come_behind_the_waiting_ones),
		BUFFER_TEST(flushing_an_empty_buffer_sends_nothing),
		BUFFER_TEST(a_full_buffer_drops_what_comes_and_keeps_what_waits),
		BUFFER_TEST(a_burst_that_fits_only_in_part_is_taken_in_part),
		BUFFER_TEST(abandoning_frees_and_counts_what_waits),
		BUFFER_TEST(abandoning_an_empty_buffer_counts_nothing),
		BUFFER_TEST(a_chain_that_fits_one_segment_is_joined_for_a_port_that_sends_none),
		BUFFER_TEST(a_chain_too_long_for_one_segment_is_refused_by_a_port_that_sends_none),
		BUFFER_TEST(a_chain_as_long_as_the_port_sends_passes_as_it_is),
		BUFFER_TEST(a_chain_longer_than_the_port_sends_is_joined),
		BUFFER_TEST(a_long_packet_in_one_segment_is_no_chain),
		BUFFER_TEST(a_frame_as_long_as_the_port_takes_passes_and_a_longer_one_is_refused),
		BUFFER_TEST(a_first_packet_that_the_port_does_not_take_in_time_is_given_up),
		BUFFER_TEST(a_packet_that_waited_and_was_taken_leaves_the_next_its_full_time),
		BUFFER_TEST(replies_that_the_port_took_are_rejected_and_not_forwarded),
		BUFFER_TEST(replies_that_wait_are_counted_when_the_port_takes_them),
		BUFFER_TEST(a_burst_of_replies_alone_forwards_nothing),
		BUFFER_TEST(without_a_reply_flag_no_packet_is_a_reply),
		BUFFER_TEST(a_reply_that_does_not_fit_is_no_reply_that_waits),
		BUFFER_TEST(a_reply_that_is_given_up_is_refused_and_its_followers_still_count),
		BUFFER_TEST(abandoned_replies_are_stopped_and_leave_nothing_behind),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
