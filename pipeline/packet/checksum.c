/* SPDX-License-Identifier: BSD-3-Clause */
/* One's complement sums (RFC 1071) over headers, pseudo-headers and payloads. */
#include "pipeline/packet/checksum.h"

#include "pipeline/decode/cursor.h"
#include "pipeline/packet/checksum_sum.h"
#include "pipeline/packet/ipv4.h"
#include "pipeline/packet/ipv6.h"
#include "pipeline/packet/transport.h"

#include <rte_byteorder.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

enum {
	TCP_CHECKSUM_OFFSET = 16,
	BLOCK_BYTES = 32,
};

/*
 * Whole blocks of 32 bytes: four sums, because each has to wait for its own carry only.
 */
static uint64_t
sum_blocks(const uint8_t *bytes, uint32_t n_blocks)
{
	uint64_t sums[BLOCK_BYTES / sizeof(uint64_t)] = {0}, words[BLOCK_BYTES / sizeof(uint64_t)];

	for (; n_blocks > 0; n_blocks--, bytes += BLOCK_BYTES) {
		memcpy(words, bytes, sizeof(words));
		sums[0] = sum_add(sums[0], words[0]);
		sums[1] = sum_add(sums[1], words[1]);
		sums[2] = sum_add(sums[2], words[2]);
		sums[3] = sum_add(sums[3], words[3]);
	}
	return sum_add(sum_add(sums[0], sums[1]), sum_add(sums[2], sums[3]));
}

/*
 * The sum over bytes of any alignment, not folded. Eight bytes at a time with the carry beats what compilers make of a
 * loop over 16-bit words for packets up to some hundred bytes: docs/performance.md.
 */
static inline uint64_t
sum_words(const uint8_t *bytes, uint32_t length)
{
	uint64_t sum = 0, word;

	if (length >= 2 * BLOCK_BYTES) {
		uint32_t n_blocks = length / BLOCK_BYTES;

		sum = sum_blocks(bytes, n_blocks);
		bytes += n_blocks * BLOCK_BYTES;
		length %= BLOCK_BYTES;
	}
	for (; length >= sizeof(word); bytes += sizeof(word), length -= (uint32_t)sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum = sum_add(sum, word);
	}
	if (length & 4) {
		uint32_t part;

		memcpy(&part, bytes, sizeof(part));
		sum = sum_add(sum, part);
		bytes += sizeof(part);
	}
	if (length & 2) {
		uint16_t part;

		memcpy(&part, bytes, sizeof(part));
		sum = sum_add(sum, part);
		bytes += sizeof(part);
	}
	/* The odd last byte is the first of a pair whose second is 0. */
	if (length & 1)
		sum = sum_add(sum, rte_cpu_to_be_16((uint16_t)(bytes[0] << 8)));
	return sum;
}

static uint16_t
sum_fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & UINT32_MAX);
	sum = (sum >> 16) + (sum & UINT16_MAX);
	sum = (sum >> 16) + (sum & UINT16_MAX);
	sum = (sum >> 16) + (sum & UINT16_MAX);
	return (uint16_t)sum;
}

uint64_t
checksum_pseudo_header(const struct packet *p, uint32_t length)
{
	uint64_t sum =
		rte_cpu_to_be_16((uint16_t)length) + (uint64_t)rte_cpu_to_be_16(p->ip_protocol);

	if (p->kind == PACKET_IPV4)
		return sum + p->src.v4_be + p->dst.v4_be;
	sum = sum_add(sum, sum_words(p->src.v6, IPV6_ADDRESS_BYTES));
	return sum_add(sum, sum_words(p->dst.v6, IPV6_ADDRESS_BYTES));
}

/*
 * The sum over bytes that are spread over segments; false where the segments hold fewer. (rte_raw_cksum_mbuf of DPDK 22.11
 * loses carries behind a segment of odd length.)
 */
static bool
segments_sum(const struct rte_mbuf *m, uint32_t offset, uint32_t length, uint64_t *sum)
{
	uint32_t done = 0;

	for (; m != NULL && done < length; m = m->next) {
		uint32_t skipped = RTE_MIN(offset, (uint32_t)m->data_len);
		uint32_t part = RTE_MIN(m->data_len - skipped, length - done);
		uint16_t folded = sum_fold(
			sum_words(rte_pktmbuf_mtod_offset(m, const uint8_t *, skipped), part)
		);

		/* Behind an odd number of bytes the pairs are the other way round (RFC 1071, section 2, B). */
		*sum = sum_add(*sum, done % 2 == 0 ? folded : rte_bswap16(folded));
		done += part;
		offset -= skipped;
	}
	return done == length;
}

