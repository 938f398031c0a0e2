/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `claims` and `deny`: what leat takes of an interface, and what is dropped before it costs anything. */
#include "app/config_sections.h"
#include "app/config_values.h"
#include "app/management.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* A row while it is being read. */
struct claim_reading {
	const struct config *config;
	struct config_claim claim;
	uint8_t dst_version, src_version; /* 4, 6, or 0: not given */
};

static void
port_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claim_reading *reading = object;
	uint16_t port;

	if (!config_port_reference(r, value, reading->config, &port))
		return;
	reading->claim.port = port;
}

static void
protocol_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claim_reading *reading = object;
	int protocol;

	if (config_protocol_read(r, value, &protocol))
		reading->claim.row.protocol = (int16_t)protocol;
}

/* Returns the IP version, or 0 and an error. */
static uint8_t
prefix_read(struct yaml_reader *r, struct yaml_node *value, struct claims_prefix *prefix)
{
	struct prefix read;

	if (!config_prefix_read(r, value, &read))
		return 0;
	memcpy(prefix->address, read.address.v6, sizeof(prefix->address));
	prefix->length = read.bits;
	return read.kind == PACKET_IPV4 ? 4 : 6;
}

static void
dst_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claim_reading *reading = object;

	reading->dst_version = prefix_read(r, value, &reading->claim.row.destination);
}

static void
src_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claim_reading *reading = object;

	reading->src_version = prefix_read(r, value, &reading->claim.row.source);
}

static void
dport_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claims_row *row = &((struct claim_reading *)object)->claim.row;
	struct port_range range;

	if (!config_ports_range_read(r, value, &range))
		return;
	row->names_ports = true;
	row->port_first = range.first;
	row->port_last = range.last;
}

static void
vlan_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claims_row *row = &((struct claim_reading *)object)->claim.row;
	int vlan;

	if (config_vlan_read(r, value, &vlan))
		row->vlan = (int16_t)(vlan == 0 ? STEER_VLAN_UNTAGGED : vlan);
}

static void
allow_management_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct claim_reading *reading = object;

	(void)yaml_read_bool(r, value, &reading->claim.allow_management);
}

/* The keys of both sections; the first is of `claims` alone. */
static const struct yaml_key claim_keys[] = {
	{.name = "allow_management", .type = YAML_KEY_CUSTOM, .read = allow_management_read},
	{.name = "port", .type = YAML_KEY_CUSTOM, .read = port_read, .required = true},
	{.name = "proto", .type = YAML_KEY_CUSTOM, .read = protocol_read},
	{.name = "dst", .type = YAML_KEY_CUSTOM, .read = dst_read},
	{.name = "dport", .type = YAML_KEY_CUSTOM, .read = dport_read},
	{.name = "vlan", .type = YAML_KEY_CUSTOM, .read = vlan_read},
	{.name = "src", .type = YAML_KEY_CUSTOM, .read = src_read},
	{.name = NULL},
};
static const struct yaml_key *const deny_keys = claim_keys + 1;

static bool
row_mixes_icmp(const struct claims_row *row)
{
	return (row->protocol == IPPROTO_ICMP && row->ip_version == 6) ||
	       (row->protocol == IPPROTO_ICMPV6 && row->ip_version == 4);
}

/* What the keys say together. */
static void
row_check(struct yaml_reader *r, struct yaml_node *node, struct claim_reading *reading)
{
	struct claims_row *row = &reading->claim.row;
	const char *fault;

	if (reading->dst_version == 0 && reading->src_version == 0) {
		yaml_reader_error(r, node, "names neither dst nor src");
		return;
	}
	if (reading->dst_version != 0 && reading->src_version != 0 &&
	    reading->dst_version != reading->src_version) {
		yaml_reader_error(r, node, "dst and src are of different IP versions");
		return;
	}
	row->ip_version = reading->dst_version != 0 ? reading->dst_version : reading->src_version;
	fault = claims_row_fault(row);
	if (fault == NULL && row_mixes_icmp(row))
		fault = "icmp is IPv4's and icmp6 IPv6's";
	if (fault == NULL && row->names_ports && row->protocol == CLAIMS_ANY)
		fault = "dport needs a proto that has ports: tcp, udp, sctp";
	if (fault == NULL && row->action == STEER_CLAIM && !reading->claim.allow_management)
		fault = management_fault(row);
	if (fault != NULL)
		yaml_reader_error(r, node, "%s", fault);
}

