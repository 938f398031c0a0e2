/* SPDX-License-Identifier: BSD-3-Clause */
/* Which fate a packet of a port with claims gets, and which packets are none of the stage's business. */
#include "pipeline/stages/claim.h"
#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_samples.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum {
	/* With claims. */
	PORT_A = 3,
	PORT_B = 31,
	/* Without. */
	PORT_PLAIN = 0,
	CLAIMED_PORT = 26400,
	DENIED_PORT = 7,
	OTHER_PORT = 5000,
	MLD_QUERY = 130,
	MLD_REPORT = 131,
	MLD_DONE = 132,
	ND_ROUTER_SOLICITATION = 133,
	ND_REDIRECT = 137,
	ICMP6_ECHO = 128,
	ICMP6_BELOW = 129,
	ICMP6_ABOVE = 138,
	MLD2_REPORT = 143,
};

static struct worker worker;
static struct burst burst;
static struct claim_set set;
static const struct claim_set *published;

static struct claim_rule
rule_make(uint8_t kind, enum claim_verdict verdict, uint16_t port)
{
	return (struct claim_rule
	){.verdict = verdict,
	  .kind = kind,
	  .protocol = IPPROTO_UDP,
	  .any_vlan = true,
	  .names_ports = true,
	  .port_first = port,
	  .port_last = port};
}

static struct claim_match *
match_make(const char *name, const struct claim_rule *rules, unsigned n)
{
	struct claim_match *match = claim_match_create(name, rules, n, SOCKET_ID_ANY);

	assert_non_null(match);
	return match;
}

static int
worker_setup(void **state)
{
	const struct claim_rule rules[] = {
		rule_make(PACKET_IPV4, CLAIM_CLAIMED, CLAIMED_PORT),
		rule_make(PACKET_IPV6, CLAIM_CLAIMED, CLAIMED_PORT),
		rule_make(PACKET_IPV4, CLAIM_DENIED, DENIED_PORT),
		rule_make(PACKET_IPV6, CLAIM_DENIED, DENIED_PORT),
	};

	(void)state;
	memset(&worker, 0, sizeof(worker));
	memset(&set, 0, sizeof(set));
	set.by_port[PORT_A] = match_make("_port_a", rules, ARRAY_LENGTH(rules));
	published = &set;
	worker.claims = &published;
	worker.claim_ports[0] = PORT_B; /* in no order */
	worker.claim_ports[1] = PORT_A;
	worker.n_claim_ports = 2;
	burst.n = 0;
	return 0;
}

static int
worker_teardown(void **state)
{
	for (unsigned i = 0; i < RTE_MAX_ETHPORTS; i++)
		claim_match_destroy(set.by_port[i]);
	rte_pktmbuf_free_bulk(burst.mbufs, burst.n);
	return eal_fixture_mbufs_are_back(state);
}

/* Everything of that version, claimed or denied, on PORT_A. */
static void
rows_cover_everything(enum claim_verdict verdict)
{
	struct claim_rule rules[2] = {
		rule_make(PACKET_IPV4, verdict, 0), rule_make(PACKET_IPV6, verdict, 0)};

	for (unsigned i = 0; i < 2; i++) {
		rules[i].any_protocol = true;
		rules[i].names_ports = false;
	}
	claim_match_destroy(set.by_port[PORT_A]);
	set.by_port[PORT_A] = match_make("_port_a", rules, 2);
}

static void
burst_add_mbuf(uint16_t port, struct rte_mbuf *m)
{
	m->port = port;
	memset(&burst.packets[burst.n], 0xA5, sizeof(burst.packets[burst.n]));
	packet_parse(m, &burst.packets[burst.n]);
	burst.mbufs[burst.n++] = m;
}

static void
burst_add(uint16_t port, const struct packet_builder *b)
{
	burst_add_mbuf(port, mbuf_exact(b->bytes, b->length));
}

static void
burst_add_udp4(uint16_t port, uint16_t dst_port)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv4(&b);
	builder_udp(&b, 4000, dst_port);
	builder_finish(&b);
	burst_add(port, &b);
}

static void
burst_add_udp6(uint16_t port, uint16_t dst_port)
{
	struct packet_builder b;

	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_udp(&b, 4000, dst_port);
	builder_finish(&b);
	burst_add(port, &b);
}

