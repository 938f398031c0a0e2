/* SPDX-License-Identifier: BSD-3-Clause */
/* From the config's tenants to an immutable set: slots, settings, rule lists, lookups. */
#include "app/appliance.h"
#include "app/log.h"
#include "app/tenants.h"
#include "pipeline/tenant/tenant_lookup.h"

#include <rte_errno.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BITS_A_BYTE = 8 };

/* Of a tenant, or of one below it. */
static bool
slot_has_flows(const struct tenants *t, uint16_t slot)
{
	return __atomic_load_n(&t->usage[slot].flows, __ATOMIC_RELAXED) > 0;
}

/* A slot that nobody has, neither now nor in the set in force; `taken` marks those given away just now. */
static uint16_t
slot_free(struct tenants *t, const uint8_t *taken)
{
	for (unsigned i = 0; i < t->n_slots; i++) {
		uint16_t slot = t->next_slot;

		t->next_slot = (uint16_t)((slot + 1) % t->n_slots);
		if (taken[slot] || slot == TENANT_ROOT)
			continue;
		if (t->set != NULL && (t->set->tenants[slot].used || slot_has_flows(t, slot)))
			continue;
		return slot;
	}
	return TENANT_NONE;
}

/* Paths of the set in force with their slots, sorted. */
struct known_path {
	const char *path;
	uint16_t slot;
};

static int
known_path_compare(const void *a, const void *b)
{
	return strcmp(((const struct known_path *)a)->path, ((const struct known_path *)b)->path);
}

static struct known_path *
known_paths(const struct tenants *t, unsigned *n)
{
	struct known_path *known = calloc((size_t)t->n_slots + 1, sizeof(*known));

	*n = 0;
	for (uint16_t slot = 0; known != NULL && t->set != NULL && slot < t->n_slots; slot++) {
		if (t->set->tenants[slot].used)
			known[(*n)++] = (struct known_path
			){.path = t->set->tenants[slot].path, .slot = slot};
	}
	if (known != NULL)
		qsort(known, *n, sizeof(*known), known_path_compare);
	return known;
}

/* Known tenants keep their slots, others get free ones. 0, -ENOMEM, or -ENOSPC after saying why. */
static int
slots_place(struct tenants *t, const struct config *config, uint16_t *slots)
{
	const struct config_tenants *tenants = &config->tenants;
	uint8_t *taken = calloc(t->n_slots, 1);
	unsigned n_known;
	struct known_path *known = known_paths(t, &n_known);
	int error = taken == NULL || known == NULL ? -ENOMEM : 0;

	for (unsigned i = 0; error == 0 && i < tenants->n; i++) {
		const struct known_path wanted = {.path = tenants->tenants[i].path};
		const struct known_path *found =
			bsearch(&wanted, known, n_known, sizeof(*known), known_path_compare);

		slots[i] = found != NULL ? found->slot : i == 0 ? TENANT_ROOT : TENANT_NONE;
		if (slots[i] != TENANT_NONE)
			taken[slots[i]] = 1;
	}
	for (unsigned i = 0; error == 0 && i < tenants->n; i++) {
		if (slots[i] != TENANT_NONE)
			continue;
		slots[i] = slot_free(t, taken);
		if (slots[i] == TENANT_NONE) {
			log_error(
				"no room for %u tenants: there are %u slots, some of them of "
				"tenants that are gone and still have flows (flows: tenants)",
				tenants->n,
				t->n_slots
			);
			error = -ENOSPC;
		} else {
			taken[slots[i]] = 1;
		}
	}
	free(known);
	free(taken);
	return error;
}

static uint32_t
ticks_of(uint64_t ns)
{
	return (uint32_t)((ns + FLOW_TICK_NS - 1) / FLOW_TICK_NS);
}

static struct meter_rate
rate_of(uint64_t per_second)
{
	return per_second == 0 ? (struct meter_rate){0} : meter_rate_make(per_second);
}

/* Bytes a second of bits a second, and not so few that they would mean no limit. */
static struct meter_rate
byte_rate_of(uint64_t bits_per_second)
{
	if (bits_per_second == 0)
		return (struct meter_rate){0};
	return meter_byte_rate_make(RTE_MAX(bits_per_second / BITS_A_BYTE, UINT64_C(1)));
}

