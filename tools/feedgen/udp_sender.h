/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends the payloads of frames with ordinary UDP sockets, each when its time has come. */
#ifndef LEAT_FEEDGEN_UDP_SENDER_H
#define LEAT_FEEDGEN_UDP_SENDER_H

#include "tools/feedgen/endpoint.h"

#include <stddef.h>
#include <stdint.h>

struct udp_sender_settings {
	const char *interface;
	const struct endpoint *destinations; /* by line; outlives the sender */
	size_t destination_count;
	const struct endpoint *sources[2]; /* by endpoint.is_ipv6; NULL: the kernel's choice */
};

struct udp_sender;

/* NULL with errno set, and what failed in *failed. */
struct udp_sender *udp_sender_open(const struct udp_sender_settings *settings, const char **failed);

/*
 * The first packet leaves at once, later ones as much later as their times say. A sender that
 * falls behind does not wait until it has caught up. 0 or a negative errno.
 */
int udp_sender_send(
	struct udp_sender *sender,
	uint64_t time_ns,
	size_t destination,
	const uint8_t *payload,
	size_t length
);

/* Sends what is left and frees the sender. 0 or a negative errno. */
int udp_sender_close(struct udp_sender *sender);

#endif
