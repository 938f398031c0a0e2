/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows and queries for tests of the lookup, written as text. The test fails where the text is no address. */
#ifndef UNIT_PIPELINE_TENANT_TENANT_ROWS_H
#define UNIT_PIPELINE_TENANT_TENANT_ROWS_H

#include "pipeline/tenant/tenant_lookup.h"

/* A row that every packet meets, of that slot. */
struct tenant_match tenant_row_any(uint16_t slot);

/* Of "10.0.0.0/8" or "2001:db8::/32" alone. */
struct tenant_match tenant_row_prefix(uint16_t slot, const char *prefix);

/* An untagged packet of TCP from port 1 to (or from) that address, to TCP port 80. */
struct tenant_query tenant_query_make(const char *address);

/* A lookup with these rows as `to`, and none as `from`. Never NULL: the test fails instead. */
struct tenant_lookup *tenant_lookup_to_rows(const struct tenant_match *rows, unsigned n);

#endif
