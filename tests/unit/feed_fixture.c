/* SPDX-License-Identifier: BSD-3-Clause */
/* Feeds, lines and their packets. */
#include "tests/unit/feed_fixture.h"

#include "tests/unit/unit_test.h"

#include <rte_byteorder.h>
#include <rte_memory.h>

const union packet_address feed_fixture_group4 = {.v6 = {198, 51, 100, 2}};
const union packet_address feed_fixture_group6 = {
	.v6 = {0x20, 0x01, 0x0D, 0xB8, 0xFF, 0xFF, [15] = 2}};

struct feed_line
feed_fixture_line4(uint16_t port, uint16_t dst_port)
{
	return (struct feed_line){
		.port = port,
		.kind = PACKET_IPV4,
		.group = feed_fixture_group4,
		.dst_port_be = rte_cpu_to_be_16(dst_port),
	};
}

struct feed_line
feed_fixture_line6(uint16_t port, uint16_t dst_port)
{
	return (struct feed_line){
		.port = port,
		.kind = PACKET_IPV6,
		.group = feed_fixture_group6,
		.dst_port_be = rte_cpu_to_be_16(dst_port),
	};
}

struct feed_table *
feed_fixture_table(const struct feed_line *lines, uint16_t n_lines, uint16_t n_feeds)
{
	struct feed_table *table = feed_table_create(n_feeds, n_lines, SOCKET_ID_ANY);

	assert_non_null(table);
	for (uint16_t i = 0; i < n_feeds; i++)
		table->feeds[i].decoder = decoder_find("itch50");
	for (uint16_t i = 0; i < n_lines; i++)
		table->lines[i] = lines[i];
	assert_int_equal(feed_table_index(table, SOCKET_ID_ANY), 0);
	return table;
}

static void
payload_finish(struct packet_builder *b, uint16_t dst_port, const struct mold_builder *payload)
{
	builder_udp(b, 40000, dst_port);
	builder_bytes(b, payload->bytes, payload->length);
	builder_finish(b);
}

void
feed_fixture_packet4(
	struct packet_builder *b, uint16_t dst_port, const struct mold_builder *payload
)
{
	builder_ethernet(b);
	builder_ipv4(b);
	payload_finish(b, dst_port, payload);
}

void
feed_fixture_packet6(
	struct packet_builder *b, uint16_t dst_port, const struct mold_builder *payload
)
{
	builder_ethernet(b);
	builder_ipv6(b);
	payload_finish(b, dst_port, payload);
}
