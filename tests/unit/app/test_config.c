/* SPDX-License-Identifier: BSD-3-Clause */
/* Configs without a fault: every key arrives, and what is not named has its default. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

static const char every_key[] = "# Every key there is.\n"
				"ports:\n"
				"  wan:\n"
				"    device: 0000:3b:00.0\n"
				"    rx_queues: 4\n"
				"    rx_descriptors: 2048\n"
				"    tx_descriptors: 1k\n"
				"    mtu: 9000\n"
				"    promiscuous: false\n"
				"    pace: none\n"
				"  lan:\n"
				"    device: net_pcap0,rx_pcap=a.pcap,infinite_rx=1\n"
				"    promiscuous: true\n"
				"    pace: 5M\n"
				"  feed-1.a_B: {device: net_null0, pace: wait}\n"
				"lcores:\n"
				"  rx: [1, 2]\n"
				"  work: [2, 3, 0]\n"
				"  tx: [127]\n"
				"  ring_size: 4096\n"
				"forward:\n"
				"  - between: [lan, wan]\n"
				"feeds:\n"
				"  itch:\n"
				"    protocol: itch50\n"
				"    lines:\n"
				"      A: {port: wan, group: 233.54.12.111, dport: 26477}\n"
				"      B: {port: feed-1.a_B, group: ff3e::1, dport: 65535}\n"
				"  spare:\n"
				"    protocol: itch50\n"
				"    lines:\n"
				"      A: {port: lan, group: 233.54.12.111, dport: 26477}\n"
				"mbufs: 64k\n";

/* A config of one port and whatever stands behind it. */
#define ONE_PORT "ports:\n  a: {device: net_null0}\n"

static void
ports_have_the_values_of_the_file(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->n_ports, 3);
	assert_string_equal(c->ports[0].name, "wan");
	assert_string_equal(c->ports[0].device, "0000:3b:00.0");
	assert_int_equal(c->ports[0].rx_queues, 4);
	assert_int_equal(c->ports[0].rx_descriptors, 2048);
	assert_int_equal(c->ports[0].tx_descriptors, 1000);
	assert_int_equal(c->ports[0].mtu, 9000);
	assert_string_equal(c->ports[1].name, "lan");
	assert_string_equal(c->ports[1].device, "net_pcap0,rx_pcap=a.pcap,infinite_rx=1");
	assert_string_equal(c->ports[2].name, "feed-1.a_B");
	config_free(c);
}

/* DPDK knows a PCI device by its full address only. */
static void
a_short_pci_address_becomes_a_full_one(void **state)
{
	struct config *c = config_of("ports:\n"
				     "  a: {device: '03:00.1'}\n"
				     "  b: {device: '3b:00.0,mprq_en=1'}\n");

	(void)state;
	assert_string_equal(c->ports[0].device, "0000:03:00.1");
	assert_string_equal(c->ports[1].device, "0000:3b:00.0,mprq_en=1");
	config_free(c);
}

static void
promiscuous_is_true_false_or_not_said(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_true(c->ports[0].promiscuous_set);
	assert_false(c->ports[0].promiscuous);
	assert_true(c->ports[1].promiscuous_set);
	assert_true(c->ports[1].promiscuous);
	assert_false(c->ports[2].promiscuous_set);
	config_free(c);
}

static void
pace_is_none_wait_or_a_rate(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->ports[0].pace, PACE_NONE);
	assert_int_equal(c->ports[1].pace, PACE_RATE);
	assert_int_equal(c->ports[1].pace_pps, 5000000);
	assert_int_equal(c->ports[2].pace, PACE_WAIT);
	config_free(c);
}

static void
lcores_have_the_values_and_the_order_of_the_file(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->rx.n, 2);
	assert_int_equal(c->rx.ids[0], 1);
	assert_int_equal(c->rx.ids[1], 2);
	assert_int_equal(c->work.n, 3);
	assert_int_equal(c->work.ids[0], 2);
	assert_int_equal(c->work.ids[1], 3);
	assert_int_equal(c->work.ids[2], 0);
	assert_int_equal(c->tx.n, 1);
	assert_int_equal(c->tx.ids[0], 127);
	assert_int_equal(c->ring_size, 4096);
	config_free(c);
}

