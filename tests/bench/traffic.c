/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers written with DPDK's structs and checksums, so that nothing of the product checks itself. */
#include "tests/bench/traffic.h"

#include <rte_byteorder.h>
#include <rte_debug.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include <netinet/in.h>
#include <string.h>

enum {
	MOLD_HEADER_BYTES = 20,
	MOLD_COUNT_OFFSET = 18,
	ADD_ORDER_BYTES = 36,
	FEED_PAYLOAD_BYTES = MOLD_HEADER_BYTES + TRAFFIC_MESSAGES * (2 + ADD_ORDER_BYTES),
	HEADERS4_BYTES = 14 + 20 + 8,
	SERVER_DPORT = 9000,
};

static const uint32_t client_network = 0x0A000000; /* 10.0.0.0 */
static const uint32_t server = 0xC0000201; /* 192.0.2.1 */

const struct traffic traffics[] = {
	{.name = "udp4_60", .frame_bytes = 60},
	{.name = "udp4_1500", .frame_bytes = 1500},
	{.name = "udp6_80", .frame_bytes = 80, .ipv6 = true},
	{.name = "vlan_udp4_64", .frame_bytes = 64, .vlan = true},
	{.name = "feed_6_messages",
	 .frame_bytes = HEADERS4_BYTES + FEED_PAYLOAD_BYTES,
	 .feed = true},
	{.name = NULL},
};

static uint8_t *
ethernet_write(const struct traffic *t, uint8_t *at)
{
	struct rte_ether_hdr ethernet = {
		.dst_addr = {{2, 0, 0, 0, 0, 2}},
		.src_addr = {{2, 0, 0, 0, 0, 1}},
	};
	uint16_t network = t->ipv6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4;
	struct rte_vlan_hdr vlan = {
		.vlan_tci = rte_cpu_to_be_16(100), .eth_proto = rte_cpu_to_be_16(network)};

	ethernet.ether_type = rte_cpu_to_be_16(t->vlan ? RTE_ETHER_TYPE_VLAN : network);
	memcpy(at, &ethernet, sizeof(ethernet));
	at += sizeof(ethernet);
	if (!t->vlan)
		return at;
	memcpy(at, &vlan, sizeof(vlan));
	return at + sizeof(vlan);
}

/* A MoldUDP64 packet of add orders: only what the decoder looks at is filled. */
static void
feed_write(uint8_t *at, uint32_t sequence)
{
	sequence = rte_cpu_to_be_32(sequence);
	memset(at, ' ', 10);
	memcpy(at + 14, &sequence, sizeof(sequence));
	at[MOLD_COUNT_OFFSET + 1] = TRAFFIC_MESSAGES;
	at += MOLD_HEADER_BYTES;
	for (unsigned i = 0; i < TRAFFIC_MESSAGES; i++, at += ADD_ORDER_BYTES) {
		*at++ = 0;
		*at++ = ADD_ORDER_BYTES;
		*at = 'A';
	}
}

static void
ipv4_finish(uint8_t *at, const struct traffic *t, uint16_t udp_bytes, uint32_t flow)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)at;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(at + sizeof(*ip));

	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + udp_bytes));
	ip->time_to_live = 64;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = rte_cpu_to_be_32(client_network + 1 + flow % 4096);
	ip->dst_addr = rte_cpu_to_be_32(t->feed ? TRAFFIC_FEED_GROUP : server);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
}

static void
ipv6_finish(uint8_t *at, uint16_t udp_bytes, uint32_t flow)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)at;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(at + sizeof(*ip));
	uint8_t *src = (uint8_t *)&ip->src_addr, *dst = (uint8_t *)&ip->dst_addr;
	uint32_t client = rte_cpu_to_be_32(1 + flow % 4096);

	ip->vtc_flow = rte_cpu_to_be_32(0x60000000);
	ip->payload_len = rte_cpu_to_be_16(udp_bytes);
	ip->proto = IPPROTO_UDP;
	ip->hop_limits = 64;
	src[0] = dst[0] = 0xFD;
	memcpy(src + 12, &client, sizeof(client));
	dst[15] = 2;
	udp->dgram_cksum = rte_ipv6_udptcp_cksum(ip, udp);
}

void
traffic_fill(const struct traffic *t, struct rte_mbuf *m, uint32_t flow)
{
	uint8_t *frame, *ip, *l4;
	struct rte_udp_hdr udp = {.src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow / 4096))};
	uint16_t udp_bytes;

	rte_pktmbuf_reset(m);
	frame = (uint8_t *)rte_pktmbuf_append(m, t->frame_bytes);
	if (frame == NULL)
		rte_panic("frames of %u bytes do not fit into the buffers\n", t->frame_bytes);
	memset(frame, 0, t->frame_bytes);
	ip = ethernet_write(t, frame);
	l4 = ip + (t->ipv6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr));
	udp_bytes = (uint16_t)(t->frame_bytes - (l4 - frame));
	udp.dst_port = rte_cpu_to_be_16(t->feed ? TRAFFIC_FEED_DPORT : SERVER_DPORT);
	udp.dgram_len = rte_cpu_to_be_16(udp_bytes);
	memcpy(l4, &udp, sizeof(udp));
	if (t->feed)
		feed_write(l4 + sizeof(udp), flow);
	if (t->ipv6)
		ipv6_finish(ip, udp_bytes, flow);
	else
		ipv4_finish(ip, t, udp_bytes, flow);
	m->port = 0;
}
