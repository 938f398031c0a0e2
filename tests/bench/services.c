/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What it costs to read TCP connections along: nanoseconds a packet in the stage `decode`, for packets of no service and for
 * streams of FIX and OUCH, as one JSON object.
 *
 *	bench-services [BURSTS]
 *
 * Packets are parsed beforehand; a burst of 64, of 64 connections in turn, goes through the stage between two reads of the
 * TSC. Between bursts the sequence numbers move on, so every segment is new and in order, but for the rows that say
 * otherwise.
 */
#include "pipeline/stages/decode.h"
#include "pipeline/stages/parse.h"
#include "tests/bench/bench_eal.h"

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BURSTS_DEFAULT = 20000,
	BURSTS_WARM = 1000, /* not measured */
	CONNECTIONS = 1024,
	FIX_PORT = 9000,
	OUCH_PORT = 9001,
	OTHER_PORT = 9002,
	CLIENT_PORT_FIRST = 20000,
	PAYLOAD_MAX = 512,
	OUCH_ORDER_BYTES = 49,
	SERVICES = 2,
};

/* One kind of traffic. */
struct traffic_row {
	const char *name;
	uint16_t server_port;
	uint8_t protocol;
	bool no_services; /* the config has none */
	bool swapped; /* every second segment of a connection comes before the one in front of it */
	unsigned pieces; /* segments that a message is cut into */
	unsigned messages; /* in a segment, where it is not cut */
};

static const struct traffic_row rows[] = {
	{"no services, UDP", OTHER_PORT, IPPROTO_UDP, .no_services = true, .messages = 1},
	{"none of a service, UDP", OTHER_PORT, IPPROTO_UDP, .messages = 1},
	{"none of a service, TCP", OTHER_PORT, IPPROTO_TCP, .messages = 1},
	{"FIX, 1 message", FIX_PORT, IPPROTO_TCP, .messages = 1},
	{"FIX, 3 messages", FIX_PORT, IPPROTO_TCP, .messages = 3},
	{"FIX, half a message", FIX_PORT, IPPROTO_TCP, .pieces = 2},
	{"FIX, 1 message, every second pair turned round",
	 FIX_PORT,
	 IPPROTO_TCP,
	 .swapped = true,
	 .messages = 1},
	{"OUCH 4.2, 1 message", OUCH_PORT, IPPROTO_TCP, .messages = 1},
	{"OUCH 4.2, 6 messages", OUCH_PORT, IPPROTO_TCP, .messages = 6},
	{"OUCH 4.2, half a message", OUCH_PORT, IPPROTO_TCP, .pieces = 2},
};

/* A packet of each connection for each piece of a message. */
struct bench {
	struct worker *worker;
	struct service_reader *reader;
	struct feed_table *feeds;
	struct service services[SERVICES];
	struct service_table table;
	struct rte_mempool *pool;
	struct rte_mbuf *mbufs[2][CONNECTIONS];
	struct packet packets[2][CONNECTIONS];
	uint32_t next[CONNECTIONS];
	uint64_t turns[CONNECTIONS];
	struct burst *burst;
	double *samples;
	unsigned n_samples;
	double clock_cycles;
};

static unsigned
fix_write(char *at)
{
	static const char body[] =
		"35=D\00134=215\00149=LEAT\00156=VENUE\00152=20240102-03:04:05.678\001"
		"11=ORDER00001\00155=ABCD\00154=1\00138=100\00140=2\00144=101.25\00159=0\001"
		"60=20240102-03:04:05.678\001";
	int n = sprintf(at, "8=FIX.4.2\0019=%zu\001%s", sizeof(body) - 1, body);
	unsigned sum = 0;

	for (int i = 0; i < n; i++)
		sum += (uint8_t)at[i];
	return (unsigned)(n + sprintf(at + n, "10=%03u\001", sum % 256));
}

