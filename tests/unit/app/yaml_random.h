/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML by chance: good, odd and broken. All from one seed, so that a failure can be had again. */
#ifndef UNIT_YAML_RANDOM_H
#define UNIT_YAML_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { YAML_TEXT_BYTES = 4096 };

struct yaml_text {
	char bytes[YAML_TEXT_BYTES];
	size_t length;
};

/* A document in a random mix of styles, now and then with a piece that few configs have. */
void yaml_random_document(struct yaml_text *text, uint64_t *seed);

/* Changes it in one place: a byte or an indent goes, comes or changes, a line comes twice or goes. */
void yaml_random_change(struct yaml_text *text, uint64_t *seed);

#endif
