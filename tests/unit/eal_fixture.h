/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK for a group of tests: EAL without huge pages, PCI or sockets, and a small pool of mbufs. The file prefix holds
 * the process id, so that tests run at the same time as each other and as any leat.
 */
#ifndef UNIT_EAL_FIXTURE_H
#define UNIT_EAL_FIXTURE_H

#include <rte_mempool.h>

enum {
	EAL_FIXTURE_MBUFS = 2047,
	EAL_FIXTURE_DATA_BYTES = 2048, /* of each mbuf, behind its headroom */
};

/* For cmocka_run_group_tests. EAL starts once per process: one group for each executable. */
int eal_fixture_setup(void **state);
int eal_fixture_teardown(void **state);

/* For each test that takes mbufs: fails where some have not come back. */
int eal_fixture_mbufs_are_back(void **state);

/* The pool of the group. */
struct rte_mempool *eal_fixture_pool(void);

#endif
