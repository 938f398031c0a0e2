/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Samples of packets that a tenant in audit mode would have dropped: the last few of a worker, for people to look at. The
 * counts are in the accounts; here stands what such packets look like.
 */
#ifndef PIPELINE_TENANT_AUDIT_H
#define PIPELINE_TENANT_AUDIT_H

#include "pipeline/burst.h"

#include <stdint.h>

enum { AUDIT_SAMPLES = 64 };

struct audit_sample {
	uint64_t time_ns; /* since the start */
	union packet_address src, dst;
	uint16_t src_port_be, dst_port_be;
	uint16_t from, to; /* tenant slots */
	uint16_t level; /* the tenant that would have refused it */
	uint8_t kind;
	uint8_t ip_protocol;
	uint8_t reason; /* enum fate */
};

/* The worker writes; telemetry reads what flow_query copies for it. */
struct audit {
	struct audit_sample samples[AUDIT_SAMPLES]; /* a ring */
	uint64_t n; /* ever taken */
};

void audit_note(
	struct audit *a, const struct packet *p, uint16_t level, enum fate reason, uint64_t time_ns
);

#endif
