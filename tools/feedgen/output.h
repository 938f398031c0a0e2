/* SPDX-License-Identifier: BSD-3-Clause */
/* Where packets go: a capture, the network, or both. Failures are reported here, once. */
#ifndef LEAT_FEEDGEN_OUTPUT_H
#define LEAT_FEEDGEN_OUTPUT_H

#include "tools/feedgen/options.h"
#include "tools/feedgen/packet_queue.h"
#include "tools/feedgen/pcap_writer.h"
#include "tools/feedgen/udp_sender.h"

struct output {
	const char *path; /* of the capture */
	struct pcap_writer *capture; /* NULL: not asked for */
	struct udp_sender *sender; /* NULL: not asked for */
	struct endpoint destinations[LINES_MAX];
};

/* All return 0 or a negative errno. After a failed open there is nothing to close. */
int output_open(struct output *output, const struct options *options);
int output_packet(
	struct output *output, size_t line, const struct packet *packet, size_t header_length
);
int output_close(struct output *output);

#endif
