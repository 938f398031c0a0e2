/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `services` (whose TCP connections are read) and `streams` (how much is kept for that). */
#include "app/config_services.h"

#include "app/config_sections.h"
#include "app/config_values.h"

#include <string.h>

enum {
	SEGMENTS_MAX = 1024 * 1024,
	CONNECTIONS_MAX = 1024 * 1024,
	MESSAGE_BYTES_MAX = 16 * 1024 * 1024,
};

#define MS_NS UINT64_C(1000000)
#define SECOND_NS UINT64_C(1000000000)

/* A service while it is being read. */
struct service_reading {
	const struct config *config;
	struct config_service service;
};

static void
protocol_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct config_service *service = &((struct service_reading *)object)->service;
	const char *name = yaml_read_text(r, value);

	if (name == NULL)
		return;
	service->decoder = decoder_find(name);
	if (service->decoder == NULL)
		yaml_reader_error(r, value, "there is no decoder \"%s\"", name);
	else if (service->decoder->stream == NULL)
		yaml_reader_error(r, value, "\"%s\" comes in datagrams: it is a feed's", name);
}

static void
port_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct service_reading *reading = object;

	(void)config_port_reference(r, value, reading->config, &reading->service.port);
}

static void
server_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	(void)config_prefix_read(r, value, &((struct service_reading *)object)->service.server);
}

static void
ports_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct port_range *ports = &((struct service_reading *)object)->service.ports;

	if (!config_ports_range_read(r, value, ports))
		return;
	if (ports->first > ports->last)
		yaml_reader_error(r, value, "the port range ends before it begins");
	else if (ports->first == 0)
		yaml_reader_error(r, value, "port 0 is no server's");
}

static const struct yaml_key service_keys[] = {
	{.name = "protocol", .type = YAML_KEY_CUSTOM, .read = protocol_read, .required = true},
	{.name = "port", .type = YAML_KEY_CUSTOM, .read = port_read},
	{.name = "dst", .type = YAML_KEY_CUSTOM, .read = server_read},
	{.name = "dport", .type = YAML_KEY_CUSTOM, .read = ports_read, .required = true},
	{.name = NULL},
};

static bool
servers_overlap(const struct prefix *a, const struct prefix *b)
{
	if (a->kind == PACKET_OTHER || b->kind == PACKET_OTHER)
		return true;
	return a->bits <= b->bits ? prefix_holds(a, b->kind, &b->address)
				  : prefix_holds(b, a->kind, &a->address);
}

/* A connection is one service's: which one must not depend on the order in the file. */
static bool
services_overlap(const struct config_service *a, const struct config_service *b)
{
	bool same_port = a->port == b->port || a->port == CONFIG_SERVICE_ANY_PORT ||
			 b->port == CONFIG_SERVICE_ANY_PORT;

	return same_port && a->ports.first <= b->ports.last && b->ports.first <= a->ports.last &&
	       servers_overlap(&a->server, &b->server);
}

static void
overlaps_check(struct yaml_reader *r, const struct yaml_node *name, const struct config *config)
{
	const struct config_service *rows = config->services.rows;
	unsigned last = config->services.n;

	for (unsigned i = 0; i < last; i++) {
		if (services_overlap(&rows[i], &rows[last]))
			yaml_reader_error(
				r,
				name,
				"service \"%s\" in line %u has some of these addresses and ports",
				rows[i].name,
				rows[i].line
			);
	}
}

static void
service_read(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct config *config = context;
	unsigned errors_before = r->n_errors;
	struct service_reading reading = {
		.config = config,
		.service = {.port = CONFIG_SERVICE_ANY_PORT, .line = name->line},
	};

	if (config->services.n == CONFIG_SERVICES_MAX) {
		yaml_reader_error(r, name, "more than %d services", CONFIG_SERVICES_MAX);
		return;
	}
	reading.service.server.kind = PACKET_OTHER;
	(void)snprintf(reading.service.name, sizeof(reading.service.name), "%s", name->text);
	yaml_read_mapping(r, value, service_keys, &reading);
	if (r->n_errors > errors_before)
		return;
	config->services.rows[config->services.n] = reading.service;
	overlaps_check(r, name, config);
	config->services.n++;
}

void
config_services_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_names(r, node, service_read, config);
}

void
config_streams_default(struct service_sizes *sizes)
{
	*sizes = (struct service_sizes){
		.connections = 4096,
		.segments = 4096,
		.segments_of_stream = 64,
		.message_bytes = 64 * 1024,
		.messages = 64,
		.wait_ns = SECOND_NS,
		.idle_ns = 900 * SECOND_NS,
	};
}

#define SIZE_KEY(key, member, least, most)                                                         \
	{                                                                                          \
		.name = key, .type = YAML_KEY_UINT,                                                \
		.offset = offsetof(struct service_sizes, member), .min = (least), .max = (most)    \
	}
#define TIME_KEY(key, member, least, most)                                                         \
	{                                                                                          \
		.name = key, .type = YAML_KEY_DURATION,                                            \
		.offset = offsetof(struct service_sizes, member), .min = (least), .max = (most)    \
	}

static const struct yaml_key streams_keys[] = {
	SIZE_KEY("connections", connections, 1, CONNECTIONS_MAX),
	SIZE_KEY("segments", segments, 1, SEGMENTS_MAX),
	SIZE_KEY("segments_of_stream", segments_of_stream, 1, SEGMENTS_MAX),
	SIZE_KEY("message_bytes", message_bytes, 1024, MESSAGE_BYTES_MAX),
	SIZE_KEY("messages", messages, 1, CONNECTIONS_MAX),
	TIME_KEY("wait", wait_ns, MS_NS, 60 * SECOND_NS),
	TIME_KEY("idle", idle_ns, SECOND_NS, 7 * 86400 * SECOND_NS),
	{.name = NULL},
};

void
config_streams_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_mapping(r, node, streams_keys, &config->services.sizes);
}
