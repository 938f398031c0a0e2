/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows from text. */
#include "tests/bpf/rows.h"

#include "tests/unit/unit_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_TEXT_BYTES = 4096 };

static const struct {
	const char *name;
	int16_t number;
} protocols[] = {
	{"any", CLAIMS_ANY},
	{"icmp", IPPROTO_ICMP},
	{"tcp", IPPROTO_TCP},
	{"udp", IPPROTO_UDP},
	{"gre", IPPROTO_GRE},
	{"icmp6", IPPROTO_ICMPV6},
	{"sctp", IPPROTO_SCTP},
	{"udplite", IPPROTO_UDPLITE},
	{"dccp", IPPROTO_DCCP},
};

int16_t
rows_protocol_parse(const char *text)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(protocols); i++) {
		if (strcmp(text, protocols[i].name) == 0)
			return protocols[i].number;
	}
	assert_in_range(text[0], '0', '9');
	return (int16_t)atoi(text);
}

void
rows_prefix_parse(const char *text, struct claims_prefix *prefix)
{
	bool is_ipv6 = strchr(text, ':') != NULL;
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t length = strcspn(text, "/");

	assert_in_range(length, 1, sizeof(address) - 1);
	memcpy(address, text, length);
	address[length] = '\0';
	memset(prefix, 0, sizeof(*prefix));
	assert_int_equal(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address, prefix->address), 1);
	prefix->length = slash != NULL ? (uint8_t)atoi(slash + 1) : is_ipv6 ? 128 : 32;
}

static void
ports_parse(const char *text, struct claims_row *row)
{
	const char *dash = strchr(text, '-');

	row->names_ports = true;
	row->port_first = (uint16_t)atoi(text);
	row->port_last = dash != NULL ? (uint16_t)atoi(dash + 1) : row->port_first;
}

/* A key with its value, or a protocol alone. */
static void
word_parse(char *word, char **rest, struct claims_row *row)
{
	if (strcmp(word, "to") == 0)
		rows_prefix_parse(strtok_r(NULL, " ", rest), &row->destination);
	else if (strcmp(word, "from") == 0)
		rows_prefix_parse(strtok_r(NULL, " ", rest), &row->source);
	else if (strcmp(word, "port") == 0)
		ports_parse(strtok_r(NULL, " ", rest), row);
	else if (strcmp(word, "vlan") == 0)
		row->vlan = (int16_t)atoi(strtok_r(NULL, " ", rest)); /* "none" is 0 */
	else
		row->protocol = rows_protocol_parse(word);
}

static void
row_parse(char *text, struct claims_row *row)
{
	char *rest;
	char *word = strtok_r(text, " ", &rest);

	*row = (struct claims_row){.protocol = CLAIMS_ANY, .vlan = CLAIMS_ANY};
	row->action = strcmp(word, "claim") == 0 ? STEER_CLAIM : STEER_DENY;
	if (row->action == STEER_DENY)
		assert_string_equal(word, "deny");
	word = strtok_r(NULL, " ", &rest);
	row->ip_version = strcmp(word, "ip6") == 0 ? 6 : 4;
	for (word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
		word_parse(word, &rest, row);
}

unsigned
rows_parse(const char *text, struct claims_row rows[ROWS_MAX])
{
	char copy[ROWS_TEXT_BYTES];
	char *rest;
	unsigned n = 0;

	assert_true(snprintf(copy, sizeof(copy), "%s", text) < (int)sizeof(copy));
	for (char *row = strtok_r(copy, ";", &rest); row != NULL;
	     row = strtok_r(NULL, ";", &rest)) {
		assert_true(n < ROWS_MAX);
		row_parse(row, &rows[n]);
		if (claims_row_fault(&rows[n]) != NULL)
			fail_msg("%s: %s", text, claims_row_fault(&rows[n]));
		n++;
	}
	return n;
}
