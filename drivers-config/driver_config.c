/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of drivers and the look-up by name. A new driver is one file with one row, one line
 * in driver_rows.h, one in meson.build and one here (README.md, "Adding a driver").
 */
#include "drivers-config/driver_config.h"

#include "drivers-config/driver_rows.h"

#include <stdio.h>
#include <string.h>

enum { DEVICE_NAME_BYTES = 64 }; /* RTE_ETH_NAME_MAX_LEN */

const struct driver_config *const driver_configs[] = {
	&driver_config_mlx5,
	&driver_config_mlx5_auxiliary,
	&driver_config_ice,
	&driver_config_virtio,
	&driver_config_virtio_user,
	&driver_config_af_packet,
	&driver_config_af_xdp,
	&driver_config_tap,
	&driver_config_pcap,
	&driver_config_null,
	&driver_config_ring,
	&driver_config_unknown,
	NULL,
};

const struct driver_config *
driver_config_find(const char *driver_name)
{
	/* rte_eth_dev_info.driver_name is NULL when the query failed. */
	if (driver_name == NULL)
		return &driver_config_unknown;
	for (size_t i = 0; driver_configs[i] != NULL; i++) {
		/* Whole names only: net_ice_dcf is not net_ice, net_virtio_user not net_virtio. */
		if (strcmp(driver_configs[i]->name, driver_name) == 0)
			return driver_configs[i];
	}
	return &driver_config_unknown;
}

/* The older names that DPDK still takes (RTE_PMD_REGISTER_ALIAS in drivers/net). */
static void
name_modernize(const char *device, char modern[DEVICE_NAME_BYTES])
{
	static const char eth[] = "eth_", virtio[] = "virtio_user";

	if (strncmp(device, eth, sizeof(eth) - 1) == 0)
		(void)snprintf(modern, DEVICE_NAME_BYTES, "net_%s", device + sizeof(eth) - 1);
	else if (strncmp(device, virtio, sizeof(virtio) - 1) == 0)
		(void)snprintf(modern, DEVICE_NAME_BYTES, "net_%s", device);
	else
		(void)snprintf(modern, DEVICE_NAME_BYTES, "%s", device);
}

const struct driver_config *
driver_config_guess(const char *device)
{
	const struct driver_config *best = &driver_config_unknown;
	char modern[DEVICE_NAME_BYTES];
	size_t best_length = 0;

	name_modernize(device, modern);
	for (size_t i = 0; driver_configs[i] != NULL; i++) {
		size_t length = strlen(driver_configs[i]->name);

		if (length > best_length && strncmp(modern, driver_configs[i]->name, length) == 0) {
			best = driver_configs[i];
			best_length = length;
		}
	}
	return best;
}
