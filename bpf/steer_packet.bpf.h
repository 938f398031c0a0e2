/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the XDP program reads of a packet, and which packets it does not judge because they are the kernel's.
 *
 * Every function is inline: a call that passes pointers into the packet would make the verifier forget how far they
 * were checked.
 */
#ifndef BPF_STEER_PACKET_BPF_H
#define BPF_STEER_PACKET_BPF_H

#include "bpf/steer.h"

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

/* These two want what linux/bpf.h declares. */
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* STEER_LOOK is no reason yet: the packet is well-formed, the rules have to say. */
#define STEER_LOOK STEER_REASON_COUNT

enum {
	VLAN_ID_MASK = 0x0FFF,
	IPV4_FRAGMENT_MASK = 0x3FFF, /* more fragments, and the offset */
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_OFFSET_MASK = 0x1FFF, /* in units of 8 bytes */
	IPV6_FRAGMENT_MASK = 0xFFF9,
	IPV6_MORE_FRAGMENTS = 0x0001,
	IPV6_OFFSET_MASK = 0xFFF8, /* already in bytes */
	IP_PAYLOAD_MAX = 65535,
	EXTENSION_BYTES_MIN = 8,
	ICMP_HEADER_BYTES = 8,
	UDP_LENGTH_OFFSET = 4,
	TCP_DATA_OFFSET = 12,
	TCP_HEADER_BYTES_MIN = 20,
	NEXT_HEADER_MOBILITY = 135, /* RFC 6275 */
	NEXT_HEADER_HIP = 139, /* RFC 7401 */
	NEXT_HEADER_SHIM6 = 140, /* RFC 5533 */
	MLD_QUERY = 130, /* 130 to 132: RFC 2710 */
	MLD_DONE = 132,
	ND_ROUTER_SOLICITATION = 133, /* 133 to 137: RFC 4861 */
	ND_REDIRECT = 137,
	MLD2_REPORT = 143, /* RFC 3810 */
};

/*
 * A length field, with its bounds said again: the verifier of Linux 6.1 forgets them when bytes are swapped, and refuses
 * to add what is left to a packet pointer. In assembler, because the compiler knows that the mask changes nothing.
 */
static __always_inline __u32
length_read(__be16 field)
{
	__u32 length = bpf_ntohs(field);

	asm volatile("%[length] &= 0xffff" : [length] "+r"(length));
	return length;
}

struct vlan_tag {
	__be16 tci;
	__be16 ether_type;
};

struct packet {
	const __u8 *next; /* the first byte that is not read yet */
	const __u8 *end; /* of the frame: what the verifier wants every read compared with */
	__u32 left; /* bytes of the IP packet from `next` on, at most what the frame holds */
	__be16 ether_type;
	__be16 vlan;
	const __be32 *source; /* one word for IPv4, four for IPv6 */
	const __be32 *destination;
	__u8 is_ipv6;
	__u8 protocol;
	__u8 is_fragment;
	__u8 has_port;
	__be16 port;
};

static __always_inline __u16
read_be16(const __u8 *p)
{
	return (__u16)(p[0] << 8 | p[1]);
}

/* Are there n more bytes, by the IP lengths and by the frame? */
static __always_inline int
packet_has(const struct packet *p, __u32 n)
{
	return p->left >= n && p->next + n <= p->end;
}

/* The link layer */

static __always_inline int
ether_type_is_vlan(__be16 ether_type)
{
	return ether_type == bpf_htons(ETH_P_8021Q) || ether_type == bpf_htons(ETH_P_8021AD);
}

static __always_inline enum steer_reason
vlans_read(struct packet *p)
{
	for (int i = 0; i < STEER_VLAN_TAGS_MAX; i++) {
		const struct vlan_tag *tag = (const void *)p->next;

		if (!ether_type_is_vlan(p->ether_type))
			return STEER_LOOK;
		if ((const __u8 *)(tag + 1) > p->end)
			return STEER_PASSED_MALFORMED;
		if (i == 0)
			p->vlan = tag->tci & bpf_htons(VLAN_ID_MASK);
		p->ether_type = tag->ether_type;
		p->next += sizeof(*tag);
	}
	return ether_type_is_vlan(p->ether_type) ? STEER_PASSED_TOO_DEEP : STEER_LOOK;
}

