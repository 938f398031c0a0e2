/* SPDX-License-Identifier: BSD-3-Clause */
/* A valid packet of every form that parse knows, for tests that hold for all of them. */
#ifndef UNIT_PACKET_SAMPLES_H
#define UNIT_PACKET_SAMPLES_H

#include "tests/unit/packet_builder.h"

#include <stddef.h>

struct packet_sample {
	const char *name;
	void (*build)(struct packet_builder *b);
};

extern const struct packet_sample packet_samples[];
extern const size_t n_packet_samples;

/* The ones that tests edit. */
void sample_vlan_ipv4_udp(struct packet_builder *b);
void sample_ipv4_udp(struct packet_builder *b);
void sample_ipv4_options_udp(struct packet_builder *b);
void sample_ipv4_tcp(struct packet_builder *b);
void sample_ipv4_icmp(struct packet_builder *b);
void sample_ipv4_igmp(struct packet_builder *b);
void sample_ipv4_first_fragment(struct packet_builder *b);
void sample_ipv4_last_fragment(struct packet_builder *b);
void sample_ipv6_udp(struct packet_builder *b);
void sample_ipv6_tcp(struct packet_builder *b);
void sample_ipv6_icmp6(struct packet_builder *b);
void sample_ipv6_extensions_udp(struct packet_builder *b);
void sample_ipv6_first_fragment(struct packet_builder *b);
void sample_ipv6_last_fragment(struct packet_builder *b);

#endif
