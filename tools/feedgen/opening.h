/* SPDX-License-Identifier: BSD-3-Clause */
/* What a day starts with: system events and reference data of every symbol. */
#ifndef LEAT_FEEDGEN_OPENING_H
#define LEAT_FEEDGEN_OPENING_H

#include "tools/feedgen/market.h"

#include <stdint.h>

/* Messages in an opening. */
uint64_t opening_length(uint32_t symbol_count);

/* Writes message number at of the opening. */
void opening_write(struct market *market, uint64_t at);

/* Writes a system event, here and at the end of the day. */
void opening_event_write(struct market *market, char event);

#endif
