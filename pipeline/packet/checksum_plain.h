/* SPDX-License-Identifier: BSD-3-Clause */
/* checksum_verify for what packet_locate_plain has taken: a test compares them. */
#ifndef PIPELINE_PACKET_CHECKSUM_PLAIN_H
#define PIPELINE_PACKET_CHECKSUM_PLAIN_H

#include "pipeline/packet/checksum.h"
#include "pipeline/packet/checksum_sum.h"
#include "pipeline/packet/locate_plain.h"

#include <rte_branch_prediction.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool
plain_ipv4_checksum_good(const uint8_t *frame)
{
	uint64_t words[2];
	uint32_t last;

	memcpy(words, frame + PLAIN_L3, sizeof(words));
	memcpy(&last, frame + PLAIN_L3 + sizeof(words), sizeof(last));
	return sum_is_good(sum_add(sum_add(words[0], words[1]), last));
}

/* 0 is "no checksum": checksum.c. */
static inline bool
plain_has_no_checksum(const uint8_t *frame)
{
	uint16_t field;

	memcpy(&field, frame + PLAIN_L4 + UDP_CHECKSUM_OFFSET, sizeof(field));
	return frame[PLAIN_L3 + IPV4_PROTOCOL_OFFSET] == IPPROTO_UDP && field == 0;
}

static inline enum fate
checksum_plain_verify(const struct rte_mbuf *m, const uint8_t *frame, const struct packet *p)
{
	if (hardware_vouches(m, RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD))
		return FATE_NONE;
	if (!hardware_vouches(m, RTE_MBUF_F_RX_IP_CKSUM_GOOD) &&
	    unlikely(!plain_ipv4_checksum_good(frame)))
		return FATE_IP_BAD_CHECKSUM;
	if (hardware_vouches(m, RTE_MBUF_F_RX_L4_CKSUM_GOOD) || plain_has_no_checksum(frame))
		return FATE_NONE;
	return checksum_transport_verify(m, frame, p);
}

#endif
