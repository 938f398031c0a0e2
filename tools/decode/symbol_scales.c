/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash table without buckets: a symbol is in one of the few slots from its hash on. */
#include "tools/decode/symbol_scales.h"

#include <stdlib.h>
#include <string.h>

enum {
	SLOT_BITS = 16, /* a venue lists some 10,000 symbols */
	SLOTS = 1 << SLOT_BITS,
	PROBES = 16,
};

struct slot {
	uint64_t symbol;
	uint8_t decimals;
	bool used;
};

struct symbol_scales {
	struct slot slots[SLOTS];
};

struct symbol_scales *
symbol_scales_create(void)
{
	return calloc(1, sizeof(struct symbol_scales));
}

/* The symbol's slot, or the free one where it may go; NULL where there is neither. */
static struct slot *
slot_find(struct symbol_scales *scales, uint64_t symbol)
{
	/* 2^64 divided by the golden ratio: Knuth, The Art of Computer Programming, volume 3, section 6.4. */
	uint64_t hash = symbol * UINT64_C(0x9E3779B97F4A7C15) >> (64 - SLOT_BITS);

	for (unsigned i = 0; i < PROBES; i++) {
		struct slot *slot = &scales->slots[(hash + i) % SLOTS];

		if (!slot->used || slot->symbol == symbol)
			return slot;
	}
	return NULL;
}

/* False where the message has no such field. */
static bool
field_read(
	const struct message_layout *layout,
	const struct message *message,
	const char *name,
	uint64_t *value
)
{
	for (unsigned i = 0; i < layout->n_fields; i++) {
		const struct field_layout *field = &layout->fields[i];

		if (strcmp(field->name, name) != 0)
			continue;
		*value = layout_uint(message->bytes + field->offset, field->width, field->kind);
		return true;
	}
	return false;
}

void
symbol_scales_learn(
	struct symbol_scales *scales,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
)
{
	const struct symbol_decimals *stated = protocol->symbol_decimals;
	uint64_t symbol, decimals;
	struct slot *slot;

	if (stated == NULL || layout->type != stated->type ||
	    !field_read(layout, message, stated->symbol, &symbol) ||
	    !field_read(layout, message, stated->decimals, &decimals))
		return;
	slot = slot_find(scales, symbol);
	if (slot != NULL)
		*slot = (struct slot
		){.symbol = symbol, .decimals = (uint8_t)decimals, .used = true};
}

int
symbol_scales_find(
	const struct symbol_scales *scales,
	const struct message_protocol *protocol,
	const struct message_layout *layout,
	const struct message *message
)
{
	const struct symbol_decimals *stated = protocol->symbol_decimals;
	const struct slot *slot;
	uint64_t symbol;

	if (stated == NULL || !field_read(layout, message, stated->symbol, &symbol))
		return -1;
	slot = slot_find((struct symbol_scales *)scales, symbol); /* which writes nothing */
	return slot != NULL && slot->used ? slot->decimals : -1;
}
