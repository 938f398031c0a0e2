/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts DPDK's EAL with the user's options and what the config needs besides.
 *
 * leat adds, each only where the user has not spoken: `--lcores` with one lcore for each CPU of the placement and a
 * main lcore that floats over all allowed CPUs (it controls and never polls); `-a` for the PCI devices of the config,
 * or `--no-pci` without any; with --no-huge, `-m` with the memory that the pools need.
 */
#ifndef APP_EAL_H
#define APP_EAL_H

#include "app/options.h"
#include "app/plan.h"

/* 0, or a negative errno after saying why; -EINVAL where the EAL does not know an option or value. `memory_bytes` is what pools and tables will take. Main thread, once. */
int eal_start(const struct options *options, const struct plan *plan, uint64_t memory_bytes);

/* Says through `say` which CPUs of the plan leat may not run on. 0 or -ENODEV. */
int eal_cpus_check(const struct plan *plan, void (*say)(const char *format, ...));

/* Main thread. */
void eal_stop(void);

/* The device string of the user's i-th --vdev; NULL behind the last. Points into the arguments. */
const char *eal_vdev(const struct options *options, unsigned i);

/* How many devices the user's EAL options may make. */
unsigned eal_devices_asked_for(const struct options *options);

/* A PCI address like 0000:03:00.0 or 03:00.0 at the start of a device string. */
bool eal_device_is_pci(const char *device);

#endif
