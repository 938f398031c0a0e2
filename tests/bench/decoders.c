/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What decoding costs, in nanoseconds a message: one JSON object.
 *
 *	bench-decoders PROTOCOL FILE.pcap [ROUNDS [MESSAGES]]
 *
 * The payloads of the capture are put behind one another in memory and read from there, as often as it takes for MESSAGES
 * messages (default 10 million) a pass. In each round four passes take turns:
 *
 *	bare	walks over the lengths that stand before the messages, and does nothing else: no bounds are checked
 *	walk	framing and messages checked as leat does it: type known, length enough, groups within the message
 *	keys	ITCH only: walk, and type, locate, timestamp and order reference of each message
 *	fields	walk, and every field of every message as an integer
 *
 * For generated ITCH: leat-feedgen --messages 10M --output FILE.pcap
 */
#include "pipeline/decode/decoder.h"
#include "pipeline/decode/itch50.h"
#include "tools/decode/capture.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ROUNDS_DEFAULT = 7,
	ROUNDS_MAX = 1000,
	MESSAGES_DEFAULT = 10000000,
};

/* How lengths stand before the messages of a datagram. */
struct bare_form {
	const char *framing;
	uint8_t header_bytes;
	uint8_t length_width;
	bool big_endian;
	bool counts_itself;
};

static const struct bare_form bare_forms[] = {
	{"moldudp64", 20, 2, true, false},
	{"iex_tp", 40, 2, false, false},
	{"cme_mdp3", 12, 2, false, true},
	{"pitch", 8, 1, false, true},
	{"pillar", 16, 2, false, true},
};

struct bench {
	const struct decoder *decoder;
	const struct bare_form *form;
	uint8_t *bytes; /* the payloads */
	size_t n_bytes;
	struct cursor *payloads;
	size_t n_payloads;
	uint64_t messages; /* in all payloads */
	uint64_t broken; /* of the pass at hand: payloads and messages with an error */
};

struct pass {
	const char *name;
	/* Returns something made of all that it read, so that no read is left out. */
	uint64_t (*payload)(struct bench *b, struct cursor payload);
	bool (*can)(const struct bench *b);
	double ns[ROUNDS_MAX];
};

static uint64_t
bare_payload(struct bench *b, struct cursor payload)
{
	const struct bare_form *form = b->form;
	const uint8_t *at = payload.at + form->header_bytes;
	uint64_t sum = 0;

	while (at < payload.end) {
		size_t length = form->length_width == 1 ? at[0]
				: form->big_endian      ? read_be16(at)
							: read_le16(at);

		at += length + (form->counts_itself ? 0 : form->length_width);
		sum++;
	}
	return sum;
}

static bool
bare_can(const struct bench *b)
{
	return b->form != NULL;
}

typedef uint64_t (*message_reader)(struct bench *b, const struct message *message);

static inline __attribute__((always_inline)) uint64_t
datagram_read(struct bench *b, struct cursor payload, message_reader read)
{
	const struct framing *framing = b->decoder->framing;
	struct frame frame;
	uint32_t error_offset;
	uint64_t sum = 0;

	if (framing->open(payload, &frame, &error_offset) != DECODE_ERROR_NONE) {
		b->broken++;
		return 0;
	}
	for (; frame.n_messages > 0; framing->more(&frame)) {
		for (unsigned i = 0; i < frame.n_messages; i++)
			sum += read(b, &frame.messages[i]);
	}
	return sum;
}

/* One TCP segment, taken for whole messages of the side that can have sent them. */
static inline __attribute__((always_inline)) uint64_t
segment_read(struct bench *b, struct cursor payload, enum stream_side side, message_reader read)
{
	struct stream_fault fault;
	struct message message;
	uint64_t sum = 0;

	while (cursor_left(&payload) > 0 &&
	       b->decoder->stream->next(&payload, side, &message, &fault) == STREAM_MESSAGE)
		sum += read(b, &message);
	if (cursor_left(&payload) > 0)
		b->broken++;
	return sum;
}

static inline __attribute__((always_inline)) uint64_t
payload_read(struct bench *b, struct cursor payload, message_reader read)
{
	uint64_t broken = b->broken, sum;

	if (b->decoder->framing != NULL)
		return datagram_read(b, payload, read);
	sum = segment_read(b, payload, STREAM_FROM_VENUE, read);
	if (b->broken == broken)
		return sum;
	b->broken = broken;
	return segment_read(b, payload, STREAM_FROM_CLIENT, read);
}

