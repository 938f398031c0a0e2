/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets as text, outermost layer first, so that a table of tests can be read:
 *
 *	vlan=VID qinq=VID type=HEX arp
 *	ip4 ip6 to=ADDRESS from=ADDRESS options=BYTES ext=KIND/BYTES frag=OFFSET or frag=OFFSET+ (more follow)
 *	udp=PORT tcp=PORT sctp=PORT dccp=PORT udplite=PORT icmp=TYPE icmp6=TYPE igmp=TYPE proto=NUMBER data=BYTES
 *
 * Lengths and checksums are then filled in. What follows them edits the finished frame:
 *
 *	net8@OFFSET=VALUE net16@OFFSET=VALUE (from the IP header on) l4.8@OFFSET=VALUE l4.16@OFFSET=VALUE
 *	pad=BYTES cut=BYTES (this many off the end) short=BYTES (likewise, and the IP length says so)
 */
#ifndef BPF_PACKET_TEXT_H
#define BPF_PACKET_TEXT_H

#include "tests/unit/packet_builder.h"

/* Fails the test where the text is no packet. */
void packet_text_build(struct packet_builder *b, const char *text);

#endif
