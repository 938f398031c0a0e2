/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What leat's XDP program (steer.bpf.c) and user space agree on: maps, keys, results, counters.
 *
 * The rules are one LPM trie that holds many small tables, its "spaces". The value of an entry is either an action or
 * the space in which to look next, so that a verdict takes at most four lookups, whatever the number of rules:
 *
 *	destination address -> protocol and port -> VLAN -> source address
 *
 * The trie in use is the only element of an array of maps. A packet reads that element once and makes all its lookups
 * in the trie it found: it sees one whole set of rules, the old one or the new one, with nothing to keep in step.
 *
 * What the verdicts mean
 *  - A row matches a packet when each thing that the row names matches. Deny beats claim, whatever the prefix lengths;
 *    else any claim claims; a packet without a row goes to the kernel.
 *  - Fragments, the first included, match only rows that name no ports, because only the first one carries them: the
 *    fragments of a datagram are never torn between leat and the kernel. For IPv6 the protocol is the fragment
 *    header's next header, which is all that later fragments know. An atomic fragment (RFC 6946) is no fragment.
 *  - The VLAN is that of the outer tag; VLAN ID 0 (a priority tag) counts as untagged.
 *  - ARP, neighbour discovery, IGMP and MLD always go to the kernel: it keeps the neighbour tables and the multicast
 *    memberships of the interface. So does all that is malformed, that is not IP, or nested deeper than the limits.
 */
#ifndef BPF_STEER_H
#define BPF_STEER_H

#include <linux/types.h>

/* Names of the program and its maps; the kernel keeps 15 characters. net_af_xdp asks for "xsks_map". */
#define STEER_PROGRAM_NAME "leat_steer"
#define STEER_SOCKETS_MAP_NAME "xsks_map"
#define STEER_RULES_MAP_NAME "leat_rules"
#define STEER_COUNTERS_MAP_NAME "leat_counters"

enum steer_limit {
	STEER_QUEUES_MAX = 256,
	STEER_ENTRIES_MAX = 1 << 19, /* of the trie: at most some 100 MiB of kernel memory */
	STEER_VLAN_TAGS_MAX = 2,
	STEER_EXTENSIONS_MAX = 8, /* as the pipeline follows */
	STEER_VLAN_UNTAGGED = 0,
};

/* Results of a lookup that end the search; a larger one names the space to go on in. The greater one wins. */
enum steer_action {
	STEER_NONE,
	STEER_CLAIM,
	STEER_DENY,
};

/* The kind of a space, in the upper bits; below, an ID for those kinds of which there are many. */
#define STEER_SPACE_SHIFT 29
#define STEER_SPACE_KIND(space) ((space) >> STEER_SPACE_SHIFT)
#define STEER_SPACE(kind, id) ((__u32)(kind) << STEER_SPACE_SHIFT | (id))

enum steer_space_kind {
	STEER_SPACE_IPV4 = 1, /* destination */
	STEER_SPACE_IPV6,
	STEER_SPACE_PORT, /* protocol, then destination port */
	STEER_SPACE_VLAN,
	STEER_SPACE_SOURCE,
};

/* The fields are in network byte order: the trie compares from the first byte on. */
struct steer_port_key {
	__u8 protocol;
	__u8 zero;
	__be16 port;
};

struct steer_key {
	__u32 prefix_bits; /* host order; how much of what follows counts */
	__be32 space;
	union {
		__u8 address[16]; /* IPv4 in the first four */
		__be32 words[4];
		struct steer_port_key port;
		__be16 vlan;
	};
};

/*
 * The value of an entry. A destination's may carry one rule on ports, which wins over `result`: the commonest row, one
 * protocol and one range of ports, then needs no second lookup.
 */
struct steer_result {
	__u32 result; /* enum steer_action, or the space to go on in */
	__u32 port_result; /* likewise, for packets of port_protocol from port_first to port_last */
	__u16 port_first; /* host order */
	__u16 port_last;
	__u8 has_port_rule;
	__u8 port_protocol;
	__u8 zero[2];
};

enum steer_key_bits {
	STEER_BITS_SPACE = 32,
	STEER_BITS_PROTOCOL = STEER_BITS_SPACE + 8, /* a packet without ports is looked up so */
	STEER_BITS_NO_PORT = STEER_BITS_SPACE + 16,
	STEER_BITS_PORT = STEER_BITS_SPACE + 32,
	STEER_BITS_VLAN = STEER_BITS_SPACE + 16,
	STEER_BITS_IPV4 = STEER_BITS_SPACE + 32,
	STEER_BITS_IPV6 = STEER_BITS_SPACE + 128,
};

/*
 * Every way a packet can leave the program, one row each: X(id, name, help). Each packet counts once.
 */
#define STEER_REASON_TABLE(X)                                                                      \
	X(CLAIMED, "claimed", "handed to leat's socket on the packet's queue")                     \
	X(NO_SOCKET,                                                                               \
	  "no_socket",                                                                             \
	  "claimed, but leat has no socket on the packet's queue: passed to the kernel")           \
	X(DENIED, "denied", "dropped by a deny row")                                               \
	X(PASSED, "passed", "no row matches: passed to the kernel")                                \
	X(PASSED_FRAGMENT,                                                                         \
	  "passed_fragment",                                                                       \
	  "a fragment, and no row without ports matches: passed to the kernel")                    \
	X(PASSED_CONTROL,                                                                          \
	  "passed_control",                                                                        \
	  "ARP, neighbour discovery, IGMP or MLD: always passed to the kernel")                    \
	X(PASSED_NOT_IP, "passed_not_ip", "neither IP nor ARP: passed to the kernel")              \
	X(PASSED_MALFORMED,                                                                        \
	  "passed_malformed",                                                                      \
	  "truncated, or headers that contradict themselves: passed to the kernel")                \
	X(PASSED_TOO_DEEP,                                                                         \
	  "passed_too_deep",                                                                       \
	  "more VLAN tags or IPv6 extension headers than are followed: passed to the kernel")

enum steer_reason {
#define STEER_REASON_ENUM(id, name, help) STEER_##id,
	STEER_REASON_TABLE(STEER_REASON_ENUM)
#undef STEER_REASON_ENUM
		STEER_REASON_COUNT
};

#endif
