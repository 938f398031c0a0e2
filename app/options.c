/* SPDX-License-Identifier: BSD-3-Clause */
/* Options as a table, from which --help is printed too. */
#include "app/options.h"

#include "app/quantity.h"

#include <rte_version.h>

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { USAGE_COLUMN = 26 };

struct option_row {
	struct option option;
	const char *argument; /* as shown in --help */
	const char *help;
};

static const struct option_row rows[] = {
	{{"config", required_argument, NULL, 'c'}, " FILE", "the YAML config"},
	{{"check", optional_argument, NULL, 'C'},
	 "[=dot]",
	 "validate config and placement, print the plan as text or graph, touch no device"},
	{{"explain", required_argument, NULL, 'e'},
	 " [PORT=]PCAP",
	 "what becomes of each packet of a capture and why, as JSON lines; touch no device"},
	{{"exit-when-idle", required_argument, NULL, 'i'},
	 " SECONDS",
	 "stop when no packet has arrived for so long (also 500ms, 2m)"},
	{{"run-for", required_argument, NULL, 'r'},
	 " SECONDS",
	 "stop after so long (also 500ms, 2m)"},
	{{"version", no_argument, NULL, 'v'}, "", "print the version and DPDK's"},
	{{"help", no_argument, NULL, 'h'}, "", "print this"},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static void
usage_print(const char *program)
{
	printf("Usage: %s [EAL options] -- [options]\n\n"
	       "Packets in from DPDK ports, parsed, decoded or forwarded, out again or dropped "
	       "with a name.\n\n"
	       "Options:\n",
	       program);
	for (unsigned i = 0; i < N_ROWS; i++) {
		const struct option_row *row = &rows[i];
		int width =
			printf("  %s--%s%s",
			       row->option.val == 'c' ? "-c, " : "",
			       row->option.name,
			       row->argument);

		printf("%*s %s\n", width < USAGE_COLUMN ? USAGE_COLUMN - width : 1, "", row->help);
	}
	printf("\nEAL options are DPDK's (--no-huge, --vdev, -a, --file-prefix, ...). Where none "
	       "of them names lcores,\n"
	       "leat asks for those of the config. Without a config, the ports that the EAL "
	       "options make are paired in\n"
	       "order. Without \"--\", every argument is one of leat's own.\n\n"
	       "Exit status: 0 done; 1 a failure at run time; 2 usage or config error.\n");
}

static enum options_action
duration_option(const char *name, const char *text, uint64_t *ns)
{
	if (duration_parse(text, ns) == 0 && *ns > 0)
		return OPTIONS_RUN;
	fprintf(stderr,
		"leat: --%s: \"%s\" is not a time above 0, like 5, 500ms or 2m\n",
		name,
		text);
	return OPTIONS_WRONG;
}

static enum options_action
check_option(const char *format)
{
	if (format == NULL || strcmp(format, "text") == 0)
		return OPTIONS_CHECK;
	if (strcmp(format, "dot") == 0)
		return OPTIONS_CHECK_DOT;
	fprintf(stderr, "leat: --check: \"%s\" is neither text nor dot\n", format);
	return OPTIONS_WRONG;
}

/* One option; what it asks leat to do, or OPTIONS_RUN where it only sets a value. */
static enum options_action
option_apply(struct options *o, int letter, const char *argument)
{
	switch (letter) {
	case 'c':
		o->config_file = argument;
		return OPTIONS_RUN;
	case 'C':
		return check_option(argument);
	case 'e':
		o->explain = argument;
		return OPTIONS_EXPLAIN;
	case 'i':
		return duration_option("exit-when-idle", argument, &o->exit_when_idle_ns);
	case 'r':
		return duration_option("run-for", argument, &o->run_for_ns);
	case 'v':
		printf("leat %s (%s)\n", LEAT_VERSION, rte_version());
		return OPTIONS_DONE;
	case 'h':
		usage_print(o->program);
		return OPTIONS_DONE;
	default: /* getopt has said what is wrong */
		fprintf(stderr, "leat: see --help; EAL options stand before \"--\"\n");
		return OPTIONS_WRONG;
	}
}

static void
own_options_parse(struct options *o, int argc, char **argv)
{
	struct option long_options[N_ROWS + 1] = {0};
	int letter;

	for (unsigned i = 0; i < N_ROWS; i++)
		long_options[i] = rows[i].option;
	optind = 0; /* of glibc: it also forgets in which cluster of letters it stopped last time */
	while ((letter = getopt_long(argc, argv, "c:hv", long_options, NULL)) != -1) {
		enum options_action action = option_apply(o, letter, optarg);

		if (action != OPTIONS_RUN)
			o->action = action;
		if (action == OPTIONS_DONE || action == OPTIONS_WRONG)
			return;
	}
	if (optind < argc) {
		fprintf(stderr, "leat: unexpected argument \"%s\"; see --help\n", argv[optind]);
		o->action = OPTIONS_WRONG;
	}
}

struct options
options_parse(int argc, char **argv)
{
	struct options o = {.action = OPTIONS_RUN, .program = argv[0]};
	int split = 0;

	for (int i = 1; i < argc && split == 0; i++) {
		if (strcmp(argv[i], "--") == 0)
			split = i;
	}
	if (split > 0) {
		o.eal_arguments = argv + 1;
		o.n_eal_arguments = split - 1;
	}
	/* getopt takes the word before the first option for the program's name. */
	argv[split] = argv[0];
	own_options_parse(&o, argc - split, argv + split);
	if ((o.action == OPTIONS_CHECK || o.action == OPTIONS_CHECK_DOT) && o.config_file == NULL) {
		fprintf(stderr, "leat: --check needs --config FILE\n");
		o.action = OPTIONS_WRONG;
	}
	if (o.action == OPTIONS_EXPLAIN && o.config_file == NULL) {
		fprintf(stderr, "leat: --explain needs --config FILE\n");
		o.action = OPTIONS_WRONG;
	}
	return o;
}
