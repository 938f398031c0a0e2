/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SIGHUP: the config file is read again, and its claims, denies, tenants and sets are put in force, all or nothing.
 *
 * What else the file says must be as it was: ports, lcores, pairs, feeds, pools and table sizes only change by a restart. A
 * file that is wrong, or that changes them, changes nothing; what is wrong is in the log, and in /leat/config until a
 * reload succeeds. Main thread.
 */
#ifndef APP_RELOAD_H
#define APP_RELOAD_H

#include "app/appliance.h"

/* 0, or a negative errno after saying why. */
int reload(struct appliance *a, const char *file);

#endif
