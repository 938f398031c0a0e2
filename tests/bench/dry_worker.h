/* SPDX-License-Identifier: BSD-3-Clause */
/* One worker of a config, without devices: what it forwards to a port waits in a buffer of the bench's. */
#ifndef TESTS_BENCH_DRY_WORKER_H
#define TESTS_BENCH_DRY_WORKER_H

#include "app/appliance.h"

#include <rte_mbuf.h>

#include <stdint.h>

struct dry_worker {
	struct appliance a;
	struct worker *worker;
	struct tx_buffer *buffer;
};

/* `text` is YAML. -1 after saying why. */
int dry_worker_make(struct dry_worker *d, const char *text, uint16_t out_port);

/* A burst through the stages, and the work between bursts: TSC cycles. What is dropped is freed. */
uint64_t dry_worker_run(struct dry_worker *d, struct burst *b);

/* Frees what was forwarded since the last call. Returns packets. */
unsigned dry_worker_take(struct dry_worker *d);

#endif
