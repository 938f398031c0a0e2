/* SPDX-License-Identifier: BSD-3-Clause */
/* /leat/config[,offset]: which config is in force, since when, its text, and what was wrong with a later one. */
#ifndef APP_TELEMETRY_CONFIG_H
#define APP_TELEMETRY_CONFIG_H

#include "app/appliance.h"

#include <rte_telemetry.h>

int telemetry_config(const struct appliance *a, const char *params, struct rte_tel_data *d);

#endif
