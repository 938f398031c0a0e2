/* SPDX-License-Identifier: BSD-3-Clause */
/* Links by the driver, or by the kernel where the port is an interface: net_af_xdp of 22.11 always says "up". */
#include "app/port_watch.h"

#include "app/appliance.h"
#include "app/log.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINK_LOGS_MAX = 4 }; /* lines a second for each port */

static const uint64_t second_ns = UINT64_C(1000000000);

/* By its index: it may have been renamed. */
static bool
interface_is_up(unsigned interface)
{
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up;

	if (fd < 0)
		return true; /* nothing can be said */
	up = if_indextoname(interface, request.ifr_name) != NULL &&
	     ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
	     (request.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	(void)close(fd); /* nothing was written */
	return up;
}

static bool
port_is_up(const struct port *port)
{
	struct rte_eth_link link = {0};

	if (port->xdp.loader != NULL)
		return interface_is_up(port->xdp.interface);
	return rte_eth_link_get_nowait(port->id, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

/* The interface that was opened, not another of the same name made since. */
static bool
interface_is_gone(const struct port *port)
{
	char name[IF_NAMESIZE];

	return port->xdp.loader != NULL && if_indextoname(port->xdp.interface, name) == NULL;
}

/*
 * A few changes are logged as they come; of a link that flaps faster, the state once a second, so that the last line about
 * it is true.
 */
static void
link_log(struct port *port)
{
	uint64_t now_ns = clock_ns();

	if (now_ns - port->link_log_second_ns >= second_ns) {
		port->link_log_second_ns = now_ns;
		port->link_logs_in_second = 0;
	}
	if (port->link_changes == port->link_changes_logged ||
	    port->link_logs_in_second == LINK_LOGS_MAX)
		return;
	port->link_logs_in_second++;
	port->link_changes_logged = port->link_changes;
	log_warning(
		"port %s: link %s (%lu changes so far)",
		port->config->name,
		port->link_up ? "up" : "down",
		(unsigned long)port->link_changes
	);
}

static void
link_watch(struct port *port)
{
	bool up = port_is_up(port);

	if (!port->link_known) {
		port->link_known = true;
		__atomic_store_n(&port->link_up, up, __ATOMIC_RELAXED);
	} else if (up != (port->link_up != 0)) {
		__atomic_store_n(&port->link_up, up, __ATOMIC_RELAXED);
		__atomic_fetch_add(&port->link_changes, 1, __ATOMIC_RELAXED);
	}
	link_log(port);
}

/* leat's XDP program, once a second. */
static int
program_watch(struct port *port)
{
	uint64_t now_ns = clock_ns();

	if (now_ns - port->program_seen_ns < second_ns)
		return 0;
	port->program_seen_ns = now_ns;
	return port_xdp_check(&port->xdp, port->config);
}

int
ports_watch(struct port *ports, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (interface_is_gone(&ports[i])) {
			log_error(
				"port %s: interface %s is gone; leat ends, and can be started again when it is back",
				ports[i].config->name,
				ports[i].config->interface
			);
			return -ENODEV;
		}
		if (program_watch(&ports[i]) != 0)
			return -ENODEV;
		link_watch(&ports[i]);
	}
	return 0;
}
