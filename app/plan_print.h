/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan for people: as text, or as a graph for Graphviz. */
#ifndef APP_PLAN_PRINT_H
#define APP_PLAN_PRINT_H

#include "app/plan.h"

void plan_print_text(const struct plan *plan, FILE *out);

/* `dot -Tsvg` draws it: ports, lcores, and the queues and rings between them. */
void plan_print_dot(const struct plan *plan, FILE *out);

/* What one lcore calls in one turn, call by call: "rx in.0", "steer", "->ring 2", ... */
void plan_calls(
	const struct plan *plan,
	const struct plan_lcore *lcore,
	void (*each)(const char *call, void *context),
	void *context
);

#endif
