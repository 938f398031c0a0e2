/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/unit/pipeline/tenant/tenant_rows.h"

#include "tests/unit/unit_test.h"

#include <rte_memory.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static uint8_t
address_read(const char *text, union packet_address *address)
{
	bool is_ipv6 = strchr(text, ':') != NULL;

	assert_int_equal(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text, address), 1);
	return is_ipv6 ? PACKET_IPV6 : PACKET_IPV4;
}

struct tenant_match
tenant_row_any(uint16_t slot)
{
	return (struct tenant_match){
		.port = TENANT_ANY_PORT,
		.vlan_outer = TENANT_ANY_VLAN,
		.vlan_inner = TENANT_ANY_VLAN,
		.protocol = TENANT_ANY_PROTOCOL,
		.service = {0, UINT16_MAX},
		.slot = slot,
	};
}

struct tenant_match
tenant_row_prefix(uint16_t slot, const char *prefix)
{
	struct tenant_match row = tenant_row_any(slot);
	const char *slash = strchr(prefix, '/');
	char *address;

	assert_non_null(slash);
	address = strndup(prefix, (size_t)(slash - prefix));
	assert_non_null(address);
	row.prefix.kind = address_read(address, &row.prefix.address);
	row.prefix.bits = (uint8_t)strtoul(slash + 1, NULL, 10);
	free(address);
	return row;
}

struct tenant_query
tenant_query_make(const char *address)
{
	struct tenant_query q = {.protocol = IPPROTO_TCP, .port = 1, .service = 80};

	q.kind = address_read(address, &q.address);
	return q;
}

struct tenant_lookup *
tenant_lookup_to_rows(const struct tenant_match *rows, unsigned n)
{
	struct tenant_lookup *l = tenant_lookup_create("rows", NULL, 0, rows, n, SOCKET_ID_ANY);

	assert_non_null(l);
	return l;
}
