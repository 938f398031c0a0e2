/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SIGHUP: the config file is read again, and its claims and denies are put in force, all or nothing.
 *
 * What else the file says must be as it was: ports, lcores, pairs, feeds and pools only change by a restart (today). A
 * file that is wrong, or that changes them, changes nothing and is reported in the log. Main thread.
 */
#ifndef APP_RELOAD_H
#define APP_RELOAD_H

#include "app/appliance.h"

/* 0, or a negative errno after saying why. */
int reload(struct appliance *a, const char *file);

#endif
