/* SPDX-License-Identifier: BSD-3-Clause */
/* The copy of the rules, who counts what, and the choice between walking and the index. */
#include "pipeline/policy/rule_list.h"

#include "pipeline/counters.h"
#include "pipeline/policy/rule_index.h"

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include <errno.h>
#include <stdalign.h>
#include <string.h>

/*
 * Longer lists have an index. At 12 to 16 rules both take about 20 ns; the index takes 1.5 kB more and, where nothing of
 * the list is in the cache, several lines that wait for each other, while the rows stand side by side.
 */
enum { RULES_WALKED_MAX = 16 };

/* Rows, rules and all that these point to stand behind it, in one block. */
struct rule_list {
	const struct rule *rules;
	const struct rule_row *rows; /* of the rules */
	uint64_t *hits; /* of all workers; each writes its own block, telemetry reads */
	unsigned n;
	unsigned n_workers;
	unsigned hits_stride; /* from a worker's block to the next */
	enum rule_action default_action;
	unsigned users; /* main thread */
	struct rule_index index; /* of more than RULES_WALKED_MAX */
} __rte_cache_aligned; /* so that no row lies across two lines */

/* Of an array in the block, so that the next one begins where a rule may begin. */
static size_t
room_for(unsigned n, size_t bytes)
{
	return RTE_ALIGN_CEIL(n * bytes, alignof(struct prefix));
}

static size_t
list_bytes(const struct rule *rules, unsigned n)
{
	size_t bytes = sizeof(struct rule_list) + n * (sizeof(struct rule_row) + sizeof(*rules));

	for (unsigned i = 0; i < n; i++)
		bytes += room_for(rules[i].n_src, sizeof(*rules[i].src)) +
			 room_for(rules[i].n_dst, sizeof(*rules[i].dst)) +
			 room_for(rules[i].n_src_ports, sizeof(*rules[i].src_ports)) +
			 room_for(rules[i].n_dst_ports, sizeof(*rules[i].dst_ports));
	return bytes;
}

/* Into the block at *room, which moves on. */
static void *
array_copy(char **room, const void *from, unsigned n, size_t bytes)
{
	void *copy = *room;

	if (n > 0)
		memcpy(copy, from, n * bytes);
	*room += room_for(n, bytes);
	return copy;
}

/* All that a rule names stands together: who looks at one part of it will soon look at the next. */
static void
rule_copy(struct rule *to, const struct rule *from, char **room)
{
	*to = *from;
	to->dst_ports =
		array_copy(room, from->dst_ports, from->n_dst_ports, sizeof(*to->dst_ports));
	to->src_ports =
		array_copy(room, from->src_ports, from->n_src_ports, sizeof(*to->src_ports));
	to->dst = array_copy(room, from->dst, from->n_dst, sizeof(*to->dst));
	to->src = array_copy(room, from->src, from->n_src, sizeof(*to->src));
}

static struct rule_list *
list_copy(const struct rule *rules, unsigned n, int socket)
{
	struct rule_list *l =
		rte_zmalloc_socket("rule_list", list_bytes(rules, n), RTE_CACHE_LINE_SIZE, socket);
	struct rule_row *rows;
	struct rule *copies;
	char *room;

	if (l == NULL)
		return NULL;
	rows = (struct rule_row *)(l + 1);
	copies = (struct rule *)(rows + n);
	room = (char *)(copies + n);
	for (unsigned i = 0; i < n; i++) {
		rule_copy(&copies[i], &rules[i], &room);
		rows[i] = rule_row_make(&copies[i]);
	}
	l->rules = copies;
	l->rows = rows;
	l->n = n;
	return l;
}

/* A worker's counters, on cache lines of their own: first the default's, then the rules'. */
static int
list_add_hits(struct rule_list *l, unsigned n_workers, int socket)
{
	size_t bytes = RTE_ALIGN_CEIL((l->n + 1) * sizeof(*l->hits), (size_t)RTE_CACHE_LINE_SIZE);

	l->n_workers = n_workers;
	l->hits_stride = (unsigned)(bytes / sizeof(*l->hits));
	l->hits = rte_zmalloc_socket(
		"rule_hits", RTE_MAX(n_workers, 1u) * bytes, RTE_CACHE_LINE_SIZE, socket
	);
	return l->hits == NULL ? -ENOMEM : 0;
}

static void
list_free(struct rule_list *l)
{
	rule_index_clear(&l->index);
	rte_free(l->hits);
	rte_free(l);
}

struct rule_list *
rule_list_create(
	const struct rule *rules,
	unsigned n,
	enum rule_action default_action,
	unsigned n_workers,
	int socket
)
{
	struct rule_list *l;
	int error = -E2BIG;

	if (n > RULE_LIST_MAX)
		goto fail;
	error = -ENOMEM;
	l = list_copy(rules, n, socket);
	if (l == NULL)
		goto fail;
	l->default_action = default_action;
	l->users = 1;
	error = list_add_hits(l, n_workers, socket);
	if (error == 0 && n > RULES_WALKED_MAX)
		error = rule_index_init(&l->index, l->rules, l->rows, n, socket);
	if (error == 0)
		return l;
	list_free(l);
fail:
	rte_errno = -error;
	return NULL;
}

struct rule_list *
rule_list_ref(struct rule_list *l)
{
	l->users++;
	return l;
}

void
rule_list_unref(struct rule_list *l)
{
	if (l != NULL && --l->users == 0)
		list_free(l);
}

/* No hash goes ahead: to make that of `rules` takes as long as to compare them, and most differences come early. */
bool
rule_list_is(
	const struct rule_list *l,
	const struct rule *rules,
	unsigned n,
	enum rule_action default_action
)
{
	if (l->n != n || l->default_action != default_action)
		return false;
	for (unsigned i = 0; i < n; i++) {
		if (!rule_is_same(&l->rules[i], &rules[i]) ||
		    strncmp(l->rules[i].name, rules[i].name, RULE_NAME_BYTES) != 0)
			return false;
	}
	return true;
}

static unsigned
rules_walk(const struct rule_list *l, const struct policy_packet *p)
{
	unsigned i = 0;

	while (i < l->n && !rule_row_matches(&l->rows[i], &l->rules[i], p))
		i++;
	return i;
}

int
rule_list_eval(
	const struct rule_list *l,
	const struct policy_packet *p,
	unsigned worker,
	enum rule_action *action
)
{
	unsigned found = l->n > RULES_WALKED_MAX ? rule_index_find(&l->index, p) : rules_walk(l, p);
	int i = found < l->n ? (int)found : RULE_DEFAULT;

	*action = i == RULE_DEFAULT ? l->default_action : (enum rule_action)l->rows[i].action;
	counter_add(&l->hits[(size_t)worker * l->hits_stride + (unsigned)(i + 1)], 1);
	return i;
}

unsigned
rule_list_count(const struct rule_list *l)
{
	return l->n;
}

const struct rule *
rule_list_rule(const struct rule_list *l, unsigned i)
{
	return &l->rules[i];
}

enum rule_action
rule_list_default(const struct rule_list *l)
{
	return l->default_action;
}

uint64_t
rule_list_hits(const struct rule_list *l, int i)
{
	uint64_t hits = 0;

	for (unsigned worker = 0; worker < l->n_workers; worker++)
		hits += counter_read(&l->hits[(size_t)worker * l->hits_stride + (unsigned)(i + 1)]);
	return hits;
}
