/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of leat-decode. */
#ifndef TOOLS_DECODE_OPTIONS_H
#define TOOLS_DECODE_OPTIONS_H

#include "pipeline/decode/decoder.h"

#include <stdbool.h>
#include <stdint.h>

enum options_action {
	OPTIONS_RUN,
	OPTIONS_DONE, /* --help or --version has been printed */
	OPTIONS_WRONG, /* the reason has been printed */
};

struct options {
	enum options_action action;
	const char *path; /* the capture; "-" is standard input */
	const struct decoder *decoder; /* NULL: try each */
	uint16_t port; /* UDP destination port, or one end's of TCP, host order; 0: any */
	bool headers; /* a line for the header of each packet */
	bool stats;
};

/* Points into argv, which must outlive the result. */
struct options options_parse(int argc, char **argv);

#endif
