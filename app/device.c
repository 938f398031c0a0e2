/* SPDX-License-Identifier: BSD-3-Clause */
/* Device strings: whose driver they name, and what that driver's row adds to them. */
#include "app/device.h"

#include "app/eal.h"
#include "app/log.h"
#include "drivers-config/driver_config.h"

#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_kvargs.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Appends those of the row's "key=value,..." whose key the user has not given. */
static void
devargs_append(char *device, size_t size, const char *devargs)
{
	const char *options = strchr(device, ',');
	struct rte_kvargs *given = rte_kvargs_parse(options != NULL ? options + 1 : "", NULL);
	struct rte_kvargs *wanted = rte_kvargs_parse(devargs, NULL);

	for (unsigned i = 0; given != NULL && wanted != NULL && i < wanted->count; i++) {
		const struct rte_kvargs_pair *pair = &wanted->pairs[i];
		size_t length = strlen(device);

		if (rte_kvargs_count(given, pair->key) == 0)
			(void
			)snprintf(device + length, size - length, ",%s=%s", pair->key, pair->value);
	}
	rte_kvargs_free(given);
	rte_kvargs_free(wanted);
}

static int
device_make(const struct config_port *port, const char *more)
{
	const struct driver_config *driver = driver_config_guess(port->device);
	char device[CONFIG_DEVICE_BYTES + 256];
	int error;

	(void)snprintf(device, sizeof(device), "%s%s", port->device, more);
	if (driver->devargs != NULL)
		devargs_append(device, sizeof(device), driver->devargs);
	error = rte_dev_probe(device);
	if (error != 0)
		log_error(
			"port %s: device \"%s\" cannot be opened: %s. Check the name (a PCI "
			"address bound to its DPDK "
			"driver, or a virtual device such as net_af_packet0,iface=eth1) and DPDK's "
			"lines above",
			port->name,
			device,
			strerror(-error)
		);
	return error;
}

int
device_find_or_make(const struct config_port *port, const char *more, uint16_t *id)
{
	char name[CONFIG_DEVICE_BYTES];
	int error;

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(port->device, ","), port->device);
	if (rte_eth_dev_get_port_by_name(name, id) == 0)
		return 0;
	if (eal_device_is_pci(port->device)) {
		log_error(
			"port %s: no DPDK driver has taken the PCI device %s: does it exist "
			"(lspci), and is it bound to "
			"vfio-pci (dpdk-devbind.py) or, for mlx5, left to its kernel driver?",
			port->name,
			name
		);
		return -ENODEV;
	}
	error = device_make(port, more);
	if (error != 0)
		return error;
	error = rte_eth_dev_get_port_by_name(name, id);
	if (error != 0)
		log_error(
			"port %s: device \"%s\" was made but is no Ethernet port",
			port->name,
			port->device
		);
	return error;
}
