/* SPDX-License-Identifier: BSD-3-Clause */
/* clock_gettime as one number. */
#include "app/clock.h"

#include <time.h>

static uint64_t
clock_read_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now); /* cannot fail for these clocks */
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t
clock_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

uint64_t
clock_unix_ns(void)
{
	return clock_read_ns(CLOCK_REALTIME);
}
