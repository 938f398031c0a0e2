/* SPDX-License-Identifier: BSD-3-Clause */
/* The main lcore's work while packets flow: wait for a reason to stop. */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "app/appliance.h"
#include "app/options.h"

/* From now on SIGINT, SIGTERM and SIGHUP do not end the process but reach control_wait. Once, before the EAL starts. */
void control_signals_catch(void);

/*
 * Returns 0 when SIGINT, SIGTERM, --run-for or --exit-when-idle says so, or a negative errno when a port is gone and leat
 * cannot go on. Meanwhile SIGHUP reloads, and links are watched.
 */
int control_wait(struct appliance *a, const struct options *options);

#endif
