/* SPDX-License-Identifier: BSD-3-Clause */
/* The fast YAML reader yields what libyaml yields, or nothing. */
#include "tests/unit/app/yaml_both.h"
#include "tests/unit/app/yaml_random.h"
#include "tests/unit/app/yaml_samples.h"
#include "tests/unit/unit_test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Is it plain? Fails where the readers differ. */
static bool
is_plain(const char *bytes, size_t length)
{
	enum yaml_both both = yaml_both_read(bytes, length);

	if (both == YAML_BOTH_DIFFERENT)
		fail_msg("not what libyaml says of:\n%.*s", (int)length, bytes);
	return both == YAML_BOTH_SAME;
}

static size_t
count_plain(const struct yaml_samples *samples)
{
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		n += is_plain(samples->texts[i], strlen(samples->texts[i]));
	return n;
}

static void
configs_of_the_docs_are_plain(void **state)
{
	struct yaml_samples samples = {0};

	(void)state;
	yaml_samples_of_page(&samples, "README.md");
	yaml_samples_of_page(&samples, "docs/manual.md");
	assert_true(samples.n >= 2);
	assert_int_equal(count_plain(&samples), samples.n);
	yaml_samples_free(&samples);
}

static void
strings_of_tests(struct yaml_samples *samples)
{
	static const char *const names[] = {
		"test_config",
		"test_config_errors",
		"test_config_limits",
		"test_config_overlap",
		"test_config_policy",
		"test_config_tenant_errors",
		"test_config_tenants",
		"test_config_warnings",
		"test_tenants",
	};
	char file[128];

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		(void)snprintf(file, sizeof(file), "tests/unit/app/%s.c", names[i]);
		yaml_samples_of_strings(samples, file);
	}
}

static void
configs_of_the_tests_are_read_alike(void **state)
{
	struct yaml_samples samples = {0};
	size_t plain;

	(void)state;
	strings_of_tests(&samples);
	plain = count_plain(&samples);
	print_message("%zu of %zu are plain\n", plain, samples.n);
	assert_true(samples.n > 500 && plain > samples.n / 2);
	yaml_samples_free(&samples);
}

static const char *const plain_texts[] = {
	"a: b",
	"---\na: b\n",
	"# c\n\n--- # c\n\na: b # c\n",
	"  a: b\n  c: d\n",
	"a:\n  b:\n    c: d\ne: f\n",
	"a:\n- b\n- c\nd: e\n",
	"- a: b\n  c: d\n- - e\n  - f\n-\n  g\n",
	"-   a: b\n    c: d\n",
	"a b: c d  \n",
	"{\n\"a\": {\"b\":1,\"c\":[]\n}}",
	"a: {b: [c, {}], d: 'e'} # f\n",
	"[a,\nb\n]\n",
	"\"a\": 'b'\n",
	"a: ::1\nb: 0000:00:08.0\nc: -1\nd: a,b=[0-3]\ne: x#y\nf: fe80::/10\n",
	"[fe80::1, a:b]",
	"scalar",
};

static void
what_configs_have_is_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(plain_texts); i++) {
		if (!is_plain(plain_texts[i], strlen(plain_texts[i])))
			fail_msg("is left to libyaml:\n%s", plain_texts[i]);
	}
}

static const char *const other_texts[] = {
	"",
	"   a: [b\n ] c: d",
	"# c",
	"---",
	"a:",
	"a:\tb",
	"a: &b c",
	"a: *b",
	"a: !b c",
	"a: |\n  b",
	"a: \"\\n\"",
	"a: 'it''s'",
	"? a\n: b",
	"a: b\n  c",
	"%YAML 1.1\n",
	"a: b\r\n",
	"a: \xC3\xA9",
	"\xEF\xBB\xBF",
	"a: b: c",
	"a: - b",
	"a: b\n...\n",
	"a: b\n---\n",
	"[a: b]",
	"{a}",
	"{a: }",
	"[a,]",
	"[,a]",
	"[a",
	"a: b\n c: d",
	"a: b\n- c\n",
	"a: \"b\" c",
	"a: 'b'#c",
	"{a\n: b}",
	"[fe80::]",
	"[-]",
	"{a:1}",
	"{\"a\" :b}",
	"[a]: b",
	"a: [b] c",
	"  a: b\nc: d",
	"a:\n    b: c\n  d: e\n",
};

static void
all_else_is_left_to_libyaml(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(other_texts); i++) {
		if (is_plain(other_texts[i], strlen(other_texts[i])))
			fail_msg("is taken for plain:\n%s", other_texts[i]);
	}
	assert_false(is_plain("a: b\0", 5));
}

/* Beyond either libyaml reads on alone, and says what it makes of it. */
static void
long_keys_and_deep_nesting_are_left_to_libyaml(void **state)
{
	char text[2048];

	(void)state;
	for (size_t n = 990; n < 1100; n++) {
		memset(text, 'k', n);
		(void)snprintf(text + n, sizeof(text) - n, ": v");
		assert_int_equal(is_plain(text, n + 3), n <= 1000);
	}
	for (size_t n = 1; n < 100; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		assert_int_equal(is_plain(text, 2 * n), n <= 64);
	}
}

/* Documents with `changes` of them, of so many seeds. Fails unless enough are plain. */
static void
random_check(unsigned n, unsigned changes, unsigned percent_plain)
{
	struct yaml_text text;
	unsigned plain = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t seed = UINT64_C(1000000) * changes + i;

		yaml_random_document(&text, &seed);
		for (unsigned c = 0; c < changes; c++)
			yaml_random_change(&text, &seed);
		plain += is_plain(text.bytes, text.length);
	}
	print_message("%u of %u are plain\n", plain, n);
	assert_true(plain >= n / 100 * percent_plain);
}

static void
random_documents_are_read_alike(void **state)
{
	(void)state;
	random_check(60000, 0, 50);
}

static void
changed_documents_are_read_alike(void **state)
{
	(void)state;
	random_check(90000, 1, 25);
	random_check(60000, 3, 10);
}

/* The configs of the project's tests with one to three changes. */
static void
changed_configs_are_read_alike(void **state)
{
	enum { ROUNDS = 100 };
	struct yaml_samples samples = {0};
	struct yaml_text text;
	uint64_t seed = 1;
	size_t plain = 0;

	(void)state;
	strings_of_tests(&samples);
	for (size_t i = 0; i < samples.n * ROUNDS; i++) {
		const char *sample = samples.texts[i / ROUNDS];

		text.length = strnlen(sample, sizeof(text.bytes));
		memcpy(text.bytes, sample, text.length);
		for (size_t c = 0; c <= i % 3; c++)
			yaml_random_change(&text, &seed);
		plain += is_plain(text.bytes, text.length);
	}
	print_message("%zu of %zu are plain\n", plain, samples.n * ROUNDS);
	assert_true(plain > samples.n * ROUNDS / 5);
	yaml_samples_free(&samples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configs_of_the_docs_are_plain),
		cmocka_unit_test(configs_of_the_tests_are_read_alike),
		cmocka_unit_test(what_configs_have_is_plain),
		cmocka_unit_test(all_else_is_left_to_libyaml),
		cmocka_unit_test(long_keys_and_deep_nesting_are_left_to_libyaml),
		cmocka_unit_test(random_documents_are_read_alike),
		cmocka_unit_test(changed_documents_are_read_alike),
		cmocka_unit_test(changed_configs_are_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
