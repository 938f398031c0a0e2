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
		FATE_COUNT
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
