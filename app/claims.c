/* SPDX-License-Identifier: BSD-3-Clause */
/* All or nothing over the ports: compile, join, write, and go back where one refuses. */
#include "app/claims.h"

#include "app/claims_compile.h"
#include "app/grace.h"
#include "app/log.h"
#include "app/multicast.h"
#include "pipeline/claim/claim_match.h"

#include <rte_acl.h>
#include <rte_errno.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SETTLE_NAPS_MAX = 5 };

static bool
port_has_claims(const struct port *port)
{
	return port->xdp.loader != NULL;
}

static void
port_rows_count(struct port_xdp *xdp, const struct config *config, uint16_t port)
{
	uint64_t claims = 0, denies = 0;

	for (unsigned i = 0; i < config->n_claims; i++) {
		if (config->claims[i].port == port)
			*(config->claims[i].row.action == STEER_CLAIM ? &claims : &denies) += 1;
	}
	__atomic_store_n(&xdp->claims, claims, __ATOMIC_RELAXED);
	__atomic_store_n(&xdp->denies, denies, __ATOMIC_RELAXED);
}

/* The same row for a port that no XDP program guards. */
static struct claim_rule
rule_of_row(const struct claims_row *row)
{
	struct claim_rule rule = {
		.verdict = row->action == STEER_DENY ? CLAIM_DENIED : CLAIM_CLAIMED,
		.kind = row->ip_version == 4 ? PACKET_IPV4 : PACKET_IPV6,
		.any_protocol = row->protocol == CLAIMS_ANY,
		.protocol = row->protocol == CLAIMS_ANY ? 0 : (uint8_t)row->protocol,
		.any_vlan = row->vlan == CLAIMS_ANY,
		.vlan = row->vlan == CLAIMS_ANY ? 0 : (uint16_t)row->vlan,
		.names_ports = row->names_ports,
		.port_first = row->port_first,
		.port_last = row->port_last,
		.dst_bits = row->destination.length,
		.src_bits = row->source.length,
	};

	memcpy(rule.dst.v6, row->destination.address, sizeof(rule.dst.v6));
	memcpy(rule.src.v6, row->source.address, sizeof(rule.src.v6));
	return rule;
}

static struct claim_match *
port_match_create(const struct appliance *a, const struct config *config, uint16_t port)
{
	struct claim_rule *rules = calloc(config->n_claims + 1, sizeof(*rules));
	struct claims_row *rows;
	struct claim_match *match = NULL;
	char name[RTE_ACL_NAMESIZE];
	unsigned n;

	rows = claims_rows_of_port(config, port, &n);
	for (unsigned i = 0; rules != NULL && rows != NULL && i < n; i++)
		rules[i] = rule_of_row(&rows[i]);
	(void)snprintf(name, sizeof(name), "_%u_%u", port, a->claims_generation);
	rte_errno = ENOMEM;
	if (rules != NULL && rows != NULL)
		match = claim_match_create(name, rules, n, a->ports[port].socket);
	free(rows);
	free(rules);
	if (match == NULL)
		log_error(
			"port %s: its %u claims cannot be compiled: %s",
			config->ports[port].name,
			n,
			rte_strerror(rte_errno)
		);
	return match;
}

static void
claim_set_free(struct claim_set *set)
{
	for (unsigned i = 0; set != NULL && i < RTE_MAX_ETHPORTS; i++)
		claim_match_destroy(set->by_port[i]);
	free(set);
}

/* For every port with a kernel interface. NULL with rte_errno set, after saying why. */
static struct claim_set *
claim_set_build(struct appliance *a, const struct config *config)
{
	struct claim_set *set = calloc(1, sizeof(*set));

	a->claims_generation++;
	for (uint16_t i = 0; set != NULL && i < a->config->n_ports; i++) {
		const struct config_port *port = &a->config->ports[i];

		if (port->kernel_port == CONFIG_NO_PORT || port->is_kernel_side)
			continue;
		set->by_port[a->ports[i].id] = port_match_create(a, config, i);
		if (set->by_port[a->ports[i].id] == NULL) {
			claim_set_free(set);
			return NULL;
		}
	}
	if (set == NULL)
		rte_errno = ENOMEM;
	return set;
}

