/* SPDX-License-Identifier: BSD-3-Clause */
/* Generation, time, error. */
#include "app/running.h"

#include <stdlib.h>
#include <time.h>

static uint64_t
unix_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void
running_changed(struct running *r)
{
	free(r->error);
	r->error = NULL;
	r->generation++;
	r->since_unix_ns = unix_ns();
}

void
running_failed(struct running *r, char *error)
{
	free(r->error);
	r->error = error;
	r->error_unix_ns = unix_ns();
}

void
running_clear(struct running *r)
{
	free(r->error);
	*r = (struct running){0};
}
