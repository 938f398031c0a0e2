/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions to workers, one at a time. */
#include "app/telemetry_flows.h"

#include "app/rule_text.h"
#include "app/telemetry_page.h"
#include "app/telemetry_tenants.h"
#include "pipeline/flow/flow_subject.h"
#include "pipeline/tenant/flow_query.h"

#include <rte_byteorder.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

enum {
	/* How long a worker may take to answer: it is one that polls, and looks between any two bursts. */
	ANSWER_NAPS_MAX = 20000,
	/* An offset of /leat/flows: place in the table, IP version, worker. */
	OFFSET_KIND_BIT = 32,
	OFFSET_WORKER_BIT = 33,
};

/* The one question. Whoever holds telemetry's lock asks; a worker that did not answer in time still may. */
static struct flow_query query;
static bool query_is_out; /* it has not been answered */

static bool
query_wait(void)
{
	const struct timespec nap = {.tv_nsec = 50 * 1000};

	for (unsigned i = 0; i < ANSWER_NAPS_MAX; i++) {
		if (__atomic_load_n(&query.done, __ATOMIC_ACQUIRE) != 0) {
			query_is_out = false;
			return true;
		}
		(void)nanosleep(&nap, NULL); /* early is fine */
	}
	return false;
}

/* Asks a worker. The answer stands in `query` until the next question. */
static int
query_ask(struct tenancy *t, const struct flow_query *question)
{
	if (query_is_out && !query_wait())
		return -ETIMEDOUT;
	query = *question;
	query_is_out = true;
	__atomic_store_n(&t->query, &query, __ATOMIC_RELEASE);
	return query_wait() ? 0 : -ETIMEDOUT;
}

static void
address_add(
	struct rte_tel_data *row, const char *key, uint8_t kind, const union packet_address *address
)
{
	char text[INET6_ADDRSTRLEN];

	address_text(kind, address, text, sizeof(text));
	telemetry_add_text(row, key, text);
}

static void
tenant_add(const struct appliance *a, struct rte_tel_data *row, const char *key, uint16_t slot)
{
	const struct tenant *tenant = &a->tenants.set->tenants[slot];

	telemetry_add_text(row, key, tenant->used ? tenant->path : "(gone)");
}

static void
flow_row(const struct appliance *a, const struct flow_query_row *f, struct rte_tel_data *row)
{
	const struct flow_tuple *t = &f->tuple;

	address_add(row, "src", t->kind, &t->src);
	address_add(row, "dst", t->kind, &t->dst);
	telemetry_add_number(row, "proto", flow_tuple_protocol(t));
	if (flow_class_has_ports(t->flow_class)) {
		telemetry_add_number(row, "sport", rte_be_to_cpu_16(t->src_port_be));
		telemetry_add_number(row, "dport", rte_be_to_cpu_16(t->dst_port_be));
	} else if (t->flow_class == FLOW_CLASS_ICMP) {
		telemetry_add_number(row, "icmp_id", rte_be_to_cpu_16(t->src_port_be));
		telemetry_add_number(row, "icmp_type", rte_be_to_cpu_16(t->dst_port_be));
	}
	telemetry_add_number(row, "vlan_outer", t->zone >> 12 & 0xFFF);
	telemetry_add_number(row, "vlan_inner", t->zone & 0xFFF);
	tenant_add(a, row, "from", f->from);
	tenant_add(a, row, "to", f->to);
	telemetry_add_text(row, "state", flow_state_names[f->state]);
	telemetry_add_text(
		row, "verdict", f->verdict == FATE_NONE ? "allow" : fates[f->verdict].name
	);
	telemetry_add_number(row, "generation", f->generation);
	telemetry_add_number(row, "packets", f->packets);
	telemetry_add_number(row, "bytes", f->bytes);
	telemetry_add_number(row, "idle_ns", (uint64_t)f->idle_ticks * FLOW_TICK_NS);
}

/* From one worker's table of one IP version. Moves the offset to where the next page goes on. */
static int
flows_add(
	const struct appliance *a,
	uint16_t slot,
	uint64_t *offset,
	struct rte_tel_data *rows,
	unsigned *n
)
{
	unsigned worker = (unsigned)(*offset >> OFFSET_WORKER_BIT);
	bool is_ipv6 = (*offset >> OFFSET_KIND_BIT & 1) != 0;
	const struct flow_query question = {
		.slot = slot,
		.kind = is_ipv6 ? PACKET_IPV6 : PACKET_IPV4,
		.place = (uint32_t)*offset,
		.rows_wanted = TELEMETRY_PAGE_ROWS - *n,
	};
	const struct tenancy *t = a->tenants.workers[worker];
	int error;

	if (flow_table_owner_flows(tenancy_flows(t, question.kind), slot) == 0) {
		*offset = ((*offset >> OFFSET_KIND_BIT) + 1) << OFFSET_KIND_BIT;
		return 0;
	}
	error = query_ask(a->tenants.workers[worker], &question);
	if (error != 0)
		return error;
	for (unsigned i = 0; i < query.n; i++) {
		struct rte_tel_data *row = telemetry_part_make();

		if (row == NULL)
			break;
		flow_row(a, &query.rows[i], row);
		telemetry_row_add(rows, (*n)++, row);
	}
	/* The next table: from IPv4 to IPv6, from there to the next worker. */
	if (query.at_end)
		*offset = ((*offset >> OFFSET_KIND_BIT) + 1) << OFFSET_KIND_BIT;
	else
		*offset = (*offset >> OFFSET_KIND_BIT) << OFFSET_KIND_BIT | query.place;
	return 0;
}

