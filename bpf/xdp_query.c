/* SPDX-License-Identifier: BSD-3-Clause */
/* Attachments through libbpf: interface -> program ID -> maps by name. */
#include "bpf/xdp_query.h"

#include "bpf/steer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

enum { PROGRAM_MAPS_MAX = 16 }; /* leat's has three, a foreign one may have any number */

const char *const xdp_mode_names[XDP_MODE_COUNT] = {
	[XDP_MODE_NONE] = "none",
	[XDP_MODE_NATIVE] = "native",
	[XDP_MODE_GENERIC] = "generic",
	[XDP_MODE_OFFLOAD] = "offload",
};

static const uint32_t mode_flags[XDP_MODE_COUNT] = {
	[XDP_MODE_NATIVE] = XDP_FLAGS_DRV_MODE,
	[XDP_MODE_GENERIC] = XDP_FLAGS_SKB_MODE,
	[XDP_MODE_OFFLOAD] = XDP_FLAGS_HW_MODE,
};

/* The maps of a program; fewer than it has where it has very many. */
struct program_maps {
	struct bpf_prog_info info;
	uint32_t ids[PROGRAM_MAPS_MAX];
};

static int
program_info_read(uint32_t program_id, struct program_maps *maps)
{
	uint32_t size = sizeof(maps->info);
	int fd = bpf_prog_get_fd_by_id(program_id);
	int error = 0;

	memset(maps, 0, sizeof(*maps));
	if (fd < 0)
		return -errno;
	maps->info.map_ids = (uintptr_t)maps->ids;
	maps->info.nr_map_ids = PROGRAM_MAPS_MAX;
	if (bpf_obj_get_info_by_fd(fd, &maps->info, &size) != 0)
		error = -errno;
	if (maps->info.nr_map_ids > PROGRAM_MAPS_MAX)
		maps->info.nr_map_ids = PROGRAM_MAPS_MAX; /* it says how many there are */
	(void)close(fd); /* only read from */
	return error;
}

/* Opens a map if it has the name: its descriptor, or -ENOENT. */
static int
map_open_if_named(uint32_t id, const char *name)
{
	struct bpf_map_info info = {.id = 0};
	uint32_t size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);

	if (fd < 0)
		return -ENOENT;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && strcmp(info.name, name) == 0)
		return fd;
	(void)close(fd); /* only read from */
	return -ENOENT;
}

int
xdp_program_map_open(uint32_t program_id, const char *name)
{
	struct program_maps maps;
	int error = program_info_read(program_id, &maps);
	int fd = -ENOENT;

	if (error != 0)
		return error;
	for (uint32_t i = 0; fd < 0 && i < maps.info.nr_map_ids; i++)
		fd = map_open_if_named(maps.ids[i], name);
	return fd;
}

static bool
program_uses_map(uint32_t program_id, const char *name)
{
	int fd = xdp_program_map_open(program_id, name);

	if (fd >= 0)
		(void)close(fd); /* only looked for */
	return fd >= 0;
}

static void
attachment_name(struct xdp_attachment *a)
{
	struct program_maps maps;

	if (program_info_read(a->program_id, &maps) != 0)
		return;
	memcpy(a->program_name, maps.info.name, sizeof(a->program_name));
	a->program_name[sizeof(a->program_name) - 1] = '\0';
	a->is_steer = strcmp(a->program_name, STEER_PROGRAM_NAME) == 0 &&
		      program_uses_map(a->program_id, STEER_RULES_MAP_NAME) &&
		      program_uses_map(a->program_id, STEER_COUNTERS_MAP_NAME) &&
		      program_uses_map(a->program_id, STEER_SOCKETS_MAP_NAME);
}

int
xdp_attachment_query(unsigned interface, struct xdp_attachment *a)
{
	struct bpf_xdp_query_opts query = {.sz = sizeof(query)};
	char name[IF_NAMESIZE];
	int error = bpf_xdp_query((int)interface, 0, &query);

	memset(a, 0, sizeof(*a));
	if (error != 0)
		return error;
	/* Beside one in hardware there may be another in software, and then that one is asked about. */
	if (query.drv_prog_id != 0) {
		a->mode = XDP_MODE_NATIVE;
		a->program_id = query.drv_prog_id;
	} else if (query.skb_prog_id != 0) {
		a->mode = XDP_MODE_GENERIC;
		a->program_id = query.skb_prog_id;
	} else if (query.hw_prog_id != 0) {
		a->mode = XDP_MODE_OFFLOAD;
		a->program_id = query.hw_prog_id;
	}
	if (a->program_id != 0)
		attachment_name(a);
	else if (if_indextoname(interface, name) == NULL)
		return -ENODEV; /* libbpf finds no program on an interface that is gone, and says no more */
	return 0;
}

int
xdp_attachment_remove(unsigned interface, const struct xdp_attachment *a)
{
	struct bpf_xdp_attach_opts expected = {.sz = sizeof(expected)};
	int error;

	expected.old_prog_fd = bpf_prog_get_fd_by_id(a->program_id);
	if (expected.old_prog_fd < 0)
		return -errno;
	error = bpf_xdp_detach((int)interface, mode_flags[a->mode] | XDP_FLAGS_REPLACE, &expected);
	(void)close(expected.old_prog_fd); /* it was only a reference */
	return error;
}

int
xdp_attachment_keep(unsigned interface, uint32_t own_id, enum xdp_mode *mode)
{
	struct xdp_attachment found;
	int error = xdp_attachment_query(interface, &found);
	int program;

	if (error != 0)
		return error;
	if (found.program_id == 0 || found.program_id == own_id)
		return -ENOENT;
	*mode = found.mode;
	program = bpf_prog_get_fd_by_id(found.program_id);
	return program >= 0 ? program : -errno;
}

int
xdp_attachment_restore(unsigned interface, int program, enum xdp_mode mode)
{
	int error = bpf_xdp_attach(
		(int)interface, program, mode_flags[mode] | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL
	);

	(void)close(program); /* it was only a reference */
	return error == -EBUSY ? 0 : error; /* busy: the driver has left it alone */
}
