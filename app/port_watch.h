/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens to ports while packets flow: links that come and go, interfaces that vanish. Main thread. */
#ifndef APP_PORT_WATCH_H
#define APP_PORT_WATCH_H

#include "app/port.h"

/*
 * Looks at every port once. A change of its link is counted, and logged a few times a second at most. 0, or -ENODEV after
 * saying which port's interface or XDP program is gone: AF_XDP sockets do not outlive their interface, and without the
 * program nothing comes, so leat has to be started again. A program is looked for once a second.
 */
int ports_watch(struct port *ports, unsigned n);

#endif
