/* SPDX-License-Identifier: BSD-3-Clause */
/* The plan in words and in DOT. */
#include "app/plan_print.h"

#include "app/services.h"
#include "app/tenant_sizes.h"

#include <stdarg.h>

enum { CALL_BYTES = 64 };

static const char *
port_name(const struct plan *plan, uint16_t port)
{
	return plan->config->ports[port].name;
}

/* Who gets the calls of an lcore. */
struct call_sink {
	void (*each)(const char *call, void *context);
	void *context;
};

static void __attribute__((format(printf, 2, 3)))
call(const struct call_sink *sink, const char *format, ...)
{
	char text[CALL_BYTES];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(text, sizeof(text), format, values); /* names are short */
	va_end(values);
	sink->each(text, sink->context);
}

static void
queue_calls(
	const struct plan *plan,
	const struct plan_queue *queues,
	unsigned n,
	unsigned lcore,
	const char *word,
	const struct call_sink *sink
)
{
	for (unsigned i = 0; i < n; i++) {
		if (queues[i].lcore == lcore)
			call(sink,
			     "%s %s.%u",
			     word,
			     port_name(plan, queues[i].port),
			     queues[i].queue);
	}
}

static void
ring_calls(
	const struct plan *plan,
	enum plan_ring_kind kind,
	unsigned from,
	unsigned to,
	const struct call_sink *sink
)
{
	for (unsigned i = 0; i < plan->n_rings; i++) {
		const struct plan_ring *ring = &plan->rings[i];

		if (ring->kind != kind)
			continue;
		if (ring->from == from)
			call(sink, "->ring %u", ring->to);
		if (ring->to == to)
			call(sink, "ring %u->", ring->from);
	}
}

static bool
config_has_kernel_ports(const struct config *config)
{
	for (unsigned i = 0; i < config->n_ports; i++) {
		if (config->ports[i].kernel_port != CONFIG_NO_PORT)
			return true;
	}
	return false;
}

void
plan_calls(
	const struct plan *plan,
	const struct plan_lcore *lcore,
	void (*each)(const char *call, void *context),
	void *context
)
{
	const struct call_sink sink = {.each = each, .context = context};
	const unsigned nobody = RTE_MAX_LCORE;

	if (lcore->rx) {
		queue_calls(plan, plan->rx_queues, plan->n_rx_queues, lcore->id, "rx", &sink);
		call(&sink, "steer");
		ring_calls(plan, PLAN_RING_WORK, lcore->id, nobody, &sink);
	}
	if (lcore->work) {
		ring_calls(plan, PLAN_RING_WORK, nobody, lcore->id, &sink);
		call(&sink, "parse");
		if (config_has_kernel_ports(plan->config))
			call(&sink, "claim");
		if (plan->config->tenants.n > 0) {
			call(&sink, "flow");
			call(&sink, "tenant");
			call(&sink, "enforce");
		}
		call(&sink, "decode");
		call(&sink, "dispatch");
		ring_calls(plan, PLAN_RING_TX, lcore->id, nobody, &sink);
	}
	if (lcore->tx) {
		ring_calls(plan, PLAN_RING_TX, nobody, lcore->id, &sink);
		queue_calls(plan, plan->tx_queues, plan->n_tx_queues, lcore->id, "tx", &sink);
	}
}

static void
call_print(const char *text, void *out)
{
	fprintf(out, " %s", text);
}

static void
ports_print(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;

	fprintf(out, "ports\n");
	for (uint16_t port = 0; port < config->n_ports; port++) {
		fprintf(out,
			"  %s: %s, rx queues %u, tx queues %u\n",
			config->ports[port].name,
			config->ports[port].device,
			plan_rx_queues_of(plan, port),
			plan_tx_queues_of(plan, port));
	}
}

/* Where what no claim takes goes. */
static void
kernel_print(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;
	bool any = false;

	for (uint16_t port = 0; port < config->n_ports; port++) {
		const struct config_port *p = &config->ports[port];
		bool has_claims = p->interface[0] != '\0' ||
				  (p->kernel_port != CONFIG_NO_PORT && !p->is_kernel_side);

		if (has_claims && !any)
			fprintf(out, "kernel (gets what no claim takes)\n");
		any |= has_claims;
		if (p->interface[0] != '\0')
			fprintf(out, "  %s: stays on %s\n", p->name, p->interface);
		else if (has_claims)
			fprintf(out, "  %s: through %s\n", p->name, port_name(plan, p->kernel_port)
			);
	}
}

static void
feeds_print(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;

	if (config->n_feeds == 0)
		return;
	fprintf(out, "feeds\n");
	for (unsigned i = 0; i < config->n_feeds; i++) {
		unsigned worker = plan_feed_worker(plan, i);

		fprintf(out,
			"  %s: %s, %u lines, worker %u on lcore %u\n",
			config->feeds[i].name,
			config->feeds[i].decoder->name,
			config->feeds[i].n_lines,
			worker,
			plan->workers[worker]);
	}
}

static void
services_print(const struct plan *plan, FILE *out)
{
	const struct config_services *services = &plan->config->services;

	if (services->n == 0)
		return;
	fprintf(out, "services\n");
	for (unsigned i = 0; i < services->n; i++)
		fprintf(out,
			"  %s: %s, TCP ports %u to %u\n",
			services->rows[i].name,
			services->rows[i].decoder->name,
			services->rows[i].ports.first,
			services->rows[i].ports.last);
	fprintf(out,
		"  each of %u workers: %lu connections, %lu waiting segments; %lu MiB in all\n",
		plan->n_workers,
		(unsigned long)services->sizes.connections,
		(unsigned long)services->sizes.segments,
		(unsigned long)(services_bytes(plan) >> 20));
}

