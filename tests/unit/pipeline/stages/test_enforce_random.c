/* SPDX-License-Identifier: BSD-3-Clause */
/* The tenants' stages under packets, reloads and pauses at random: after each burst all books must agree. */
#include "pipeline/flow/flow_track.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>
#include <string.h>

enum {
	PACKETS = 200 * 1000,
	BURSTS_A_RELOAD = 40,
	REMEMBERED = 16, /* packets that errors quote and others repeat */
	N_PORTS = 10,
	DATAGRAMS = 32,
	BURSTS_A_FLOOD = 300, /* there is one every so many */
	FLOOD_BURSTS = 60, /* more packets than a table has room */
};

#define HEAD                                                                                       \
	"ports: { lan: { device: net_null0 }, wan: { device: net_null1 } }\n"                      \
	"forward: [ { between: [lan, wan] } ]\n"                                                   \
	"flows: { ipv4: 1k, ipv6: 1k, fragments: 200, fragment_timeout: 1s, tenants: 24 }\n"       \
	"tenants:\n"                                                                               \
	"  /closed: { from: [ { src: 10.3.0.0/16 }, { src: '2001:db8:3::/48' } ],\n"               \
	"             to: [ { dst: 10.3.0.0/16 }, { dst: '2001:db8:3::/48' } ], frozen: true }\n"

/* Tenants come and go, are moved below others, trade their prefixes, freeze, audit, evict. */
static const char *const configs[] = {
	HEAD "  /a: { " SPEC_IS_A ", flows.max: 20, on_full: evict }\n"
	     "  /b: { " SPEC_IS_B ", flows.max: 30, pickup: true }\n",
	HEAD "  /up: { flows.max: 12, pps.max: 2k, on_full: evict, timeouts: { udp: 1s } }\n"
	     "  /up/one: { " SPEC_IS_B ", flows.max: 5 }\n"
	     "  /up/two: { " SPEC_IS_A ", egress: { default: deny, rules: [ { proto: udp, action: "
	     "allow }, { proto: icmp, action: reject } ] } }\n",
	HEAD "  /a: { mode: audit, flows.max: 4, quota: { packets: 500, period: 10s } }\n"
	     "  /a/b: { " SPEC_IS_A
	     ", mode: enforce, ingress: { default: deny }, flows.rate: 300 }\n"
	     "  /b: { " SPEC_IS_B ", frozen: true }\n",
	HEAD "  /up: { mode: audit, flows.max: 6, bps.max: 1M }\n"
	     "  /up/one: { from: [ " SPEC_FROM_A
	     " ], mode: enforce, bps.max: 2M, on_full: evict }\n"
	     "  /vlan: { from: [ { vlan: 5 } ], quota: { bytes: 5k, period: 100s } }\n",
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

static bool
one_in(uint32_t n)
{
	return random_below(n) == 0;
}

static const char *
host_random(bool is_ipv6)
{
	static const char *const hosts[2][6] = {
		{"10.1.0.1", "10.1.0.2", "10.2.0.1", "10.2.0.2", "198.51.100.9", "10.3.0.1"},
		{"2001:db8:1::1",
		 "2001:db8:1::2",
		 "2001:db8:2::1",
		 "2001:db8:2::2",
		 "2001:db8:f::9",
		 "2001:db8:3::1"},
	};

	return hosts[is_ipv6][random_below(6)];
}

static uint8_t
tcp_flags_random(void)
{
	static const uint8_t flags[] = {
		TCP_SYN,
		TCP_SYN,
		TCP_SYN | TCP_ACK,
		TCP_ACK,
		TCP_ACK | TCP_PSH,
		TCP_FIN | TCP_ACK,
		TCP_RST};

	return one_in(20) ? (uint8_t)random_below(64) : flags[random_below(ARRAY_LENGTH(flags))];
}

static uint8_t
icmp_type_random(const struct spec_version *v)
{
	static const uint8_t link[] = {133, 134, 135, 136, 143};

	switch (random_below(6)) {
	case 0:
		return v->echo_reply;
	case 1:
		return (uint8_t)random_below(256);
	case 2:
		return v->kind == PACKET_IPV6 ? link[random_below(ARRAY_LENGTH(link))] : v->echo;
	default:
		return v->echo;
	}
}

static void
fragment_make(struct packet_spec *s)
{
	s->datagram = (uint16_t)random_below(DATAGRAMS);
	s->more = one_in(2);
	s->offset = (uint16_t)(one_in(2) ? 0 : 8 * random_below(20));
	s->payload_bytes = 64 - 8;
}

/* What it quotes must stay: it is one of those that are remembered. */
static void
error_make(struct packet_spec *s, const struct spec_version *v, const struct packet_spec *quoted)
{
	s->protocol = v->icmp;
	s->icmp_type = v->unreachable;
	s->quote = quoted;
	if (!one_in(4))
		s->dst = quoted->src;
	if (one_in(8))
		s->quote_bytes = (uint16_t)(1 + random_below(60));
}

static unsigned flood; /* how many bursts of it are still to come */

/* Nobody's, so that no limit but the tables' is in the way. Some are first fragments of one flow. */
static struct packet_spec
packet_of_flood(void)
{
	if (one_in(4))
		return (struct packet_spec){
			.src = "198.51.100.9",
			.dst = "198.51.100.10",
			.more = true,
			.datagram = (uint16_t)random_below(65536),
			.payload_bytes = 64 - 8,
		};
	return (struct packet_spec){
		.src = "198.51.100.9",
		.dst = "198.51.100.10",
		.sport = (uint16_t)random_below(65536),
		.dport = (uint16_t)random_below(65536),
	};
}

static struct packet_spec
packet_random(struct packet_spec *remembered)
{
	static const uint8_t protocols[] = {
		IPPROTO_TCP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDP, IPPROTO_GRE, IPPROTO_SCTP};
	struct packet_spec *quoted = &remembered[random_below(REMEMBERED)];
	bool is_ipv6 = one_in(2);
	const struct spec_version *v = is_ipv6 ? &spec_ipv6 : &spec_ipv4;
	struct packet_spec s = {
		.src = host_random(is_ipv6),
		.dst = host_random(is_ipv6),
		.sport = (uint16_t)(1 + random_below(N_PORTS)),
		.dport = (uint16_t)(1 + random_below(N_PORTS)),
		.protocol = protocols[random_below(ARRAY_LENGTH(protocols))],
		.tcp_flags = tcp_flags_random(),
		.in = (uint16_t)random_below(2),
		.payload_bytes = (uint16_t)(8 + random_below(40)),
		.vlan_outer = one_in(6) ? 5 : 0,
	};

	if (s.vlan_outer != 0 && one_in(2))
		s.vlan_inner = 6;
	/* Conversations: the same again, or its answer. */
	if (one_in(3) && quoted->src != NULL)
		return one_in(2) ? *quoted : packet_spec_reply(quoted);
	if (one_in(5)) {
		s.protocol = v->icmp;
		s.icmp_type = icmp_type_random(v);
	} else if (one_in(6) && quoted->src != NULL && (strchr(quoted->src, ':') != NULL) == is_ipv6) {
		error_make(&s, v, quoted);
	}
	if (one_in(8))
		fragment_make(&s);
	return s;
}

/* A packet that an error quotes later must not change until then. */
static void
packet_remember(struct packet_spec *remembered, const struct packet_spec *s)
{
	struct packet_spec *to = &remembered[random_below(REMEMBERED)];

	if (s->quote == NULL)
		*to = *s;
}

static bool seen[FATE_COUNT];

static void
burst_check(const struct packet_spec *sent, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		enum fate fate = tenancy_fate(i);
		/* Errors are of the flow that they are about, whoever sends them. */
		bool is_closed =
			sent[i].quote == NULL && (strncmp(sent[i].src, "10.3.", 5) == 0 ||
						  strncmp(sent[i].src, "2001:db8:3:", 11) == 0);

		assert_in_range(fate, FATE_NONE + 1, FATE_COUNT - 1);
		seen[fate] = true;
		assert_true(
			fate == FATE_FORWARD || fates[fate].class == FATE_CLASS_MALFORMED ||
			fates[fate].class == FATE_CLASS_TENANT
		);
		if (is_closed && fate == FATE_FORWARD)
			fail_msg(
				"a packet of a frozen tenant has passed: %s > %s, protocol %u, "
				"type %u, vlan %u",
				sent[i].src,
				sent[i].dst,
				sent[i].protocol,
				sent[i].icmp_type,
				sent[i].vlan_outer
			);
	}
	tenancy_check();
}

