/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Which packets of an interface are leat's and which are the kernel's: see steer.h. */
#include "bpf/steer.h"

#include "bpf/steer_packet.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, STEER_QUEUES_MAX);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct steer_trie {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, STEER_ENTRIES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct steer_key));
	__uint(value_size, sizeof(struct steer_result));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct steer_trie);
} leat_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STEER_REASON_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} leat_counters SEC(".maps");

/* The rules */

static __always_inline const struct steer_result *
rules_look(void *rules, struct steer_key *key, __u32 space, __u32 prefix_bits)
{
	key->space = bpf_htonl(space);
	key->prefix_bits = prefix_bits;
	return bpf_map_lookup_elem(rules, key);
}

static __always_inline const struct steer_result *
rules_look_address(
	void *rules,
	struct steer_key *key,
	__u32 space,
	const struct packet *p,
	const __be32 *address
)
{
	key->words[0] = address[0];
	if (!p->is_ipv6)
		return rules_look(rules, key, space, STEER_BITS_IPV4);
	key->words[1] = address[1];
	key->words[2] = address[2];
	key->words[3] = address[3];
	return rules_look(rules, key, space, STEER_BITS_IPV6);
}

static __always_inline __u32
rules_look_destination(void *rules, struct steer_key *key, const struct packet *p)
{
	__u32 space = STEER_SPACE(p->is_ipv6 ? STEER_SPACE_IPV6 : STEER_SPACE_IPV4, 0);
	const struct steer_result *found = rules_look_address(rules, key, space, p, p->destination);
	__u16 port = bpf_ntohs(p->port);

	if (!found)
		return STEER_NONE;
	if (found->has_port_rule && p->has_port && p->protocol == found->port_protocol &&
	    port >= found->port_first && port <= found->port_last)
		return found->port_result;
	return found->result;
}

static __always_inline __u32
rules_look_port(void *rules, struct steer_key *key, __u32 space, const struct packet *p)
{
	__u32 prefix_bits = p->has_port ? STEER_BITS_PORT : STEER_BITS_PROTOCOL;
	const struct steer_result *found;

	key->port.protocol = p->protocol;
	key->port.zero = 0;
	key->port.port = p->port;
	found = rules_look(rules, key, space, prefix_bits);
	return found ? found->result : STEER_NONE;
}

static __always_inline __u32
rules_look_vlan(void *rules, struct steer_key *key, __u32 space, const struct packet *p)
{
	const struct steer_result *found;

	key->vlan = p->vlan;
	found = rules_look(rules, key, space, STEER_BITS_VLAN);
	return found ? found->result : STEER_NONE;
}

static __always_inline __u32
rules_look_source(void *rules, struct steer_key *key, __u32 space, const struct packet *p)
{
	const struct steer_result *found = rules_look_address(rules, key, space, p, p->source);

	return found ? found->result : STEER_NONE;
}

static __always_inline enum steer_action
rules_judge(const struct packet *p)
{
	struct steer_key key = {};
	__u32 zero = 0, result;
	void *rules = bpf_map_lookup_elem(&leat_rules, &zero);

	if (!rules)
		return STEER_NONE;
	result = rules_look_destination(rules, &key, p);
	if (STEER_SPACE_KIND(result) == STEER_SPACE_PORT)
		result = rules_look_port(rules, &key, result, p);
	if (STEER_SPACE_KIND(result) == STEER_SPACE_VLAN)
		result = rules_look_vlan(rules, &key, result, p);
	if (STEER_SPACE_KIND(result) == STEER_SPACE_SOURCE)
		result = rules_look_source(rules, &key, result, p);
	return result;
}

/* Verdicts */

static __always_inline int
reason_count(enum steer_reason reason, int verdict)
{
	__u32 key = reason;
	__u64 *counter = bpf_map_lookup_elem(&leat_counters, &key);

	if (counter)
		(*counter)++;
	return verdict;
}

SEC("xdp")
int
leat_steer(struct xdp_md *context)
{
	struct packet p = {
		.next = (const void *)(long)context->data,
		.end = (const void *)(long)context->data_end,
	};
	enum steer_reason reason = packet_read(&p);
	int verdict;

	if (reason != STEER_LOOK)
		return reason_count(reason, XDP_PASS);
	switch (rules_judge(&p)) {
	case STEER_CLAIM:
		verdict = bpf_redirect_map(&xsks_map, context->rx_queue_index, XDP_PASS);
		reason = verdict == XDP_REDIRECT ? STEER_CLAIMED : STEER_NO_SOCKET;
		return reason_count(reason, verdict);
	case STEER_DENY:
		return reason_count(STEER_DENIED, XDP_DROP);
	default:
		return reason_count(p.is_fragment ? STEER_PASSED_FRAGMENT : STEER_PASSED, XDP_PASS);
	}
}

const char steer_license[] SEC("license") = "Dual BSD/GPL";