static void
message6_build(struct packet_builder *b, uint8_t type)
{
	static const uint8_t router_alert[] = {5, 2, 0, 0, 1, 0};

	builder_ethernet(b);
	builder_ipv6(b);
	/* MLD comes behind a hop-by-hop header (RFC 3810, section 5). */
	if (type <= MLD_DONE || type == MLD2_REPORT) {
		builder_ipv6_extension(b, IPPROTO_HOPOPTS, 8);
		memcpy(b->bytes + b->length - sizeof(router_alert),
		       router_alert,
		       sizeof(router_alert));
	}
	builder_message(b, IPPROTO_ICMPV6, type);
	builder_zeros(b, 16);
	builder_finish(b);
}

static void
assert_fate_at(unsigned i, enum fate expected)
{
	assert_fate("packet", burst.packets[i].fate, expected);
}

/* One packet, alone. */
static void
assert_becomes(enum fate expected)
{
	assert_fate_at(burst.n - 1, FATE_NONE);
	claim_stage(&worker, &burst);
	assert_fate_at(burst.n - 1, expected);
}

static void
a_claimed_packet_goes_on_without_a_fate(void **state)
{
	(void)state;
	burst_add_udp4(PORT_A, CLAIMED_PORT);
	assert_becomes(FATE_NONE);
	burst_add_udp6(PORT_A, CLAIMED_PORT);
	assert_becomes(FATE_NONE);
}

static void
a_denied_packet_is_denied(void **state)
{
	(void)state;
	burst_add_udp4(PORT_A, DENIED_PORT);
	assert_becomes(FATE_DENIED);
	burst_add_udp6(PORT_A, DENIED_PORT);
	assert_becomes(FATE_DENIED);
}

static void
a_packet_without_a_row_is_the_kernel_s(void **state)
{
	(void)state;
	burst_add_udp4(PORT_A, OTHER_PORT);
	assert_becomes(FATE_TO_KERNEL);
	burst_add_udp6(PORT_A, OTHER_PORT);
	assert_becomes(FATE_TO_KERNEL);
}

static void
without_a_set_all_is_the_kernel_s(void **state)
{
	(void)state;
	published = NULL;
	burst_add_udp4(PORT_A, CLAIMED_PORT);
	burst_add_udp6(PORT_A, DENIED_PORT);
	burst_add_udp4(PORT_PLAIN, CLAIMED_PORT);
	claim_stage(&worker, &burst);
	assert_fate_at(0, FATE_TO_KERNEL);
	assert_fate_at(1, FATE_TO_KERNEL);
	assert_fate_at(2, FATE_NONE);
}

static void
a_port_without_rows_in_the_set_gives_all_to_the_kernel(void **state)
{
	(void)state;
	burst_add_udp4(PORT_B, CLAIMED_PORT);
	assert_becomes(FATE_TO_KERNEL);
	burst_add_udp4(PORT_B, DENIED_PORT);
	assert_becomes(FATE_TO_KERNEL);
}

static void
a_set_that_is_published_later_is_the_one_that_counts(void **state)
{
	struct claim_rule rule = rule_make(PACKET_IPV4, CLAIM_CLAIMED, OTHER_PORT);
	struct claim_set later = {0};

	(void)state;
	later.by_port[PORT_A] = match_make("_later", &rule, 1);
	burst_add_udp4(PORT_A, OTHER_PORT);
	assert_becomes(FATE_TO_KERNEL);
	published = &later;
	burst_add_udp4(PORT_A, OTHER_PORT);
	assert_becomes(FATE_NONE);
	burst_add_udp4(PORT_A, CLAIMED_PORT);
	assert_becomes(FATE_TO_KERNEL);
	claim_match_destroy(later.by_port[PORT_A]);
}

static void
ports_without_claims_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_packet_samples; i++) {
		struct packet_builder b;

		burst.n = 0;
		packet_samples[i].build(&b);
		burst_add(PORT_PLAIN, &b);
		claim_stage(&worker, &burst);
		assert_fate(packet_samples[i].name, burst.packets[0].fate, FATE_NONE);
		rte_pktmbuf_free(burst.mbufs[0]);
	}
	burst.n = 0;
}

static void
a_fate_that_is_there_stays(void **state)
{
	(void)state;
	for (unsigned fate = FATE_NONE + 1; fate < FATE_COUNT; fate++) {
		burst.n = 0;
		burst_add_udp4(PORT_A, fate % 2 == 0 ? DENIED_PORT : OTHER_PORT);
		burst.packets[0].fate = (uint8_t)fate;
		claim_stage(&worker, &burst);
		assert_fate_at(0, (enum fate)fate);
		rte_pktmbuf_free(burst.mbufs[0]);
	}
	burst.n = 0;
}

