/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets in, counted messages out: order, mbufs that are kept, payloads that are spread over mbufs. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/pipeline/service/service_fixture.h"
#include "tests/unit/unit_test.h"

#include <string.h>

#define READER_TEST(name) cmocka_unit_test_teardown(name, service_teardown)

enum { CPORT = 40000 };

static struct fix_text text, part;

static struct service_fixture *
small_open(void)
{
	const struct service_sizes sizes = service_sizes_small();

	return service_open(&sizes);
}

static void
expect(const struct service_fixture *f, uint64_t messages, uint64_t losses, uint64_t lost_bytes)
{
	const struct service_counters *c = service_counters(f);

	assert_int_equal(c->messages, messages);
	assert_int_equal(c->losses, losses);
	assert_int_equal(c->lost_bytes, lost_bytes);
}

static uint64_t
held(const struct service_fixture *f)
{
	return f->reader->budget.used[STREAM_RESOURCE_HELD_SEGMENTS];
}

static void
refcnt_check(const struct rte_mbuf *m, uint16_t wanted)
{
	for (; m != NULL; m = m->next)
		assert_int_equal(rte_mbuf_refcnt_read(m), wanted);
}

static void
what_comes_in_order_is_not_kept(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	struct rte_mbuf *m;

	(void)state;
	m = talk_packet(
		&t, STREAM_FROM_CLIENT, t.next[STREAM_FROM_CLIENT], TCP_ACK, an_order(0), 0
	);
	service_read(f, m);
	refcnt_check(m, 1);
	rte_pktmbuf_free(m);
	expect(f, 1, 0, 0);
}

static void
what_comes_early_is_kept_until_its_turn(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t first = t.next[STREAM_FROM_CLIENT];
	const uint32_t bytes = (uint32_t)an_order(0)->length;
	struct rte_mbuf *m;

	(void)state;
	m = talk_packet(&t, STREAM_FROM_CLIENT, first + bytes, TCP_ACK, an_order(0), 0);
	service_read(f, m);
	refcnt_check(m, 2);
	assert_int_equal(held(f), 1);
	talk_send(f, &t, STREAM_FROM_CLIENT, first, TCP_ACK, an_order(0));
	refcnt_check(m, 1);
	assert_int_equal(held(f), 0);
	rte_pktmbuf_free(m);
	expect(f, 2, 0, 0);
}

static void
what_is_kept_is_read_after_it_was_sent(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t first = t.next[STREAM_FROM_CLIENT];
	const uint32_t bytes = (uint32_t)an_order(0)->length;

	(void)state;
	for (uint32_t i = 8; i > 0; i--)
		talk_send(f, &t, STREAM_FROM_CLIENT, first + i * bytes, TCP_ACK, an_order(0));
	assert_int_equal(held(f), 8);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 8);
	talk_send(f, &t, STREAM_FROM_CLIENT, first, TCP_ACK, an_order(0));
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
	expect(f, 9, 0, 0);
}

static void
a_payload_in_parts_is_read_where_it_lies(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	for (uint16_t piece = 1; piece <= 200; piece++) {
		struct rte_mbuf *m = talk_packet(
			&t,
			STREAM_FROM_CLIENT,
			t.next[STREAM_FROM_CLIENT],
			TCP_ACK,
			an_order(0),
			piece
		);

		service_read(f, m);
		refcnt_check(m, 1);
		rte_pktmbuf_free(m);
		t.next[STREAM_FROM_CLIENT] += (uint32_t)an_order(0)->length;
	}
	expect(f, 200, 0, 0);
}

static void
a_part_without_bytes_changes_nothing(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	struct rte_mbuf *m = talk_packet(
		&t, STREAM_FROM_CLIENT, t.next[STREAM_FROM_CLIENT], TCP_ACK, an_order(100), 80
	);
	struct rte_mbuf *empty = rte_pktmbuf_alloc(eal_fixture_pool());

	(void)state;
	assert_non_null(empty);
	empty->next = m->next;
	m->next = empty;
	m->nb_segs++;
	service_read(f, m);
	rte_pktmbuf_free(m);
	expect(f, 1, 0, 0);
}

