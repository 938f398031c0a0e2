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

#endif
