/* SPDX-License-Identifier: BSD-3-Clause */
/* From the config's services to the table that all workers read, and each worker's reader. */
#include "app/services.h"

#include "app/appliance.h"
#include "app/log.h"
#include "app/tenant_sizes.h"
#include "pipeline/counters.h"

#include <rte_errno.h>
#include <rte_malloc.h>

#include <errno.h>
#include <stdio.h>

static void
service_fill(struct service *to, const struct appliance *a, const struct config_service *from)
{
	(void)snprintf(to->name, sizeof(to->name), "%s", from->name);
	to->decoder = from->decoder;
	to->server = from->server;
	to->ports = from->ports;
	to->port =
		from->port == CONFIG_SERVICE_ANY_PORT ? SERVICE_ANY_PORT : a->ports[from->port].id;
}

static int
table_create(struct appliance *a)
{
	const struct config_services *config = &a->config->services;
	struct service *services =
		rte_zmalloc("services", config->n * sizeof(*services), RTE_CACHE_LINE_SIZE);

	a->services = rte_zmalloc("service_table", sizeof(*a->services), RTE_CACHE_LINE_SIZE);
	if (services == NULL || a->services == NULL) {
		rte_free(services);
		return -ENOMEM;
	}
	for (unsigned i = 0; i < config->n; i++)
		service_fill(&services[i], a, &config->rows[i]);
	a->services->services = services;
	a->services->n = (uint16_t)config->n;
	service_table_index(a->services);
	return 0;
}

static uint16_t
slots_of(const struct plan *plan)
{
	if (plan->config->tenants.n == 0)
		return 0;
	return (uint16_t)tenant_sizes(plan->config, plan->n_workers).slots;
}

static int
reader_create(struct appliance *a, struct lcore *l)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "connections_%u", l->id);
	l->worker->services = service_reader_create(
		a->services,
		&a->config->services.sizes,
		slots_of(a->plan),
		name,
		(int)rte_lcore_to_socket_id(l->id)
	);
	return l->worker->services != NULL ? 0 : -rte_errno;
}

int
services_create(struct appliance *a)
{
	int error;

	if (a->config->services.n == 0)
		return 0;
	error = table_create(a);
	for (unsigned i = 0; error == 0 && i < a->plan->n_lcores; i++) {
		if (a->lcores[i]->worker != NULL)
			error = reader_create(a, a->lcores[i]);
	}
	if (error != 0)
		log_error(
			"no memory for %lu MiB of streams: set `streams` lower",
			(unsigned long)(services_bytes(a->plan) >> 20)
		);
	return error;
}

/* The reader of the worker on the plan's lcore i, or NULL. */
static struct service_reader *
reader_of(const struct appliance *a, unsigned i)
{
	const struct lcore *l = a->lcores[i];

	return l != NULL && l->worker != NULL ? l->worker->services : NULL;
}

void
services_finish(struct appliance *a)
{
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		if (reader_of(a, i) != NULL)
			service_reader_finish(reader_of(a, i));
	}
}

void
services_destroy(struct appliance *a)
{
	for (unsigned i = 0; a->plan != NULL && i < a->plan->n_lcores; i++) {
		struct service_reader *reader = reader_of(a, i);

		if (reader == NULL)
			continue;
		a->lcores[i]->worker->services = NULL;
		service_reader_destroy(reader);
	}
	if (a->services == NULL)
		return;
	rte_free((void *)(uintptr_t)a->services->services);
	rte_free(a->services);
	a->services = NULL;
}

uint64_t
services_held_max(const struct plan *plan)
{
	const struct config_services *config = &plan->config->services;

	return config->n > 0 ? config->sizes.segments * plan->n_workers : 0;
}

uint64_t
services_bytes(const struct plan *plan)
{
	const struct config_services *config = &plan->config->services;

	if (config->n == 0)
		return 0;
	return plan->n_workers *
	       service_reader_bytes(&config->sizes, (uint16_t)config->n, slots_of(plan));
}

void
services_total(const struct appliance *a, uint16_t service, struct service_counters *total)
{
	uint64_t *sums = (uint64_t *)total;

	*total = (struct service_counters){0};
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		const struct service_reader *reader = reader_of(a, i);
		const uint64_t *counters;

		if (reader == NULL)
			continue;
		counters = (const uint64_t *)&reader->counters[service];
		for (size_t j = 0; j < sizeof(*total) / sizeof(*sums); j++)
			sums[j] += counter_read(&counters[j]);
	}
}

void
services_budget_total(const struct appliance *a, struct stream_budget *total)
{
	*total = (struct stream_budget){0};
	for (unsigned i = 0; i < a->plan->n_lcores; i++) {
		const struct service_reader *reader = reader_of(a, i);

		for (unsigned j = 0; reader != NULL && j < STREAM_RESOURCE_COUNT; j++) {
			total->limits[j] += reader->budget.limits[j];
			total->used[j] += counter_read(&reader->budget.used[j]);
			total->refused[j] += counter_read(&reader->budget.refused[j]);
		}
		for (unsigned j = 0; reader != NULL && j < STREAM_COUNTER_COUNT; j++)
			total->counters[j] += counter_read(&reader->budget.counters[j]);
	}
}