static inline const struct message_layout *
layout_find(struct bench *b, const struct message_protocol *protocol, const struct message *message)
{
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(protocol, message, &error);

	if (layout == NULL)
		b->broken++;
	return layout;
}

static inline uint64_t
message_check(struct bench *b, const struct message *message)
{
	return layout_find(b, decoder_protocol(b->decoder, message), message) != NULL;
}

static uint64_t
walk_payload(struct bench *b, struct cursor payload)
{
	return payload_read(b, payload, message_check);
}

static bool
walk_can(const struct bench *b)
{
	(void)b;
	return true;
}

/*
 * A, F, E, C, X, D, U and P have an order reference, all in one place. Reading is without a branch on the type, which
 * nothing predicts: other messages read their first bytes, and nothing is made of them.
 */
static inline uint64_t
itch_order_reference(const uint8_t *message, uint64_t type)
{
	static const uint64_t with_reference =
		UINT64_C(1) << ('A' & 63) | UINT64_C(1) << ('F' & 63) | UINT64_C(1) << ('E' & 63) |
		UINT64_C(1) << ('C' & 63) | UINT64_C(1) << ('X' & 63) | UINT64_C(1) << ('D' & 63) |
		UINT64_C(1) << ('U' & 63) | UINT64_C(1) << ('P' & 63);
	uint64_t has = with_reference >> (type & 63) & 1;

	return read_be64(message + has * 11) & (0 - has);
}

static inline uint64_t
itch_keys(struct bench *b, const struct message *message)
{
	const uint8_t *bytes = message->bytes;

	if (layout_find(b, &itch50_protocol, message) == NULL)
		return 0;
	return bytes[0] + itch50_order_delete_message_stock_locate(bytes) +
	       itch50_order_delete_message_timestamp(bytes) + itch_order_reference(bytes, bytes[0]);
}

static uint64_t
keys_payload(struct bench *b, struct cursor payload)
{
	return payload_read(b, payload, itch_keys);
}

static bool
keys_can(const struct bench *b)
{
	return b->decoder->messages == &itch50_protocol;
}

static inline uint64_t
field_value(const uint8_t *bytes, const struct field_layout *field)
{
	const uint8_t *at = bytes + field->offset;

	if (field->width <= 8)
		return layout_uint(at, field->width, field->kind);
	return at[0] + at[field->width - 1];
}

/* Of a group's entry: its sender may not have had the last fields yet. */
static inline uint64_t
part_values(const struct message_part *part)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < part->n_fields; i++) {
		if (field_present(&part->fields[i], part->length_bytes))
			sum += field_value(part->bytes, &part->fields[i]);
	}
	return part->kind == PART_TEXT ? part->bytes[0] : sum;
}

static uint64_t
parts_values(
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
)
{
	struct message_part part;
	struct part_walk walk;
	uint64_t sum = 0;

	part_walk_begin(&walk, layout, message);
	while (part_walk_next(protocol, &walk, &part))
		sum += part_values(&part);
	return sum;
}

/* A message that is nothing but its fields is as long as its layout: that has been checked. */
static inline uint64_t
message_values(struct bench *b, const struct message *message)
{
	const struct message_protocol *protocol = decoder_protocol(b->decoder, message);
	const struct message_layout *layout = layout_find(b, protocol, message);
	uint64_t sum = 0;

	if (layout == NULL)
		return 0;
	if (protocol->part_next != NULL)
		return parts_values(protocol, layout, message);
	for (unsigned i = 0; i < layout->n_fields; i++)
		sum += field_value(message->bytes, &layout->fields[i]);
	return sum;
}

static uint64_t
fields_payload(struct bench *b, struct cursor payload)
{
	return payload_read(b, payload, message_values);
}

static struct pass passes[] = {
	{.name = "bare", .payload = bare_payload, .can = bare_can},
	{.name = "walk", .payload = walk_payload, .can = walk_can},
	{.name = "keys", .payload = keys_payload, .can = keys_can},
	{.name = "fields", .payload = fields_payload, .can = walk_can},
};

enum { N_PASSES = sizeof(passes) / sizeof(passes[0]) };

static uint64_t sink; /* what the passes return goes here, so that no compiler drops them */

static uint64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail: the clock exists */
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static double
pass_run(struct bench *b, const struct pass *pass, unsigned repetitions)
{
	uint64_t start = now_ns();

	b->broken = 0;
	for (unsigned r = 0; r < repetitions; r++) {
		for (size_t i = 0; i < b->n_payloads; i++)
			sink += pass->payload(b, b->payloads[i]);
	}
	return (double)(now_ns() - start) / (double)(b->messages * repetitions);
}

