/* SPDX-License-Identifier: BSD-3-Clause */
/* From a port into a burst. */
#include "pipeline/stages/rx.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/ring_port.h"
#include "tests/unit/unit_test.h"

#include <string.h>

static struct ring_port port;
static struct burst burst;
static struct lcore_counters counters;

static int
port_setup(void **state)
{
	(void)state;
	port = ring_port_open(8);
	memset(&counters, 0, sizeof(counters));
	burst.n = 0;
	return 0;
}

static int
port_teardown(void **state)
{
	rte_pktmbuf_free_bulk(burst.mbufs, burst.n);
	ring_port_close(&port);
	return eal_fixture_mbufs_are_back(state);
}

static void
packets_arrive(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct rte_mbuf *m = mbuf_numbered(i, (uint16_t)(60 + i));

		m->port = RTE_MBUF_PORT_INVALID;
		assert_int_equal(rte_ring_enqueue(port.arriving, m), 0);
	}
}

static void
rx_run(uint16_t at_once)
{
	const struct rx_queue queue = {.port = port.id, .burst = at_once};

	rx_stage(&queue, &counters, &burst);
}

static void
what_has_arrived_is_in_the_burst_in_order(void **state)
{
	(void)state;
	packets_arrive(5);
	rx_run(BURST_MAX);
	assert_int_equal(burst.n, 5);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(mbuf_number(burst.mbufs[i]), i);
}

static void
packets_and_bytes_are_counted(void **state)
{
	(void)state;
	packets_arrive(3);
	rx_run(BURST_MAX);
	assert_int_equal(counters.received, 3);
	assert_int_equal(counters.ports[port.id].rx_packets, 3);
	assert_int_equal(counters.ports[port.id].rx_bytes, 60 + 61 + 62);
	assert_int_equal(counters.settled, 0);
}

static void
no_more_than_asked_for_are_taken(void **state)
{
	(void)state;
	packets_arrive(10);
	rx_run(4);
	assert_int_equal(burst.n, 4);
	assert_int_equal(rte_ring_count(port.arriving), 6);
}

static void
nothing_arrived_is_an_empty_burst(void **state)
{
	(void)state;
	burst.n = 3;
	rx_run(BURST_MAX);
	assert_int_equal(burst.n, 0);
	assert_int_equal(counters.received, 0);
}

/* net_ring hands mbufs on as they are: dispatch would look a wrong port up. */
static void
packets_say_the_port_they_came_on(void **state)
{
	(void)state;
	packets_arrive(2);
	rx_run(BURST_MAX);
	assert_int_equal(burst.mbufs[0]->port, port.id);
	assert_int_equal(burst.mbufs[1]->port, port.id);
}

#define PORT_TEST(name) cmocka_unit_test_setup_teardown(name, port_setup, port_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(what_has_arrived_is_in_the_burst_in_order),
		PORT_TEST(packets_and_bytes_are_counted),
		PORT_TEST(no_more_than_asked_for_are_taken),
		PORT_TEST(nothing_arrived_is_an_empty_burst),
		PORT_TEST(packets_say_the_port_they_came_on),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
