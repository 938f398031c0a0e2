/* SPDX-License-Identifier: BSD-3-Clause */
/* To which worker a packet goes, in which order, and what becomes of it when that worker's ring is full. */
#include "pipeline/stages/steer.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/feed_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <string.h>

enum {
	WORKERS = 4,
	RING_ROOM = 40,
	LINE_PORT = 2,
	FLOWS = 16,
};

static struct steer steer;
static struct burst burst;
static struct lcore_counters counters;
static struct mold_builder payload;

static int
steer_setup(void **state)
{
	const struct feed_line line = feed_fixture_line4(LINE_PORT, FEED_FIXTURE_DPORT);

	(void)state;
	memset(&counters, 0, sizeof(counters));
	steer = (struct steer){
		.feeds = feed_fixture_table(&line, 1, 1),
		.counters = &counters,
		.n_workers = WORKERS,
		.own_worker = STEER_NO_WORKER,
	};
	for (unsigned i = 0; i < WORKERS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "worker_%u", i);
		steer.shares[i].ring =
			rte_ring_create(name, RING_ROOM, SOCKET_ID_ANY, RING_F_EXACT_SZ);
		assert_non_null(steer.shares[i].ring);
	}
	mold_start(&payload, 1, 0);
	burst.n = 0;
	return 0;
}

static int
steer_teardown(void **state)
{
	rte_pktmbuf_free_bulk(burst.mbufs, burst.n);
	for (unsigned i = 0; i < WORKERS; i++) {
		for (void *m; rte_ring_dequeue(steer.shares[i].ring, &m) == 0;)
			rte_pktmbuf_free(m);
		rte_ring_free(steer.shares[i].ring);
	}
	feed_table_destroy((struct feed_table *)(uintptr_t)steer.feeds);
	return eal_fixture_mbufs_are_back(state);
}

static void
burst_add(const struct packet_builder *b, uint16_t port)
{
	struct rte_mbuf *m = mbuf_exact(b->bytes, b->length);

	m->port = port;
	burst.mbufs[burst.n++] = m;
}

/* Packets of one flow are told apart by the IPv4 identification, which no hash looks at. */
static void
flow_packet_add(uint16_t flow, bool answer, uint16_t number)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_put16(&b, b.network + 4, number);
	if (answer) {
		uint8_t address[4];

		memcpy(address, b.bytes + b.network + 12, 4);
		memcpy(b.bytes + b.network + 12, b.bytes + b.network + 16, 4);
		memcpy(b.bytes + b.network + 16, address, 4);
	}
	builder_udp(&b, answer ? 53 : 1000 + flow, answer ? 1000 + flow : 53);
	builder_finish(&b);
	burst_add(&b, 0);
}

static uint16_t
mbuf_field(const struct rte_mbuf *m, uint32_t at)
{
	const uint8_t *bytes = rte_pktmbuf_mtod(m, const uint8_t *);

	return (uint16_t)(bytes[at] << 8 | bytes[at + 1]);
}

/* The worker that a single packet goes to. */
static unsigned
worker_of(const struct packet_builder *b, uint16_t port)
{
	burst.n = 0;
	burst_add(b, port);
	steer_stage(&steer, &burst);
	assert_int_equal(burst.n, 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		void *m;

		if (rte_ring_dequeue(steer.shares[i].ring, &m) != 0)
			continue;
		rte_pktmbuf_free(m);
		return i;
	}
	fail_msg("the packet went to no worker");
	return WORKERS;
}

static void
with_one_worker_on_this_lcore_the_burst_stays_as_it_is(void **state)
{
	struct burst before;

	(void)state;
	steer.n_workers = 1;
	steer.own_worker = 0;
	for (uint16_t i = 0; i < BURST_MAX; i++)
		flow_packet_add(i, false, i);
	before = burst;
	steer_stage(&steer, &burst);
	assert_int_equal(burst.n, BURST_MAX);
	assert_memory_equal(burst.mbufs, before.mbufs, sizeof(before.mbufs));
}

