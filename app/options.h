/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line: `leat [EAL options] -- [options]`. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdint.h>

enum options_action {
	OPTIONS_RUN,
	OPTIONS_CHECK, /* plan as text */
	OPTIONS_CHECK_DOT, /* plan as a Graphviz graph */
	OPTIONS_EXPLAIN, /* the packets of a capture, through the stages */
	OPTIONS_DONE, /* --help or --version has been printed */
	OPTIONS_WRONG, /* the reason has been printed */
};

struct options {
	enum options_action action;
	const char *config_file; /* NULL: the ports that the EAL options make, paired in order */
	const char *explain; /* OPTIONS_EXPLAIN: "[PORT=]FILE" */
	uint64_t exit_when_idle_ns; /* 0: never */
	uint64_t run_for_ns; /* 0: until a signal comes */
	const char *program; /* argv[0] */
	char **eal_arguments; /* what stands before "--", argv[0] not included */
	int n_eal_arguments;
};

/* Points into argv, which must outlive the result. */
struct options options_parse(int argc, char **argv);

#endif
