/* SPDX-License-Identifier: BSD-3-Clause */
/* The path of a packet in a worker, stage by stage, up to where its fate is known. */
#ifndef APP_WORKER_PATH_H
#define APP_WORKER_PATH_H

#include "pipeline/burst.h"
#include "pipeline/worker.h"

/* All stages but `dispatch`. The worker's lcore, or --explain. */
void worker_path(struct worker *w, struct burst *b);

#endif
