/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst comes to what its packets come to one by one: the loops over packets in a row change nothing. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

enum {
	PACKETS = 60 * 1000,
	SLOTS = 16,
	BURSTS_A_RELOAD = 60,
	WAIT_AFTER = 12, /* bursts, and milliseconds */
	N_PORTS = 2,
	DATAGRAMS = 4,
};

#define HEAD                                                                                       \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 } }\n"                      \
	"forward: [ { between: [lan, wan] } ]\n"                                                   \
	"flows: { ipv4: 1k, ipv6: 1k, fragments: 1k, tenants: 16 }\n"                              \
	"tenants:\n"
#define IS(n) "from: [ { src: 10.1." n ".0/24 } ], to: [ { dst: 10.1." n ".0/24 } ]"

/* Leaves that share levels of which some end in the middle of a burst. Rates have some packets in a piece of credit. */
static const char *const configs[] = {
	HEAD "  /up: { pps.max: 60k }\n"
	     "  /up/one: { " IS("1") ", quota: { packets: 4k, period: 1s } }\n"
				     "  /up/two: { " IS("2"
				     ) ", bps.max: 90M }\n"
				       "  /other: { " IS("3") ", flows.max: 12, on_full: evict }\n",
	HEAD "  /up: { bps.max: 120M, quota: { bytes: 900k, period: 1s } }\n"
	     "  /up/one: { " IS("1") " }\n"
				     "  /up/mid: { pps.max: 40k, mode: audit }\n"
				     "  /up/mid/two: { " IS("2"
				     ) ", mode: enforce, pps.max: 80k }\n"
				       "  /other: { " IS("3"
				       ) ", mode: audit, ingress: { default: deny } }\n",
	HEAD
	"  /up: { quota: { packets: 3k, period: 1s, spent: { bps.max: 1M } } }\n"
	"  /up/one: { " IS("1") ", frozen: true }\n"
				"  /up/two: { " IS("2"
				) " }\n"
				  "  /other: { " IS("3") ", quota: { bytes: 300k, period: 1s } }\n",
};

/* What became of all packets, and what has been counted. */
struct outcome {
	uint8_t fates[PACKETS];
	struct tenant_account accounts[SLOTS];
};

static uint64_t seed;

/* xorshift64*: the same packets in every run. */
static uint32_t
random_below(uint32_t n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(0x2545F4914F6CDD1D) >> 32) % n);
}

/* Most are of the few flows that there can be, and of any of them in turn. */
static struct packet_spec
packet_random(void)
{
	static const char *const hosts[] = {
		"10.1.1.1", "10.1.2.1", "10.1.2.2", "10.1.3.1", "198.51.100.9"};
	static const uint8_t flags[] = {
		TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, TCP_ACK, TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST};
	unsigned src = random_below(ARRAY_LENGTH(hosts)), dst = random_below(ARRAY_LENGTH(hosts));
	struct packet_spec s = {
		.src = hosts[src],
		.dst = hosts[dst],
		.sport = (uint16_t)(1 + random_below(N_PORTS)),
		.dport = (uint16_t)(1 + random_below(N_PORTS)),
		.protocol = random_below(8) == 0 ? IPPROTO_TCP : IPPROTO_UDP,
		.tcp_flags = flags[random_below(ARRAY_LENGTH(flags))],
		.in = src < dst ? LAN : WAN,
		.payload_bytes = (uint16_t)(64 + random_below(400) / 8 * 8),
	};

	if (random_below(40) != 0)
		return s;
	s.datagram = (uint16_t)random_below(DATAGRAMS);
	s.more = random_below(2) == 0;
	s.offset = (uint16_t)(random_below(2) == 0 ? 0 : 64);
	s.payload_bytes = 64 - 8;
	return s;
}

static struct packet_spec
error_about(const struct packet_spec *quoted)
{
	struct packet_spec s = packet_spec_reply(quoted);

	s.protocol = IPPROTO_ICMP;
	s.icmp_type = spec_ipv4.unreachable;
	s.quote = quoted;
	return s;
}

/* So many packets, `burst_max` or fewer at once. */
static void
packets_run(uint8_t *became, unsigned n, unsigned burst_max)
{
	struct packet_spec sent[BURST_MAX], quoted = packet_random();

	for (unsigned i = 0; i < n; i++)
		sent[i] = random_below(50) == 0 ? error_about(&quoted) : packet_random();
	for (unsigned done = 0; done < n; done += burst_max) {
		unsigned part = RTE_MIN(burst_max, n - done);

		for (unsigned i = 0; i < part; i++)
			tenancy_add(&sent[done + i]);
		tenancy_run();
		for (unsigned i = 0; i < part; i++)
			became[done + i] = (uint8_t)tenancy_fate(i);
	}
}

static void
outcome_take(struct outcome *o, unsigned burst_max)
{
	const struct tenancy_fixture *f = tenancy_open(configs[0]);

	f->t->ns_per_cycle = 0; /* else a reload forgives meters by the real time */
	seed = UINT64_C(0x9E3779B97F4A7C15);
	for (unsigned done = 0, n; done < PACKETS; done += n) {
		n = RTE_MIN(1 + random_below(BURST_MAX), PACKETS - done);
		packets_run(&o->fates[done], n, burst_max);
		if (random_below(BURSTS_A_RELOAD) == 0)
			tenancy_reload(configs[random_below(ARRAY_LENGTH(configs))]);
		if (random_below(WAIT_AFTER) == 0)
			tenancy_wait_ms(random_below(2 * WAIT_AFTER));
	}
	memcpy(o->accounts, f->t->books.accounts, sizeof(o->accounts));
	for (unsigned i = 0; i < SLOTS; i++)
		o->accounts[i].next = NULL; /* a place in memory; `above` says the same */
	assert_int_equal(tenancy_teardown(NULL), 0);
}

static void
a_burst_comes_to_what_its_packets_come_to_one_by_one(void **state)
{
	static struct outcome bursts, packets;
	unsigned passed = 0, refused[TENANT_REASONS] = {0};

	(void)state;
	outcome_take(&bursts, BURST_MAX);
	outcome_take(&packets, 1);
	for (unsigned i = 0; i < PACKETS; i++) {
		uint8_t fate = bursts.fates[i];

		if (fate != packets.fates[i])
			fail_msg(
				"packet %u: %s in a burst, %s alone",
				i,
				fates[fate].name,
				fates[packets.fates[i]].name
			);
		passed += fate == FATE_FORWARD;
		if (fates[fate].class == FATE_CLASS_TENANT)
			refused[tenant_reason(fate)]++;
	}
	assert_memory_equal(bursts.accounts, packets.accounts, sizeof(packets.accounts));
	/* Else not all was tested. */
	assert_in_range(passed, PACKETS / 2, PACKETS - 1);
	assert_true(refused[tenant_reason(FATE_TENANT_PPS_MAX)] > 0);
	assert_true(refused[tenant_reason(FATE_TENANT_BPS_MAX)] > 0);
	assert_true(refused[tenant_reason(FATE_QUOTA_SPENT)] > 0);
	assert_true(refused[tenant_reason(FATE_TENANT_FROZEN)] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST(a_burst_comes_to_what_its_packets_come_to_one_by_one),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
