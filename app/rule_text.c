/* SPDX-License-Identifier: BSD-3-Clause */
/* Words, as long as there is room. */
#include "app/rule_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	PREFIX_TEXT_BYTES = INET6_ADDRSTRLEN + 4,
};

struct words {
	char *text;
	size_t bytes, length;
};

static void __attribute__((format(printf, 2, 3)))
words_add(struct words *w, const char *format, ...)
{
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(w->text + w->length, w->bytes - w->length, format, arguments);
	va_end(arguments);
	w->length += (size_t)added;
	if (w->length < w->bytes)
		return;
	w->length = w->bytes - 1;
	memcpy(w->text + w->bytes - sizeof("..."), "...", sizeof("..."));
}

void
address_text(uint8_t kind, const union packet_address *address, char *text, size_t bytes)
{
	(void)inet_ntop(
		kind == PACKET_IPV4 ? AF_INET : AF_INET6, address, text, (socklen_t)bytes
	); /* cannot fail for these families and this size */
}

void
prefix_text(const struct prefix *p, char *text, size_t bytes)
{
	bool is_ipv4 = p->kind == PACKET_IPV4;
	char address[INET6_ADDRSTRLEN];

	address_text(p->kind, &p->address, address, sizeof(address));
	if (p->bits == (is_ipv4 ? IPV4_BITS : IPV6_BITS))
		(void)snprintf(text, bytes, "%s", address);
	else
		(void)snprintf(text, bytes, "%s/%u", address, p->bits);
}

static void
prefixes_add(struct words *w, const char *key, const struct prefix *prefixes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char text[PREFIX_TEXT_BYTES];

		prefix_text(&prefixes[i], text, sizeof(text));
		if (i == 0)
			words_add(w, " %s %s", key, text);
		else
			words_add(w, ",%s", text);
	}
}

static void
ports_add(struct words *w, const char *key, const struct port_range *ranges, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		words_add(w, i == 0 ? " %s " : "%s", i == 0 ? key : ",");
		if (ranges[i].first == ranges[i].last)
			words_add(w, "%u", ranges[i].first);
		else
			words_add(w, "%u-%u", ranges[i].first, ranges[i].last);
	}
}

static void
protocol_add(struct words *w, int protocol)
{
	switch (protocol) {
	case RULE_ANY:
		words_add(w, "any");
		return;
	case IPPROTO_TCP:
		words_add(w, "tcp");
		return;
	case IPPROTO_UDP:
		words_add(w, "udp");
		return;
	case IPPROTO_ICMP:
		words_add(w, "icmp");
		return;
	case IPPROTO_ICMPV6:
		words_add(w, "icmp6");
		return;
	case IPPROTO_SCTP:
		words_add(w, "sctp");
		return;
	default:
		words_add(w, "proto %d", protocol);
	}
}

void
rule_text(const struct rule *r, char *text, size_t bytes)
{
	struct words w = {.text = text, .bytes = bytes};

	protocol_add(&w, r->protocol);
	if (r->icmp_type != RULE_ANY)
		words_add(&w, " icmp_type %d", r->icmp_type);
	if (r->icmp_code != RULE_ANY)
		words_add(&w, " icmp_code %d", r->icmp_code);
	prefixes_add(&w, "src", r->src, r->n_src);
	ports_add(&w, "sport", r->src_ports, r->n_src_ports);
	prefixes_add(&w, "dst", r->dst, r->n_dst);
	ports_add(&w, "dport", r->dst_ports, r->n_dst_ports);
}
