/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `ports` and `forward`. */
#include "app/config_sections.h"

#include <rte_pci.h>

#include <stdio.h>
#include <string.h>

static void
pace_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct config_port *port = object;
	const char *text = yaml_read_text(r, value);

	if (text == NULL)
		return;
	if (strcmp(text, "none") == 0)
		port->pace = PACE_NONE;
	else if (strcmp(text, "wait") == 0)
		port->pace = PACE_WAIT;
	else if (yaml_read_uint(r, value, 1, UINT64_C(1000000000), &port->pace_pps))
		port->pace = PACE_RATE;
}

static void
promiscuous_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct config_port *port = object;

	port->promiscuous_set = yaml_read_bool(r, value, &port->promiscuous);
}

static const struct yaml_key af_xdp_keys[] = {
	{.name = "interface",
	 .type = YAML_KEY_STRING,
	 .offset = offsetof(struct config_port, interface),
	 .size = IF_NAMESIZE,
	 .required = true},
	{.name = "queues",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_port, af_xdp_queues),
	 .min = 1,
	 .max = CONFIG_QUEUES_MAX},
	{.name = NULL},
};

static void
af_xdp_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	yaml_read_mapping(r, value, af_xdp_keys, object);
}

/* Ranges are those of rte_ethdev's 16-bit fields and of Ethernet; the device may allow less. */
static const struct yaml_key port_keys[] = {
	{.name = "device",
	 .type = YAML_KEY_STRING,
	 .offset = offsetof(struct config_port, device),
	 .size = CONFIG_DEVICE_BYTES},
	{.name = "af_xdp", .type = YAML_KEY_CUSTOM, .read = af_xdp_read},
	{.name = "rx_queues",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_port, rx_queues),
	 .min = 1,
	 .max = CONFIG_QUEUES_MAX},
	{.name = "rx_descriptors",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_port, rx_descriptors),
	 .min = 8,
	 .max = 32768},
	{.name = "tx_descriptors",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_port, tx_descriptors),
	 .min = 8,
	 .max = 32768},
	{.name = "mtu",
	 .type = YAML_KEY_UINT,
	 .offset = offsetof(struct config_port, mtu),
	 .min = 68, /* RFC 791, section 3.2 */
	 .max = 65535},
	{.name = "promiscuous", .type = YAML_KEY_CUSTOM, .read = promiscuous_read},
	{.name = "pace", .type = YAML_KEY_CUSTOM, .read = pace_read},
	{.name = NULL},
};

/* DPDK knows a PCI device by its full address only: "03:00.0" becomes "0000:03:00.0". False where that is too long. */
static bool
device_canonicalize(char device[CONFIG_DEVICE_BYTES])
{
	char name[PCI_PRI_STR_SIZE + 1], canonical[CONFIG_DEVICE_BYTES];
	size_t length = strcspn(device, ",");
	struct rte_pci_addr address;
	int written;

	if (length >= sizeof(name))
		return true;
	(void)snprintf(name, sizeof(name), "%.*s", (int)length, device);
	if (rte_pci_addr_parse(name, &address) != 0)
		return true;
	rte_pci_device_name(&address, name, sizeof(name));
	written = snprintf(canonical, sizeof(canonical), "%s%s", name, device + length);
	if (written >= (int)sizeof(canonical))
		return false;
	memcpy(device, canonical, sizeof(canonical));
	return true;
}

/* The part of a device string that names the device: up to the first comma. */
static size_t
device_name_length(const char *device)
{
	return strcspn(device, ",");
}

static bool
device_is_taken(const struct config *config, const char *device)
{
	size_t length = device_name_length(device);

	for (unsigned i = 0; i < config->n_ports; i++) {
		const char *other = config->ports[i].device;

		if (device_name_length(other) == length && strncmp(other, device, length) == 0)
			return true;
	}
	return false;
}

/* Options of a device string that name a kernel interface: of af_packet, af_xdp, pcap and tap. */
static const char *const interface_options[] = {
	"iface=", "rx_iface=", "rx_iface_in=", "tx_iface=", "remote="};

static bool
option_names(const char *option, size_t length, const char *interface)
{
	for (unsigned i = 0; i < RTE_DIM(interface_options); i++) {
		size_t key = strlen(interface_options[i]);

		if (length > key && strncmp(option, interface_options[i], key) == 0)
			return length - key == strlen(interface) &&
			       strncmp(option + key, interface, length - key) == 0;
	}
	return false;
}

static bool
device_names_interface(const char *device, const char *interface)
{
	const char *option = strchr(device, ',');

	while (option != NULL) {
		if (option_names(option + 1, strcspn(option + 1, ","), interface))
			return true;
		option = strchr(option + 1, ',');
	}
	return false;
}

/*
 * Two ports on one kernel interface: an af_xdp port has it for itself. Two device strings may share one, each with queues of
 * its own.
 */
static bool
ports_share_interface(const struct config_port *a, const struct config_port *b)
{
	return (a->interface[0] != '\0' && device_names_interface(b->device, a->interface)) ||
	       (b->interface[0] != '\0' && device_names_interface(a->device, b->interface));
}

static void
interface_check(
	struct yaml_reader *r,
	const struct yaml_node *node,
	const struct config *config,
	const struct config_port *port
)
{
	for (unsigned i = 0; i < config->n_ports; i++) {
		const struct config_port *other = &config->ports[i];
		const char *shared =
			other->interface[0] != '\0' ? other->interface : port->interface;

		if (!ports_share_interface(port, other))
			continue;
		yaml_reader_error(
			r,
			node,
			"port \"%s\" of line %u has the interface %s already",
			other->name,
			other->line,
			shared
		);
	}
}

