/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `tenants` while it is being read: what its files give each other. */
#ifndef APP_CONFIG_READING_H
#define APP_CONFIG_READING_H

#include "app/config.h"
#include "app/config_sets.h"
#include "app/yaml_reader.h"

struct tenants_reading;

/* A tenant as the file has it: what it inherits is not known yet. */
struct tenant_reading {
	struct tenants_reading *all;
	struct config_tenant tenant; /* a timeout of 0 is not given */
	bool mode_given, pickup_given, on_full_given;
};

struct tenants_reading {
	const struct config *config;
	const struct config_sets *sets;
	struct tenant_reading *tenants;
	unsigned n;
	unsigned n_matches, n_rules, n_prefixes; /* of all tenants so far */
};

/* The values of the keys `from`, `to`, `egress` and `ingress`, into `all->tenants[n]`'s. */
void config_from_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading);
void config_to_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading);
void config_egress_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading);
void config_ingress_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading);

/* Is the text of the node a tenant's path? If not, it says why. */
bool config_path_check(struct yaml_reader *r, const struct yaml_node *node);

/*
 * Makes the tree of the tenants that were read: adds parents, resolves what is inherited. It takes what the tenants own,
 * also when it says an error.
 */
void config_tree_make(
	struct yaml_reader *r,
	const struct yaml_node *section,
	struct tenants_reading *reading,
	struct config_tenants *tree
);

/* Says where two tenants match the same packets and none of them goes first. */
void config_overlaps_check(
	struct yaml_reader *r, const struct yaml_node *section, const struct config_tenants *tree
);

/* What a tenant owns. */
void config_tenant_clear(struct config_tenant *tenant);

#endif
