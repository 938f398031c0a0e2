/* SPDX-License-Identifier: BSD-3-Clause */
/* A sweep over the ends of all spans, in order, with the rules that are open at each. */
#include "pipeline/policy/rule_axis.h"

#include <rte_common.h>
#include <rte_malloc.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/*
	 * So many intervals at least, or so many bytes for each span: either is 128 for rules of one span each, whatever
	 * their number. With 512, lists of 1,000 rules are no faster where they are in the cache, and slower and twice
	 * as large where they are not; 64 are slow where only one thing tells the rules apart.
	 */
	INTERVALS_MIN = 128,
	BYTES_PER_SPAN = 16,
};

/* At `at` a span of a rule opens, or has closed. */
struct axis_end {
	struct axis_value at;
	uint32_t rule;
	bool opens;
};

struct axis_sweep {
	struct axis_end *room; /* for the ends, twice */
	struct axis_end *ends; /* in order */
	size_t n_ends;
	uint64_t *open; /* vector */
	uint32_t *n_open; /* spans of each rule */
};

static bool
value_is_below(struct axis_value a, struct axis_value b)
{
	return (a.high < b.high) | ((a.high == b.high) & (a.low < b.low));
}

/* At one place what opens goes first, so that no rule has less than no open span. */
static bool
end_is_before(const struct axis_end *a, const struct axis_end *b)
{
	if (a->at.low == b->at.low && a->at.high == b->at.high)
		return a->opens > b->opens;
	return value_is_below(a->at, b->at);
}

/* Two runs that are in order, `left` and `right` long, become one. */
static void
runs_merge(const struct axis_end *from, size_t left, size_t right, struct axis_end *to)
{
	const struct axis_end *other = from + left;

	/* Rules often stand in the order of their addresses and ports. */
	if (right == 0 || !end_is_before(other, other - 1)) {
		memcpy(to, from, (left + right) * sizeof(*to));
		return;
	}
	for (size_t i = 0, j = 0; i + j < left + right; to++) {
		if (j < right && (i == left || end_is_before(&other[j], &from[i])))
			*to = other[j++];
		else
			*to = from[i++];
	}
}

/* A tenth of a reload was qsort here, which calls for each comparison. `spare`: as much room. Returns either. */
static struct axis_end *
ends_sort(struct axis_end *ends, struct axis_end *spare, size_t n)
{
	for (size_t run = 1; run < n; run *= 2) {
		struct axis_end *from = ends;

		for (size_t i = 0; i < n; i += 2 * run) {
			size_t left = RTE_MIN(run, n - i);

			runs_merge(from + i, left, RTE_MIN(run, n - i - left), spare + i);
		}
		ends = spare;
		spare = from;
	}
	return ends;
}

/* The value behind the last one of a span; false when that was the last one of all. */
static bool
value_after(struct axis_value last, bool wide, struct axis_value *after)
{
	*after = (struct axis_value){last.high + (last.low == UINT64_MAX), last.low + 1};
	return wide ? (after->high | after->low) != 0 : after->low <= UINT32_MAX;
}

static void
ends_fill(struct axis_sweep *s, const struct axis_config *config)
{
	for (size_t i = 0; i < config->n_spans; i++) {
		const struct axis_span *span = &config->spans[i];
		struct axis_value after;

		s->ends[s->n_ends++] = (struct axis_end){span->first, span->rule, true};
		if (value_after(span->last, config->wide, &after))
			s->ends[s->n_ends++] = (struct axis_end){after, span->rule, false};
	}
	s->ends = ends_sort(s->ends, s->ends + s->n_ends, s->n_ends);
}

static bool
end_is_at(const struct axis_sweep *s, size_t end, struct axis_value at)
{
	return end < s->n_ends && s->ends[end].at.high == at.high && s->ends[end].at.low == at.low;
}

/* The first end that is not where this one is. */
static size_t
ends_next(const struct axis_sweep *s, size_t end)
{
	struct axis_value at = s->ends[end].at;

	while (end_is_at(s, end, at))
		end++;
	return end;
}

/* Intervals when nothing is merged. */
static size_t
places_count(const struct axis_sweep *s)
{
	size_t n = 1;

	for (size_t i = end_is_at(s, 0, (struct axis_value){0}) ? ends_next(s, 0) : 0;
	     i < s->n_ends;
	     i = ends_next(s, i))
		n++;
	return n;
}

/* Moves over the ends at one place. */
static void
sweep_step(struct axis_sweep *s, size_t from, size_t to)
{
	for (const struct axis_end *end = s->ends + from; end < s->ends + to; end++) {
		uint64_t *word = &s->open[end->rule / RULE_AXIS_WORD_BITS];
		uint64_t bit = UINT64_C(1) << end->rule % RULE_AXIS_WORD_BITS;

		if (end->opens) {
			s->n_open[end->rule]++;
			*word |= bit;
		} else if (--s->n_open[end->rule] == 0) {
			*word &= ~bit;
		}
	}
}

