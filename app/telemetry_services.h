/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers about services and the streams that are read for them. Telemetry thread only. */
#ifndef APP_TELEMETRY_SERVICES_H
#define APP_TELEMETRY_SERVICES_H

#include "app/appliance.h"

#include <rte_telemetry.h>

/* All services. Parameter: offset. */
int telemetry_services(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* One service by message type and reason. Parameter: its name. */
int telemetry_service(const struct appliance *a, const char *params, struct rte_tel_data *d);

/* What all streams use, of how much, and what was counted of them. No parameter. */
int telemetry_streams(const struct appliance *a, const char *params, struct rte_tel_data *d);

#endif
