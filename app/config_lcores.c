/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `lcores`: which CPUs receive, work and transmit. */
#include "app/config_sections.h"

static void
lcore_read(struct yaml_reader *r, struct yaml_node *item, void *context)
{
	struct config_lcores *list = context;
	uint64_t id;

	if (!yaml_read_uint(r, item, 0, RTE_MAX_LCORE - 1, &id))
		return;
	for (unsigned i = 0; i < list->n; i++) {
		if (list->ids[i] == id) {
			yaml_reader_error(
				r, item, "lcore %u stands twice in this list", (unsigned)id
			);
			return;
		}
	}
	list->ids[list->n++] = (unsigned)id;
}

static void
list_read(struct yaml_reader *r, struct yaml_node *value, struct config_lcores *list)
{
	list->n = 0;
	yaml_read_sequence(r, value, lcore_read, list);
	if (value->kind == YAML_LIST && value->length == 0)
		yaml_reader_error(r, value, "names no lcore");
}

static void
rx_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	list_read(r, value, &((struct config *)object)->rx);
}

static void
work_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	list_read(r, value, &((struct config *)object)->work);
}

static void
tx_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	list_read(r, value, &((struct config *)object)->tx);
}

static const struct yaml_key lcores_keys[] = {
	{.name = "rx", .type = YAML_KEY_CUSTOM, .read = rx_read, .required = true},
	{.name = "work", .type = YAML_KEY_CUSTOM, .read = work_read, .required = true},
	{.name = "tx", .type = YAML_KEY_CUSTOM, .read = tx_read, .required = true},
	{.name = "ring_size",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config, ring_size),
	 /* Two bursts, so that one can be filled while the other is emptied. */
	 .min = 2 * BURST_MAX,
	 .max = 1024 * 1024},
	{.name = NULL},
};

void
config_lcores_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_mapping(r, node, lcores_keys, config);
}
