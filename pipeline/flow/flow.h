/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One flow: a conversation between two endpoints, both directions of it. Owned by one worker, used by its lcore alone.
 *
 * The flow knows nothing of policy: it keeps a verdict and the generation of the policy that gave it, as integers.
 */
#ifndef PIPELINE_FLOW_FLOW_H
#define PIPELINE_FLOW_FLOW_H

#include <assert.h>
#include <stdint.h>

/* One timeout each (docs/manual.md has the defaults). The names are those of the config's `timeouts`. */
#define FLOW_STATE_TABLE(X)                                                                        \
	X(TCP_SYN, "tcp_syn", "a SYN has been seen, the handshake is not complete")                \
	X(TCP_ESTABLISHED, "tcp_established", "the handshake is complete, or was picked up")       \
	X(TCP_CLOSING, "tcp_closing", "one side has sent FIN")                                     \
	X(TCP_CLOSED, "tcp_closed", "both sides have sent FIN")                                    \
	X(TCP_RESET, "tcp_reset", "one side has sent RST")                                         \
	X(UDP, "udp", "UDP, without an answer so far")                                             \
	X(UDP_REPLIED, "udp_replied", "UDP, answered")                                             \
	X(ICMP, "icmp", "ICMP or ICMPv6 queries: echo and the like")                               \
	X(OTHER, "other", "any other IP protocol")

enum flow_state {
#define FLOW_STATE_ENUM(id, name, help) FLOW_##id,
	FLOW_STATE_TABLE(FLOW_STATE_ENUM)
#undef FLOW_STATE_ENUM
		FLOW_STATE_COUNT
};

extern const char *const flow_state_names[FLOW_STATE_COUNT];

enum flow_flag {
	FLOW_INITIATOR_HIGH =
		1 << 0, /* the initiator is the high endpoint of the key (flow_key.h) */
	FLOW_FIN_INITIATOR = 1 << 1, /* has sent FIN */
	FLOW_FIN_RESPONDER = 1 << 2,
	FLOW_SYN_ACKED = 1 << 3, /* the responder has answered the SYN */
	FLOW_AUDITED =
		1 << 4, /* passes in spite of `verdict`: who is against it is in audit mode */
};

/* Times are ticks of 10 ms since the start; compare differences, signed. */
enum { FLOW_TICK_NS = 10 * 1000 * 1000 };

struct flow {
	uint32_t wheel_next, wheel_previous; /* the table's: timer wheel */
	uint32_t owner_next, owner_previous; /* the table's: flows of the same owner */
	uint32_t seen; /* tick of the last packet */
	uint32_t generation; /* of the policy that gave `verdict` */
	uint16_t from, to; /* tenant slots of initiator and responder */
	uint8_t verdict; /* what its packets come to, an integer to the table; 0 lets them pass */
	uint8_t state; /* enum flow_state */
	uint8_t flags; /* enum flow_flag */
	uint8_t used; /* the table's: 0 where the flow is not in it, else a bit and a mark (flow_owner.h) */
	uint64_t packets, bytes; /* passed, both directions */
	uint64_t key[]; /* 2 words for IPv4, 5 for IPv6 */
};

static_assert(sizeof(struct flow) == 48, "with an IPv4 key a flow is one cache line");

#endif
