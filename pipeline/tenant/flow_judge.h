/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A packet that no verdict in force speaks for: its flow is judged again, or a flow is opened for it, or it passes
 * without one where nothing is against that.
 */
#ifndef PIPELINE_TENANT_FLOW_JUDGE_H
#define PIPELINE_TENANT_FLOW_JUDGE_H

#include "pipeline/tenant/tenancy.h"

/*
 * FATE_NONE, or why the packet does not pass. `flow` holds what was found when the burst began, and then the packet's flow as
 * it is now; without one the packet's `from` and `to` have been looked up.
 */
enum fate
packet_judge(struct tenancy *t, const struct rte_mbuf *m, struct packet *p, struct flow **flow);

#endif
