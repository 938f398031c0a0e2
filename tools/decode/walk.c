/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers first; what is sound goes to the walk over datagrams or to that over streams. */
#include "tools/decode/walk.h"

#include "tools/decode/print.h"
#include "tools/decode/walk_datagram.h"
#include "tools/decode/walk_stream.h"

#include <netinet/in.h>

/* Where the header starts that the fate speaks of. Headers behind the broken one have offset 0. */
static uint16_t
fault_offset(const struct packet *headers)
{
	switch (headers->fate) {
	case FATE_IP_BAD_CHECKSUM:
	case FATE_IP_BAD_OPTIONS:
	case FATE_FRAGMENT_OVERLONG:
	case FATE_FRAGMENT_UNALIGNED:
	case FATE_FRAGMENT_OVERLAP:
		return headers->l3_offset;
	default:
		return headers->l4_offset != 0 ? headers->l4_offset : headers->l3_offset;
	}
}

static void
walk_broken_headers(struct walk *walk, const struct captured_packet *packet)
{
	enum fate fate = packet->headers.fate;

	walk->stats->packets_malformed++;
	walk->stats->fates[fate]++;
	if (!walk->options->stats)
		print_header_error(
			walk->line, packet->number, fates[fate].name, fault_offset(&packet->headers)
		);
}

static bool
datagram_wanted(const struct options *options, const struct packet *headers)
{
	return headers->ip_protocol == IPPROTO_UDP && (headers->flags & PACKET_HAS_PORTS) &&
	       (options->port == 0 || ntohs(headers->dst_port_be) == options->port);
}

/* Both directions of a connection, so the port may be on either end. */
static bool
segment_wanted(const struct options *options, const struct packet *headers)
{
	if (headers->ip_protocol != IPPROTO_TCP || !(headers->flags & PACKET_HAS_PORTS))
		return false;
	if (options->decoder != NULL && options->decoder->stream == NULL)
		return false;
	return options->port == 0 || ntohs(headers->src_port_be) == options->port ||
	       ntohs(headers->dst_port_be) == options->port;
}

void
walk_packet(struct walk *walk, const struct captured_packet *packet)
{
	const struct packet *headers = &packet->headers;

	walk->stats->packets++;
	if (headers->fate != FATE_NONE)
		walk_broken_headers(walk, packet);
	else if (headers->flags & PACKET_FRAGMENT)
		walk->stats->fragments_skipped++;
	else if (datagram_wanted(walk->options, headers))
		walk_datagram(walk, packet);
	else if (segment_wanted(walk->options, headers))
		walk_segment(walk->streams, packet);
	else
		walk->stats->packets_skipped++;
}
