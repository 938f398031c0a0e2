/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cycles per packet of each stage, on prepared bursts: one JSON object.
 *
 *	bench-stages [REPETITIONS [TRAFFIC]]
 *
 * A burst of 64 mbufs goes through the stages, each between two reads of the TSC; what the stage has filled is emptied
 * outside. The mbufs are walked in random order, over and over: 1,024 of them stay in the L2 cache ("warm"), of 65,536
 * the headers alone are beyond it ("cold"), and the first stage that reads a packet waits for it. Without hugepages
 * "cold" holds TLB misses too.
 */
#include "pipeline/stages/decode.h"
#include "pipeline/stages/dispatch.h"
#include "pipeline/stages/parse.h"
#include "pipeline/stages/steer.h"
#include "tests/bench/bench_eal.h"
#include "tests/bench/traffic.h"

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MBUFS_WARM = 1024,
	MBUFS_COLD = 65536,
	SAMPLES_DEFAULT = 20000, /* bursts of each measurement */
	WORKERS = 4,
	PORT_RING = 1, /* output ports: what leads to the first goes into a ring */
	PORT_BUFFER = 2, /* to the second into a TX buffer */
	RING_SIZE = 1024,
};

struct bench {
	struct worker *worker;
	struct steer *steer;
	struct tx_buffer *buffer;
	struct rte_ring *rings[WORKERS + 1]; /* to workers; the last one to PORT_RING */
	struct rte_mempool *pool;
	struct rte_mbuf **mbufs; /* MBUFS_COLD of them */
	struct burst *burst;
	double *samples;
	unsigned n_samples;
	double clock_cycles; /* what reading the clock takes by itself */
	bool any_result;
};

/* One way to time a stage: prepare, stage, clean up. */
struct stage_row {
	const char *name;
	void (*prepare)(struct bench *b); /* NULL: nothing to do */
	void (*run)(struct bench *b);
};

static void
ring_empty(struct rte_ring *ring)
{
	struct rte_mbuf *mbufs[BURST_MAX];

	while (rte_ring_sc_dequeue_burst(ring, (void **)mbufs, BURST_MAX, NULL) > 0)
		;
}

static void
outputs_empty(struct bench *b)
{
	for (unsigned i = 0; i <= WORKERS; i++)
		ring_empty(b->rings[i]);
	b->buffer->n = 0;
}

static void
steer_1_prepare(struct bench *b)
{
	b->steer->n_workers = 1;
}

static void
steer_4_prepare(struct bench *b)
{
	b->steer->n_workers = WORKERS;
}

static void
steer_run(struct bench *b)
{
	steer_stage(b->steer, b->burst);
}

static void
parse_run(struct bench *b)
{
	parse_stage(b->worker, b->burst);
}

static void
parse_prepare(struct bench *b)
{
	parse_run(b);
}

static void
decode_run(struct bench *b)
{
	decode_stage(b->worker, b->burst);
}

static void
ring_prepare(struct bench *b)
{
	parse_run(b);
	b->worker->forward_to[0] = PORT_RING;
}

static void
buffer_prepare(struct bench *b)
{
	parse_run(b);
	b->worker->forward_to[0] = PORT_BUFFER;
}

static void
dispatch_run(struct bench *b)
{
	dispatch_stage(b->worker, b->burst);
}

static void
all_run(struct bench *b)
{
	parse_run(b);
	decode_run(b);
	dispatch_run(b);
}

static void
all_prepare(struct bench *b)
{
	b->worker->forward_to[0] = PORT_BUFFER;
}

static const struct stage_row stages[] = {
	{"steer_1_worker", steer_1_prepare, steer_run},
	{"steer_4_workers", steer_4_prepare, steer_run},
	{"parse", NULL, parse_run},
	{"decode", parse_prepare, decode_run},
	{"dispatch_ring", ring_prepare, dispatch_run},
	{"dispatch_tx_buffer", buffer_prepare, dispatch_run},
	{"parse_decode_dispatch", all_prepare, all_run},
};

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
clock_calibrate(struct bench *b)
{
	b->clock_cycles = 1e9;
	for (unsigned i = 0; i < 10000; i++) {
		uint64_t start = rte_rdtsc_precise();
		double cycles = (double)(rte_rdtsc_precise() - start);

		b->clock_cycles = RTE_MIN(b->clock_cycles, cycles);
	}
}

