/* SPDX-License-Identifier: BSD-3-Clause */
/* From a packet to the segments of its stream. */
#include "pipeline/packet/packet_bytes.h"
#include "pipeline/service/service_connection.h"

#include <rte_tcp.h>

static void
end_copy(union packet_address *to, uint8_t kind, const union packet_address *from)
{
	if (kind == PACKET_IPV4)
		to->v4_be = from->v4_be;
	else
		*to = *from;
}

static struct connection_key
key_make(
	const struct rte_mbuf *m, const struct packet *p, uint16_t other_port, enum stream_side side
)
{
	bool from_client = side == STREAM_FROM_CLIENT;
	struct connection_key key = {
		/* All of the unions, since all of them is hashed. */
		.client.v6_words = {0, 0},
		.server.v6_words = {0, 0},
		.client_port_be = from_client ? p->src_port_be : p->dst_port_be,
		.server_port_be = from_client ? p->dst_port_be : p->src_port_be,
		.vlan_outer = p->vlan_outer,
		.vlan_inner = p->vlan_inner,
		.kind = p->kind,
		.pair = RTE_MIN(m->port, other_port),
	};

	end_copy(&key.client, p->kind, from_client ? &p->src : &p->dst);
	end_copy(&key.server, p->kind, from_client ? &p->dst : &p->src);
	return key;
}

/*
 * Where the payload is spread over mbufs it is several segments, so that none of it need be copied. Each is kept by the mbuf
 * that has it and not by the packet: on its way out a packet may be joined into its first mbuf.
 */
static void
payload_receive(
	struct tcp_stream *stream,
	struct rte_mbuf *m,
	const struct packet *p,
	uint32_t sequence,
	uint64_t now_ns
)
{
	uint8_t begin = p->tcp_flags & TCP_SYN, end = p->tcp_flags & TCP_FIN;
	uint32_t skip = p->payload_offset, left = p->payload_length;
	struct tcp_segment segment = {.sequence = sequence};

	for (struct rte_mbuf *part = m; part != NULL; part = part->next) {
		uint32_t skipped = RTE_MIN(skip, part->data_len);

		segment.packet = part;
		segment.bytes = rte_pktmbuf_mtod_offset(part, const uint8_t *, skipped);
		segment.length = RTE_MIN(part->data_len - skipped, left);
		skip -= skipped;
		left -= segment.length;
		if (segment.length == 0 && left > 0)
			continue;
		segment.flags = begin | (left == 0 ? end : 0);
		tcp_stream_receive(stream, &segment, now_ns);
		if (left == 0)
			return;
		segment.sequence += segment.length + (begin ? 1 : 0);
		begin = 0;
	}
}

/* What a reset carries is a text for people: RFC 1122, section 4.2.2.12. */
static void
reset_receive(struct tcp_stream *stream, uint32_t sequence, uint64_t now_ns)
{
	const struct tcp_segment segment = {.sequence = sequence, .flags = TCP_RST};

	tcp_stream_receive(stream, &segment, now_ns);
}

/* RFC 9293, section 3.5: FIN ends a direction, RST both. */
static bool
connection_has_ended(const struct connection *c, enum stream_side side)
{
	return tcp_stream_was_reset(c->streams[side]) ||
	       (tcp_stream_ended(c->streams[STREAM_FROM_CLIENT]) &&
		tcp_stream_ended(c->streams[STREAM_FROM_VENUE]));
}

void
service_packet_read(
	struct service_reader *reader,
	struct rte_mbuf *m,
	const struct packet *p,
	const struct service_way *way
)
{
	struct rte_tcp_hdr buffer;
	const struct rte_tcp_hdr *tcp =
		(const void *)packet_bytes(m, p->l4_offset, sizeof(buffer), (void *)&buffer);
	struct service_segment segment = {
		.tcp_flags = p->tcp_flags, .has_data = p->payload_length > 0};
	struct connection_key key;
	struct connection *c;

	segment.service = service_find(reader->table, m->port, way->other_port, p, &segment.side);
	if (segment.service == SERVICE_NONE || tcp == NULL)
		return;
	segment.sequence = rte_be_to_cpu_32(tcp->sent_seq);
	key = key_make(m, p, way->other_port, segment.side);
	c = service_connection(reader, &key, &segment, way);
	if (c == NULL)
		return;
	if (p->tcp_flags & TCP_ACK)
		tcp_stream_acked(
			c->streams[!segment.side], rte_be_to_cpu_32(tcp->recv_ack), reader->now_ns
		);
	if (p->tcp_flags & TCP_RST)
		reset_receive(c->streams[segment.side], segment.sequence, reader->now_ns);
	else
		payload_receive(c->streams[segment.side], m, p, segment.sequence, reader->now_ns);
	service_connection_spoke(reader, c, segment.side, connection_has_ended(c, segment.side));
}
