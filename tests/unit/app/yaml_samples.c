/* SPDX-License-Identifier: BSD-3-Clause */
/* Cuts texts out of Markdown and C. */
#include "tests/unit/app/yaml_samples.h"

#include "tests/unit/unit_test.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
file_text(const char *file)
{
	FILE *input = fopen(file, "r");
	char *text = NULL;
	size_t room = 0;

	if (input == NULL)
		fail_msg("%s: not there; unit tests run in the source's root", file);
	assert_true(getdelim(&text, &room, '\0', input) > 0);
	assert_int_equal(fclose(input), 0);
	return text;
}

/* Takes the text. */
static void
sample_add(struct yaml_samples *s, char *text)
{
	s->texts = realloc(s->texts, (s->n + 1) * sizeof(*s->texts));
	assert_non_null(s->texts);
	s->texts[s->n++] = text;
}

void
yaml_samples_of_page(struct yaml_samples *s, const char *file)
{
	static const char opening[] = "```yaml\n", closing[] = "```\n";
	char *page = file_text(file), *end;

	for (char *p = strstr(page, opening); p != NULL; p = strstr(end, opening)) {
		p += strlen(opening);
		end = strstr(p, closing);
		assert_non_null(end);
		sample_add(s, strndup(p, (size_t)(end - p)));
	}
	free(page);
}

/* What a string says, without its quotes; returns what comes behind it. */
static const char *
string_put(FILE *to, const char *p)
{
	for (p++; *p != '"' && *p != '\0'; p++) {
		if (*p != '\\')
			(void)fputc(*p, to);
		else
			(void)fputc(*++p == 'n' ? '\n' : *p == 't' ? '\t' : *p, to);
	}
	return p + (*p == '"');
}

/* Strings with nothing but blanks between them. */
static const char *
strings_put(FILE *to, const char *p)
{
	while (*p == '"') {
		p = string_put(to, p);
		while (isspace((unsigned char)*p))
			p++;
	}
	return p;
}

void
yaml_samples_of_strings(struct yaml_samples *s, const char *file)
{
	char *source = file_text(file), *text;
	size_t length;

	for (const char *p = strchr(source, '"'); p != NULL; p = strchr(p, '"')) {
		FILE *to = open_memstream(&text, &length);

		assert_non_null(to);
		p = strings_put(to, p);
		assert_int_equal(fclose(to), 0);
		sample_add(s, text);
	}
	free(source);
}

void
yaml_samples_free(struct yaml_samples *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->texts[i]);
	free(s->texts);
	*s = (struct yaml_samples){0};
}
