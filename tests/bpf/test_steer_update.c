/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules replaced while packets run: each packet sees one whole set. */
#include "tests/bpf/packet_text.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/unit/unit_test.h"

#include <bpf/bpf.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
	UPDATES = 60,
	RUNS = 2000, /* packets between two looks at `stop` */
};

/*
 * Both sets claim the packet and deny its neighbour, by different paths whose spaces have the same numbers: a mixture
 * of the two would judge by the space of another destination.
 */
static const char *const sets[2] = {
	"claim ip4 to 198.51.100.2 udp port 53;claim ip4 to 198.51.100.2 tcp port 53;"
	"deny ip4 to 198.51.100.3 udp port 1-100;deny ip4 to 198.51.100.3 tcp port 1",
	"deny ip4 to 198.51.100.0/31 udp port 53;deny ip4 to 198.51.100.1 tcp port 53;"
	"claim ip4 to 198.51.100.2 udp port 50-60 from 192.0.2.0/24;"
	"claim ip4 to 198.51.100.2 tcp port 9;deny ip4 to 198.51.100.3",
};

struct runner {
	struct steer_fixture *f;
	const char *packet;
	atomic_bool *stop;
	uint64_t n; /* runner: writes; main thread: reads after joining */
};

static void *
runner_run(void *argument)
{
	struct runner *r = argument;
	struct packet_builder b;

	packet_text_build(&b, r->packet);
	while (!atomic_load(r->stop)) {
		(void)steer_fixture_time(r->f->program_fd, b.bytes, b.length, RUNS);
		r->n += RUNS;
	}
	return NULL;
}

static void
rules_are_replaced_in_one_step(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	atomic_bool stop = false;
	struct runner claimed = {.f = f, .packet = "ip4 udp=53 data=8", .stop = &stop};
	struct runner denied = {.f = f, .packet = "ip4 to=198.51.100.3 udp=53", .stop = &stop};
	uint64_t counters[STEER_REASON_COUNT];
	pthread_t threads[2];

	steer_fixture_write(f, sets[0]);
	assert_int_equal(pthread_create(&threads[0], NULL, runner_run, &claimed), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, runner_run, &denied), 0);
	for (unsigned i = 1; i <= UPDATES; i++)
		steer_fixture_write(f, sets[i % 2]);
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(threads[0], NULL), 0);
	assert_int_equal(pthread_join(threads[1], NULL), 0);
	steer_fixture_read(f, counters);
	print_message(
		"# %d updates, %lu and %lu packets\n",
		UPDATES,
		(unsigned long)claimed.n,
		(unsigned long)denied.n
	);
	assert_true(claimed.n > 0 && denied.n > 0);
	assert_int_equal(counters[STEER_CLAIMED], claimed.n);
	assert_int_equal(counters[STEER_DENIED], denied.n);
	for (unsigned i = 0; i < STEER_REASON_COUNT; i++) {
		if (i != STEER_CLAIMED && i != STEER_DENIED)
			assert_int_equal(counters[i], 0);
	}
}

static uint32_t
trie_in_use(struct steer_fixture *f)
{
	uint32_t zero = 0, id;

	assert_int_equal(bpf_map_lookup_elem(f->rules.rules_fd, &zero, &id), 0);
	return id;
}

static void
old_rules_are_freed(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	uint32_t old;

	steer_fixture_write(f, sets[0]);
	old = trie_in_use(f);
	steer_fixture_write(f, sets[1]);
	assert_int_not_equal(trie_in_use(f), old);
	assert_true(bpf_map_get_fd_by_id(old) < 0);
}

/* Or kernels before 6.8 might free it too early: see xdp_rules.c. */
static void
who_opens_the_maps_later_holds_the_rules_in_use(void **state)
{
	struct steer_fixture *f = steer_fixture_require(state);
	struct xdp_rules second;

	steer_fixture_write(f, sets[0]);
	assert_int_equal(xdp_rules_open(&second, f->program_id), 0);
	assert_true(second.trie_fd >= 0);
	xdp_rules_close(&second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_replaced_in_one_step),
		cmocka_unit_test(old_rules_are_freed),
		cmocka_unit_test(who_opens_the_maps_later_holds_the_rules_in_use),
	};

	return cmocka_run_group_tests(tests, steer_fixture_setup, steer_fixture_teardown);
}
