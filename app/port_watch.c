/* SPDX-License-Identifier: BSD-3-Clause */
/* Links by the driver, or by the kernel where the port is an interface: net_af_xdp of 22.11 always says "up". */
#include "app/port_watch.h"

#include "app/appliance.h"
#include "app/log.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const uint64_t log_interval_ns = UINT64_C(1000000000);

static bool
interface_is_up(const char *interface)
{
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up;

	if (fd < 0)
		return true; /* nothing can be said */
	memcpy(request.ifr_name, interface, strnlen(interface, IF_NAMESIZE - 1));
	up = ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
	     (request.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	(void)close(fd); /* nothing was written */
	return up;
}

static bool
port_is_up(const struct port *port)
{
	struct rte_eth_link link = {0};

	if (port->config->interface[0] != '\0')
		return interface_is_up(port->config->interface);
	return rte_eth_link_get_nowait(port->id, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

/* The interface that was opened, not another of the same name made since. */
static bool
interface_is_gone(const struct port *port)
{
	char name[IF_NAMESIZE];

	return port->xdp.loader != NULL && if_indextoname(port->xdp.interface, name) == NULL;
}

static void
link_change(struct port *port, bool up)
{
	uint64_t now_ns = clock_ns();

	__atomic_store_n(&port->link_up, up, __ATOMIC_RELAXED);
	__atomic_fetch_add(&port->link_changes, 1, __ATOMIC_RELAXED);
	if (now_ns - port->link_logged_ns < log_interval_ns)
		return;
	port->link_logged_ns = now_ns;
	log_warning(
		"port %s: link %s (%lu changes so far)",
		port->config->name,
		up ? "up" : "down",
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
		link_change(port, up);
	}
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
		link_watch(&ports[i]);
	}
	return 0;
}
