/* SPDX-License-Identifier: BSD-3-Clause */
/* The packets of a capture file (pcap or pcapng, Ethernet), their headers located and verified as leat does it. */
#ifndef TOOLS_DECODE_CAPTURE_H
#define TOOLS_DECODE_CAPTURE_H

#include "pipeline/burst.h"

#include <stdint.h>

struct capture;

struct captured_packet {
	struct packet headers; /* its fate is FATE_NONE, or what is wrong with them */
	uint64_t number; /* from 1 */
	uint64_t time_ns; /* since 1970, as captured; clocks may go back */
	const uint8_t *bytes; /* the frame; until the next call of capture_next */
};

/* "-" is standard input. NULL with the reason on stderr. */
struct capture *capture_open(const char *path);

/* 1 with the next packet; 0 at the end; -1 where the file breaks off, see capture_complain. */
int capture_next(struct capture *capture, struct captured_packet *packet);

/* Why capture_next returned -1, on stderr. */
void capture_complain(const struct capture *capture);

void capture_close(struct capture *capture);

#endif
