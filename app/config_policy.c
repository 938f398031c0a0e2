/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys `egress` and `ingress` of a tenant: rules, with sets resolved. */
#include "app/config_reading.h"
#include "app/config_values.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* IP versions that a packet of a rule may have, as bits. */
enum {
	VERSION_4 = 1 << 0,
	VERSION_6 = 1 << 1,
};

/* A rule while it is being read. */
struct rule_reading {
	struct tenants_reading *all;
	struct rule rule;
};

static void
protocol_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	(void)config_protocol_read(r, value, &((struct rule_reading *)object)->rule.protocol);
}

static void
addresses_read(
	struct yaml_reader *r,
	struct yaml_node *value,
	struct tenants_reading *all,
	struct prefix **prefixes,
	unsigned *n
)
{
	struct prefix_list list = {0};

	(void)config_addresses_read(r, value, all->sets, &list); /* an error has been counted */
	*prefixes = list.prefixes;
	*n = list.n;
	if (list.n > CONFIG_RULE_PREFIXES_MAX - all->n_prefixes)
		yaml_reader_error(
			r, value, "more than %d prefixes in all rules", CONFIG_RULE_PREFIXES_MAX
		);
	else
		all->n_prefixes += list.n;
}

static void
src_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct rule_reading *reading = object;

	addresses_read(r, value, reading->all, &reading->rule.src, &reading->rule.n_src);
}

static void
dst_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct rule_reading *reading = object;

	addresses_read(r, value, reading->all, &reading->rule.dst, &reading->rule.n_dst);
}

static void
range_read(struct yaml_reader *r, struct yaml_node *value, struct port_range *ranges, unsigned *n)
{
	struct port_range range;

	if (!config_ports_range_read(r, value, &range))
		return;
	if (range.first > range.last)
		yaml_reader_error(r, value, "the port range ends before it begins");
	else
		ranges[(*n)++] = range;
}

/* A port, a range, or a list of these. */
static void
ports_read(struct yaml_reader *r, struct yaml_node *value, struct port_range **ranges, unsigned *n)
{
	bool is_list = value->kind == YAML_LIST;

	/* Read as "any" it would be the opposite of what it says. */
	if (is_list && value->length == 0) {
		yaml_reader_error(r, value, "names no port");
		return;
	}
	*ranges = calloc(is_list ? value->length : 1, sizeof(**ranges));
	if (*ranges == NULL) {
		yaml_reader_error(r, value, "out of memory");
		return;
	}
	if (!is_list)
		range_read(r, value, *ranges, n);
	for (struct yaml_node *item = is_list ? value->first : NULL; item != NULL;
	     item = item->next)
		range_read(r, item, *ranges, n);
}

static void
sport_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct rule *rule = &((struct rule_reading *)object)->rule;

	ports_read(r, value, &rule->src_ports, &rule->n_src_ports);
}

static void
dport_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct rule *rule = &((struct rule_reading *)object)->rule;

	ports_read(r, value, &rule->dst_ports, &rule->n_dst_ports);
}

static void
icmp_type_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	uint64_t number;

	if (yaml_read_uint(r, value, 0, UINT8_MAX, &number))
		((struct rule_reading *)object)->rule.icmp_type = (int)number;
}

static void
icmp_code_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	uint64_t number;

	if (yaml_read_uint(r, value, 0, UINT8_MAX, &number))
		((struct rule_reading *)object)->rule.icmp_code = (int)number;
}

static void
action_read(struct yaml_reader *r, struct yaml_node *value, enum rule_action *action)
{
	int word = yaml_read_word(r, value, rule_action_names, RULE_REJECT + 1);

	if (word >= 0)
		*action = (enum rule_action)word;
}

static void
rule_action_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	action_read(r, value, &((struct rule_reading *)object)->rule.action);
}

static const struct yaml_key rule_keys[] = {
	{.name = "name",
	 .type = YAML_KEY_STRING,
	 .offset = offsetof(struct rule_reading, rule.name),
	 .size = RULE_NAME_BYTES},
	{.name = "proto", .type = YAML_KEY_CUSTOM, .read = protocol_read},
	{.name = "src", .type = YAML_KEY_CUSTOM, .read = src_read},
	{.name = "dst", .type = YAML_KEY_CUSTOM, .read = dst_read},
	{.name = "sport", .type = YAML_KEY_CUSTOM, .read = sport_read},
	{.name = "dport", .type = YAML_KEY_CUSTOM, .read = dport_read},
	{.name = "icmp_type", .type = YAML_KEY_CUSTOM, .read = icmp_type_read},
	{.name = "icmp_code", .type = YAML_KEY_CUSTOM, .read = icmp_code_read},
	{.name = "action", .type = YAML_KEY_CUSTOM, .read = rule_action_read, .required = true},
	{.name = NULL},
};

