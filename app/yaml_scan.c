/* SPDX-License-Identifier: BSD-3-Clause */
/* One character after the other; the rules are those of libyaml's yaml_parser_fetch_next_token and scan_plain_scalar. */
#include "app/yaml_scan.h"

#include <stdint.h>
#include <string.h>

/* What a character does. */
enum {
	ENDS_PLAIN = 1, /* perhaps ends a plain scalar */
	ENDS_PLAIN_IN_FLOW = 2, /* likewise, but only between brackets */
	ENDS_DOUBLE = 4, /* ends what double quotes hold, or is none of ours there */
	ENDS_SINGLE = 8,
	NEVER_FIRST = 16, /* of a plain scalar: it means something else there */
	ENDS_ALL = ENDS_PLAIN | ENDS_PLAIN_IN_FLOW | ENDS_DOUBLE | ENDS_SINGLE | NEVER_FIRST,
};

static const uint8_t character_does[256] = {
	['\0'] = ENDS_ALL,
	['\n'] = ENDS_ALL,
	[' '] = NEVER_FIRST,
	['!'] = NEVER_FIRST,
	['"'] = NEVER_FIRST | ENDS_DOUBLE,
	['#'] = NEVER_FIRST | ENDS_PLAIN,
	['%'] = NEVER_FIRST,
	['&'] = NEVER_FIRST,
	['\''] = NEVER_FIRST | ENDS_SINGLE,
	['*'] = NEVER_FIRST,
	[','] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
	['-'] = NEVER_FIRST,
	[':'] = NEVER_FIRST | ENDS_PLAIN,
	['>'] = NEVER_FIRST,
	['?'] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
	['@'] = NEVER_FIRST,
	['['] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
	['\\'] = ENDS_DOUBLE,
	[']'] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
	['`'] = NEVER_FIRST,
	['{'] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
	['|'] = NEVER_FIRST,
	['}'] = NEVER_FIRST | ENDS_PLAIN_IN_FLOW,
};

static bool
does(char c, unsigned what)
{
	return character_does[(uint8_t)c] & what;
}

/* The first character that does one of these. */
static const char *
skip_to(const char *p, unsigned what)
{
	while (!does(*p, what))
		p++;
	return p;
}

bool
yaml_scan_knows(const char *text, size_t length)
{
	unsigned strange = 0;

	/* Without a way out of the loop the compiler looks at many at a time. */
	for (size_t i = 0; i < length; i++)
		strange |= (text[i] < ' ' || text[i] > '~') && text[i] != '\n';
	return !strange;
}

bool
yaml_scan_is_blank(char next)
{
	return next == ' ' || next == '\n' || next == '\0';
}

int
yaml_scan_column(const struct yaml_scan *s)
{
	return *s->p == '\0' ? -1 : (int)(s->p - s->line_begin);
}

/* libyaml takes `"a"#` for a comment as well; YAML does not. */
static bool
at_comment(const struct yaml_scan *s)
{
	return *s->p == '#' && (s->p == s->line_begin || s->p[-1] == ' ');
}

bool
yaml_scan_line_end(struct yaml_scan *s)
{
	while (*s->p == ' ')
		s->p++;
	if (at_comment(s))
		s->p += strcspn(s->p, "\n");
	return *s->p == '\n' || *s->p == '\0';
}

void
yaml_scan_gap(struct yaml_scan *s)
{
	for (;;) {
		if (*s->p == '\n') {
			s->line_begin = ++s->p;
			s->line++;
		} else if (*s->p == ' ') {
			s->p++;
		} else if (at_comment(s)) {
			s->p += strcspn(s->p, "\n");
		} else {
			return;
		}
	}
}

/* Of those that begin with an indicator only what configs have: -1, ::1. And none that may end a document. */
static bool
plain_begins(const char *p, bool in_flow)
{
	if (*p == '-')
		return !does(p[1], NEVER_FIRST);
	if (*p == ':')
		return !in_flow && p[1] == ':';
	return !does(*p, NEVER_FIRST) && strncmp(p, "...", 3) != 0;
}

/* Behind the last character of the plain scalar that begins here. */
static const char *
plain_end(const char *p, bool in_flow)
{
	unsigned ends = in_flow ? ENDS_PLAIN | ENDS_PLAIN_IN_FLOW : ENDS_PLAIN;

	p = skip_to(p, ends);
	/* Not every colon and hash: a:b, a#b. But `[a:]` is an error of libyaml's, and of who goes on at the colon. */
	while ((*p == ':' && !yaml_scan_is_blank(p[1]) && !does(p[1], ends & ENDS_PLAIN_IN_FLOW)) ||
	       (*p == '#' && p[-1] != ' '))
		p = skip_to(p + 1, ends);
	while (p[-1] == ' ')
		p--;
	return p;
}

static struct yaml_node *
scalar_add(struct yaml_scan *s, const char *begin, const char *end)
{
	struct yaml_node *node = yaml_nodes_add(s->nodes, YAML_SCALAR, s->line);

	if (node == NULL)
		return NULL;
	node->text = s->copy + (begin - s->text);
	node->length = (unsigned)(end - begin);
	s->copy[end - s->text] = '\0';
	return node;
}

struct yaml_node *
yaml_scan_scalar(struct yaml_scan *s, bool in_flow)
{
	const char *begin = s->p, *end;

	if (*begin == '"' || *begin == '\'') {
		end = skip_to(begin + 1, *begin == '"' ? ENDS_DOUBLE : ENDS_SINGLE);
		if (*end != *begin)
			return NULL;
		s->p = end + 1;
		return scalar_add(s, begin + 1, end);
	}
	if (!plain_begins(begin, in_flow))
		return NULL;
	s->p = plain_end(begin, in_flow);
	return scalar_add(s, begin, s->p);
}
