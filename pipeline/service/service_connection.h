/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a connection that is read: what begins it, who pays for it, when it is over. */
#ifndef PIPELINE_SERVICE_SERVICE_CONNECTION_H
#define PIPELINE_SERVICE_SERVICE_CONNECTION_H

#include "pipeline/service/service_reader.h"

/* What a connection needs to know of a packet. */
struct service_segment {
	uint32_t sequence;
	enum stream_side side; /* who sent it */
	uint16_t service;
	uint8_t tcp_flags;
	bool has_data;
};

/* Known, or new where the packet may begin one; NULL where there is none, it is over, or there is no room. */
struct connection *service_connection(
	struct service_reader *reader,
	const struct connection_key *key,
	const struct service_segment *segment,
	const struct service_way *way
);

/* A packet from this side has been read; `ended`: none counts any more. */
void service_connection_spoke(
	struct service_reader *reader, struct connection *c, enum stream_side side, bool ended
);

/* Its streams say what they still have, and what is missing; then it is forgotten. */
void service_connection_expire(struct service_reader *reader, struct connection *c);

#endif
