/* SPDX-License-Identifier: BSD-3-Clause */
/* Counted always, printed where messages are asked for. */
#include "tools/decode/walk_message.h"

void
walk_framing_error(
	struct walk *walk,
	const struct print_source *source,
	enum decode_error error,
	uint64_t offset
)
{
	walk->stats->errors[error]++;
	if (!walk->options->stats)
		print_framing_error(walk->line, source, error, offset);
}

void
walk_message(struct walk *walk, const struct print_source *source, const struct print_message *m)
{
	const struct message_protocol *protocol = decoder_protocol(source->decoder, m->message);
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(protocol, m->message, &error);

	if (layout == NULL) {
		walk->stats->errors[error]++;
		if (!walk->options->stats)
			print_message_error(walk->line, source, m, error);
		return;
	}
	walk->stats->messages++;
	walk->stats->types[source->decoder - decoders][m->message->layer][layout->type]++;
	if (walk->options->stats)
		return;
	symbol_scales_learn(walk->scales, protocol, layout, m->message);
	print_fields(
		walk->line,
		source,
		m,
		layout,
		symbol_scales_find(walk->scales, protocol, layout, m->message)
	);
}
