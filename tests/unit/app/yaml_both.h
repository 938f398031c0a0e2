/* SPDX-License-Identifier: BSD-3-Clause */
/* The fast YAML reader beside libyaml. */
#ifndef UNIT_YAML_BOTH_H
#define UNIT_YAML_BOTH_H

#include <stddef.h>

enum yaml_both {
	YAML_BOTH_NOT_PLAIN, /* the fast reader gave up, and left nothing */
	YAML_BOTH_SAME,
	YAML_BOTH_DIFFERENT, /* it took what libyaml reads otherwise or not at all */
};

/* Any bytes, read by both. */
enum yaml_both yaml_both_read(const char *bytes, size_t length);

#endif
