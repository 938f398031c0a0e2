/* SPDX-License-Identifier: BSD-3-Clause */
/* What telemetry says of feeds. Telemetry thread only. */
#ifndef APP_TELEMETRY_FEEDS_H
#define APP_TELEMETRY_FEEDS_H

#include "app/appliance.h"

#include <rte_telemetry.h>

/* The row of a feed in the list. */
void telemetry_feed_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
);

/* One feed by type, reason and line; `params` is its name. 0, or -ENOENT. */
int telemetry_feed(const struct appliance *a, const char *params, struct rte_tel_data *d);

#endif
