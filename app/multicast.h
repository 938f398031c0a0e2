/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Membership in the multicast groups that claims name, on the kernel interfaces of af_xdp ports.
 *
 * leat joins with an ordinary socket and never reads from it: the kernel then speaks IGMP and MLD on the interface
 * (ip(7), ipv6(7)), answers queries, and leaves when the socket is closed, however leat ends. Main thread.
 */
#ifndef APP_MULTICAST_H
#define APP_MULTICAST_H

#include "app/config.h"
#include "app/port.h"

/*
 * Joins the groups of claims that name a whole group address and are not joined yet. 0, or a negative errno after saying
 * why; multicast_leave_unclaimed then undoes what has been joined. A prefix of groups cannot be joined: warned of.
 */
int multicast_join_claimed(const struct port *ports, const struct config *config);

/* Leaves the groups that no claim of the config names; with NULL, all. */
void multicast_leave_unclaimed(const struct port *ports, const struct config *config);

#endif
