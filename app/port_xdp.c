/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking, finding, writing, letting go, with a reason for each that fails. */
#include "app/port_xdp.h"

#include "app/log.h"
#include "bpf/steer_object.h"

#include <rte_common.h>

#include <linux/if_packet.h>

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* A leat that was killed a moment ago may still be dying. */
	TAKE_WAIT_MS = 3000,
	PATH_BYTES = 32,
};

static const struct port_xdp port_xdp_none = {.object = -1, .promiscuous = -1, .foreign = -1};

/* Asks or tells the kernel something of an interface. 0 or a negative errno. */
static int
interface_ioctl(unsigned interface, unsigned long request, struct ifreq *argument)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (if_indextoname(interface, argument->ifr_name) == NULL ||
	    ioctl(fd, request, argument) != 0)
		error = -errno;
	(void)close(fd); /* nothing was written */
	return error;
}

static int
interface_mtu(unsigned interface)
{
	struct ifreq request = {0};

	return interface_ioctl(interface, SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 0;
}

static int
interface_flags(unsigned interface)
{
	struct ifreq request = {0};

	return interface_ioctl(interface, SIOCGIFFLAGS, &request) == 0
		       ? (unsigned short)request.ifr_flags
		       : 0;
}

static int
take_failed(const struct config_port *port, int error, const struct xdp_loader_report *report)
{
	if (error == EBUSY)
		log_error(
			"port %s: interface %s has the XDP program \"%s\" (id %u), which is not leat's: detach it (ip link set "
			"dev %s xdp off), or choose another interface",
			port->name,
			port->interface,
			report->found.program_name,
			report->found.program_id,
			port->interface
		);
	else if (error == EADDRINUSE)
		log_error(
			"port %s: interface %s belongs to another leat (pid %d)",
			port->name,
			port->interface,
			report->holder_pid
		);
	else
		log_error(
			"port %s: interface %s: %s", port->name, port->interface, strerror(error)
		);
	return -error;
}

int
port_xdp_take(struct port_xdp *xdp, const struct config_port *port, char *devargs, size_t size)
{
	struct xdp_loader_report report;
	char path[PATH_BYTES];

	*xdp = port_xdp_none;
	devargs[0] = '\0';
	if (port->interface[0] == '\0')
		return 0;
	xdp->interface = if_nametoindex(port->interface);
	if (xdp->interface == 0) {
		log_error("port %s: there is no interface %s (see `ip link`)", port->name, port->interface);
		return -ENODEV;
	}
	xdp->loader = xdp_loader_create(xdp->interface, TAKE_WAIT_MS, &report);
	if (xdp->loader == NULL)
		return take_failed(port, errno, &report);
	if (report.stale_removed)
		log_warning("port %s: the XDP program of a leat that died was on %s; replaced", port->name, port->interface);
	xdp->mtu = interface_mtu(xdp->interface);
	xdp->was_promiscuous = interface_flags(xdp->interface) & IFF_PROMISC;
	xdp->object = steer_object_open(path, sizeof(path));
	if (xdp->object < 0) {
		log_error(
			"port %s: the XDP program cannot be put into memory: %s",
			port->name,
			strerror(-xdp->object)
		);
		return xdp->object;
	}
	(void)snprintf(devargs, size, ",xdp_prog=%s", path);
	return 0;
}

int
port_xdp_find(struct port_xdp *xdp, const struct config_port *port)
{
	const struct xdp_attachment *attachment;
	int error;

	if (xdp->loader == NULL)
		return 0;
	error = xdp_loader_find(xdp->loader);
	if (error != 0) {
		log_error(
			"port %s: leat's XDP program is not on %s after the driver was opened: %s",
			port->name,
			port->interface,
			strerror(-error)
		);
		return error;
	}
	attachment = xdp_loader_attachment(xdp->loader);
	log_info(
		"port %s: XDP program %u attached to %s in %s mode",
		port->name,
		attachment->program_id,
		port->interface,
		xdp_mode_names[attachment->mode]
	);
	return 0;
}

int
port_xdp_write(struct port_xdp *xdp, const struct config_port *port, struct claims_table *table)
{
	struct claims_table old = xdp->table;
	int error = xdp_loader_write(xdp->loader, table);

	if (error != 0) {
		log_error(
			"port %s: the claims cannot be written: %s", port->name, strerror(-error)
		);
		return error;
	}
	xdp->table = *table;
	*table = old;
	__atomic_store_n(&xdp->entries, xdp->table.n, __ATOMIC_RELAXED);
	if (xdp->written)
		__atomic_fetch_add(&xdp->reloads, 1, __ATOMIC_RELAXED);
	xdp->written = true;
	return 0;
}

int
port_xdp_promiscuous_set(struct port_xdp *xdp)
{
	struct packet_mreq request = {
		.mr_ifindex = (int)xdp->interface, .mr_type = PACKET_MR_PROMISC};

	/* Protocol 0: it receives nothing. */
	xdp->promiscuous = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (xdp->promiscuous < 0)
		return -errno;
	if (setsockopt(
		    xdp->promiscuous, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)
	    ) != 0)
		return -errno;
	return 0;
}

