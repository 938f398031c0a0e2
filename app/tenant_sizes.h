/* SPDX-License-Identifier: BSD-3-Clause */
/* How large tables for tenants are. Needs nothing but the config and the number of workers. */
#ifndef APP_TENANT_SIZES_H
#define APP_TENANT_SIZES_H

#include "app/config.h"
#include "app/plan.h"
#include "pipeline/flow/flow_table.h"
#include "pipeline/flow/fragment_table.h"

#include <stddef.h>
#include <stdint.h>

/* Sizes of one worker's tables, of so many workers. */
struct tenant_sizes {
	uint32_t flows4, flows6, fragments; /* of each worker */
	uint16_t slots;
	size_t flow4_bytes, flow6_bytes; /* all of a table, by its flows */
	size_t bytes; /* of everything, all workers */
};

struct tenant_sizes tenant_sizes(const struct config *config, unsigned n_workers);

/* What the EAL's heap must hold for the tenants of the plan's config, of two generations at a time. */
uint64_t tenant_sizes_bytes_needed(const struct plan *plan);

/* One worker's tables of these sizes, but for seeds and socket. `kind`: PACKET_IPV4 or PACKET_IPV6. */
struct flow_table_config tenant_flows_config(const struct tenant_sizes *sizes, uint8_t kind);
struct fragment_table_config
tenant_fragments_config(const struct config *config, const struct tenant_sizes *sizes);

#endif
