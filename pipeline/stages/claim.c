/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts of a port's claims become fates; a claimed packet goes on. */
#include "pipeline/stages/claim.h"

#include "pipeline/claim/claim_match.h"
#include "pipeline/packet/icmp_error.h"

static bool
packet_may_be_claimed(const struct packet *p)
{
	return (p->kind == PACKET_IPV4 || p->kind == PACKET_IPV6) && !packet_is_link_control(p);
}

static void
verdict_apply(struct packet *p, enum claim_verdict verdict)
{
	if (verdict == CLAIM_DENIED)
		p->fate = FATE_DENIED;
	else if (verdict == CLAIM_NONE)
		p->fate = FATE_TO_KERNEL;
}

/* The packets of one port. Without a matcher they are all the kernel's. */
static void
port_claims_judge(const struct claim_match *match, struct packet **packets, unsigned n)
{
	uint8_t verdicts[BURST_MAX] = {CLAIM_NONE};

	if (match != NULL)
		claim_match_packets(match, (const struct packet *const *)packets, n, verdicts);
	for (unsigned i = 0; i < n; i++)
		verdict_apply(packets[i], verdicts[i]);
}

/* Of the packets that nothing is against, those that rows decide about; the others get their fate here. */
static unsigned
packets_gather(struct burst *b, uint16_t port, struct packet **packets)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < b->n; i++) {
		struct packet *p = &b->packets[i];

		if (b->mbufs[i]->port != port || p->fate != FATE_NONE)
			continue;
		if (packet_may_be_claimed(p))
			packets[n++] = p;
		else
			p->fate = FATE_TO_KERNEL;
	}
	return n;
}

void
claim_stage(struct worker *w, struct burst *b)
{
	const struct claim_set *set = __atomic_load_n(w->claims, __ATOMIC_ACQUIRE);
	struct packet *packets[BURST_MAX];

	for (unsigned i = 0; i < w->n_claim_ports; i++) {
		uint16_t port = w->claim_ports[i];
		unsigned n = packets_gather(b, port, packets);

		if (n > 0)
			port_claims_judge(set != NULL ? set->by_port[port] : NULL, packets, n);
	}
}
