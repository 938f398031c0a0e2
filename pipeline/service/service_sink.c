/* SPDX-License-Identifier: BSD-3-Clause */
/* From what a stream says to the counters of its service. */
#include "pipeline/service/service_sink.h"

#include "pipeline/counters.h"
#include "pipeline/service/service_reader.h"

static struct service_counters *
counters_of(const struct tcp_stream *stream)
{
	const struct connection *c = tcp_stream_user(stream);

	return &c->reader->counters[c->service];
}

static const struct decoder *
decoder_of(const struct tcp_stream *stream)
{
	const struct connection *c = tcp_stream_user(stream);

	return c->reader->table->services[c->service].decoder;
}

static void
message_count(struct tcp_stream *stream, const struct stream_message *m)
{
	struct service_counters *counters = counters_of(stream);
	const struct message_protocol *protocol = decoder_protocol(decoder_of(stream), m->message);
	enum decode_error error;
	const struct message_layout *layout = message_layout_find(protocol, m->message, &error);

	if (layout == NULL) {
		counter_add(&counters->errors[error], 1);
		return;
	}
	counter_add(&counters->messages, 1);
	counter_add(&counters->messages_by_type[m->message->layer][layout->type], 1);
}

static void
fault_count(struct tcp_stream *stream, const struct stream_broken *broken)
{
	counter_add(&counters_of(stream)->errors[broken->error], 1);
}

static void
loss_count(struct tcp_stream *stream, const struct stream_loss *loss)
{
	struct service_counters *counters = counters_of(stream);

	counter_add(&counters->losses, 1);
	counter_add(&counters->lost_bytes, loss->bytes + loss->unused_bytes);
}

/* The connection is let go when both of its streams have ended: service_reader.c looks. */
static void
end_count(struct tcp_stream *stream, const struct stream_end *end)
{
	counter_add(&counters_of(stream)->lost_bytes, end->unused_bytes);
}

const struct stream_sink service_sink = {
	.message = message_count,
	.broken = fault_count,
	.lost = loss_count,
	.end = end_count,
};