static void
stage_measure(struct bench *b, const struct stage_row *stage, unsigned n_mbufs)
{
	for (unsigned i = 0; i < b->n_samples; i++) {
		uint64_t start, end;

		b->burst->n = BURST_MAX;
		memcpy(b->burst->mbufs, b->mbufs + i * BURST_MAX % n_mbufs, sizeof(b->burst->mbufs)
		);
		if (stage->prepare != NULL)
			stage->prepare(b);
		start = rte_rdtsc_precise();
		stage->run(b);
		end = rte_rdtsc_precise();
		b->samples[i] = ((double)(end - start) - b->clock_cycles) / BURST_MAX;
		outputs_empty(b);
	}
}

static void
result_print(struct bench *b, const struct traffic *t, const char *stage, unsigned n_mbufs)
{
	unsigned n = b->n_samples;

	qsort(b->samples, n, sizeof(b->samples[0]), compare_doubles);
	printf("%s\n    {\"traffic\": \"%s\", \"frame_bytes\": %u, \"mbufs\": %u, \"data\": "
	       "\"%s\", \"stage\": \"%s\", \"cycles_min\": %.1f, \"cycles_p10\": %.1f, "
	       "\"cycles_median\": %.1f, \"cycles_p90\": %.1f}",
	       b->any_result ? "," : "",
	       t->name,
	       t->frame_bytes,
	       n_mbufs,
	       n_mbufs > MBUFS_WARM ? "cold" : "warm",
	       stage,
	       b->samples[0],
	       b->samples[n / 10],
	       b->samples[n / 2],
	       b->samples[n - 1 - n / 10]);
	b->any_result = true;
}

/* Does the traffic do what its row says? A bench of drops would be a fast one. */
static int
traffic_check(struct bench *b, const struct traffic *t)
{
	const struct feed_counters *c = &b->worker->feeds->feeds[0].counters;
	uint64_t messages = c->messages;

	b->burst->n = BURST_MAX;
	memcpy(b->burst->mbufs, b->mbufs, sizeof(b->burst->mbufs));
	parse_run(b);
	decode_run(b);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		enum fate fate = b->burst->packets[i].fate;

		if (fate != FATE_NONE) {
			fprintf(stderr, "%s: a packet is %s\n", t->name, fates[fate].name);
			return -1;
		}
	}
	messages = c->messages - messages;
	if (messages == (t->feed ? BURST_MAX * TRAFFIC_MESSAGES : 0))
		return 0;
	fprintf(stderr, "%s: %lu messages in a burst\n", t->name, (unsigned long)messages);
	return -1;
}

static int
traffic_measure(struct bench *b, const struct traffic *t)
{
	static const unsigned sizes[] = {MBUFS_WARM, MBUFS_COLD};

	for (uint32_t i = 0; i < MBUFS_COLD; i++)
		traffic_fill(t, b->mbufs[i], i);
	if (traffic_check(b, t) != 0)
		return -1;
	for (unsigned i = 0; i < RTE_DIM(sizes); i++) {
		for (unsigned j = 0; j < RTE_DIM(stages); j++) {
			stage_measure(b, &stages[j], sizes[i]);
			result_print(b, t, stages[j].name, sizes[i]);
		}
	}
	return 0;
}

static int
rings_build(struct bench *b)
{
	for (unsigned i = 0; i <= WORKERS; i++) {
		char name[RTE_RING_NAMESIZE];

		(void)snprintf(name, sizeof(name), "ring_%u", i);
		b->rings[i] = rte_ring_create(
			name, RING_SIZE, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ
		);
		if (b->rings[i] == NULL)
			return -1;
		if (i < WORKERS)
			b->steer->shares[i].ring = b->rings[i];
	}
	return 0;
}

/* One feed with one line, as the feed traffic wants it; the other traffic passes the test for a line's port. */
static struct feed_table *
feeds_build(void)
{
	struct feed_table *table = feed_table_create(1, 1, SOCKET_ID_ANY);

	if (table == NULL)
		return NULL;
	table->feeds[0].decoder = decoder_find("itch50");
	table->lines[0] = (struct feed_line){
		.kind = PACKET_IPV4,
		.group.v4_be = rte_cpu_to_be_32(TRAFFIC_FEED_GROUP),
		.dst_port_be = rte_cpu_to_be_16(TRAFFIC_FEED_DPORT),
	};
	return feed_table_index(table, SOCKET_ID_ANY) == 0 ? table : NULL;
}

