/* SPDX-License-Identifier: BSD-3-Clause */
/* The value of --line. */
#ifndef LEAT_FEEDGEN_LINE_OPTION_H
#define LEAT_FEEDGEN_LINE_OPTION_H

#include "tools/feedgen/line.h"

/* Reads NAME=GROUP:PORT[,key=value...]. 0 or -EINVAL, already reported. */
int line_option_parse(const char *text, struct line_settings *settings);

#endif
