/* SPDX-License-Identifier: BSD-3-Clause */
/* Text to file to config. */
#include "tests/unit/app/config_fixture.h"

#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cuts "file:" off each line; a line without it stays as it is, for the test to stumble over. */
static void
file_names_cut(char *errors, const char *file)
{
	size_t length = strlen(file);
	char *to = errors;

	for (char *line = errors; *line != '\0';) {
		size_t line_length = strcspn(line, "\n");
		char *end = line + line_length + (line[line_length] == '\n');

		if (strncmp(line, file, length) == 0 && line[length] == ':')
			line += length + 1;
		memmove(to, line, (size_t)(end - line));
		to += end - line;
		line = end;
	}
	*to = '\0';
}

struct config *
config_from_bytes(const char *text, size_t length, char **errors)
{
	char file[] = "/tmp/leat-unit-config-XXXXXX";
	struct config *config;
	size_t errors_length;
	FILE *stream;
	int fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, length), length);
	assert_int_equal(close(fd), 0);
	stream = open_memstream(errors, &errors_length);
	assert_non_null(stream);
	config = config_load(file, stream);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(unlink(file), 0);
	file_names_cut(*errors, file);
	return config;
}

struct config *
config_from_text(const char *text, char **errors)
{
	return config_from_bytes(text, strlen(text), errors);
}

static void
assert_said(const char *text, const char *said, const char *expected)
{
	if (strcmp(said, expected) != 0)
		fail_msg("config:\n%s\nsays:\n%s\nexpected:\n%s", text, said, expected);
}

struct config *
config_warned(const char *text, const char *warnings)
{
	char *said;
	struct config *config = config_from_text(text, &said);

	assert_said(text, said, warnings);
	assert_non_null(config);
	free(said);
	return config;
}

struct config *
config_of(const char *text)
{
	return config_warned(text, "");
}

void
config_cases_check(const struct config_error_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *said;
		struct config *config = config_from_text(cases[i].text, &said);

		assert_said(cases[i].text, said, cases[i].errors);
		assert_null(config);
		free(said);
	}
}
