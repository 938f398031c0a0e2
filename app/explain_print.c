/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses, tenants, flow, rules, limits, fate. */
#include "app/explain_print.h"

#include "app/rule_text.h"
#include "pipeline/flow/flow_subject.h"
#include "pipeline/tenant/tenant_quota.h"

#include <rte_byteorder.h>

#include <arpa/inet.h>
#include <netinet/in.h>

enum {
	RULE_TEXT_BYTES = 512,
	BITS_A_BYTE = 8,
};

/* JSON integers are signed. */
static json_t *
number(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static void
address_set(json_t *o, const char *key, uint8_t kind, const union packet_address *address)
{
	char text[INET6_ADDRSTRLEN];

	address_text(kind, address, text, sizeof(text));
	json_object_set_new(o, key, json_string(text));
}

static void
headers_set(json_t *o, const struct packet *p)
{
	if (p->vlan_outer != PACKET_NO_VLAN)
		json_object_set_new(o, "vlan", number(p->vlan_outer));
	if (p->vlan_inner != PACKET_NO_VLAN)
		json_object_set_new(o, "vlan_inner", number(p->vlan_inner));
	if (p->kind != PACKET_IPV4 && p->kind != PACKET_IPV6)
		return;
	address_set(o, "src", p->kind, &p->src);
	address_set(o, "dst", p->kind, &p->dst);
	json_object_set_new(o, "proto", number(p->ip_protocol));
	if (p->flags & PACKET_HAS_PORTS) {
		json_object_set_new(o, "sport", number(rte_be_to_cpu_16(p->src_port_be)));
		json_object_set_new(o, "dport", number(rte_be_to_cpu_16(p->dst_port_be)));
	}
	if (p->ip_protocol == IPPROTO_ICMP || p->ip_protocol == IPPROTO_ICMPV6) {
		json_object_set_new(o, "icmp_type", number(p->icmp_type));
		json_object_set_new(o, "icmp_code", number(p->icmp_code));
	}
	if (p->flags & PACKET_FRAGMENT)
		json_object_set_new(
			o,
			"fragment",
			json_string((p->flags & PACKET_LATER_FRAGMENT) ? "later" : "first")
		);
}

static json_t *
flow_json(const struct explained_packet *p)
{
	static const char *const status[] = {
		[EXPLAIN_FLOW_FOUND] = "found",
		[EXPLAIN_FLOW_MADE] = "made",
		[EXPLAIN_FLOW_JUDGED_AGAIN] = "judged_again",
	};
	enum explain_flow how = p->explain->flow;
	const struct flow *f = p->flow;

	if (f == NULL)
		return json_null();
	if (how == EXPLAIN_FLOW_NONE)
		how = EXPLAIN_FLOW_FOUND;
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o}",
		"status",
		status[how],
		"state",
		flow_state_names[f->state],
		"verdict",
		f->verdict == FATE_NONE ? "allow" : fates[f->verdict].name,
		"generation",
		number(f->generation),
		"packets",
		number(f->packets),
		"bytes",
		number(f->bytes)
	);
}

static json_t *
rule_json(const struct tenant *tenant, const struct explain_rules *consulted)
{
	const struct rule_list *list = consulted->ingress ? tenant->ingress : tenant->egress;
	json_t *o = json_object();
	char text[RULE_TEXT_BYTES];

	json_object_set_new(o, "tenant", json_string(tenant->path));
	json_object_set_new(o, "list", json_string(consulted->ingress ? "ingress" : "egress"));
	if (consulted->rule == RULE_DEFAULT) {
		json_object_set_new(o, "rule", json_string("default"));
	} else {
		const struct rule *rule = rule_list_rule(list, (unsigned)consulted->rule);

		rule_text(rule, text, sizeof(text));
		json_object_set_new(o, "rule", number((uint64_t)consulted->rule));
		json_object_set_new(o, "name", json_string(rule->name));
		json_object_set_new(o, "line", number(rule->line));
		json_object_set_new(o, "match", json_string(text));
	}
	json_object_set_new(o, "action", json_string(rule_action_names[consulted->action]));
	return o;
}

static json_t *
rules_json(const struct tenant_set *set, const struct explain *e)
{
	json_t *rules = json_array();

	for (unsigned i = 0; i < e->n_rules; i++)
		json_array_append_new(
			rules, rule_json(&set->tenants[e->rules[i].slot], &e->rules[i])
		);
	return rules;
}

