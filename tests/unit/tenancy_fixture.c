/* SPDX-License-Identifier: BSD-3-Clause */
/* An appliance of one worker, its clock and its books. */
#include "tests/unit/tenancy_fixture.h"

#include "app/appliance_wiring.h"
#include "app/claims.h"
#include "app/worker_path.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/mbuf_builder.h"
#include "tests/unit/unit_test.h"

#include <rte_errno.h>

#include <stdlib.h>
#include <string.h>

#define MS_NS UINT64_C(1000000)
#define SECOND_NS UINT64_C(1000000000)

/* Fewer than a turn looks at. */
enum {
	FLOWS_A_TURN = 8,
	PLACES_A_TURN = 32,
};

static struct tenancy_fixture fixture;
static struct packet_builder builder; /* large */
static bool is_open;

/* What has become of packets so far, over all accounts that are in force. */
struct sums {
	uint64_t passed, dropped[TENANT_REASONS];
	uint64_t audited[TENANT_REASONS], refused[TENANT_REASONS];
};

static struct config *
config_make(const char *text)
{
	char *said;
	struct config *config = config_from_text(text, &said);

	if (config == NULL)
		fail_msg("config:\n%s\nsays:\n%s", text, said);
	free(said);
	return config;
}

static void
clock_set(uint64_t now_ns)
{
	fixture.now_ns = now_ns;
	tenancy_turn_at(fixture.t, now_ns);
}

struct tenancy_fixture *
tenancy_open(const char *text)
{
	struct plan_limits limits[CONFIG_PORTS_MAX] = {{0}};
	struct tenancy_fixture *f = &fixture;

	assert_false(is_open);
	memset(f, 0, sizeof(*f));
	f->a.config = config_make(text);
	f->a.plan = plan_create(f->a.config, limits);
	assert_non_null(f->a.plan);
	is_open = true;
	assert_int_equal(appliance_wire_dry(&f->a), 0);
	assert_int_equal(claims_prepare(&f->a), 0);
	f->worker = f->a.lcores[0]->worker;
	f->t = f->worker->tenancy;
	assert_non_null(f->t);
	f->a.tenants.unix_offset_ns = 0; /* periods of quotas begin when seconds do */
	clock_set(SECOND_NS);
	return f;
}

static uint32_t
slot_flows(uint16_t slot)
{
	return flow_table_owner_flows(fixture.t->flows4, slot) +
	       flow_table_owner_flows(fixture.t->flows6, slot);
}

static void
flow_check(const struct flow *f)
{
	uint16_t n_slots = fixture.a.tenants.n_slots;

	assert_in_range(f->from, 0, n_slots - 1);
	assert_in_range(f->to, 0, n_slots - 1);
	assert_in_range(f->state, 0, FLOW_STATE_COUNT - 1);
	if (f->verdict == FATE_NONE)
		assert_false(f->flags & FLOW_AUDITED);
	else
		assert_in_range(f->verdict, FATE_TENANT_FIRST, FATE_TENANT_LAST);
}

/* Adds the flows of a table to the counts of those who pay for them. */
static void
table_count(const struct flow_table *table, uint32_t *flows)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < flow_table_capacity(table); i++) {
		const struct flow *f = flow_table_at(table, i);

		if (f == NULL)
			continue;
		flow_check(f);
		flows[flow_payer(f)]++;
		n++;
	}
	assert_int_equal(n, flow_table_flows(table));
}

void
tenancy_check(void)
{
	const struct tenants *tenants = &fixture.a.tenants;
	uint32_t *flows = calloc(tenants->n_slots, sizeof(*flows));
	uint64_t *used = calloc(tenants->n_slots, sizeof(*used));

	assert_true(flows != NULL && used != NULL);
	table_count(fixture.t->flows4, flows);
	table_count(fixture.t->flows6, flows);
	for (uint16_t slot = 0; slot < tenants->n_slots; slot++) {
		assert_int_equal(slot_flows(slot), flows[slot]);
		for (uint16_t up = slot; flows[slot] > 0 && up != TENANT_NONE;
		     up = tenants->set->tenants[up].parent)
			used[up] += flows[slot];
	}
	for (uint16_t slot = 0; slot < tenants->n_slots; slot++) {
		if (tenants->usage[slot].flows != used[slot])
			fail_msg(
				"slot %u (%s) has used %lu flows, and it and those below own %lu",
				slot,
				tenants->set->tenants[slot].path,
				(unsigned long)tenants->usage[slot].flows,
				(unsigned long)used[slot]
			);
	}
	free(flows);
	free(used);
}

static void
due_run(void)
{
	uint32_t places =
		flow_table_capacity(fixture.t->flows4) + flow_table_capacity(fixture.t->flows6);
	unsigned turns = 4 + tenancy_flows_all() / FLOWS_A_TURN + places / PLACES_A_TURN;

	for (unsigned i = 0; i < turns; i++)
		tenancy_tidy(fixture.t);
}

void
tenancy_wait_ms(uint64_t ms)
{
	clock_set(fixture.now_ns + ms * MS_NS);
	due_run();
}

static void
everything_ends(void)
{
	const uint64_t month_ms = UINT64_C(31) * 86400 * 1000; /* the longest timeout is 30 days */

	tenancy_wait_ms(month_ms);
	tenancy_check();
	assert_int_equal(tenancy_flows_all(), 0);
	for (uint16_t slot = 0; slot < fixture.a.tenants.n_slots; slot++)
		assert_int_equal(fixture.a.tenants.usage[slot].flows, 0);
}

