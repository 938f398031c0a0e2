/* SPDX-License-Identifier: BSD-3-Clause */
/* From the config's feeds to the table that steer and decode look into. */
#include "app/feeds.h"

#include "app/appliance.h"
#include "app/log.h"
#include "pipeline/feed/feed.h"

#include <rte_byteorder.h>
#include <rte_errno.h>

#include <errno.h>
#include <stdio.h>

static void
line_fill(
	struct feed_line *to,
	const struct appliance *a,
	uint16_t feed,
	const struct config_line *from
)
{
	(void)snprintf(to->name, sizeof(to->name), "%s", from->name);
	to->feed = feed;
	to->port = a->ports[from->port].id;
	to->kind = from->kind;
	to->group = from->group;
	to->dst_port_be = rte_cpu_to_be_16(from->dst_port);
}

static void
feeds_fill(struct appliance *a)
{
	const struct config *config = a->config;
	struct feed_line *line = a->feeds->lines;

	for (uint16_t i = 0; i < config->n_feeds; i++) {
		const struct config_feed *from = &config->feeds[i];
		struct feed *feed = &a->feeds->feeds[i];

		(void)snprintf(feed->name, sizeof(feed->name), "%s", from->name);
		feed->decoder = from->decoder;
		feed->worker = plan_feed_worker(a->plan, i);
		for (unsigned j = 0; j < from->n_lines; j++)
			line_fill(line++, a, i, &from->lines[j]);
	}
}

int
feeds_create(struct appliance *a)
{
	const struct config *config = a->config;
	int socket = (int)rte_lcore_to_socket_id(a->plan->workers[0]);
	uint16_t n_lines = 0;
	int error;

	for (unsigned i = 0; i < config->n_feeds; i++)
		n_lines = (uint16_t)(n_lines + config->feeds[i].n_lines);
	a->feeds = feed_table_create((uint16_t)config->n_feeds, n_lines, socket);
	if (a->feeds == NULL) {
		log_error("no memory for %u feeds", config->n_feeds);
		return -ENOMEM;
	}
	feeds_fill(a);
	error = feed_table_index(a->feeds, socket);
	if (error != 0)
		log_error("the feed lines cannot be indexed: %s", rte_strerror(-error));
	return error;
}

void
feeds_destroy(struct appliance *a)
{
	feed_table_destroy(a->feeds);
	a->feeds = NULL;
}
