/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What tenants cost a packet, beside what DPDK's hash table alone takes to find as many keys: one JSON object.
 *
 *	bench-tenants [EAL options] -- FLOWS ROUNDS [TENANTS [RULES [nic|software [paged]]]]
 *
 * The worker is the appliance's own, made from a config with so many tenants and rules, each tenant with a prefix, pps.max
 * and flows.max. A burst of 64 UDP packets of flows in random order goes through parse, flow, tenant, enforce, decode and
 * dispatch (counters included); in the same run, in turn, rte_hash_lookup_bulk finds 64 random keys of 16 bytes among as many.
 * Packets and keys are in the cache, tables are where they are. `new`: every packet opens a flow.
 * `nic`: the mbufs say that the port has found the checksums good, as mlx5 and ice do; else leat computes them.
 */
#include "pipeline/stages/decode.h"
#include "pipeline/stages/dispatch.h"
#include "pipeline/stages/enforce.h"
#include "pipeline/stages/flow.h"
#include "pipeline/stages/parse.h"
#include "pipeline/stages/tenant.h"
#include "tests/bench/dry_worker.h"
#include "tests/bench/traffic.h"

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_random.h>
#include <rte_udp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BURSTS_A_ROUND = 4000,
	ROUNDS_MAX = 1000,
	TENANTS_DEFAULT = 1000,
	HOSTS = 250, /* of a tenant's prefix that speak */
	OUT = 1, /* output port */
	STAGES = 6,
	SHORT_ROUNDS = 100,
	BURSTS_A_SHORT_ROUND = 200,
};

struct hash_key {
	uint32_t src, dst;
	uint16_t sport, dport;
	uint32_t zone;
};

struct bench {
	struct dry_worker dry;
	struct rte_mempool *pool;
	struct rte_mbuf *mbufs[BURST_MAX];
	struct burst burst;
	struct rte_hash *hash;
	struct hash_key keys[BURST_MAX];
	unsigned flows, tenants, rules, rounds;
	bool by_nic; /* checksums */
	bool paged; /* mbufs */
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratios[ROUNDS_MAX];
};

/* The addresses and ports of a flow: its tenant in the first three bytes of the source. */
static struct hash_key
flow_key(const struct bench *b, uint32_t flow)
{
	uint32_t tenant = flow % b->tenants, rest = flow / b->tenants;

	return (struct hash_key){
		.src = rte_cpu_to_be_32(UINT32_C(0x0A000000) | tenant << 8 | (1 + rest % HOSTS)),
		.dst = rte_cpu_to_be_32(UINT32_C(0xC6336400) | rest % 199),
		.sport = rte_cpu_to_be_16((uint16_t)(1024 + rest / HOSTS)),
		.dport = rte_cpu_to_be_16((uint16_t)(1 + (b->rules != 0 ? flow % b->rules : 9000))),
	};
}

/* Into the packet's headers; its checksums are those of the traffic's template and are not computed (see bench_build). */
static void
packet_set(struct rte_mbuf *m, const struct hash_key *key)
{
	struct rte_ipv4_hdr *ip =
		rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, RTE_ETHER_HDR_LEN);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

	ip->src_addr = key->src;
	ip->dst_addr = key->dst;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp->src_port = key->sport;
	udp->dst_port = key->dport;
	udp->dgram_cksum = 0; /* none, RFC 768 */
}

static void
burst_fill(struct bench *b, uint32_t first, bool is_random)
{
	b->burst.n = BURST_MAX;
	for (unsigned i = 0; i < BURST_MAX; i++) {
		uint32_t flow = is_random ? (uint32_t)(rte_rand() % b->flows) : first + i;

		b->keys[i] = flow_key(b, flow);
		packet_set(b->mbufs[i], &b->keys[i]);
		b->burst.mbufs[i] = b->mbufs[i];
	}
}

/* The same stage by stage. */
static void
stages_run(struct bench *b, uint64_t *cycles)
{
	static void (*const stages[])(struct worker * w, struct burst * b) = {
		parse_stage, flow_stage, tenant_stage, enforce_stage, decode_stage, dispatch_stage};
	uint64_t start = rte_rdtsc_precise();

	tenancy_turn(b->dry.worker->tenancy, start);
	for (unsigned i = 0; i < STAGES; i++) {
		uint64_t now;

		stages[i](b->dry.worker, &b->burst);
		now = rte_rdtsc_precise();
		cycles[i] += now - start;
		start = now;
	}
}

static int
buffer_empty(struct bench *b, const char *what)
{
	unsigned n = b->dry.buffer->n;

	b->dry.buffer->n = 0;
	if (n == BURST_MAX)
		return 0;
	fprintf(stderr, "%s: %u of %d packets were forwarded\n", what, n, BURST_MAX);
	for (unsigned fate = 0; fate < FATE_COUNT; fate++) {
		if (b->dry.worker->counters->fates[fate] != 0)
			fprintf(stderr,
				"  %s: %lu\n",
				fates[fate].name,
				(unsigned long)b->dry.worker->counters->fates[fate]);
	}
	return -1;
}

