/* SPDX-License-Identifier: BSD-3-Clause */
/* Times in captures belong to a fixed day, so that the same options give the same bytes. */
#include "tools/feedgen/output.h"

#include "tools/feedgen/message.h"

#include <errno.h>
#include <string.h>

/* Midnight in New York at the start of Monday, 2026-01-05, in nanoseconds since the epoch. */
#define CAPTURE_MIDNIGHT_NS (UINT64_C(1767589200) * 1000000000)

static int
capture_failed(const struct output *output, const char *what, int rc)
{
	const char *name = strcmp(output->path, "-") == 0 ? "stdout" : output->path;

	message_print("cannot %s %s: %s", what, name, strerror(-rc));
	return rc;
}

static int
sender_failed(int rc)
{
	if (rc == -ETIMEDOUT)
		message_print("cannot send: nothing left for a second; do unicast receivers answer?"
		);
	else
		message_print("cannot send: %s", strerror(-rc));
	return rc;
}

static int
sender_open(struct output *output, const struct options *options)
{
	struct udp_sender_settings settings = {
		.interface = options->interface,
		.destinations = output->destinations,
		.destination_count = options->line_count,
	};
	const char *failed;

	for (size_t i = 0; i < options->line_count; i++)
		output->destinations[i] = options->lines[i].destination;
	for (int i = 0; i < 2; i++) {
		if (options->source_given[i])
			settings.sources[i] = &options->feed.sources[i];
	}
	output->sender = udp_sender_open(&settings, &failed);
	if (output->sender != NULL)
		return 0;
	message_print("%s: %s: %s", options->interface, failed, strerror(errno));
	return -EIO;
}

int
output_open(struct output *output, const struct options *options)
{
	int rc = 0;

	*output = (struct output){.path = options->output};
	if (options->output != NULL) {
		output->capture = pcap_writer_open(options->output);
		if (output->capture == NULL)
			return capture_failed(output, "open", -errno);
	}
	if (options->send)
		rc = sender_open(output, options);
	if (rc != 0 && output->capture != NULL)
		(void)pcap_writer_close(output->capture); /* the first failure has been told */
	return rc;
}

int
output_packet(struct output *output, size_t line, const struct packet *packet, size_t header_length)
{
	int rc = 0;

	if (output->capture != NULL) {
		rc = pcap_writer_write(
			output->capture,
			CAPTURE_MIDNIGHT_NS + packet->time_ns,
			packet->frame,
			packet->length
		);
		if (rc != 0)
			return capture_failed(output, "write", rc);
	}
	if (output->sender != NULL) {
		rc = udp_sender_send(
			output->sender,
			packet->time_ns,
			line,
			packet->frame + header_length,
			packet->length - header_length
		);
		if (rc != 0)
			return sender_failed(rc);
	}
	return 0;
}

int
output_close(struct output *output)
{
	int capture_rc = 0;
	int sender_rc = 0;

	if (output->capture != NULL)
		capture_rc = pcap_writer_close(output->capture);
	if (output->sender != NULL)
		sender_rc = udp_sender_close(output->sender);
	if (capture_rc != 0)
		return capture_failed(output, "write", capture_rc);
	return sender_rc != 0 ? sender_failed(sender_rc) : 0;
}
