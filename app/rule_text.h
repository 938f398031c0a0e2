/* SPDX-License-Identifier: BSD-3-Clause */
/* A rule as people write it. Any thread. */
#ifndef APP_RULE_TEXT_H
#define APP_RULE_TEXT_H

#include "pipeline/policy/rule.h"

#include <stddef.h>

/* "tcp src 10.0.0.0/8 dst 192.0.2.1 dport 80,443"; "any" for one that names nothing. What does not fit ends in "...". */
void rule_text(const struct rule *r, char *text, size_t bytes);

/* At least INET6_ADDRSTRLEN bytes. */
void address_text(uint8_t kind, const union packet_address *address, char *text, size_t bytes);

/* "10.0.0.0/8", or the address alone where it is one. At least INET6_ADDRSTRLEN + 4 bytes. */
void prefix_text(const struct prefix *p, char *text, size_t bytes);

#endif
