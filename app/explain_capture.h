/* SPDX-License-Identifier: BSD-3-Clause */
/* The capture file that --explain reads (pcap or pcapng, Ethernet), with its own times. */
#ifndef APP_EXPLAIN_CAPTURE_H
#define APP_EXPLAIN_CAPTURE_H

#include <stdint.h>

struct explain_capture;

struct explain_record {
	uint64_t time_ns; /* since 1970-01-01 00:00 UTC */
	const uint8_t *bytes; /* the frame, as much as was captured; until the next call */
	uint32_t n_bytes;
};

/* NULL with the reason on stderr. */
struct explain_capture *explain_capture_open(const char *file);

/* 1 with the next packet; 0 at the end; -1 where the file breaks off, with the reason on stderr. */
int explain_capture_next(struct explain_capture *c, struct explain_record *record);

void explain_capture_close(struct explain_capture *c);

#endif
