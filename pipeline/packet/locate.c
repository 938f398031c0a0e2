/* SPDX-License-Identifier: BSD-3-Clause */
/* The walk over a packet's headers, layer by layer. */
#include "pipeline/packet/locate.h"

#include "pipeline/packet/ethernet.h"
#include "pipeline/packet/ipv4.h"
#include "pipeline/packet/ipv6.h"
#include "pipeline/packet/transport.h"

#include <rte_ether.h>

static void
packet_clear(struct packet *p)
{
	*p = (struct packet){
		.vlan_outer = PACKET_NO_VLAN,
		.vlan_inner = PACKET_NO_VLAN,
		.line = PACKET_NO_LINE,
	};
}

static enum fate
network_locate(struct headers *h, struct packet *p, uint16_t ether_type)
{
	switch (ether_type) {
	case RTE_ETHER_TYPE_IPV4:
		return ipv4_locate(h, p);
	case RTE_ETHER_TYPE_IPV6:
		return ipv6_locate(h, p);
	case RTE_ETHER_TYPE_ARP:
		return arp_locate(h, p);
	default:
		return FATE_NONE;
	}
}

void
packet_locate(struct headers *h, struct packet *p)
{
	uint16_t ether_type;
	enum fate fate;

	packet_clear(p);
	fate = ethernet_locate(h, p, &ether_type);
	if (fate == FATE_NONE)
		fate = network_locate(h, p, ether_type);
	if (fate == FATE_NONE && (p->kind == PACKET_IPV4 || p->kind == PACKET_IPV6))
		fate = transport_locate(h, p);
	p->fate = (uint8_t)fate;
}
