/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The readers of the config's sections. Each says its errors through the reader; later sections may refer to what
 * earlier ones have filled: ports, lcores, forward, claims, deny, sets, tenants, flows, feeds, services, streams.
 */
#ifndef APP_CONFIG_SECTIONS_H
#define APP_CONFIG_SECTIONS_H

#include "app/config.h"
#include "app/yaml_reader.h"

struct config_sets;

void config_ports_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_lcores_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_forward_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_claims_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_deny_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
/* After the claims: adds the kernel interfaces of the ports that have some. */
void config_kernel_ports_add(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_feeds_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);

/* The section `sets`; NULL is none. Returns NULL after an error for want of memory. */
struct config_sets *config_sets_read(struct yaml_reader *r, struct yaml_node *node);
void config_sets_free(struct config_sets *sets);

void config_tenants_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	struct config *config,
	const struct config_sets *sets
);

void config_flows_default(struct config_flows *flows);
void config_flows_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);

void config_services_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);
void config_streams_default(struct service_sizes *sizes);
void config_streams_read(struct yaml_reader *r, struct yaml_node *node, struct config *config);

/* What is legal and probably not meant. Once all sections are read, and without an error. */
void config_warnings_say(struct yaml_reader *r, const struct config *config);

/* The index of the port that a scalar names; false and an error where there is none. */
bool config_port_reference(
	struct yaml_reader *r, struct yaml_node *node, const struct config *config, uint16_t *port
);

#endif
