/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals, run time and idle time, looked at a hundred times a second. */
#include "app/control.h"

#include "app/log.h"

#include <signal.h>
#include <string.h>
#include <time.h>

/* Set by the handler in whatever thread the signal meets; read by the main thread. Atomic. */
static int signal_seen;

static void
signal_note(int number)
{
	__atomic_store_n(&signal_seen, number, __ATOMIC_RELAXED);
}

void
control_signals_catch(void)
{
	const struct sigaction action = {.sa_handler = signal_note, .sa_flags = SA_RESTART};

	(void)sigaction(SIGINT, &action, NULL); /* cannot fail for these signals */
	(void)sigaction(SIGTERM, &action, NULL);
}

static uint64_t
packets_received(const struct appliance *a)
{
	struct appliance_totals totals;

	appliance_totals(a, &totals);
	return totals.received;
}

void
control_wait(const struct appliance *a, const struct options *options)
{
	const struct timespec tick = {.tv_nsec = 10 * 1000 * 1000};
	uint64_t received = 0, last_arrival_ns = clock_ns();

	for (;;) {
		uint64_t now_ns = clock_ns(), now_received = packets_received(a);
		int signal = __atomic_load_n(&signal_seen, __ATOMIC_RELAXED);

		if (signal > 0) {
			log_info("%s: stopping", strsignal(signal));
			return;
		}
		if (now_received != received) {
			received = now_received;
			last_arrival_ns = now_ns;
		}
		if (options->run_for_ns != 0 && now_ns - a->started_ns >= options->run_for_ns)
			return;
		if (options->exit_when_idle_ns != 0 &&
		    now_ns - last_arrival_ns >= options->exit_when_idle_ns)
			return;
		(void)nanosleep(&tick, NULL); /* a signal may end it early, which is welcome */
	}
}
