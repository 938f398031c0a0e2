/* SPDX-License-Identifier: BSD-3-Clause */
/* What the first segments of a connection say of it. */
#include "tools/decode/connection.h"

#include <netinet/in.h>
#include <string.h>

enum { /* RFC 9293, section 3.1 */
       TCP_SEQUENCE_OFFSET = 4,
       TCP_ACKNOWLEDGMENT_OFFSET = 8,
};

static void
endpoint_make(
	struct connection_endpoint *end,
	uint8_t kind,
	const union packet_address *address,
	uint16_t port_be
)
{
	if (kind == PACKET_IPV4)
		end->address.v4_be = address->v4_be;
	else
		end->address = *address;
	end->port_be = port_be;
}

uint8_t
connection_key_make(struct connection_key *key, const struct packet *headers)
{
	struct connection_endpoint src, dst;
	uint8_t src_end;

	memset(&src, 0, sizeof(src));
	memset(&dst, 0, sizeof(dst));
	endpoint_make(&src, headers->kind, &headers->src, headers->src_port_be);
	endpoint_make(&dst, headers->kind, &headers->dst, headers->dst_port_be);
	src_end = memcmp(&src, &dst, sizeof(src)) > 0;
	memset(key, 0, sizeof(*key));
	memcpy(&key->ends[src_end], &src, sizeof(src));
	memcpy(&key->ends[!src_end], &dst, sizeof(dst));
	key->vlan_outer = headers->vlan_outer;
	key->vlan_inner = headers->vlan_inner;
	key->kind = headers->kind;
	return src_end;
}

struct connection_segment
connection_segment_read(
	const struct packet *headers, struct stream_packet *packet, uint8_t end, uint64_t time_ns
)
{
	const uint8_t *tcp = packet->frame + headers->l4_offset;

	return (struct connection_segment){
		.tcp =
			{
				.sequence = read_be32(tcp + TCP_SEQUENCE_OFFSET),
				.length = headers->payload_length,
				.bytes = packet->frame + headers->payload_offset,
				.flags = headers->tcp_flags,
				.packet = packet,
			},
		.acknowledged = read_be32(tcp + TCP_ACKNOWLEDGMENT_OFFSET),
		.end = end,
		.time_ns = time_ns,
	};
}

uint8_t
connection_client_end(
	const struct connection_key *key,
	const struct connection_segment *first,
	uint16_t venue_port
)
{
	uint16_t ports[2] = {ntohs(key->ends[0].port_be), ntohs(key->ends[1].port_be)};

	if (first->tcp.flags & TCP_SYN)
		return (first->tcp.flags & TCP_ACK) ? !first->end : first->end;
	if (ports[0] != ports[1] && (ports[0] == venue_port || ports[1] == venue_port))
		return ports[0] == venue_port;
	return ports[0] == ports[1] ? first->end : ports[1] > ports[0];
}

bool
connection_begins_anew(
	const struct connection *connection, const struct connection_segment *segment
)
{
	if ((segment->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	return !connection->syn_seen || segment->end != connection->client_end ||
	       segment->tcp.sequence != connection->client_syn;
}
