/* SPDX-License-Identifier: BSD-3-Clause */
/* DPDK devices by the strings that people write: found among those that exist, or made. */
#ifndef APP_DEVICE_H
#define APP_DEVICE_H

#include "app/config.h"

#include <stdint.h>

/* The DPDK port id of the port's device; `more` is appended to the string where it has to be made. 0, or a negative errno after saying what to do. Main thread, after EAL. */
int device_find_or_make(const struct config_port *port, const char *more, uint16_t *id);

#endif