/* SoupBinTCP's unsequenced data with an order. */
static unsigned
ouch_write(char *at)
{
	memset(at, ' ', 3 + OUCH_ORDER_BYTES);
	at[0] = 0;
	at[1] = 1 + OUCH_ORDER_BYTES;
	at[2] = 'U';
	at[3] = 'O';
	return 3 + OUCH_ORDER_BYTES;
}

/* The bytes of one packet: some messages, or a part of one. */
static unsigned
payload_write(const struct traffic_row *row, unsigned piece, char *at)
{
	char message[PAYLOAD_MAX];
	unsigned bytes = row->server_port == OUCH_PORT ? ouch_write(message) : fix_write(message);
	unsigned half = bytes / 2, n = 0;

	if (row->pieces == 2) {
		memcpy(at, piece == 0 ? message : message + half, piece == 0 ? half : bytes - half);
		return piece == 0 ? half : bytes - half;
	}
	for (unsigned i = 0; i < row->messages; i++, n += bytes)
		memcpy(at + n, message, bytes);
	return n;
}

static void
network_write(
	struct rte_ipv4_hdr *ip, const struct traffic_row *row, unsigned connection, unsigned bytes
)
{
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)bytes),
		.time_to_live = 64,
		.next_proto_id = row->protocol,
		.src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 1, connection >> 8, connection & 255)),
		.dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 2, 0, 1)),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
}

static unsigned
transport_write(char *at, const struct traffic_row *row, unsigned connection, unsigned bytes)
{
	const uint16_t src_port = rte_cpu_to_be_16((uint16_t)(CLIENT_PORT_FIRST + connection));
	const uint16_t dst_port = rte_cpu_to_be_16(row->server_port);

	if (row->protocol == IPPROTO_UDP) {
		*(struct rte_udp_hdr *)at = (struct rte_udp_hdr
		){.src_port = src_port,
		  .dst_port = dst_port,
		  .dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(struct rte_udp_hdr) + bytes))};
		return sizeof(struct rte_udp_hdr);
	}
	*(struct rte_tcp_hdr *)at = (struct rte_tcp_hdr
	){.src_port = src_port,
	  .dst_port = dst_port,
	  .data_off = 0x50,
	  .tcp_flags = TCP_ACK | TCP_PSH};
	return sizeof(struct rte_tcp_hdr);
}

/* Fills and parses the packet of a connection; -1 where leat would not have it. */
static int
packet_make(struct bench *b, const struct traffic_row *row, unsigned connection, unsigned piece)
{
	struct rte_mbuf *m = b->mbufs[piece][connection];
	char payload[3 * PAYLOAD_MAX], *frame;
	unsigned bytes = payload_write(row, piece, payload), header, length;
	struct rte_ipv4_hdr *ip;
	uint16_t sum;

	rte_pktmbuf_reset(m);
	frame = rte_pktmbuf_append(m, 14 + 20 + 20 + sizeof(payload));
	memset(frame, 0x02, 12);
	memcpy(frame + 12, "\x08\x00", 2);
	ip = (void *)(frame + 14);
	header = transport_write(frame + 34, row, connection, bytes);
	memcpy(frame + 34 + header, payload, bytes);
	length = 20 + header + bytes;
	network_write(ip, row, connection, length);
	sum = rte_ipv4_udptcp_cksum(ip, frame + 34);
	memcpy(frame + 34 + (row->protocol == IPPROTO_UDP ? 6 : 16), &sum, sizeof(sum));
	rte_pktmbuf_trim(m, (uint16_t)(m->data_len - 14 - length));
	m->port = 0;
	packet_parse(m, &b->packets[piece][connection]);
	return b->packets[piece][connection].fate == FATE_NONE ? 0 : -1;
}

static void
sequence_put(struct rte_mbuf *m, uint32_t sequence)
{
	struct rte_tcp_hdr *tcp = rte_pktmbuf_mtod_offset(m, struct rte_tcp_hdr *, 34);

	tcp->sent_seq = rte_cpu_to_be_32(sequence);
}