/* Whatever the rows say. */
static void
assert_always_the_kernel_s(const char *what, const struct packet_builder *b)
{
	static const enum claim_verdict verdicts[] = {CLAIM_CLAIMED, CLAIM_DENIED};

	for (unsigned i = 0; i < ARRAY_LENGTH(verdicts); i++) {
		rows_cover_everything(verdicts[i]);
		burst.n = 0;
		burst_add(PORT_A, b);
		assert_fate(what, burst.packets[0].fate, FATE_NONE);
		claim_stage(&worker, &burst);
		assert_fate(what, burst.packets[0].fate, FATE_TO_KERNEL);
		rte_pktmbuf_free(burst.mbufs[0]);
	}
	burst.n = 0;
}

static void
arp_is_the_kernel_s(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	builder_finish(&b);
	assert_always_the_kernel_s("ARP", &b);
	builder_ethernet(&b);
	builder_vlan(&b, 0x8100, 100);
	builder_arp(&b);
	builder_finish(&b);
	assert_always_the_kernel_s("ARP with a VLAN tag", &b);
}

static void
what_is_not_ip_is_the_kernel_s(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_pattern(&b, 46);
	assert_always_the_kernel_s("another EtherType", &b);
	/* IEEE 802.3: an LLC frame of a spanning tree. */
	builder_ethernet(&b);
	builder_put16(&b, 12, 38);
	builder_zeros(&b, 46);
	assert_always_the_kernel_s("a length field", &b);
}

static void
igmp_is_the_kernel_s(void **state)
{
	static const uint8_t types[] = {0x11, 0x12, 0x16, 0x17, 0x22};
	static const uint8_t router_alert[] = {0x94, 4, 0, 0};
	struct packet_builder b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		builder_ethernet(&b);
		builder_ipv4(&b);
		builder_ipv4_options(&b, router_alert, sizeof(router_alert));
		builder_message(&b, IPPROTO_IGMP, types[i]);
		builder_finish(&b);
		assert_always_the_kernel_s("IGMP", &b);
	}
}

static void
neighbour_discovery_and_mld_are_the_kernel_s(void **state)
{
	struct packet_builder b;

	(void)state;
	for (unsigned type = MLD_QUERY; type <= ND_REDIRECT; type++) {
		message6_build(&b, (uint8_t)type);
		assert_always_the_kernel_s("ND or MLD", &b);
	}
	message6_build(&b, MLD2_REPORT);
	assert_always_the_kernel_s("MLDv2 report", &b);
}

static void
other_icmp6_goes_by_the_rows(void **state)
{
	static const uint8_t types[] = {1, 2, 3, 4, ICMP6_ECHO, ICMP6_BELOW, ICMP6_ABOVE, 142, 144};
	struct packet_builder b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		builder_ethernet(&b);
		builder_ipv6(&b);
		builder_message(&b, IPPROTO_ICMPV6, types[i]);
		builder_finish(&b);
		burst_add(PORT_A, &b);
		assert_becomes(FATE_TO_KERNEL);
		rows_cover_everything(CLAIM_DENIED);
		burst_add(PORT_A, &b);
		assert_becomes(FATE_DENIED);
		rows_cover_everything(CLAIM_CLAIMED);
		burst_add(PORT_A, &b);
		assert_becomes(FATE_NONE);
		claim_match_destroy(set.by_port[PORT_A]);
		set.by_port[PORT_A] = match_make("_port_a", NULL, 0);
	}
}

/* A later fragment's first byte is data, whatever it looks like. */
static void
a_later_fragment_is_no_neighbour_discovery(void **state)
{
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_ipv6(&b);
	builder_ipv6_fragment(&b, 1024, false);
	builder_message(&b, IPPROTO_ICMPV6, ND_REDIRECT);
	builder_finish(&b);
	rows_cover_everything(CLAIM_CLAIMED);
	burst_add(PORT_A, &b);
	assert_becomes(FATE_NONE);
}

/* Parse reads over segments, so the type may stand in the second. */
static void
neighbour_discovery_in_pieces_is_the_kernel_s_too(void **state)
{
	static const uint8_t types[] = {MLD_REPORT, ND_ROUTER_SOLICITATION, MLD2_REPORT};
	struct packet_builder b;

	(void)state;
	rows_cover_everything(CLAIM_CLAIMED);
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		message6_build(&b, types[i]);
		for (uint32_t cut = 1; cut < b.length; cut++) {
			burst.n = 0;
			burst_add_mbuf(PORT_A, mbuf_cut(b.bytes, b.length, cut));
			assert_becomes(FATE_TO_KERNEL);
			rte_pktmbuf_free(burst.mbufs[0]);
			burst.n = 0;
		}
	}
}

