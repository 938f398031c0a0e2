/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose program is on an interface, and what leat does about it; on a veth pair in a network namespace of its own. */
#include "bpf/xdp_loader.h"
#include "tests/bpf/rows.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/unit/unit_test.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 5000 };

struct attach_case {
	const char *interface;
	uint32_t flags;
	enum xdp_mode mode;
};

static const struct attach_case attach_cases[] = {
	{"leat0", 0, XDP_MODE_NATIVE},
	{"leat0", XDP_FLAGS_SKB_MODE, XDP_MODE_GENERIC},
	{"lo", 0, XDP_MODE_GENERIC}, /* its driver has no XDP */
};

static int
loader_setup(void **state)
{
	int error = steer_fixture_setup(state);

	if (error == 0 && *state != NULL)
		assert_int_equal(
			system("ip link add leat0 type veth peer name leat1 && ip link set leat0 "
			       "up "
			       "&& ip link set leat1 up"),
			0
		);
	return error;
}

static unsigned
interface_number(const char *name)
{
	unsigned number = if_nametoindex(name);

	assert_int_not_equal(number, 0);
	return number;
}

/* As net_af_xdp does it. */
static void
attach(unsigned interface, int program_fd, uint32_t flags)
{
	assert_int_equal(
		bpf_xdp_attach(
			(int)interface, program_fd, flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL
		),
		0
	);
}

static void
assert_attached(unsigned interface, enum xdp_mode mode, const char *name)
{
	struct xdp_attachment a;

	assert_int_equal(xdp_attachment_query(interface, &a), 0);
	assert_int_equal(a.mode, mode);
	assert_string_equal(a.program_name, name);
	assert_int_equal(a.program_id != 0, mode != XDP_MODE_NONE);
}

static struct xdp_loader *
create(unsigned interface)
{
	struct xdp_loader_report report;
	struct xdp_loader *l = xdp_loader_create(interface, 0, &report);

	assert_non_null(l);
	return l;
}

static int
foreign_program_load(void)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(
		BPF_PROG_TYPE_XDP, "somebody_elses", "GPL", pass, ARRAY_LENGTH(pass), NULL
	);

	assert_true(fd >= 0);
	return fd;
}

static void
mode_is_what_the_kernel_says(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);

	for (unsigned i = 0; i < ARRAY_LENGTH(attach_cases); i++) {
		const struct attach_case *c = &attach_cases[i];
		unsigned interface = interface_number(c->interface);
		struct xdp_loader *l = create(interface);

		assert_int_equal(xdp_loader_find(l), -ENOENT);
		attach(interface, f->program_fd, c->flags);
		assert_int_equal(xdp_loader_find(l), 0);
		assert_int_equal(xdp_loader_attachment(l)->mode, c->mode);
		xdp_loader_destroy(l);
		assert_attached(interface, XDP_MODE_NONE, "");
	}
}

static void
rules_and_counters_are_those_of_the_attached_program(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned interface = interface_number("leat0");
	struct xdp_loader *l = create(interface);
	uint64_t before[STEER_REASON_COUNT], after[STEER_REASON_COUNT];
	struct claims_row rows[ROWS_MAX];
	struct claims_table table;
	/* An ARP header cut short is enough of a packet. */
	static const uint8_t packet[14] = {[12] = 0x08, [13] = 0x06};

	attach(interface, f->program_fd, 0);
	assert_int_equal(xdp_loader_find(l), 0);
	assert_int_equal(claims_compile(rows, rows_parse("deny ip4", rows), &table), 0);
	assert_int_equal(xdp_loader_write(l, &table), 0);
	claims_table_free(&table);
	assert_int_equal(xdp_loader_read(l, before), 0);
	assert_int_equal(steer_fixture_run(f, packet, sizeof(packet)), XDP_PASS);
	assert_int_equal(xdp_loader_read(l, after), 0);
	/* Others run on the interface as well: the kernel's own ND. */
	assert_true(after[STEER_PASSED_CONTROL] > before[STEER_PASSED_CONTROL]);
	xdp_loader_destroy(l);
}

static void
writing_and_reading_without_a_program_is_refused(void **state)
{
	struct xdp_loader *l;
	struct claims_table table = {.n = 0};
	uint64_t counters[STEER_REASON_COUNT];

	(void)steer_fixture_require(state);
	l = create(interface_number("leat0"));
	assert_int_equal(xdp_loader_write(l, &table), -ENOENT);
	assert_int_equal(xdp_loader_read(l, counters), -ENOENT);
	xdp_loader_destroy(l);
}

static void
foreign_program_stays_and_is_named(void **state)
{
	unsigned interface;
	struct xdp_loader_report report;
	int fd;

	(void)steer_fixture_require(state);
	interface = interface_number("leat0");
	fd = foreign_program_load();
	attach(interface, fd, 0);
	assert_null(xdp_loader_create(interface, WAIT_MS, &report));
	assert_int_equal(errno, EBUSY);
	assert_string_equal(report.found.program_name, "somebody_elses");
	assert_int_not_equal(report.found.program_id, 0);
	assert_false(report.stale_removed);
	assert_attached(interface, XDP_MODE_NATIVE, "somebody_elses");
	assert_int_equal(bpf_xdp_detach((int)interface, 0, NULL), 0);
	(void)close(fd);
}

