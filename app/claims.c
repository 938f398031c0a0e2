/* SPDX-License-Identifier: BSD-3-Clause */
/* All or nothing over the ports: compile, join, write, and go back where one refuses. */
#include "app/claims.h"

#include "app/log.h"
#include "app/multicast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
port_has_claims(const struct port *port)
{
	return port->xdp.loader != NULL;
}

static int
port_compile(const struct config *config, uint16_t port, struct claims_table *table)
{
	struct claims_row *rows = calloc(config->n_claims + 1, sizeof(*rows));
	unsigned n = 0;
	int error;

	if (rows == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < config->n_claims; i++) {
		if (config->claims[i].port == port)
			rows[n++] = config->claims[i].row;
	}
	error = claims_compile(rows, n, table);
	free(rows);
	if (error == -E2BIG)
		log_error(
			"port %s: its %u claims and denies need more than %d entries: fewer wide "
			"rows over many narrow ones",
			config->ports[port].name,
			n,
			STEER_ENTRIES_MAX
		);
	else if (error != 0)
		log_error(
			"port %s: the claims cannot be compiled: %s",
			config->ports[port].name,
			strerror(-error)
		);
	return error;
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

static int
tables_compile(const struct port *ports, const struct config *config, struct claims_table *tables)
{
	int error = 0;

	for (uint16_t i = 0; i < config->n_ports && error == 0; i++) {
		if (port_has_claims(&ports[i]))
			error = port_compile(config, i, &tables[i]);
	}
	return error;
}

/* On success tables[i] is what port i had before. Where a port refuses, those before it get theirs back. */
static int
tables_write(struct port *ports, const struct config *config, struct claims_table *tables)
{
	for (uint16_t i = 0; i < config->n_ports; i++) {
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

int
claims_apply(struct port *ports, const struct config *config, const struct config *running)
{
	struct claims_table tables[CONFIG_PORTS_MAX] = {0};
	int error = tables_compile(ports, config, tables);

	if (error == 0)
		error = multicast_join_claimed(ports, config);
	if (error == 0)
		error = tables_write(ports, config, tables);
	for (uint16_t i = 0; i < config->n_ports; i++) {
		if (error == 0 && port_has_claims(&ports[i]))
			port_rows_count(&ports[i].xdp, config, i);
		claims_table_free(&tables[i]);
	}
	multicast_leave_unclaimed(ports, error == 0 ? config : running);
	return error;
}