/* Does the transport's part of the packet, which may lie in several segments, sum up with `sum` to what it should? */
static bool
transport_sum_good(
	const struct rte_mbuf *m,
	const uint8_t *bytes,
	const struct packet *p,
	uint32_t length,
	uint64_t sum
)
{
	if (likely((uint32_t)p->l4_offset + length <= m->data_len))
		return sum_is_good(sum_add(sum, sum_words(bytes + p->l4_offset, length)));
	return segments_sum(m, p->l4_offset, length, &sum) && sum_is_good(sum);
}

/* Good, or left unfinished by its sender: see the header. `field` is the checksum's place in the frame. */
static bool
ported_checksum_good(
	const struct rte_mbuf *m,
	const uint8_t *bytes,
	const struct packet *p,
	uint32_t length,
	const uint8_t *field
)
{
	uint64_t pseudo_sum = checksum_pseudo_header(p, length);
	uint16_t found;

	if (likely(transport_sum_good(m, bytes, p, length, pseudo_sum)))
		return true;
	memcpy(&found, field, sizeof(found));
	return found == sum_fold(pseudo_sum);
}

static bool
udp_checksum_good(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p)
{
	const uint8_t *field = bytes + p->l4_offset + UDP_CHECKSUM_OFFSET;

	/* 0 is "no checksum": RFC 768; over IPv6 for tunnels, and not a forwarder's to refuse: RFC 6936, section 5. */
	if (read_be16(field) == 0)
		return true;
	return ported_checksum_good(
		m, bytes, p, (uint32_t)p->payload_length + UDP_HEADER_BYTES, field
	);
}

static bool
tcp_checksum_good(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p)
{
	return ported_checksum_good(
		m, bytes, p, p->l4_length, bytes + p->l4_offset + TCP_CHECKSUM_OFFSET
	);
}

enum fate
checksum_transport_verify(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p)
{
	switch (p->ip_protocol) {
	case IPPROTO_UDP:
		return udp_checksum_good(m, bytes, p) ? FATE_NONE : FATE_UDP_BAD_CHECKSUM;
	case IPPROTO_TCP:
		return tcp_checksum_good(m, bytes, p) ? FATE_NONE : FATE_TCP_BAD_CHECKSUM;
	case IPPROTO_ICMP:
		if (p->kind != PACKET_IPV4)
			return FATE_NONE;
		return transport_sum_good(m, bytes, p, p->l4_length, 0) ? FATE_NONE
									: FATE_ICMP_BAD_CHECKSUM;
	case IPPROTO_IGMP:
		if (p->kind != PACKET_IPV4)
			return FATE_NONE;
		return transport_sum_good(m, bytes, p, p->l4_length, 0) ? FATE_NONE
									: FATE_IGMP_BAD_CHECKSUM;
	case IPPROTO_ICMPV6:
		if (p->kind != PACKET_IPV6)
			return FATE_NONE;
		return transport_sum_good(
			       m, bytes, p, p->l4_length, checksum_pseudo_header(p, p->l4_length)
		       )
			       ? FATE_NONE
			       : FATE_ICMP6_BAD_CHECKSUM;
	default:
		return FATE_NONE;
	}
}

static bool
ipv4_checksum_good(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p)
{
	uint32_t options = (uint32_t)(p->l4_offset - p->l3_offset) - IPV4_HEADER_BYTES;
	uint64_t sum;

	if (hardware_vouches(m, RTE_MBUF_F_RX_IP_CKSUM_GOOD))
		return true;
	/* A length that the compiler knows makes no loop. */
	sum = sum_words(bytes + p->l3_offset, IPV4_HEADER_BYTES);
	if (unlikely(options > 0))
		sum = sum_add(sum, sum_words(bytes + p->l3_offset + IPV4_HEADER_BYTES, options));
	return sum_is_good(sum);
}

uint16_t
checksum_finish(const uint8_t *bytes, uint32_t length, uint64_t sum)
{
	return (uint16_t)~sum_fold(sum_add(sum, sum_words(bytes, length)));
}

enum fate
checksum_verify(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p)
{
	if (p->kind != PACKET_IPV4 && p->kind != PACKET_IPV6)
		return FATE_NONE;
	if (p->kind == PACKET_IPV4 && !ipv4_checksum_good(m, bytes, p))
		return FATE_IP_BAD_CHECKSUM;
	/* A fragment holds a part of what the checksum covers; a source route or a
	 * home address says that it covers other addresses. */
	if (p->flags & (PACKET_FRAGMENT | PACKET_ADDRESS_ELSEWHERE))
		return FATE_NONE;
	if (hardware_vouches(m, RTE_MBUF_F_RX_L4_CKSUM_GOOD))
		return FATE_NONE;
	return checksum_transport_verify(m, bytes, p);
}