static __always_inline enum steer_reason
ethernet_read(struct packet *p)
{
	const struct ethhdr *ethernet = (const void *)p->next;

	if ((const __u8 *)(ethernet + 1) > p->end)
		return STEER_PASSED_MALFORMED;
	p->ether_type = ethernet->h_proto;
	p->vlan = STEER_VLAN_UNTAGGED;
	p->next += sizeof(*ethernet);
	return vlans_read(p);
}

/* Transport */

/* Bytes before which the header of a protocol with ports does not end; 0 for a protocol without. */
static __always_inline __u32
port_header_bytes(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return TCP_HEADER_BYTES_MIN;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return 8;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 12;
	default:
		return 0;
	}
}

static __always_inline enum steer_reason
port_read(struct packet *p, __u32 header_bytes)
{
	__u32 length;

	if (!packet_has(p, header_bytes))
		return STEER_PASSED_MALFORMED;
	if (p->protocol == IPPROTO_UDP) {
		length = read_be16(p->next + UDP_LENGTH_OFFSET);
		if (length < header_bytes || length > p->left)
			return STEER_PASSED_MALFORMED;
	}
	if (p->protocol == IPPROTO_TCP) {
		/* All of TCP's header is in bounds: header_bytes is its minimum. */
		if (p->next + TCP_HEADER_BYTES_MIN > p->end)
			return STEER_PASSED_MALFORMED;
		length = (p->next[TCP_DATA_OFFSET] >> 4) * 4u;
		if (length < TCP_HEADER_BYTES_MIN || length > p->left)
			return STEER_PASSED_MALFORMED;
	}
	p->port = *(const __be16 *)(p->next + 2);
	p->has_port = 1;
	return STEER_LOOK;
}

/* The kernel answers for the interface's neighbours and groups: were these claimed, it would become unreachable. */
static __always_inline int
icmp6_is_control(__u8 type)
{
	return (type >= ND_ROUTER_SOLICITATION && type <= ND_REDIRECT) ||
	       (type >= MLD_QUERY && type <= MLD_DONE) || type == MLD2_REPORT;
}

static __always_inline enum steer_reason
icmp_read(struct packet *p)
{
	if (!packet_has(p, ICMP_HEADER_BYTES))
		return STEER_PASSED_MALFORMED;
	if (p->protocol == IPPROTO_ICMPV6 && icmp6_is_control(p->next[0]))
		return STEER_PASSED_CONTROL;
	return STEER_LOOK;
}

static __always_inline enum steer_reason
transport_read(struct packet *p)
{
	__u32 header_bytes = port_header_bytes(p->protocol);
	__u8 icmp = p->is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	if (p->is_fragment)
		return STEER_LOOK;
	if (header_bytes > 0)
		return port_read(p, header_bytes);
	return p->protocol == icmp ? icmp_read(p) : STEER_LOOK;
}

/* IP */

/* A fragment that contradicts itself completes no datagram, so nothing is torn by passing it. */
static __always_inline enum steer_reason
fragment_check(struct packet *p, __u32 offset_bytes, __u32 payload_max, int more)
{
	p->is_fragment = 1;
	if (offset_bytes + p->left > payload_max)
		return STEER_PASSED_MALFORMED;
	if (more && (p->left == 0 || p->left % 8 != 0))
		return STEER_PASSED_MALFORMED;
	return STEER_LOOK;
}

static __always_inline enum steer_reason
ipv4_read(struct packet *p)
{
	const struct iphdr *ip = (const void *)p->next;
	__u32 header_bytes, total_bytes;
	__u16 fragment;

	if ((const __u8 *)(ip + 1) > p->end || ip->version != 4)
		return STEER_PASSED_MALFORMED;
	header_bytes = ip->ihl * 4u;
	total_bytes = length_read(ip->tot_len);
	if (header_bytes < sizeof(*ip) || total_bytes < header_bytes)
		return STEER_PASSED_MALFORMED;
	if (p->next + total_bytes > p->end)
		return STEER_PASSED_MALFORMED;
	p->source = &ip->saddr;
	p->destination = &ip->daddr;
	p->protocol = ip->protocol;
	p->next += header_bytes;
	p->left = total_bytes - header_bytes;
	if (ip->protocol == IPPROTO_IGMP)
		return STEER_PASSED_CONTROL;
	fragment = bpf_ntohs(ip->frag_off);
	if ((fragment & IPV4_FRAGMENT_MASK) == 0)
		return STEER_LOOK;
	return fragment_check(
		p,
		(fragment & IPV4_OFFSET_MASK) * 8u,
		IP_PAYLOAD_MAX - header_bytes,
		fragment & IPV4_MORE_FRAGMENTS
	);
}

