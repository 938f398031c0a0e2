/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer grows in the buffer of the question: what of it is still needed is read, or moved away, first. */
#include "pipeline/packet/reject.h"

#include "pipeline/packet/checksum.h"
#include "pipeline/packet/icmp_error.h"
#include "pipeline/packet/ipv4.h"
#include "pipeline/packet/ipv6.h"
#include "pipeline/packet/transport.h"

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include <netinet/in.h>
#include <string.h>

enum {
	TTL = 64,
	/* Internetwork control: RFC 1812, section 4.3.2.5, asks for it in ICMP errors. A reset is of the conversation. */
	ICMP_TOS = 0xC0,
	QUOTED_PAYLOAD_BYTES = 8, /* the least that is of use: RFC 792 */
	ANSWER4_BYTES_MAX = 576, /* RFC 1812, section 4.3.2.3 */
	ANSWER6_BYTES_MAX = 1280, /* RFC 4443, section 2.4 (c) */
	UNREACHABLE4 = 3,
	PROHIBITED4 = 13,
	UNREACHABLE6 = 1,
	PROHIBITED6 = 1,
	ICMP_CHECKSUM_OFFSET = 2,
	TCP_CHECKSUM_OFFSET = 16,
};

/* The first segment's bytes belong to this mbuf alone. */
static bool
mbuf_is_writable(const struct rte_mbuf *m)
{
	if (rte_mbuf_refcnt_read(m) != 1 || RTE_MBUF_CLONED(m))
		return false;
	return !RTE_MBUF_HAS_EXTBUF(m) || rte_mbuf_ext_refcnt_read(m->shinfo) == 1;
}

/* One segment of so many bytes, as the capacity allows. */
static void
mbuf_resize(struct rte_mbuf *m, uint32_t length)
{
	rte_pktmbuf_free(m->next); /* NULL is allowed */
	m->next = NULL;
	m->nb_segs = 1;
	m->data_len = (uint16_t)length;
	m->pkt_len = length;
}

/* Neither "this" network, nor loopback, multicast, class E or broadcast: RFC 1122, section 3.2.2. */
static bool
address4_is_host(uint32_t address_be)
{
	uint32_t network = rte_be_to_cpu_32(address_be) >> 24;

	return network != 0 && network != IN_LOOPBACKNET && network < 224;
}

/* Neither multicast, nor unspecified, nor loopback. */
static bool
address6_is_host(const union packet_address *address)
{
	bool is_low = address->v6_words[0] == 0 &&
		      rte_be_to_cpu_64(address->v6_words[1]) <= 1; /* :: and ::1 */

	return address->v6[0] != 0xFF && !is_low;
}

/* Either address becomes the other one: the answer comes from a host, too. */
static bool
addresses_are_hosts(const struct packet *p)
{
	if (p->kind == PACKET_IPV4)
		return address4_is_host(p->src.v4_be) && address4_is_host(p->dst.v4_be);
	return address6_is_host(&p->src) && address6_is_host(&p->dst);
}

/* Errors beget no errors, and what is not known might be one. */
static bool
icmp_is_answerable(const struct packet *p)
{
	enum icmp_kind kind = icmp_kind(p);

	return kind == ICMP_KIND_QUERY || kind == ICMP_KIND_ANSWER;
}

