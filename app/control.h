/* SPDX-License-Identifier: BSD-3-Clause */
/* The main lcore's work while packets flow: wait for a reason to stop. */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "app/appliance.h"
#include "app/options.h"

/* Blocks SIGINT and SIGTERM, so that control_wait sees them. Before any other thread is made. */
void control_signals_block(void);

/* Returns when a signal, --run-for or --exit-when-idle says so. */
void control_wait(const struct appliance *a, const struct options *options);

#endif
