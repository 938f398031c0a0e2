/* SPDX-License-Identifier: BSD-3-Clause */
/* A ring that overwrites its oldest. */
#include "pipeline/tenant/audit.h"

void
audit_note(
	struct audit *a, const struct packet *p, uint16_t level, enum fate reason, uint64_t time_ns
)
{
	a->samples[a->n++ % AUDIT_SAMPLES] = (struct audit_sample){
		.time_ns = time_ns,
		.src = p->src,
		.dst = p->dst,
		.src_port_be = p->src_port_be,
		.dst_port_be = p->dst_port_be,
		.from = p->from,
		.to = p->to,
		.level = level,
		.kind = p->kind,
		.ip_protocol = p->ip_protocol,
		.reason = (uint8_t)reason,
	};
}
