/* SPDX-License-Identifier: BSD-3-Clause */
/* Services: sums over the workers. */
#include "app/telemetry_services.h"

#include "app/services.h"
#include "app/telemetry_page.h"

#include <errno.h>
#include <string.h>

static uint64_t
malformed_sum(const struct service_counters *c)
{
	uint64_t sum = 0;

	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		sum += c->errors[error];
	return sum;
}

static void
service_add(const struct service *service, const struct service_counters *c, struct rte_tel_data *d)
{
	telemetry_add_text(d, "name", service->name);
	telemetry_add_text(d, "protocol", service->decoder->name);
	telemetry_add_number(d, "connections", c->connections);
	telemetry_add_number(d, "open", c->connections - c->closed);
	telemetry_add_number(d, "refused", c->refused);
	telemetry_add_number(d, "messages", c->messages);
	telemetry_add_number(d, "malformed", malformed_sum(c));
	telemetry_add_number(d, "losses", c->losses);
	telemetry_add_number(d, "lost_bytes", c->lost_bytes);
}

static void
service_row(
	const struct appliance *a,
	const struct appliance_totals *totals,
	unsigned i,
	struct rte_tel_data *row
)
{
	struct service_counters c;

	(void)totals;
	services_total(a, (uint16_t)i, &c);
	service_add(&a->services->services[i], &c, row);
}

int
telemetry_services(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	return telemetry_page(a, params, d, a->services != NULL ? a->services->n : 0, service_row);
}

/* Types that have not come are left out: FIX has more of them than an answer has room for. */
static void
types_add(
	struct rte_tel_data *d,
	const char *key,
	const struct message_protocol *protocol,
	const uint64_t counts[256]
)
{
	struct rte_tel_data *types = protocol != NULL ? telemetry_part_make() : NULL;

	if (types == NULL)
		return;
	for (unsigned type = 0; type < 256; type++) {
		if (protocol->layouts[type] != NULL && counts[type] > 0)
			telemetry_add_number(types, protocol->layouts[type]->name, counts[type]);
	}
	telemetry_part_add(d, key, types);
}

static void
errors_add(struct rte_tel_data *d, const struct service_counters *c)
{
	struct rte_tel_data *errors = telemetry_part_make();

	if (errors == NULL)
		return;
	for (unsigned error = DECODE_ERROR_NONE + 1; error < DECODE_ERROR_COUNT; error++)
		telemetry_add_number(errors, decode_errors[error].name, c->errors[error]);
	telemetry_part_add(d, "malformed_by_reason", errors);
}

static void
service_details_add(
	const struct decoder *decoder, const struct service_counters *c, struct rte_tel_data *d
)
{
	types_add(d, "messages_by_type", decoder->messages, c->messages_by_type[MESSAGE_OF_VENUE]);
	types_add(
		d,
		"requests_by_type",
		decoder->requests != NULL ? decoder->requests : decoder->messages,
		c->messages_by_type[MESSAGE_OF_CLIENT]
	);
	types_add(
		d,
		"session_by_type",
		decoder->stream->session_messages,
		c->messages_by_type[MESSAGE_OF_SESSION]
	);
	errors_add(d, c);
}

int
telemetry_service(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct service_counters c;

	for (uint16_t i = 0; params != NULL && a->services != NULL && i < a->services->n; i++) {
		const struct service *service = &a->services->services[i];

		if (strcmp(service->name, params) != 0)
			continue;
		services_total(a, i, &c);
		service_add(service, &c, d);
		service_details_add(service->decoder, &c, d);
		return 0;
	}
	return -ENOENT;
}

static void
resource_add(
	struct rte_tel_data *d,
	const char *key,
	const struct stream_budget *budget,
	enum stream_resource resource
)
{
	struct rte_tel_data *part = telemetry_part_make();

	if (part == NULL)
		return;
	telemetry_add_number(part, "used", budget->used[resource]);
	telemetry_add_number(part, "limit", budget->limits[resource]);
	telemetry_add_number(part, "refused", budget->refused[resource]);
	telemetry_part_add(d, key, part);
}

int
telemetry_streams(const struct appliance *a, const char *params, struct rte_tel_data *d)
{
	struct stream_budget total;

	if (params != NULL && params[0] != '\0')
		return -EINVAL;
	services_budget_total(a, &total);
	resource_add(d, "streams", &total, STREAM_RESOURCE_STREAMS);
	resource_add(d, "waiting_segments", &total, STREAM_RESOURCE_HELD_SEGMENTS);
	resource_add(d, "partial_bytes", &total, STREAM_RESOURCE_PARTIAL_BYTES);
	for (unsigned i = 0; i < STREAM_COUNTER_COUNT; i++)
		telemetry_add_number(d, stream_counters[i].name, total.counters[i]);
	return 0;
}
