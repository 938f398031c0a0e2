/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bytes in mbufs, whole or cut into segments.
 *
 * The data of each segment lies in a malloc of exactly its length, attached as an external buffer: AddressSanitizer
 * then sees a read of one byte too many, which the memory of a pool hides. Needs eal_fixture_setup.
 */
#ifndef UNIT_MBUF_BUILDER_H
#define UNIT_MBUF_BUILDER_H

#include <rte_mbuf.h>

#include <stdint.h>

/* One segment. Never NULL: without memory the test fails. Freed by rte_pktmbuf_free. */
struct rte_mbuf *mbuf_exact(const uint8_t *bytes, uint32_t length);

/* Two segments; the first holds `cut` bytes, which may be 0 or all. */
struct rte_mbuf *mbuf_cut(const uint8_t *bytes, uint32_t length, uint32_t cut);

/* As many segments of `piece` bytes as it takes; the last may be shorter. */
struct rte_mbuf *mbuf_pieces(const uint8_t *bytes, uint32_t length, uint16_t piece);

/* One segment in the mbuf's own buffer, with headroom and tailroom, for what writes. */
struct rte_mbuf *mbuf_pooled(const uint8_t *bytes, uint16_t length);

/* A pooled packet whose first 4 bytes are its number, to see which packet arrived where. */
struct rte_mbuf *mbuf_numbered(uint32_t number, uint16_t length);
uint32_t mbuf_number(const struct rte_mbuf *m);

#endif