/* Parts of a packet before its time, and the first one again. */
static struct rte_mbuf *
parts_keep(struct service_fixture *f, struct talk *t, uint32_t *first)
{
	const uint32_t bytes = (uint32_t)an_order(400)->length;
	struct rte_mbuf *m;

	*first = t->next[STREAM_FROM_CLIENT];
	m = talk_packet(t, STREAM_FROM_CLIENT, *first + bytes, TCP_ACK, an_order(400), 100);
	service_read(f, m);
	return m;
}

static void
parts_of_a_kept_packet_are_kept(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	uint32_t first;
	struct rte_mbuf *m = parts_keep(f, &t, &first);

	(void)state;
	assert_true(held(f) > 1);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), held(f));
	talk_send(f, &t, STREAM_FROM_CLIENT, first, TCP_ACK, an_order(400));
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
	expect(f, 2, 0, 0);
}

/* The first part in an mbuf that has room for the others. */
static struct rte_mbuf *
head_replace(struct rte_mbuf *m)
{
	struct rte_mbuf *head = mbuf_pooled(rte_pktmbuf_mtod(m, uint8_t *), m->data_len);

	head->next = m->next;
	head->nb_segs = m->nb_segs;
	head->pkt_len = m->pkt_len;
	head->port = m->port;
	m->next = NULL;
	m->nb_segs = 1;
	rte_pktmbuf_free(m);
	return head;
}

/* A TX buffer joins the parts of a packet where the port cannot send them: pipeline/tx/tx_buffer.c. */
static void
a_kept_packet_may_be_joined_on_its_way_out(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t first = t.next[STREAM_FROM_CLIENT];
	const uint32_t early = first + (uint32_t)an_order(400)->length;
	struct rte_mbuf *m;

	(void)state;
	m = head_replace(talk_packet(&t, STREAM_FROM_CLIENT, early, TCP_ACK, an_order(400), 100));
	service_read(f, m);
	assert_int_equal(rte_pktmbuf_linearize(m), 0);
	rte_pktmbuf_free(m);
	talk_send(f, &t, STREAM_FROM_CLIENT, first, TCP_ACK, an_order(400));
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
	expect(f, 2, 0, 0);
}

static void
missing_bytes_are_waited_for_and_no_longer(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t bytes = (uint32_t)an_order(0)->length;

	(void)state;
	talk_send(
		f, &t, STREAM_FROM_CLIENT, t.next[STREAM_FROM_CLIENT] + bytes, TCP_ACK, an_order(0)
	);
	service_wait(f, FIXTURE_SECOND_NS - 1000);
	expect(f, 0, 0, 0);
	service_wait(f, 2000);
	expect(f, 1, 1, bytes);
	assert_int_equal(held(f), 0);
}

static void
what_the_receiver_has_is_not_waited_for(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t bytes = (uint32_t)an_order(0)->length;

	(void)state;
	t.next[STREAM_FROM_CLIENT] += bytes;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	expect(f, 0, 0, 0);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, NULL);
	expect(f, 1, 1, bytes);
}

static void
a_turn_gives_up_so_many_gaps_and_no_more(void **state)
{
	struct service_fixture *f = small_open();

	(void)state;
	for (uint16_t i = 0; i < 10; i++) {
		struct talk t = talk_open(f, (uint16_t)(CPORT + i));

		talk_send(
			f,
			&t,
			STREAM_FROM_CLIENT,
			t.next[STREAM_FROM_CLIENT] + 5,
			TCP_ACK,
			an_order(0)
		);
	}
	service_wait(f, 2 * FIXTURE_SECOND_NS);
	expect(f, 4, 4, 20);
	service_wait(f, 1);
	expect(f, 8, 8, 40);
	service_wait(f, 1);
	expect(f, 10, 10, 50);
}

