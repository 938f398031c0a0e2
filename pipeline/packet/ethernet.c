/* SPDX-License-Identifier: BSD-3-Clause */
/* The link layer: MAC header, VLAN tags, ARP lengths. */
#include "pipeline/packet/ethernet.h"

#include "pipeline/decode/cursor.h"

#include <rte_ether.h>

#include <stdbool.h>

enum {
	ETHER_TYPE_OFFSET = 12,
	VLAN_TAG_BYTES = 4, /* TCI and the EtherType that follows */
	VLAN_ID_MASK = 0x0FFF,
	VLAN_ID_RESERVED = 0x0FFF, /* IEEE 802.1Q-2018, table 9-2 */
	ETHER_TYPE_MIN = 0x0600, /* below: an 802.3 length (IEEE 802.3, 3.2.6) */
	ARP_FIXED_BYTES = 8,
};

static bool
ether_type_is_vlan(uint16_t ether_type)
{
	return ether_type == RTE_ETHER_TYPE_VLAN || ether_type == RTE_ETHER_TYPE_QINQ;
}

/* Reads one tag into `vlan` and the EtherType behind it. */
static enum fate
vlan_read(struct headers *h, uint16_t *vlan, uint16_t *ether_type)
{
	const uint8_t *tag = headers_peek(h, VLAN_TAG_BYTES);

	if (tag == NULL)
		return FATE_VLAN_TRUNCATED;
	*vlan = read_be16(tag) & VLAN_ID_MASK;
	*ether_type = read_be16(tag + 2);
	h->offset += VLAN_TAG_BYTES;
	return *vlan == VLAN_ID_RESERVED ? FATE_VLAN_RESERVED : FATE_NONE;
}

static enum fate
vlans_read(struct headers *h, struct packet *p, uint16_t *ether_type)
{
	enum fate fate = vlan_read(h, &p->vlan_outer, ether_type);

	if (fate != FATE_NONE || !ether_type_is_vlan(*ether_type))
		return fate;
	fate = vlan_read(h, &p->vlan_inner, ether_type);
	if (fate != FATE_NONE || !ether_type_is_vlan(*ether_type))
		return fate;
	return FATE_VLAN_TOO_MANY;
}

/* An 802.3 frame: the field is the length of what follows, the rest is padding. */
static enum fate
length_apply(struct headers *h, uint16_t *length)
{
	if (*length > headers_left(h))
		return FATE_ETH_BAD_LENGTH;
	h->limit = h->offset + *length;
	*length = 0;
	return FATE_NONE;
}

enum fate
ethernet_locate(struct headers *h, struct packet *p, uint16_t *ether_type)
{
	const uint8_t *header = headers_peek(h, RTE_ETHER_HDR_LEN);
	enum fate fate = FATE_NONE;

	if (header == NULL)
		return FATE_ETH_TRUNCATED;
	*ether_type = read_be16(header + ETHER_TYPE_OFFSET);
	h->offset += RTE_ETHER_HDR_LEN;
	if (ether_type_is_vlan(*ether_type))
		fate = vlans_read(h, p, ether_type);
	if (fate == FATE_NONE && *ether_type < ETHER_TYPE_MIN)
		fate = length_apply(h, ether_type);
	p->l3_offset = (uint16_t)h->offset;
	return fate;
}

enum fate
arp_locate(struct headers *h, struct packet *p)
{
	const uint8_t *arp = headers_peek(h, ARP_FIXED_BYTES);
	uint32_t hardware_bytes, protocol_bytes;

	if (arp == NULL)
		return FATE_ARP_TRUNCATED;
	hardware_bytes = arp[4];
	protocol_bytes = arp[5];
	/* Sender and target, each a hardware and a protocol address. */
	if (headers_left(h) < ARP_FIXED_BYTES + 2 * (hardware_bytes + protocol_bytes))
		return FATE_ARP_TRUNCATED;
	p->kind = PACKET_ARP;
	return FATE_NONE;
}
