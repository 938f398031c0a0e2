/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checksums of IPv4 (RFC 791), UDP (RFC 768, RFC 8200 section 8.1), TCP (RFC 9293), ICMP, ICMPv6 and IGMP.
 *
 * A TCP or UDP checksum that its sender left unfinished is no error. Local senders (veth, a capture taken on the sending
 * host) leave it to hardware that the packet never met: the field then holds the folded sum of the pseudo-header, not
 * complemented (Linux, Documentation/networking/checksum-offloads.rst, CHECKSUM_PARTIAL). Nothing can be said of such a
 * packet's bytes, and leat forwards it as it came.
 *
 * What the port's hardware found good is believed; all else is computed. A port's "bad" is computed again, because
 * some call a frame bad that they only could not judge.
 */
#ifndef PIPELINE_PACKET_CHECKSUM_H
#define PIPELINE_PACKET_CHECKSUM_H

#include "pipeline/burst.h"

#include <rte_mbuf.h>

/* For a located packet without a fault: FATE_NONE, or the checksum that is wrong. `bytes` is the frame's start. */
enum fate checksum_verify(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p);

/* The part of it that is not IP's: where checksums cover what is there, and the port's hardware has not looked. */
enum fate
checksum_transport_verify(const struct rte_mbuf *m, const uint8_t *bytes, const struct packet *p);

/* The sum over the pseudo-header of the packet's addresses and ip_protocol, and a payload of so many bytes; not folded. */
uint64_t checksum_pseudo_header(const struct packet *p, uint32_t length);

/* What is to be written into the checksum's field, which is 0 now, for a sum so far and these bytes; as on the wire. */
uint16_t checksum_finish(const uint8_t *bytes, uint32_t length, uint64_t sum);

#endif
