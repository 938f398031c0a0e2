/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes blocks and flows, and damages them. */
#include "tests/unit/app/yaml_random.h"

#include "tests/unit/pipeline/policy/rule_random.h"
#include "tests/unit/unit_test.h"

#include <string.h>

enum { DEPTH_MAX = 4 };

struct writer {
	struct yaml_text *text;
	uint64_t *seed;
};

static const char *const scalars[] = {
	"a",       "b c",     "-1",         "10k",       "true",    "\"q: , }\"",   "'s # '",
	"\"\"",    "''",      "10.0.0.0/8", "fd00::/8",  "\"::1\"", "0000:00:08.0", "x#y",
	"a,b=[c]", "\"a'b\"", "'a\"b'",     "net_pcap0", ".",       "a-b",          "~",
};

/* For libyaml, or errors, or plain after all in this place. */
static const char *const oddities[] = {
	"",        "&a x",    "*a",      "!t x",      "|\n  t",   "\"a\\n\"", "'it''s'", "? k",
	"x\n   y", "%d",      "a\tb",    "\xC3\xA9",  "- x",      "a: b",     "#x",      "@",
	"[a",      "...",     "---",     "fe80::",    "::1",      "a?b",      "x #y",    "<<",
	"a]",      "\"a\" b", "'a\n b'", "{a}",       "[a: b]",   "{a: }",    "[a,]",    "a:",
	"-",       ":",       "{a:b}",   "{\"a\":b}", "{[a]: b}", "-x",       "--- a",   "\"a\"#",
	"a :b",    "a : b",   "--",      "{a: b: c}", "{a ,b}",   "\\",       "\r",      "=",
};

static const char *const gaps[] = {
	"\n", "\n", "\n", "\n", " \n", "\n\n", " # c: d\n", "\n  # c\n", "\n#\n \n"};

static unsigned
below(struct writer *w, unsigned n)
{
	return random_below(w->seed, n);
}

static void
put(struct writer *w, const char *piece)
{
	size_t length = strlen(piece);

	if (w->text->length + length > sizeof(w->text->bytes))
		return;
	memcpy(w->text->bytes + w->text->length, piece, length);
	w->text->length += length;
}

static void
put_blanks(struct writer *w, unsigned n)
{
	while (n-- > 0)
		put(w, " ");
}

static void
put_scalar(struct writer *w)
{
	if (below(w, 100) == 0)
		put(w, oddities[below(w, ARRAY_LENGTH(oddities))]);
	else
		put(w, scalars[below(w, ARRAY_LENGTH(scalars))]);
}

/* Between brackets. */
static void
put_flow_gap(struct writer *w)
{
	if (below(w, 4) == 0)
		put(w, gaps[below(w, ARRAY_LENGTH(gaps))]);
	put_blanks(w, below(w, 2));
}

static void
put_flow(struct writer *w, unsigned depth)
{
	static const char *const brackets[2][2] = {{"[", "]"}, {"{", "}"}};
	unsigned is_mapping = below(w, 2), n = below(w, 4);

	if (depth >= DEPTH_MAX || below(w, 2) == 0) {
		put_scalar(w);
		return;
	}
	put(w, brackets[is_mapping][0]);
	for (unsigned i = 0; i < n; i++) {
		put_flow_gap(w);
		if (is_mapping) {
			put_scalar(w);
			put(w, ": ");
		}
		put_flow(w, depth + 1);
		put_flow_gap(w);
		put(w, i + 1 < n ? "," : "");
	}
	put(w, brackets[is_mapping][1]);
}

static void put_block(struct writer *w, unsigned column, unsigned depth);

/* Behind a dash or colon. */
static void
put_block_value(struct writer *w, unsigned column, unsigned depth, bool is_item)
{
	unsigned deeper = 1 + below(w, 4);

	if (depth >= DEPTH_MAX || below(w, 2) == 0) {
		put_blanks(w, 1 + below(w, 2) / 2);
		put_flow(w, depth + 1);
		put(w, gaps[below(w, ARRAY_LENGTH(gaps))]);
	} else if (is_item && below(w, 2) == 0) {
		put_blanks(w, deeper);
		put_block(w, column + 1 + deeper, depth + 1);
	} else {
		put(w, gaps[below(w, ARRAY_LENGTH(gaps))]);
		deeper -= !is_item && below(w, 8) == 0;
		put_blanks(w, column + deeper);
		put_block(w, column + deeper, depth + 1);
	}
}

/* A mapping or list whose first indent is there; ends with a line. */
static void
put_block(struct writer *w, unsigned column, unsigned depth)
{
	bool is_list = below(w, 3) == 0;
	unsigned n = 1 + below(w, 3);

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			put_blanks(w, column);
		if (is_list) {
			put(w, "-");
		} else {
			put_scalar(w);
			put(w, ":");
		}
		put_block_value(w, column, depth, is_list);
	}
}

void
yaml_random_document(struct yaml_text *text, uint64_t *seed)
{
	struct writer w = {text, seed};

	text->length = 0;
	if (below(&w, 8) == 0)
		put(&w, gaps[below(&w, ARRAY_LENGTH(gaps))]);
	if (below(&w, 8) == 0)
		put(&w, "---\n");
	if (below(&w, 8) == 0)
		put_flow(&w, 0);
	else
		put_block(&w, 0, 0);
	if (below(&w, 50) == 0)
		put(&w, "...\n");
}

/* `gone` bytes at a place become `n` others. */
static void
splice(struct yaml_text *text, size_t at, size_t gone, const char *bytes, size_t n)
{
	if (at + gone > text->length || text->length - gone + n > sizeof(text->bytes))
		return;
	memmove(text->bytes + at + n, text->bytes + at + gone, text->length - at - gone);
	memcpy(text->bytes + at, bytes, n);
	text->length = text->length - gone + n;
}

static size_t
line_begin(const struct yaml_text *text, size_t at)
{
	while (at > 0 && text->bytes[at - 1] != '\n')
		at--;
	return at;
}

/* A whole line, twice or not at all. */
static void
line_change(struct yaml_text *text, size_t at, bool twice)
{
	char line[YAML_TEXT_BYTES];
	size_t begin = line_begin(text, at), end = at;

	while (end < text->length && text->bytes[end++] != '\n')
		;
	memcpy(line, text->bytes + begin, end - begin);
	splice(text, begin, twice ? 0 : end - begin, line, twice ? end - begin : 0);
}

void
yaml_random_change(struct yaml_text *text, uint64_t *seed)
{
	static const char alphabet[] = " \n:-,#[]{}\"'?&*!|>%@`\\.a1\t\r\xC3";
	size_t at = text->length == 0 ? 0 : random_below(seed, (unsigned)text->length);
	const char *byte = &alphabet[random_below(seed, sizeof(alphabet))]; /* also a zero byte */

	switch (random_below(seed, 7)) {
	case 0:
		splice(text, at, 1, "", 0);
		break;
	case 1:
		splice(text, at, 0, byte, 1);
		break;
	case 2:
		splice(text, at, 1, byte, 1);
		break;
	case 3:
		splice(text, line_begin(text, at), 0, "  ", 1 + random_below(seed, 2));
		break;
	case 4:
		at = line_begin(text, at);
		if (at < text->length && text->bytes[at] == ' ')
			splice(text, at, 1, "", 0);
		break;
	default:
		line_change(text, at, random_below(seed, 2) != 0);
	}
}