/* The next packet of a connection. */
static void
packet_next(struct bench *b, const struct traffic_row *row, unsigned connection, uint32_t at)
{
	unsigned piece = row->pieces == 2 ? b->turns[connection] & 1 : 0;
	unsigned phase = (unsigned)(b->turns[connection]++ & 3);
	uint16_t bytes = b->packets[piece][connection].payload_length;
	uint32_t sequence = b->next[connection];

	/* Of four segments, the third and the fourth change places; each needs an mbuf of its own. */
	if (row->swapped && phase >= 2) {
		piece = phase == 3;
		sequence += phase == 2 ? bytes : -(uint32_t)bytes;
	}
	b->burst->mbufs[at] = b->mbufs[piece][connection];
	b->burst->packets[at] = b->packets[piece][connection];
	b->burst->flows[at] = NULL;
	/* The first one with the SYN (RFC 7413): nothing is taken up in the middle. */
	if (row->protocol == IPPROTO_TCP && b->turns[connection] == 1) {
		b->burst->packets[at].tcp_flags |= TCP_SYN;
		sequence--;
	}
	if (row->protocol == IPPROTO_TCP)
		sequence_put(b->burst->mbufs[at], sequence);
	b->next[connection] += bytes;
}

static int
samples_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of rows whose packets are not all alike: without the least and the largest tenth. Sorted. */
static double
samples_mean(const double *samples, unsigned n)
{
	unsigned first = n / 10, last = n - n / 10;
	double sum = 0;

	for (unsigned i = first; i < last; i++)
		sum += samples[i];
	return sum / (last - first);
}

