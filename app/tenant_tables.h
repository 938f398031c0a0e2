/* SPDX-License-Identifier: BSD-3-Clause */
/* What each worker has of its own for tenants, and what all share, made once and empty. Main thread, while no lcore runs. */
#ifndef APP_TENANT_TABLES_H
#define APP_TENANT_TABLES_H

struct appliance;
struct tenants;

/* For all workers of the plan. 0 or a negative errno after saying why; then, too, to be freed. */
int tenant_tables_create(struct appliance *a);

void tenant_tables_free(struct tenants *t);

#endif
