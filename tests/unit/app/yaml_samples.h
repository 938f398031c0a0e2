/* SPDX-License-Identifier: BSD-3-Clause */
/* The YAML that stands in the project's files. */
#ifndef UNIT_YAML_SAMPLES_H
#define UNIT_YAML_SAMPLES_H

#include <stddef.h>

struct yaml_samples {
	char **texts;
	size_t n;
};

/* Adds what stands between ```yaml and ```. Paths are relative to the source's root, where unit tests run. */
void yaml_samples_of_page(struct yaml_samples *s, const char *file);

/* Adds every string of a C file, neighbours joined. Most are no YAML, which is fine as well. */
void yaml_samples_of_strings(struct yaml_samples *s, const char *file);

void yaml_samples_free(struct yaml_samples *s);

#endif
