/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys `from` and `to` of a tenant: which packets are its. */
#include "app/config_reading.h"
#include "app/config_sections.h"
#include "app/config_values.h"

#include <netinet/in.h>
#include <stdlib.h>

static const struct port_range all_ports = {0, UINT16_MAX};

/* A row while it is being read. */
struct match_reading {
	const struct config *config;
	struct config_match match;
	bool names_service;
};

static void
port_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct match_reading *reading = object;

	(void)config_port_reference(r, value, reading->config, &reading->match.port);
}

static void
address_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	(void)config_prefix_read(r, value, &((struct match_reading *)object)->match.prefix);
}

static void
protocol_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	(void)config_protocol_read(r, value, &((struct match_reading *)object)->match.protocol);
}

static void
service_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct match_reading *reading = object;

	reading->names_service = config_ports_range_read(r, value, &reading->match.service);
}

/* An ID, `untagged`, or a list of the outer tag's ID and the inner one's. */
static void
vlan_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct config_match *match = &((struct match_reading *)object)->match;

	if (value->kind != YAML_LIST) {
		(void)config_vlan_read(r, value, &match->vlan_outer);
		return;
	}
	if (value->length != 2) {
		yaml_reader_error(
			r,
			value,
			"names %u VLAN IDs; a list is the outer and the inner one",
			value->length
		);
		return;
	}
	if (config_vlan_read(r, value->first, &match->vlan_outer) &&
	    config_vlan_read(r, value->first->next, &match->vlan_inner) && match->vlan_outer == 0)
		yaml_reader_error(r, value, "an inner VLAN without an outer one");
}

static const struct yaml_key from_keys[] = {
	{.name = "port", .type = YAML_KEY_CUSTOM, .read = port_read},
	{.name = "vlan", .type = YAML_KEY_CUSTOM, .read = vlan_read},
	{.name = "src", .type = YAML_KEY_CUSTOM, .read = address_read},
	{.name = NULL},
};

static const struct yaml_key to_keys[] = {
	{.name = "port", .type = YAML_KEY_CUSTOM, .read = port_read},
	{.name = "vlan", .type = YAML_KEY_CUSTOM, .read = vlan_read},
	{.name = "dst", .type = YAML_KEY_CUSTOM, .read = address_read},
	{.name = "proto", .type = YAML_KEY_CUSTOM, .read = protocol_read},
	{.name = "dport", .type = YAML_KEY_CUSTOM, .read = service_read},
	{.name = NULL},
};

/* What is wrong with the keys together, or NULL. */
static const char *
match_fault(const struct yaml_node *row, const struct match_reading *reading)
{
	const struct config_match *match = &reading->match;

	if (row->length == 0)
		return "names nothing: it would match every packet";
	if (match->service.first > match->service.last)
		return "the port range ends before it begins";
	if (reading->names_service && !config_protocol_has_ports(match->protocol))
		return "dport needs a proto that has ports: tcp, udp, sctp";
	if ((match->protocol == IPPROTO_ICMP && match->prefix.kind == PACKET_IPV6) ||
	    (match->protocol == IPPROTO_ICMPV6 && match->prefix.kind == PACKET_IPV4))
		return "icmp is IPv4's and icmp6 IPv6's";
	return NULL;
}

/* A row into the next place of the list. */
static void
row_read(
	struct yaml_reader *r,
	struct yaml_node *row,
	struct tenants_reading *all,
	const struct yaml_key *keys,
	struct config_match *rows,
	unsigned *n
)
{
	struct match_reading reading = {
		.config = all->config,
		.match =
			{.port = CONFIG_NO_PORT,
			 .vlan_outer = -1,
			 .vlan_inner = -1,
			 .protocol = CONFIG_PROTOCOL_ANY,
			 .service = all_ports,
			 .line = row->line},
	};
	unsigned errors_before = r->n_errors;
	const char *fault;

	yaml_read_mapping(r, row, keys, &reading);
	if (r->n_errors > errors_before)
		return;
	fault = match_fault(row, &reading);
	if (fault != NULL)
		yaml_reader_error(r, row, "%s", fault);
	else
		rows[(*n)++] = reading.match;
}

static void
rows_read(
	struct yaml_reader *r,
	struct yaml_node *value,
	struct tenants_reading *all,
	const struct yaml_key *keys,
	struct config_match **rows,
	unsigned *n
)
{
	if (value->kind != YAML_LIST) {
		yaml_reader_error(r, value, "is not a list");
		return;
	}
	if (value->length > CONFIG_MATCHES_MAX - all->n_matches) {
		yaml_reader_error(r, value, "more than %d rows of from and to", CONFIG_MATCHES_MAX);
		return;
	}
	all->n_matches += value->length;
	*rows = calloc(value->length + 1, sizeof(**rows));
	if (*rows == NULL) {
		yaml_reader_error(r, value, "out of memory");
		return;
	}
	for (struct yaml_node *row = value->first; row != NULL; row = row->next)
		row_read(r, row, all, keys, *rows, n);
}

void
config_from_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading)
{
	struct tenant_reading *reading = tenant_reading;
	struct config_tenant *tenant = &reading->tenant;

	rows_read(r, value, reading->all, from_keys, &tenant->from, &tenant->n_from);
}

void
config_to_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading)
{
	struct tenant_reading *reading = tenant_reading;
	struct config_tenant *tenant = &reading->tenant;

	rows_read(r, value, reading->all, to_keys, &tenant->to, &tenant->n_to);
}
