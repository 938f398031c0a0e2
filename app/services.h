/* SPDX-License-Identifier: BSD-3-Clause */
/* The services of the config in the appliance: one reader for each worker. Main thread. */
#ifndef APP_SERVICES_H
#define APP_SERVICES_H

#include "app/plan.h"
#include "pipeline/service/service_reader.h"

#include <stdint.h>

struct appliance;

/* 0, or a negative errno after saying why. After the workers and the tenants have been made. */
int services_create(struct appliance *a);

/* No packet will come any more: what is kept is read and let go. */
void services_finish(struct appliance *a);

void services_destroy(struct appliance *a);

/* Mbufs that waiting segments may keep, on all workers. */
uint64_t services_held_max(const struct plan *plan);

/* Bytes that all workers' readers take; 0 without services. */
uint64_t services_bytes(const struct plan *plan);

/* The counters of a service, over all workers. */
void services_total(const struct appliance *a, uint16_t service, struct service_counters *total);

/* What all streams of all workers used and counted. */
void services_budget_total(const struct appliance *a, struct stream_budget *total);

#endif
