/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of test_steer.c: rules, a packet, and how it leaves the program. */
#ifndef BPF_VERDICT_ROWS_H
#define BPF_VERDICT_ROWS_H

#include "bpf/steer.h"

struct verdict_row {
	const char *description;
	const char *rows;
	const char *packet;
	enum steer_reason reason;
};

/* Each ends with a row without a description. */
extern const struct verdict_row rows_basic[];
extern const struct verdict_row rows_ports[];
extern const struct verdict_row rows_prefixes[];
extern const struct verdict_row rows_qualified[];
extern const struct verdict_row rows_layers[];
extern const struct verdict_row rows_fragments[];
extern const struct verdict_row rows_control[];
extern const struct verdict_row rows_malformed[];

#endif
