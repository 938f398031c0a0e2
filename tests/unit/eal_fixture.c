/* SPDX-License-Identifier: BSD-3-Clause */
/* EAL up, EAL down, and nothing of it left on the disk. */
#include "tests/unit/eal_fixture.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static struct rte_mempool *pool;
static char runtime_dir[PATH_MAX];

struct rte_mempool *
eal_fixture_pool(void)
{
	return pool;
}

static int
eal_start(void)
{
	char prefix[64], lcores[64];
	char *arguments[] = {
		"unit",
		"--no-huge",
		"--no-shconf",
		"--no-pci",
		"--no-telemetry",
		"-m",
		"64",
		"--log-level=error",
		prefix,
		lcores,
		NULL,
	};

	(void)snprintf(prefix, sizeof(prefix), "--file-prefix=leat-unit-%d", (int)getpid());
	/* One lcore, on a CPU that this process may use; by default EAL starts a thread for each. */
	(void)snprintf(lcores, sizeof(lcores), "--lcores=0@%d", sched_getcpu());
	return rte_eal_init(sizeof(arguments) / sizeof(arguments[0]) - 1, arguments);
}

int
eal_fixture_setup(void **state)
{
	(void)state;
	if (eal_start() < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	(void)snprintf(runtime_dir, sizeof(runtime_dir), "%s", rte_eal_get_runtime_dir());
	pool = rte_pktmbuf_pool_create(
		"unit",
		EAL_FIXTURE_MBUFS,
		0, /* no cache: the count of free mbufs is exact at once */
		0,
		RTE_PKTMBUF_HEADROOM + EAL_FIXTURE_DATA_BYTES,
		SOCKET_ID_ANY
	);
	if (pool == NULL)
		fprintf(stderr, "no mbuf pool: %s\n", rte_strerror(rte_errno));
	return pool != NULL ? 0 : -1;
}

/* EAL leaves its folder and what is in it behind. */
static void
runtime_dir_remove(void)
{
	DIR *dir = opendir(runtime_dir);

	if (dir == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		(void)unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." refuse */
	(void)closedir(dir);
	if (rmdir(runtime_dir) != 0)
		perror(runtime_dir);
}

int
eal_fixture_teardown(void **state)
{
	(void)state;
	rte_mempool_free(pool);
	pool = NULL;
	(void)rte_eal_cleanup(); /* the process ends anyway */
	runtime_dir_remove();
	return 0;
}

int
eal_fixture_mbufs_are_back(void **state)
{
	unsigned missing = rte_mempool_in_use_count(pool);

	(void)state;
	if (missing == 0)
		return 0;
	fprintf(stderr, "%u mbufs have not come back to the pool\n", missing);
	return -1;
}
