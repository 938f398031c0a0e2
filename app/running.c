/* SPDX-License-Identifier: BSD-3-Clause */
/* Generation, time, error. */
#include "app/running.h"

#include "app/clock.h"

#include <stdlib.h>

void
running_changed(struct running *r)
{
	free(r->error);
	r->error = NULL;
	r->generation++;
	r->since_unix_ns = clock_unix_ns();
}

void
running_failed(struct running *r, char *error)
{
	free(r->error);
	r->error = error;
	r->error_unix_ns = clock_unix_ns();
}

void
running_clear(struct running *r)
{
	free(r->error);
	*r = (struct running){0};
}
