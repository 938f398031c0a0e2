/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random segmentations, orders, overlaps, duplicates and losses of known streams, against the simple reading of
 * stream_model.c. Each case is made from its number alone; a failure names it.
 */
#include "pipeline/decode/fix.h"
#include "pipeline/decode/soupbintcp.h"
#include "tests/unit/pipeline/stream/stream_fixture.h"
#include "tests/unit/pipeline/stream/stream_model.h"
#include "tests/unit/pipeline/stream/test_framings.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CASES = 4000, /* of each framing, */
	CASES_LONG = 200000, /* with LEAT_LONG=1 */
	MESSAGES_MAX = 12,
	SENDS_MAX = 128,
};

struct send {
	uint32_t place; /* of the first byte; the stream's first is 1, SYN has 0 */
	uint32_t length;
	uint32_t order; /* sent in this order */
	bool fin;
	bool damaged; /* other bytes than the stream's */
};

struct plan {
	uint64_t random;
	uint8_t stream[MODEL_BYTES]; /* from place 1 on */
	uint8_t fixed[MODEL_BYTES]; /* of the framing itself: never damaged */
	uint32_t end; /* place behind the last byte */
	uint32_t isn;
	unsigned n_sends;
	struct send sends[SENDS_MAX];
};

static struct stream_fixture fixture;
static struct stream_model model;
static struct plan plan;
static unsigned long case_number;

