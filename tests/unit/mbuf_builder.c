/* SPDX-License-Identifier: BSD-3-Clause */
/* Mbufs around exact buffers. */
#include "tests/unit/mbuf_builder.h"

#include "tests/unit/eal_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdlib.h>
#include <string.h>

struct exact_buffer {
	struct rte_mbuf_ext_shared_info shared;
	uint8_t *bytes;
};

static void
exact_buffer_free(void *bytes, void *opaque)
{
	free(bytes);
	free(opaque);
}

static struct rte_mbuf *
mbuf_empty(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(eal_fixture_pool());

	assert_non_null(m);
	return m;
}

struct rte_mbuf *
mbuf_exact(const uint8_t *bytes, uint32_t length)
{
	struct rte_mbuf *m = mbuf_empty();
	struct exact_buffer *buffer = malloc(sizeof(*buffer));

	assert_non_null(buffer);
	assert_true(length <= UINT16_MAX);
	buffer->bytes = malloc(length);
	assert_non_null(buffer->bytes);
	memcpy(buffer->bytes, bytes, length);
	buffer->shared.free_cb = exact_buffer_free;
	buffer->shared.fcb_opaque = buffer;
	rte_mbuf_ext_refcnt_set(&buffer->shared, 1);
	rte_pktmbuf_attach_extbuf(
		m, buffer->bytes, RTE_BAD_IOVA, (uint16_t)length, &buffer->shared
	);
	m->data_off = 0;
	m->data_len = (uint16_t)length;
	m->pkt_len = length;
	m->port = 0;
	return m;
}

struct rte_mbuf *
mbuf_cut(const uint8_t *bytes, uint32_t length, uint32_t cut)
{
	struct rte_mbuf *head = mbuf_exact(bytes, cut);

	assert_int_equal(rte_pktmbuf_chain(head, mbuf_exact(bytes + cut, length - cut)), 0);
	return head;
}

struct rte_mbuf *
mbuf_pieces(const uint8_t *bytes, uint32_t length, uint16_t piece)
{
	struct rte_mbuf *head = mbuf_exact(bytes, RTE_MIN(length, piece));

	for (uint32_t at = piece; at < length; at += piece) {
		struct rte_mbuf *next = mbuf_exact(bytes + at, RTE_MIN(length - at, piece));

		assert_int_equal(rte_pktmbuf_chain(head, next), 0);
	}
	return head;
}

struct rte_mbuf *
mbuf_pooled(const uint8_t *bytes, uint16_t length)
{
	struct rte_mbuf *m = mbuf_empty();
	char *data = rte_pktmbuf_append(m, length);

	assert_non_null(data);
	memcpy(data, bytes, length);
	m->port = 0;
	return m;
}

struct rte_mbuf *
mbuf_numbered(uint32_t number, uint16_t length)
{
	uint8_t bytes[EAL_FIXTURE_DATA_BYTES] = {0};

	assert_in_range(length, sizeof(number), sizeof(bytes));
	memcpy(bytes, &number, sizeof(number));
	return mbuf_pooled(bytes, length);
}

uint32_t
mbuf_number(const struct rte_mbuf *m)
{
	uint32_t number;

	memcpy(&number, rte_pktmbuf_mtod(m, const uint8_t *), sizeof(number));
	return number;
}
