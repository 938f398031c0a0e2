/* SPDX-License-Identifier: BSD-3-Clause */
/* The states of flows, and what packets make of them. */
#include "pipeline/flow/flow_track.h"

#include "pipeline/packet/icmp_error.h"

#include <netinet/in.h>

bool
tcp_flags_are_bad(uint8_t tcp_flags)
{
	if ((tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == 0)
		return true;
	if (tcp_flags & TCP_FIN)
		return (tcp_flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK;
	return (tcp_flags & (TCP_SYN | TCP_RST)) == (TCP_SYN | TCP_RST);
}

/* The first segment of a connection: nothing to acknowledge yet. Data in it is legal (RFC 7413). */
static bool
tcp_opens(uint8_t tcp_flags)
{
	return (tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

static bool
packet_is_icmp(const struct packet *p)
{
	return (p->kind == PACKET_IPV4 && p->ip_protocol == IPPROTO_ICMP) ||
	       (p->kind == PACKET_IPV6 && p->ip_protocol == IPPROTO_ICMPV6);
}

bool
flow_may_open(const struct packet *p, bool pickup)
{
	if (p->flags & PACKET_LATER_FRAGMENT)
		return false;
	if (p->ip_protocol == IPPROTO_TCP)
		return tcp_opens(p->tcp_flags) || (pickup && !(p->tcp_flags & TCP_RST));
	return !packet_is_icmp(p) || icmp_kind(p) == ICMP_KIND_QUERY;
}

/* Only of one that is over: a SYN to a connection that is alive is answered by an ACK (RFC 5961, section 4). */
bool
flow_is_reopened(const struct flow *f, const struct packet *p)
{
	return (f->state == FLOW_TCP_CLOSED || f->state == FLOW_TCP_RESET) &&
	       !(p->flags & PACKET_LATER_FRAGMENT) && tcp_opens(p->tcp_flags);
}

enum flow_state
flow_first_state(const struct packet *p)
{
	if (p->ip_protocol == IPPROTO_TCP)
		return tcp_opens(p->tcp_flags) ? FLOW_TCP_SYN : FLOW_TCP_ESTABLISHED;
	if (p->ip_protocol == IPPROTO_UDP)
		return FLOW_UDP;
	return packet_is_icmp(p) ? FLOW_ICMP : FLOW_OTHER;
}

/*
 * Is the handshake complete with this segment? The responder's answer is a SYN, with ACK or, where both open at once, without
 * (RFC 9293, section 3.5, figure 7); an ACK of the initiator's acknowledges it.
 */
static bool
handshake_follow(struct flow *f, uint8_t tcp_flags, bool from_initiator)
{
	if (from_initiator)
		return (f->flags & FLOW_SYN_ACKED) && (tcp_flags & TCP_ACK);
	if (tcp_flags & TCP_SYN)
		f->flags |= FLOW_SYN_ACKED;
	return false;
}

static void
fin_follow(struct flow *f, bool from_initiator)
{
	const uint8_t both = FLOW_FIN_INITIATOR | FLOW_FIN_RESPONDER;

	f->flags |= from_initiator ? FLOW_FIN_INITIATOR : FLOW_FIN_RESPONDER;
	f->state = (f->flags & both) == both ? FLOW_TCP_CLOSED : FLOW_TCP_CLOSING;
}

/* A state that is not over yet. */
static void
tcp_follow(struct flow *f, uint8_t tcp_flags, bool from_initiator)
{
	if (tcp_flags & TCP_RST) {
		f->state = FLOW_TCP_RESET;
		return;
	}
	if (f->state == FLOW_TCP_SYN && handshake_follow(f, tcp_flags, from_initiator))
		f->state = FLOW_TCP_ESTABLISHED;
	/* A FIN before the SYN is answered means nothing: it must not give half a handshake a longer life. */
	if ((tcp_flags & TCP_FIN) && (f->state != FLOW_TCP_SYN || (f->flags & FLOW_SYN_ACKED)))
		fin_follow(f, from_initiator);
}

bool
flow_track(struct flow *f, const struct packet *p, bool from_initiator)
{
	uint8_t before = f->state;

	switch (before) {
	case FLOW_TCP_SYN:
	case FLOW_TCP_ESTABLISHED:
	case FLOW_TCP_CLOSING:
		if (!(p->flags & PACKET_LATER_FRAGMENT))
			tcp_follow(f, p->tcp_flags, from_initiator);
		break;
	case FLOW_UDP:
		if (!from_initiator)
			f->state = FLOW_UDP_REPLIED;
		break;
	default:
		break;
	}
	return f->state != before;
}
