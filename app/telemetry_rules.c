/* SPDX-License-Identifier: BSD-3-Clause */
/* A tenant's rules, egress before ingress, each list followed by its default. */
#include "app/rule_text.h"
#include "app/telemetry_page.h"
#include "app/telemetry_tenants.h"

#include <rte_common.h>

enum {
	RULE_TEXT_BYTES = 128,
};

/* Rules and the default; a list that is not there has no row. */
static unsigned
list_rows(const struct rule_list *list)
{
	return list != NULL ? rule_list_count(list) + 1 : 0;
}

static void
rule_row(const struct rule_list *list, const char *side, unsigned i, struct rte_tel_data *row)
{
	bool is_default = i == rule_list_count(list);
	const struct rule *rule = is_default ? NULL : rule_list_rule(list, i);
	enum rule_action action = is_default ? rule_list_default(list) : rule->action;
	char text[RULE_TEXT_BYTES] = "default";

	if (rule != NULL)
		rule_text(rule, text, sizeof(text));
	telemetry_add_text(row, "list", side);
	if (rule != NULL)
		telemetry_add_number(row, "rule", i);
	telemetry_add_text(row, "name", rule != NULL ? rule->name : "default");
	telemetry_add_text(row, "match", text);
	telemetry_add_text(row, "action", rule_action_names[action]);
	telemetry_add_number(row, "hits", rule_list_hits(list, is_default ? RULE_DEFAULT : (int)i));
}

int
telemetry_rules(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct rte_tel_data *rows;
	const struct tenant *tenant;
	unsigned egress, total, end;
	uint64_t offset;
	uint16_t slot;
	int error = telemetry_path_read(a, params, &slot, &offset);

	if (error != 0)
		return error;
	tenant = &a->tenants.set->tenants[slot];
	egress = list_rows(tenant->egress);
	total = egress + list_rows(tenant->ingress);
	offset = RTE_MIN(offset, (uint64_t)total);
	end = RTE_MIN((unsigned)offset + TELEMETRY_PAGE_ROWS, total);
	telemetry_add_text(d, "path", tenant->path);
	telemetry_add_number(d, "total", total);
	telemetry_add_number(d, "offset", offset);
	telemetry_add_number(d, "next", end < total ? end : 0);
	rows = telemetry_part_make();
	for (unsigned i = (unsigned)offset; rows != NULL && i < end; i++) {
		struct rte_tel_data *row = telemetry_part_make();

		if (row == NULL)
			break;
		if (i < egress)
			rule_row(tenant->egress, "egress", i, row);
		else
			rule_row(tenant->ingress, "ingress", i - egress, row);
		telemetry_row_add(rows, i, row);
	}
	if (rows != NULL)
		telemetry_part_add(d, "rows", rows);
	return 0;
}
