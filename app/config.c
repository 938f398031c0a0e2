/* SPDX-License-Identifier: BSD-3-Clause */
/* The top of the config: its sections, read in the order in which they refer to each other. */
#include "app/config.h"

#include "app/config_sections.h"
#include "app/yaml_reader.h"

#include <sched.h>
#include <stdlib.h>

/* Sections may stand in any order in the file. */
struct sections {
	struct yaml_node *ports, *lcores, *forward, *claims, *deny, *sets, *tenants, *flows, *feeds;
	struct yaml_node *services, *streams;
	uint64_t mbufs;
};

#define SECTION(section)                                                                           \
	{                                                                                          \
		.name = #section, .type = YAML_KEY_NODE,                                           \
		.offset = offsetof(struct sections, section)                                       \
	}

static const struct yaml_key section_keys[] = {
	{.name = "ports",
	 .type = YAML_KEY_NODE,
	 .offset = offsetof(struct sections, ports),
	 .required = true},
	SECTION(lcores),
	SECTION(forward),
	SECTION(claims),
	SECTION(deny),
	SECTION(sets),
	SECTION(tenants),
	SECTION(flows),
	SECTION(feeds),
	SECTION(services),
	SECTION(streams),
	{.name = "mbufs",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct sections, mbufs),
	 .min = 1024,
	 .max = 64 * 1024 * 1024},
	{.name = NULL},
};

typedef void (*section_reader
)(struct yaml_reader *r, struct yaml_node *node, struct config *config);

static void
section_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	const char *name,
	section_reader read,
	struct config *config
)
{
	if (node == NULL)
		return;
	(void)yaml_path_push(r, name);
	read(r, node, config);
	yaml_path_pop(r, 0);
}

/* Sets are gone once the rules that name them have been read. */
static void
tenants_read(struct yaml_reader *r, const struct sections *s, struct config *config)
{
	struct config_sets *sets;

	(void)yaml_path_push(r, "sets");
	sets = config_sets_read(r, s->sets);
	yaml_path_pop(r, 0);
	(void)yaml_path_push(r, "tenants");
	if (sets == NULL)
		yaml_reader_error_at(r, 1, "out of memory");
	else if (s->tenants != NULL)
		config_tenants_read(r, s->tenants, config, sets);
	yaml_path_pop(r, 0);
	config_sets_free(sets);
}

static void
config_read(struct yaml_reader *r, struct yaml_node *root, struct config *config)
{
	struct sections s = {0};

	yaml_read_mapping(r, root, section_keys, &s);
	config->mbufs = s.mbufs;
	section_read(r, s.ports, "ports", config_ports_read, config);
	section_read(r, s.lcores, "lcores", config_lcores_read, config);
	section_read(r, s.forward, "forward", config_forward_read, config);
	section_read(r, s.claims, "claims", config_claims_read, config);
	section_read(r, s.deny, "deny", config_deny_read, config);
	section_read(
		r, s.claims != NULL ? s.claims : s.deny, "claims", config_kernel_ports_add, config
	);
	tenants_read(r, &s, config);
	section_read(r, s.flows, "flows", config_flows_read, config);
	section_read(r, s.feeds, "feeds", config_feeds_read, config);
	section_read(r, s.services, "services", config_services_read, config);
	section_read(r, s.streams, "streams", config_streams_read, config);
	if (r->n_errors == 0)
		config_warnings_say(r, config);
}

/*
 * The last CPU that leat may run on: the first ones get most of the kernel's interrupts. Asked once, since the EAL may
 * bind the main thread to a CPU later, and a reload must come to the same.
 */
static unsigned
lcore_default(void)
{
	static int chosen = -1; /* main thread only */
	cpu_set_t allowed;

	if (chosen >= 0)
		return (unsigned)chosen;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		CPU_ZERO(&allowed);
	for (chosen = RTE_MAX_LCORE - 1; chosen > 0 && !CPU_ISSET((unsigned)chosen, &allowed);
	     chosen--)
		;
	return (unsigned)chosen;
}

static void
lcores_default(struct config *config)
{
	struct config_lcores one = {.ids = {lcore_default()}, .n = 1};

	if (config->work.n != 0)
		return;
	config->rx = one;
	config->work = one;
	config->tx = one;
}

struct config *
config_default(void)
{
	struct config *config = calloc(1, sizeof(*config));

	if (config == NULL)
		return NULL;
	config->feeds = calloc(CONFIG_FEEDS_MAX, sizeof(*config->feeds));
	config->services.rows = calloc(CONFIG_SERVICES_MAX, sizeof(*config->services.rows));
	if (config->feeds == NULL || config->services.rows == NULL) {
		config_free(config);
		return NULL;
	}
	config->ring_size = CONFIG_RING_SIZE;
	config_flows_default(&config->flows);
	config_streams_default(&config->services.sizes);
	lcores_default(config);
	return config;
}

struct config *
config_load(const char *file, FILE *messages)
{
	struct config *config = config_default();
	struct yaml_reader r;
	struct yaml_node *root;

	if (config == NULL) {
		fprintf(messages, "%s: out of memory\n", file);
		return NULL;
	}
	root = yaml_reader_open(&r, file, messages);
	if (root != NULL)
		config_read(&r, root, config);
	config->text = r.text;
	r.text = NULL;
	yaml_reader_close(&r);
	if (r.n_errors == 0)
		return config;
	config_free(config);
	return NULL;
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	config_tenants_free(&config->tenants);
	free(config->text);
	free(config->claims);
	free(config->services.rows);
	free(config->feeds);
	free(config);
}
