/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SoupBinTCP framing of TCP streams, big-endian. Source: Nasdaq, "SoupBinTCP", version 3.00 (2017-02-22).
 *
 *   { Packet Length 2 | Packet Type 1 | payload } ...
 *
 * The length counts type and payload, not itself: 0 is illegal. Sequenced data (S, from the venue) and unsequenced data (U,
 * from clients) carry messages of another protocol, all other packets are messages of the session. A message of the session
 * starts with its packet type, so that offsets count from there. Sequence numbers are not sent: that of the first message
 * stands in Login Accepted, as digits padded with spaces on the left.
 */
#ifndef PIPELINE_DECODE_SOUPBINTCP_H
#define PIPELINE_DECODE_SOUPBINTCP_H

#include "pipeline/decode/framing.h"

enum { SOUPBINTCP_LENGTH_BYTES = 2 };

#define SOUPBINTCP_LOGIN_ACCEPTED_PACKET(F, M)                                                     \
	F(M, session, 1, 10, ASCII, 0)                                                             \
	F(M, sequence_number, 11, 20, ASCII, 0)

#define SOUPBINTCP_LOGIN_REJECTED_PACKET(F, M) F(M, reject_reason_code, 1, 1, ASCII, 0)

#define SOUPBINTCP_LOGIN_REQUEST_PACKET(F, M)                                                      \
	F(M, username, 1, 6, ASCII, 0)                                                             \
	F(M, password, 7, 10, SECRET, 0)                                                           \
	F(M, requested_session, 17, 10, ASCII, 0)                                                  \
	F(M, requested_sequence_number, 27, 20, ASCII, 0)

#define SOUPBINTCP_MESSAGES(X)                                                                     \
	X(soupbintcp, 'A', login_accepted_packet, 31, SOUPBINTCP_LOGIN_ACCEPTED_PACKET)            \
	X(soupbintcp, 'J', login_rejected_packet, 2, SOUPBINTCP_LOGIN_REJECTED_PACKET)             \
	X(soupbintcp, 'L', login_request_packet, 47, SOUPBINTCP_LOGIN_REQUEST_PACKET)

/* Nothing but their type; what follows it in a debug packet is text. */
#define SOUPBINTCP_SIGNALS(X)                                                                      \
	X('+', debug_packet)                                                                       \
	X('H', server_heartbeat_packet)                                                            \
	X('Z', end_of_session_packet)                                                              \
	X('R', client_heartbeat_packet)                                                            \
	X('O', logout_request_packet)

SOUPBINTCP_MESSAGES(LAYOUT_ACCESSORS)

extern const struct stream_framing soupbintcp_framing;

/* The messages of the session. */
extern const struct message_protocol soupbintcp_protocol;

#endif