static struct tenant_limits
limits_of(const struct config_tenant *c)
{
	uint64_t burst_ns = c->burst_ns != 0 ? c->burst_ns : METER_DEPTH_NS;
	struct meter_rate packets = rate_of(c->pps_max), bytes = byte_rate_of(c->bps_max);

	return (struct tenant_limits){
		.flows_max = c->flows_max != 0 ? c->flows_max : UINT64_MAX,
		.streams_max = c->streams_max != 0 ? c->streams_max : UINT64_MAX,
		.flows = rate_of(c->flows_rate),
		.packets = meter_rate_deepen(&packets, burst_ns),
		.bytes = meter_rate_deepen(&bytes, burst_ns),
		.quota =
			{
				.unit = c->quota.unit,
				.spent = c->quota.spent,
				.amount = c->quota.amount,
				.period_ns = c->quota.period_ns,
				.throttle = byte_rate_of(c->quota.throttle_bits_per_second),
			},
	};
}

/* The old list where it says the same, so that its hits go on; else a new one. */
static int
rules_compile(
	const struct appliance *a,
	const struct config_rules *rules,
	struct rule_list *old,
	struct rule_list **list
)
{
	*list = NULL;
	if (!rules->given)
		return 0;
	if (old != NULL && rule_list_is(old, rules->rules, rules->n, rules->default_action))
		*list = rule_list_ref(old);
	else
		*list = rule_list_create(
			rules->rules,
			rules->n,
			rules->default_action,
			a->tenants.n_workers,
			SOCKET_ID_ANY
		);
	return *list != NULL ? 0 : -rte_errno;
}

static int
tenant_compile(
	const struct appliance *a,
	const struct config_tenant *c,
	const struct tenant *old, /* what had the slot; NULL: nobody */
	uint16_t parent,
	uint32_t generation,
	struct tenant *tenant
)
{
	bool same = old != NULL && old->used;
	int error;

	*tenant = (struct tenant){
		.parent = parent,
		.depth = (uint8_t)c->depth,
		.used = true,
		.audit = c->audit,
		.frozen = c->frozen,
		.pickup = c->pickup,
		.evict = c->evict,
		.incarnation = same ? old->incarnation : generation,
		.limits = limits_of(c),
	};
	memcpy(tenant->path, c->path, sizeof(tenant->path));
	for (unsigned state = 0; state < FLOW_STATE_COUNT; state++)
		tenant->timeout_ticks[state] = ticks_of(c->timeouts_ns[state]);
	error = rules_compile(a, &c->egress, same ? old->egress : NULL, &tenant->egress);
	if (error == 0)
		error = rules_compile(a, &c->ingress, same ? old->ingress : NULL, &tenant->ingress);
	if (error != 0)
		log_error("tenant %s: its rules cannot be compiled: %s", c->path, strerror(-error));
	return error;
}

static int
tenants_fill(
	const struct appliance *a,
	const struct config *config,
	const uint16_t *slots,
	struct tenant_set *set
)
{
	const struct tenant_set *old = a->tenants.set;
	const struct config_tenants *tenants = &config->tenants;
	int error = 0;

	for (unsigned i = 0; i < tenants->n && error == 0; i++) {
		const struct config_tenant *c = &tenants->tenants[i];

		error = tenant_compile(
			a,
			c,
			old != NULL ? &old->tenants[slots[i]] : NULL,
			i == 0 ? TENANT_NONE : slots[c->parent],
			set->generation,
			&set->tenants[slots[i]]
		);
	}
	return error;
}

/*
 * Slots of tenants that are gone, now or earlier, and may still have flows. They keep their parents: their flows still count
 * there until they have ended.
 */
static void
removed_fill(const struct tenants *t, struct tenant_set *set)
{
	for (uint16_t slot = 0; t->set != NULL && slot < t->n_slots; slot++) {
		const struct tenant *old = &t->set->tenants[slot];
		struct tenant *tenant = &set->tenants[slot];

		if (tenant->used || (!old->used && !slot_has_flows(t, slot)))
			continue;
		*tenant = *old;
		tenant->used = false;
		tenant->egress = NULL;
		tenant->ingress = NULL;
		set->removed[set->n_removed++] = slot;
	}
}

