/* SPDX-License-Identifier: BSD-3-Clause */
/* A capture, one worker without ports, and its stages. */
#include "app/explain.h"

#include "app/appliance.h"
#include "app/appliance_wiring.h"
#include "app/claims.h"
#include "app/eal.h"
#include "app/explain_capture.h"
#include "app/explain_print.h"
#include "app/log.h"
#include "app/tenant_sizes.h"
#include "app/worker_path.h"
#include "pipeline/packet/frame_mbuf.h"
#include "pipeline/stages/dispatch.h"

#include <stdio.h>
#include <string.h>

enum {
	/* Ageing works in small pieces: so many of them between two packets. */
	TIDY_TURNS = 4096,
};

/* Buckets are full when the first packet comes, as after a rest as long as the longest `burst`. */
#define REST_NS UINT64_C(10000000000)

/* Which capture, and how its packets came. */
struct source {
	const char *file;
	uint16_t port; /* index of config.ports */
	bool is_both; /* a capture of both directions: it does not say by which port of the pair a packet came */
};

/* "PORT=FILE": all came in by that port. FILE alone: by the config's first, and both directions may be there. */
static struct source
source_read(const char *text, const struct config *config)
{
	size_t length = strcspn(text, "=");

	for (uint16_t i = 0; text[length] == '=' && i < config->n_ports; i++) {
		if (strlen(config->ports[i].name) == length &&
		    strncmp(config->ports[i].name, text, length) == 0) {
			return (struct source){.file = text + length + 1, .port = i};
		}
	}
	return (struct source){.file = text, .is_both = true};
}

/* One packet through the stages. False where it cannot be printed. */
static bool
packet_explain(struct appliance *a, const struct explain_record *record, struct explained_packet *p)
{
	static struct burst b; /* main thread only */
	struct worker *w = a->lcores[0]->worker;
	struct rte_mbuf segments[2];
	struct explain found = {.level = TENANT_NONE};
	bool printed;
	json_t *json;

	frame_mbuf_make(segments, record->bytes, record->n_bytes);
	segments[0].port = p->port;
	b.n = 1;
	b.mbufs[0] = &segments[0];
	b.flows[0] = NULL;
	if (w->tenancy != NULL) {
		w->tenancy->explain = &found;
		tenancy_turn_at(w->tenancy, REST_NS + p->time_ns);
		for (unsigned i = 0; i < TIDY_TURNS; i++)
			tenancy_tidy(w->tenancy);
	}
	worker_path(w, &b);
	p->bytes = record->n_bytes;
	p->packet = &b.packets[0];
	p->flow = b.flows[0];
	p->explain = &found;
	p->fate = packet_fate(w, p->port, &b.packets[0]);
	json = explain_json(a, p);
	printed =
		json != NULL && json_dumpf(json, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;
	json_decref(json);
	return printed;
}

static int
packets_explain(struct appliance *a, struct explain_capture *capture, uint16_t port)
{
	struct tenancy *t = a->lcores[0]->worker->tenancy;
	struct explained_packet p = {.port = port};
	struct explain_record record;
	uint64_t start_ns = 0;
	int rc;

	while ((rc = explain_capture_next(capture, &record)) == 1) {
		if (p.number++ == 0) {
			start_ns = record.time_ns;
			if (t != NULL)
				a->tenants.unix_offset_ns = start_ns - REST_NS;
		}
		/* A packet from before the last one is taken for one of the same moment. */
		if (record.time_ns > start_ns)
			p.time_ns = RTE_MAX(p.time_ns, record.time_ns - start_ns);
		if (!packet_explain(a, &record, &p))
			break;
	}
	/* What is printed may fail only when it leaves the buffer. */
	if (rc == 1 || fflush(stdout) != 0) {
		fprintf(stderr, "leat: --explain: stdout cannot be written to\n");
		return -1;
	}
	return rc;
}

/* Claims of af_xdp ports are matched in the stage, for want of an XDP program. */
static void
claims_to_stage(struct config *config)
{
	for (unsigned i = 0; i < config->n_claims; i++) {
		struct config_port *port = &config->ports[config->claims[i].port];

		if (port->kernel_port == CONFIG_NO_PORT)
			port->kernel_port = config->claims[i].port;
	}
}

/* An appliance of one worker and ports that are only names. */
static int
dry_build(struct appliance *a, struct config *config, struct plan *plan)
{
	int error;

	a->config = config;
	a->plan = plan;
	error = appliance_wire_dry(a);
	return error == 0 ? claims_prepare(a) : error;
}

/* Then both sides of a pair are one: a flow's answers come in by the port that its initiator came in by. */
static void
sides_join(struct appliance *a)
{
	struct tenancy *t = a->lcores[0]->worker->tenancy;

	if (t != NULL)
		memset(t->zone_flips, 0, sizeof(t->zone_flips));
}

static int
with_eal(
	struct config *config,
	struct plan *plan,
	struct explain_capture *capture,
	const struct source *source
)
{
	static struct appliance a; /* large */
	int error = dry_build(&a, config, plan);

	if (error == 0 && source->is_both)
		sides_join(&a);
	if (error == 0)
		error = packets_explain(&a, capture, source->port);
	claims_end(&a);
	appliance_unwire(&a);
	return error == 0 ? 0 : -1;
}

/* No hugepages, no devices, no socket, no file that another leat could meet. */
static int
eal_start_dry(const struct options *options, const struct plan *plan)
{
	static char words[][32] = {
		"--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=lib.eal:4"};
	char *arguments[RTE_DIM(words)];
	struct options dry = *options;

	for (unsigned i = 0; i < RTE_DIM(words); i++)
		arguments[i] = words[i];
	dry.eal_arguments = arguments;
	dry.n_eal_arguments = RTE_DIM(words);
	return eal_start(&dry, plan, tenant_sizes_bytes_needed(plan));
}

int
explain(const struct options *options, struct config *config)
{
	struct plan_limits limits[CONFIG_PORTS_MAX] = {{0}};
	struct config_lcores one = {.ids = {config->work.ids[0]}, .n = 1};
	struct source source = source_read(options->explain, config);
	struct explain_capture *capture;
	struct plan *plan;
	int error = -1;

	config->rx = config->work = config->tx = one;
	claims_to_stage(config);
	capture = explain_capture_open(source.file);
	if (capture == NULL)
		return -1;
	plan = plan_create(config, limits);
	if (plan != NULL && eal_start_dry(options, plan) == 0) {
		error = with_eal(config, plan, capture, &source);
		eal_stop();
	}
	plan_destroy(plan);
	explain_capture_close(capture);
	return error;
}
