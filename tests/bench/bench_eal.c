/* SPDX-License-Identifier: BSD-3-Clause */
/* EAL's options, and what it leaves behind. */
#include "tests/bench/bench_eal.h"

#include <rte_common.h>
#include <rte_eal.h>

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

int
bench_eal_start(char *program, const char *mebibytes)
{
	char prefix[64], lcores[64];
	char *arguments[] = {
		program,
		"--no-huge",
		"--no-shconf",
		"--no-pci",
		"--no-telemetry",
		"-m",
		(char *)(uintptr_t)mebibytes,
		"--log-level=error",
		prefix,
		lcores,
	};

	(void)snprintf(prefix, sizeof(prefix), "--file-prefix=leat-bench-%d", (int)getpid());
	(void)snprintf(lcores, sizeof(lcores), "--lcores=0@%d", sched_getcpu());
	return rte_eal_init(RTE_DIM(arguments), arguments);
}

void
bench_eal_end(void)
{
	char path[PATH_MAX];
	DIR *directory;

	(void)snprintf(path, sizeof(path), "%s", rte_eal_get_runtime_dir());
	(void)rte_eal_cleanup(); /* the process ends anyway */
	directory = opendir(path);
	if (directory == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		(void)unlinkat(dirfd(directory), entry->d_name, 0); /* "." and ".." refuse */
	(void)closedir(directory);
	(void)rmdir(path); /* in vain where somebody else uses it */
}
