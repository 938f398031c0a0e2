/* SPDX-License-Identifier: BSD-3-Clause */
/* The feeds of the config in the appliance: one table for all lcores. Main thread. */
#ifndef APP_FEEDS_H
#define APP_FEEDS_H

struct appliance;

/* 0, or a negative errno after saying why. When the ports have their ids, before the workers are made. */
int feeds_create(struct appliance *a);

void feeds_destroy(struct appliance *a);

#endif
