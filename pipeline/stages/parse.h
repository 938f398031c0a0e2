/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parse: fills the metadata of every packet of a burst from its headers and checks what can be checked without state:
 * bounds, lengths against each other, checksums. Each malformed class is a fate of its own.
 */
#ifndef PIPELINE_STAGES_PARSE_H
#define PIPELINE_STAGES_PARSE_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

void parse_stage(struct worker *w, struct burst *b);

/* The same for one packet, for tools that have no worker. */
void packet_parse(const struct rte_mbuf *m, struct packet *p);

#endif
