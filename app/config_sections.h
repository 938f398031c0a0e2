/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The readers of the config's sections. Each says its errors through the reader; later sections may refer to what
 * earlier ones have filled: ports, lcores, forward, claims, deny, feeds.
 */
#ifndef APP_CONFIG_SECTIONS_H
#define APP_CONFIG_SECTIONS_H

#include "app/config.h"
#include "app/yaml_reader.h"

void config_ports_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);
void config_lcores_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);
void config_forward_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);
void config_claims_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);
void config_deny_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);
/* After the claims: adds the kernel interfaces of the ports that have some. */
void config_kernel_ports_add(struct yaml_reader *r, yaml_node_t *node, struct config *config);
void config_feeds_read(struct yaml_reader *r, yaml_node_t *node, struct config *config);

/* The index of the port that a scalar names; false and an error where there is none. */
bool config_port_reference(
	struct yaml_reader *r, yaml_node_t *node, const struct config *config, uint16_t *port
);

#endif
