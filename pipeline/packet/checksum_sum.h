/* SPDX-License-Identifier: BSD-3-Clause */
/* What all checksums share: sums of any width with the carry, and what the port's hardware says. */
#ifndef PIPELINE_PACKET_CHECKSUM_SUM_H
#define PIPELINE_PACKET_CHECKSUM_SUM_H

#include <rte_mbuf.h>

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum { UDP_CHECKSUM_OFFSET = 6 };

static_assert(
	(RTE_MBUF_F_RX_IP_CKSUM_NONE & RTE_MBUF_F_RX_IP_CKSUM_GOOD) != 0 &&
		(RTE_MBUF_F_RX_L4_CKSUM_NONE & RTE_MBUF_F_RX_L4_CKSUM_GOOD) != 0 &&
		(RTE_MBUF_F_RX_IP_CKSUM_BAD & RTE_MBUF_F_RX_IP_CKSUM_GOOD) == 0 &&
		(RTE_MBUF_F_RX_L4_CKSUM_BAD & RTE_MBUF_F_RX_L4_CKSUM_GOOD) == 0,
	"the bit of GOOD is set in what vouches for the data, and in nothing else"
);

/* Has the hardware found all these good, or (NONE) the data without its checksum? `good`: RTE_MBUF_F_RX_*_CKSUM_GOOD. */
static inline bool
hardware_vouches(const struct rte_mbuf *m, uint64_t good)
{
	return (m->ol_flags & good) == good;
}

/* One's complement addition: a carry out of the top comes back in at the bottom. */
static inline uint64_t
sum_add(uint64_t sum, uint64_t word)
{
	sum += word;
	return sum + (sum < word);
}

/*
 * A correct checksum makes the sum over its own field and the data minus zero: 0xFFFF when folded, which is any multiple
 * of it but 0 before. The compiler makes a multiplication of the remainder.
 */
static inline bool
sum_is_good(uint64_t sum)
{
	return sum % UINT16_MAX == 0 && sum != 0;
}

#endif
