/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a packet does to the state of its flow: TCP (RFC 9293, section 3.3.2) as one in the middle sees it, UDP, and
 * the rest.
 *
 * Sequence numbers are not followed: a state means what the endpoints say, not that they believe each other.
 */
#ifndef PIPELINE_FLOW_FLOW_TRACK_H
#define PIPELINE_FLOW_FLOW_TRACK_H

#include "pipeline/burst.h"
#include "pipeline/flow/flow.h"
#include "pipeline/packet/tcp_flag.h"

#include <stdbool.h>

/* No stack sends these: SYN with FIN or RST, FIN with RST, FIN without ACK, none of SYN, ACK, RST (RFC 9293, 3.5 and 3.10.7). */
bool tcp_flags_are_bad(uint8_t tcp_flags);

/*
 * May this packet open a flow? TCP: a SYN without ACK, or with `pickup` any segment but RST; ICMP: a query; all else may. A
 * later fragment may not: it has no header to judge.
 */
bool flow_may_open(const struct packet *p, bool pickup);

/* A SYN that begins a new connection on the endpoints of one that is over: the old flow is to be removed first. */
bool flow_is_reopened(const struct flow *f, const struct packet *p);

/* The state of the flow that this packet opens; flow_track may follow the same packet. */
enum flow_state flow_first_state(const struct packet *p);

/*
 * Follows a packet of the flow that is let pass. Returns whether the state is now another one, whose timeout may be
 * shorter: the caller then rearms the flow. `seen` is left to the caller.
 */
bool flow_track(struct flow *f, const struct packet *p, bool from_initiator);

#endif
