/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows to ACL rules, packets to ACL keys. */
#include "pipeline/claim/claim_match.h"

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_string_fns.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum {
	ADDRESS_WORDS_MAX = 4, /* of 32 bits, in an IPv6 address */
	FIELDS_MAX = 1 + 2 * ADDRESS_WORDS_MAX + 4,
	WORD_BITS = 32,
	PRIORITY_CLAIM = 1,
	PRIORITY_DENY = 2,
	CATEGORIES = 1,
};

/* What the ACL library looks at, in network order. Its fields are of 1, 2 or 4 bytes, in groups of 4. */
struct match_key {
	uint8_t protocol;
	uint8_t zero[3];
	uint32_t src[ADDRESS_WORDS_MAX]; /* IPv4: the first word */
	uint32_t dst[ADDRESS_WORDS_MAX];
	uint16_t dst_port;
	uint16_t has_ports;
	uint16_t vlan;
	uint16_t zeros;
};

RTE_ACL_RULE_DEF(match_rule, FIELDS_MAX);

/* One context for each IP version. */
struct match_table {
	struct rte_acl_ctx *acl; /* NULL: no rule */
	unsigned n_fields;
	unsigned address_words;
};

struct claim_match {
	struct match_table ipv4, ipv6;
};

static struct rte_acl_field_def
field_make(uint8_t index, uint8_t group, uint8_t type, uint8_t size, size_t offset)
{
	return (struct rte_acl_field_def
	){.type = type,
	  .size = size,
	  .field_index = index,
	  .input_index = group,
	  .offset = (uint32_t)offset};
}

/* Returns how many fields there are. */
static unsigned
fields_make(struct rte_acl_field_def fields[FIELDS_MAX], unsigned address_words)
{
	uint8_t n = 0, group = 0;

	fields[n] = field_make(
		n, group++, RTE_ACL_FIELD_TYPE_BITMASK, 1, offsetof(struct match_key, protocol)
	);
	n++;
	for (unsigned i = 0; i < address_words; i++, n++)
		fields[n] = field_make(
			n, group++, RTE_ACL_FIELD_TYPE_MASK, 4, offsetof(struct match_key, src[i])
		);
	for (unsigned i = 0; i < address_words; i++, n++)
		fields[n] = field_make(
			n, group++, RTE_ACL_FIELD_TYPE_MASK, 4, offsetof(struct match_key, dst[i])
		);
	fields[n] = field_make(
		n, group, RTE_ACL_FIELD_TYPE_RANGE, 2, offsetof(struct match_key, dst_port)
	);
	n++;
	fields[n] = field_make(
		n, group++, RTE_ACL_FIELD_TYPE_BITMASK, 2, offsetof(struct match_key, has_ports)
	);
	n++;
	fields[n] = field_make(
		n, group, RTE_ACL_FIELD_TYPE_BITMASK, 2, offsetof(struct match_key, vlan)
	);
	n++;
	fields[n] = field_make(
		n, group, RTE_ACL_FIELD_TYPE_BITMASK, 2, offsetof(struct match_key, zeros)
	);
	return n + 1u;
}

/* A prefix as the ACL library wants it: words in host order, each with how many of its bits count. */
static void
prefix_fields(
	struct rte_acl_field *fields,
	const union packet_address *address,
	unsigned bits,
	unsigned words
)
{
	for (unsigned i = 0; i < words; i++) {
		uint32_t word_be;
		unsigned word_bits = bits > i * WORD_BITS
					     ? RTE_MIN(bits - i * WORD_BITS, (unsigned)WORD_BITS)
					     : 0;

		memcpy(&word_be, address->v6 + i * sizeof(word_be), sizeof(word_be));
		fields[i].value.u32 = rte_be_to_cpu_32(word_be);
		fields[i].mask_range.u32 = word_bits;
	}
}

static struct match_rule
rule_make(const struct claim_rule *from, unsigned words)
{
	struct match_rule rule = {0};
	struct rte_acl_field *field = rule.field;

	rule.data.category_mask = 1;
	rule.data.priority = from->verdict == CLAIM_DENIED ? PRIORITY_DENY : PRIORITY_CLAIM;
	rule.data.userdata = from->verdict;
	field->value.u8 = from->any_protocol ? 0 : from->protocol;
	field->mask_range.u8 = from->any_protocol ? 0 : UINT8_MAX;
	field++;
	prefix_fields(field, &from->src, from->src_bits, words);
	field += words;
	prefix_fields(field, &from->dst, from->dst_bits, words);
	field += words;
	field->value.u16 = from->names_ports ? from->port_first : 0;
	field->mask_range.u16 = from->names_ports ? from->port_last : UINT16_MAX;
	field++;
	field->value.u16 = from->names_ports;
	field->mask_range.u16 = from->names_ports ? UINT16_MAX : 0;
	field++;
	field->value.u16 = from->any_vlan ? 0 : from->vlan;
	field->mask_range.u16 = from->any_vlan ? 0 : UINT16_MAX;
	return rule;
}

