/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Turns a refused packet into the answer that its sender gets, in place: a TCP reset (RFC 9293, section 3.10.7.1) or an ICMP
 * error "communication administratively prohibited" (RFC 1812 section 5.2.7.1: type 3 code 13; RFC 4443 section 3.1: type 1
 * code 1), which quotes the packet as it came.
 *
 * leat has no address of its own: the answer comes from the address that the refused packet was for. TCP gets an ICMP error
 * too where a reset would not be understood: for a fragment, whose length is not known, and where the destination is only a
 * stop on the way.
 */
#ifndef PIPELINE_PACKET_REJECT_H
#define PIPELINE_PACKET_REJECT_H

#include "pipeline/burst.h"

#include <rte_mbuf.h>

#include <stdbool.h>

/*
 * `p` is the parsed packet. VLAN tags stay, MAC addresses are swapped; checksums are complete. Returns false, the mbuf
 * then being as it was, where no answer may be sent (RFC 1122 section 3.2.2, RFC 4443 section 2.4: to a multicast or
 * broadcast, to a later fragment, to a reset, to ICMP that is neither query nor answer, to a source that is not one host) or
 * the mbuf cannot be written to (shared, no room). Of several segments the first alone is used. Any lcore.
 */
bool packet_reject(struct rte_mbuf *m, const struct packet *p);

#endif
