/* SPDX-License-Identifier: BSD-3-Clause */
/* The config's claims and denies, put in force on the ports they are for. Main thread. */
#ifndef APP_CLAIMS_H
#define APP_CLAIMS_H

#include "app/appliance.h"
#include "app/config.h"

/* Before the lcores run: the claims of ports that no XDP program guards are in force from the first packet on. */
int claims_prepare(struct appliance *a);

/* When the lcores run, after claims_prepare: the claims of af_xdp ports are put in force, and groups are joined. 0 or a negative errno after saying why. */
int claims_begin(struct appliance *a);

/*
 * Compiles the rows of every port, then puts them in force instead of the running config's, port by port for those of
 * af_xdp; groups that a claim names are joined before and those that none names any more are left behind. 0, or a negative
 * errno after saying why: then every port has the rules and groups that it had.
 */
int claims_apply(struct appliance *a, const struct config *config);

/* While the lcores still run: the kernel has all packets again, and is told to leave the groups. */
void claims_withdraw(struct appliance *a);

/* After the lcores have ended: frees what claims took. */
void claims_end(struct appliance *a);

#endif
