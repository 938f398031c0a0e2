/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of an answer that speak of messages, of feeds and of services alike. Telemetry thread only. */
#ifndef APP_TELEMETRY_MESSAGES_H
#define APP_TELEMETRY_MESSAGES_H

#include "pipeline/decode/message.h"

#include <rte_telemetry.h>

#include <stdbool.h>
#include <stdint.h>

/* Counts by the names of the messages; those of 0 only `with_zeros`. A protocol of NULL adds nothing. */
void telemetry_add_types(
	struct rte_tel_data *d,
	const char *key,
	const struct message_protocol *protocol,
	const uint64_t counts[256],
	bool with_zeros
);

/* Counts by reason, under `malformed_by_reason`. */
void telemetry_add_reasons(struct rte_tel_data *d, const uint64_t counts[DECODE_ERROR_COUNT]);

/* Over all reasons. */
uint64_t telemetry_malformed(const uint64_t counts[DECODE_ERROR_COUNT]);

#endif
