/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals, run time and idle time, looked at a hundred times a second. */
#include "app/control.h"

#include "app/log.h"

#include <signal.h>
#include <string.h>
#include <time.h>

static sigset_t
stop_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set); /* these three cannot fail for valid signals */
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	return set;
}

void
control_signals_block(void)
{
	sigset_t set = stop_signals();

	(void)sigprocmask(SIG_BLOCK, &set, NULL);
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
	sigset_t set = stop_signals();
	uint64_t received = 0, last_arrival_ns = clock_ns();

	for (;;) {
		int signal = sigtimedwait(&set, NULL, &tick);
		uint64_t now_ns = clock_ns(), now_received = packets_received(a);

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
	}
}