static void
with_one_worker_elsewhere_all_packets_go_there_in_order(void **state)
{
	(void)state;
	steer.n_workers = 1;
	for (uint16_t i = 0; i < RING_ROOM; i++)
		flow_packet_add(i, false, i);
	steer_stage(&steer, &burst);
	assert_int_equal(burst.n, 0);
	for (unsigned i = 0; i < RING_ROOM; i++) {
		void *m;

		assert_int_equal(rte_ring_dequeue(steer.shares[0].ring, &m), 0);
		assert_int_equal(mbuf_field(m, 18), i);
		rte_pktmbuf_free(m);
	}
}

/* FLOWS flows, two packets of each direction, through the rings: where and in which order did they come out? */
static void
both_directions_of_a_flow_meet_at_one_worker_and_keep_their_order(void **state)
{
	unsigned found = 0;

	(void)state;
	for (uint16_t i = 0; i < BURST_MAX; i++)
		flow_packet_add(i % FLOWS, i / FLOWS % 2 == 1, i);
	steer_stage(&steer, &burst);
	assert_int_equal(burst.n, 0);
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		unsigned of_flow[FLOWS] = {0};
		unsigned last = 0;

		for (void *m; rte_ring_dequeue(steer.shares[worker].ring, &m) == 0; found++) {
			unsigned number = mbuf_field(m, 18);

			assert_true(number >= last);
			last = number;
			of_flow[number % FLOWS]++;
			rte_pktmbuf_free(m);
		}
		for (unsigned i = 0; i < FLOWS; i++)
			assert_true(of_flow[i] == 0 || of_flow[i] == BURST_MAX / FLOWS);
	}
	assert_int_equal(found, BURST_MAX);
}

static void
more_than_one_worker_gets_flows(void **state)
{
	unsigned workers_used = 0;

	(void)state;
	for (uint16_t i = 0; i < BURST_MAX; i++)
		flow_packet_add(i, false, i);
	steer_stage(&steer, &burst);
	for (unsigned i = 0; i < WORKERS; i++)
		workers_used += rte_ring_count(steer.shares[i].ring) > 0;
	assert_int_equal(workers_used, WORKERS);
}

static void
packets_of_the_worker_on_this_lcore_stay_in_the_burst_in_order(void **state)
{
	unsigned elsewhere = 0;
	int last = -1;

	(void)state;
	steer.own_worker = 1;
	for (uint16_t i = 0; i < BURST_MAX; i++)
		flow_packet_add(i, false, i);
	steer_stage(&steer, &burst);
	assert_in_range(burst.n, 1, BURST_MAX - 1);
	for (uint32_t i = 0; i < burst.n; i++) {
		int number = mbuf_field(burst.mbufs[i], 18);

		assert_true(number > last);
		last = number;
	}
	assert_int_equal(rte_ring_count(steer.shares[1].ring), 0);
	for (unsigned i = 0; i < WORKERS; i++)
		elsewhere += rte_ring_count(steer.shares[i].ring);
	assert_int_equal(elsewhere + burst.n, BURST_MAX);
}

static void
packets_of_a_feed_line_go_to_the_feeds_owner(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	for (unsigned owner = 0; owner < WORKERS; owner++) {
		steer.feeds->feeds[0].worker = owner;
		assert_int_equal(worker_of(&b, LINE_PORT), owner);
	}
}

static void
a_packet_that_only_looks_like_a_lines_goes_where_its_flow_goes(void **state)
{
	struct packet_builder b;
	unsigned by_hash;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	steer.feeds->feeds[0].worker = 0;
	by_hash = worker_of(&b, LINE_PORT + 1);
	for (unsigned owner = 1; owner < WORKERS; owner++) {
		steer.feeds->feeds[0].worker = owner;
		assert_int_equal(worker_of(&b, LINE_PORT + 1), by_hash);
	}
}

static void
all_fragments_of_a_datagram_go_to_one_worker(void **state)
{
	struct packet_builder b;
	unsigned first;

	(void)state;
	sample_ipv4_first_fragment(&b);
	first = worker_of(&b, 0);
	sample_ipv4_last_fragment(&b);
	assert_int_equal(worker_of(&b, 0), first);
	sample_ipv6_first_fragment(&b);
	first = worker_of(&b, 0);
	sample_ipv6_last_fragment(&b);
	assert_int_equal(worker_of(&b, 0), first);
}

