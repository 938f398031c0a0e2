/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of feeds and services, by type and by what was wrong with them. */
#include "app/summary_messages.h"

#include "app/services.h"

json_t *
summary_number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
types_summary(const struct message_protocol *protocol, const uint64_t counts[256])
{
	json_t *types = json_object();

	for (unsigned type = 0; protocol != NULL && type < 256; type++) {
		char name[TYPE_NAME_BYTES];

		if (counts[type] != 0)
			json_object_set_new(
				types,
				message_type_name(protocol, (uint16_t)type, name),
				summary_number(counts[type])
			);
	}
	return types;
}

static json_t *
errors_summary(const uint64_t counts[DECODE_ERROR_COUNT])
{
	json_t *errors = json_object();

	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++) {
		if (counts[error] != 0)
			json_object_set_new(
				errors, decode_errors[error].name, summary_number(counts[error])
			);
	}
	return errors;
}

static json_t *
lines_summary(const struct feed_table *table, uint16_t feed)
{
	json_t *lines = json_object();

	for (uint16_t i = 0; i < table->n_lines; i++) {
		if (table->lines[i].feed == feed)
			json_object_set_new(
				lines,
				table->lines[i].name,
				json_pack(
					"{s:o, s:o}",
					"packets",
					summary_number(table->line_counters[i].packets),
					"messages",
					summary_number(table->line_counters[i].messages)
				)
			);
	}
	return lines;
}

static json_t *
feed_summary(const struct feed_table *table, uint16_t i)
{
	const struct feed_counters *c = &table->feeds[i].counters;

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"protocol",
		table->feeds[i].decoder->name,
		"packets",
		summary_number(c->packets),
		"heartbeats",
		summary_number(c->heartbeats),
		"sessions_ended",
		summary_number(c->sessions_ended),
		"messages",
		summary_number(c->messages),
		"by_type",
		types_summary(table->feeds[i].decoder->messages, c->messages_by_type),
		"malformed",
		errors_summary(c->errors),
		"lines",
		lines_summary(table, i)
	);
}

json_t *
summary_feeds(const struct feed_table *table)
{
	json_t *feeds = json_object();

	for (uint16_t i = 0; i < table->n_feeds; i++)
		json_object_set_new(feeds, table->feeds[i].name, feed_summary(table, i));
	return feeds;
}

static json_t *
layer_summary(
	const struct service *service, const struct service_counters *c, enum message_layer layer
)
{
	return types_summary(
		decoder_layer_protocol(service->decoder, layer), c->messages_by_type[layer]
	);
}

static json_t *
service_summary(const struct service *service, const struct service_counters *c)
{
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"protocol",
		service->decoder->name,
		"connections",
		summary_number(c->connections),
		"refused",
		summary_number(c->refused),
		"messages",
		summary_number(c->messages),
		"by_type",
		layer_summary(service, c, MESSAGE_OF_VENUE),
		"requests_by_type",
		layer_summary(service, c, MESSAGE_OF_CLIENT),
		"session_by_type",
		layer_summary(service, c, MESSAGE_OF_SESSION),
		"malformed",
		errors_summary(c->errors),
		"losses",
		summary_number(c->losses),
		"lost_bytes",
		summary_number(c->lost_bytes)
	);
}

json_t *
summary_services(const struct appliance *a)
{
	json_t *services = json_object();

	for (uint16_t i = 0; a->services != NULL && i < a->services->n; i++) {
		struct service_counters c;

		services_total(a, i, &c);
		json_object_set_new(
			services,
			a->services->services[i].name,
			service_summary(&a->services->services[i], &c)
		);
	}
	return services;
}