static void
payload_add(struct bench *b, const uint8_t *bytes, size_t length)
{
	static size_t bytes_room, payloads_room;

	if (b->n_bytes + length > bytes_room) {
		bytes_room = 2 * (bytes_room + length);
		b->bytes = realloc(b->bytes, bytes_room);
	}
	if (b->n_payloads == payloads_room) {
		payloads_room = 2 * payloads_room + 1024;
		b->payloads = realloc(b->payloads, payloads_room * sizeof(*b->payloads));
	}
	if (b->bytes == NULL || b->payloads == NULL)
		abort();
	memcpy(b->bytes + b->n_bytes, bytes, length);
	/* The bytes may still move: for now the lengths only. */
	b->payloads[b->n_payloads++] = cursor_over(NULL, 0);
	b->payloads[b->n_payloads - 1].end = (const uint8_t *)length;
	b->n_bytes += length;
}

static void
payloads_place(struct bench *b)
{
	const uint8_t *at = b->bytes;

	for (size_t i = 0; i < b->n_payloads; i++) {
		b->payloads[i] = cursor_over(at, (size_t)b->payloads[i].end);
		at = b->payloads[i].end;
	}
}

static int
capture_load(struct bench *b, const char *path)
{
	struct capture *capture = capture_open(path);
	struct captured_packet packet;
	uint8_t wanted = b->decoder->framing != NULL ? IPPROTO_UDP : IPPROTO_TCP;
	int more;

	if (capture == NULL)
		return -1;
	while ((more = capture_next(capture, &packet)) == 1) {
		const struct packet *h = &packet.headers;

		if (h->fate == FATE_NONE && h->ip_protocol == wanted && h->payload_length > 0 &&
		    !(h->flags & PACKET_FRAGMENT))
			payload_add(b, packet.bytes + h->payload_offset, h->payload_length);
	}
	if (more < 0)
		capture_complain(capture);
	capture_close(capture);
	payloads_place(b);
	for (size_t i = 0; i < b->n_payloads; i++)
		b->messages += walk_payload(b, b->payloads[i]);
	return b->messages > 0 ? 0 : -1;
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
pass_print(struct pass *pass, unsigned rounds)
{
	qsort(pass->ns, rounds, sizeof(pass->ns[0]), compare_doubles);
	printf(", \"%s_ns\": {\"median\": %.2f, \"min\": %.2f, \"max\": %.2f}",
	       pass->name,
	       pass->ns[rounds / 2],
	       pass->ns[0],
	       pass->ns[rounds - 1]);
}

static void
rounds_run(struct bench *b, unsigned rounds, unsigned repetitions)
{
	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < N_PASSES; i++) {
			if (passes[i].can(b))
				passes[i].ns[round] = pass_run(b, &passes[i], repetitions);
		}
	}
}

static int
arguments_read(struct bench *b, int argc, char **argv)
{
	if (argc < 3 || argc > 5 || (b->decoder = decoder_find(argv[1])) == NULL) {
		fprintf(stderr, "usage: bench-decoders PROTOCOL FILE.pcap [ROUNDS [MESSAGES]]\n");
		return -1;
	}
	for (size_t i = 0; i < sizeof(bare_forms) / sizeof(bare_forms[0]); i++) {
		if (b->decoder->framing != NULL &&
		    strcmp(bare_forms[i].framing, b->decoder->framing->name) == 0)
			b->form = &bare_forms[i];
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct bench b = {0};
	unsigned rounds = argc > 3 ? (unsigned)atoi(argv[3]) : ROUNDS_DEFAULT;
	uint64_t wanted = argc > 4 ? strtoull(argv[4], NULL, 10) : MESSAGES_DEFAULT;
	unsigned repetitions;

	if (arguments_read(&b, argc, argv) != 0 || rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	if (capture_load(&b, argv[2]) != 0)
		return 1;
	repetitions = (unsigned)(wanted / b.messages) + 1;
	rounds_run(&b, rounds, repetitions);
	printf("{\"protocol\": \"%s\", \"messages\": %lu, \"payloads\": %zu, \"repetitions\": %u",
	       b.decoder->name,
	       (unsigned long)b.messages,
	       b.n_payloads,
	       repetitions);
	for (unsigned i = 0; i < N_PASSES; i++) {
		if (passes[i].can(&b))
			pass_print(&passes[i], rounds);
	}
	printf("}\n");
	free(b.bytes);
	free(b.payloads);
	return 0;
}
