/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which config is in force, since when, and what was wrong with a later one. Written by the main thread with telemetry held
 * off (telemetry_hold), read by telemetry.
 */
#ifndef APP_RUNNING_H
#define APP_RUNNING_H

#include <stdint.h>

struct running {
	const char *file; /* NULL: no file */
	uint32_t generation; /* how many configs have been put in force; the first is 1 */
	uint64_t since_unix_ns;
	char *error; /* why the last reload changed nothing, lines; NULL: it did, or there was none */
	uint64_t error_unix_ns;
};

/* Another config is in force. What was wrong before no longer counts. */
void running_changed(struct running *r);

/* A reload changed nothing. Takes `error` over (malloc). */
void running_failed(struct running *r, char *error);

void running_clear(struct running *r);

#endif
