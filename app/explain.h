/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * --explain: the packets of a capture go through the stages of a worker, one by one, at the capture's own times, and what
 * the stages consulted is printed as one JSON object for each packet. No device is opened, nothing is sent. Main thread.
 */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

#include "app/config.h"
#include "app/options.h"

/* 0, or -1 after saying why. The config is the worker's: its lcores are replaced by one. */
int explain(const struct options *options, struct config *config);

#endif
