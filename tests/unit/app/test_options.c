/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line: what is set, what is asked for, and what is said of a wrong one. */
#include "app/options.h"
#include "tests/unit/unit_test.h"

#include <rte_version.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 16 };

/* What a call of options_parse gave and printed, on stdout and stderr together. */
struct parsed {
	char *argv[ARGUMENTS_MAX]; /* options point into it */
	char words[512];
	char printed[4096];
	struct options options;
};

/* Lets options_parse print into a file, which is then read. */
static void
printing_parse(struct parsed *p, int argc)
{
	FILE *file = tmpfile();
	int out, err;

	assert_non_null(file);
	(void)fflush(stdout);
	out = dup(STDOUT_FILENO);
	err = dup(STDERR_FILENO);
	(void)dup2(fileno(file), STDOUT_FILENO);
	(void)dup2(fileno(file), STDERR_FILENO);
	p->options = options_parse(argc, p->argv);
	(void)fflush(stdout);
	(void)fflush(stderr);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(err, STDERR_FILENO);
	(void)close(out);
	(void)close(err);
	rewind(file);
	p->printed[fread(p->printed, 1, sizeof(p->printed) - 1, file)] = '\0';
	(void)fclose(file);
}

/* The words of a line, after the program's name. */
static struct options
line_parse(struct parsed *p, const char *line)
{
	int argc = 0;

	*p = (struct parsed){0};
	(void)snprintf(p->words, sizeof(p->words), "leat %s", line);
	for (char *word = strtok(p->words, " "); word != NULL; word = strtok(NULL, " ")) {
		assert_true(argc < ARGUMENTS_MAX - 1);
		p->argv[argc++] = word;
	}
	printing_parse(p, argc);
	return p->options;
}

static void
assert_wrong(const char *line, const char *reason)
{
	struct parsed p;

	assert_int_equal(line_parse(&p, line).action, OPTIONS_WRONG);
	if (strstr(p.printed, reason) == NULL)
		fail_msg("\"%s\" prints: %s\nexpected: %s", line, p.printed, reason);
}

static void
no_option_runs_with_defaults(void **state)
{
	struct parsed p;
	struct options o = line_parse(&p, "");

	(void)state;
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_null(o.config_file);
	assert_int_equal(o.exit_when_idle_ns, 0);
	assert_int_equal(o.run_for_ns, 0);
	assert_string_equal(o.program, "leat");
	assert_int_equal(o.n_eal_arguments, 0);
	assert_string_equal(p.printed, "");
}

static void
the_config_is_named_by_either_form(void **state)
{
	struct parsed p;

	(void)state;
	assert_string_equal(line_parse(&p, "-c a.yaml").config_file, "a.yaml");
	assert_string_equal(line_parse(&p, "--config a.yaml").config_file, "a.yaml");
	assert_string_equal(line_parse(&p, "--config=a.yaml").config_file, "a.yaml");
}

static void
times_are_nanoseconds(void **state)
{
	struct parsed p;
	struct options o = line_parse(&p, "--exit-when-idle 500ms --run-for 2m");

	(void)state;
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_int_equal(o.exit_when_idle_ns, 500 * 1000 * 1000);
	assert_int_equal(o.run_for_ns, UINT64_C(120) * 1000 * 1000 * 1000);
}

static void
a_bare_time_counts_seconds(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(line_parse(&p, "--run-for 3").run_for_ns, UINT64_C(3000000000));
}

static void
a_time_that_is_none_is_wrong(void **state)
{
	(void)state;
	assert_wrong("--run-for 0", "--run-for: \"0\" is not a time above 0, like 5, 500ms or 2m");
	assert_wrong("--run-for soon", "--run-for: \"soon\" is not a time above 0");
	assert_wrong("--exit-when-idle -1", "--exit-when-idle: \"-1\" is not a time above 0");
	assert_wrong("--run-for 99999999999999999999", "--run-for: \"99999999999999999999\"");
}

static void
check_is_asked_for_as_text_or_graph(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(line_parse(&p, "-c a --check").action, OPTIONS_CHECK);
	assert_int_equal(line_parse(&p, "--check -c a").action, OPTIONS_CHECK);
	assert_int_equal(line_parse(&p, "-c a --check=text").action, OPTIONS_CHECK);
	assert_int_equal(line_parse(&p, "-c a --check=dot").action, OPTIONS_CHECK_DOT);
}

static void
check_in_another_form_is_wrong(void **state)
{
	(void)state;
	assert_wrong("-c a --check=svg", "--check: \"svg\" is neither text nor dot");
}

static void
check_needs_a_config(void **state)
{
	(void)state;
	assert_wrong("--check", "--check needs --config FILE");
	assert_wrong("--check=dot", "--check needs --config FILE");
}

static void
version_is_printed_with_dpdks(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(line_parse(&p, "--version").action, OPTIONS_DONE);
	assert_ptr_equal(strstr(p.printed, "leat " LEAT_VERSION), p.printed);
	assert_non_null(strstr(p.printed, rte_version()));
	assert_int_equal(line_parse(&p, "-v").action, OPTIONS_DONE);
}

