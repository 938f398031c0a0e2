/* SPDX-License-Identifier: BSD-3-Clause */
/* Which service a packet belongs to. */
#include "pipeline/service/service.h"

#include <string.h>

static bool
is_server(
	const struct service *s, uint8_t kind, const union packet_address *address, uint16_t port_be
)
{
	uint16_t port = rte_be_to_cpu_16(port_be);

	return port >= s->ports.first && port <= s->ports.last &&
	       prefix_holds(&s->server, kind, address);
}

/*
 * Both ends may look like servers. The lower port is the server: clients are given high ones (RFC 6335, section 6). Of equal
 * ports the lower address is, so that both directions are of one connection.
 */
static bool
dst_is_server(const struct packet *p)
{
	size_t bytes = p->kind == PACKET_IPV4 ? sizeof(p->dst.v4_be) : sizeof(p->dst.v6);

	if (p->dst_port_be != p->src_port_be)
		return rte_be_to_cpu_16(p->dst_port_be) < rte_be_to_cpu_16(p->src_port_be);
	return memcmp(&p->dst, &p->src, bytes) <= 0;
}

static enum stream_side
side_of(const struct packet *p, bool to_server, bool from_server)
{
	if (!from_server || (to_server && dst_is_server(p)))
		return STREAM_FROM_CLIENT;
	return STREAM_FROM_VENUE;
}

uint16_t
service_find(
	const struct service_table *table,
	uint16_t port,
	uint16_t other_port,
	const struct packet *p,
	enum stream_side *side
)
{
	for (uint16_t i = 0; i < table->n; i++) {
		const struct service *s = &table->services[i];
		bool to_server = (s->port == SERVICE_ANY_PORT || s->port == port) &&
				 is_server(s, p->kind, &p->dst, p->dst_port_be);
		bool from_server = (s->port == SERVICE_ANY_PORT || s->port == other_port) &&
				   is_server(s, p->kind, &p->src, p->src_port_be);

		if (!to_server && !from_server)
			continue;
		*side = side_of(p, to_server, from_server);
		return i;
	}
	return SERVICE_NONE;
}

void
service_table_index(struct service_table *table)
{
	for (uint16_t i = 0; i < table->n; i++) {
		const struct port_range *ports = &table->services[i].ports;

		for (uint32_t port = ports->first; port <= ports->last; port++) {
			uint16_t port_be = rte_cpu_to_be_16((uint16_t)port);

			table->ports[port_be / 64] |= UINT64_C(1) << (port_be % 64);
		}
	}
}
