/* SPDX-License-Identifier: BSD-3-Clause */
/* The workers' time: the TSC against the clocks of the system. Main thread. */
#ifndef APP_TENANT_CLOCK_H
#define APP_TENANT_CLOCK_H

#include "app/tenants.h"

#include <stdint.h>

/* Nanoseconds of a TSC cycle, 32.32 fixed point. Takes 20 ms. */
uint64_t tenant_clock_calibrate(void);

/* Follows the wall clock, which people and NTP set. Now and then. */
void tenant_clock_set(struct tenants *t);

#endif