static uint64_t
hash_run(struct bench *b)
{
	const void *keys[BURST_MAX];
	int32_t positions[BURST_MAX];
	uint64_t start;

	for (unsigned i = 0; i < BURST_MAX; i++)
		keys[i] = &b->keys[i];
	start = rte_rdtsc_precise();
	(void)rte_hash_lookup_bulk(
		b->hash, keys, BURST_MAX, positions
	); /* finds them all: they were added */
	return rte_rdtsc_precise() - start;
}

/* All flows are opened, and their keys added to the other table. Nanoseconds for each new flow. */
static int
flows_open(struct bench *b, double *new_ns)
{
	uint64_t cycles = 0, packets = 0;

	for (uint32_t flow = 0; flow + BURST_MAX <= b->flows; flow += BURST_MAX) {
		burst_fill(b, flow, false);
		cycles += dry_worker_run(&b->dry, &b->burst);
		packets += BURST_MAX;
		if (buffer_empty(b, "new flows") != 0)
			return -1;
		for (unsigned i = 0; i < BURST_MAX; i++) {
			if (rte_hash_add_key(b->hash, &b->keys[i]) < 0)
				return -1;
		}
	}
	*new_ns = (double)cycles / (double)packets * 1e9 / (double)rte_get_tsc_hz();
	return 0;
}

static int
round_run(struct bench *b, unsigned round)
{
	uint64_t ours = 0, theirs = 0;
	double to_ns = 1e9 / (double)rte_get_tsc_hz() / (BURSTS_A_ROUND * BURST_MAX);

	for (unsigned i = 0; i < BURSTS_A_ROUND; i++) {
		burst_fill(b, 0, true);
		ours += dry_worker_run(&b->dry, &b->burst);
		if (buffer_empty(b, "warm flows") != 0)
			return -1;
	}
	for (unsigned i = 0; i < BURSTS_A_ROUND; i++) {
		burst_fill(b, 0, true);
		theirs += hash_run(b);
	}
	b->ours[round] = (double)ours * to_ns;
	b->theirs[round] = (double)theirs * to_ns;
	b->ratios[round] = b->ours[round] / b->theirs[round];
	return 0;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
spread_print(const char *name, double *values, unsigned n)
{
	qsort(values, n, sizeof(values[0]), compare_doubles);
	printf(", \"%s\": {\"median\": %.2f, \"min\": %.2f, \"max\": %.2f}",
	       name,
	       values[n / 2],
	       values[0],
	       values[n - 1]);
}

static void
config_write(const struct bench *b, FILE *out)
{
	uint64_t capacity = (uint64_t)b->flows + b->flows / 8 + 1024;

	fprintf(out,
		"ports: { a: { device: net_null0 }, b: { device: net_null1 } }\n"
		"forward: [ { between: [a, b] } ]\n"
		"flows: { ipv4: %lu, ipv6: 1024 }\n"
		"tenants:\n  /all: { pps.max: 900M, flows.max: %lu }\n",
		(unsigned long)capacity,
		(unsigned long)capacity);
	for (unsigned i = 0; i < b->tenants; i++) {
		fprintf(out,
			"  /all/t%u: { from: [ { src: 10.%u.%u.0/24 } ], pps.max: 800M, flows.max: "
			"%lu",
			i,
			i >> 8,
			i & 255,
			(unsigned long)capacity);
		if (b->rules > 0)
			fprintf(out, ", egress: { default: deny, rules: [");
		for (unsigned j = 0; j < b->rules; j++)
			fprintf(out,
				"%s{ proto: udp, dst: 198.51.100.0/24, dport: %u, action: allow }",
				j > 0 ? ", " : "",
				j + 1);
		fprintf(out, "%s }\n", b->rules > 0 ? "] }" : "");
	}
}

static int
worker_make(struct bench *b)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int error = -1;

	if (out == NULL)
		return -1;
	config_write(b, out);
	if (fclose(out) == 0)
		error = dry_worker_make(&b->dry, text, OUT);
	free(text);
	return error;
}

/*
 * Mbufs as they lie on hugepages, where NICs have them. DPDK lets none cross a page, so on small pages (`paged`) each begins
 * at the start of one, and all compete for the same few places of the first cache.
 */
