/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * leat's hold on one interface: from before the driver opens it until after the driver has closed it.
 *
 *	xdp_loader_create	takes the interface: no other leat can; detaches what a dead leat left attached
 *	(the driver attaches the program: net_af_xdp with xdp_prog=, when its queues are set up)
 *	xdp_loader_find		finds the program's maps, which the driver keeps to itself
 *	xdp_loader_write	replaces the rules, at any time; until the first time all packets pass
 *	xdp_loader_read		reads the counters
 *	xdp_loader_destroy	detaches the program where the driver has not, and lets go of the interface
 *
 * The hold is a socket with a name in the abstract namespace, which lives and dies with the process, is the same for
 * all that share the interface's network namespace, whatever their PID or mount namespaces, and leaves nothing behind.
 * So a program found by who has the hold belongs to a dead leat. Main thread only.
 */
#ifndef BPF_XDP_LOADER_H
#define BPF_XDP_LOADER_H

#include "bpf/claims.h"
#include "bpf/xdp_query.h"

struct xdp_loader;

/* What xdp_loader_create found. */
struct xdp_loader_report {
	struct xdp_attachment found; /* the program that was attached, if any */
	bool stale_removed; /* it was a dead leat's, and is gone */
	int holder_pid; /* of the other leat, 0 where that is unknown */
};

/*
 * NULL with errno: EADDRINUSE: another leat has the interface (report->holder_pid), and had it for all of `wait_ms`,
 * which gives one that was just killed the time to die; EBUSY: it has a foreign program (report->found), which stays
 * untouched; others from the kernel.
 */
struct xdp_loader *
xdp_loader_create(unsigned interface, unsigned wait_ms, struct xdp_loader_report *report);

/*
 * 0, or a negative errno: -ENOENT: leat's program is not attached; -ENODEV: the interface is gone. May be called again:
 * where the program is a new one, the rules have to be written again.
 */
int xdp_loader_find(struct xdp_loader *loader);

/* What xdp_loader_find found: the mode to report. */
const struct xdp_attachment *xdp_loader_attachment(const struct xdp_loader *loader);

/*
 * Replaces all rules at once: each packet sees the old set or the new one. Once it has returned, no packet sees the
 * old one. 0, or a negative errno with the old rules still in force.
 */
int xdp_loader_write(struct xdp_loader *loader, const struct claims_table *table);

/* Sums over the CPUs, indexed by enum steer_reason. 0 or a negative errno. */
int xdp_loader_read(const struct xdp_loader *loader, uint64_t counters[STEER_REASON_COUNT]);

void xdp_loader_destroy(struct xdp_loader *loader);

/* Names and helps of the counters, in the order of the enum. */
struct steer_reason_row {
	const char *name; /* [a-z0-9_], a telemetry key */
	const char *help;
};
extern const struct steer_reason_row steer_reasons[STEER_REASON_COUNT];

#endif
