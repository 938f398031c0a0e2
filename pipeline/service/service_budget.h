/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whose share of streams a connection uses: its tenant's, and that of all tenants above it.
 *
 * `streams.max` of a tenant is so many connections of the worker's `connections`; of waiting segments and of buffers it
 * may have the same part. So a tenant with a limit leaves the rest to the others, whatever its peers send.
 */
#ifndef PIPELINE_SERVICE_SERVICE_BUDGET_H
#define PIPELINE_SERVICE_SERVICE_BUDGET_H

#include "pipeline/service/service_reader.h"
#include "pipeline/tenant/tenant.h"

/* `set` as it is in force, NULL without tenants. The worker of the reader only. */
struct stream_budget *
service_budget(struct service_reader *reader, const struct tenant_set *set, uint16_t slot);

#endif
