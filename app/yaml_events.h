/* SPDX-License-Identifier: BSD-3-Clause */
/* All of YAML, by libyaml. */
#ifndef APP_YAML_EVENTS_H
#define APP_YAML_EVENTS_H

#include "app/yaml_reader.h"

/* The root of the reader's text, or NULL after saying why. */
struct yaml_node *yaml_events_load(struct yaml_reader *r);

#endif
