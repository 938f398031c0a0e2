/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets and messages of CME MDP 3.0, written from the specification. */
#ifndef UNIT_PIPELINE_DECODE_CME_BUILDER_H
#define UNIT_PIPELINE_DECODE_CME_BUILDER_H

#include <stdint.h>

enum {
	CME_BUILDER_BYTES = 65507, /* the longest UDP payload over IPv4 */
	CME_BUILDER_PACKET_HEADER_BYTES = 12,
	CME_BUILDER_MESSAGE_HEADER_BYTES = 10,
};

struct cme_builder {
	uint8_t bytes[CME_BUILDER_BYTES];
	uint32_t length;
	uint32_t message_at; /* where the last message starts */
};

enum {
	CME_GROUPS_MAX = 2,
	CME_SPECIFIED = 14,
};

/* blockLength of roots and groups in CME's schema, version 13; copied from there and not from the product. */
struct cme_specified {
	uint16_t template_id;
	uint16_t block_length;
	uint8_t n_groups;
	uint8_t entry_bytes[CME_GROUPS_MAX];
};

extern const struct cme_specified cme_specification[CME_SPECIFIED];
extern const unsigned cme_dimension_bytes[CME_GROUPS_MAX]; /* of the first group, of the second */

/* What a message's header says. */
struct cme_header {
	uint16_t block_length;
	uint16_t template_id;
	uint16_t schema_id;
	uint16_t version;
};

/* An integer, little-endian. */
void cme_add(struct cme_builder *b, unsigned width, uint64_t value);

/* So many bytes, each its place among all. */
void cme_fill(struct cme_builder *b, uint32_t n);

/* A packet header, and no message. */
void cme_packet(struct cme_builder *b, uint32_t sequence, uint64_t sending_time);

/* A message's header; what follows is the message's until cme_message_end says in MsgSize how much it was. */
void cme_message(struct cme_builder *b, struct cme_header header);
void cme_message_end(struct cme_builder *b);

/* A group's dimension of 3 or 8 bytes, whose padding is not 0. */
void
cme_dimension(struct cme_builder *b, unsigned width, uint16_t block_length, uint8_t num_in_group);

/* A dimension and the entries it speaks of. */
void cme_group(struct cme_builder *b, unsigned width, uint16_t block_length, uint8_t num_in_group);

#endif
