/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of messages as dictionaries. */
#include "app/telemetry_messages.h"

#include "app/telemetry_page.h"
#include "pipeline/counters.h"

void
telemetry_add_types(
	struct rte_tel_data *d,
	const char *key,
	const struct message_protocol *protocol,
	const uint64_t counts[256],
	bool with_zeros
)
{
	struct rte_tel_data *types = protocol != NULL ? telemetry_part_make() : NULL;

	if (types == NULL)
		return;
	for (unsigned type = 0; type < 256; type++) {
		uint64_t n = counter_read(&counts[type]);

		if (protocol->layouts[type] != NULL && (n > 0 || with_zeros))
			telemetry_add_number(types, protocol->layouts[type]->name, n);
	}
	telemetry_part_add(d, key, types);
}

void
telemetry_add_reasons(struct rte_tel_data *d, const uint64_t counts[DECODE_ERROR_COUNT])
{
	struct rte_tel_data *reasons = telemetry_part_make();

	if (reasons == NULL)
		return;
	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		telemetry_add_number(
			reasons, decode_errors[error].name, counter_read(&counts[error])
		);
	telemetry_part_add(d, "malformed_by_reason", reasons);
}

uint64_t
telemetry_malformed(const uint64_t counts[DECODE_ERROR_COUNT])
{
	uint64_t sum = 0;

	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		sum += counter_read(&counts[error]);
	return sum;
}
