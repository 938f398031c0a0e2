/* SPDX-License-Identifier: BSD-3-Clause */
/* The EAL for a bench of one lcore, the CPU it is on, without devices and hugepages. */
#ifndef TESTS_BENCH_BENCH_EAL_H
#define TESTS_BENCH_BENCH_EAL_H

/* With that much memory. Negative with rte_errno set. */
int bench_eal_start(char *program, const char *mebibytes);

/* EAL leaves its folder and what is in it behind: not this one. */
void bench_eal_end(void);

#endif
