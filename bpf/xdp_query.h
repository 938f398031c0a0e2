/* SPDX-License-Identifier: BSD-3-Clause */
/* Which XDP program an interface has, in which mode, and whether it is leat's. Needs CAP_SYS_ADMIN for the name. */
#ifndef BPF_XDP_QUERY_H
#define BPF_XDP_QUERY_H

#include <linux/bpf.h>

#include <stdbool.h>
#include <stdint.h>

enum xdp_mode {
	XDP_MODE_NONE, /* no program */
	XDP_MODE_NATIVE, /* in the driver, before there is a socket buffer */
	XDP_MODE_GENERIC, /* by the network stack, for drivers that have no XDP: slower */
	XDP_MODE_OFFLOAD, /* in the hardware; leat does not do this */
	XDP_MODE_COUNT
};

/* "none", "native", ... */
extern const char *const xdp_mode_names[XDP_MODE_COUNT];

struct xdp_attachment {
	enum xdp_mode mode;
	uint32_t program_id; /* 0: no program */
	char program_name[BPF_OBJ_NAME_LEN]; /* "" where the kernel does not say */
	bool is_steer; /* leat's by the names of program and maps; another leat's perhaps */
};

/* 0 or a negative errno: -ENODEV: no such interface. No program is no error. */
int xdp_attachment_query(unsigned interface, struct xdp_attachment *attachment);

/* A descriptor of the map of this name that the program uses, or a negative errno (-ENOENT: it uses none). */
int xdp_program_map_open(uint32_t program_id, const char *name);

/* Detaches this program and no other. 0, or a negative errno (-EEXIST: another one is there now). */
int xdp_attachment_remove(unsigned interface, const struct xdp_attachment *attachment);

/*
 * net_af_xdp detaches whatever program it finds when it closes. A program other than `own_id` is kept in mind before, and
 * put back afterwards: a descriptor, or a negative errno (-ENOENT: there is none to keep).
 */
int xdp_attachment_keep(unsigned interface, uint32_t own_id, enum xdp_mode *mode);

/* Puts it back where no program is now, and closes the descriptor. 0 or a negative errno. */
int xdp_attachment_restore(unsigned interface, int program, enum xdp_mode mode);

#endif