/* DPDK makes the device; leat's XDP program is added when the port is opened. */
static void
af_xdp_device_make(struct config_port *port)
{
	(void)snprintf(
		port->device,
		sizeof(port->device),
		"net_af_xdp_%s,iface=%s,start_queue=0,queue_count=%u",
		port->name,
		port->interface,
		(unsigned)port->rx_queues
	);
}

static void
device_check(
	struct yaml_reader *r,
	const struct yaml_node *node,
	const struct config *config,
	struct config_port *port
)
{
	if (!device_canonicalize(port->device))
		yaml_reader_error(
			r, node, "device is longer than %d characters", CONFIG_DEVICE_BYTES - 1
		);
	else if (strspn(port->device, " ,\t") > 0)
		yaml_reader_error(
			r, node, "device \"%s\" names no device before its options", port->device
		);
	else if (device_is_taken(config, port->device))
		yaml_reader_error(
			r, node, "another port has the device \"%s\" already", port->device
		);
}

/* A port is a device or an interface. `errors_before` were there when its mapping was begun. */
static void
port_check(
	struct yaml_reader *r,
	const struct yaml_node *node,
	const struct config *config,
	struct config_port *port,
	unsigned errors_before
)
{
	uint64_t queues = RTE_MAX(port->rx_queues, port->af_xdp_queues);
	bool has_device = port->device[0] != '\0', has_interface = port->interface[0] != '\0';

	if (has_interface && strpbrk(port->interface, ",/ \t") != NULL)
		yaml_reader_error(r, node, "\"%s\" is no name of an interface", port->interface);
	else if (port->rx_queues != 0 && port->af_xdp_queues != 0)
		yaml_reader_error(r, node, "has both rx_queues and af_xdp: queues");
	else if (has_device && has_interface)
		yaml_reader_error(r, node, "has both device and af_xdp");
	else if (!has_device && !has_interface && r->n_errors == errors_before)
		yaml_reader_error(r, node, "names neither device nor af_xdp");
	port->rx_queues = RTE_MAX(queues, UINT64_C(1));
	if (has_interface)
		af_xdp_device_make(port);
	else if (has_device)
		device_check(r, node, config, port);
	interface_check(r, node, config, port);
}

static void
port_read(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct config *config = context;
	struct config_port port = {.kernel_port = CONFIG_NO_PORT, .line = name->line};
	unsigned errors_before = r->n_errors;

	if (config->n_ports == CONFIG_PORTS_MAX) {
		yaml_reader_error(r, name, "more than %d ports", CONFIG_PORTS_MAX);
		return;
	}
	(void)snprintf(port.name, sizeof(port.name), "%s", name->text);
	yaml_read_mapping(r, value, port_keys, &port);
	port_check(r, value, config, &port, errors_before);
	/* Kept even when it is wrong, so that references to it are not called wrong too. */
	config->ports[config->n_ports++] = port;
}

void
config_ports_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_names(r, node, port_read, config);
	if (config->n_ports == 0 && r->n_errors == 0)
		yaml_reader_error(r, node, "names no port");
}

bool
config_port_reference(
	struct yaml_reader *r, struct yaml_node *node, const struct config *config, uint16_t *port
)
{
	const char *name = yaml_read_text(r, node);

	if (name == NULL)
		return false;
	for (unsigned i = 0; i < config->n_ports; i++) {
		if (strcmp(config->ports[i].name, name) == 0) {
			*port = (uint16_t)i;
			return true;
		}
	}
	yaml_reader_error(r, node, "there is no port \"%s\"", name);
	return false;
}

/* A pair while it is being read. */
struct pair_reading {
	struct config *config;
	struct config_pair pair;
	unsigned n; /* ports named so far, also those that do not exist */
	bool whole; /* both exist */
};

static bool
port_is_paired(const struct config *config, uint16_t port)
{
	for (unsigned i = 0; i < config->n_pairs; i++) {
		if (config->pairs[i].ports[0] == port || config->pairs[i].ports[1] == port)
			return true;
	}
	return false;
}

static void
pair_port_read(struct yaml_reader *r, struct yaml_node *item, void *context)
{
	struct pair_reading *reading = context;
	unsigned n = reading->n++;
	uint16_t port;

	if (n >= 2)
		return;
	if (!config_port_reference(r, item, reading->config, &port)) {
		reading->whole = false;
		return;
	}
	if (port_is_paired(reading->config, port))
		yaml_reader_error(
			r,
			item,
			"port \"%s\" is in another pair already",
			reading->config->ports[port].name
		);
	reading->pair.ports[n] = port;
}

static void
between_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct pair_reading *reading = object;
	struct config *config = reading->config;

	yaml_read_sequence(r, value, pair_port_read, reading);
	if (value->kind != YAML_LIST)
		return;
	if (reading->n != 2)
		yaml_reader_error(r, value, "names %u ports; a pair is two", reading->n);
	else if (reading->whole && reading->pair.ports[0] == reading->pair.ports[1])
		yaml_reader_error(r, value, "pairs a port with itself");
	else if (reading->whole && config->n_pairs < CONFIG_PORTS_MAX / 2)
		config->pairs[config->n_pairs++] = reading->pair;
}

static const struct yaml_key pair_keys[] = {
	{.name = "between", .type = YAML_KEY_CUSTOM, .read = between_read, .required = true},
	{.name = NULL},
};

static void
pair_read(struct yaml_reader *r, struct yaml_node *item, void *context)
{
	struct pair_reading reading = {.config = context, .whole = true};

	yaml_read_mapping(r, item, pair_keys, &reading);
}

void
config_forward_read(struct yaml_reader *r, struct yaml_node *node, struct config *config)
{
	yaml_read_sequence(r, node, pair_read, config);
}
