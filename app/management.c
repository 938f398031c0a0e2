/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's own addresses against a claim. */
#include "app/management.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

enum { SSH_PORT = 22 };

static bool
prefix_covers(const struct claims_prefix *prefix, const void *address)
{
	const uint8_t *bytes = address;
	unsigned whole = prefix->length / 8, rest = prefix->length % 8;

	if (memcmp(prefix->address, bytes, whole) != 0)
		return false;
	return rest == 0 || (prefix->address[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

/* 127.0.0.0/8 and ::1 never come in from a wire. Other addresses of the loopback interface do: routers have theirs there. */
static bool
address_is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return *(const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr ==
		       IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static bool
row_covers_interface(const struct claims_row *row, const struct ifaddrs *interface)
{
	const struct sockaddr *address = interface->ifa_addr;

	if (address == NULL || (address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
	    address_is_loopback(address))
		return false;
	if (address->sa_family == AF_INET && row->ip_version == 4)
		return prefix_covers(
			&row->destination, &((const struct sockaddr_in *)address)->sin_addr
		);
	if (address->sa_family == AF_INET6 && row->ip_version == 6)
		return prefix_covers(
			&row->destination, &((const struct sockaddr_in6 *)address)->sin6_addr
		);
	return false;
}

static bool
row_covers_host(const struct claims_row *row)
{
	struct ifaddrs *interfaces;
	bool covers = false;

	/* Without the addresses nothing can be said against the row. */
	if (getifaddrs(&interfaces) != 0)
		return false;
	for (const struct ifaddrs *i = interfaces; i != NULL && !covers; i = i->ifa_next)
		covers = row_covers_interface(row, i);
	freeifaddrs(interfaces);
	return covers;
}

const char *
management_fault(const struct claims_row *row)
{
	if (row->protocol != CLAIMS_ANY && row->protocol != IPPROTO_TCP)
		return NULL;
	if (row->names_ports && (row->port_first > SSH_PORT || row->port_last < SSH_PORT))
		return NULL;
	if (row->destination.length == 0)
		return "covers management traffic to every address (TCP port 22); if that is "
		       "meant, say "
		       "allow_management: true";
	if (row_covers_host(row))
		return "covers management traffic (TCP port 22) to this host's own address; if "
		       "that is meant, say "
		       "allow_management: true";
	return NULL;
}