static void
every_sample_that_rows_may_claim_is_claimed(void **state)
{
	(void)state;
	rows_cover_everything(CLAIM_CLAIMED);
	for (size_t i = 0; i < n_packet_samples; i++) {
		const struct packet *p = &burst.packets[0];
		struct packet_builder b;
		bool is_ip;

		burst.n = 0;
		packet_samples[i].build(&b);
		burst_add(PORT_A, &b);
		is_ip = (p->kind == PACKET_IPV4 && p->ip_protocol != IPPROTO_IGMP) ||
			(p->kind == PACKET_IPV6 && p->ip_protocol != IPPROTO_ICMPV6);
		claim_stage(&worker, &burst);
		if (is_ip)
			assert_fate(packet_samples[i].name, p->fate, FATE_NONE);
		rte_pktmbuf_free(burst.mbufs[0]);
	}
	burst.n = 0;
}

static void
a_full_burst_of_several_ports_is_told_apart(void **state)
{
	const struct claim_rule rule = rule_make(PACKET_IPV4, CLAIM_DENIED, CLAIMED_PORT);

	(void)state;
	set.by_port[PORT_B] = match_make("_port_b", &rule, 1);
	for (unsigned i = 0; i < BURST_MAX; i += 8) {
		burst_add_udp4(PORT_A, CLAIMED_PORT);
		burst_add_udp4(PORT_B, CLAIMED_PORT);
		burst_add_udp4(PORT_PLAIN, DENIED_PORT);
		burst_add_udp6(PORT_A, DENIED_PORT);
		burst_add_udp6(PORT_B, DENIED_PORT);
		burst_add_udp4(PORT_A, OTHER_PORT);
		burst_add_udp4(PORT_A, OTHER_PORT);
		burst.packets[burst.n - 1].fate = FATE_IP_BAD_CHECKSUM;
		burst_add_udp6(PORT_A, CLAIMED_PORT);
	}
	claim_stage(&worker, &burst);
	for (unsigned i = 0; i < BURST_MAX; i += 8) {
		assert_fate_at(i, FATE_NONE);
		assert_fate_at(i + 1, FATE_DENIED);
		assert_fate_at(i + 2, FATE_NONE);
		assert_fate_at(i + 3, FATE_DENIED);
		assert_fate_at(i + 4, FATE_TO_KERNEL);
		assert_fate_at(i + 5, FATE_TO_KERNEL);
		assert_fate_at(i + 6, FATE_IP_BAD_CHECKSUM);
		assert_fate_at(i + 7, FATE_NONE);
	}
}

static void
an_empty_burst_is_no_matter(void **state)
{
	(void)state;
	burst_add_udp4(PORT_A, DENIED_PORT);
	burst.n = 0;
	claim_stage(&worker, &burst);
	assert_fate_at(0, FATE_NONE); /* not in the burst */
	burst.n = 1;
}

static void
only_the_fate_is_written(void **state)
{
	struct packet before;

	(void)state;
	burst_add_udp4(PORT_A, DENIED_PORT);
	before = burst.packets[0];
	claim_stage(&worker, &burst);
	before.fate = FATE_DENIED;
	assert_memory_equal(&before, &burst.packets[0], sizeof(before));
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, worker_setup, worker_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(a_claimed_packet_goes_on_without_a_fate),
		STAGE_TEST(a_denied_packet_is_denied),
		STAGE_TEST(a_packet_without_a_row_is_the_kernel_s),
		STAGE_TEST(without_a_set_all_is_the_kernel_s),
		STAGE_TEST(a_port_without_rows_in_the_set_gives_all_to_the_kernel),
		STAGE_TEST(a_set_that_is_published_later_is_the_one_that_counts),
		STAGE_TEST(ports_without_claims_are_left_alone),
		STAGE_TEST(a_fate_that_is_there_stays),
		STAGE_TEST(arp_is_the_kernel_s),
		STAGE_TEST(what_is_not_ip_is_the_kernel_s),
		STAGE_TEST(igmp_is_the_kernel_s),
		STAGE_TEST(neighbour_discovery_and_mld_are_the_kernel_s),
		STAGE_TEST(other_icmp6_goes_by_the_rows),
		STAGE_TEST(a_later_fragment_is_no_neighbour_discovery),
		STAGE_TEST(neighbour_discovery_in_pieces_is_the_kernel_s_too),
		STAGE_TEST(every_sample_that_rows_may_claim_is_claimed),
		STAGE_TEST(a_full_burst_of_several_ports_is_told_apart),
		STAGE_TEST(an_empty_burst_is_no_matter),
		STAGE_TEST(only_the_fate_is_written),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
