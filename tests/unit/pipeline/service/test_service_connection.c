/* SPDX-License-Identifier: BSD-3-Clause */
/* When a connection begins to be read, when it is over, and what becomes of those for which there is no room. */
#include "tests/unit/eal_fixture.h"
#include "tests/unit/pipeline/service/service_fixture.h"
#include "tests/unit/unit_test.h"

#define CONNECTION_TEST(name) cmocka_unit_test_teardown(name, service_teardown)

enum { CPORT = 20000, CONNECTIONS = 8 };

static struct service_fixture *
few_open(void)
{
	struct service_sizes sizes = service_sizes_small();

	sizes.connections = CONNECTIONS;
	return service_open(&sizes);
}

static void
expect(const struct service_fixture *f, uint64_t connections, uint64_t closed, uint64_t messages)
{
	const struct service_counters *c = service_counters(f);

	assert_int_equal(c->connections, connections);
	assert_int_equal(c->closed, closed);
	assert_int_equal(c->messages, messages);
}

static uint64_t
streams(const struct service_fixture *f)
{
	return f->reader->budget.used[STREAM_RESOURCE_STREAMS];
}

static void
both_fins_end_a_connection(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	expect(f, 1, 0, 0);
	talk_close(f, &t);
	expect(f, 1, 1, 0);
	assert_int_equal(streams(f), 0);
}

static void
what_comes_late_does_not_begin_it_again(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);
	const uint32_t first = t.next[STREAM_FROM_CLIENT];

	(void)state;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	talk_close(f, &t);
	talk_send(f, &t, STREAM_FROM_CLIENT, first - 1, TCP_SYN, NULL);
	talk_send(f, &t, STREAM_FROM_VENUE, 77, TCP_SYN | TCP_ACK, NULL);
	talk_send(f, &t, STREAM_FROM_CLIENT, first, TCP_ACK, an_order(0));
	expect(f, 1, 1, 1);
}

static void
it_is_remembered_for_ten_seconds_whatever_comes(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_close(f, &t);
	for (unsigned i = 0; i < 9; i++) {
		service_wait(f, FIXTURE_SECOND_NS);
		talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	}
	expect(f, 1, 1, 0);
	service_wait(f, 2 * FIXTURE_SECOND_NS);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	expect(f, 2, 1, 1);
}

static void
a_new_syn_begins_it_again(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_close(f, &t);
	t.next[STREAM_FROM_CLIENT] += 100000;
	t.next[STREAM_FROM_VENUE] += 100000;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_SYN, NULL);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_SYN | TCP_ACK, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, an_order(0));
	expect(f, 2, 1, 2);
	talk_close(f, &t);
	expect(f, 2, 2, 2);
}

static void
a_reset_ends_both_directions(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_RST | TCP_ACK, NULL);
	expect(f, 1, 1, 0);
}

static void
a_reset_after_the_fin_ends_both_directions(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_FIN | TCP_ACK, NULL);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, an_order(0));
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_RST, NULL);
	expect(f, 1, 1, 1);
}

/* RFC 5961, section 3.2: nobody takes it. */
static void
a_reset_with_a_wrong_number_ends_nothing(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = talk_open(f, CPORT);

	(void)state;
	talk_send(f, &t, STREAM_FROM_CLIENT, 5, TCP_RST, NULL);
	expect(f, 1, 0, 0);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_FIN | TCP_ACK, NULL);
	talk_send(f, &t, STREAM_FROM_CLIENT, 5, TCP_RST, NULL);
	talk_say(f, &t, STREAM_FROM_VENUE, TCP_ACK, an_order(0));
	expect(f, 1, 0, 1);
}

static void
a_connection_refused_is_over(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = {.cport = CPORT, .next = {10, 0}};

	(void)state;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_SYN, NULL);
	talk_send(f, &t, STREAM_FROM_VENUE, 0, TCP_RST | TCP_ACK, NULL);
	expect(f, 1, 1, 0);
}

