/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of the messages of services: they are counted by type, and what is wrong with them by reason. */
#ifndef PIPELINE_SERVICE_SERVICE_SINK_H
#define PIPELINE_SERVICE_SERVICE_SINK_H

#include "pipeline/stream/tcp_stream.h"

/* For streams whose `user` is a struct connection. */
extern const struct stream_sink service_sink;

#endif
