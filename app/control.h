/* SPDX-License-Identifier: BSD-3-Clause */
/* The main lcore's work while packets flow: wait for a reason to stop. */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "app/appliance.h"
#include "app/options.h"

/* From now on SIGINT and SIGTERM do not end the process but control_wait. Once, before packets flow. */
void control_signals_catch(void);

/* Returns when a signal, --run-for or --exit-when-idle says so. */
void control_wait(const struct appliance *a, const struct options *options);

#endif
