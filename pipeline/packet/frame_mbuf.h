/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A captured frame as a packet, for those who have bytes and no pool: mbufs that borrow them, to be looked at only.
 *
 * An mbuf's segment holds less than 64 KiB, a captured frame may be longer: the longest IP packet and its Ethernet
 * header take 65,549 bytes. Two segments hold any IP packet; what a frame has beyond them is padding.
 */
#ifndef PIPELINE_PACKET_FRAME_MBUF_H
#define PIPELINE_PACKET_FRAME_MBUF_H

#include <rte_common.h>
#include <rte_mbuf.h>

#include <stdint.h>

/* Even, because rte_raw_cksum_mbuf of DPDK 22.11 errs behind a segment of odd length. */
enum { FRAME_SEGMENT_BYTES_MAX = 65534 };

/* One segment that borrows the bytes, as many as it can hold. */
static inline struct rte_mbuf
frame_segment(const uint8_t *bytes, uint32_t n_bytes)
{
	uint16_t held = (uint16_t)RTE_MIN(n_bytes, (uint32_t)FRAME_SEGMENT_BYTES_MAX);

	return (struct rte_mbuf){
		.buf_addr = (void *)(uintptr_t)bytes, /* nobody writes through it */
		.data_len = held,
		.pkt_len = held,
		.nb_segs = 1,
	};
}

/* The frame is segments[0]; the bytes and both segments must outlive its use. */
static inline void
frame_mbuf_make(struct rte_mbuf segments[2], const uint8_t *bytes, uint32_t n_bytes)
{
	segments[0] = frame_segment(bytes, n_bytes);
	if (n_bytes <= segments[0].data_len)
		return;
	segments[1] = frame_segment(bytes + segments[0].data_len, n_bytes - segments[0].data_len);
	segments[0].next = &segments[1];
	segments[0].nb_segs = 2;
	segments[0].pkt_len += segments[1].pkt_len;
}

#endif
