/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrays grow by one. */
#include "tests/unit/pipeline/policy/rule_builder.h"

#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static uint8_t
address_parse(union packet_address *address, const char *text)
{
	/* What stands behind an IPv4 address must not matter. */
	memset(address, 0xA5, sizeof(*address));
	if (inet_pton(AF_INET6, text, address->v6) == 1)
		return PACKET_IPV6;
	assert_int_equal(inet_pton(AF_INET, text, address->v6), 1);
	return PACKET_IPV4;
}

static struct prefix
prefix_parse(const char *text)
{
	char address[INET6_ADDRSTRLEN] = "";
	const char *slash = strchr(text, '/');
	struct prefix prefix;

	assert_non_null(slash);
	memcpy(address, text, (size_t)(slash - text));
	prefix.kind = address_parse(&prefix.address, address);
	prefix.bits = (uint8_t)strtoul(slash + 1, NULL, 10);
	return prefix;
}

static void *
array_grow(void *array, unsigned *n, size_t bytes)
{
	void *grown = realloc(array, (*n + 1) * bytes);

	assert_non_null(grown);
	++*n;
	return grown;
}

struct rule
rule_of(enum rule_action action)
{
	return (struct rule
	){.action = action, .protocol = RULE_ANY, .icmp_type = RULE_ANY, .icmp_code = RULE_ANY};
}

void
rule_add_src(struct rule *r, const char *prefix)
{
	r->src = array_grow(r->src, &r->n_src, sizeof(*r->src));
	r->src[r->n_src - 1] = prefix_parse(prefix);
}

void
rule_add_dst(struct rule *r, const char *prefix)
{
	r->dst = array_grow(r->dst, &r->n_dst, sizeof(*r->dst));
	r->dst[r->n_dst - 1] = prefix_parse(prefix);
}

void
rule_add_src_ports(struct rule *r, uint16_t first, uint16_t last)
{
	r->src_ports = array_grow(r->src_ports, &r->n_src_ports, sizeof(*r->src_ports));
	r->src_ports[r->n_src_ports - 1] = (struct port_range){first, last};
}

void
rule_add_dst_ports(struct rule *r, uint16_t first, uint16_t last)
{
	r->dst_ports = array_grow(r->dst_ports, &r->n_dst_ports, sizeof(*r->dst_ports));
	r->dst_ports[r->n_dst_ports - 1] = (struct port_range){first, last};
}

struct rule
rule_to(const char *dst)
{
	struct rule r = rule_of(RULE_ALLOW);

	rule_add_dst(&r, dst);
	return r;
}

struct rule
rule_from(const char *src)
{
	struct rule r = rule_of(RULE_ALLOW);

	rule_add_src(&r, src);
	return r;
}

struct rule
rule_of_protocol(int protocol)
{
	struct rule r = rule_of(RULE_ALLOW);

	r.protocol = protocol;
	return r;
}

struct rule
rule_to_ports(uint16_t first, uint16_t last)
{
	struct rule r = rule_of_protocol(IPPROTO_TCP);

	rule_add_dst_ports(&r, first, last);
	return r;
}

struct rule
rule_of_icmp(int protocol, int type, int code)
{
	struct rule r = rule_of_protocol(protocol);

	r.icmp_type = type;
	r.icmp_code = code;
	return r;
}

struct policy_packet
policy_packet_of(const char *src, const char *dst)
{
	struct policy_packet p = {
		.src_port = 40000,
		.dst_port = 80,
		.protocol = IPPROTO_TCP,
		.has_ports = true,
	};

	p.kind = address_parse(&p.src, src);
	assert_int_equal(address_parse(&p.dst, dst), p.kind);
	return p;
}
