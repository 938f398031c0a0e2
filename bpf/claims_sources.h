/* SPDX-License-Identifier: BSD-3-Clause */
/* The last level of claims_compile: by the source address. */
#ifndef BPF_CLAIMS_SOURCES_H
#define BPF_CLAIMS_SOURCES_H

#include "bpf/claims_rows.h"
#include "bpf/claims_spaces.h"

/* The result for packets that match all the rows but for their sources. 0, -ENOMEM or -E2BIG. */
int claims_sources_compile(
	struct claims_spaces *spaces, const struct claims_rows *rows, uint32_t *result
);

#endif
