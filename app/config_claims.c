/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `claims` and `deny`: what leat takes of an interface, and what is dropped before it costs anything. */
#include "app/config_sections.h"
#include "app/management.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* A row while it is being read. */
struct claim_reading {
	const struct config *config;
	struct config_claim claim;
	uint8_t dst_version, src_version; /* 4, 6, or 0: not given */
};

struct protocol_name {
	const char *name;
	int protocol;
};

static const struct protocol_name protocol_names[] = {
	{"any", CLAIMS_ANY},
	{"tcp", IPPROTO_TCP},
	{"udp", IPPROTO_UDP},
	{"icmp", IPPROTO_ICMP},
	{"icmp6", IPPROTO_ICMPV6},
	{"sctp", IPPROTO_SCTP},
};

static void
port_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claim_reading *reading = object;
	uint16_t port;

	if (!config_port_reference(r, value, reading->config, &port))
		return;
	reading->claim.port = port;
}

static void
protocol_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claim_reading *reading = object;
	const char *text = yaml_read_text(r, value);
	uint64_t number;

	if (text == NULL)
		return;
	for (size_t i = 0; i < sizeof(protocol_names) / sizeof(protocol_names[0]); i++) {
		if (strcmp(protocol_names[i].name, text) == 0) {
			reading->claim.row.protocol = (int16_t)protocol_names[i].protocol;
			return;
		}
	}
	if (yaml_read_uint(r, value, 0, UINT8_MAX, &number))
		reading->claim.row.protocol = (int16_t)number;
}

/* Are there bits set behind the prefix? */
static bool
prefix_has_host_bits(const struct claims_prefix *prefix)
{
	for (unsigned bit = prefix->length; bit < 8 * sizeof(prefix->address); bit++) {
		if (prefix->address[bit / 8] & (0x80 >> bit % 8))
			return true;
	}
	return false;
}

/* "10.0.0.0/8", "2001:db8::/32", or a bare address. Returns the IP version, or 0 and an error. */
static uint8_t
prefix_read(struct yaml_reader *r, yaml_node_t *value, struct claims_prefix *prefix)
{
	const char *text = yaml_read_text(r, value);
	char address[INET6_ADDRSTRLEN];
	unsigned long bits;
	uint8_t version;
	char *end;

	if (text == NULL)
		return 0;
	/* What is too long for an address is none: cut, it might look like one. */
	if (strcspn(text, "/") >= sizeof(address))
		address[0] = '\0';
	else
		(void)snprintf(address, sizeof(address), "%.*s", (int)strcspn(text, "/"), text);
	if (inet_pton(AF_INET, address, prefix->address) == 1) {
		version = 4;
	} else if (inet_pton(AF_INET6, address, prefix->address) == 1) {
		version = 6;
	} else {
		yaml_reader_error(r, value, "\"%s\" is no IPv4 or IPv6 prefix", text);
		return 0;
	}
	bits = version == 4 ? 32 : 128;
	if (strchr(text, '/') != NULL) {
		unsigned long most = bits;
		const char *length = strchr(text, '/') + 1;

		bits = strtoul(length, &end, 10);
		if (length[0] < '0' || length[0] > '9' || *end != '\0' || bits > most) {
			yaml_reader_error(
				r,
				value,
				"\"%s\": the prefix length is no number up to %lu",
				text,
				most
			);
			return 0;
		}
	}
	prefix->length = (uint8_t)bits;
	if (prefix_has_host_bits(prefix)) {
		yaml_reader_error(r, value, "\"%s\" has bits set behind its prefix", text);
		return 0;
	}
	return version;
}

static void
dst_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claim_reading *reading = object;

	reading->dst_version = prefix_read(r, value, &reading->claim.row.destination);
}

static void
src_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claim_reading *reading = object;

	reading->src_version = prefix_read(r, value, &reading->claim.row.source);
}

/* "26400" or "26400-26499". */
static void
dport_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claims_row *row = &((struct claim_reading *)object)->claim.row;
	const char *text = yaml_read_text(r, value);
	unsigned first = 0, last = 0;
	int length = 0;

	if (text == NULL)
		return;
	if (!isdigit((unsigned char)text[0]) || sscanf(text, "%5u%n", &first, &length) != 1) {
		length = 0;
	} else if (text[length] == '\0') {
		last = first;
	} else if (text[length] == '-' && isdigit((unsigned char)text[length + 1])) {
		const char *rest = text + length + 1;

		if (sscanf(rest, "%5u%n", &last, &length) != 1 || rest[length] != '\0')
			length = 0;
	} else {
		length = 0;
	}
	if (length == 0 || first > UINT16_MAX || last > UINT16_MAX) {
		yaml_reader_error(
			r, value, "\"%s\" is neither a port nor a range of ports (0 to 65535)", text
		);
		return;
	}
	row->names_ports = true;
	row->port_first = (uint16_t)first;
	row->port_last = (uint16_t)last;
}

static void
vlan_read(struct yaml_reader *r, yaml_node_t *value, void *object)
{
	struct claims_row *row = &((struct claim_reading *)object)->claim.row;
	const char *text = yaml_read_text(r, value);
	uint64_t number;

	if (text == NULL)
		return;
	if (strcmp(text, "untagged") == 0)
		row->vlan = STEER_VLAN_UNTAGGED;
	else if (yaml_read_uint(r, value, 1, CLAIMS_VLAN_MAX, &number))
		row->vlan = (int16_t)number;
}

static void
allow_management_read(struct yaml_reader *r, yaml_node_t *value, void *object)
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
row_check(struct yaml_reader *r, yaml_node_t *node, struct claim_reading *reading)
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
	yaml_node_t *item,
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
claim_read(struct yaml_reader *r, yaml_node_t *item, void *context)
{
	row_read(r, item, context, claim_keys, STEER_CLAIM);
}

static void
deny_read(struct yaml_reader *r, yaml_node_t *item, void *context)
{
	row_read(r, item, context, deny_keys, STEER_DENY);
}

void
config_claims_read(struct yaml_reader *r, yaml_node_t *node, struct config *config)
{
	yaml_read_sequence(r, node, claim_read, config);
}

void
config_deny_read(struct yaml_reader *r, yaml_node_t *node, struct config *config)
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
config_kernel_ports_add(struct yaml_reader *r, yaml_node_t *node, struct config *config)
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