static void
a_client_that_gives_up_before_the_answer_is_over(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = {.cport = CPORT, .next = {10, 0}};

	(void)state;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_SYN, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_RST, NULL);
	expect(f, 1, 1, 0);
}

static void
acknowledgements_and_resets_alone_begin_nothing(void **state)
{
	struct service_fixture *f = few_open();
	struct talk t = {.cport = CPORT, .next = {10, 20}};

	(void)state;
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_ACK, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_FIN | TCP_ACK, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_RST, NULL);
	talk_say(f, &t, STREAM_FROM_CLIENT, TCP_RST, an_order(0));
	expect(f, 0, 0, 0);
	assert_int_equal(service_counters(f)->refused, 0);
}

static void
a_silent_connection_is_let_go(void **state)
{
	struct service_fixture *f = few_open();
	struct talk a = talk_open(f, CPORT), b = talk_open(f, CPORT + 1);

	(void)state;
	service_wait(f, 600 * FIXTURE_SECOND_NS);
	talk_say(f, &a, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	service_wait(f, 301 * FIXTURE_SECOND_NS);
	expect(f, 2, 1, 1);
	talk_say(f, &b, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	expect(f, 3, 1, 2);
}

static void
connections_beyond_the_room_are_refused(void **state)
{
	struct service_fixture *f = few_open();

	(void)state;
	for (uint16_t i = 0; i < 3 * CONNECTIONS; i++)
		(void)talk_open(f, (uint16_t)(CPORT + i));
	expect(f, CONNECTIONS, 0, 0);
	/* For each of its three packets that could have begun it: the SYNs. */
	assert_int_equal(service_counters(f)->refused, 4 * CONNECTIONS);
}

static void
those_that_are_over_take_no_room(void **state)
{
	struct service_fixture *f = few_open();

	(void)state;
	for (uint16_t i = 0; i < 100 * CONNECTIONS; i++) {
		struct talk t = talk_open(f, (uint16_t)(CPORT + i));

		talk_close(f, &t);
	}
	expect(f, 100 * CONNECTIONS, 100 * CONNECTIONS, 0);
	assert_int_equal(service_counters(f)->refused, 0);
}

/* Of a scan, or a flood. */
static void
those_that_nobody_answered_make_room(void **state)
{
	struct service_fixture *f = few_open();
	struct talk known = talk_open(f, CPORT), late;

	(void)state;
	for (uint16_t i = 1; i < 100 * CONNECTIONS; i++) {
		struct talk t = {.cport = (uint16_t)(CPORT + i), .next = {1, 1}};

		talk_say(f, &t, STREAM_FROM_CLIENT, TCP_SYN, NULL);
	}
	late = talk_open(f, CPORT - 1);
	talk_say(f, &late, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	talk_say(f, &known, STREAM_FROM_CLIENT, TCP_ACK, an_order(0));
	assert_int_equal(service_counters(f)->refused, 0);
	assert_int_equal(service_counters(f)->messages, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONNECTION_TEST(both_fins_end_a_connection),
		CONNECTION_TEST(what_comes_late_does_not_begin_it_again),
		CONNECTION_TEST(it_is_remembered_for_ten_seconds_whatever_comes),
		CONNECTION_TEST(a_new_syn_begins_it_again),
		CONNECTION_TEST(a_reset_ends_both_directions),
		CONNECTION_TEST(a_reset_after_the_fin_ends_both_directions),
		CONNECTION_TEST(a_reset_with_a_wrong_number_ends_nothing),
		CONNECTION_TEST(a_connection_refused_is_over),
		CONNECTION_TEST(a_client_that_gives_up_before_the_answer_is_over),
		CONNECTION_TEST(acknowledgements_and_resets_alone_begin_nothing),
		CONNECTION_TEST(a_silent_connection_is_let_go),
		CONNECTION_TEST(connections_beyond_the_room_are_refused),
		CONNECTION_TEST(those_that_are_over_take_no_room),
		CONNECTION_TEST(those_that_nobody_answered_make_room),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
