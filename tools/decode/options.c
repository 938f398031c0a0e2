/* SPDX-License-Identifier: BSD-3-Clause */
/* Options as a table, from which --help is printed too. */
#include "tools/decode/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { USAGE_COLUMN = 20 };

struct option_row {
	struct option option;
	const char *argument; /* as shown in --help */
	const char *help;
};

static const struct option_row rows[] = {
	{{"protocol", required_argument, NULL, 'P'},
	 " NAME",
	 "decode each UDP payload or TCP stream as this protocol, report broken framing"},
	{{"port", required_argument, NULL, 'p'},
	 " N",
	 "only UDP packets to this port and TCP connections to or from it"},
	{{"headers", no_argument, NULL, 'H'}, "", "print the framing's header of each packet, too"},
	{{"stats", no_argument, NULL, 's'},
	 "",
	 "print one JSON object of counts instead of the messages"},
	{{"version", no_argument, NULL, 'v'}, "", "print the version"},
	{{"help", no_argument, NULL, 'h'}, "", "print this"},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static void
protocols_print(FILE *file)
{
	for (const struct decoder *d = decoders; d->name != NULL; d++)
		fprintf(file, "%s%s", d == decoders ? "" : ", ", d->name);
	fputc('\n', file);
}

static void
usage_print(void)
{
	printf("Usage: leat-decode FILE [--protocol NAME] [--port N] [--headers] [--stats]\n\n"
	       "Every message of a capture (pcap or pcapng, Ethernet; \"-\" is standard input)\n"
	       "as one JSON line.\n\n"
	       "Options:\n");
	for (unsigned i = 0; i < N_ROWS; i++) {
		int width = printf("  --%s%s", rows[i].option.name, rows[i].argument);

		printf("%*s %s\n", width < USAGE_COLUMN ? USAGE_COLUMN - width : 1, "", rows[i].help
		);
	}
	printf("\nProtocols: ");
	protocols_print(stdout);
	printf("\nExit status: 0 done; 1 the file cannot be read; 2 usage error.\n");
}

static enum options_action
protocol_option(struct options *o, const char *name)
{
	o->decoder = decoder_find(name);
	if (o->decoder != NULL)
		return OPTIONS_RUN;
	fprintf(stderr, "leat-decode: --protocol: \"%s\" is none of: ", name);
	protocols_print(stderr);
	return OPTIONS_WRONG;
}

static enum options_action
port_option(struct options *o, const char *text)
{
	char *end;
	unsigned long port;

	errno = 0;
	port = strtoul(text, &end, 10);
	/* strtoul takes signs and spaces, which no port has. */
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && port >= 1 &&
	    port <= UINT16_MAX) {
		o->port = (uint16_t)port;
		return OPTIONS_RUN;
	}
	fprintf(stderr, "leat-decode: --port: \"%s\" is not a port from 1 to 65535\n", text);
	return OPTIONS_WRONG;
}

/* One option; OPTIONS_RUN where it only sets a value. */
static enum options_action
option_apply(struct options *o, int letter, const char *argument)
{
	switch (letter) {
	case 'P':
		return protocol_option(o, argument);
	case 'p':
		return port_option(o, argument);
	case 'H':
		o->headers = true;
		return OPTIONS_RUN;
	case 's':
		o->stats = true;
		return OPTIONS_RUN;
	case 'v':
		printf("leat-decode %s\n", LEAT_VERSION);
		return OPTIONS_DONE;
	case 'h':
		usage_print();
		return OPTIONS_DONE;
	default: /* getopt has said what is wrong */
		fprintf(stderr, "leat-decode: see --help\n");
		return OPTIONS_WRONG;
	}
}

static enum options_action
operand_take(struct options *o, int n_operands, char **operands)
{
	if (n_operands == 1) {
		o->path = operands[0];
		return OPTIONS_RUN;
	}
	if (n_operands == 0)
		fprintf(stderr, "leat-decode: no capture file given; see --help\n");
	else
		fprintf(stderr, "leat-decode: unexpected argument \"%s\"; see --help\n", operands[1]
		);
	return OPTIONS_WRONG;
}

struct options
options_parse(int argc, char **argv)
{
	struct options o = {.action = OPTIONS_RUN};
	struct option long_options[N_ROWS + 1] = {0};
	int letter;

	for (unsigned i = 0; i < N_ROWS; i++)
		long_options[i] = rows[i].option;
	while ((letter = getopt_long(argc, argv, "hv", long_options, NULL)) != -1) {
		o.action = option_apply(&o, letter, optarg);
		if (o.action != OPTIONS_RUN)
			return o;
	}
	o.action = operand_take(&o, argc - optind, argv + optind);
	return o;
}
