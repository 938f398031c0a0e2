/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers located, then verified, packet by packet. */
#include "pipeline/stages/parse.h"

#include "pipeline/packet/checksum.h"
#include "pipeline/packet/headers.h"
#include "pipeline/packet/locate.h"
#include "pipeline/packet/locate_plain.h"

#include <rte_prefetch.h>

/* Far enough that the header has arrived when it is read, near enough to be still in cache. */
enum { PREFETCH_AHEAD = 4 };

void
packet_parse(const struct rte_mbuf *m, struct packet *p)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct headers h;

	if (likely(packet_locate_plain(m, p))) {
		p->fate = (uint8_t)checksum_verify(m, rte_pktmbuf_mtod(m, const uint8_t *), p);
		return;
	}
	h = headers_of(m, scratch);
	packet_locate(&h, p);
	if (likely(p->fate == FATE_NONE))
		p->fate = (uint8_t)checksum_verify(m, h.bytes, p);
}

/* flatten: the walk is one function per layer and file; as one piece it is 9 % faster (docs/performance.md). */
__attribute__((flatten)) void
parse_stage(struct worker *w, struct burst *b)
{
	(void)w; /* every stage has this form */
	/* The address of a packet stands in its mbuf: on cold mbufs the prefetches below would wait for it. */
	for (uint32_t i = 0; i < b->n; i++)
		rte_prefetch0(b->mbufs[i]);
	for (uint32_t i = 0; i < b->n; i++) {
		if (i + PREFETCH_AHEAD < b->n)
			rte_prefetch0(rte_pktmbuf_mtod(b->mbufs[i + PREFETCH_AHEAD], void *));
		packet_parse(b->mbufs[i], &b->packets[i]);
	}
}
