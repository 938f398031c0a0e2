/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bench-noisy [EAL options] -- ROUNDS PACKETS [evict]: what a tenant's flood costs its neighbour inside leat, in one JSON object.
 *
 * The steady tenant has bursts of so many PACKETS of known flows, in random order. The noisy one sends bursts of which each packet would open
 * a flow, into its limits; with `evict` each does open one, and gives up an old one. Rounds take turns, so that what else
 * the machine does meets all alike:
 *
 *   alone    steady bursts one after the other
 *   idle     before each of them a noisy burst is made and freed, and leat does not see it: what the bench itself costs
 *   flood    before each of them leat has a noisy burst, which is not timed: what it leaves behind in caches and tables
 *   beside   full bursts with 16 steady packets, the noisy ones in between: a packet leaves when its burst does
 *   friends  as `beside`, with packets of a third tenant that keeps to its known flows
 *
 * Nanoseconds a burst, percentiles of a round's bursts; then the median of the rounds. Ratios are of neighbouring rounds.
 */
#include "tests/bench/dry_worker.h"
#include "tests/bench/traffic.h"

#include <rte_byteorder.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_random.h>
#include <rte_udp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BURSTS = 2000, /* of a round */
	ROUNDS_MAX = 1000,
	BESIDE_STEADY = 16, /* steady packets of a burst that has others in it */
	FLOWS = 4096, /* known ones, of each tenant that has such */
	OUT = 1,
	POOL = 8191,
	POOL_CACHE = 256,
};

enum sender { STEADY = 1, FRIEND, NOISY }; /* in the second byte of its addresses */

enum kind { ALONE, IDLE, FLOOD, BESIDE, FRIENDS, KINDS };

static const char *const kind_names[KINDS] = {"alone", "idle", "flood", "beside", "friends"};

struct round {
	double p50[ROUNDS_MAX], p99[ROUNDS_MAX];
};

struct bench {
	struct dry_worker d;
	struct rte_mempool *pool;
	struct burst burst;
	struct round rounds[KINDS];
	uint64_t cycles[BURSTS];
	uint64_t noisy_sent, noisy_passed;
	unsigned n_rounds, n_steady;
};

static const char config_text[] =
	"ports: { a: { device: net_null0 }, b: { device: net_null1 } }\n"
	"forward: [ { between: [a, b] } ]\n"
	"tenants:\n"
	"  /steady: { from: [ { src: 10.1.0.0/16 } ], pps.max: 800M, flows.max: 10k,\n"
	"    egress: { rules: [ { proto: udp, dst: 198.51.100.0/24, action: allow } ] } }\n"
	"  /friend: { from: [ { src: 10.2.0.0/16 } ], pps.max: 800M, flows.max: 10k }\n"
	"  /noisy: { from: [ { src: 10.3.0.0/16 } ], %s }\n";

static void
packet_set(struct rte_mbuf *m, enum sender sender, uint64_t flow)
{
	struct rte_ipv4_hdr *ip =
		rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, RTE_ETHER_HDR_LEN);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

	ip->src_addr = rte_cpu_to_be_32(
		UINT32_C(0x0A000000) | (uint32_t)sender << 16 | (uint32_t)(flow & UINT16_MAX)
	);
	ip->dst_addr = rte_cpu_to_be_32(UINT32_C(0xC6336400) | (uint32_t)(flow >> 48 & UINT8_MAX));
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp->src_port = rte_cpu_to_be_16((uint16_t)(flow >> 16));
	udp->dst_port = rte_cpu_to_be_16((uint16_t)(flow >> 32));
	udp->dgram_cksum = 0; /* none, RFC 768 */
}

/* Packets at the end of the burst. */
static void
burst_add(struct bench *b, enum sender sender, unsigned n)
{
	struct rte_mbuf **mbufs = &b->burst.mbufs[b->burst.n];

	if (rte_pktmbuf_alloc_bulk(b->pool, mbufs, n) != 0)
		rte_exit(EXIT_FAILURE, "bench-noisy: mbufs have been lost\n");
	for (unsigned i = 0; i < n; i++) {
		traffic_fill(&traffics[0], mbufs[i], i);
		packet_set(mbufs[i], sender, sender == NOISY ? rte_rand() : rte_rand() % FLOWS);
	}
	b->burst.n = (uint16_t)(b->burst.n + n);
}

static void
burst_shuffle(struct bench *b)
{
	for (unsigned i = b->burst.n; i > 1; i--) {
		unsigned j = (unsigned)(rte_rand() % i);
		struct rte_mbuf *m = b->burst.mbufs[i - 1];

		b->burst.mbufs[i - 1] = b->burst.mbufs[j];
		b->burst.mbufs[j] = m;
	}
}

/* Of the noisy tenant's packets so many were sent; all others must have been forwarded. */
static uint64_t
burst_run(struct bench *b, unsigned noisy)
{
	unsigned n = b->burst.n, passed;
	uint64_t cycles = dry_worker_run(&b->d, &b->burst);

	passed = dry_worker_take(&b->d);
	if (passed < n - noisy)
		rte_exit(EXIT_FAILURE, "bench-noisy: packets of others were dropped\n");
	b->noisy_sent += noisy;
	b->noisy_passed += passed - (n - noisy);
	b->burst.n = 0;
	return cycles;
}

static void
burst_drop(struct bench *b)
{
	rte_pktmbuf_free_bulk(b->burst.mbufs, b->burst.n);
	b->burst.n = 0;
}

