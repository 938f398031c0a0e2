/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An Ethernet port made of two rings (DPDK's net_ring): what is sent lies in one, what is received comes from the
 * other. It takes as many packets as its ring has room for, like a NIC whose queue is full. Needs eal_fixture_setup.
 */
#ifndef UNIT_RING_PORT_H
#define UNIT_RING_PORT_H

#include <rte_ring.h>

#include <stdint.h>

struct ring_port {
	uint16_t id;
	struct rte_ring *sent; /* exactly `room` packets */
	struct rte_ring *arriving;
};

/* A started port with one queue each way. Never fails: the test does. */
struct ring_port ring_port_open(unsigned room);

/* Frees what still lies in the rings. */
void ring_port_close(struct ring_port *port);

/* The number of the next packet that was sent (mbuf_numbered), which is freed; fails where there is none. */
uint32_t ring_port_next_sent(struct ring_port *port);

#endif