static void
fixture_close(void)
{
	is_open = false;
	claims_end(&fixture.a);
	appliance_unwire(&fixture.a);
	plan_destroy(fixture.a.plan);
	config_free(fixture.a.config);
}

int
tenancy_teardown(void **state)
{
	if (is_open) {
		tenancy_check();
		everything_ends();
		fixture_close();
	}
	return eal_fixture_mbufs_are_back(state);
}

static void
sums_take(struct sums *s)
{
	const struct tenants *tenants = &fixture.a.tenants;

	*s = (struct sums){0};
	for (uint16_t slot = 0; slot < tenants->n_slots; slot++) {
		const struct tenant *tenant = &tenants->set->tenants[slot];
		const struct tenant_account *account = &fixture.t->books.accounts[slot];

		/* The counts of another tenant go when this one's first packet comes. */
		if (!tenant->used || account->incarnation != tenant->incarnation)
			continue;
		s->passed += account->packets[0] + account->packets[1];
		for (unsigned i = 0; i < TENANT_REASONS; i++) {
			s->dropped[i] += account->drops[i];
			s->audited[i] += account->audits[i];
			s->refused[i] += account->refusals[i];
		}
	}
}

/* Packets that the tenants' stages had to decide on have passed or been dropped, once, and for the reason they have. */
static void
sums_check(const struct sums *before)
{
	struct sums expected = *before, now;

	for (unsigned i = 0; i < fixture.burst.n; i++) {
		uint8_t fate = fixture.burst.packets[i].fate;

		if (fate == FATE_NONE)
			expected.passed++;
		else if (fates[fate].class == FATE_CLASS_TENANT)
			expected.dropped[tenant_reason(fate)]++;
	}
	sums_take(&now);
	assert_int_equal(now.passed, expected.passed);
	for (unsigned i = 0; i < TENANT_REASONS; i++) {
		assert_int_equal(now.dropped[i], expected.dropped[i]);
		/* Some level has refused what was dropped. What is only audited counts there once for a flow. */
		if (now.audited[i] == before->audited[i])
			assert_int_equal(
				now.refused[i] - before->refused[i],
				now.dropped[i] - before->dropped[i]
			);
	}
}

void
tenancy_add_built(const struct packet_builder *b, uint16_t in)
{
	struct rte_mbuf *m = mbuf_exact(b->bytes, b->length);

	assert_true(fixture.burst.n < BURST_MAX);
	m->port = in;
	fixture.burst.mbufs[fixture.burst.n++] = m;
}

void
tenancy_add(const struct packet_spec *s)
{
	packet_spec_build(s, &builder);
	tenancy_add_built(&builder, s->in);
}

void
tenancy_run(void)
{
	struct sums before;

	sums_take(&before);
	worker_path(fixture.worker, &fixture.burst);
	sums_check(&before);
	rte_pktmbuf_free_bulk(fixture.burst.mbufs, fixture.burst.n);
	/* The next one begins; what became of this one stays to be looked at. */
	fixture.burst.n = 0;
}

enum fate
tenancy_fate(unsigned i)
{
	enum fate fate = fixture.burst.packets[i].fate;

	return fate == FATE_NONE ? FATE_FORWARD : fate;
}

const struct flow *
tenancy_flow(unsigned i)
{
	return fixture.burst.flows[i];
}

enum fate
tenancy_send_built(const struct packet_builder *b, uint16_t in)
{
	tenancy_add_built(b, in);
	tenancy_run();
	return tenancy_fate(0);
}

enum fate
tenancy_send(const struct packet_spec *s)
{
	tenancy_add(s);
	tenancy_run();
	return tenancy_fate(0);
}

int
tenancy_reload_try(const char *text)
{
	struct config *config = config_make(text);
	struct tenant_set *set = tenants_compile(&fixture.a, config);
	int error = set == NULL ? -rte_errno : 0;

	/* Nothing of it is needed any more. */
	config_free(config);
	if (set == NULL)
		return error;
	tenants_publish(&fixture.a, set);
	clock_set(fixture.now_ns);
	return 0;
}

void
tenancy_reload(const char *text)
{
	assert_int_equal(tenancy_reload_try(text), 0);
}

uint16_t
tenancy_slot(const char *path)
{
	uint16_t slot = tenants_find(&fixture.a.tenants, path);

	if (slot == TENANT_NONE)
		fail_msg("there is no tenant %s", path);
	return slot;
}

const struct tenant_account *
tenancy_account(const char *path)
{
	return &fixture.t->books.accounts[tenancy_slot(path)];
}

uint64_t
tenancy_flows_used(const char *path)
{
	return fixture.a.tenants.usage[tenancy_slot(path)].flows;
}

uint32_t
tenancy_flows_owned(const char *path)
{
	return slot_flows(tenancy_slot(path));
}

uint64_t
tenancy_drops(const char *path, enum fate reason)
{
	return tenancy_account(path)->drops[tenant_reason(reason)];
}

uint64_t
tenancy_audits(const char *path, enum fate reason)
{
	return tenancy_account(path)->audits[tenant_reason(reason)];
}

uint64_t
tenancy_refusals(const char *path, enum fate reason)
{
	return tenancy_account(path)->refusals[tenant_reason(reason)];
}

uint64_t
tenancy_passed(const char *path)
{
	const struct tenant_account *account = tenancy_account(path);

	return account->packets[0] + account->packets[1];
}

uint32_t
tenancy_flows_all(void)
{
	return flow_table_flows(fixture.t->flows4) + flow_table_flows(fixture.t->flows6);
}
