/* SPDX-License-Identifier: BSD-3-Clause */
/* Loading, the socket, test runs. */
#include "tests/bpf/steer_fixture.h"

#include "bpf/steer_object.h"
#include "tests/bpf/rows.h"
#include "tests/unit/unit_test.h"

#include <bpf/bpf.h>
#include <linux/if_xdp.h>

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	UMEM_BYTES = 64 * 4096,
	RING_ENTRIES = 64,
	PACKET_BYTES_MAX = 4096,
};

static const char *unavailable = "no reason yet";

static void
loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	(void)close(fd);
}

/* The kernel takes only a bound socket with rings and memory into an XSKMAP. */
static int
socket_make(void)
{
	static uint8_t umem[UMEM_BYTES] __attribute__((aligned(4096)));
	const struct xdp_umem_reg memory = {
		.addr = (uintptr_t)umem, .len = sizeof(umem), .chunk_size = 4096};
	const struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_COPY,
		.sxdp_ifindex = if_nametoindex("lo"),
	};
	static const int rings[] = {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING};
	int n = RING_ENTRIES;
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)), 0);
	for (unsigned i = 0; i < ARRAY_LENGTH(rings); i++)
		assert_int_equal(setsockopt(fd, SOL_XDP, rings[i], &n, sizeof(n)), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

void
steer_fixture_socket(struct steer_fixture *f, bool present)
{
	uint32_t queue = 0;

	if (present)
		assert_int_equal(
			bpf_map_update_elem(f->sockets_fd, &queue, &f->socket_fd, BPF_ANY), 0
		);
	else
		assert_int_equal(bpf_map_delete_elem(f->sockets_fd, &queue), 0);
}

/* As the driver does it: from a path, through libbpf. */
static int
program_load(struct steer_fixture *f)
{
	char path[32];
	int object_fd = steer_object_open(path, sizeof(path));
	int error;

	assert_true(object_fd >= 0);
	f->object = bpf_object__open_file(path, NULL);
	assert_non_null(f->object);
	error = bpf_object__load(f->object);
	(void)close(object_fd);
	return error;
}

int
steer_fixture_setup(void **state)
{
	struct steer_fixture *f = calloc(1, sizeof(*f));
	struct bpf_program *program;
	struct bpf_prog_info info = {.id = 0};
	uint32_t size = sizeof(info);
	int error;

	assert_non_null(f);
	*state = NULL;
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
		unavailable = "needs root";
		free(f);
		return 0;
	}
	error = program_load(f);
	if (error == -EPERM || error == -ENOSYS) {
		unavailable = "the kernel refuses BPF";
		bpf_object__close(f->object);
		free(f);
		return 0;
	}
	assert_int_equal(error, 0);
	program = bpf_object__next_program(f->object, NULL);
	assert_string_equal(bpf_program__name(program), STEER_PROGRAM_NAME);
	f->program_fd = bpf_program__fd(program);
	assert_int_equal(bpf_obj_get_info_by_fd(f->program_fd, &info, &size), 0);
	f->program_id = info.id;
	assert_int_equal(xdp_rules_open(&f->rules, f->program_id), 0);
	f->sockets_fd = bpf_object__find_map_fd_by_name(f->object, STEER_SOCKETS_MAP_NAME);
	loopback_up();
	f->socket_fd = socket_make();
	steer_fixture_socket(f, true);
	*state = f;
	return 0;
}

int
steer_fixture_teardown(void **state)
{
	struct steer_fixture *f = *state;

	if (f == NULL)
		return 0;
	xdp_rules_close(&f->rules);
	(void)close(f->socket_fd);
	bpf_object__close(f->object);
	free(f);
	return 0;
}

struct steer_fixture *
steer_fixture_require(void **state)
{
	if (*state == NULL) {
		print_message("# SKIP %s\n", unavailable);
		skip();
	}
	return *state;
}

void
steer_fixture_write(struct steer_fixture *f, const char *text)
{
	struct claims_row rows[ROWS_MAX];
	struct claims_table table;
	unsigned n = rows_parse(text, rows);

	assert_int_equal(claims_compile(rows, n, &table), 0);
	assert_int_equal(xdp_rules_write(&f->rules, &table), 0);
	claims_table_free(&table);
}

uint32_t
steer_fixture_run(struct steer_fixture *f, const uint8_t *packet, uint32_t length)
{
	static uint8_t out[PACKET_BYTES_MAX];
	struct bpf_test_run_opts run = {
		.sz = sizeof(run),
		.data_in = packet,
		.data_size_in = length,
		.data_out = out,
		.data_size_out = sizeof(out),
		.repeat = 1,
	};

	assert_int_equal(bpf_prog_test_run_opts(f->program_fd, &run), 0);
	assert_int_equal(run.data_size_out, length);
	assert_memory_equal(out, packet, length);
	return run.retval;
}

uint32_t
steer_fixture_time(int program_fd, const uint8_t *packet, uint32_t length, int repeat)
{
	struct bpf_test_run_opts run = {
		.sz = sizeof(run),
		.data_in = packet,
		.data_size_in = length,
		.repeat = repeat,
	};

	assert_int_equal(bpf_prog_test_run_opts(program_fd, &run), 0);
	return run.duration;
}

void
steer_fixture_read(struct steer_fixture *f, uint64_t counters[STEER_REASON_COUNT])
{
	assert_int_equal(xdp_rules_read(&f->rules, counters), 0);
}