static bool
packet_is_answerable(const struct packet *p, const struct rte_ether_hdr *ethernet)
{
	if ((p->kind != PACKET_IPV4 && p->kind != PACKET_IPV6) ||
	    (p->flags & PACKET_LATER_FRAGMENT) || packet_is_link_control(p))
		return false;
	if (rte_is_multicast_ether_addr(&ethernet->dst_addr) ||
	    rte_is_multicast_ether_addr(&ethernet->src_addr) || !addresses_are_hosts(p))
		return false;
	if (p->ip_protocol == IPPROTO_TCP)
		return !(p->tcp_flags & RTE_TCP_RST_FLAG);
	if (p->ip_protocol == (p->kind == PACKET_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return icmp_is_answerable(p);
	return true;
}

static void
addresses_swap(struct rte_ether_hdr *ethernet)
{
	struct rte_ether_addr sender = ethernet->src_addr;

	ethernet->src_addr = ethernet->dst_addr;
	ethernet->dst_addr = sender;
}

static void
ipv4_write(
	uint8_t *at, const struct packet *p, uint8_t protocol, uint8_t tos, uint32_t payload_bytes
)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = tos,
		.total_length = rte_cpu_to_be_16((uint16_t)(IPV4_HEADER_BYTES + payload_bytes)),
		/* With this bit the identification need not tell it from others (RFC 6864, section 4.1). */
		.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = TTL,
		.next_proto_id = protocol,
		.src_addr = p->dst.v4_be,
		.dst_addr = p->src.v4_be,
	};

	memcpy(at, &ip, sizeof(ip));
	ip.hdr_checksum = checksum_finish(at, sizeof(ip), 0);
	memcpy(at, &ip, sizeof(ip));
}

static void
ipv6_write(uint8_t *at, const struct packet *p, uint8_t protocol, uint32_t payload_bytes)
{
	struct rte_ipv6_hdr ip = {
		.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28),
		.payload_len = rte_cpu_to_be_16((uint16_t)payload_bytes),
		.proto = protocol,
		.hop_limits = TTL,
	};

	memcpy(at, &ip, sizeof(ip));
	memcpy(at + IPV6_SOURCE_OFFSET, p->dst.v6, IPV6_ADDRESS_BYTES);
	memcpy(at + IPV6_DESTINATION_OFFSET, p->src.v6, IPV6_ADDRESS_BYTES);
}

static uint32_t
ip_header_bytes(const struct packet *p)
{
	return p->kind == PACKET_IPV4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
}

/* Writes the checksum of the message of `length` bytes, whose field is 0. */
static void
checksum_write(uint8_t *message, uint32_t length, uint32_t offset, uint64_t sum)
{
	uint16_t checksum = checksum_finish(message, length, sum);

	memcpy(message + offset, &checksum, sizeof(checksum));
}

/* RFC 9293, section 3.10.7.1: what the closed port of the destination would say. */
static struct rte_tcp_hdr
reset_of(const struct packet *p, const uint8_t *tcp)
{
	struct rte_tcp_hdr reset = {
		.src_port = p->dst_port_be,
		.dst_port = p->src_port_be,
		.data_off = (TCP_HEADER_BYTES / 4) << 4,
		.tcp_flags = RTE_TCP_RST_FLAG,
	};
	struct rte_tcp_hdr question;
	uint32_t length = p->payload_length;

	memcpy(&question, tcp, sizeof(question));
	if (p->tcp_flags & RTE_TCP_ACK_FLAG) {
		reset.sent_seq = question.recv_ack;
		return reset;
	}
	length += (p->tcp_flags & RTE_TCP_SYN_FLAG) != 0;
	length += (p->tcp_flags & RTE_TCP_FIN_FLAG) != 0;
	reset.recv_ack = rte_cpu_to_be_32(rte_be_to_cpu_32(question.sent_seq) + length);
	reset.tcp_flags |= RTE_TCP_ACK_FLAG;
	return reset;
}

static bool
reset_make(struct rte_mbuf *m, const struct packet *p)
{
	uint8_t *bytes = rte_pktmbuf_mtod(m, uint8_t *), *ip = bytes + p->l3_offset;
	uint8_t *answer = ip + ip_header_bytes(p);
	struct rte_tcp_hdr reset;

	if (m->data_len < p->l4_offset + TCP_HEADER_BYTES)
		return false;
	reset = reset_of(p, bytes + p->l4_offset);
	if (p->kind == PACKET_IPV4)
		ipv4_write(ip, p, IPPROTO_TCP, 0, TCP_HEADER_BYTES);
	else
		ipv6_write(ip, p, IPPROTO_TCP, TCP_HEADER_BYTES);
	memcpy(answer, &reset, sizeof(reset));
	checksum_write(
		answer,
		sizeof(reset),
		TCP_CHECKSUM_OFFSET,
		checksum_pseudo_header(p, TCP_HEADER_BYTES)
	);
	mbuf_resize(m, p->l3_offset + ip_header_bytes(p) + TCP_HEADER_BYTES);
	return true;
}

