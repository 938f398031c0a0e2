/* SPDX-License-Identifier: BSD-3-Clause */
/* leat's commands on the DPDK telemetry socket: /leat/... . docs/manual.md lists them. */
#ifndef APP_TELEMETRY_H
#define APP_TELEMETRY_H

#include "app/appliance.h"

/* Between these two no answer is being made: what answers read may be changed. Any thread but those that poll. */
void telemetry_hold(void);
void telemetry_release(void);

/* Registers the commands, which from now on answer about this appliance. Once, main thread, after EAL. */
void telemetry_start(struct appliance *a);

/* After this returns no answer touches the appliance any more. The library cannot unregister: commands answer empty. */
void telemetry_stop(void);

#endif
