/* SPDX-License-Identifier: BSD-3-Clause */
/* The slow way to a packet's bytes: over segments. */
#include "pipeline/packet/packet_bytes.h"

#include <string.h>

const uint8_t *
packet_bytes_gather(const struct rte_mbuf *m, uint32_t offset, uint32_t length, uint8_t *buffer)
{
	uint32_t done = 0;

	for (; m != NULL && done < length; m = m->next) {
		uint32_t skipped = RTE_MIN(offset, (uint32_t)m->data_len);
		uint32_t part = RTE_MIN(m->data_len - skipped, length - done);

		memcpy(buffer + done, rte_pktmbuf_mtod_offset(m, const uint8_t *, skipped), part);
		offset -= skipped;
		done += part;
	}
	return done == length ? buffer : NULL;
}
