/* SPDX-License-Identifier: BSD-3-Clause */
/* What --explain found about one packet, as JSON. */
#ifndef APP_EXPLAIN_PRINT_H
#define APP_EXPLAIN_PRINT_H

#include "app/appliance.h"
#include "pipeline/explain.h"

#include <jansson.h>
#include <stdint.h>

/* A packet that has been through the stages. */
struct explained_packet {
	uint64_t number; /* from 1 */
	uint64_t time_ns; /* since the capture's first packet */
	uint16_t port; /* index of config.ports */
	uint32_t bytes; /* of the frame */
	const struct packet *packet;
	const struct flow *flow; /* NULL: none */
	const struct explain *explain;
	enum fate fate;
};

/* A new object, or NULL without memory. */
json_t *explain_json(const struct appliance *a, const struct explained_packet *p);

#endif
