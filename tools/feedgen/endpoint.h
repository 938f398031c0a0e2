/* SPDX-License-Identifier: BSD-3-Clause */
/* An IPv4 or IPv6 address with a port. */
#ifndef LEAT_FEEDGEN_ENDPOINT_H
#define LEAT_FEEDGEN_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct endpoint {
	bool is_ipv6;
	uint8_t address[16]; /* the first 4 for IPv4 */
	uint16_t port; /* host byte order */
};

/* Reads 1.2.3.4:5 or [2001:db8::1]:5. NULL, or what is wrong, to be put behind the text. */
const char *endpoint_parse(const char *text, struct endpoint *endpoint);

bool endpoint_is_multicast(const struct endpoint *endpoint);

#endif