static void
the_end_reads_and_releases_all_that_is_kept(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_send(f, &t, STREAM_FROM_CLIENT, t.next[STREAM_FROM_CLIENT] + 5, TCP_ACK, an_order(0));
	service_reader_finish(f->reader);
	expect(f, 1, 1, 5);
	assert_int_equal(rte_mempool_in_use_count(eal_fixture_pool()), 0);
	assert_int_equal(service_counters(f)->closed, 1);
}

/* RFC 9293, section 3.5.3: no data; what a reset carries is a text for people (RFC 1122, section 4.2.2.12). */
static void
what_a_reset_carries_is_not_read(void **state)
{
	static const uint16_t pieces[] = {0, 60};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(pieces); i++) {
		struct service_fixture *f = small_open();
		struct talk t = talk_open(f, CPORT);
		struct rte_mbuf *m = talk_packet(
			&t,
			STREAM_FROM_CLIENT,
			t.next[STREAM_FROM_CLIENT],
			TCP_RST | TCP_ACK,
			an_order(0),
			pieces[i]
		);

		service_read(f, m);
		rte_pktmbuf_free(m);
		expect(f, 0, 0, 0);
		assert_int_equal(service_counters(f)->closed, 1);
		assert_int_equal(service_teardown(state), 0);
	}
}

/* RFC 9293, section 3.4: a SYN takes a number, and data may follow it at once (RFC 7413). */
static void
data_behind_a_syn_is_read(void **state)
{
	static const uint16_t pieces[] = {0, 60};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(pieces); i++) {
		struct service_fixture *f = small_open();
		struct talk t = {.cport = CPORT, .next = {500, 77}};
		struct rte_mbuf *m =
			talk_packet(&t, STREAM_FROM_CLIENT, 500, TCP_SYN, an_order(0), pieces[i]);

		service_read(f, m);
		rte_pktmbuf_free(m);
		t.next[STREAM_FROM_CLIENT] += 1 + (uint32_t)an_order(0)->length;
		talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
		expect(f, 2, 0, 0);
		assert_int_equal(service_teardown(state), 0);
	}
}

static void
the_last_bytes_come_with_the_fin(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);
	struct rte_mbuf *m;

	(void)state;
	m = talk_packet(
		&t,
		STREAM_FROM_CLIENT,
		t.next[STREAM_FROM_CLIENT],
		TCP_FIN | TCP_ACK,
		an_order(100),
		70
	);
	service_read(f, m);
	rte_pktmbuf_free(m);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_FIN | TCP_ACK, NULL);
	expect(f, 1, 0, 0);
	assert_int_equal(service_counters(f)->closed, 1);
}

static void
a_message_in_parts_of_segments_is_one(void **state)
{
	struct service_fixture *f = small_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	text = *an_order(3000);
	for (size_t at = 0; at < text.length; at += 700) {
		part.length = RTE_MIN(text.length - at, (size_t)700);
		memcpy(part.bytes, text.bytes + at, part.length);
		talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, &part);
	}
	expect(f, 1, 0, 0);
	assert_int_equal(f->reader->budget.used[STREAM_RESOURCE_PARTIAL_BYTES], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		READER_TEST(what_comes_in_order_is_not_kept),
		READER_TEST(what_comes_early_is_kept_until_its_turn),
		READER_TEST(what_is_kept_is_read_after_it_was_sent),
		READER_TEST(a_payload_in_parts_is_read_where_it_lies),
		READER_TEST(a_part_without_bytes_changes_nothing),
		READER_TEST(parts_of_a_kept_packet_are_kept),
		READER_TEST(a_kept_packet_may_be_joined_on_its_way_out),
		READER_TEST(missing_bytes_are_waited_for_and_no_longer),
		READER_TEST(what_the_receiver_has_is_not_waited_for),
		READER_TEST(a_turn_gives_up_so_many_gaps_and_no_more),
		READER_TEST(the_end_reads_and_releases_all_that_is_kept),
		READER_TEST(what_a_reset_carries_is_not_read),
		READER_TEST(data_behind_a_syn_is_read),
		READER_TEST(the_last_bytes_come_with_the_fin),
		READER_TEST(a_message_in_parts_of_segments_is_one),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
