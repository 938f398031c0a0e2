/* SPDX-License-Identifier: BSD-3-Clause */
/* The summary of a run, as one JSON object on one line. */
#ifndef LEAT_FEEDGEN_REPORT_H
#define LEAT_FEEDGEN_REPORT_H

#include "tools/feedgen/feed.h"
#include "tools/feedgen/market.h"
#include "tools/feedgen/options.h"

/* To options->stats, or stderr. 0 or a negative errno, already reported. */
int
report_write(const struct options *options, const struct market *market, const struct feed *feed);

#endif
