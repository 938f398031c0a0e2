/* SPDX-License-Identifier: BSD-3-Clause */
/* A port for tests of what sends and receives. */
#include "tests/unit/ring_port.h"

#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/unit_test.h"

#include <rte_eth_ring.h>
#include <rte_ethdev.h>

#include <stdio.h>

static struct rte_ring *
ring_make(const char *name, unsigned room)
{
	struct rte_ring *ring = rte_ring_create(name, room, SOCKET_ID_ANY, RING_F_EXACT_SZ);

	assert_non_null(ring);
	return ring;
}

struct ring_port
ring_port_open(unsigned room)
{
	static unsigned n_opened; /* for names that no earlier port had */
	static const struct rte_eth_conf conf;
	struct ring_port port = {
		.sent = ring_make("sent", room),
		.arriving = ring_make("arriving", 256),
	};
	char name[32];
	int id;

	(void)snprintf(name, sizeof(name), "unit_%u", n_opened++);
	id = rte_eth_from_rings(name, &port.arriving, 1, &port.sent, 1, 0);
	assert_true(id >= 0);
	port.id = (uint16_t)id;
	assert_int_equal(rte_eth_dev_configure(port.id, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_setup(port.id, 0, 64, 0, NULL, eal_fixture_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port.id, 0, 64, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port.id), 0);
	return port;
}

static void
ring_close(struct rte_ring *ring)
{
	for (void *m; rte_ring_dequeue(ring, &m) == 0;)
		rte_pktmbuf_free(m);
	rte_ring_free(ring);
}

void
ring_port_close(struct ring_port *port)
{
	assert_int_equal(rte_eth_dev_stop(port->id), 0);
	assert_int_equal(rte_eth_dev_close(port->id), 0);
	ring_close(port->sent);
	ring_close(port->arriving);
}

uint32_t
ring_port_next_sent(struct ring_port *port)
{
	uint32_t number;
	void *m = NULL;

	assert_int_equal(rte_ring_dequeue(port->sent, &m), 0);
	number = mbuf_number(m);
	rte_pktmbuf_free(m);
	return number;
}
