/* SPDX-License-Identifier: BSD-3-Clause */
/* Read, compare, apply, replace. */
#include "app/reload.h"

#include "app/claims.h"
#include "app/log.h"
#include "app/telemetry.h"
#include "app/tenants.h"

#include <rte_errno.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each line of what config_load has to say: all are errors where there is no config, else all are warnings. */
static void
lines_log(const char *text, bool is_error)
{
	while (*text != '\0') {
		int length = (int)strcspn(text, "\n");

		if (is_error)
			log_error("%.*s", length, text);
		else
			log_warning("%.*s", length, text);
		text += length + (text[length] == '\n');
	}
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

static bool
flows_are_same(const struct config *a, const struct config *b)
{
	return a->flows.ipv4 == b->flows.ipv4 && a->flows.ipv6 == b->flows.ipv6 &&
	       a->flows.fragments == b->flows.fragments &&
	       a->flows.fragment_ns == b->flows.fragment_ns && a->flows.tenants == b->flows.tenants;
}

static bool
services_are_same(const struct config_services *a, const struct config_services *b)
{
	if (a->n != b->n || memcmp(&a->sizes, &b->sizes, sizeof(a->sizes)) != 0)
		return false;
	for (unsigned i = 0; i < a->n; i++) {
		const struct config_service *x = &a->rows[i], *y = &b->rows[i];

		if (strcmp(x->name, y->name) != 0 || x->decoder != y->decoder ||
		    x->port != y->port || x->server.kind != y->server.kind ||
		    x->server.bits != y->server.bits ||
		    memcmp(&x->server.address, &y->server.address, sizeof(x->server.address)) !=
			    0 ||
		    x->ports.first != y->ports.first || x->ports.last != y->ports.last)
			return false;
	}
	return true;
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
	if (!services_are_same(&a->services, &b->services))
		return "services, streams";
	if ((a->tenants.n == 0) != (b->tenants.n == 0))
		return "tenants: that there are some at all";
	if (!flows_are_same(a, b))
		return "flows";
	return a->mbufs != b->mbufs ? "mbufs" : NULL;
}

/*
 * All or nothing: the tenants are compiled, which changes nothing, then the claims are put in force, which may fail, then
 * the tenants, which cannot. `set`: what is to be published; NULL without tenants.
 */
static int
config_apply(struct appliance *a, const struct config *config, struct tenant_set **set)
{
	int error;

	*set = NULL;
	if (config->tenants.n > 0) {
		*set = tenants_compile(a, config);
		if (*set == NULL)
			return -rte_errno;
	}
	error = claims_apply(a, config);
	if (error != 0)
		tenants_discard(*set);
	return error;
}

/* The running config takes what may change from the new one. */
static void
config_adopt(struct config *running, struct config *from)
{
	struct config old = *running;

	running->claims = from->claims;
	running->n_claims = from->n_claims;
	running->tenants = from->tenants;
	running->text = from->text;
	from->claims = old.claims;
	from->n_claims = old.n_claims;
	from->tenants = old.tenants;
	from->text = old.text;
}

static void
config_publish(struct appliance *a, struct config *config, struct tenant_set *set)
{
	telemetry_hold();
	if (set != NULL)
		tenants_publish(a, set);
	config_adopt(a->config, config);
	running_changed(&a->in_force);
	telemetry_release();
}

/* Compares and applies. `why`: what was against it (malloc), or NULL without memory. */
static int
config_try(struct appliance *a, const char *file, struct config *config, char **why)
{
	const char *difference = fixed_difference(a->config, config);
	struct tenant_set *set;
	int error = -EINVAL;

	*why = NULL;
	if (difference != NULL) {
		if (asprintf(why, "%s: %s only changes by a restart", file, difference) < 0)
			*why = NULL;
		return error;
	}
	error = config_apply(a, config, &set);
	if (error == 0)
		config_publish(a, config, set);
	else if (asprintf(why, "%s: cannot be put in force: %s", file, strerror(-error)) < 0)
		*why = NULL;
	return error;
}

/* NULL where the file is wrong: then `why` says how (malloc). */
static struct config *
config_read(const char *file, char **why)
{
	struct config *config;
	size_t size;
	FILE *said;

	*why = NULL;
	said = open_memstream(why, &size);
	if (said == NULL)
		return NULL;
	config = config_load(file, said);
	(void)fclose(said); /* memory only */
	if (*why != NULL)
		lines_log(*why, config == NULL);
	if (config != NULL) {
		free(*why);
		*why = NULL;
	}
	return config;
}

int
reload(struct appliance *a, const char *file)
{
	int error = -EINVAL;
	char *why;
	struct config *config = config_read(file, &why);

	if (config != NULL) {
		error = config_try(a, file, config, &why);
		config_free(config);
		if (why != NULL)
			log_error("%s", why);
	}
	if (error == 0) {
		log_info(
			"%s: reloaded, generation %u: %u claims and denies, %u tenants",
			file,
			a->in_force.generation,
			a->config->n_claims,
			a->config->tenants.n
		);
		return 0;
	}
	log_error("%s: nothing changed, generation %u stays", file, a->in_force.generation);
	telemetry_hold();
	running_failed(&a->in_force, why != NULL ? why : strdup("out of memory"));
	telemetry_release();
	return error;
}
