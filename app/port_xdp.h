/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * leat's XDP program on the interface of an af_xdp port: taken before the driver opens the interface, let go after the
 * driver has closed it. bpf/xdp_loader.h does the work; this says what happened. Main thread, but for the counters.
 */
#ifndef APP_PORT_XDP_H
#define APP_PORT_XDP_H

#include "app/config.h"
#include "bpf/xdp_loader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port_xdp {
	struct xdp_loader *loader; /* NULL: the port has no interface of leat's */
	unsigned interface; /* the kernel's index */
	int object; /* descriptor that keeps the program's path good, or -1 */
	int promiscuous; /* socket that keeps the interface promiscuous as long as leat lives, or -1 */
	int mtu; /* what the interface had when it was taken */
	bool was_promiscuous; /* likewise */
	int foreign; /* descriptor of another's program, while the driver closes; or -1 */
	enum xdp_mode foreign_mode;
	struct claims_table table; /* the rules in force */
	bool written; /* there have been some */
	/* Main thread writes, telemetry reads. Atomic. */
	uint64_t claims, denies, entries;
	uint64_t reloads; /* how often the rules have been replaced */
};

/*
 * Takes the port's interface and writes what its device string needs besides (",xdp_prog=...") to `devargs`. 0, or a
 * negative errno after saying why. For ports without an interface: 0 and an empty string.
 */
int port_xdp_take(struct port_xdp *xdp, const struct config_port *port, char *devargs, size_t size);

/* Finds the program that the driver has attached, and reports its mode. 0 or a negative errno after saying why. */
int port_xdp_find(struct port_xdp *xdp, const struct config_port *port);

/*
 * Puts rules in force, all at once, and keeps the table; the one before is handed back for the caller to free. 0, or a
 * negative errno after saying why, with the old rules in force and `table` unchanged.
 */
int
port_xdp_write(struct port_xdp *xdp, const struct config_port *port, struct claims_table *table);

/* Sees frames to other MAC addresses, without a trace on the interface when leat ends, however. 0 or a negative errno. */
int port_xdp_promiscuous_set(struct port_xdp *xdp);

/* The interface's MTU now; 0 where it is gone. */
uint16_t port_xdp_mtu(const struct port_xdp *xdp);

/* Is leat's program still there? 0, or a negative errno after saying what has become of it. */
int port_xdp_check(const struct port_xdp *xdp, const struct config_port *port);

/* From now on all packets go to the kernel. */
void port_xdp_clear(struct port_xdp *xdp);

/* Before the driver closes the interface: what must outlive that. */
void port_xdp_prepare_close(struct port_xdp *xdp);

/* Leaves the interface as it was found. After the driver has closed it. */
void port_xdp_release(struct port_xdp *xdp);

#endif
