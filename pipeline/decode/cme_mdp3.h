/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Framing of CME MDP 3.0 in UDP packets, little-endian. Source: CME Group Client Systems Wiki, "MDP 3.0 - SBE Technical
 * Headers" and "MDP 3.0 - SBE Message Header".
 *
 *   MsgSeqNum 4 bytes | SendingTime 8, ns since 1970 | { MsgSize 2, which counts itself | SBE header 8 | body } ...
 *
 * The number is the packet's and counts within a channel, which no header names; it starts again every week. Nothing says
 * how many messages there are: they end with the packet. A quiet channel sends AdminHeartbeat, a message like others.
 *
 * The conflated feed over TCP, whose messages have 0xCAFE, a number and a time of their own in front, is not read.
 */
#ifndef PIPELINE_DECODE_CME_MDP3_H
#define PIPELINE_DECODE_CME_MDP3_H

#include "pipeline/decode/framing.h"

enum { CME_MDP3_HEADER_BYTES = 12 };

extern const struct framing cme_mdp3_framing;

#endif
