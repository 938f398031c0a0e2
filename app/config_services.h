/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections `services` and `streams`, as the config has them. */
#ifndef APP_CONFIG_SERVICES_H
#define APP_CONFIG_SERVICES_H

#include "pipeline/policy/rule.h"
#include "pipeline/service/service_reader.h"

#include <stdint.h>

enum {
	CONFIG_SERVICES_MAX = 64,
	CONFIG_SERVICE_ANY_PORT = 0xFFFF,
};

struct config_service {
	char name[SERVICE_NAME_BYTES];
	const struct decoder *decoder;
	uint16_t
		port; /* index of config.ports, at which the clients are; or CONFIG_SERVICE_ANY_PORT */
	struct prefix server; /* kind PACKET_OTHER: any address */
	struct port_range ports;
	unsigned line;
};

struct config_services {
	struct config_service *rows; /* CONFIG_SERVICES_MAX of them */
	unsigned n;
	struct service_sizes sizes;
};

#endif
