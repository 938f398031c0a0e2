/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/flow/flow.h"

const char *const flow_state_names[FLOW_STATE_COUNT] = {
#define FLOW_STATE_NAME(id, name, help) [FLOW_##id] = name,
	FLOW_STATE_TABLE(FLOW_STATE_NAME)
#undef FLOW_STATE_NAME
};
