/* SPDX-License-Identifier: BSD-3-Clause */
/* Taking, finding, writing, letting go, with a reason for each that fails. */
#include "app/port_xdp.h"

#include "app/log.h"
#include "bpf/steer_object.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	/* A leat that was killed a moment ago may still be dying. */
	TAKE_WAIT_MS = 3000,
	PATH_BYTES = 32,
};

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

	*xdp = (struct port_xdp){.object = -1};
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
	__atomic_fetch_add(&xdp->writes, 1, __ATOMIC_RELAXED);
	return 0;
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
	if (xdp->object >= 0)
		(void)close(xdp->object); /* memory only */
	claims_table_free(&xdp->table);
	*xdp = (struct port_xdp){.object = -1};
}