static struct rte_mempool *
pool_make(bool paged)
{
	struct rte_mempool *pool = rte_mempool_create_empty(
		"bench",
		BURST_MAX,
		(unsigned)sizeof(struct rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE,
		0,
		sizeof(struct rte_pktmbuf_pool_private),
		SOCKET_ID_ANY,
		paged ? 0 : RTE_MEMPOOL_F_NO_IOVA_CONTIG
	);

	if (pool == NULL)
		return NULL;
	rte_pktmbuf_pool_init(pool, NULL);
	if (rte_mempool_populate_default(pool) < 0)
		return NULL;
	(void)rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	return pool;
}

static int
bench_build(struct bench *b)
{
	const struct rte_hash_parameters parameters = {
		.name = "bench",
		.entries = RTE_MAX(b->flows, 1024u) * 2,
		.key_len = sizeof(struct hash_key),
		.hash_func = rte_hash_crc,
		.socket_id = SOCKET_ID_ANY,
	};

	if (worker_make(b) != 0)
		return -1;
	b->hash = rte_hash_create(&parameters);
	b->pool = pool_make(b->paged);
	if (b->hash == NULL || b->pool == NULL ||
	    rte_pktmbuf_alloc_bulk(b->pool, b->mbufs, BURST_MAX) != 0)
		return -1;
	for (unsigned i = 0; i < BURST_MAX; i++) {
		traffic_fill(&traffics[0], b->mbufs[i], i);
		if (b->by_nic)
			b->mbufs[i]->ol_flags |=
				RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	}
	return 0;
}

/* Of each stage the quietest of some short rounds: what it takes where nobody disturbs. */
static int
stages_measure(struct bench *b)
{
	static const char *const names[] = {
		"parse", "flow", "tenant", "enforce", "decode", "dispatch"};
	double to_ns = 1e9 / (double)rte_get_tsc_hz() / (BURSTS_A_SHORT_ROUND * BURST_MAX);
	uint64_t least[STAGES];

	memset(least, 0xFF, sizeof(least));
	for (unsigned round = 0; round < SHORT_ROUNDS; round++) {
		uint64_t cycles[STAGES] = {0};

		for (unsigned i = 0; i < BURSTS_A_SHORT_ROUND; i++) {
			burst_fill(b, 0, true);
			stages_run(b, cycles);
			if (buffer_empty(b, "stages") != 0)
				return -1;
		}
		for (unsigned i = 0; i < STAGES; i++)
			least[i] = RTE_MIN(least[i], cycles[i]);
	}
	printf(", \"stages_ns_min\": {");
	for (unsigned i = 0; i < STAGES; i++)
		printf("%s\"%s\": %.2f", i > 0 ? ", " : "", names[i], (double)least[i] * to_ns);
	printf("}");
	return 0;
}

static int
bench_run(struct bench *b)
{
	double new_ns = 0;

	if (flows_open(b, &new_ns) != 0)
		return -1;
	for (unsigned i = 0; i < b->rounds; i++) {
		if (round_run(b, i) != 0)
			return -1;
	}
	printf("{\"bench\": \"tenants\", \"flows\": %u, \"tenants\": %u, \"rules\": %u, "
	       "\"checksums\": \"%s\", \"mbufs\": \"%s\", \"rounds\": "
	       "%u, \"new_flow_ns\": %.1f",
	       b->flows,
	       b->tenants,
	       b->rules,
	       b->by_nic ? "nic" : "software",
	       b->paged ? "paged" : "dense",
	       b->rounds,
	       new_ns);
	spread_print("leat_ns", b->ours, b->rounds);
	spread_print("rte_hash_ns", b->theirs, b->rounds);
	spread_print("ratio", b->ratios, b->rounds);
	if (stages_measure(b) != 0)
		return -1;
	printf("}\n");
	return 0;
}

static unsigned
argument(int argc, char **argv, int i, unsigned otherwise)
{
	return i < argc ? (unsigned)strtoul(argv[i], NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	static struct bench b; /* large */
	int used = rte_eal_init(argc, argv);

	if (used < 0) {
		fprintf(stderr, "%s: cannot start: %s\n", argv[0], rte_strerror(rte_errno));
		return 1;
	}
	argc -= used;
	argv += used;
	b.flows = argument(argc, argv, 1, 1024);
	b.rounds = argument(argc, argv, 2, 9);
	b.tenants = argument(argc, argv, 3, TENANTS_DEFAULT);
	b.rules = argument(argc, argv, 4, 0);
	b.by_nic = argc > 5 && strcmp(argv[5], "nic") == 0;
	b.paged = argc > 6 && strcmp(argv[6], "paged") == 0;
	if (b.flows < BURST_MAX || b.rounds < 1 || b.rounds > ROUNDS_MAX || b.tenants < 1 ||
	    b.tenants > 10000) {
		fprintf(stderr,
			"bench-tenants [EAL options] -- FLOWS ROUNDS [TENANTS [RULES [nic|software "
			"[paged]]]]\n");
		return 2;
	}
	if (bench_build(&b) != 0) {
		fprintf(stderr, "bench-tenants: cannot be built: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	return bench_run(&b) == 0 ? 0 : 1;
}
