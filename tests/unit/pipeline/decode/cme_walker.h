/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of CME MDP 3.0 looked up and walked through, every byte of them that is given out read. */
#ifndef UNIT_PIPELINE_DECODE_CME_WALKER_H
#define UNIT_PIPELINE_DECODE_CME_WALKER_H

#include "pipeline/decode/decode_error.h"
#include "tests/unit/pipeline/decode/cme_builder.h"

/* What a walk found. */
struct cme_walked {
	enum decode_error error;
	unsigned n_parts;
	unsigned n_entries[CME_GROUPS_MAX]; /* no_md_entries, no_order_id_entries */
	uint32_t root_bytes; /* with the message's header */
	uint32_t entry_bytes; /* of the last entry */
	uint32_t error_offset;
};

/* A message of schema 1, version 13, up to its groups. */
void cme_walker_start(struct cme_builder *b, uint16_t template_id, uint16_t block_length);

/* As in the specification, with so many entries in each group. */
void cme_walker_specified(struct cme_builder *b, const struct cme_specified *s, uint8_t n_entries);

/* Walks the builder's first bytes, put where memory ends behind them. */
struct cme_walked cme_walker_walk(const struct cme_builder *b, uint32_t length);

/* All of them, with that outcome. */
struct cme_walked cme_walker_expect(const struct cme_builder *b, enum decode_error expected);

#endif
