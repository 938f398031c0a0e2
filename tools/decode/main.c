/* SPDX-License-Identifier: BSD-3-Clause */
/* leat-decode: the messages of a capture as JSON lines. */
#include "tools/decode/capture.h"
#include "tools/decode/json_line.h"
#include "tools/decode/options.h"
#include "tools/decode/stats.h"
#include "tools/decode/walk.h"
#include "tools/decode/walk_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_UNREADABLE = 1,
	EXIT_USAGE = 2,
};

/* All packets; false where the file breaks off. What was read before that is printed first. */
static bool
capture_walk(struct capture *capture, struct walk *walk)
{
	struct captured_packet packet;
	int rc;

	while ((rc = capture_next(capture, &packet)) == 1 && walk->line->error == 0)
		walk_packet(walk, &packet);
	stream_walk_finish(walk->streams);
	if (walk->options->stats)
		stats_print(walk->stats, walk->line);
	return rc >= 0;
}

static bool
output_finish(struct json_line *line)
{
	int rc = json_line_flush(line);

	if (rc != 0)
		fprintf(stderr, "leat-decode: standard output: %s\n", strerror(-rc));
	return rc == 0;
}

static int
capture_decode(const struct options *options, struct capture *capture)
{
	struct json_line line;
	struct walk walk = {
		.options = options,
		.stats = stats_create(),
		.scales = symbol_scales_create(),
		.line = &line,
	};
	int status = EXIT_UNREADABLE;

	walk.streams = stream_walk_create(&walk);
	if (walk.stats == NULL || walk.scales == NULL || walk.streams == NULL) {
		perror("leat-decode");
		goto free_walk;
	}
	json_line_init(&line, STDOUT_FILENO);
	if (capture_walk(capture, &walk)) {
		status = output_finish(&line) ? EXIT_SUCCESS : EXIT_UNREADABLE;
	} else {
		(void)output_finish(&line); /* it has said why; the status is the same */
		capture_complain(capture);
	}
free_walk:
	stream_walk_destroy(walk.streams);
	free(walk.scales);
	free(walk.stats);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options = options_parse(argc, argv);
	struct capture *capture;
	int status;

	if (options.action != OPTIONS_RUN)
		return options.action == OPTIONS_DONE ? EXIT_SUCCESS : EXIT_USAGE;
	capture = capture_open(options.path);
	if (capture == NULL)
		return EXIT_UNREADABLE;
	status = capture_decode(&options, capture);
	capture_close(capture);
	return status;
}
