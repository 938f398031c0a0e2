/* SPDX-License-Identifier: BSD-3-Clause */
/* leat: from the command line to packets and back. Read this file as the table of contents of app/. */
#include "app/appliance.h"
#include "app/capture.h"
#include "app/claims_compile.h"
#include "app/config.h"
#include "app/control.h"
#include "app/eal.h"
#include "app/explain.h"
#include "app/log.h"
#include "app/options.h"
#include "app/plan.h"
#include "app/plan_print.h"
#include "app/pool.h"
#include "app/summary.h"
#include "app/telemetry.h"
#include "app/tenant_sizes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* at run time */
	EXIT_WRONG = 2, /* usage or config */
};

/* A plan from the config alone: what the devices allow is not known yet. */
static struct plan *
plan_without_devices(const struct config *config)
{
	struct plan_limits limits[CONFIG_PORTS_MAX];

	for (unsigned i = 0; i < CONFIG_PORTS_MAX; i++)
		limits[i] = (struct plan_limits){.rx_queues = PLAN_ANY, .tx_queues = PLAN_ANY};
	return plan_create(config, limits);
}

static enum exit_status
check(const struct options *options, const struct plan *plan)
{
	if (claims_check(plan->config) != 0)
		return EXIT_WRONG;
	(void)eal_cpus_check(plan, log_warning); /* the config may be for another machine */
	if (options->action == OPTIONS_CHECK_DOT)
		plan_print_dot(plan, stdout);
	else
		plan_print_text(plan, stdout);
	return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
}

/* Packets flow in here. */
static enum exit_status
appliance_run(struct appliance *a, const struct options *options)
{
	enum exit_status status = EXIT_DONE;
	json_t *summary;

	if (appliance_start(a) != 0)
		return EXIT_FAILED;
	a->in_force.file = options->config_file;
	running_changed(&a->in_force);
	telemetry_start(a);
	log_info("running on %u lcores", a->plan->n_lcores);
	if (control_wait(a, options) != 0)
		status = EXIT_FAILED;
	appliance_stop(a);
	telemetry_stop();
	summary = summary_collect(a);
	appliance_close_ports(a);
	if (summary == NULL || summary_verify(summary, a) != 0)
		status = EXIT_FAILED;
	if (summary == NULL || json_dumpf(summary, stdout, JSON_INDENT(2)) != 0 ||
	    putchar('\n') == EOF || fflush(stdout) != 0) {
		log_error("the summary cannot be written to stdout");
		status = EXIT_FAILED;
	}
	json_decref(summary);
	return status;
}

/* With the EAL running: devices, appliance, run. */
static enum exit_status
run_with_eal(const struct options *options, struct config *config, uint64_t held_packets)
{
	static struct appliance a;
	enum exit_status status;

	if (options->config_file == NULL && ports_adopt(config) != 0)
		return EXIT_FAILED;
	if (appliance_build(&a, config, held_packets) != 0)
		return EXIT_FAILED;
	status = appliance_run(&a, options);
	appliance_close_ports(&a);
	appliance_destroy(&a);
	running_clear(&a.in_force);
	return status;
}

/* Those of the config's ports, and those that --vdev names. */
static int
captures_inspect(const struct options *options, const struct config *config, uint64_t *held_packets)
{
	const char *device;
	uint64_t held;

	*held_packets = 0;
	for (unsigned i = 0; i < config->n_ports; i++) {
		if (capture_inspect(config->ports[i].name, config->ports[i].device, &held) != 0)
			return -1;
		*held_packets += held;
	}
	for (unsigned i = 0; (device = eal_vdev(options, i)) != NULL; i++) {
		if (capture_inspect("--vdev", device, &held) != 0)
			return -1;
		*held_packets += held;
	}
	return 0;
}

/* How much memory to ask the EAL for, where it has to be told. */
static uint64_t
memory_needed(const struct options *options, const struct plan *plan, uint64_t held_packets)
{
	uint64_t mbufs = pool_mbufs_needed(plan, NULL, held_packets);

	if (options->config_file == NULL)
		mbufs += pool_mbufs_for_unknown_ports(eal_devices_asked_for(options));
	return pool_bytes(plan->config, mbufs) + tenant_sizes_bytes_needed(plan);
}

static enum exit_status
run(const struct options *options, struct config *config, const struct plan *plan)
{
	enum exit_status status;
	uint64_t held_packets;
	int error;

	if (captures_inspect(options, config, &held_packets) != 0)
		return EXIT_FAILED;
	control_signals_catch();
	error = eal_start(options, plan, memory_needed(options, plan, held_packets));
	if (error != 0)
		return error == -EINVAL
			       ? EXIT_WRONG
			       : EXIT_FAILED; /* EINVAL: the EAL does not know an option or a value */
	status = run_with_eal(options, config, held_packets);
	eal_stop();
	return status;
}

static enum exit_status
explained(const struct options *options)
{
	struct config *config = config_load(options->config_file, stderr);
	enum exit_status status = EXIT_WRONG;

	if (config != NULL)
		status = explain(options, config) == 0 ? EXIT_DONE : EXIT_FAILED;
	config_free(config);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options = options_parse(argc, argv);
	enum exit_status status = EXIT_FAILED;
	struct config *config;
	struct plan *plan;

	/* A reader of stdout that has gone is an error to report, not the end of the run. */
	(void)signal(SIGPIPE, SIG_IGN); /* cannot fail for this signal */
	if (options.action == OPTIONS_DONE)
		return EXIT_DONE;
	if (options.action == OPTIONS_WRONG)
		return EXIT_WRONG;
	if (options.action == OPTIONS_EXPLAIN)
		return (int)explained(&options);
	config = options.config_file != NULL ? config_load(options.config_file, stderr)
					     : config_default();
	if (config == NULL)
		return options.config_file != NULL ? EXIT_WRONG : EXIT_FAILED;
	plan = plan_without_devices(config);
	if (plan != NULL)
		status = options.action == OPTIONS_RUN ? run(&options, config, plan)
						       : check(&options, plan);
	plan_destroy(plan);
	config_free(config);
	return (int)status;
}