static int
rules_add(struct match_table *table, const struct claim_rule *rules, unsigned n, uint8_t kind)
{
	for (unsigned i = 0; i < n; i++) {
		struct match_rule rule;
		int error;

		if (rules[i].kind != kind)
			continue;
		rule = rule_make(&rules[i], table->address_words);
		error = rte_acl_add_rules(table->acl, (const struct rte_acl_rule *)&rule, 1);
		if (error != 0)
			return error;
	}
	return 0;
}

static unsigned
rules_of_kind(const struct claim_rule *rules, unsigned n, uint8_t kind)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++)
		found += rules[i].kind == kind;
	return found;
}

static int
table_build(
	struct match_table *table,
	const char *name,
	const struct claim_rule *rules,
	unsigned n,
	uint8_t kind,
	int socket
)
{
	unsigned n_rules = rules_of_kind(rules, n, kind);
	struct rte_acl_config config = {.num_categories = CATEGORIES};
	struct rte_acl_param parameters = {
		.name = name, .socket_id = socket, .max_rule_num = n_rules};
	int error;

	table->address_words = kind == PACKET_IPV4 ? 1 : ADDRESS_WORDS_MAX;
	if (n_rules == 0)
		return 0;
	table->n_fields = fields_make(config.defs, table->address_words);
	config.num_fields = table->n_fields;
	parameters.rule_size = (uint32_t)RTE_ACL_RULE_SZ(FIELDS_MAX);
	table->acl = rte_acl_create(&parameters);
	if (table->acl == NULL)
		return -rte_errno;
	error = rules_add(table, rules, n, kind);
	return error == 0 ? rte_acl_build(table->acl, &config) : error;
}

struct claim_match *
claim_match_create(const char *name, const struct claim_rule *rules, unsigned n, int socket)
{
	struct claim_match *match = rte_zmalloc_socket("claim_match", sizeof(*match), 0, socket);
	char names[2][RTE_ACL_NAMESIZE] = {"4", "6"};
	int error = -ENOMEM;

	if (match == NULL)
		goto fail;
	/* rte_acl finds contexts by name and hands out an old one rather than fail. */
	(void)rte_strlcpy(names[0] + 1, name, RTE_ACL_NAMESIZE - 1); /* names are short */
	(void)rte_strlcpy(names[1] + 1, name, RTE_ACL_NAMESIZE - 1);
	error = table_build(&match->ipv4, names[0], rules, n, PACKET_IPV4, socket);
	if (error == 0)
		error = table_build(&match->ipv6, names[1], rules, n, PACKET_IPV6, socket);
	if (error == 0)
		return match;
	claim_match_destroy(match);
fail:
	rte_errno = -error;
	return NULL;
}

void
claim_match_destroy(struct claim_match *match)
{
	if (match == NULL)
		return;
	rte_acl_free(match->ipv4.acl);
	rte_acl_free(match->ipv6.acl);
	rte_free(match);
}

static void
key_fill(struct match_key *key, const struct packet *p)
{
	bool has_ports = (p->flags & (PACKET_HAS_PORTS | PACKET_FRAGMENT)) == PACKET_HAS_PORTS;
	uint16_t vlan = p->vlan_outer == PACKET_NO_VLAN ? CLAIM_VLAN_UNTAGGED : p->vlan_outer;

	*key = (struct match_key){
		.protocol = p->flags & PACKET_FRAGMENT ? p->fragment_protocol : p->ip_protocol,
		.dst_port = has_ports ? p->dst_port_be : 0,
		.has_ports = rte_cpu_to_be_16(has_ports),
		.vlan = rte_cpu_to_be_16(vlan),
	};
	memcpy(key->src, p->src.v6, sizeof(key->src));
	memcpy(key->dst, p->dst.v6, sizeof(key->dst));
}

static void
table_match(
	const struct match_table *table,
	const struct packet *const *packets,
	unsigned n,
	uint8_t *verdicts,
	uint8_t kind
)
{
	struct match_key keys[BURST_MAX];
	const uint8_t *data[BURST_MAX];
	uint32_t results[BURST_MAX];
	uint8_t places[BURST_MAX];
	unsigned n_keys = 0;

	for (unsigned i = 0; i < n; i++) {
		if (packets[i]->kind != kind)
			continue;
		key_fill(&keys[n_keys], packets[i]);
		data[n_keys] = (const uint8_t *)&keys[n_keys];
		places[n_keys++] = (uint8_t)i;
	}
	if (n_keys == 0 || table->acl == NULL)
		return;
	/* Fails only for a category count that is not CATEGORIES. */
	(void)rte_acl_classify(table->acl, data, results, n_keys, CATEGORIES);
	for (unsigned i = 0; i < n_keys; i++)
		verdicts[places[i]] = (uint8_t)results[i];
}

void
claim_match_packets(
	const struct claim_match *match,
	const struct packet *const *packets,
	unsigned n,
	uint8_t *verdicts
)
{
	memset(verdicts, CLAIM_NONE, n);
	table_match(&match->ipv4, packets, n, verdicts, PACKET_IPV4);
	table_match(&match->ipv6, packets, n, verdicts, PACKET_IPV6);
}