static void
pairs_name_ports_by_their_index(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->n_pairs, 1);
	assert_int_equal(c->pairs[0].ports[0], 1);
	assert_int_equal(c->pairs[0].ports[1], 0);
	config_free(c);
}

static void
feeds_and_lines_have_the_values_of_the_file(void **state)
{
	struct config *c = config_of(every_key);
	const struct config_feed *feed = &c->feeds[0];
	const union packet_address group = {.v6 = {233, 54, 12, 111}}; /* the rest is 0 */

	(void)state;
	assert_int_equal(c->n_feeds, 2);
	assert_string_equal(feed->name, "itch");
	assert_ptr_equal(feed->decoder, decoder_find("itch50"));
	assert_int_equal(feed->n_lines, 2);
	assert_string_equal(feed->lines[0].name, "A");
	assert_int_equal(feed->lines[0].port, 0);
	assert_int_equal(feed->lines[0].kind, PACKET_IPV4);
	assert_memory_equal(&feed->lines[0].group, &group, sizeof(group));
	assert_int_equal(feed->lines[0].dst_port, 26477);
	assert_string_equal(feed->lines[1].name, "B");
	assert_int_equal(feed->lines[1].port, 2);
	assert_int_equal(feed->lines[1].dst_port, 65535);
	assert_string_equal(c->feeds[1].name, "spare");
	config_free(c);
}

static void
an_ipv6_group_is_in_network_order(void **state)
{
	static const uint8_t group[16] = {0xFF, 0x3E, [15] = 1};
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->feeds[0].lines[1].kind, PACKET_IPV6);
	assert_memory_equal(c->feeds[0].lines[1].group.v6, group, sizeof(group));
	config_free(c);
}

static void
mbufs_have_the_value_of_the_file(void **state)
{
	struct config *c = config_of(every_key);

	(void)state;
	assert_int_equal(c->mbufs, 64000);
	config_free(c);
}

static void
what_a_port_does_not_name_has_its_default(void **state)
{
	struct config *c = config_of(ONE_PORT);

	(void)state;
	assert_int_equal(c->n_ports, 1);
	assert_int_equal(c->ports[0].rx_queues, 1);
	assert_int_equal(c->ports[0].rx_descriptors, 0);
	assert_int_equal(c->ports[0].tx_descriptors, 0);
	assert_int_equal(c->ports[0].mtu, 0);
	assert_int_equal(c->ports[0].pace, PACE_DRIVER);
	config_free(c);
}

static void
sections_that_are_not_there_have_their_defaults(void **state)
{
	struct config *c = config_of(ONE_PORT);

	(void)state;
	assert_int_equal(c->n_pairs, 0);
	assert_int_equal(c->n_feeds, 0);
	assert_int_equal(c->mbufs, 0);
	assert_int_equal(c->ring_size, CONFIG_RING_SIZE);
	config_free(c);
}

static void
without_lcores_one_lcore_does_everything(void **state)
{
	struct config *c = config_of(ONE_PORT);

	(void)state;
	assert_int_equal(c->rx.n, 1);
	assert_int_equal(c->work.n, 1);
	assert_int_equal(c->tx.n, 1);
	assert_int_equal(c->rx.ids[0], c->work.ids[0]);
	assert_int_equal(c->tx.ids[0], c->work.ids[0]);
	config_free(c);
}

static void
the_default_config_has_no_ports_and_one_lcore(void **state)
{
	struct config *c = config_default();

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->n_ports, 0);
	assert_int_equal(c->n_pairs, 0);
	assert_int_equal(c->n_feeds, 0);
	assert_int_equal(c->work.n, 1);
	assert_int_equal(c->ring_size, CONFIG_RING_SIZE);
	config_free(c);
}

static void
sections_may_stand_in_any_order(void **state)
{
	struct config *c = config_of("feeds:\n"
				     "  f: {protocol: itch50, lines: {A: {port: b, group: "
				     "239.0.0.1, dport: 1}}}\n"
				     "forward: [{between: [a, b]}]\n"
				     "ports:\n"
				     "  a: {device: net_null0}\n"
				     "  b: {device: net_null1}\n");

	(void)state;
	assert_int_equal(c->feeds[0].lines[0].port, 1);
	assert_int_equal(c->n_pairs, 1);
	config_free(c);
}

