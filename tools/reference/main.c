/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints docs/reference.md from the tables that the program itself runs on, so that the manual cannot disagree with it:
 *
 *     build/tools/leat-reference > docs/reference.md
 *
 * A test compares the two.
 */
#include "drivers-config/driver_config.h"
#include "pipeline/decode/decoder.h"
#include "pipeline/fate.h"

#include <stdio.h>

static void
fates_print(void)
{
	printf("## Fates\n\nEvery way a packet can end. Packets in = sum over fates.\n\n"
	       "| fate | class | what it means |\n|---|---|---|\n");
	for (unsigned i = FATE_NONE + 1; i < FATE_COUNT; i++)
		printf("| `%s` | %s | %s |\n",
		       fates[i].name,
		       fate_class_names[fates[i].class],
		       fates[i].help);
}

static void
decode_errors_print(void)
{
	printf("\n## Malformed payloads\n\nCounted for each feed. Framing errors end the packet "
	       "with `feed_malformed`; the "
	       "others concern one message or are only counted.\n\n| reason | what it means "
	       "|\n|---|---|\n");
	for (unsigned i = DECODE_ERROR_NONE + 1; i < DECODE_ERROR_COUNT; i++)
		printf("| `%s` | %s |\n", decode_errors[i].name, decode_errors[i].help);
}

static void
field_print(const struct field_layout *field)
{
	static const char *const kinds[] = {
		[FIELD_UINT_BE] = "",
		[FIELD_UINT_LE] = "",
		[FIELD_INT_BE] = "i",
		[FIELD_INT_LE] = "i",
		[FIELD_ASCII] = "a",
		[FIELD_BYTES] = "b",
		[FIELD_SECRET] = "a",
	};

	printf(" %s@%u:%u%s", field->name, field->offset, field->width, kinds[field->kind]);
	if (field->decimals == FIELD_DECIMALS_OF_SYMBOL)
		printf("(decimals of the symbol)");
	else if (field->decimals != 0)
		printf("(%u decimals)", field->decimals);
}

static void
layout_print(const struct message_protocol *protocol, const struct message_layout *layout)
{
	char name[TYPE_NAME_BYTES];

	printf("| `%s` | %s | %u |",
	       message_type_name(protocol, layout->type, name),
	       layout->name,
	       layout->length_bytes);
	for (unsigned i = 0; i < layout->n_fields; i++)
		field_print(&layout->fields[i]);
	for (unsigned i = 0; i < layout->n_groups; i++) {
		printf(" %s: {", layout->groups[i].name);
		for (unsigned j = 0; j < layout->groups[i].n_fields; j++)
			field_print(&layout->groups[i].fields[j]);
		printf(" }");
	}
	printf(" |\n");
}

/* Any field may stand in any message. */
static void
text_protocol_print(const struct message_protocol *protocol)
{
	printf("\n### %s\n\n| type | message |\n|---|---|\n", protocol->name);
	for (unsigned row = 0; row < 256; row++) {
		if (protocol->layouts[row] != NULL)
			printf("| `%s` | %s |\n",
			       protocol->layouts[row]->type_text,
			       protocol->layouts[row]->name);
	}
}

static void
layouts_print(
	const struct message_protocol *protocol, const struct message_layout *const layouts[256]
)
{
	for (unsigned type = 0; type < 256; type++) {
		if (layouts[type] != NULL)
			layout_print(protocol, layouts[type]);
	}
}

static void
protocol_print(const struct message_protocol *protocol, const char *whose, const char *framing)
{
	if (protocol == NULL)
		return;
	if (protocol->type_form == TYPE_TEXT) {
		text_protocol_print(protocol);
		return;
	}
	printf("\n### %s%s over %s\n\n| type | message | bytes | fields |\n|---|---|---|---|\n",
	       protocol->name,
	       whose,
	       framing);
	layouts_print(protocol, protocol->layouts);
}

static const char *
framing_name(const struct decoder *decoder)
{
	return decoder->framing != NULL ? decoder->framing->name : decoder->stream->name;
}

/* The first decoder has them in full, the others refer to it. */
static void
messages_print(const struct decoder *decoder)
{
	const struct decoder *first = decoders;

	while (first->messages != decoder->messages)
		first++;
	if (first == decoder)
		protocol_print(decoder->messages, "", framing_name(decoder));
	else
		printf("\n### %s over %s\n\nThe messages are those over %s.\n",
		       decoder->messages->name,
		       framing_name(decoder),
		       framing_name(first));
}

/* The items' protocol has tags in place of types. */
static void
items_print(const struct message_protocol *protocol)
{
	struct message_protocol tags = {.type_form = TYPE_UINT16_LE};

	if (protocol->items == NULL)
		return;
	printf("\n### %s: what may be appended\n\nOffsets count from the item's length, which "
	       "counts tag and value.\n\n"
	       "| tag | item | bytes | fields |\n|---|---|---|---|\n",
	       protocol->name);
	layouts_print(&tags, protocol->items);
}

/* Once, however many decoders use the framing. */
static void
session_print(const struct decoder *decoder)
{
	const struct decoder *first = decoders;

	while (first->stream != decoder->stream)
		first++;
	if (decoder->stream != NULL && first == decoder)
		protocol_print(decoder->stream->session_messages, " (of the session)", "TCP");
}

static void
decoders_print(void)
{
	printf("\n## Protocols\n\nFields are name@offset:bytes, offsets from the first byte of the "
	       "message or group entry; `a` is ASCII padded with spaces, `i` a signed integer, `b` "
	       "opaque bytes, all else an unsigned integer. Longer messages are accepted.\n");
	for (const struct decoder *d = decoders; d->name != NULL; d++) {
		session_print(d);
		messages_print(d);
		protocol_print(d->requests, " (from clients)", framing_name(d));
		items_print(d->messages);
	}
}

static void
drivers_print(void)
{
	printf("\n## Drivers\n\nWhat leat asks of a port where the config says nothing; reasons "
	       "and sources stand in "
	       "drivers-config/. 0: the driver's own default.\n\n"
	       "| driver | device | RX descriptors | TX descriptors | burst | paced | added to the "
	       "device string |\n"
	       "|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; driver_configs[i] != NULL; i++) {
		const struct driver_config *d = driver_configs[i];

		printf("| `%s` | %s | %u | %u | %u | %s | %s |\n",
		       d->name,
		       d->title,
		       d->rx_descriptors,
		       d->tx_descriptors,
		       d->rx_burst,
		       d->paced ? "yes" : "no",
		       d->devargs != NULL ? d->devargs : "");
	}
}

int
main(void)
{
	printf("# Reference\n\nMade by `build/tools/leat-reference` from the program's own tables. "
	       "Do not edit.\n\n");
	fates_print();
	decode_errors_print();
	decoders_print();
	drivers_print();
	return fflush(stdout) == 0 ? 0 : 1;
}
