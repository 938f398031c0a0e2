/* SPDX-License-Identifier: BSD-3-Clause */
/* The system's clocks in nanoseconds. Any thread but those that poll. */
#ifndef APP_CLOCK_H
#define APP_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC. */
uint64_t clock_ns(void);

/* CLOCK_REALTIME: since 1970-01-01 00:00 UTC. */
uint64_t clock_unix_ns(void);

#endif