static int
axis_alloc(struct rule_axis *a, size_t n, bool wide, int socket)
{
	size_t starts = n * (wide ? sizeof(*a->wide) : sizeof(*a->narrow));
	size_t vectors_at = RTE_ALIGN_CEIL(starts, (size_t)RTE_CACHE_LINE_SIZE);
	size_t bytes = vectors_at + n * a->words * sizeof(*a->vectors);
	char *block = rte_malloc_socket("rule_axis", bytes, RTE_CACHE_LINE_SIZE, socket);

	if (block == NULL)
		return -ENOMEM;
	if (wide)
		a->wide = (void *)block;
	else
		a->narrow = (void *)block;
	a->vectors = (void *)(block + vectors_at);
	return 0;
}

/* The next interval, without rules. */
static uint64_t *
axis_append(struct rule_axis *a, struct axis_value start)
{
	uint64_t *vector = a->vectors + (size_t)a->n * a->words;

	if (a->wide != NULL)
		a->wide[a->n] = start;
	else
		a->narrow[a->n] = (uint32_t)start.low;
	a->n++;
	memset(vector, 0, a->words * sizeof(*vector));
	return vector;
}

/* `merged`: how many intervals become one. */
static void
axis_fill(struct rule_axis *a, struct axis_sweep *s, size_t merged)
{
	struct axis_value start = {0};
	uint64_t *vector = NULL;
	size_t end = 0;

	for (size_t place = 0; place == 0 || end < s->n_ends; place++) {
		if (place > 0)
			start = s->ends[end].at;
		if (place % merged == 0)
			vector = axis_append(a, start);
		if (end_is_at(s, end, start)) {
			size_t next = ends_next(s, end);

			sweep_step(s, end, next);
			end = next;
		}
		for (uint32_t i = 0; i < a->words; i++)
			vector[i] |= s->open[i];
	}
}

static int
sweep_init(struct axis_sweep *s, const struct axis_config *config)
{
	size_t words = rule_axis_words(config->n_rules);

	s->room = calloc(4 * config->n_spans + 1, sizeof(*s->room));
	s->ends = s->room;
	s->open = calloc(words + 1, sizeof(*s->open));
	s->n_open = calloc(config->n_rules + 1, sizeof(*s->n_open));
	if (s->room == NULL || s->open == NULL || s->n_open == NULL)
		return -ENOMEM;
	memcpy(s->open, config->always, words * sizeof(*s->open));
	ends_fill(s, config);
	return 0;
}

static void
sweep_clear(struct axis_sweep *s)
{
	free(s->room);
	free(s->open);
	free(s->n_open);
}

int
rule_axis_init(struct rule_axis *a, const struct axis_config *config)
{
	size_t intervals_max, places, merged;
	struct axis_sweep sweep = {0};
	int error = sweep_init(&sweep, config);

	*a = (struct rule_axis){.words = rule_axis_words(config->n_rules)};
	if (error != 0)
		goto clear_sweep;
	intervals_max =
		RTE_MAX(BYTES_PER_SPAN * config->n_spans / (a->words * sizeof(*a->vectors)),
			(size_t)INTERVALS_MIN);
	places = places_count(&sweep);
	merged = (places + intervals_max - 1) / intervals_max;
	error = axis_alloc(a, (places + merged - 1) / merged, config->wide, config->socket);
	if (error == 0)
		axis_fill(a, &sweep, merged);
clear_sweep:
	sweep_clear(&sweep);
	return error;
}

void
rule_axis_clear(struct rule_axis *a)
{
	rte_free(a->wide);
	rte_free(a->narrow);
}

/* The last interval that does not start behind the value. Without a branch: which half it is cannot be foretold. */
static uint32_t
narrow_find(const uint32_t *starts, uint32_t n, uint32_t value)
{
	const uint32_t *first = starts;

	for (uint32_t half = n / 2; half > 0; half = n / 2) {
		first += first[half] <= value ? half : 0;
		n -= half;
	}
	return (uint32_t)(first - starts);
}

static uint32_t
wide_find(const struct axis_value *starts, uint32_t n, struct axis_value value)
{
	const struct axis_value *first = starts;

	for (uint32_t half = n / 2; half > 0; half = n / 2) {
		first += value_is_below(value, first[half]) ? 0 : half;
		n -= half;
	}
	return (uint32_t)(first - starts);
}

const uint64_t *
rule_axis_find(const struct rule_axis *a, struct axis_value value)
{
	uint32_t i = a->wide != NULL ? wide_find(a->wide, a->n, value)
				     : narrow_find(a->narrow, a->n, (uint32_t)value.low);

	return a->vectors + (size_t)i * a->words;
}
