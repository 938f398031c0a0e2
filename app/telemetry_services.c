/* SPDX-License-Identifier: BSD-3-Clause */
/* Services: sums over the workers. */
#include "app/telemetry_services.h"

#include "app/services.h"
#include "app/telemetry_messages.h"
#include "app/telemetry_page.h"

#include <errno.h>
#include <string.h>

static void
service_add(const struct service *service, const struct service_counters *c, struct rte_tel_data *d)
{
	telemetry_add_text(d, "name", service->name);
	telemetry_add_text(d, "protocol", service->decoder->name);
	telemetry_add_number(d, "connections", c->connections);
	telemetry_add_number(d, "open", c->connections - c->closed);
	telemetry_add_number(d, "refused", c->refused);
	telemetry_add_number(d, "messages", c->messages);
	telemetry_add_number(d, "malformed", telemetry_malformed(c->errors));
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
service_details_add(
	const struct decoder *decoder, const struct service_counters *c, struct rte_tel_data *d
)
{
	static const char *const keys[MESSAGE_LAYERS] = {
		[MESSAGE_OF_VENUE] = "messages_by_type",
		[MESSAGE_OF_CLIENT] = "requests_by_type",
		[MESSAGE_OF_SESSION] = "session_by_type",
	};

	for (unsigned layer = 0; layer < MESSAGE_LAYERS; layer++)
		telemetry_add_types(
			d,
			keys[layer],
			decoder_layer_protocol(decoder, layer),
			c->messages_by_type[layer],
			false
		);
	telemetry_add_reasons(d, c->errors);
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
