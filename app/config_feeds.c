/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `feeds`: protocols and the lines they come on. */
#include "app/config_sections.h"

#include <arpa/inet.h>
#include <string.h>

/* A feed or a line while it is being read. */
struct feed_reading {
	struct config *config;
	struct config_feed feed;
};

struct line_reading {
	const struct config *config;
	struct config_line line;
	uint64_t dst_port;
};

static void
protocol_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct feed_reading *reading = object;
	const char *name = yaml_read_text(r, value);

	if (name == NULL)
		return;
	reading->feed.decoder = decoder_find(name);
	if (reading->feed.decoder == NULL)
		yaml_reader_error(r, value, "there is no decoder \"%s\"", name);
	else if (reading->feed.decoder->framing == NULL)
		yaml_reader_error(r, value, "\"%s\" comes in TCP streams: it is a service's", name);
}

static void
line_port_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct line_reading *reading = object;

	(void)config_port_reference(r, value, reading->config, &reading->line.port);
}

static void
line_group_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct line_reading *reading = object;
	struct config_line *line = &reading->line;
	const char *text = yaml_read_text(r, value);

	if (text == NULL)
		return;
	if (inet_pton(AF_INET, text, &line->group.v4_be) == 1)
		line->kind = PACKET_IPV4;
	else if (inet_pton(AF_INET6, text, line->group.v6) == 1)
		line->kind = PACKET_IPV6;
	else
		yaml_reader_error(r, value, "\"%s\" is no IPv4 or IPv6 address", text);
}

static const struct yaml_key line_keys[] = {
	{.name = "port", .type = YAML_KEY_CUSTOM, .read = line_port_read, .required = true},
	{.name = "group", .type = YAML_KEY_CUSTOM, .read = line_group_read, .required = true},
	{.name = "dport",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct line_reading, dst_port),
	 .min = 1,
	 .max = 65535,
	 .required = true},
	{.name = NULL},
};

static bool
line_is_same_place(const struct config_line *a, const struct config_line *b)
{
	return a->port == b->port && a->kind == b->kind && a->dst_port == b->dst_port &&
	       memcmp(&a->group, &b->group, sizeof(a->group)) == 0;
}

static const struct config_feed *
line_owner(
	const struct config *config,
	const struct config_feed *being_read,
	const struct config_line *line
)
{
	for (unsigned i = 0; i <= config->n_feeds; i++) {
		const struct config_feed *feed =
			i < config->n_feeds ? &config->feeds[i] : being_read;

		for (unsigned j = 0; j < feed->n_lines; j++) {
			if (line_is_same_place(&feed->lines[j], line))
				return feed;
		}
	}
	return NULL;
}

static void
line_read(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct feed_reading *feed = context;
	struct line_reading reading = {.config = feed->config};
	unsigned errors_before = r->n_errors;
	const struct config_feed *owner;

	if (feed->feed.n_lines == CONFIG_LINES_MAX) {
		yaml_reader_error(r, name, "more than %d lines", CONFIG_LINES_MAX);
		return;
	}
	(void)snprintf(reading.line.name, sizeof(reading.line.name), "%s", name->text);
	yaml_read_mapping(r, value, line_keys, &reading);
	if (r->n_errors > errors_before)
		return;
	reading.line.dst_port = (uint16_t)reading.dst_port;
	owner = line_owner(feed->config, &feed->feed, &reading.line);
	if (owner != NULL) {
		yaml_reader_error(
			r,
			name,
			"feed \"%s\" has a line with this port, group and dport already",
			owner->name
		);
		return;
	}
	feed->feed.lines[feed->feed.n_lines++] = reading.line;
}

static void
lines_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	unsigned errors_before = r->n_errors;
	struct feed_reading *reading = object;

	yaml_read_names(r, value, line_read, reading);
	if (reading->feed.n_lines == 0 && r->n_errors == errors_before)
		yaml_reader_error(r, value, "names no line");
}

static const struct yaml_key feed_keys[] = {
	{.name = "protocol", .type = YAML_KEY_CUSTOM, .read = protocol_read, .required = true},
	{.name = "lines", .type = YAML_KEY_CUSTOM, .read = lines_read, .required = true},
	{.name = NULL},
};

static void
feed_read(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct config *config = context;
	struct feed_reading reading = {.config = config};

	if (config->n_feeds == CONFIG_FEEDS_MAX) {
		yaml_reader_error(r, name, "more than %d feeds", CONFIG_FEEDS_MAX);
		return;
	}
	(void)snprintf(reading.feed.name, sizeof(reading.feed.name), "%s", name->text);
	yaml_read_mapping(r, value, feed_keys, &reading);
	config->feeds[config->n_feeds++] = reading.feed;
}

void
config_feeds_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_names(r, node, feed_read, config);
}
