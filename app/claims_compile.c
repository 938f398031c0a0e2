/* SPDX-License-Identifier: BSD-3-Clause */
#include "app/claims_compile.h"

#include "app/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct claims_row *
claims_rows_of_port(const struct config *config, uint16_t port, unsigned *n)
{
	struct claims_row *rows = calloc(config->n_claims + 1, sizeof(*rows));

	*n = 0;
	for (unsigned i = 0; rows != NULL && i < config->n_claims; i++) {
		if (config->claims[i].port == port)
			rows[(*n)++] = config->claims[i].row;
	}
	return rows;
}

int
claims_compile_port(const struct config *config, uint16_t port, struct claims_table *table)
{
	unsigned n;
	struct claims_row *rows = claims_rows_of_port(config, port, &n);
	int error = rows != NULL ? claims_compile(rows, n, table) : -ENOMEM;

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

int
claims_check(const struct config *config)
{
	int error = 0;

	for (uint16_t i = 0; i < config->n_ports; i++) {
		struct claims_table table = {0};
		int port_error = 0;

		if (config->ports[i].interface[0] != '\0')
			port_error = claims_compile_port(config, i, &table);
		claims_table_free(&table);
		if (port_error != 0)
			error = port_error;
	}
	return error;
}