static bool
claims_append(struct config *config, const struct config_claim *claim)
{
	struct config_claim *claims;

	/* Room doubles: at every power of two. */
	if ((config->n_claims & (config->n_claims - 1)) == 0) {
		size_t room = config->n_claims == 0 ? 1 : 2 * (size_t)config->n_claims;

		claims = realloc(config->claims, room * sizeof(*claims));
		if (claims == NULL)
			return false;
		config->claims = claims;
	}
	config->claims[config->n_claims++] = *claim;
	return true;
}

static void
row_read(
	struct yaml_reader *r,
	struct yaml_node *item,
	struct config *config,
	const struct yaml_key *keys,
	enum steer_action action
)
{
	struct claim_reading reading = {
		.config = config,
		.claim.row = {.action = action, .protocol = CLAIMS_ANY, .vlan = CLAIMS_ANY},
	};
	unsigned errors_before = r->n_errors;

	yaml_read_mapping(r, item, keys, &reading);
	if (r->n_errors == errors_before)
		row_check(r, item, &reading);
	if (r->n_errors > errors_before)
		return;
	if (config->n_claims == CLAIMS_ROWS_MAX)
		yaml_reader_error(r, item, "more than %d rows of claims and deny", CLAIMS_ROWS_MAX);
	else if (!claims_append(config, &reading.claim))
		yaml_reader_error(r, item, "out of memory");
}

static void
claim_read(struct yaml_reader *r, struct yaml_node *item, void *context)
{
	row_read(r, item, context, claim_keys, STEER_CLAIM);
}

static void
deny_read(struct yaml_reader *r, struct yaml_node *item, void *context)
{
	row_read(r, item, context, deny_keys, STEER_DENY);
}

void
config_claims_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_sequence(r, node, claim_read, config);
}

void
config_deny_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_sequence(r, node, deny_read, config);
}

static bool
kernel_port_collides(const struct config *config, const struct config_port *kernel)
{
	for (unsigned i = 0; i < config->n_ports; i++) {
		const struct config_port *other = &config->ports[i];

		if (strcmp(other->name, kernel->name) == 0 ||
		    strcmp(other->interface_made, kernel->interface_made) == 0 ||
		    strncmp(other->device, kernel->device, strcspn(kernel->device, ",") + 1) == 0)
			return true;
	}
	return false;
}

/* A TAP called leat_NAME, or as much of that as an interface's name may have. */
static bool
kernel_port_add(struct config *config, uint16_t port)
{
	struct config_port kernel = {.rx_queues = 1, .kernel_port = port, .is_kernel_side = true};
	struct config_port *owner = &config->ports[port];

	(void)snprintf(
		kernel.name, sizeof(kernel.name), "kernel-%.*s", CONFIG_NAME_BYTES - 8, owner->name
	);
	(void)snprintf(
		kernel.interface_made,
		sizeof(kernel.interface_made),
		"leat_%.*s",
		IF_NAMESIZE - 6,
		owner->name
	);
	/* By number: net_tap has little room for the names that it makes of its own. */
	(void)snprintf(
		kernel.device,
		sizeof(kernel.device),
		"net_tap_leat%u,iface=%s",
		port,
		kernel.interface_made
	);
	if (config->n_ports == CONFIG_PORTS_MAX || kernel_port_collides(config, &kernel))
		return false;
	owner->kernel_port = (uint16_t)config->n_ports;
	config->ports[config->n_ports++] = kernel;
	return true;
}

static bool
port_has_rows(const struct config *config, uint16_t port)
{
	for (unsigned i = 0; i < config->n_claims; i++) {
		if (config->claims[i].port == port)
			return true;
	}
	return false;
}

void
config_kernel_ports_add(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	unsigned n_ports = config->n_ports;

	for (uint16_t port = 0; port < n_ports; port++) {
		if (config->ports[port].interface[0] != '\0' || !port_has_rows(config, port))
			continue;
		if (!kernel_port_add(config, port))
			yaml_reader_error(
				r,
				node,
				"port \"%s\" has claims, and there is no room or no free name for "
				"its kernel interface "
				"(port kernel-%s, interface leat_ and 10 characters of the name)",
				config->ports[port].name,
				config->ports[port].name
			);
	}
}