/* How much of the packet is quoted: all that fits into the answer, and the buffer. 0 where that is too little. */
static uint32_t
quote_bytes(const struct rte_mbuf *m, const struct packet *p)
{
	uint32_t headers = p->l4_offset - p->l3_offset, packet = headers + p->l4_length;
	uint32_t least = RTE_MIN(packet, headers + QUOTED_PAYLOAD_BYTES);
	uint32_t added = ip_header_bytes(p) + ICMP_HEADER_BYTES;
	uint32_t most = (p->kind == PACKET_IPV4 ? ANSWER4_BYTES_MAX : ANSWER6_BYTES_MAX) - added;
	uint32_t room = m->buf_len - m->data_off - p->l3_offset;
	uint32_t quote = RTE_MIN(RTE_MIN(packet, most), m->data_len - (uint32_t)p->l3_offset);

	if (room < added)
		return 0;
	quote = RTE_MIN(quote, room - added);
	return quote < least ? 0 : quote;
}

static void
icmp4_write(uint8_t *ip, const struct packet *p, uint32_t length)
{
	const uint8_t header[ICMP_HEADER_BYTES] = {UNREACHABLE4, PROHIBITED4};
	uint8_t *icmp = ip + IPV4_HEADER_BYTES;

	ipv4_write(ip, p, IPPROTO_ICMP, ICMP_TOS, length);
	memcpy(icmp, header, sizeof(header));
	checksum_write(icmp, length, ICMP_CHECKSUM_OFFSET, 0);
}

static void
icmp6_write(uint8_t *ip, const struct packet *p, uint32_t length)
{
	const uint8_t header[ICMP_HEADER_BYTES] = {UNREACHABLE6, PROHIBITED6};
	uint8_t *icmp = ip + IPV6_HEADER_BYTES;
	struct packet answer = *p;

	answer.ip_protocol = IPPROTO_ICMPV6;
	ipv6_write(ip, p, IPPROTO_ICMPV6, length);
	memcpy(icmp, header, sizeof(header));
	checksum_write(icmp, length, ICMP_CHECKSUM_OFFSET, checksum_pseudo_header(&answer, length));
}

static bool
error_make(struct rte_mbuf *m, const struct packet *p)
{
	uint8_t *ip = rte_pktmbuf_mtod_offset(m, uint8_t *, p->l3_offset);
	uint32_t quote = quote_bytes(m, p), added = ip_header_bytes(p) + ICMP_HEADER_BYTES;

	if (quote == 0)
		return false;
	memmove(ip + added, ip, quote);
	if (p->kind == PACKET_IPV4)
		icmp4_write(ip, p, ICMP_HEADER_BYTES + quote);
	else
		icmp6_write(ip, p, ICMP_HEADER_BYTES + quote);
	mbuf_resize(m, p->l3_offset + added + quote);
	return true;
}

bool
packet_reject(struct rte_mbuf *m, const struct packet *p)
{
	struct rte_ether_hdr *ethernet = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	bool by_reset = p->ip_protocol == IPPROTO_TCP &&
			!(p->flags & (PACKET_FRAGMENT | PACKET_ADDRESS_ELSEWHERE));

	if (m->data_len < sizeof(*ethernet) || m->data_len < p->l3_offset || !mbuf_is_writable(m) ||
	    !packet_is_answerable(p, ethernet))
		return false;
	if (!(by_reset ? reset_make(m, p) : error_make(m, p)))
		return false;
	addresses_swap(ethernet);
	return true;
}