static int
mbufs_build(struct bench *b)
{
	unsigned seed = 1;

	b->pool = rte_pktmbuf_pool_create(
		"bench", MBUFS_COLD, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY
	);
	if (b->pool == NULL || rte_pktmbuf_alloc_bulk(b->pool, b->mbufs, MBUFS_COLD) != 0)
		return -1;
	/* As mbufs come from a pool that has been in use, not as they lie in memory. */
	for (unsigned i = MBUFS_COLD - 1; i > 0; i--) {
		unsigned j = (unsigned)rand_r(&seed) % (i + 1);
		struct rte_mbuf *m = b->mbufs[i];

		b->mbufs[i] = b->mbufs[j];
		b->mbufs[j] = m;
	}
	return 0;
}

/* The process ends after a failure: nothing is taken apart. */
static int
bench_build(struct bench *b)
{
	struct lcore_counters *counters =
		rte_zmalloc("counters", sizeof(*counters), RTE_CACHE_LINE_SIZE);

	b->worker = rte_zmalloc("worker", sizeof(*b->worker), RTE_CACHE_LINE_SIZE);
	b->steer = rte_zmalloc("steer", sizeof(*b->steer), RTE_CACHE_LINE_SIZE);
	b->buffer = rte_zmalloc("buffer", sizeof(*b->buffer), RTE_CACHE_LINE_SIZE);
	b->burst = rte_zmalloc("burst", sizeof(*b->burst), RTE_CACHE_LINE_SIZE);
	b->mbufs = calloc(MBUFS_COLD, sizeof(struct rte_mbuf *));
	b->samples = calloc(b->n_samples, sizeof(b->samples[0]));
	if (counters == NULL || b->worker == NULL || b->steer == NULL || b->buffer == NULL ||
	    b->burst == NULL || b->mbufs == NULL || b->samples == NULL)
		return -1;
	if (rings_build(b) != 0 || mbufs_build(b) != 0)
		return -1;
	b->buffer->frame_bytes_max = UINT32_MAX;
	b->buffer->fate = FATE_FORWARD;
	b->worker->counters = b->buffer->counters = b->steer->counters = counters;
	b->worker->feeds = feeds_build();
	b->steer->feeds = b->worker->feeds;
	b->steer->own_worker = STEER_NO_WORKER;
	b->worker->outlets[PORT_RING].ring = b->rings[WORKERS];
	b->worker->outlets[PORT_BUFFER].buffer = b->buffer;
	return b->worker->feeds != NULL ? 0 : -1;
}

static int
traffics_measure(struct bench *b, const char *only)
{
	int error = -1; /* until one has been measured */

	printf("{\n  \"bench\": \"stages\", \"unit\": \"TSC cycles per packet\", \"tsc_hz\": %lu, "
	       "\"burst\": %d, \"samples\": %u,\n  \"results\": [",
	       (unsigned long)rte_get_tsc_hz(),
	       BURST_MAX,
	       b->n_samples);
	for (const struct traffic *t = traffics; t->name != NULL; t++) {
		if (only != NULL && strcmp(only, t->name) != 0)
			continue;
		error = traffic_measure(b, t);
		if (error != 0)
			break;
	}
	printf("\n  ]\n}\n");
	return error;
}

int
main(int argc, char **argv)
{
	struct bench b = {.n_samples = SAMPLES_DEFAULT};
	long samples = argc > 1 ? strtol(argv[1], NULL, 10) : SAMPLES_DEFAULT;
	int error;

	if (samples <= 0 || samples > 10000000 || argc > 3) {
		fprintf(stderr, "usage: %s [REPETITIONS [TRAFFIC]]\n", argv[0]);
		return 2;
	}
	b.n_samples = (unsigned)samples;
	if (bench_eal_start(argv[0], "384") < 0 || bench_build(&b) != 0) {
		fprintf(stderr, "%s: cannot start: %s\n", argv[0], rte_strerror(rte_errno));
		return 1;
	}
	clock_calibrate(&b);
	error = traffics_measure(&b, argc > 2 ? argv[2] : NULL);
	bench_eal_end();
	return error == 0 ? 0 : 1;
}