static struct tenant_match
match_of(const struct appliance *a, const struct config_match *c, uint16_t slot)
{
	return (struct tenant_match){
		.port = c->port == CONFIG_NO_PORT ? TENANT_ANY_PORT : a->ports[c->port].id,
		.vlan_outer = c->vlan_outer < 0 ? TENANT_ANY_VLAN : (uint16_t)c->vlan_outer,
		.vlan_inner = c->vlan_inner < 0 ? TENANT_ANY_VLAN : (uint16_t)c->vlan_inner,
		.prefix = c->prefix,
		.protocol = c->protocol < 0 ? TENANT_ANY_PROTOCOL : c->protocol,
		.service = c->service,
		.slot = slot,
	};
}

static int
lookup_compile(
	struct appliance *a,
	const struct config *config,
	const uint16_t *slots,
	struct tenant_set *set
)
{
	const struct config_tenants *tenants = &config->tenants;
	struct tenant_match *from, *to;
	unsigned n_from = 0, n_to = 0;
	char name[16];

	for (unsigned i = 0; i < tenants->n; i++) {
		n_from += tenants->tenants[i].n_from;
		n_to += tenants->tenants[i].n_to;
	}
	from = calloc((size_t)n_from + 1, sizeof(*from));
	to = calloc((size_t)n_to + 1, sizeof(*to));
	n_from = n_to = 0;
	for (unsigned i = 0; from != NULL && to != NULL && i < tenants->n; i++) {
		const struct config_tenant *c = &tenants->tenants[i];

		for (unsigned j = 0; j < c->n_from; j++)
			from[n_from++] = match_of(a, &c->from[j], slots[i]);
		for (unsigned j = 0; j < c->n_to; j++)
			to[n_to++] = match_of(a, &c->to[j], slots[i]);
	}
	(void)snprintf(name, sizeof(name), "t%u", a->tenants.lookups++);
	rte_errno = ENOMEM;
	if (from != NULL && to != NULL)
		set->lookup = tenant_lookup_create(name, from, n_from, to, n_to, SOCKET_ID_ANY);
	free(from);
	free(to);
	if (set->lookup != NULL)
		return 0;
	log_error("the tenants' addresses cannot be indexed: %s", rte_strerror(rte_errno));
	return -rte_errno;
}

static struct tenant_set *
set_alloc(const struct tenants *t)
{
	struct tenant_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		return NULL;
	set->generation = t->generation + 1;
	set->n_slots = t->n_slots;
	set->tenants = calloc(t->n_slots, sizeof(*set->tenants));
	set->removed = calloc(t->n_slots, sizeof(*set->removed));
	if (set->tenants == NULL || set->removed == NULL) {
		tenants_discard(set);
		return NULL;
	}
	for (unsigned slot = 0; slot < t->n_slots; slot++)
		set->tenants[slot].parent = TENANT_NONE;
	return set;
}

struct tenant_set *
tenants_compile(struct appliance *a, const struct config *config)
{
	struct tenant_set *set = set_alloc(&a->tenants);
	uint16_t *slots = calloc((size_t)config->tenants.n + 1, sizeof(*slots));
	int error = set == NULL || slots == NULL ? -ENOMEM : 0;

	if (error != 0)
		log_error("no memory for %u tenants", config->tenants.n);
	if (error == 0)
		error = slots_place(&a->tenants, config, slots);
	if (error == 0)
		error = tenants_fill(a, config, slots, set);
	if (error == 0)
		error = lookup_compile(a, config, slots, set);
	if (error == 0)
		removed_fill(&a->tenants, set);
	free(slots);
	if (error == 0)
		return set;
	tenants_discard(set);
	rte_errno = -error;
	return NULL;
}

void
tenants_discard(struct tenant_set *set)
{
	if (set == NULL)
		return;
	for (unsigned slot = 0; set->tenants != NULL && slot < set->n_slots; slot++) {
		rule_list_unref(set->tenants[slot].egress);
		rule_list_unref(set->tenants[slot].ingress);
	}
	tenant_lookup_destroy((struct tenant_lookup *)(uintptr_t)set->lookup);
	free(set->removed);
	free(set->tenants);
	free(set);
}
