/* SPDX-License-Identifier: BSD-3-Clause */
/* The plan in words and in DOT. */
#include "app/plan_print.h"

static const char *
port_name(const struct plan *plan, uint16_t port)
{
	return plan->config->ports[port].name;
}

static void
queues_print(
	const struct plan *plan,
	const struct plan_queue *queues,
	unsigned n,
	unsigned lcore,
	const char *word,
	FILE *out
)
{
	for (unsigned i = 0; i < n; i++) {
		if (queues[i].lcore == lcore)
			fprintf(out,
				" %s %s.%u",
				word,
				port_name(plan, queues[i].port),
				queues[i].queue);
	}
}

static void
rings_print(
	const struct plan *plan, enum plan_ring_kind kind, unsigned from, unsigned to, FILE *out
)
{
	for (unsigned i = 0; i < plan->n_rings; i++) {
		const struct plan_ring *ring = &plan->rings[i];

		if (ring->kind != kind)
			continue;
		if (ring->from == from)
			fprintf(out, " ->ring %u", ring->to);
		if (ring->to == to)
			fprintf(out, " ring %u->", ring->from);
	}
}

void
plan_print_calls(const struct plan *plan, const struct plan_lcore *lcore, FILE *out)
{
	const unsigned nobody = RTE_MAX_LCORE;

	if (lcore->rx) {
		queues_print(plan, plan->rx_queues, plan->n_rx_queues, lcore->id, "rx", out);
		fprintf(out, " steer");
		rings_print(plan, PLAN_RING_WORK, lcore->id, nobody, out);
	}
	if (lcore->work) {
		rings_print(plan, PLAN_RING_WORK, nobody, lcore->id, out);
		fprintf(out, " parse decode dispatch");
		rings_print(plan, PLAN_RING_TX, lcore->id, nobody, out);
	}
	if (lcore->tx) {
		rings_print(plan, PLAN_RING_TX, nobody, lcore->id, out);
		queues_print(plan, plan->tx_queues, plan->n_tx_queues, lcore->id, "tx", out);
	}
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
	feeds_print(plan, out);
	if (plan->n_rings > 0)
		fprintf(out, "rings (single producer, single consumer)\n");
	for (unsigned i = 0; i < plan->n_rings; i++)
		ring_print(plan, &plan->rings[i], out);
	fprintf(out, "calls of one turn\n");
	for (unsigned i = 0; i < plan->n_lcores; i++) {
		fprintf(out, "  lcore %u:", plan->lcores[i].id);
		plan_print_calls(plan, &plan->lcores[i], out);
		fprintf(out, "\n");
	}
}

static void
lcore_draw(const struct plan_lcore *lcore, FILE *out)
{
	fprintf(out,
		"\t\"lcore %u\" [shape=box, label=\"lcore %u\\n%s%s%s\"];\n",
		lcore->id,
		lcore->id,
		lcore->rx ? "rx steer " : "",
		lcore->work ? "parse decode dispatch " : "",
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
		lcore_draw(&plan->lcores[i], out);
	queues_draw(plan, out);
	for (unsigned i = 0; i < plan->n_rings; i++)
		ring_draw(plan, &plan->rings[i], out);
	fprintf(out, "}\n");
}
