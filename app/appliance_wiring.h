/* SPDX-License-Identifier: BSD-3-Clause */
/* From a plan to rings, workers and lcores that point at each other. */
#ifndef APP_APPLIANCE_WIRING_H
#define APP_APPLIANCE_WIRING_H

#include "app/appliance.h"

/* After the ports are configured. 0, or a negative errno after saying why; appliance_unwire then undoes it. */
int appliance_wire(struct appliance *a);

/*
 * Only the first worker with its tables. Ports are names with their index for an id; there are no queues and no rings. For
 * --explain. Likewise; `config` and `plan` have been set.
 */
int appliance_wire_dry(struct appliance *a);

/* While no lcore runs, and with empty rings: appliance_stop leaves them so. */
void appliance_unwire(struct appliance *a);

#endif
