/* SPDX-License-Identifier: BSD-3-Clause */
/* The config's claims and denies, put in force on the ports they are for. Main thread. */
#ifndef APP_CLAIMS_H
#define APP_CLAIMS_H

#include "app/appliance.h"
#include "app/config.h"

/*
 * Compiles the rows of every port, then puts them in force, port by port for those of af_xdp; groups that a claim names are joined before and
 * those that none names any more are left behind. `running` is the config in force, NULL at the start. 0, or a negative errno after saying why: then every port has the rules
 * and groups that it had.
 */
int claims_apply(struct appliance *a, const struct config *config, const struct config *running);

/* Before the lcores run: the claims of ports that no XDP program guards are in force from the first packet on. */
int claims_prepare(struct appliance *a);

/* While the lcores still run: the kernel has all packets again, and is told to leave the groups. */
void claims_withdraw(struct appliance *a);

/* After the lcores have ended: frees what claims took. */
void claims_end(struct appliance *a);

#endif