static void
bursts_run(struct bench *b, const struct traffic_row *row)
{
	unsigned connection = 0;

	for (unsigned i = 0; i < b->n_samples + BURSTS_WARM; i++) {
		uint64_t start, end;

		for (uint32_t at = 0; at < BURST_MAX; at++) {
			packet_next(b, row, connection, at);
			connection = (connection + 1) % CONNECTIONS;
		}
		b->burst->n = BURST_MAX;
		start = rte_rdtsc_precise();
		decode_stage(b->worker, b->burst);
		end = rte_rdtsc_precise();
		if (i >= BURSTS_WARM)
			b->samples[i - BURSTS_WARM] =
				((double)(end - start) - b->clock_cycles) / BURST_MAX;
		if (b->reader != NULL)
			service_reader_turn(b->reader, end);
	}
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

/* Fresh connections for each row. */
static int
reader_make(struct bench *b, const struct traffic_row *row)
{
	const struct service_sizes sizes = {
		.connections = 2 * CONNECTIONS,
		.segments = 4096,
		.segments_of_stream = 64,
		.message_bytes = 65536,
		.messages = 16,
		.wait_ns = 1000000000,
		.idle_ns = UINT64_C(900000000000),
	};

	b->reader = NULL;
	if (!row->no_services) {
		b->reader = service_reader_create(&b->table, &sizes, 0, "bench", SOCKET_ID_ANY);
		if (b->reader == NULL)
			return -1;
	}
	b->worker->services = b->reader;
	memset(b->turns, 0, sizeof(b->turns));
	memset(b->next, 0, sizeof(b->next));
	return 0;
}

/* Does the traffic do what its row says? */
static int
messages_check(const struct bench *b, const struct traffic_row *row)
{
	const struct service_counters *c;
	uint64_t packets = (uint64_t)(b->n_samples + BURSTS_WARM) * BURST_MAX, messages;

	if (row->no_services)
		return 0;
	c = &b->reader->counters[row->server_port == OUCH_PORT];
	messages = row->pieces == 2 ? packets / 2 : packets * row->messages;
	if (row->server_port == OTHER_PORT)
		messages = 0;
	/* The last ones may still wait. */
	if (c->messages <= messages && messages - c->messages <= 6 * 2 * CONNECTIONS &&
	    c->losses == 0)
		return 0;
	fprintf(stderr,
		"%s: %lu messages of %lu\n",
		row->name,
		(unsigned long)c->messages,
		(unsigned long)messages);
	return -1;
}

static int
row_measure(struct bench *b, const struct traffic_row *row)
{
	const double ns = 1e9 / (double)rte_get_tsc_hz();
	unsigned n = b->n_samples;
	int error;

	for (unsigned i = 0; i < 2 * CONNECTIONS; i++) {
		if (packet_make(b, row, i / 2, i % 2) != 0)
			return -1;
	}
	if (reader_make(b, row) != 0)
		return -1;
	bursts_run(b, row);
	error = messages_check(b, row);
	qsort(b->samples, n, sizeof(b->samples[0]), samples_compare);
	printf("%s\n    {\"traffic\": \"%s\", \"payload_bytes\": %u, \"ns_min\": %.1f, \"ns_p10\": "
	       "%.1f, "
	       "\"ns_median\": %.1f, \"ns_p90\": %.1f, \"ns_mean\": %.1f}",
	       row == rows ? "" : ",",
	       row->name,
	       b->packets[0][0].payload_length,
	       b->samples[0] * ns,
	       b->samples[n / 10] * ns,
	       b->samples[n / 2] * ns,
	       b->samples[n - 1 - n / 10] * ns,
	       samples_mean(b->samples, n) * ns);
	service_reader_destroy(b->reader);
	return error;
}

/* The process ends after a failure: nothing is taken apart. */
static int
bench_build(struct bench *b)
{
	b->worker = rte_zmalloc("worker", sizeof(*b->worker), RTE_CACHE_LINE_SIZE);
	b->burst = rte_zmalloc("burst", sizeof(*b->burst), RTE_CACHE_LINE_SIZE);
	b->feeds = feed_table_create(0, 0, SOCKET_ID_ANY);
	b->samples = calloc(b->n_samples, sizeof(b->samples[0]));
	b->pool = rte_pktmbuf_pool_create(
		"bench", 4 * CONNECTIONS - 1, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY
	);
	if (b->worker == NULL || b->burst == NULL || b->feeds == NULL || b->samples == NULL ||
	    b->pool == NULL || rte_pktmbuf_alloc_bulk(b->pool, b->mbufs[0], 2 * CONNECTIONS) != 0)
		return -1;
	b->worker->feeds = b->feeds;
	b->worker->forward_to[0] = 1;
	b->services[0] = (struct service
	){.decoder = decoder_find("fix"), .port = SERVICE_ANY_PORT, .ports = {FIX_PORT, FIX_PORT}};
	b->services[1] = (struct service
	){.decoder = decoder_find("ouch42"),
	  .port = SERVICE_ANY_PORT,
	  .ports = {OUCH_PORT, OUCH_PORT}};
	b->table.services = b->services;
	b->table.n = SERVICES;
	service_table_index(&b->table);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct bench b; /* large */
	long bursts = argc > 1 ? strtol(argv[1], NULL, 10) : BURSTS_DEFAULT;
	int error = 0;

	if (bursts <= 0 || bursts > 10000000 || argc > 2) {
		fprintf(stderr, "usage: %s [BURSTS]\n", argv[0]);
		return 2;
	}
	b.n_samples = (unsigned)bursts;
	if (bench_eal_start(argv[0], "256") < 0 || bench_build(&b) != 0) {
		fprintf(stderr, "%s: cannot start: %s\n", argv[0], rte_strerror(rte_errno));
		return 1;
	}
	clock_calibrate(&b);
	printf("{\n  \"bench\": \"services\", \"unit\": \"ns per packet\", \"connections\": %d, "
	       "\"bursts\": %u,\n"
	       "  \"results\": [",
	       CONNECTIONS,
	       b.n_samples);
	for (unsigned i = 0; error == 0 && i < RTE_DIM(rows); i++)
		error = row_measure(&b, &rows[i]);
	printf("\n  ]\n}\n");
	bench_eal_end();
	return error == 0 ? 0 : 1;
}