/* splitmix64 */
static uint64_t
random_next(void)
{
	uint64_t z = (plan.random += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0 to n - 1 */
static uint32_t
random_below(uint32_t n)
{
	return (uint32_t)((random_next() >> 33) % n);
}

static bool
random_percent(uint32_t percent)
{
	return random_below(100) < percent;
}

static void
byte_add(uint8_t byte, bool fixed)
{
	plan.stream[plan.end] = byte;
	plan.fixed[plan.end++] = fixed;
}

static void
text_add(const char *text)
{
	for (; *text != '\0'; text++)
		byte_add(*text == '|' ? 1 : (uint8_t)*text, true);
}

/* A FIX message of so many bytes of text, with the sum of its own bytes. */
static void
fix_add(uint32_t length)
{
	uint32_t begin = plan.end;
	uint8_t sum = 0;
	char text[64];

	(void)snprintf(text, sizeof(text), "8=FIX.4.4|9=%u|35=B|58=", 5 + 3 + length + 1);
	text_add(text);
	for (uint32_t i = 0; i < length; i++)
		byte_add((uint8_t)('a' + random_below(26)), true);
	text_add("|");
	for (uint32_t i = begin; i < plan.end; i++)
		sum = (uint8_t)(sum + plan.stream[i]);
	(void)snprintf(text, sizeof(text), "10=%03u|", sum);
	text_add(text);
}

static void
record_add(uint32_t length, uint8_t type)
{
	byte_add((uint8_t)(length >> 8), true);
	byte_add((uint8_t)length, true);
	byte_add(type, true);
	for (uint32_t i = 1; i < length; i++)
		byte_add((uint8_t)random_next(), false);
}

static void
angle_add(uint32_t length)
{
	byte_add('<', false);
	for (uint32_t i = 1; i < length; i++)
		byte_add((uint8_t)('a' + random_below(26)), false);
	byte_add('>', false);
}

/* Of few letters, so that starts stand everywhere, and ends too or nowhere. */
static void
noise_add(uint32_t length)
{
	const char *letters = random_percent(50) ? "<<>abcde" : "<abcdefg";

	for (uint32_t i = 0; i < length; i++)
		byte_add((uint8_t)letters[random_below(8)], false);
}

static void
stream_make(const struct stream_framing *framing)
{
	unsigned n_messages = 1 + random_below(MESSAGES_MAX);
	uint32_t length_max = random_percent(10) ? 150 : 30;

	plan.end = 1;
	for (unsigned i = 0; i < n_messages; i++) {
		if (framing == &record_framing)
			record_add(1 + random_below(length_max), (uint8_t)('A' + random_below(26)));
		else if (framing == &soupbintcp_framing)
			record_add(2 + random_below(length_max), 'S');
		else if (framing == &fix_framing)
			fix_add(1 + random_below(length_max));
		else if (framing == &late_framing && random_percent(50))
			noise_add(1 + random_below(5 * length_max));
		else
			angle_add(1 + random_below(length_max));
	}
}

static void
send_add(uint32_t place, uint32_t length, uint32_t order)
{
	if (plan.n_sends == SENDS_MAX)
		return;
	plan.sends[plan.n_sends++] = (struct send){
		.place = place,
		.length = length,
		.order = order,
		.damaged = random_percent(10),
	};
}

static int
sends_compare(const void *a, const void *b)
{
	const struct send *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* The stream cut anywhere, some of it lost, late, sent again or sent again cut otherwise. */
static void
sends_make(void)
{
	uint32_t length_max = 1 + random_below(random_percent(50) ? 12 : 80);
	uint32_t disorder = random_percent(30) ? 1 : 1 + random_below(300);
	uint32_t loss_percent = random_percent(50) ? 0 : 1 + random_below(30);
	uint32_t again_percent = random_percent(30) ? 0 : random_below(60);
	uint32_t length;

	plan.n_sends = 0;
	for (uint32_t place = 1; place < plan.end; place += length) {
		length = 1 + random_below(length_max);
		if (length > plan.end - place)
			length = plan.end - place;
		if (!random_percent(loss_percent))
			send_add(place, length, place + random_below(disorder));
		if (random_percent(again_percent)) {
			uint32_t from = 1 + random_below(plan.end - 1);

			send_add(
				from,
				random_below(plan.end - from + 1),
				from + random_below(2 * disorder)
			);
		}
	}
	if (random_percent(40)) {
		send_add(plan.end, 0, plan.end + random_below(disorder));
		plan.sends[plan.n_sends - 1].fin = true;
	}
	qsort(plan.sends, plan.n_sends, sizeof(plan.sends[0]), sends_compare);
}

/* The smallest of the three limits decides, and each is it at times. */
static void
limits_make(void)
{
	uint32_t limit = random_percent(60) ? 1000 : random_below(6);

	fixture.service.held_max = limit;
	switch (random_below(3)) {
	case 0:
		fixture.service.held_max = 1000;
		fixture.tenant.limits[STREAM_RESOURCE_HELD_SEGMENTS] = limit;
		break;
	case 1:
		fixture.service.held_max = 1000;
		fixture.worker.limits[STREAM_RESOURCE_HELD_SEGMENTS] = limit;
		break;
	}
	model_start(&model, limit);
}

static void
send_do(struct tcp_stream *stream, const struct send *send)
{
	uint8_t bytes[MODEL_BYTES];

	for (uint32_t i = 0; i < send->length; i++) {
		uint32_t place = send->place + i;
		bool damaged = send->damaged && !plan.fixed[place];

		bytes[i] = damaged ? (uint8_t)random_next() : plan.stream[place];
	}
	fixture_send(
		&fixture,
		stream,
		plan.isn + send->place,
		send->fin ? TCP_ACK | TCP_FIN : TCP_ACK,
		bytes,
		send->length
	);
	model_segment(&model, send->place, bytes, send->length, send->fin, fixture.now_ns);
}

/* Between two segments: acknowledgments and time. */
static void
pause_do(struct tcp_stream *stream, uint32_t ack_percent, uint32_t step_ns)
{
	fixture.now_ns += random_below(step_ns);
	if (random_percent(ack_percent)) {
		uint32_t place = 1 + random_below(plan.end + 10);

		tcp_stream_acked(stream, plan.isn + place, fixture.now_ns);
		model_acked(&model, place, fixture.now_ns);
	}
	if (random_percent(20)) {
		(void)stream_pool_poll(fixture.pool, fixture.now_ns, 1);
		model_poll(&model, FIXTURE_GAP_TIMEOUT_NS, fixture.now_ns);
	}
}

static void
assert_case(bool ok)
{
	if (!ok)
		print_error("case %lu\n", case_number);
	assert_true(ok);
}

static void
events_compare(void)
{
	unsigned n = 0;
	uint64_t lost = 0;

	for (unsigned i = 0; i < fixture.n_events; i++) {
		const struct event *event = &fixture.events[i];
		const struct model_message *expected = &model.messages[n];

		lost += event->lost_bytes;
		if (event->kind != EVENT_MESSAGE)
			continue;
		assert_case(n < model.n_messages);
		assert_case(event->offset == expected->offset && event->length == expected->length);
		assert_case(
			memcmp(fixture.bytes + event->at,
			       model.text + expected->at,
			       expected->length) == 0
		);
		n++;
	}
	assert_case(n == model.n_messages);
	assert_case(lost == model.lost_bytes);
}

static void
case_run(const struct stream_framing *framing)
{
	struct tcp_stream *stream;
	uint32_t ack_percent, step_ns;

	fixture_start(&fixture, framing);
	plan.random = case_number;
	stream_make(framing);
	sends_make();
	limits_make();
	plan.isn = random_percent(50) ? (uint32_t)random_next() : 0 - random_below(plan.end + 1);
	ack_percent = random_percent(50) ? 0 : random_below(50);
	step_ns = random_percent(50) ? 1 : 1 + random_below(500);
	stream = fixture_open(&fixture);
	if (random_percent(80)) {
		fixture_send(&fixture, stream, plan.isn, TCP_SYN, NULL, 0);
		model_syn(&model, 0);
	}
	for (unsigned i = 0; i < plan.n_sends; i++) {
		send_do(stream, &plan.sends[i]);
		pause_do(stream, ack_percent, step_ns);
	}
	tcp_stream_finish(stream);
	model_finish(&model);
	model_read(&model, framing);
	events_compare();
	tcp_stream_close(stream);
	fixture_stop(&fixture);
	fixture_forget(&fixture);
}

static void
cases_run(const struct stream_framing *framing)
{
	const char *is_long = getenv("LEAT_LONG");
	unsigned long cases = is_long != NULL && strcmp(is_long, "1") == 0 ? CASES_LONG : CASES;

	for (case_number = 0; case_number < cases; case_number++)
		case_run(framing);
}

static void
streams_of_lengths_say_what_the_simple_reading_says(void **state)
{
	(void)state;
	cases_run(&record_framing);
}

static void
streams_of_delimiters_say_what_the_simple_reading_says(void **state)
{
	(void)state;
	cases_run(&angle_framing);
}

static void
streams_with_faults_found_late_say_what_the_simple_reading_says(void **state)
{
	(void)state;
	cases_run(&late_framing);
}

static void
streams_of_soupbintcp_say_what_the_simple_reading_says(void **state)
{
	(void)state;
	cases_run(&soupbintcp_framing);
}

static void
streams_of_fix_say_what_the_simple_reading_says(void **state)
{
	(void)state;
	cases_run(&fix_framing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_of_lengths_say_what_the_simple_reading_says),
		cmocka_unit_test(streams_of_delimiters_say_what_the_simple_reading_says),
		cmocka_unit_test(streams_with_faults_found_late_say_what_the_simple_reading_says),
		cmocka_unit_test(streams_of_soupbintcp_say_what_the_simple_reading_says),
		cmocka_unit_test(streams_of_fix_say_what_the_simple_reading_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
