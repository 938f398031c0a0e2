/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as a packet, in one segment and cut into three: the same metadata, within the frame. What stages ask of a packet that
 * is sound reads nothing outside of it, and the answer to one that is refused is sound itself.
 */
#include "pipeline/packet/flow_hash.h"
#include "pipeline/packet/frame_mbuf.h"
#include "pipeline/packet/icmp_error.h"
#include "pipeline/packet/locate.h"
#include "pipeline/packet/reject.h"
#include "pipeline/stages/parse.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/parse_helper.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAME_BYTES_MAX = 9216, /* jumbo */
	PIECES = 3,
	HEADROOM = 128,
	TAILROOM = 128,
};

/* A frame in memory that ends where its pieces do. */
struct cut_frame {
	struct rte_mbuf mbufs[PIECES];
	uint8_t *bytes[PIECES];
};

/* `cuts` is where the second and the third piece begin. */
static void
frame_cut(struct cut_frame *f, const uint8_t *bytes, size_t n, const size_t cuts[PIECES - 1])
{
	size_t begin = 0;

	for (unsigned i = 0; i < PIECES; i++) {
		size_t end = i < PIECES - 1 ? cuts[i] : n;

		f->bytes[i] = bytes_exact(bytes + begin, end - begin);
		f->mbufs[i] = frame_segment(f->bytes[i], (uint32_t)(end - begin));
		f->mbufs[i].next = i < PIECES - 1 ? &f->mbufs[i + 1] : NULL;
		begin = end;
	}
	f->mbufs[0].nb_segs = PIECES;
	f->mbufs[0].pkt_len = (uint32_t)n;
}

static void
frame_free(struct cut_frame *f)
{
	for (unsigned i = 0; i < PIECES; i++)
		free(f->bytes[i]);
}

/* What is said lies within the frame. */
static void
packet_check(const struct packet *p, uint32_t length)
{
	uint32_t l4_end = (uint32_t)p->l4_offset + p->l4_length;

	expect(p->fate < FATE_COUNT, "no such fate");
	if (p->fate != FATE_NONE)
		return;
	expect(p->l3_offset <= length && l4_end <= length, "a layer behind the frame");
	if (p->kind == PACKET_IPV4 || p->kind == PACKET_IPV6)
		expect(p->l4_offset > p->l3_offset, "the transport before the network");
	if ((p->ip_protocol != IPPROTO_UDP && p->ip_protocol != IPPROTO_TCP) ||
	    (p->flags & PACKET_FRAGMENT))
		return;
	expect(p->payload_offset >= p->l4_offset &&
		       (uint32_t)p->payload_offset + p->payload_length <= l4_end,
	       "a payload outside of its layer");
}

/* What later stages ask. */
static uint64_t
packet_ask(const struct rte_mbuf *m, const struct packet *p)
{
	struct icmp_quote quote;
	uint64_t digest = digest_add(flow_hash(p), icmp_kind(p));

	memset(&quote, 0, sizeof(quote));
	digest = digest_add(digest, packet_is_link_control(p));
	digest = digest_add(digest, packet_stays_on_link(m, p));
	if (icmp_kind(p) == ICMP_KIND_ERROR && icmp_quote_read(m, p, &quote)) {
		digest = digest_bytes(digest, (const uint8_t *)&quote, sizeof(quote));
		digest = digest_add(digest, quote.has_ports);
	}
	return digest;
}

static struct packet
frame_parse(const struct rte_mbuf *m, uint64_t *digest)
{
	uint8_t scratch[HEADERS_WINDOW_BYTES];
	struct headers h = headers_of(m, scratch);
	struct packet located, parsed;

	packet_locate(&h, &located);
	packet_check(&located, m->pkt_len);
	*digest = located.fate == FATE_NONE ? packet_ask(m, &located) : located.fate;
	packet_parse(m, &parsed);
	packet_check(&parsed, m->pkt_len);
	expect(located.fate == FATE_NONE || parsed.fate == located.fate,
	       "another fault after the checksums");
	located.fate = parsed.fate;
	expect(packets_equal(&located, &parsed), "parse says other things than locate");
	return parsed;
}

/* The answer, or that there is none. The checksum of what is refused may be wrong: it is not looked at again. */
static void
reject_check(const uint8_t *bytes, size_t n, const struct packet *p)
{
	uint8_t *buffer = calloc(1, HEADROOM + n + TAILROOM);
	struct packet answer;
	struct rte_mbuf m = {
		.buf_addr = buffer,
		.buf_len = (uint16_t)(HEADROOM + n + TAILROOM),
		.data_off = HEADROOM,
		.data_len = (uint16_t)n,
		.pkt_len = (uint32_t)n,
		.nb_segs = 1,
		.refcnt = 1,
	};

	expect(buffer != NULL, "no memory");
	memcpy(buffer + HEADROOM, bytes, n);
	if (packet_reject(&m, p)) {
		packet_parse(&m, &answer);
		expect(answer.fate == FATE_NONE, "the answer is malformed");
	} else {
		expect(m.pkt_len == n && memcmp(buffer + HEADROOM, bytes, n) == 0,
		       "no answer, and the packet is another");
	}
	free(buffer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size < FRAME_BYTES_MAX ? size : FRAME_BYTES_MAX;
	uint64_t random = digest_bytes(0, data, n), whole_digest, cut_digest;
	size_t second = random % (n + 1), third = second + (random >> 32) % (n - second + 1);
	struct cut_frame whole, cut;
	struct packet p, cut_p;

	frame_cut(&whole, data, n, (const size_t[]){n, n});
	whole.mbufs[0].next = NULL;
	whole.mbufs[0].nb_segs = 1;
	frame_cut(&cut, data, n, (const size_t[]){second, third});
	p = frame_parse(&whole.mbufs[0], &whole_digest);
	cut_p = frame_parse(&cut.mbufs[0], &cut_digest);
	expect(packets_equal(&p, &cut_p) && whole_digest == cut_digest,
	       "cuts change what is found");
	if (p.fate == FATE_NONE)
		reject_check(data, n, &p);
	frame_free(&cut);
	frame_free(&whole);
	return 0;
}