static void
limit_add(json_t *limits, const char *path, const char *name, uint64_t max, int64_t left)
{
	json_array_append_new(
		limits,
		json_pack(
			"{s:s, s:s, s:o, s:o}",
			"tenant",
			path,
			"limit",
			name,
			"max",
			number(max),
			"left",
			json_integer(left)
		)
	);
}

/* The limits of one level, with what is left of them after the packet: in buckets and in the worker's own credit. */
static void
level_limits_add(json_t *limits, const struct tenancy *t, uint16_t slot)
{
	const struct tenant *tenant = &t->books.set->tenants[slot];
	const struct tenant_limits *l = &tenant->limits;
	const struct tenant_usage *usage = &t->books.usage[slot];
	const struct tenant_account *account = &t->books.accounts[slot];
	uint64_t now = t->books.now_ns, left;

	if (l->flows_max != UINT64_MAX)
		limit_add(
			limits,
			tenant->path,
			"flows.max",
			l->flows_max,
			(int64_t)(l->flows_max - usage->flows)
		);
	if (l->flows.per_second != 0)
		limit_add(
			limits,
			tenant->path,
			"flows.rate",
			l->flows.per_second,
			meter_level(&usage->flow_meter, &l->flows, now)
		);
	if (l->packets.per_second != 0)
		limit_add(
			limits,
			tenant->path,
			"pps.max",
			l->packets.per_second,
			meter_level(&usage->packet_meter, &l->packets, now) + account->packet_credit
		);
	if (l->bytes.per_second != 0)
		limit_add(
			limits,
			tenant->path,
			"bps.max",
			l->bytes.per_second * BITS_A_BYTE,
			(meter_level(&usage->byte_meter, &l->bytes, now) + account->byte_credit) *
				BITS_A_BYTE
		);
	left = tenant_quota_left(tenant, usage, t->books.now_unix_ns);
	if (left != UINT64_MAX)
		limit_add(
			limits,
			tenant->path,
			"quota",
			l->quota.amount,
			(int64_t)left + (l->quota.unit == TENANT_QUOTA_BYTES
						 ? account->byte_credit
						 : account->packet_credit)
		);
}

static json_t *
limits_json(const struct tenancy *t, uint16_t payer)
{
	json_t *limits = json_array();

	for (uint16_t slot = payer; slot != TENANT_NONE; slot = t->books.set->tenants[slot].parent)
		level_limits_add(limits, t, slot);
	return limits;
}

static void
tenancy_set(json_t *o, const struct tenancy *t, const struct explained_packet *p)
{
	const struct tenant *tenants = t->books.set->tenants;
	uint16_t from = p->flow != NULL ? p->flow->from : p->packet->from;
	uint16_t to = p->flow != NULL ? p->flow->to : p->packet->to;
	uint16_t payer = tenant_payer(from, to);

	json_object_set_new(o, "from", json_string(tenants[from].path));
	json_object_set_new(o, "to", json_string(tenants[to].path));
	json_object_set_new(o, "payer", json_string(tenants[payer].path));
	json_object_set_new(o, "flow", flow_json(p));
	json_object_set_new(o, "rules", rules_json(t->books.set, p->explain));
	json_object_set_new(o, "limits", limits_json(t, payer));
	if (p->explain->level != TENANT_NONE)
		json_object_set_new(o, "refused_by", json_string(tenants[p->explain->level].path));
	if (p->explain->audited)
		json_object_set_new(o, "audited", json_true());
}

json_t *
explain_json(const struct appliance *a, const struct explained_packet *p)
{
	const struct tenancy *t = a->lcores[0]->worker->tenancy;
	json_t *o = json_object();

	json_object_set_new(o, "packet", number(p->number));
	json_object_set_new(o, "time_ns", number(p->time_ns));
	json_object_set_new(o, "port", json_string(a->config->ports[p->port].name));
	json_object_set_new(o, "bytes", number(p->bytes));
	headers_set(o, p->packet);
	/* What the claims or the headers have decided never came to the tenants. */
	if (t != NULL &&
	    (p->fate == FATE_FORWARD || p->fate == FATE_DELIVER || p->fate == FATE_UNCLAIMED ||
	     p->fate == FATE_FEED_MALFORMED || p->fate == FATE_TCP_BAD_FLAGS ||
	     fates[p->fate].class == FATE_CLASS_TENANT))
		tenancy_set(o, t, p);
	json_object_set_new(o, "fate", json_string(fates[p->fate].name));
	json_object_set_new(o, "help", json_string(fates[p->fate].help));
	return o;
}
