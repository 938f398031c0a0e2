/* SPDX-License-Identifier: BSD-3-Clause */
/* Configs from text. */
#ifndef UNIT_APP_CONFIG_FIXTURE_H
#define UNIT_APP_CONFIG_FIXTURE_H

#include "app/config.h"

#include <stddef.h>

/*
 * Loads the text through a file of its own, which is gone afterwards. `errors` is what was said, without the file's
 * name at the start of each line: "2: ports.a.mtu: 5 is below 68\n". The caller frees both.
 */
struct config *config_from_text(const char *text, char **errors);
struct config *config_from_bytes(const char *text, size_t length, char **errors);

/* The config of a text that has no fault; fails with what was said where it has one. */
struct config *config_of(const char *text);

/* The config of a text that is warned of; fails with what was said where that is something else. */
struct config *config_warned(const char *text, const char *warnings);

/* A text with faults, and what is to be said of it without the file's name. */
struct config_error_case {
	const char *text;
	const char *errors;
};

/* Fails with what was said where that is something else, or where there is a config. */
void config_cases_check(const struct config_error_case *cases, size_t n);

#endif
