/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A run of a packet's bytes, contiguous: in place where one segment holds it, else gathered into a buffer.
 *
 * (rte_pktmbuf_read does the same and follows a NULL where pkt_len promises more than the segments hold.)
 */
#ifndef PIPELINE_PACKET_PACKET_BYTES_H
#define PIPELINE_PACKET_PACKET_BYTES_H

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include <stdint.h>

/* Copies bytes out of a chain. `buffer`, or NULL where the segments hold fewer. */
const uint8_t *
packet_bytes_gather(const struct rte_mbuf *m, uint32_t offset, uint32_t length, uint8_t *buffer);

/* `buffer` takes `length` bytes and must outlive the result. NULL where the packet has fewer. Any lcore. */
static inline const uint8_t *
packet_bytes(const struct rte_mbuf *m, uint32_t offset, uint32_t length, uint8_t *buffer)
{
	if (likely((uint64_t)offset + length <= m->data_len))
		return rte_pktmbuf_mtod_offset(m, const uint8_t *, offset);
	return packet_bytes_gather(m, offset, length, buffer);
}

#endif
