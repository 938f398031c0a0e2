/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker's reader without a worker: FIX on port 9000 behind DPDK port 1, clients behind port 0, real mbufs, time as the
 * test wants it. Needs eal_fixture_setup. One at a time.
 */
#ifndef UNIT_PIPELINE_SERVICE_SERVICE_FIXTURE_H
#define UNIT_PIPELINE_SERVICE_SERVICE_FIXTURE_H

#include "pipeline/service/service_reader.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

enum {
	CLIENT_PORT = 0, /* DPDK ports */
	SERVER_PORT = 1,
	SERVICE_TCP_PORT = 9000,
	/* Slots: "/", "/a", "/b", "/a/a". */
	SLOT_A = 1,
	SLOT_B = 2,
	SLOT_A_A = 3,
	SLOTS = 8,
};

#define FIXTURE_SECOND_NS UINT64_C(1000000000)

struct service_fixture {
	struct service service;
	struct service_table table;
	struct service_reader *reader;
	struct tenant tenants[SLOTS];
	struct tenant_set set;
	struct service_way way; /* of the packets from now on; other_port is filled in */
	uint64_t now_ns;
};

/* One connection: whose turn it is, and from which number on. */
struct talk {
	uint16_t cport;
	uint32_t next[2]; /* by enum stream_side */
};

struct service_fixture *service_open(const struct service_sizes *sizes);
struct service_sizes service_sizes_small(void);

/* From now on packets belong to this tenant, and the tenants are in force. */
void service_payer(struct service_fixture *f, uint16_t slot);

/* For cmocka: all that is kept is let go, and each mbuf must be back. */
int service_teardown(void **state);

/* A packet, in one segment or, with a piece above 0, in parts of that many bytes. */
struct rte_mbuf *talk_packet(
	const struct talk *t,
	enum stream_side side,
	uint32_t sequence,
	uint8_t flags,
	const struct fix_text *text,
	uint16_t piece
);

/* The reader sees it; it remains the caller's. */
void service_read(struct service_fixture *f, struct rte_mbuf *m);

/* A packet is read and sent: freed. */
void talk_send(
	struct service_fixture *f,
	const struct talk *t,
	enum stream_side side,
	uint32_t sequence,
	uint8_t flags,
	const struct fix_text *text
);

/* The same with the next number, which goes on. `text` may be NULL. */
void talk_say(
	struct service_fixture *f,
	struct talk *t,
	enum stream_side side,
	uint8_t flags,
	const struct fix_text *text
);

/* SYN, SYN, ACK; FIN, FIN, ACK. */
struct talk talk_open(struct service_fixture *f, uint16_t cport);
void talk_close(struct service_fixture *f, struct talk *t);

/* One order, with padding of so many bytes. */
const struct fix_text *an_order(uint32_t padding);

void service_wait(struct service_fixture *f, uint64_t ns);

const struct service_counters *service_counters(const struct service_fixture *f);

#endif