static void
help_names_every_option(void **state)
{
	static const char *const names[] = {
		"-c, --config FILE",
		"--check[=dot]",
		"--exit-when-idle SECONDS",
		"--run-for SECONDS",
		"--version",
		"--help",
	};
	struct parsed p;

	(void)state;
	assert_int_equal(line_parse(&p, "--help").action, OPTIONS_DONE);
	for (unsigned i = 0; i < ARRAY_LENGTH(names); i++)
		assert_non_null(strstr(p.printed, names[i]));
	assert_int_equal(line_parse(&p, "-h").action, OPTIONS_DONE);
}

static void
help_comes_before_what_follows_it(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(line_parse(&p, "--help --nonsense").action, OPTIONS_DONE);
}

static void
an_unknown_option_is_wrong(void **state)
{
	(void)state;
	assert_wrong("--nonsense", "EAL options stand before \"--\"");
	assert_wrong("-x", "EAL options stand before \"--\"");
	assert_wrong("--no-huge", "EAL options stand before \"--\"");
}

/* getopt starts its message with the word before the first option. */
static void
an_unknown_option_behind_the_dashes_is_said_in_the_programs_name(void **state)
{
	(void)state;
	assert_wrong("--no-huge -- --nonsense", "leat: unrecognized option '--nonsense'");
}

static void
an_option_without_its_argument_is_wrong(void **state)
{
	(void)state;
	assert_wrong("--config", "--help");
	assert_wrong("-c", "--help");
	assert_wrong("--run-for", "--help");
}

static void
an_argument_that_belongs_to_no_option_is_wrong(void **state)
{
	(void)state;
	assert_wrong("a.yaml", "unexpected argument \"a.yaml\"; see --help");
	assert_wrong("-c a.yaml b.yaml", "unexpected argument \"b.yaml\"");
}

static void
what_stands_before_the_two_dashes_is_eals(void **state)
{
	struct parsed p;
	struct options o = line_parse(&p, "--no-huge -a 0000:3b:00.0 -- -c a.yaml --run-for 1s");

	(void)state;
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_int_equal(o.n_eal_arguments, 3);
	assert_string_equal(o.eal_arguments[0], "--no-huge");
	assert_string_equal(o.eal_arguments[1], "-a");
	assert_string_equal(o.eal_arguments[2], "0000:3b:00.0");
	assert_string_equal(o.config_file, "a.yaml");
	assert_int_equal(o.run_for_ns, UINT64_C(1000000000));
	assert_string_equal(o.program, "leat");
}

static void
two_dashes_alone_change_nothing(void **state)
{
	struct parsed p;
	struct options o = line_parse(&p, "--");

	(void)state;
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_int_equal(o.n_eal_arguments, 0);
	assert_string_equal(p.printed, "");
}

static void
eal_options_do_not_reach_our_own(void **state)
{
	struct parsed p;
	struct options o = line_parse(&p, "--help --config x --");

	(void)state;
	assert_int_equal(o.action, OPTIONS_RUN);
	assert_null(o.config_file);
	assert_int_equal(o.n_eal_arguments, 3);
}

static void
a_command_line_may_be_parsed_twice(void **state)
{
	struct parsed p;

	(void)state;
	assert_string_equal(line_parse(&p, "-c first.yaml").config_file, "first.yaml");
	assert_string_equal(line_parse(&p, "-c second.yaml").config_file, "second.yaml");
}

static void
the_last_of_an_option_named_twice_counts(void **state)
{
	struct parsed p;

	(void)state;
	assert_string_equal(line_parse(&p, "-c a -c b").config_file, "b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_option_runs_with_defaults),
		cmocka_unit_test(the_config_is_named_by_either_form),
		cmocka_unit_test(times_are_nanoseconds),
		cmocka_unit_test(a_bare_time_counts_seconds),
		cmocka_unit_test(a_time_that_is_none_is_wrong),
		cmocka_unit_test(check_is_asked_for_as_text_or_graph),
		cmocka_unit_test(check_in_another_form_is_wrong),
		cmocka_unit_test(check_needs_a_config),
		cmocka_unit_test(version_is_printed_with_dpdks),
		cmocka_unit_test(help_names_every_option),
		cmocka_unit_test(help_comes_before_what_follows_it),
		cmocka_unit_test(an_unknown_option_is_wrong),
		cmocka_unit_test(an_unknown_option_behind_the_dashes_is_said_in_the_programs_name),
		cmocka_unit_test(an_option_without_its_argument_is_wrong),
		cmocka_unit_test(an_argument_that_belongs_to_no_option_is_wrong),
		cmocka_unit_test(what_stands_before_the_two_dashes_is_eals),
		cmocka_unit_test(two_dashes_alone_change_nothing),
		cmocka_unit_test(eal_options_do_not_reach_our_own),
		cmocka_unit_test(a_command_line_may_be_parsed_twice),
		cmocka_unit_test(the_last_of_an_option_named_twice_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