static void
ring_print(const struct plan *plan, const struct plan_ring *ring, FILE *out)
{
	fprintf(out, "  lcore %u -> lcore %u: ", ring->from, ring->to);
	if (ring->kind == PLAN_RING_WORK)
		fprintf(out, "to worker %u", ring->worker);
	else
		fprintf(out,
			"from worker %u to %s.%u",
			ring->worker,
			port_name(plan, ring->port),
			ring->queue);
	fprintf(out, ", %lu packets\n", (unsigned long)plan->config->ring_size);
}

/* The tables of the workers, and what they take. */
static void
tenants_print(const struct plan *plan, FILE *out)
{
	struct tenant_sizes sizes;

	if (plan->config->tenants.n == 0)
		return;
	sizes = tenant_sizes(plan->config, plan->n_workers);
	fprintf(out,
		"tenants\n  %u in the config, room for %u\n"
		"  each of %u workers: %u IPv4 flows (%zu bytes each), %u IPv6 flows (%zu bytes "
		"each), %u fragmented datagrams\n"
		"  %zu MiB in all\n",
		plan->config->tenants.n,
		sizes.slots,
		plan->n_workers,
		sizes.flows4,
		sizes.flow4_bytes / sizes.flows4,
		sizes.flows6,
		sizes.flow6_bytes / sizes.flows6,
		sizes.fragments,
		sizes.bytes >> 20);
}

void
plan_print_text(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;

	ports_print(plan, out);
	if (config->n_pairs > 0)
		fprintf(out, "forward\n");
	for (unsigned i = 0; i < config->n_pairs; i++) {
		const uint16_t *ports = config->pairs[i].ports;

		fprintf(out, "  %s <-> %s\n", port_name(plan, ports[0]), port_name(plan, ports[1]));
	}
	kernel_print(plan, out);
	feeds_print(plan, out);
	services_print(plan, out);
	tenants_print(plan, out);
	if (plan->n_rings > 0)
		fprintf(out, "rings (single producer, single consumer)\n");
	for (unsigned i = 0; i < plan->n_rings; i++)
		ring_print(plan, &plan->rings[i], out);
	fprintf(out, "calls of one turn\n");
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		fprintf(out, "  lcore %u:", plan->lcores[i].id);
		plan_calls(plan, &plan->lcores[i], call_print, out);
		fprintf(out, "\n");
	}
}

static void
lcore_draw(const struct plan *plan, const struct plan_lcore *lcore, FILE *out)
{
	const char *work = plan->config->tenants.n > 0
				   ? "parse flow tenant enforce decode dispatch "
				   : "parse decode dispatch ";

	fprintf(out,
		"\t\"lcore %u\" [shape=box, label=\"lcore %u\\n%s%s%s\"];\n",
		lcore->id,
		lcore->id,
		lcore->rx ? "rx steer " : "",
		lcore->work ? work : "",
		lcore->tx ? "tx" : "");
}

static void
ring_draw(const struct plan *plan, const struct plan_ring *ring, FILE *out)
{
	bool to_port = ring->kind == PLAN_RING_TX;

	fprintf(out,
		"\t\"lcore %u\" -> \"lcore %u\" [style=dashed, label=\"ring%s%s\"];\n",
		ring->from,
		ring->to,
		to_port ? " to " : "",
		to_port ? port_name(plan, ring->port) : "");
}

/* A port stands in the picture twice: where packets come in and where they go out. */
static void
port_draw(const struct plan *plan, uint16_t port, FILE *out)
{
	fprintf(out, "\t\"rx %s\" [shape=cds];\n", port_name(plan, port));
	if (plan_tx_queues_of(plan, port) > 0)
		fprintf(out, "\t\"tx %s\" [shape=cds];\n", port_name(plan, port));
}

static void
queues_draw(const struct plan *plan, FILE *out)
{
	for (unsigned i = 0; i < plan->n_rx_queues; i++) {
		const struct plan_queue *q = &plan->rx_queues[i];
		const char *name = port_name(plan, q->port);

		fprintf(out,
			"\t\"rx %s\" -> \"lcore %u\" [label=\"queue %u\"];\n",
			name,
			q->lcore,
			q->queue);
	}
	for (unsigned i = 0; i < plan->n_tx_queues; i++) {
		const struct plan_queue *q = &plan->tx_queues[i];
		const char *name = port_name(plan, q->port);

		fprintf(out,
			"\t\"lcore %u\" -> \"tx %s\" [label=\"queue %u\"];\n",
			q->lcore,
			name,
			q->queue);
	}
}

void
plan_print_dot(const struct plan *plan, FILE *out)
{
	fprintf(out, "digraph leat {\n\trankdir=LR;\n\tnode [fontname=\"sans-serif\"];\n");
	for (uint16_t port = 0; port < plan->config->n_ports; port++)
		port_draw(plan, port, out);
	for (unsigned i = 0; i < plan->n_lcores; i++)
		lcore_draw(plan, &plan->lcores[i], out);
	queues_draw(plan, out);
	for (unsigned i = 0; i < plan->n_rings; i++)
		ring_draw(plan, &plan->rings[i], out);
	fprintf(out, "}\n");
}
