/* SPDX-License-Identifier: BSD-3-Clause */
/* Ethernet II and IEEE 802.3 headers, up to two VLAN tags (IEEE 802.1Q, 802.1ad), ARP (RFC 826). */
#ifndef PIPELINE_PACKET_ETHERNET_H
#define PIPELINE_PACKET_ETHERNET_H

#include "pipeline/burst.h"
#include "pipeline/packet/headers.h"

#include <stdint.h>

/*
 * Reads the MAC header and the tags; h->offset then stands behind them. `ether_type` is in host order, and 0 for an
 * IEEE 802.3 frame, whose length field bounds h->limit.
 */
enum fate ethernet_locate(struct headers *h, struct packet *p, uint16_t *ether_type);

enum fate arp_locate(struct headers *h, struct packet *p);

#endif
