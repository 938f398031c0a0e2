/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rows of the driver table, so that the file that defines one and the table that lists it
 * agree on its type. Only drivers-config/ includes this; everybody else uses driver_config.h.
 */
#ifndef DRIVERS_CONFIG_DRIVER_ROWS_H
#define DRIVERS_CONFIG_DRIVER_ROWS_H

#include "drivers-config/driver_config.h"

extern const struct driver_config driver_config_mlx5;
extern const struct driver_config driver_config_mlx5_auxiliary;
extern const struct driver_config driver_config_ice;
extern const struct driver_config driver_config_virtio;
extern const struct driver_config driver_config_virtio_user;
extern const struct driver_config driver_config_af_packet;
extern const struct driver_config driver_config_af_xdp;
extern const struct driver_config driver_config_tap;
extern const struct driver_config driver_config_pcap;
extern const struct driver_config driver_config_null;
extern const struct driver_config driver_config_ring;
extern const struct driver_config driver_config_unknown;

#endif
