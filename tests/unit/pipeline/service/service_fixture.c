/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets by packet_builder, parsed as leat does it. */
#include "tests/unit/pipeline/service/service_fixture.h"

#include "pipeline/stages/parse.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/packet_spec.h"
#include "tests/unit/unit_test.h"

#include <rte_cycles.h>

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
	TCP_SEQUENCE_OFFSET = 4,
	TCP_ACKED_OFFSET = 8,
	TCP_FLAGS_OFFSET = 13,
	ORDER_BYTES_MAX = 8192,
};

static struct service_fixture fixture; /* has a table of all ports */
static struct packet_builder builder;
static struct fix_text order;

struct service_sizes
service_sizes_small(void)
{
	return (struct service_sizes){
		.connections = 64,
		.segments = 64,
		.segments_of_stream = 16,
		.message_bytes = 8192,
		.messages = 4,
		.wait_ns = FIXTURE_SECOND_NS,
		.idle_ns = 900 * FIXTURE_SECOND_NS,
	};
}

static void
tenant_put(uint16_t slot, uint16_t parent)
{
	fixture.tenants[slot] =
		(struct tenant){.parent = parent, .used = true, .limits.streams_max = UINT64_MAX};
}

static void
tenants_put(void)
{
	for (uint16_t slot = 0; slot < SLOTS; slot++)
		fixture.tenants[slot].parent = TENANT_NONE;
	tenant_put(TENANT_ROOT, TENANT_NONE);
	tenant_put(SLOT_A, TENANT_ROOT);
	tenant_put(SLOT_B, TENANT_ROOT);
	tenant_put(SLOT_A_A, SLOT_A);
	fixture.set =
		(struct tenant_set){.generation = 1, .n_slots = SLOTS, .tenants = fixture.tenants};
}

struct service_fixture *
service_open(const struct service_sizes *sizes)
{
	fixture = (struct service_fixture){
		.service =
			{
				.name = "orders",
				.decoder = decoder_find("fix"),
				.port = SERVICE_ANY_PORT,
				.ports = {SERVICE_TCP_PORT, SERVICE_TCP_PORT},
			},
	};
	fixture.table.services = &fixture.service;
	fixture.table.n = 1;
	service_table_index(&fixture.table);
	tenants_put();
	fixture.reader = service_reader_create(&fixture.table, sizes, SLOTS, "unit", SOCKET_ID_ANY);
	assert_non_null(fixture.reader);
	service_wait(&fixture, 0);
	return &fixture;
}

void
service_payer(struct service_fixture *f, uint16_t slot)
{
	f->way.set = &f->set;
	f->way.payer = slot;
}

/* Nothing is used any more, by anybody. */
static void
budget_check(const struct stream_budget *budget)
{
	for (unsigned i = 0; i < STREAM_RESOURCE_COUNT; i++)
		assert_int_equal(budget->used[i], 0);
}

int
service_teardown(void **state)
{
	struct service_reader *reader = fixture.reader;

	if (reader != NULL) {
		service_reader_finish(reader);
		budget_check(&reader->budget);
		for (unsigned slot = 0; slot < SLOTS; slot++)
			budget_check(&reader->tenants[slot]);
		service_reader_destroy(reader);
	}
	fixture.reader = NULL;
	return eal_fixture_mbufs_are_back(state);
}

static void
put32(uint32_t at, uint32_t value)
{
	builder_put16(&builder, at, (uint16_t)(value >> 16));
	builder_put16(&builder, at + 2, (uint16_t)value);
}

struct rte_mbuf *
talk_packet(
	const struct talk *t,
	enum stream_side side,
	uint32_t sequence,
	uint8_t flags,
	const struct fix_text *text,
	uint16_t piece
)
{
	bool from_client = side == STREAM_FROM_CLIENT;
	const struct packet_spec spec = {
		.src = from_client ? spec_ipv4.a : spec_ipv4.b,
		.dst = from_client ? spec_ipv4.b : spec_ipv4.a,
		.sport = from_client ? t->cport : SERVICE_TCP_PORT,
		.dport = from_client ? SERVICE_TCP_PORT : t->cport,
		.protocol = IPPROTO_TCP,
		.tcp_flags = flags,
	};
	struct rte_mbuf *m;

	packet_spec_build(&spec, &builder);
	put32(builder.transport + TCP_SEQUENCE_OFFSET, sequence);
	put32(builder.transport + TCP_ACKED_OFFSET, t->next[!side]);
	if (text != NULL)
		builder_bytes(&builder, text->bytes, (uint32_t)text->length);
	builder_finish(&builder);
	m = piece > 0 ? mbuf_pieces(builder.bytes, builder.length, piece)
		      : mbuf_exact(builder.bytes, builder.length);
	m->port = from_client ? CLIENT_PORT : SERVER_PORT;
	return m;
}

void
service_read(struct service_fixture *f, struct rte_mbuf *m)
{
	struct packet p = {0};

	packet_parse(m, &p);
	assert_int_equal(p.fate, FATE_NONE);
	f->way.other_port = m->port == CLIENT_PORT ? SERVER_PORT : CLIENT_PORT;
	if (service_possible(&f->table, &p))
		service_packet_read(f->reader, m, &p, &f->way);
}

void
talk_send(
	struct service_fixture *f,
	const struct talk *t,
	enum stream_side side,
	uint32_t sequence,
	uint8_t flags,
	const struct fix_text *text
)
{
	struct rte_mbuf *m = talk_packet(t, side, sequence, flags, text, 0);

	service_read(f, m);
	rte_pktmbuf_free(m);
}

void
talk_say(
	struct service_fixture *f,
	struct talk *t,
	enum stream_side side,
	uint8_t flags,
	const struct fix_text *text
)
{
	talk_send(f, t, side, t->next[side], flags, text);
	if (text != NULL)
		t->next[side] += (uint32_t)text->length;
	if (flags & (TCP_SYN | TCP_FIN))
		t->next[side]++;
}

struct talk
talk_open(struct service_fixture *f, uint16_t cport)
{
	struct talk t = {.cport = cport, .next = {1000u * cport, 77}};

	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_SYN, NULL);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_SYN | TCP_ACK, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, NULL);
	return t;
}

void
talk_close(struct service_fixture *f, struct talk *t)
{
	talk_say(f, t, STREAM_FROM_CLIENT, TCP_FIN | TCP_ACK, NULL);
	talk_say(f, t, STREAM_FROM_VENUE, TCP_FIN | TCP_ACK, NULL);
	talk_say(f, t, STREAM_FROM_CLIENT, TCP_ACK, NULL);
}

const struct fix_text *
an_order(uint32_t padding)
{
	static char fields[ORDER_BYTES_MAX];
	char *at = fields;

	assert_true(padding + 32 < sizeof(fields));
	at += snprintf(at, sizeof(fields), "35=D|34=2|58=x");
	memset(at, 'x', padding);
	memcpy(at + padding, "|", 2);
	order.length = 0;
	fix_message_add(&order, "FIX.4.2", fields);
	return &order;
}

void
service_wait(struct service_fixture *f, uint64_t ns)
{
	f->now_ns += ns;
	service_reader_turn(
		f->reader,
		f->reader->tsc_start + (uint64_t)((double)f->now_ns / f->reader->ns_per_cycle)
	);
}

const struct service_counters *
service_counters(const struct service_fixture *f)
{
	return &f->reader->counters[0];
}