static unsigned
prefixes_versions(const struct prefix *prefixes, unsigned n)
{
	unsigned versions = n == 0 ? VERSION_4 | VERSION_6 : 0;

	for (unsigned i = 0; i < n; i++)
		versions |= prefixes[i].kind == PACKET_IPV4 ? VERSION_4 : VERSION_6;
	return versions;
}

static unsigned
protocol_versions(int protocol)
{
	if (protocol == IPPROTO_ICMP)
		return VERSION_4;
	return protocol == IPPROTO_ICMPV6 ? VERSION_6 : VERSION_4 | VERSION_6;
}

/* What is wrong with the keys together, or NULL. */
static const char *
rule_fault(const struct rule *rule)
{
	unsigned src = prefixes_versions(rule->src, rule->n_src);
	unsigned dst = prefixes_versions(rule->dst, rule->n_dst);

	if (rule->n_src_ports > 0 && !config_protocol_has_ports(rule->protocol))
		return "sport needs a proto that has ports: tcp, udp, sctp";
	if (rule->n_dst_ports > 0 && !config_protocol_has_ports(rule->protocol))
		return "dport needs a proto that has ports: tcp, udp, sctp";
	if (rule->icmp_type != RULE_ANY && rule->protocol != IPPROTO_ICMP &&
	    rule->protocol != IPPROTO_ICMPV6)
		return "icmp_type needs proto icmp or icmp6";
	if (rule->icmp_code != RULE_ANY && rule->icmp_type == RULE_ANY)
		return "icmp_code needs an icmp_type";
	if ((src & dst) == 0)
		return "src and dst are of different IP versions";
	if ((src & dst & protocol_versions(rule->protocol)) == 0)
		return "icmp is IPv4's and icmp6 IPv6's";
	return NULL;
}

/* A rule into the next place of the list. */
static void
rule_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	struct tenants_reading *all,
	struct config_rules *rules
)
{
	struct rule_reading reading = {
		.all = all,
		.rule =
			{.protocol = RULE_ANY,
			 .icmp_type = RULE_ANY,
			 .icmp_code = RULE_ANY,
			 .line = node->line},
	};
	unsigned errors_before = r->n_errors;
	const char *fault;

	yaml_read_mapping(r, node, rule_keys, &reading);
	fault = r->n_errors == errors_before ? rule_fault(&reading.rule) : NULL;
	if (fault != NULL)
		yaml_reader_error(r, node, "%s", fault);
	if (r->n_errors > errors_before)
		rule_clear(&reading.rule);
	else
		rules->rules[rules->n++] = reading.rule;
}

/* The value of `egress` or `ingress`. */
struct rules_reading {
	struct tenants_reading *all;
	struct config_rules *rules;
};

static void
default_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	action_read(r, value, &((struct rules_reading *)object)->rules->default_action);
}

static void
list_read(struct yaml_reader *r, struct yaml_node *value, void *object)
{
	struct rules_reading *reading = object;
	struct tenants_reading *all = reading->all;

	if (value->kind != YAML_LIST) {
		yaml_reader_error(r, value, "is not a list");
		return;
	}
	if (value->length > RULE_LIST_MAX) {
		yaml_reader_error(r, value, "more than %d rules", RULE_LIST_MAX);
		return;
	}
	if (value->length > CONFIG_RULES_MAX - all->n_rules) {
		yaml_reader_error(r, value, "more than %d rules of all tenants", CONFIG_RULES_MAX);
		return;
	}
	all->n_rules += value->length;
	reading->rules->rules = calloc(value->length + 1, sizeof(*reading->rules->rules));
	if (reading->rules->rules == NULL) {
		yaml_reader_error(r, value, "out of memory");
		return;
	}
	for (struct yaml_node *node = value->first; node != NULL; node = node->next)
		rule_read(r, node, all, reading->rules);
}

static const struct yaml_key rules_keys[] = {
	{.name = "default", .type = YAML_KEY_CUSTOM, .read = default_read},
	{.name = "rules", .type = YAML_KEY_CUSTOM, .read = list_read},
	{.name = NULL},
};

static void
rules_read(
	struct yaml_reader *r,
	struct yaml_node *value,
	struct tenants_reading *all,
	struct config_rules *rules
)
{
	struct rules_reading reading = {.all = all, .rules = rules};

	rules->given = true;
	rules->default_action = RULE_DENY;
	yaml_read_mapping(r, value, rules_keys, &reading);
}

void
config_egress_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading)
{
	struct tenant_reading *reading = tenant_reading;

	rules_read(r, value, reading->all, &reading->tenant.egress);
}

void
config_ingress_read(struct yaml_reader *r, struct yaml_node *value, void *tenant_reading)
{
	struct tenant_reading *reading = tenant_reading;

	rules_read(r, value, reading->all, &reading->tenant.ingress);
}
