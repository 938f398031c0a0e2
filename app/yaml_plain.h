/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The YAML that configs are really written in, several times faster than libyaml reads it.
 *
 * libyaml (yaml_events.h) defines what a file means. This reader yields exactly its nodes, or none at all: at the first
 * thing that it does not surely know it gives up, says nothing, and the whole text is libyaml's. So it never finds an
 * error, and what it does not know is only slow. tests/unit/app/test_yaml_plain.c and tests/fuzz/fuzz_config.c hold it to that.
 *
 * It knows: ASCII; mappings and lists by indentation, `{}` and `[]` over any number of lines; scalars that are plain or
 * quoted without escapes and end on their line; comments; one document, with or without `---`.
 */
#ifndef APP_YAML_PLAIN_H
#define APP_YAML_PLAIN_H

#include "app/yaml_reader.h"

/* The root of the reader's text, which has a terminator; or NULL, without nodes and without a word. */
struct yaml_node *yaml_plain_load(struct yaml_reader *r);

#endif