static void
foreign_program_that_came_later_stays(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned interface = interface_number("leat0");
	struct xdp_loader *l = create(interface);
	int fd = foreign_program_load();

	attach(interface, f->program_fd, 0);
	assert_int_equal(xdp_loader_find(l), 0);
	assert_int_equal(bpf_xdp_attach((int)interface, fd, 0, NULL), 0);
	assert_int_equal(xdp_loader_find(l), -ENOENT);
	xdp_loader_destroy(l);
	assert_attached(interface, XDP_MODE_NATIVE, "somebody_elses");
	assert_int_equal(bpf_xdp_detach((int)interface, 0, NULL), 0);
	(void)close(fd);
}

/* A program of the same name alone is not leat's. */
static void
program_with_leats_name_and_without_its_maps_is_foreign(void **state)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct xdp_loader_report report;
	unsigned interface;
	int fd;

	(void)steer_fixture_require(state);
	interface = interface_number("leat0");
	fd = bpf_prog_load(
		BPF_PROG_TYPE_XDP, STEER_PROGRAM_NAME, "GPL", pass, ARRAY_LENGTH(pass), NULL
	);
	assert_true(fd >= 0);
	attach(interface, fd, XDP_FLAGS_SKB_MODE);
	assert_null(xdp_loader_create(interface, 0, &report));
	assert_int_equal(errno, EBUSY);
	assert_attached(interface, XDP_MODE_GENERIC, STEER_PROGRAM_NAME);
	assert_int_equal(bpf_xdp_detach((int)interface, XDP_FLAGS_SKB_MODE, NULL), 0);
	(void)close(fd);
}

/* Another leat: takes the interface, attaches, says so, and waits to be killed. */
static pid_t
other_leat_start(struct steer_fixture *f, unsigned interface)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct xdp_loader_report report;

		if (xdp_loader_create(interface, 0, &report) != NULL &&
		    bpf_xdp_attach((int)interface, f->program_fd, 0, NULL) == 0)
			(void)!write(ready[1], "r", 1);
		(void)pause();
		_exit(0);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	return pid;
}

static void
living_leat_keeps_its_interface_and_a_killed_one_does_not(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned interface = interface_number("leat0");
	pid_t pid = other_leat_start(f, interface);
	struct xdp_loader_report report;
	struct xdp_loader *l;

	assert_null(xdp_loader_create(interface, 100, &report));
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(report.holder_pid, pid);
	assert_attached(interface, XDP_MODE_NATIVE, STEER_PROGRAM_NAME);

	/* At once: the dying process may hold it a little longer. */
	assert_int_equal(kill(pid, SIGKILL), 0);
	l = xdp_loader_create(interface, WAIT_MS, &report);
	assert_non_null(l);
	assert_true(report.stale_removed);
	assert_true(report.found.is_steer);
	assert_attached(interface, XDP_MODE_NONE, "");
	xdp_loader_destroy(l);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
interfaces_are_held_one_by_one(void **state)
{
	struct xdp_loader_report report;
	struct xdp_loader *a, *b;

	(void)steer_fixture_require(state);
	a = create(interface_number("leat0"));
	b = create(interface_number("leat1"));
	assert_null(xdp_loader_create(interface_number("leat0"), 0, &report));
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(report.holder_pid, getpid());
	xdp_loader_destroy(a);
	xdp_loader_destroy(b);
	xdp_loader_destroy(create(interface_number("leat0")));
}

static void
interface_that_is_gone_is_an_error_and_no_crash(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	struct xdp_loader_report report;
	struct claims_table table = {.n = 0};
	uint64_t counters[STEER_REASON_COUNT];
	unsigned interface;
	struct xdp_loader *l;

	assert_int_equal(system("ip link add leat2 type veth peer name leat3"), 0);
	interface = interface_number("leat2");
	l = create(interface);
	attach(interface, f->program_fd, 0);
	assert_int_equal(xdp_loader_find(l), 0);
	assert_int_equal(system("ip link del leat2"), 0);
	assert_int_equal(xdp_loader_write(l, &table), 0);
	assert_int_equal(xdp_loader_read(l, counters), 0);
	assert_true(xdp_loader_find(l) < 0);
	xdp_loader_destroy(l);
	assert_null(xdp_loader_create(interface, 0, &report));
	assert_int_equal(errno, ENODEV);
}

static void
counters_have_names_and_helps(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STEER_REASON_COUNT; i++) {
		assert_non_null(steer_reasons[i].name);
		assert_non_null(steer_reasons[i].help);
		assert_int_equal(
			strspn(steer_reasons[i].name, "abcdefghijklmnopqrstuvwxyz_"),
			strlen(steer_reasons[i].name)
		);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(steer_reasons[i].name, steer_reasons[j].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mode_is_what_the_kernel_says),
		cmocka_unit_test(rules_and_counters_are_those_of_the_attached_program),
		cmocka_unit_test(writing_and_reading_without_a_program_is_refused),
		cmocka_unit_test(foreign_program_stays_and_is_named),
		cmocka_unit_test(foreign_program_that_came_later_stays),
		cmocka_unit_test(program_with_leats_name_and_without_its_maps_is_foreign),
		cmocka_unit_test(living_leat_keeps_its_interface_and_a_killed_one_does_not),
		cmocka_unit_test(interfaces_are_held_one_by_one),
		cmocka_unit_test(interface_that_is_gone_is_an_error_and_no_crash),
		cmocka_unit_test(counters_have_names_and_helps),
	};

	return cmocka_run_group_tests(tests, loader_setup, steer_fixture_teardown);
}
