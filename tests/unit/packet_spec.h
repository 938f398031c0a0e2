/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet as one line of a test: who speaks to whom. The rest is filled in by packet_builder. */
#ifndef UNIT_PACKET_SPEC_H
#define UNIT_PACKET_SPEC_H

#include "tests/unit/packet_builder.h"

#include <stdbool.h>
#include <stdint.h>

enum { SPEC_PRIORITY_TAG = 0xFFFF }; /* as VLAN ID: a tag whose ID is 0 */

struct packet_spec {
	const char *src, *dst; /* addresses as text, both of the same IP version */
	uint16_t sport, dport; /* of ICMP queries and answers, `sport` is the identifier */
	uint8_t protocol; /* 0: UDP */
	uint8_t tcp_flags;
	uint8_t icmp_type, icmp_code; /* of ICMP, ICMPv6 and IGMP */
	uint8_t hops; /* TTL or hop limit; 0: 64 */
	uint16_t in; /* DPDK port that it comes in by */
	uint16_t vlan_outer, vlan_inner; /* VLAN ID; 0: no tag */
	uint16_t offset; /* of a fragment, bytes */
	bool more; /* fragments follow */
	uint16_t datagram; /* identification of a fragment */
	uint16_t
		payload_bytes; /* behind the transport header; behind the IP header of a later fragment */
	const struct packet_spec *quote; /* of an ICMP error */
	uint16_t quote_bytes; /* from the quoted IP header on; 0: all of it */
};

/* The same hosts in both IP versions: tests that hold for either take one of these as their state. */
struct spec_version {
	const char *a, *a2; /* of the prefix of a tenant */
	const char *b, *b2; /* of another one's */
	const char *nobody;
	uint8_t kind; /* enum packet_kind */
	uint8_t icmp; /* protocol number */
	uint8_t echo, echo_reply, unreachable; /* types */
};

extern const struct spec_version spec_ipv4, spec_ipv6;

/* Prefixes of a and b, of both versions, for the lists of a config: "{ src: ... }, { src: ... }". */
#define SPEC_FROM_A "{ src: 10.1.0.0/16 }, { src: '2001:db8:1::/48' }"
#define SPEC_FROM_B "{ src: 10.2.0.0/16 }, { src: '2001:db8:2::/48' }"
#define SPEC_TO_A "{ dst: 10.1.0.0/16 }, { dst: '2001:db8:1::/48' }"
#define SPEC_TO_B "{ dst: 10.2.0.0/16 }, { dst: '2001:db8:2::/48' }"
#define SPEC_IS_A "from: [ " SPEC_FROM_A " ], to: [ " SPEC_TO_A " ]"
#define SPEC_IS_B "from: [ " SPEC_FROM_B " ], to: [ " SPEC_TO_B " ]"

void packet_spec_build(const struct packet_spec *s, struct packet_builder *b);

/* What the other side says: the same without fragments and payload, addresses, ports and DPDK ports (0 and 1) swapped. */
struct packet_spec packet_spec_reply(const struct packet_spec *s);

#endif
