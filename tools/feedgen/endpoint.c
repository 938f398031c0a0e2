/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as users write them. */
#include "tools/feedgen/endpoint.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const char *
port_parse(const char *text, uint16_t *port)
{
	char *end;
	unsigned long value;

	if (text[0] < '0' || text[0] > '9')
		return "has a port that is not a number";
	value = strtoul(text, &end, 10);
	if (*end != '\0')
		return "has a port that is not a number";
	if (value == 0 || value > UINT16_MAX)
		return "has a port that is not 1 to 65535";
	*port = (uint16_t)value;
	return NULL;
}

const char *
endpoint_parse(const char *text, struct endpoint *endpoint)
{
	char address[INET6_ADDRSTRLEN];
	const char *colon = strrchr(text, ':');
	bool is_ipv6 = text[0] == '[';
	size_t length;

	*endpoint = (struct endpoint){.is_ipv6 = is_ipv6};
	if (colon == NULL)
		return "has no port (want ADDRESS:PORT)";
	if (is_ipv6 && colon[-1] != ']')
		return "is not [ADDRESS]:PORT";
	length = (size_t)(colon - text) - (is_ipv6 ? 2 : 0);
	if (length >= sizeof(address))
		return "has an address that is too long";
	memcpy(address, text + (is_ipv6 ? 1 : 0), length);
	address[length] = '\0';
	if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address, endpoint->address) != 1)
		return is_ipv6 ? "is not an IPv6 address" : "is not an IPv4 address";
	return port_parse(colon + 1, &endpoint->port);
}

bool
endpoint_is_multicast(const struct endpoint *endpoint)
{
	if (endpoint->is_ipv6)
		return endpoint->address[0] == 0xff;
	return (endpoint->address[0] & 0xf0) == 0xe0;
}
