/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers located, then verified, packet by packet. */
#include "pipeline/stages/parse.h"

#include "pipeline/packet/checksum_plain.h"
#include "pipeline/packet/headers.h"
#include "pipeline/packet/locate.h"
#include "pipeline/packet/locate_plain.h"

#include <rte_prefetch.h>

/* Far enough that the header has arrived when it is read, near enough to be still in cache. */
enum { PREFETCH_AHEAD = 4 };

/* Out of line: the loop over plain packets stays small. flatten: the walk is one function per layer and file. */
static __rte_noinline __attribute__((flatten)) void
other_parse(const struct rte_mbuf *m, struct packet *p)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct headers h = headers_of(m, scratch);

	packet_locate(&h, p);
	if (likely(p->fate == FATE_NONE))
		p->fate = (uint8_t)checksum_verify(m, h.bytes, p);
}

static inline void
packet_parse_inline(const struct rte_mbuf *m, struct packet *p)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	enum fate fate;

	if (unlikely(!packet_locate_plain(m, frame, p))) {
		other_parse(m, p);
		return;
	}
	fate = checksum_plain_verify(m, frame, p);
	if (unlikely(fate != FATE_NONE))
		p->fate = (uint8_t)fate;
}

void
packet_parse(const struct rte_mbuf *m, struct packet *p)
{
	packet_parse_inline(m, p);
}

void
parse_stage(struct worker *w, struct burst *b)
{
	const uint32_t n = b->n;

	(void)w; /* every stage has this form */
	/* The address of a packet stands in its mbuf: on cold mbufs the prefetches below would wait for it. */
	for (uint32_t i = 0; i < n; i++)
		rte_prefetch0(b->mbufs[i]);
	for (uint32_t i = 0; i < n; i++) {
		if (i + PREFETCH_AHEAD < n)
			rte_prefetch0(rte_pktmbuf_mtod(b->mbufs[i + PREFETCH_AHEAD], void *));
		packet_parse_inline(b->mbufs[i], &b->packets[i]);
	}
}
