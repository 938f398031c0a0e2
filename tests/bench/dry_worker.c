/* SPDX-License-Identifier: BSD-3-Clause */
/* The wiring of --explain, and a TX buffer. */
#include "tests/bench/dry_worker.h"

#include "app/appliance_wiring.h"
#include "app/worker_path.h"
#include "pipeline/stages/dispatch.h"

#include <rte_cycles.h>
#include <rte_malloc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every config is a file. */
static int
config_write(char *path, const char *text)
{
	int fd = mkstemp(path);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool good;

	if (out == NULL)
		return -1;
	good = fputs(text, out) >= 0;
	return fclose(out) == 0 && good ? 0 : -1;
}

static struct config *
config_make(const char *text)
{
	char path[] = "/tmp/leat-bench-XXXXXX";
	struct config *config = NULL;

	if (config_write(path, text) == 0)
		config = config_load(path, stderr);
	(void)unlink(path);
	return config;
}

static int
buffer_make(struct dry_worker *d, uint16_t out_port)
{
	d->buffer = rte_zmalloc("buffer", sizeof(*d->buffer), RTE_CACHE_LINE_SIZE);
	if (d->buffer == NULL)
		return -1;
	d->buffer->frame_bytes_max = UINT32_MAX;
	d->buffer->fate = FATE_FORWARD;
	d->buffer->counters = d->worker->counters;
	d->worker->outlets[out_port].buffer = d->buffer;
	return 0;
}

int
dry_worker_make(struct dry_worker *d, const char *text, uint16_t out_port)
{
	struct plan_limits limits[CONFIG_PORTS_MAX] = {{0}};
	struct config *config = config_make(text);

	if (config == NULL)
		return -1;
	d->a.config = config;
	d->a.plan = plan_create(config, limits);
	if (d->a.plan == NULL)
		return -1;
	if (appliance_wire_dry(&d->a) != 0)
		return -1;
	d->worker = d->a.lcores[0]->worker;
	return buffer_make(d, out_port);
}

uint64_t
dry_worker_run(struct dry_worker *d, struct burst *b)
{
	uint64_t start = rte_rdtsc_precise();

	tenancy_turn(d->worker->tenancy, start);
	worker_path(d->worker, b);
	dispatch_stage(d->worker, b);
	tenancy_tidy(d->worker->tenancy);
	return rte_rdtsc_precise() - start;
}

unsigned
dry_worker_take(struct dry_worker *d)
{
	unsigned n = d->buffer->n;

	rte_pktmbuf_free_bulk(d->buffer->mbufs, n);
	d->buffer->n = 0;
	return n;
}