uint16_t
port_xdp_mtu(const struct port_xdp *xdp)
{
	return (uint16_t)RTE_MIN(interface_mtu(xdp->interface), (int)UINT16_MAX);
}

int
port_xdp_check(const struct port_xdp *xdp, const struct config_port *port)
{
	struct xdp_attachment now;
	int error;

	if (xdp->loader == NULL)
		return 0;
	error = xdp_attachment_query(xdp->interface, &now);
	if (error != 0 || now.program_id == xdp_loader_attachment(xdp->loader)->program_id)
		return 0; /* an interface that is gone is reported as that */
	if (now.program_id == 0)
		log_error("port %s: leat's XDP program has been taken from %s; leat ends", port->name, port->interface);
	else
		log_error(
			"port %s: leat's XDP program on %s has been replaced by \"%s\" (id %u), "
			"which stays; leat ends",
			port->name,
			port->interface,
			now.program_name,
			now.program_id
		);
	return -ENOENT;
}

void
port_xdp_prepare_close(struct port_xdp *xdp)
{
	if (xdp->loader != NULL)
		xdp->foreign = xdp_attachment_keep(
			xdp->interface,
			xdp_loader_attachment(xdp->loader)->program_id,
			&xdp->foreign_mode
		);
}

/* ethdev turns it off at the start of a port that has not asked for it. */
static void
promiscuous_restore(const struct port_xdp *xdp)
{
	struct ifreq request = {0};
	int flags = interface_flags(xdp->interface);

	if (!xdp->was_promiscuous || flags == 0 || (flags & IFF_PROMISC))
		return;
	request.ifr_flags = (short)(flags | IFF_PROMISC);
	(void
	)interface_ioctl(xdp->interface, SIOCSIFFLAGS, &request); /* the interface may be gone */
}

static void
mtu_restore(const struct port_xdp *xdp)
{
	struct ifreq request = {.ifr_mtu = xdp->mtu};

	if (xdp->mtu != 0 && interface_mtu(xdp->interface) != xdp->mtu)
		(void)interface_ioctl(
			xdp->interface, SIOCSIFMTU, &request
		); /* the interface may be gone */
}

void
port_xdp_clear(struct port_xdp *xdp)
{
	const struct claims_table none = {0};

	if (xdp->loader != NULL)
		(void)xdp_loader_write(
			xdp->loader, &none
		); /* the interface may be gone; the program goes next anyway */
}

void
port_xdp_release(struct port_xdp *xdp)
{
	xdp_loader_destroy(xdp->loader);
	if (xdp->foreign >= 0)
		(void)xdp_attachment_restore(
			xdp->interface, xdp->foreign, xdp->foreign_mode
		); /* as mtu_restore */
	mtu_restore(xdp);
	promiscuous_restore(xdp);
	if (xdp->promiscuous >= 0)
		(void)close(xdp->promiscuous); /* nothing was written */
	if (xdp->object >= 0)
		(void)close(xdp->object); /* memory only */
	claims_table_free(&xdp->table);
	*xdp = port_xdp_none;
}
