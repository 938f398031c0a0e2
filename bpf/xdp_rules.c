/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Replacing the rules.
 *
 * A new trie is filled completely, then put in the place of the old one by a single update of the array of maps. A
 * packet reads that place once. The kernel returns from such an update only after an RCU grace period (since 4.20,
 * kernel/bpf/syscall.c, maybe_wait_bpf_programs), when no packet uses the old trie any more. Only then is our
 * reference to the old one dropped: kernels before 6.8 (CVE-2023-52447) could otherwise free it under a packet.
 */
#include "bpf/xdp_rules.h"

#include "bpf/xdp_query.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void
fd_drop(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* a reference to a map: there is nothing to flush */
	*fd = -1;
}

/* The trie in use, or -1: a lookup by user space gives its ID. */
static int
trie_in_use_open(int rules_fd)
{
	uint32_t zero = 0, id;

	return bpf_map_lookup_elem(rules_fd, &zero, &id) == 0 ? bpf_map_get_fd_by_id(id) : -1;
}

int
xdp_rules_open(struct xdp_rules *r, uint32_t program_id)
{
	int error;

	r->trie_fd = -1;
	r->counters_fd = -1;
	r->rules_fd = xdp_program_map_open(program_id, STEER_RULES_MAP_NAME);
	if (r->rules_fd < 0)
		return r->rules_fd;
	r->counters_fd = xdp_program_map_open(program_id, STEER_COUNTERS_MAP_NAME);
	if (r->counters_fd >= 0) {
		r->trie_fd = trie_in_use_open(r->rules_fd);
		return 0;
	}
	error = r->counters_fd;
	fd_drop(&r->rules_fd);
	return error;
}

void
xdp_rules_close(struct xdp_rules *r)
{
	fd_drop(&r->rules_fd);
	fd_drop(&r->counters_fd);
	fd_drop(&r->trie_fd);
}

static int
trie_fill(int trie_fd, const struct claims_table *table)
{
	uint32_t n = table->n;

	if (n == 0)
		return 0;
	if (bpf_map_update_batch(trie_fd, table->keys, table->results, &n, NULL) != 0)
		return -errno;
	return n == table->n ? 0 : -EIO;
}

int
xdp_rules_write(struct xdp_rules *r, const struct claims_table *table)
{
	struct bpf_map_create_opts options = {
		.sz = sizeof(options), .map_flags = BPF_F_NO_PREALLOC};
	uint32_t zero = 0;
	int error;
	int trie_fd = bpf_map_create(
		BPF_MAP_TYPE_LPM_TRIE,
		"leat_trie",
		sizeof(struct steer_key),
		sizeof(struct steer_result),
		STEER_ENTRIES_MAX,
		&options
	);

	if (trie_fd < 0)
		return -errno;
	error = trie_fill(trie_fd, table);
	if (error == 0 && bpf_map_update_elem(r->rules_fd, &zero, &trie_fd, BPF_ANY) != 0)
		error = -errno;
	if (error != 0) {
		fd_drop(&trie_fd);
		return error;
	}
	fd_drop(&r->trie_fd);
	r->trie_fd = trie_fd;
	return 0;
}

int
xdp_rules_read(const struct xdp_rules *r, uint64_t counters[STEER_REASON_COUNT])
{
	int n_cpus = libbpf_num_possible_cpus();
	uint64_t *values;
	int error = 0;

	if (n_cpus < 0)
		return n_cpus;
	values = calloc((size_t)n_cpus, sizeof(*values));
	if (values == NULL)
		return -ENOMEM;
	for (uint32_t reason = 0; error == 0 && reason < STEER_REASON_COUNT; reason++) {
		counters[reason] = 0;
		if (bpf_map_lookup_elem(r->counters_fd, &reason, values) != 0)
			error = -errno;
		for (int cpu = 0; cpu < n_cpus; cpu++)
			counters[reason] += values[cpu];
	}
	free(values);
	return error;
}