/* Returns the set that was in force, which nobody uses any more. */
static struct claim_set *
claim_set_publish(struct appliance *a, struct claim_set *set)
{
	const struct claim_set *old = __atomic_exchange_n(&a->claims, set, __ATOMIC_ACQ_REL);

	grace_period_wait(a);
	return (struct claim_set *)(uintptr_t)old;
}

static int
tables_compile(const struct appliance *a, const struct config *config, struct claims_table *tables)
{
	int error = 0;

	for (uint16_t i = 0; i < a->config->n_ports && error == 0; i++) {
		if (port_has_claims(&a->ports[i]))
			error = claims_compile_port(config, i, &tables[i]);
	}
	return error;
}

/* On success tables[i] is what port i had before. Where a port refuses, those before it get theirs back. */
static int
tables_write(struct port *ports, unsigned n_ports, struct claims_table *tables)
{
	for (uint16_t i = 0; i < n_ports; i++) {
		int error = port_has_claims(&ports[i])
				    ? port_xdp_write(&ports[i].xdp, ports[i].config, &tables[i])
				    : 0;

		if (error == 0)
			continue;
		for (uint16_t j = 0; j < i; j++) {
			if (port_has_claims(&ports[j]))
				(void)port_xdp_write(
					&ports[j].xdp, ports[j].config, &tables[j]
				); /* it has said why */
		}
		return error;
	}
	return 0;
}

/* Ports with an XDP program, and groups that are new. */
static int
ports_apply(struct appliance *a, const struct config *config)
{
	struct claims_table tables[CONFIG_PORTS_MAX] = {0};
	int error = tables_compile(a, config, tables);

	if (error == 0)
		error = multicast_join_claimed(a->ports, config);
	if (error == 0)
		error = tables_write(a->ports, a->config->n_ports, tables);
	for (uint16_t i = 0; i < a->config->n_ports; i++) {
		if (error == 0)
			port_rows_count(&a->ports[i].xdp, config, i);
		claims_table_free(&tables[i]);
	}
	return error;
}

int
claims_apply(struct appliance *a, const struct config *config)
{
	struct claim_set *set = claim_set_build(a, config);
	int error = set != NULL ? ports_apply(a, config) : -rte_errno;

	/* The last step, which cannot fail. */
	if (error == 0)
		set = claim_set_publish(a, set);
	claim_set_free(set);
	multicast_leave_unclaimed(a->ports, error == 0 ? config : a->config);
	return error;
}

int
claims_begin(struct appliance *a)
{
	int error = ports_apply(a, a->config);

	if (error != 0)
		multicast_leave_unclaimed(a->ports, NULL);
	return error;
}

int
claims_prepare(struct appliance *a)
{
	struct claim_set *set = claim_set_build(a, a->config);

	if (set == NULL)
		return -rte_errno;
	claim_set_free(claim_set_publish(a, set));
	return 0;
}

/*
 * Until no more packets come, or 100 ms: what sockets had claimed is received, and what the kernel has to say when it
 * leaves a group, which takes it some milliseconds, goes out.
 */
static void
packets_settle(const struct appliance *a)
{
	const struct timespec nap = {.tv_nsec = 20 * 1000 * 1000};
	struct appliance_totals before, now;

	appliance_totals(a, &now);
	for (unsigned i = 0; i < SETTLE_NAPS_MAX; i++) {
		before = now;
		(void)nanosleep(&nap, NULL); /* early is fine */
		grace_period_wait(a);
		appliance_totals(a, &now);
		if (now.received == before.received)
			return;
	}
}

void
claims_withdraw(struct appliance *a)
{
	bool any = false;

	for (unsigned i = 0; i < a->config->n_ports; i++) {
		port_xdp_clear(&a->ports[i].xdp);
		any |= a->ports[i].kernel_interface != 0;
	}
	multicast_leave_unclaimed(a->ports, NULL);
	if (any)
		packets_settle(a);
}

void
claims_end(struct appliance *a)
{
	claim_set_free((struct claim_set *)(uintptr_t)a->claims);
	a->claims = NULL;
}