/* A datagram between two of many hosts, of a protocol without ports where `port` is 0. */
static void
hosts_packet_build(struct packet_builder *b, bool ipv6, uint8_t host, bool answer, uint16_t port)
{
	uint32_t size = ipv6 ? 16 : 4, src;

	builder_ethernet(b);
	if (ipv6)
		builder_ipv6(b);
	else
		builder_ipv4(b);
	src = b->network_end - 2 * size;
	b->bytes[src + size - 1] = host;
	if (answer) {
		uint8_t address[16];

		memcpy(address, b->bytes + src, size);
		memcpy(b->bytes + src, b->bytes + src + size, size);
		memcpy(b->bytes + src + size, address, size);
	}
	if (port != 0)
		builder_udp(b, port, 53);
	else
		builder_protocol(b, 50);
	builder_pattern(b, 20);
	builder_finish(b);
}

/* An error of a router that nobody knows, about the packet of `quoted`. */
static void
error_build(
	struct packet_builder *b, bool ipv6, uint8_t router, const struct packet_builder *quoted
)
{
	builder_ethernet(b);
	if (ipv6)
		builder_ipv6(b);
	else
		builder_ipv4(b);
	b->bytes[b->network_end - (ipv6 ? 17 : 5)] = router;
	builder_message(b, ipv6 ? 58 : 1, 3);
	builder_bytes(b, quoted->bytes + quoted->network, quoted->end - quoted->network);
	builder_finish(b);
}

static void
by_addresses_all_packets_of_two_hosts_meet(void **state)
{
	(void)state;
	steer.by_addresses = true;
	for (unsigned i = 0; i < 2 * FLOWS; i++) {
		bool ipv6 = i % 2;
		uint8_t host = (uint8_t)(1 + i / 2);
		struct packet_builder b;
		unsigned first;

		hosts_packet_build(&b, ipv6, host, false, 1000);
		first = worker_of(&b, 0);
		for (uint16_t port = 0; port < 8; port++) {
			hosts_packet_build(&b, ipv6, host, port % 2, port);
			assert_int_equal(worker_of(&b, 0), first);
		}
	}
}

static void
by_addresses_more_than_one_worker_gets_packets(void **state)
{
	unsigned used[WORKERS] = {0};

	(void)state;
	steer.by_addresses = true;
	for (uint8_t host = 1; host < BURST_MAX; host++) {
		struct packet_builder b;

		hosts_packet_build(&b, host % 2, host, false, 1000);
		used[worker_of(&b, 0)]++;
	}
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_not_equal(used[i], 0);
}

static void
by_addresses_an_icmp_error_meets_the_flow_that_it_is_about(void **state)
{
	(void)state;
	steer.by_addresses = true;
	for (unsigned i = 0; i < 2 * FLOWS; i++) {
		struct packet_builder quoted, b;

		hosts_packet_build(&quoted, i % 2, (uint8_t)(1 + i / 2), false, 1000);
		error_build(&b, i % 2, (uint8_t)(200 - i), &quoted);
		assert_int_equal(worker_of(&b, 0), worker_of(&quoted, 0));
	}
}

/* Fragments of one datagram meet; which worker that is, no flow of the quote decides. */
static void
by_addresses_an_icmp_error_in_fragments_meets_itself(void **state)
{
	(void)state;
	steer.by_addresses = true;
	for (unsigned i = 0; i < FLOWS; i++) {
		struct packet_builder quoted, b;
		unsigned first;

		hosts_packet_build(&quoted, false, (uint8_t)(1 + i), false, 1000);
		error_build(&b, false, (uint8_t)(200 - i), &quoted);
		builder_ipv4_fragment(&b, 0, true);
		builder_checksums(&b);
		first = worker_of(&b, 0);
		builder_ipv4_fragment(&b, 64, true);
		builder_checksums(&b);
		assert_int_equal(worker_of(&b, 0), first);
	}
}

static void
by_addresses_an_icmp_error_that_is_cut_goes_to_some_worker(void **state)
{
	struct packet_builder quoted, b;

	(void)state;
	steer.by_addresses = true;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		hosts_packet_build(&quoted, ipv6, 1, false, 1000);
		error_build(&b, ipv6, 200, &quoted);
		for (uint32_t length = b.length; length > b.network_end; length--) {
			builder_shorten(&b, length);
			assert_in_range(worker_of(&b, 0), 0, WORKERS - 1);
		}
	}
}

