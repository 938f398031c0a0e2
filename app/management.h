/* SPDX-License-Identifier: BSD-3-Clause */
/* Keeps the host reachable: claims that would take its own management traffic are refused unless the config insists. */
#ifndef APP_MANAGEMENT_H
#define APP_MANAGEMENT_H

#include "bpf/claims.h"

/*
 * What is wrong with a claim, for people, or NULL. It covers everything, or TCP port 22 of an address that this host
 * has now (getifaddrs). Main thread.
 */
const char *management_fault(const struct claims_row *row);

#endif
