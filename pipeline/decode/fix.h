/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FIX, tag=value, in TCP streams. Sources: FIX 4.2 (Errata 20010501) and 4.4 (Errata 20030618), volumes 1 and 2; FIXT 1.1,
 * which frames in the same way.
 *
 *	8=FIX.4.2<SOH>9=BodyLength<SOH>35=MsgType<SOH> ... 10=CheckSum<SOH>
 *
 * The first three fields stand in this order, CheckSum is the last. BodyLength counts from behind its own delimiter to the
 * one before 10=, that one included. CheckSum is the sum of all bytes up to there, modulo 256, in three digits.
 *
 * A message that breaks a rule is garbled: it is passed over, and the next one starts at the next 8=FIX behind a delimiter.
 * Where only the sum is wrong, 10= stood where the length leads, and the next message starts behind it. A message view has
 * all bytes from 8= on, the last delimiter included.
 */
#ifndef PIPELINE_DECODE_FIX_H
#define PIPELINE_DECODE_FIX_H

#include "pipeline/decode/framing.h"

enum {
	/*
	 * The specifications know no limit. A length that leads beyond this one is wrong at once: nobody can make a stream
	 * wait for more.
	 */
	FIX_MESSAGE_BYTES_MAX = 65535,
	/* 8=FIX.4.2, 9=5, 35=0 and 10=000, each with its delimiter. */
	FIX_MESSAGE_BYTES_MIN = 26,
};

extern const struct stream_framing fix_framing;

#endif
