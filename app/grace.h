/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting until what was replaced is used by nobody. Main thread. */
#ifndef APP_GRACE_H
#define APP_GRACE_H

struct appliance;

/*
 * Until every polling lcore has been through a whole turn, or has ended: nobody holds the old pointer then. An lcore that is
 * kept from its CPU is waited for. (RCU with the turns of the loop as quiescent states.)
 */
void grace_period_wait(const struct appliance *a);

#endif
