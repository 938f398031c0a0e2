/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The XDP program, loaded from its memory file and run by the kernel on packets of ours (BPF_PROG_TEST_RUN), with a real
 * AF_XDP socket on queue 0 so that a claimed packet is redirected. Nothing is attached; the socket is bound to the
 * loopback of a network namespace of the test's own. All goes when the process ends.
 */
#ifndef BPF_STEER_FIXTURE_H
#define BPF_STEER_FIXTURE_H

#include "bpf/xdp_rules.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>

struct steer_fixture {
	struct bpf_object *object;
	int program_fd;
	uint32_t program_id;
	int sockets_fd;
	int socket_fd;
	struct xdp_rules rules;
};

/* cmocka's setup and teardown of a group; *state is the fixture, or NULL where BPF is not to be had here. */
int steer_fixture_setup(void **state);
int steer_fixture_teardown(void **state);

/* The fixture; skips the test with a reason where there is none. */
struct steer_fixture *steer_fixture_require(void **state);

/* Compiles rows as rows_parse reads them, and puts them into force. */
void steer_fixture_write(struct steer_fixture *f, const char *rows);

/* Runs the program once: an XDP verdict. Fails the test where the packet was changed. */
uint32_t steer_fixture_run(struct steer_fixture *f, const uint8_t *packet, uint32_t length);

/* Nanoseconds a run, over `repeat` runs. */
uint32_t steer_fixture_time(int program_fd, const uint8_t *packet, uint32_t length, int repeat);

/* Takes the socket from queue 0, or puts it there. */
void steer_fixture_socket(struct steer_fixture *f, bool present);

/* Sums of the counters. */
void steer_fixture_read(struct steer_fixture *f, uint64_t counters[STEER_REASON_COUNT]);

#endif
