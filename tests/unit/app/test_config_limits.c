/* SPDX-License-Identifier: BSD-3-Clause */
/* Config files that are too much, or not there. */
#include "app/config.h"
#include "tests/unit/app/config_fixture.h"
#include "tests/unit/unit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The head, then n times the row with its number, then the tail. */
static char *
text_of_rows(const char *head, const char *row, unsigned n, const char *tail)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fputs(head, stream);
	for (unsigned i = 0; i < n; i++) {
		const char *mark = strchr(row, '#');

		for (const char *c = row; *c != '\0'; c++) {
			if (*c == '#')
				fprintf(stream, "%u", i);
			else
				fputc(*c, stream);
		}
		assert_non_null(mark);
	}
	fputs(tail, stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* Frees the text. */
static void
assert_says(char *text, const char *expected)
{
	char *errors;
	struct config *config = config_from_text(text, &errors);

	assert_string_equal(errors, expected);
	assert_int_equal(config == NULL, expected[0] != '\0');
	config_free(config);
	free(errors);
	free(text);
}

static void
as_many_ports_as_dpdk_has_are_legal(void **state)
{
	(void)state;
	assert_int_equal(CONFIG_PORTS_MAX, 32);
	assert_says(text_of_rows("ports:\n", "  p#: {device: d#}\n", 32, ""), "");
	assert_says(
		text_of_rows("ports:\n", "  p#: {device: d#}\n", 33, ""),
		"34: ports.p32: more than 32 ports\n"
	);
}

static void
all_ports_may_be_paired(void **state)
{
	char *text = text_of_rows(
		"ports:\n",
		"  p#: {device: d#}\n",
		32,
		"forward:\n"
		"  - between: [p0, p31]\n  - between: [p1, p30]\n  - between: [p2, p29]\n"
		"  - between: [p3, p28]\n  - between: [p4, p27]\n  - between: [p5, p26]\n"
		"  - between: [p6, p25]\n  - between: [p7, p24]\n  - between: [p8, p23]\n"
		"  - between: [p9, p22]\n  - between: [p10, p21]\n  - between: [p11, p20]\n"
		"  - between: [p12, p19]\n  - between: [p13, p18]\n  - between: [p14, p17]\n"
		"  - between: [p15, p16]\n"
	);
	struct config *config = config_of(text);

	(void)state;
	assert_int_equal(config->n_pairs, 16);
	assert_int_equal(config->pairs[15].ports[1], 16);
	config_free(config);
	free(text);
}

static void
eight_lines_are_the_most_of_a_feed(void **state)
{
	static const char head[] = "ports: {a: {device: d}}\n"
				   "feeds:\n  f:\n    protocol: itch50\n    lines:\n";
	static const char row[] = "      l#: {port: a, group: 239.0.0.#, dport: 1}\n";

	(void)state;
	assert_says(text_of_rows(head, row, 8, ""), "");
	assert_says(text_of_rows(head, row, 9, ""), "14: feeds.f.lines.l8: more than 8 lines\n");
}

static void
as_many_feeds_as_there_are_places_for_are_legal(void **state)
{
	static const char head[] = "ports: {a: {device: d}}\nfeeds:\n";
	static const char row[] =
		"  f#: {protocol: itch50, lines: {A: {port: a, group: 239.0.0.1, dport: 1#}}}\n";

	(void)state;
	assert_says(text_of_rows(head, row, CONFIG_FEEDS_MAX, ""), "");
	assert_says(
		text_of_rows(head, row, CONFIG_FEEDS_MAX + 1, ""),
		"259: feeds.f256: more than 256 feeds\n"
	);
}

static void
every_lcore_may_be_in_a_list(void **state)
{
	(void)state;
	assert_says(
		text_of_rows(
			"ports: {a: {device: d}}\nlcores:\n  work: [0]\n  tx: [0]\n  rx:\n",
			"    - #\n",
			128,
			""
		),
		""
	);
}

/* A config whose device string has n characters. */
static char *
device_text(unsigned n)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fputs("ports: {a: {device: ", stream);
	for (unsigned i = 0; i < n; i++)
		fputc('d', stream);
	fputs("}}\n", stream);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void
a_device_string_has_at_most_1023_characters(void **state)
{
	(void)state;
	assert_says(device_text(1023), "");
	assert_says(device_text(1024), "1: ports.a.device: is longer than 1023 characters\n");
}

/* YAML's short form of a key ends at 1024 characters; the long form, "? key", does not. */
static void
a_very_long_key_is_refused_without_harm(void **state)
{
	static char text[100000];
	struct config *config;
	char *errors;
	bool said;

	(void)state;
	memset(text, 'k', sizeof(text) - 1);
	memcpy(text, "? ", 2);
	memcpy(text + sizeof(text) - 6, "\n: 1\n", 6);
	config = config_from_bytes(text, sizeof(text) - 1, &errors);
	said = strncmp(errors, "1: kkkk", 7) == 0 && strstr(errors, ": unknown key;") != NULL;
	free(errors);
	assert_null(config);
	assert_true(said);
}

static void
deep_nesting_is_refused_without_harm(void **state)
{
	static char text[20000];
	char *errors;

	(void)state;
	memset(text, '[', sizeof(text) / 2 - 1);
	memset(text + sizeof(text) / 2 - 1, ']', sizeof(text) / 2 - 1);
	assert_null(config_from_text(text, &errors));
	assert_string_equal(errors, "1: more than 100 lists and mappings in each other\n");
	free(errors);
}

static void
a_zero_byte_in_the_file_is_refused_at_its_line(void **state)
{
	static const char text[] = "ports:\n  a: {device: d}\n\0mbufs: 1\n";
	static const char expected[] = "3: control characters are not allowed\n";
	bool as_expected;
	char *errors;

	(void)state;
	assert_null(config_from_bytes(text, sizeof(text) - 1, &errors));
	as_expected = strcmp(errors, expected) == 0;
	free(errors);
	assert_true(as_expected);
}

static void
assert_cannot_load(const char *file, const char *expected)
{
	size_t size;
	char *errors;
	FILE *stream = open_memstream(&errors, &size);

	assert_non_null(stream);
	assert_null(config_load(file, stream));
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(errors, expected);
	free(errors);
}

static void
a_file_that_is_not_there_is_named_with_the_reason(void **state)
{
	(void)state;
	assert_cannot_load(
		"/nonexistent/leat.yaml",
		"/nonexistent/leat.yaml: cannot be opened: No such file or directory\n"
	);
}

static void
a_folder_is_no_config(void **state)
{
	(void)state;
	assert_cannot_load("/tmp", "/tmp: cannot be read: Is a directory\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_ports_as_dpdk_has_are_legal),
		cmocka_unit_test(all_ports_may_be_paired),
		cmocka_unit_test(eight_lines_are_the_most_of_a_feed),
		cmocka_unit_test(as_many_feeds_as_there_are_places_for_are_legal),
		cmocka_unit_test(every_lcore_may_be_in_a_list),
		cmocka_unit_test(a_device_string_has_at_most_1023_characters),
		cmocka_unit_test(a_very_long_key_is_refused_without_harm),
		cmocka_unit_test(deep_nesting_is_refused_without_harm),
		cmocka_unit_test(a_zero_byte_in_the_file_is_refused_at_its_line),
		cmocka_unit_test(a_file_that_is_not_there_is_named_with_the_reason),
		cmocka_unit_test(a_folder_is_no_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