/* Where all that was to end has had the time. */
static void
assert_unused_have_nothing(const struct tenancy_fixture *f)
{
	const struct tenant_set *set = f->a.tenants.set;

	for (uint16_t slot = 0; slot < set->n_slots; slot++) {
		if (!set->tenants[slot].used)
			assert_int_equal(f->a.tenants.usage[slot].flows, 0);
	}
}

static void
something_happens(const struct tenancy_fixture *f)
{
	if (flood > 0) {
		flood--;
		return;
	}
	if (one_in(BURSTS_A_FLOOD))
		flood = FLOOD_BURSTS;
	if (one_in(BURSTS_A_RELOAD)) {
		tenancy_reload(configs[random_below(ARRAY_LENGTH(configs))]);
		tenancy_check();
		if (one_in(2)) {
			tenancy_wait_ms(0);
			assert_unused_have_nothing(f);
		}
	}
	if (one_in(4))
		tenancy_wait_ms(random_below(20));
	if (one_in(100))
		tenancy_wait_ms(random_below(40 * 1000));
	if (one_in(3))
		tenancy_tidy(f->t);
}

static void
books_agree_after_every_burst(void **state)
{
	static struct packet_spec remembered[REMEMBERED], sent[BURST_MAX];
	const struct tenancy_fixture *f = tenancy_open(configs[0]);
	uint64_t passed = 0;

	(void)state;
	seed = UINT64_C(0x9E3779B97F4A7C15);
	for (unsigned packets = 0; packets < PACKETS;) {
		unsigned n = 1 + random_below(BURST_MAX);

		for (unsigned i = 0; i < n; i++) {
			sent[i] = flood > 0 ? packet_of_flood() : packet_random(remembered);
			tenancy_add(&sent[i]);
			packet_remember(remembered, &sent[i]);
		}
		tenancy_run();
		burst_check(sent, n);
		for (unsigned i = 0; i < n; i++)
			passed += tenancy_fate(i) == FATE_FORWARD;
		packets += n;
		something_happens(f);
	}
	/* Else not all was tested. */
	assert_in_range(passed, PACKETS / 10, PACKETS - PACKETS / 10);
	for (unsigned fate = FATE_TENANT_FIRST; fate <= FATE_TENANT_LAST; fate++) {
		if (!seen[fate])
			fail_msg("no packet was %s", fates[fate].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST(books_agree_after_every_burst),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
