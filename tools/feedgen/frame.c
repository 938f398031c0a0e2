/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Headers by RFC 894 and RFC 2464 (Ethernet), RFC 791, RFC 8200 and RFC 768; checksums by
 * RFC 1071, whose sums do not care in which byte order they are taken.
 */
#include "tools/feedgen/frame.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <string.h>

#define HOPS 64

/* Locally administered addresses, for the source and for a unicast destination. */
static const uint8_t source_mac[6] = {0x02, 0, 0, 0, 0, 0x01};
static const uint8_t unicast_mac[6] = {0x02, 0, 0, 0, 0, 0x02};

static uint64_t
checksum_add(uint64_t sum, const uint8_t *bytes, size_t length)
{
	uint32_t word;
	uint32_t rest = 0;

	for (; length >= sizeof(word); length -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
	}
	memcpy(&rest, bytes, length);
	return sum + rest;
}

static uint16_t
checksum_finish(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	while (sum >> 16 != 0)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 1112, section 6.4: the low 23 bits; RFC 2464, section 7: the low 32 bits. */
static void
destination_mac_write(uint8_t mac[6], const struct endpoint *destination)
{
	const uint8_t *address = destination->address;

	if (!endpoint_is_multicast(destination)) {
		memcpy(mac, unicast_mac, sizeof(unicast_mac));
	} else if (destination->is_ipv6) {
		memcpy(mac, "\x33\x33", 2);
		memcpy(mac + 2, address + 12, 4);
	} else {
		memcpy(mac, "\x01\x00\x5e", 3);
		mac[3] = address[1] & 0x7f;
		mac[4] = address[2];
		mac[5] = address[3];
	}
}

static size_t
ethernet_write(uint8_t *header, const struct endpoint *destination)
{
	destination_mac_write(header, destination);
	memcpy(header + 6, source_mac, sizeof(source_mac));
	memcpy(header + 12, destination->is_ipv6 ? "\x86\xdd" : "\x08\x00", 2);
	return FRAME_ETHERNET_LENGTH;
}

static size_t
ipv4_write(uint8_t *header, const struct endpoint *source, const struct endpoint *destination)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.frag_off = htons(IP_DF),
		.ttl = HOPS,
		.protocol = IPPROTO_UDP,
	};

	memcpy(&ip.saddr, source->address, 4);
	memcpy(&ip.daddr, destination->address, 4);
	memcpy(header, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t
ipv6_write(uint8_t *header, const struct endpoint *source, const struct endpoint *destination)
{
	struct ip6_hdr ip = {0};

	ip.ip6_flow = htonl(6U << 28);
	ip.ip6_nxt = IPPROTO_UDP;
	ip.ip6_hlim = HOPS;
	memcpy(&ip.ip6_src, source->address, 16);
	memcpy(&ip.ip6_dst, destination->address, 16);
	memcpy(header, &ip, sizeof(ip));
	return sizeof(ip);
}

/* The part of the UDP pseudo header and header that is the same in every packet. */
static uint64_t
udp_constant_sum(const struct endpoint *source, const struct endpoint *destination)
{
	size_t address_length = destination->is_ipv6 ? 16 : 4;
	uint64_t sum = htons(IPPROTO_UDP);

	sum = checksum_add(sum, source->address, address_length);
	sum = checksum_add(sum, destination->address, address_length);
	return sum + htons(source->port) + htons(destination->port);
}

void
frame_template_init(
	struct frame_template *t, const struct endpoint *source, const struct endpoint *destination
)
{
	struct udphdr udp = {
		.source = htons(source->port),
		.dest = htons(destination->port),
	};
	size_t at;

	*t = (struct frame_template){.is_ipv6 = destination->is_ipv6};
	at = ethernet_write(t->header, destination);
	if (t->is_ipv6)
		at += ipv6_write(t->header + at, source, destination);
	else
		at += ipv4_write(t->header + at, source, destination);
	memcpy(t->header + at, &udp, sizeof(udp));
	t->header_length = at + sizeof(udp);
	t->constant_sum = udp_constant_sum(source, destination);
}

static void
ip_finish(struct frame_template *t, uint8_t *header, uint16_t udp_length)
{
	struct iphdr ip;

	if (t->is_ipv6) {
		uint16_t length_be = htons(udp_length);

		memcpy(header + offsetof(struct ip6_hdr, ip6_plen), &length_be, sizeof(length_be));
		return;
	}
	memcpy(&ip, header, sizeof(ip));
	ip.tot_len = htons((uint16_t)(sizeof(ip) + udp_length));
	ip.id = htons(t->ipv4_id++);
	ip.check = 0;
	memcpy(header, &ip, sizeof(ip));
	ip.check = checksum_finish(checksum_add(0, header, sizeof(ip)));
	memcpy(header, &ip, sizeof(ip));
}

void
frame_finish(struct frame_template *t, uint8_t *frame, size_t payload_length)
{
	uint16_t udp_length = (uint16_t)(sizeof(struct udphdr) + payload_length);
	uint8_t *udp_header = frame + t->header_length - sizeof(struct udphdr);
	struct udphdr udp;
	uint64_t sum;

	memcpy(frame, t->header, t->header_length);
	ip_finish(t, frame + FRAME_ETHERNET_LENGTH, udp_length);
	memcpy(&udp, udp_header, sizeof(udp));
	udp.len = htons(udp_length);
	/* The length counts twice: in the pseudo header and in the header. */
	sum = t->constant_sum + udp.len + udp.len;
	udp.check = checksum_finish(checksum_add(sum, frame + t->header_length, payload_length));
	if (udp.check == 0) /* 0 would mean that there is none (RFC 768) */
		udp.check = UINT16_MAX;
	memcpy(udp_header, &udp, sizeof(udp));
}
