/* SPDX-License-Identifier: BSD-3-Clause */
/* One short reader for each kind of value. */
#include "app/config_values.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { VLAN_MAX = 4094 };

struct protocol_name {
	const char *name;
	int protocol;
};

static const struct protocol_name protocol_names[] = {
	{"any", CONFIG_PROTOCOL_ANY},
	{"tcp", IPPROTO_TCP},
	{"udp", IPPROTO_UDP},
	{"icmp", IPPROTO_ICMP},
	{"icmp6", IPPROTO_ICMPV6},
	{"sctp", IPPROTO_SCTP},
};

bool
config_protocol_read(struct yaml_reader *r, struct yaml_node *node, int *protocol)
{
	const char *text = yaml_read_text(r, node);
	uint64_t number;

	if (text == NULL)
		return false;
	for (size_t i = 0; i < sizeof(protocol_names) / sizeof(protocol_names[0]); i++) {
		if (strcmp(protocol_names[i].name, text) == 0) {
			*protocol = protocol_names[i].protocol;
			return true;
		}
	}
	if (!yaml_read_uint(r, node, 0, UINT8_MAX, &number))
		return false;
	*protocol = (int)number;
	return true;
}

bool
config_protocol_has_ports(int protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static unsigned
address_bits(const struct prefix *prefix)
{
	return prefix->kind == PACKET_IPV4 ? 32 : 128;
}

/* Are there bits set behind the prefix? */
static bool
prefix_has_host_bits(const struct prefix *prefix)
{
	for (unsigned bit = prefix->bits; bit < address_bits(prefix); bit++) {
		if (prefix->address.v6[bit / 8] & (0x80 >> bit % 8))
			return true;
	}
	return false;
}

static bool
address_parse(const char *text, size_t length, struct prefix *prefix)
{
	char address[INET6_ADDRSTRLEN];

	/* What is too long for an address is none: cut, it might look like one. */
	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	*prefix = (struct prefix){.kind = PACKET_IPV4};
	if (inet_pton(AF_INET, address, prefix->address.v6) == 1)
		return true;
	prefix->kind = PACKET_IPV6;
	return inet_pton(AF_INET6, address, prefix->address.v6) == 1;
}

static bool
length_parse(const char *text, unsigned most, uint8_t *bits)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	number = strtoul(text, &end, 10);
	if (*end != '\0' || number > most)
		return false;
	*bits = (uint8_t)number;
	return true;
}

enum config_prefix_fault
config_prefix_parse(const char *text, struct prefix *prefix)
{
	size_t length = strcspn(text, "/");
	struct prefix parsed;

	if (!address_parse(text, length, &parsed))
		return CONFIG_PREFIX_NO_ADDRESS;
	parsed.bits = (uint8_t)address_bits(&parsed);
	if (text[length] == '/' &&
	    !length_parse(text + length + 1, address_bits(&parsed), &parsed.bits))
		return CONFIG_PREFIX_BAD_LENGTH;
	if (prefix_has_host_bits(&parsed))
		return CONFIG_PREFIX_HOST_BITS;
	*prefix = parsed;
	return CONFIG_PREFIX_GOOD;
}

void
config_prefix_error(
	struct yaml_reader *r, const struct yaml_node *node, enum config_prefix_fault fault
)
{
	struct prefix prefix;

	switch (fault) {
	case CONFIG_PREFIX_GOOD:
		break;
	case CONFIG_PREFIX_NO_ADDRESS:
		yaml_reader_error(r, node, "\"%s\" is no IPv4 or IPv6 prefix", node->text);
		break;
	case CONFIG_PREFIX_BAD_LENGTH:
		(void)address_parse(node->text, strcspn(node->text, "/"), &prefix);
		yaml_reader_error(
			r,
			node,
			"\"%s\": the prefix length is no number up to %u",
			node->text,
			address_bits(&prefix)
		);
		break;
	case CONFIG_PREFIX_HOST_BITS:
		yaml_reader_error(r, node, "\"%s\" has bits set behind its prefix", node->text);
		break;
	}
}

bool
config_prefix_read(struct yaml_reader *r, struct yaml_node *node, struct prefix *prefix)
{
	const char *text = yaml_read_text(r, node);
	enum config_prefix_fault fault;

	if (text == NULL)
		return false;
	fault = config_prefix_parse(text, prefix);
	config_prefix_error(r, node, fault);
	return fault == CONFIG_PREFIX_GOOD;
}

/* A port at the start of the text; returns what stands behind it, or NULL. */
static const char *
port_parse(const char *text, uint16_t *port)
{
	unsigned number = 0, digits = 0;

	for (; isdigit((unsigned char)text[digits]) && digits < 5; digits++)
		number = number * 10 + (unsigned)(text[digits] - '0');
	if (digits == 0 || number > UINT16_MAX)
		return NULL;
	*port = (uint16_t)number;
	return text + digits;
}

bool
config_ports_range_read(struct yaml_reader *r, struct yaml_node *node, struct port_range *range)
{
	const char *text = yaml_read_text(r, node), *rest;
	struct port_range parsed;

	if (text == NULL)
		return false;
	rest = port_parse(text, &parsed.first);
	if (rest != NULL && *rest == '-')
		rest = port_parse(rest + 1, &parsed.last);
	else
		parsed.last = parsed.first;
	if (rest == NULL || *rest != '\0') {
		yaml_reader_error(
			r, node, "\"%s\" is neither a port nor a range of ports (0 to 65535)", text
		);
		return false;
	}
	*range = parsed;
	return true;
}

bool
config_vlan_read(struct yaml_reader *r, struct yaml_node *node, int *vlan)
{
	const char *text = yaml_read_text(r, node);
	uint64_t number;

	if (text == NULL)
		return false;
	if (strcmp(text, "untagged") == 0) {
		*vlan = 0;
		return true;
	}
	if (!yaml_read_uint(r, node, 1, VLAN_MAX, &number))
		return false;
	*vlan = (int)number;
	return true;
}