/* Without memory of flows there is no need to read quotes, and hosts with many flows gain from more workers. */
static void
without_by_addresses_flows_of_two_hosts_are_spread(void **state)
{
	unsigned used[WORKERS] = {0};

	(void)state;
	for (uint16_t port = 1; port < BURST_MAX; port++) {
		struct packet_builder b;

		hosts_packet_build(&b, false, 1, false, port);
		used[worker_of(&b, 0)]++;
	}
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_not_equal(used[i], 0);
}

static void
what_is_not_ip_or_is_cut_goes_to_some_worker(void **state)
{
	struct packet_builder b;

	(void)state;
	sample_ipv4_udp(&b);
	for (uint32_t length = 0; length <= b.length; length++) {
		struct packet_builder cut = b;

		cut.length = length;
		assert_in_range(worker_of(&cut, 0), 0, WORKERS - 1);
	}
}

static void
what_a_full_ring_does_not_take_is_freed_and_counted(void **state)
{
	(void)state;
	steer.n_workers = 1;
	for (uint16_t i = 0; i < BURST_MAX; i++)
		flow_packet_add(i, false, i);
	steer_stage(&steer, &burst);
	assert_int_equal(counters.fates[FATE_WORK_RING_FULL], BURST_MAX - RING_ROOM);
	assert_int_equal(counters.settled, BURST_MAX - RING_ROOM);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), RING_ROOM);
}

static void
a_full_ring_of_one_of_several_workers_loses_only_that_workers_packets(void **state)
{
	struct packet_builder b;

	(void)state;
	feed_fixture_packet4(&b, FEED_FIXTURE_DPORT, &payload);
	steer.feeds->feeds[0].worker = 3;
	for (unsigned i = 0; i < BURST_MAX - 1; i++)
		burst_add(&b, LINE_PORT);
	builder_ethernet(&b);
	builder_arp(&b);
	burst_add(&b, 0);
	steer_stage(&steer, &burst);
	assert_int_equal(rte_ring_count(steer.shares[3].ring), RING_ROOM);
	assert_int_equal(counters.fates[FATE_WORK_RING_FULL], BURST_MAX - 1 - RING_ROOM);
	assert_int_equal(rte_ring_count(steer.shares[0].ring), 1);
}

static void
nothing_of_one_burst_is_left_for_the_next(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 2; turn++) {
		burst.n = 0;
		for (uint16_t i = 0; i < 8; i++)
			flow_packet_add(i, false, i);
		steer_stage(&steer, &burst);
	}
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 16);
	burst.n = 0;
	steer_stage(&steer, &burst);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 16);
}

#define STEER_TEST(name) cmocka_unit_test_setup_teardown(name, steer_setup, steer_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STEER_TEST(with_one_worker_on_this_lcore_the_burst_stays_as_it_is),
		STEER_TEST(with_one_worker_elsewhere_all_packets_go_there_in_order),
		STEER_TEST(both_directions_of_a_flow_meet_at_one_worker_and_keep_their_order),
		STEER_TEST(more_than_one_worker_gets_flows),
		STEER_TEST(packets_of_the_worker_on_this_lcore_stay_in_the_burst_in_order),
		STEER_TEST(packets_of_a_feed_line_go_to_the_feeds_owner),
		STEER_TEST(a_packet_that_only_looks_like_a_lines_goes_where_its_flow_goes),
		STEER_TEST(all_fragments_of_a_datagram_go_to_one_worker),
		STEER_TEST(by_addresses_all_packets_of_two_hosts_meet),
		STEER_TEST(by_addresses_more_than_one_worker_gets_packets),
		STEER_TEST(by_addresses_an_icmp_error_meets_the_flow_that_it_is_about),
		STEER_TEST(by_addresses_an_icmp_error_in_fragments_meets_itself),
		STEER_TEST(by_addresses_an_icmp_error_that_is_cut_goes_to_some_worker),
		STEER_TEST(without_by_addresses_flows_of_two_hosts_are_spread),
		STEER_TEST(what_is_not_ip_or_is_cut_goes_to_some_worker),
		STEER_TEST(what_a_full_ring_does_not_take_is_freed_and_counted),
		STEER_TEST(a_full_ring_of_one_of_several_workers_loses_only_that_workers_packets),
		STEER_TEST(nothing_of_one_burst_is_left_for_the_next),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