static void
the_ends_of_every_range_are_legal(void **state)
{
	struct config *c = config_of("ports:\n"
				     "  a: {device: d0, rx_queues: 1, rx_descriptors: 8, "
				     "tx_descriptors: 8, mtu: 68, pace: 1}\n"
				     "  b: {device: d1, rx_queues: 64, rx_descriptors: 32768, "
				     "tx_descriptors: 32768, mtu: 65535, pace: 1G}\n"
				     "lcores: {rx: [0], work: [0], tx: [127], ring_size: 128}\n"
				     "mbufs: 1024\n");

	(void)state;
	assert_int_equal(c->ports[0].mtu, 68);
	assert_int_equal(c->ports[0].pace_pps, 1);
	assert_int_equal(c->ports[1].rx_queues, 64);
	assert_int_equal(c->ports[1].pace_pps, 1000000000);
	assert_int_equal(c->ring_size, 128);
	assert_int_equal(c->mbufs, 1024);
	config_free(c);
}

static void
a_name_may_have_31_characters(void **state)
{
	struct config *c = config_of("ports: {a23456789012345678901234567890_: {device: d}}\n");

	(void)state;
	assert_string_equal(c->ports[0].name, "a23456789012345678901234567890_");
	config_free(c);
}

static void
empty_forward_and_feeds_are_legal(void **state)
{
	struct config *c = config_of(ONE_PORT "forward: []\nfeeds: {}\n");

	(void)state;
	assert_int_equal(c->n_pairs, 0);
	assert_int_equal(c->n_feeds, 0);
	config_free(c);
}

static void
the_same_group_is_another_line_on_another_port_or_dport(void **state)
{
	struct config *c = config_of("ports: {a: {device: d0}, b: {device: d1}}\n"
				     "feeds:\n"
				     "  f:\n"
				     "    protocol: itch50\n"
				     "    lines:\n"
				     "      A: {port: a, group: 239.0.0.1, dport: 1}\n"
				     "      B: {port: b, group: 239.0.0.1, dport: 1}\n"
				     "      C: {port: a, group: 239.0.0.1, dport: 2}\n"
				     "      D: {port: a, group: 239.0.0.2, dport: 1}\n");

	(void)state;
	assert_int_equal(c->feeds[0].n_lines, 4);
	config_free(c);
}

static void
a_value_may_be_an_alias(void **state)
{
	struct config *c = config_of("ports:\n"
				     "  a: {device: d0, mtu: &m 1500}\n"
				     "  b: {device: d1, mtu: *m}\n");

	(void)state;
	assert_int_equal(c->ports[1].mtu, 1500);
	config_free(c);
}

static void
freeing_no_config_does_nothing(void **state)
{
	(void)state;
	config_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_have_the_values_of_the_file),
		cmocka_unit_test(a_short_pci_address_becomes_a_full_one),
		cmocka_unit_test(promiscuous_is_true_false_or_not_said),
		cmocka_unit_test(pace_is_none_wait_or_a_rate),
		cmocka_unit_test(lcores_have_the_values_and_the_order_of_the_file),
		cmocka_unit_test(pairs_name_ports_by_their_index),
		cmocka_unit_test(feeds_and_lines_have_the_values_of_the_file),
		cmocka_unit_test(an_ipv6_group_is_in_network_order),
		cmocka_unit_test(mbufs_have_the_value_of_the_file),
		cmocka_unit_test(what_a_port_does_not_name_has_its_default),
		cmocka_unit_test(sections_that_are_not_there_have_their_defaults),
		cmocka_unit_test(without_lcores_one_lcore_does_everything),
		cmocka_unit_test(the_default_config_has_no_ports_and_one_lcore),
		cmocka_unit_test(sections_may_stand_in_any_order),
		cmocka_unit_test(the_ends_of_every_range_are_legal),
		cmocka_unit_test(a_name_may_have_31_characters),
		cmocka_unit_test(empty_forward_and_feeds_are_legal),
		cmocka_unit_test(the_same_group_is_another_line_on_another_port_or_dport),
		cmocka_unit_test(a_value_may_be_an_alias),
		cmocka_unit_test(freeing_no_config_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
