/* SPDX-License-Identifier: BSD-3-Clause */
/* The levels before the last one, from the inner to the outer. */
#include "bpf/claims_levels.h"

#include "bpf/claims_sources.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

enum {
	PROTOCOLS = 256,
	PORTS = 65536,
};

typedef int (*level_compile
)(struct claims_spaces *spaces, const struct claims_rows *rows, uint32_t *result);

/* What the level says of those rows that pass the test. */
static int
selected_compile(
	struct claims_spaces *spaces,
	const struct claims_rows *rows,
	claims_row_test test,
	int value,
	level_compile compile,
	uint32_t *result
)
{
	struct claims_rows selected;
	int error = claims_rows_select(rows, test, value, &selected);

	if (error == 0)
		error = compile(spaces, &selected, result);
	free(selected.rows);
	return error;
}

/* VLAN */

static bool
row_has_vlan(const struct claims_row *row, int vlan)
{
	return row->vlan == CLAIMS_ANY || row->vlan == vlan;
}

/* Marks the VLANs that rows name; are there any? */
static bool
vlans_mark(const struct claims_rows *rows, bool named[CLAIMS_VLAN_MAX + 1])
{
	bool any = false;

	for (unsigned i = 0; i < rows->n; i++) {
		if (rows->rows[i]->vlan != CLAIMS_ANY) {
			named[rows->rows[i]->vlan] = true;
			any = true;
		}
	}
	return any;
}

/* One entry for the VLANs that no row names, and one for each of the others where it differs. */
static int
vlans_collect(
	struct claims_spaces *spaces,
	const struct claims_rows *rows,
	const bool named[CLAIMS_VLAN_MAX + 1],
	struct claims_list *list
)
{
	struct steer_key key = {.prefix_bits = STEER_BITS_SPACE};
	uint32_t base, result = STEER_NONE;
	int error = selected_compile(
		spaces, rows, row_has_vlan, CLAIMS_ANY, claims_sources_compile, &base
	);

	if (error == 0 && base != STEER_NONE)
		error = claims_list_add(list, &key, base);
	key.prefix_bits = STEER_BITS_VLAN;
	for (int vlan = 0; error == 0 && vlan <= CLAIMS_VLAN_MAX; vlan++) {
		if (!named[vlan])
			continue;
		error = selected_compile(
			spaces, rows, row_has_vlan, vlan, claims_sources_compile, &result
		);
		key.vlan = htons((uint16_t)vlan);
		if (error == 0 && result != base)
			error = claims_list_add(list, &key, result);
	}
	return error;
}

/* The rows match in destination, protocol and port. */
static int
vlans_compile(struct claims_spaces *spaces, const struct claims_rows *rows, uint32_t *result)
{
	bool named[CLAIMS_VLAN_MAX + 1] = {false};
	struct claims_list list = {.n = 0};
	int error;

	if (!vlans_mark(rows, named))
		return claims_sources_compile(spaces, rows, result);
	error = vlans_collect(spaces, rows, named, &list);
	if (error == 0)
		error = claims_spaces_close(spaces, STEER_SPACE_VLAN, &list, result);
	claims_list_free(&list);
	return error;
}

/* Port */

/* The space of ports while it is collected. */
struct ports {
	struct claims_list list;
	uint32_t n_ranges;
	uint32_t n_others; /* entries of whole protocols */
	struct steer_result
		range; /* the last one, as a rule that an entry of the level before can carry */
};

static bool
row_has_port(const struct claims_row *row, int port)
{
	return !row->names_ports || (row->port_first <= port && port <= row->port_last);
}

static bool
row_names_no_ports(const struct claims_row *row, int unused)
{
	(void)unused;
	return !row->names_ports;
}

/* Adds the range as the fewest prefixes: each time the largest aligned block that fits. */
static int
port_range_add(
	struct ports *ports, struct steer_key key, uint32_t first, uint32_t end, uint32_t result
)
{
	int error = 0;

	ports->n_ranges++;
	ports->range = (struct steer_result
	){.has_port_rule = true,
	  .port_protocol = key.port.protocol,
	  .port_first = (uint16_t)first,
	  .port_last = (uint16_t)(end - 1),
	  .port_result = result};
	while (error == 0 && first < end) {
		uint32_t size = 1, bits = 16;

		while (bits > 0 && first % (2 * size) == 0 && first + 2 * size <= end) {
			size *= 2;
			bits--;
		}
		key.prefix_bits = STEER_BITS_NO_PORT + bits;
		key.port.port = htons((uint16_t)first);
		error = claims_list_add(&ports->list, &key, result);
		first += size;
	}
	return error;
}

static int
edge_compare(const void *a, const void *b)
{
	const uint32_t *edge_a = a, *edge_b = b;

	return (*edge_a > *edge_b) - (*edge_a < *edge_b);
}

