/* SPDX-License-Identifier: BSD-3-Clause */
/* The config's claims and denies port by port. Touches no device. */
#ifndef APP_CLAIMS_COMPILE_H
#define APP_CLAIMS_COMPILE_H

#include "app/config.h"

/* The rows of a port, for the caller to free. NULL without memory. */
struct claims_row *claims_rows_of_port(const struct config *config, uint16_t port, unsigned *n);

/* What the XDP program of the port gets; to be freed in any case. 0 or a negative errno after saying why. */
int claims_compile_port(const struct config *config, uint16_t port, struct claims_table *table);

/* Would those of all af_xdp ports compile? 0 or a negative errno after saying why. */
int claims_check(const struct config *config);

#endif