static uint64_t
kind_run(struct bench *b, enum kind kind)
{
	if (kind == IDLE || kind == FLOOD)
		burst_add(b, NOISY, BURST_MAX);
	if (kind == IDLE)
		burst_drop(b);
	else if (kind == FLOOD)
		(void)burst_run(b, BURST_MAX); /* not the steady tenant's time */
	if (kind < BESIDE) {
		burst_add(b, STEADY, b->n_steady);
		return burst_run(b, 0);
	}
	burst_add(b, STEADY, BESIDE_STEADY);
	burst_add(b, kind == BESIDE ? NOISY : FRIEND, BURST_MAX - BESIDE_STEADY);
	burst_shuffle(b);
	return burst_run(b, kind == BESIDE ? BURST_MAX - BESIDE_STEADY : 0);
}

static int
cycles_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
round_run(struct bench *b, enum kind kind, unsigned round)
{
	double to_ns = 1e9 / (double)rte_get_tsc_hz();

	for (unsigned i = 0; i < BURSTS; i++)
		b->cycles[i] = kind_run(b, kind);
	qsort(b->cycles, BURSTS, sizeof(b->cycles[0]), cycles_compare);
	b->rounds[kind].p50[round] = (double)b->cycles[BURSTS / 2] * to_ns;
	b->rounds[kind].p99[round] = (double)b->cycles[BURSTS * 99 / 100] * to_ns;
}

static int
doubles_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(const double *values, unsigned n)
{
	double sorted[ROUNDS_MAX];

	memcpy(sorted, values, n * sizeof(values[0]));
	qsort(sorted, n, sizeof(sorted[0]), doubles_compare);
	return sorted[n / 2];
}

static double
ratio(const double *values, const double *others, unsigned n)
{
	double ratios[ROUNDS_MAX];

	for (unsigned i = 0; i < n; i++)
		ratios[i] = values[i] / others[i];
	return median(ratios, n);
}

static void
ratio_print(const struct bench *b, enum kind kind, enum kind other)
{
	const struct round *x = &b->rounds[kind], *y = &b->rounds[other];

	printf(", \"%s/%s\": {\"p50\": %.3f, \"p99\": %.3f}",
	       kind_names[kind],
	       kind_names[other],
	       ratio(x->p50, y->p50, b->n_rounds),
	       ratio(x->p99, y->p99, b->n_rounds));
}

static void
bench_print(const struct bench *b, bool evict)
{
	printf("{\"bench\": \"noisy\", \"rounds\": %u, \"bursts\": %d, \"packets\": %u, \"evict\": "
	       "%s, "
	       "\"noisy_sent\": %lu, \"noisy_passed\": %lu",
	       b->n_rounds,
	       BURSTS,
	       b->n_steady,
	       evict ? "true" : "false",
	       (unsigned long)b->noisy_sent,
	       (unsigned long)b->noisy_passed);
	for (unsigned i = 0; i < KINDS; i++)
		printf(", \"%s_ns\": {\"p50\": %.0f, \"p99\": %.0f}",
		       kind_names[i],
		       median(b->rounds[i].p50, b->n_rounds),
		       median(b->rounds[i].p99, b->n_rounds));
	ratio_print(b, FLOOD, ALONE);
	ratio_print(b, FLOOD, IDLE);
	ratio_print(b, BESIDE, FRIENDS);
	if (b->n_steady == BESIDE_STEADY)
		ratio_print(b, BESIDE, ALONE);
	printf("}\n");
}

/* So that all known flows are known, and the noisy tenant is at its limits. */
static void
bench_warm(struct bench *b)
{
	for (unsigned i = 0; i < 20 * FLOWS / BURST_MAX; i++) {
		for (enum sender sender = STEADY; sender <= NOISY; sender++) {
			burst_add(b, sender, BURST_MAX);
			(void)burst_run(b, sender == NOISY ? BURST_MAX : 0);
		}
	}
	b->noisy_sent = b->noisy_passed = 0;
}

static int
bench_build(struct bench *b, bool evict)
{
	char text[sizeof(config_text) + 256];

	(void)snprintf(
		text,
		sizeof(text),
		config_text,
		evict ? "flows.max: 500, on_full: evict"
		      : "flows.max: 500, flows.rate: 2k, pps.max: 20k"
	);
	b->pool = rte_pktmbuf_pool_create(
		"bench", POOL, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY
	);
	return b->pool != NULL ? dry_worker_make(&b->d, text, OUT) : -1;
}

int
main(int argc, char **argv)
{
	static struct bench b; /* large */
	int used = rte_eal_init(argc, argv);
	bool evict;

	if (used < 0 || argc - used < 3) {
		fprintf(stderr, "bench-noisy [EAL options] -- ROUNDS PACKETS [evict]\n");
		return 2;
	}
	b.n_rounds = (unsigned)strtoul(argv[used + 1], NULL, 10);
	b.n_steady = (unsigned)strtoul(argv[used + 2], NULL, 10);
	evict = argc - used > 3 && strcmp(argv[used + 3], "evict") == 0;
	if (b.n_rounds < 1 || b.n_rounds > ROUNDS_MAX || b.n_steady < 1 || b.n_steady > BURST_MAX) {
		fprintf(stderr,
			"bench-noisy: at most %d rounds of %d packets\n",
			ROUNDS_MAX,
			BURST_MAX);
		return 2;
	}
	if (bench_build(&b, evict) != 0) {
		fprintf(stderr, "bench-noisy: cannot be built: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	bench_warm(&b);
	for (unsigned i = 0; i < b.n_rounds; i++) {
		for (enum kind kind = ALONE; kind < KINDS; kind++)
			round_run(&b, kind, i);
	}
	bench_print(&b, evict);
	return 0;
}
