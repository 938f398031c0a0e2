/* SPDX-License-Identifier: BSD-3-Clause */
/* Read, compare, apply, replace. */
#include "app/reload.h"

#include "app/claims.h"
#include "app/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The config with its errors in the log, a line each. */
static struct config *
config_read(const char *file)
{
	char *errors = NULL, *line, *rest;
	struct config *config;
	size_t size;
	FILE *out = open_memstream(&errors, &size);

	if (out == NULL)
		return NULL;
	config = config_load(file, out);
	(void)fclose(out); /* memory only */
	for (line = strtok_r(errors, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		log_error("%s", line);
	free(errors);
	return config;
}

static bool
lcores_are_same(const struct config_lcores *a, const struct config_lcores *b)
{
	return a->n == b->n && memcmp(a->ids, b->ids, a->n * sizeof(a->ids[0])) == 0;
}

static bool
ports_are_same(const struct config_port *a, const struct config_port *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->device, b->device) == 0 &&
	       a->rx_queues == b->rx_queues && a->rx_descriptors == b->rx_descriptors &&
	       a->tx_descriptors == b->tx_descriptors && a->mtu == b->mtu &&
	       a->promiscuous == b->promiscuous && a->promiscuous_set == b->promiscuous_set &&
	       a->pace == b->pace && a->pace_pps == b->pace_pps;
}

static bool
lines_are_same(const struct config_line *a, const struct config_line *b)
{
	return strcmp(a->name, b->name) == 0 && a->port == b->port && a->kind == b->kind &&
	       a->dst_port == b->dst_port && memcmp(&a->group, &b->group, sizeof(a->group)) == 0;
}

static bool
feeds_are_same(const struct config_feed *a, const struct config_feed *b)
{
	if (strcmp(a->name, b->name) != 0 || a->decoder != b->decoder || a->n_lines != b->n_lines)
		return false;
	for (unsigned i = 0; i < a->n_lines; i++) {
		if (!lines_are_same(&a->lines[i], &b->lines[i]))
			return false;
	}
	return true;
}

/* Those of the file: a port's kernel interface comes behind them all. */
static unsigned
users_ports(const struct config *config)
{
	unsigned n = 0;

	while (n < config->n_ports && !config->ports[n].is_kernel_side)
		n++;
	return n;
}

static bool
users_ports_are_same(const struct config *a, const struct config *b)
{
	unsigned n = users_ports(a);

	if (n != users_ports(b))
		return false;
	for (unsigned i = 0; i < n; i++) {
		if (!ports_are_same(&a->ports[i], &b->ports[i]))
			return false;
	}
	return true;
}

/* A bit for each port that has a kernel interface of leat's making. One that is there stays until leat ends. */
static uint64_t
kernel_ports(const struct config *config)
{
	uint64_t ports = 0;

	for (unsigned i = 0; i < users_ports(config); i++) {
		if (config->ports[i].kernel_port != CONFIG_NO_PORT)
			ports |= UINT64_C(1) << i;
	}
	return ports;
}

/* The section that differs and cannot change while leat runs, or NULL. */
static const char *
fixed_difference(const struct config *a, const struct config *b)
{
	if (!users_ports_are_same(a, b))
		return "ports";
	if (kernel_ports(b) & ~kernel_ports(a))
		return "claims, deny: the first row of a port that is no af_xdp port";
	if (!lcores_are_same(&a->rx, &b->rx) || !lcores_are_same(&a->work, &b->work) ||
	    !lcores_are_same(&a->tx, &b->tx) || a->ring_size != b->ring_size)
		return "lcores";
	if (a->n_pairs != b->n_pairs ||
	    memcmp(a->pairs, b->pairs, a->n_pairs * sizeof(a->pairs[0])) != 0)
		return "forward";
	if (a->n_feeds != b->n_feeds)
		return "feeds";
	for (unsigned i = 0; i < a->n_feeds; i++) {
		if (!feeds_are_same(&a->feeds[i], &b->feeds[i]))
			return "feeds";
	}
	return a->mbufs != b->mbufs ? "mbufs" : NULL;
}

/* The running config takes the rows of the new one. */
static void
claims_replace(struct config *config, struct config *from)
{
	free(config->claims);
	config->claims = from->claims;
	config->n_claims = from->n_claims;
	from->claims = NULL;
	from->n_claims = 0;
}

int
reload(struct appliance *a, const char *file)
{
	struct config *config = config_read(file);
	const char *difference;
	int error = -EINVAL;

	if (config == NULL) {
		log_error("%s is wrong: nothing changed", file);
		return error;
	}
	difference = fixed_difference(a->config, config);
	if (difference != NULL)
		log_error("%s: %s only changes by a restart: nothing changed", file, difference);
	else
		error = claims_apply(a, config, a->config);
	if (error == 0) {
		claims_replace(a->config, config);
		log_info("%s: reloaded, %u claims and denies", file, a->config->n_claims);
	}
	config_free(config);
	return error;
}