/* The ports at which other rows begin to match, sorted, from 0 to PORTS; NULL where there is no memory. */
static uint32_t *
port_edges_find(const struct claims_rows *rows, unsigned *n)
{
	uint32_t *edges = calloc(2 * rows->n + 2, sizeof(*edges));

	if (edges == NULL)
		return NULL;
	*n = 0;
	edges[(*n)++] = 0;
	edges[(*n)++] = PORTS;
	for (unsigned i = 0; i < rows->n; i++) {
		if (rows->rows[i]->names_ports) {
			edges[(*n)++] = rows->rows[i]->port_first;
			edges[(*n)++] = rows->rows[i]->port_last + 1u;
		}
	}
	qsort(edges, *n, sizeof(*edges), edge_compare);
	return edges;
}

/* The ranges of ports with another result than a packet without ports; neighbours of one result become one. */
static int
ports_collect(
	struct claims_spaces *spaces,
	const struct claims_rows *rows,
	const struct steer_key *key,
	uint32_t base,
	struct ports *ports
)
{
	uint32_t first = 0, result = base, next = base;
	unsigned n;
	uint32_t *edges = port_edges_find(rows, &n);
	int error = edges != NULL ? 0 : -ENOMEM;

	for (unsigned i = 0; error == 0 && i < n; i++) {
		if (i > 0 && edges[i] == edges[i - 1])
			continue;
		if (edges[i] < PORTS)
			error = selected_compile(
				spaces, rows, row_has_port, (int)edges[i], vlans_compile, &next
			);
		if (error != 0 || (next == result && edges[i] < PORTS))
			continue;
		if (result != base)
			error = port_range_add(ports, *key, first, edges[i], result);
		first = edges[i];
		result = next;
	}
	free(edges);
	return error;
}

/* Protocol */

bool
claims_protocol_has_ports(int protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE ||
	       protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
}

static bool
row_has_protocol(const struct claims_row *row, int protocol)
{
	return row->protocol == CLAIMS_ANY || row->protocol == protocol;
}

static bool
row_has_any_protocol(const struct claims_row *row, int unused)
{
	(void)unused;
	return row->protocol == CLAIMS_ANY && !row->names_ports;
}

/* Marks the protocols that rows speak of. Ports of any protocol are ports of each that has some. */
static void
protocols_mark(const struct claims_rows *rows, bool named[PROTOCOLS])
{
	bool ports_of_any = false;

	for (unsigned i = 0; i < rows->n; i++) {
		const struct claims_row *row = rows->rows[i];

		if (row->protocol != CLAIMS_ANY)
			named[row->protocol] = true;
		else if (row->names_ports)
			ports_of_any = true;
	}
	for (int protocol = 0; ports_of_any && protocol < PROTOCOLS; protocol++)
		named[protocol] |= claims_protocol_has_ports(protocol);
}

/* The entries of one protocol; `base` holds for those that no row names. */
static int
protocol_collect(
	struct claims_spaces *spaces,
	const struct claims_rows *rows,
	int protocol,
	uint32_t base,
	struct ports *ports
)
{
	struct steer_key key = {
		.prefix_bits = STEER_BITS_PROTOCOL, .port.protocol = (uint8_t)protocol};
	struct claims_rows selected;
	uint32_t result = STEER_NONE;
	int error = claims_rows_select(rows, row_has_protocol, protocol, &selected);

	if (error == 0)
		error = selected_compile(
			spaces, &selected, row_names_no_ports, 0, vlans_compile, &result
		);
	if (error == 0 && result != base) {
		ports->n_others++;
		error = claims_list_add(&ports->list, &key, result);
	}
	if (error == 0 && claims_protocol_has_ports(protocol))
		error = ports_collect(spaces, &selected, &key, result, ports);
	free(selected.rows);
	return error;
}

/* A single range fits into the entry that leads here; all else becomes a space. */
static int
ports_close(
	struct claims_spaces *spaces,
	const struct ports *ports,
	uint32_t base,
	struct steer_result *result
)
{
	if (ports->n_ranges == 1 && ports->n_others == 0) {
		*result = ports->range;
		result->result = base;
		return 0;
	}
	*result = (struct steer_result){.has_port_rule = false};
	return claims_spaces_close(spaces, STEER_SPACE_PORT, &ports->list, &result->result);
}

int
claims_levels_compile(
	struct claims_spaces *spaces, const struct claims_rows *rows, struct steer_result *result
)
{
	struct steer_key key = {.prefix_bits = STEER_BITS_SPACE};
	struct ports ports = {.n_ranges = 0};
	bool named[PROTOCOLS] = {false};
	uint32_t base;
	int error = selected_compile(spaces, rows, row_has_any_protocol, 0, vlans_compile, &base);

	if (error == 0 && base != STEER_NONE)
		error = claims_list_add(&ports.list, &key, base);
	protocols_mark(rows, named);
	for (int protocol = 0; error == 0 && protocol < PROTOCOLS; protocol++) {
		if (named[protocol])
			error = protocol_collect(spaces, rows, protocol, base, &ports);
	}
	if (error == 0)
		error = ports_close(spaces, &ports, base, result);
	claims_list_free(&ports.list);
	return error;
}
