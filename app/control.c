/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals, links, run time and idle time, looked at a hundred times a second. */
#include "app/control.h"

#include "app/log.h"
#include "app/port_watch.h"
#include "app/reload.h"
#include "app/tenant_clock.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

/* Set by the handler in whatever thread the signal meets; read and reset by the main thread. Atomic. */
static int signal_seen;
static int reload_wanted;

static void
signal_note(int number)
{
	__atomic_store_n(
		number == SIGHUP ? &reload_wanted : &signal_seen, number, __ATOMIC_RELAXED
	);
}

void
control_signals_catch(void)
{
	const struct sigaction action = {.sa_handler = signal_note, .sa_flags = SA_RESTART};

	(void)sigaction(SIGINT, &action, NULL); /* cannot fail for these signals */
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
}

/* What tells whether leat has been idle: seen at one tick, compared at the next. */
struct activity {
	uint64_t received;
	uint64_t rounds[RTE_MAX_LCORE]; /* of each lcore */
};

/*
 * Nothing arrived, nothing is under way, and every lcore has looked since the last tick: one that was kept from its CPU
 * says nothing about its ports.
 */
static bool
tick_is_idle(const struct appliance *a, struct activity *last)
{
	struct appliance_totals totals;
	bool idle;

	appliance_totals(a, &totals);
	idle = totals.received == last->received && totals.received == totals.settled;
	last->received = totals.received;
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		uint64_t rounds = counter_read(&a->counters[i]->rounds);

		idle &= rounds != last->rounds[i];
		last->rounds[i] = rounds;
	}
	return idle;
}

static void
reload_if_wanted(struct appliance *a, const struct options *options)
{
	if (__atomic_exchange_n(&reload_wanted, 0, __ATOMIC_RELAXED) == 0)
		return;
	if (options->config_file == NULL)
		log_warning("SIGHUP: there is no config file to reload");
	else
		(void)reload(a, options->config_file); /* it has said why */
}

static bool
time_is_over(const struct appliance *a, const struct options *options, uint64_t idle_since_ns)
{
	uint64_t now_ns = clock_ns();

	if (options->run_for_ns != 0 && now_ns - a->started_ns >= options->run_for_ns)
		return true;
	return options->exit_when_idle_ns != 0 &&
	       now_ns - idle_since_ns >= options->exit_when_idle_ns;
}

int
control_wait(struct appliance *a, const struct options *options)
{
	const struct timespec tick = {.tv_nsec = 10 * 1000 * 1000};
	struct activity activity = {0};
	uint64_t idle_since_ns = clock_ns();
	int number;

	while ((number = __atomic_load_n(&signal_seen, __ATOMIC_RELAXED)) == 0) {
		int error = ports_watch(a->ports, a->config->n_ports);

		if (error != 0)
			return error;
		tenant_clock_set(&a->tenants);
		reload_if_wanted(a, options);
		if (!tick_is_idle(a, &activity))
			idle_since_ns = clock_ns();
		if (time_is_over(a, options, idle_since_ns))
			return 0;
		(void)nanosleep(&tick, NULL); /* a signal may end it early, which is welcome */
	}
	log_info("%s: stopping", strsignal(number));
	return 0;
}