static __always_inline int
next_header_is_extension(__u8 next_header)
{
	switch (next_header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case NEXT_HEADER_MOBILITY:
	case NEXT_HEADER_HIP:
	case NEXT_HEADER_SHIM6:
		return 1;
	default:
		return 0;
	}
}

static __always_inline __u32
extension_bytes(__u8 kind, const __u8 *extension)
{
	switch (kind) {
	case IPPROTO_FRAGMENT:
		return EXTENSION_BYTES_MIN;
	case IPPROTO_AH:
		return (extension[1] + 2u) * 4; /* RFC 4302, section 2.2: units of 4, less 2 */
	default:
		return (extension[1] + 1u) * 8;
	}
}

static __always_inline enum steer_reason
ipv6_fragment_read(struct packet *p, const __u8 *extension)
{
	__u16 field = read_be16(extension + 2);

	if ((field & IPV6_FRAGMENT_MASK) == 0)
		return STEER_LOOK; /* atomic */
	return fragment_check(
		p, field & IPV6_OFFSET_MASK, IP_PAYLOAD_MAX, field & IPV6_MORE_FRAGMENTS
	);
}

/* Steps over the extension header of the kind p->protocol, which then names what follows. */
static __always_inline enum steer_reason
extension_read(struct packet *p)
{
	const __u8 *extension = p->next;
	__u8 kind = p->protocol;
	__u32 bytes;

	if (!packet_has(p, EXTENSION_BYTES_MIN))
		return STEER_PASSED_MALFORMED;
	bytes = extension_bytes(kind, extension);
	if (!packet_has(p, bytes))
		return STEER_PASSED_MALFORMED;
	p->protocol = extension[0];
	p->next += bytes;
	p->left -= bytes;
	return kind == IPPROTO_FRAGMENT ? ipv6_fragment_read(p, extension) : STEER_LOOK;
}

static __always_inline enum steer_reason
extensions_read(struct packet *p)
{
	enum steer_reason reason;

	for (int i = 0; i < STEER_EXTENSIONS_MAX; i++) {
		if (p->is_fragment || !next_header_is_extension(p->protocol))
			return STEER_LOOK;
		/* RFC 8200, section 4.1: hop-by-hop options come first or not at all. */
		if (i > 0 && p->protocol == IPPROTO_HOPOPTS)
			return STEER_PASSED_MALFORMED;
		reason = extension_read(p);
		if (reason != STEER_LOOK)
			return reason;
	}
	if (p->is_fragment || !next_header_is_extension(p->protocol))
		return STEER_LOOK;
	return STEER_PASSED_TOO_DEEP;
}

static __always_inline enum steer_reason
ipv6_read(struct packet *p)
{
	const struct ipv6hdr *ip = (const void *)p->next;

	if ((const __u8 *)(ip + 1) > p->end || ip->version != 6)
		return STEER_PASSED_MALFORMED;
	p->source = ip->saddr.in6_u.u6_addr32;
	p->destination = ip->daddr.in6_u.u6_addr32;
	p->is_ipv6 = 1;
	p->protocol = ip->nexthdr;
	p->next += sizeof(*ip);
	p->left = length_read(ip->payload_len);
	if (p->next + p->left > p->end)
		return STEER_PASSED_MALFORMED;
	return extensions_read(p);
}

static __always_inline enum steer_reason
packet_read(struct packet *p)
{
	enum steer_reason reason = ethernet_read(p);

	if (reason != STEER_LOOK)
		return reason;
	if (p->ether_type == bpf_htons(ETH_P_ARP))
		return STEER_PASSED_CONTROL;
	if (p->ether_type == bpf_htons(ETH_P_IP))
		reason = ipv4_read(p);
	else if (p->ether_type == bpf_htons(ETH_P_IPV6))
		reason = ipv6_read(p);
	else
		return STEER_PASSED_NOT_IP;
	return reason == STEER_LOOK ? transport_read(p) : reason;
}

#endif