static uint64_t
flows_total(const struct tenants *t, uint16_t slot)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < t->n_workers; i++)
		total += flow_table_owner_flows(t->workers[i]->flows4, slot) +
			 flow_table_owner_flows(t->workers[i]->flows6, slot);
	return total;
}

int
telemetry_flows(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct rte_tel_data *rows;
	uint64_t offset, start;
	unsigned n = 0;
	uint16_t slot;
	int error = telemetry_path_read(a, params, &slot, &offset);

	if (error != 0)
		return error;
	start = offset;
	rows = telemetry_part_make();
	if (rows == NULL)
		return -ENOMEM;
	while (error == 0 && n < TELEMETRY_PAGE_ROWS &&
	       offset >> OFFSET_WORKER_BIT < a->tenants.n_workers)
		error = flows_add(a, slot, &offset, rows, &n);
	telemetry_add_text(d, "path", a->tenants.set->tenants[slot].path);
	telemetry_add_number(d, "total", flows_total(&a->tenants, slot));
	telemetry_add_number(d, "offset", start);
	telemetry_add_number(
		d, "next", offset >> OFFSET_WORKER_BIT < a->tenants.n_workers ? offset : 0
	);
	telemetry_part_add(d, "rows", rows);
	return error;
}

static void
sample_row(
	const struct appliance *a,
	const struct audit_sample *s,
	unsigned worker,
	struct rte_tel_data *row
)
{
	telemetry_add_number(row, "worker", worker);
	telemetry_add_number(row, "time_unix_ns", a->tenants.unix_offset_ns + s->time_ns);
	telemetry_add_text(row, "reason", fates[s->reason].name);
	tenant_add(a, row, "tenant", s->level);
	tenant_add(a, row, "from", s->from);
	tenant_add(a, row, "to", s->to);
	address_add(row, "src", s->kind, &s->src);
	address_add(row, "dst", s->kind, &s->dst);
	telemetry_add_number(row, "proto", s->ip_protocol);
	telemetry_add_number(row, "sport", rte_be_to_cpu_16(s->src_port_be));
	telemetry_add_number(row, "dport", rte_be_to_cpu_16(s->dst_port_be));
}

/* Samples of one worker that belong to the page. `total` counts all that there are. */
static int
samples_add(
	const struct appliance *a,
	unsigned worker,
	unsigned offset,
	struct rte_tel_data *rows,
	unsigned *total
)
{
	const struct flow_query question = {.audit = true};
	int error = query_ask(a->tenants.workers[worker], &question);
	uint64_t n, taken = query.samples.n;

	if (error != 0)
		return error;
	n = RTE_MIN(taken, (uint64_t)AUDIT_SAMPLES);
	for (uint64_t i = 0; i < n; i++, (*total)++) {
		struct rte_tel_data *row = *total >= offset && *total < offset + TELEMETRY_PAGE_ROWS
						   ? telemetry_part_make()
						   : NULL;

		if (row == NULL)
			continue;
		sample_row(a, &query.samples.samples[(taken - 1 - i) % AUDIT_SAMPLES], worker, row);
		telemetry_row_add(rows, *total, row);
	}
	return 0;
}

int
telemetry_audit(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	unsigned offset, total = 0;
	struct rte_tel_data *rows;
	uint64_t wanted;
	int error = telemetry_offset_read(params, &wanted);

	if (error != 0)
		return error;
	offset = (unsigned)RTE_MIN(wanted, (uint64_t)a->tenants.n_workers * AUDIT_SAMPLES);
	rows = telemetry_part_make();
	if (rows == NULL)
		return -ENOMEM;
	for (unsigned i = 0; i < a->tenants.n_workers && error == 0; i++)
		error = samples_add(a, i, offset, rows, &total);
	telemetry_add_number(d, "total", total);
	telemetry_add_number(d, "offset", RTE_MIN(offset, total));
	telemetry_add_number(
		d, "next", offset + TELEMETRY_PAGE_ROWS < total ? offset + TELEMETRY_PAGE_ROWS : 0
	);
	telemetry_part_add(d, "rows", rows);
	return error;
}
