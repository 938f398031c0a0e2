/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every way a packet can end, one row each: the single source of the counters, the summary, the telemetry and the
 * manual's table. A packet that leat has received has exactly one fate in the end: packets in = sum over fates.
 */
#ifndef PIPELINE_FATE_H
#define PIPELINE_FATE_H

enum fate_class {
	FATE_CLASS_PASS, /* the packet reached what it was meant for */
	FATE_CLASS_MALFORMED, /* dropped: the bytes contradict themselves or their RFC */
	FATE_CLASS_REFUSED, /* dropped: well-formed, but leat has no use for it */
	FATE_CLASS_TENANT, /* dropped: a tenant's policy, limits or flow state do not let it pass */
	FATE_CLASS_OVERLOAD, /* dropped: somebody was too slow */
	FATE_CLASS_COUNT
};

/* X(name in the enum, name for people and scripts, class, help) */
#define FATE_TABLE(X)                                                                              \
	X(FORWARD, "forward", PASS, "sent out of the other port of its pair")                      \
	X(DELIVER, "deliver", PASS, "taken by a feed, whose messages were decoded")                \
	X(TO_KERNEL, "to_kernel", PASS, "not claimed: given to the kernel interface of its port")  \
	X(ETH_TRUNCATED, "eth_truncated", MALFORMED, "shorter than an Ethernet header")            \
	X(ETH_BAD_LENGTH,                                                                          \
	  "eth_bad_length",                                                                        \
	  MALFORMED,                                                                               \
	  "IEEE 802.3 length field beyond the end of the frame")                                   \
	X(VLAN_TRUNCATED, "vlan_truncated", MALFORMED, "frame ends inside a VLAN tag")             \
	X(VLAN_RESERVED,                                                                           \
	  "vlan_reserved",                                                                         \
	  MALFORMED,                                                                               \
	  "VLAN ID 4095, which no frame may carry (IEEE 802.1Q)")                                  \
	X(VLAN_TOO_MANY, "vlan_too_many", MALFORMED, "more than two VLAN tags")                    \
	X(ARP_TRUNCATED,                                                                           \
	  "arp_truncated",                                                                         \
	  MALFORMED,                                                                               \
	  "frame ends inside the addresses of an ARP packet")                                      \
	X(IP_TRUNCATED, "ip_truncated", MALFORMED, "frame ends inside the IPv4 header")            \
	X(IP_BAD_VERSION, "ip_bad_version", MALFORMED, "EtherType IPv4, version field not 4")      \
	X(IP_BAD_HEADER_LENGTH,                                                                    \
	  "ip_bad_header_length",                                                                  \
	  MALFORMED,                                                                               \
	  "IPv4 header length below 20 bytes")                                                     \
	X(IP_BAD_TOTAL_LENGTH,                                                                     \
	  "ip_bad_total_length",                                                                   \
	  MALFORMED,                                                                               \
	  "IPv4 total length below the header length or beyond the end of the frame")              \
	X(IP_BAD_CHECKSUM, "ip_bad_checksum", MALFORMED, "IPv4 header checksum wrong")             \
	X(IP_BAD_OPTIONS,                                                                          \
	  "ip_bad_options",                                                                        \
	  MALFORMED,                                                                               \
	  "an IPv4 option's length is below 2 or beyond the header")                               \
	X(IP6_TRUNCATED, "ip6_truncated", MALFORMED, "frame ends inside the IPv6 header")          \
	X(IP6_BAD_VERSION, "ip6_bad_version", MALFORMED, "EtherType IPv6, version field not 6")    \
	X(IP6_BAD_PAYLOAD_LENGTH,                                                                  \
	  "ip6_bad_payload_length",                                                                \
	  MALFORMED,                                                                               \
	  "IPv6 payload length beyond the end of the frame")                                       \
	X(IP6_EXT_TRUNCATED,                                                                       \
	  "ip6_ext_truncated",                                                                     \
	  MALFORMED,                                                                               \
	  "an IPv6 extension header reaches beyond the payload")                                   \
	X(IP6_JUMBOGRAM,                                                                           \
	  "ip6_jumbogram",                                                                         \
	  REFUSED,                                                                                 \
	  "payload length 0 and a hop-by-hop header: a jumbogram, longer than leat follows")       \
	X(IP6_EXT_ORDER,                                                                           \
	  "ip6_ext_order",                                                                         \
	  MALFORMED,                                                                               \
	  "an IPv6 hop-by-hop header that is not the first")                                       \
	X(IP6_EXT_LIMIT,                                                                           \
	  "ip6_ext_limit",                                                                         \
	  REFUSED,                                                                                 \
	  "more IPv6 extension headers, or longer ones, than leat follows")                        \
	X(FRAGMENT_OVERLONG,                                                                       \
	  "fragment_overlong",                                                                     \
	  MALFORMED,                                                                               \
	  "a fragment that ends beyond 65,535 bytes of its datagram")                              \
	X(FRAGMENT_UNALIGNED,                                                                      \
	  "fragment_unaligned",                                                                    \
	  MALFORMED,                                                                               \
	  "a fragment that is not the last and whose length is no multiple of 8, or 0")            \
	X(FRAGMENT_TINY,                                                                           \
	  "fragment_tiny",                                                                         \
	  MALFORMED,                                                                               \
	  "a first fragment that ends inside its TCP, UDP or ICMP header")                         \
	X(FRAGMENT_OVERLAP,                                                                        \
	  "fragment_overlap",                                                                      \
	  MALFORMED,                                                                               \
	  "a later fragment that begins inside the TCP header (RFC 3128)")                         \
	X(UDP_TRUNCATED, "udp_truncated", MALFORMED, "IP payload shorter than a UDP header")       \
	X(UDP_BAD_LENGTH,                                                                          \
	  "udp_bad_length",                                                                        \
	  MALFORMED,                                                                               \
	  "UDP length below 8 or beyond the IP payload")                                           \
	X(UDP_BAD_CHECKSUM, "udp_bad_checksum", MALFORMED, "UDP checksum wrong")                   \
	X(TCP_TRUNCATED, "tcp_truncated", MALFORMED, "IP payload shorter than a TCP header")       \
	X(TCP_BAD_HEADER_LENGTH,                                                                   \
	  "tcp_bad_header_length",                                                                 \
	  MALFORMED,                                                                               \
	  "TCP data offset below 20 bytes or beyond the IP payload")                               \
	X(TCP_BAD_FLAGS,                                                                           \
	  "tcp_bad_flags",                                                                         \
	  MALFORMED,                                                                               \
	  "of a tenant: SYN with FIN or RST, FIN with RST or without ACK, or none of them")        \
	X(TCP_BAD_CHECKSUM, "tcp_bad_checksum", MALFORMED, "TCP checksum wrong")                   \
	X(ICMP_TRUNCATED, "icmp_truncated", MALFORMED, "IP payload shorter than an ICMP header")   \
	X(ICMP_BAD_CHECKSUM, "icmp_bad_checksum", MALFORMED, "ICMP checksum wrong")                \
	X(ICMP6_TRUNCATED,                                                                         \
	  "icmp6_truncated",                                                                       \
	  MALFORMED,                                                                               \
	  "IPv6 payload shorter than an ICMPv6 header")                                            \
	X(ICMP6_BAD_CHECKSUM, "icmp6_bad_checksum", MALFORMED, "ICMPv6 checksum wrong")            \
	X(IGMP_TRUNCATED, "igmp_truncated", MALFORMED, "IP payload shorter than an IGMP message")  \
	X(IGMP_BAD_CHECKSUM, "igmp_bad_checksum", MALFORMED, "IGMP checksum wrong")                \
	X(FEED_MALFORMED,                                                                          \
	  "feed_malformed",                                                                        \
	  MALFORMED,                                                                               \
	  "a packet of a feed line whose framing is broken; the feed counts the reason")           \
	X(DENIED, "denied", REFUSED, "a deny row of its port matches")                             \
	X(UNCLAIMED,                                                                               \
	  "unclaimed",                                                                             \
	  REFUSED,                                                                                 \
	  "its port is in no forwarding pair and no feed takes the packet")                        \
	X(POLICY_DENIED,                                                                           \
	  "policy_denied",                                                                         \
	  TENANT,                                                                                  \
	  "a rule, or a rule list's default, of a tenant on the way denies it")                    \
	X(POLICY_REJECTED,                                                                         \
	  "policy_rejected",                                                                       \
	  TENANT,                                                                                  \
	  "denied like that, and the sender was told (unless that was beyond the rate)")           \
	X(TENANT_FROZEN, "tenant_frozen", TENANT, "the tenant, or one above it, is frozen")        \
	X(TENANT_FLOWS_MAX,                                                                        \
	  "tenant_flows_max",                                                                      \
	  TENANT,                                                                                  \
	  "would open a flow beyond flows.max of the tenant or of one above it")                   \
	X(TENANT_FLOWS_RATE,                                                                       \
	  "tenant_flows_rate",                                                                     \
	  TENANT,                                                                                  \
	  "would open a flow beyond flows.rate of the tenant or of one above it")                  \
	X(TENANT_PPS_MAX,                                                                          \
	  "tenant_pps_max",                                                                        \
	  TENANT,                                                                                  \
	  "beyond pps.max of the tenant or of one above it")                                       \
	X(TENANT_BPS_MAX,                                                                          \
	  "tenant_bps_max",                                                                        \
	  TENANT,                                                                                  \
	  "beyond bps.max of the tenant or of one above it")                                       \
	X(QUOTA_SPENT,                                                                             \
	  "quota_spent",                                                                           \
	  TENANT,                                                                                  \
	  "the quota of the tenant, or of one above it, is spent for this period")                 \
	X(FLOW_TABLE_FULL,                                                                         \
	  "flow_table_full",                                                                       \
	  TENANT,                                                                                  \
	  "would open a flow, and the worker's flow table has no room")                            \
	X(FLOW_NO_SYN,                                                                             \
	  "flow_no_syn",                                                                           \
	  TENANT,                                                                                  \
	  "a TCP segment of no known flow that is no SYN, and the tenant has no pickup")           \
	X(FLOW_UNKNOWN,                                                                            \
	  "flow_unknown",                                                                          \
	  TENANT,                                                                                  \
	  "an ICMP error or answer that belongs to no known flow")                                 \
	X(FRAG_BEFORE_FIRST,                                                                       \
	  "frag_before_first",                                                                     \
	  TENANT,                                                                                  \
	  "a later fragment whose first one has not been let pass, or too long ago")               \
	X(FRAG_TABLE_FULL,                                                                         \
	  "frag_table_full",                                                                       \
	  TENANT,                                                                                  \
	  "a first fragment, and the tenant's share of the fragment table, or all of it, is used") \
	X(WORK_RING_FULL,                                                                          \
	  "work_ring_full",                                                                        \
	  OVERLOAD,                                                                                \
	  "the ring to the packet's worker was full: the worker lcore is too slow")                \
	X(TX_RING_FULL,                                                                            \
	  "tx_ring_full",                                                                          \
	  OVERLOAD,                                                                                \
	  "the ring to the port's TX lcore was full: the port or its TX lcore is too slow")        \
	X(TX_QUEUE_FULL,                                                                           \
	  "tx_queue_full",                                                                         \
	  OVERLOAD,                                                                                \
	  "the port took no more packets and its TX buffer was full")                              \
	X(TX_REFUSED,                                                                              \
	  "tx_refused",                                                                            \
	  OVERLOAD,                                                                                \
	  "the port cannot send a frame so long, or did not take it for 100 ms")                   \
	X(STOPPED,                                                                                 \
	  "stopped",                                                                               \
	  OVERLOAD,                                                                                \
	  "still under way when leat stopped, because a port did not take it in time")

enum fate {
	FATE_NONE, /* not decided yet; no packet ends so */
#define FATE_ENUM(id, name, class, help) FATE_##id,
	FATE_TABLE(FATE_ENUM)
#undef FATE_ENUM
		FATE_COUNT,
	/* Those of FATE_CLASS_TENANT stand together. */
	FATE_TENANT_FIRST = FATE_POLICY_DENIED,
	FATE_TENANT_LAST = FATE_FRAG_TABLE_FULL,
};

struct fate_row {
	const char *name; /* [a-z0-9_], a telemetry key */
	const char *help;
	enum fate_class class;
};

/* The row of FATE_NONE has the name "none". */
extern const struct fate_row fates[FATE_COUNT];

extern const char *const fate_class_names[FATE_CLASS_COUNT];

#endif
