/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The alias method (M. D. Vose, "A linear algorithm for generating random numbers with a given
 * distribution", IEEE TSE 17(9), 1991), in integers.
 */
#include "tools/feedgen/weighted_choice.h"

#include <errno.h>
#include <stdlib.h>

/* 2^48 times 2^16 entries, shifted by 32 for the fraction, needs more than 64 bits. */
__extension__ typedef unsigned __int128 wide;

struct pairing {
	wide *scaled; /* weight x count: the average entry equals total */
	uint32_t *queue; /* entries below average from the front, others from the back */
	uint32_t small_count;
	uint32_t large_at;
};

static uint32_t
fraction(wide part, wide total)
{
	wide value = (part << 32) / total;

	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static void
pairing_sort(struct pairing *p, uint32_t i, wide total)
{
	if (p->scaled[i] < total)
		p->queue[p->small_count++] = i;
	else
		p->queue[--p->large_at] = i;
}

/* Each small entry is filled up to the average by a large one, which shrinks by that much. */
static void
choice_pair(struct weighted_choice *choice, struct pairing *p, wide total)
{
	for (uint32_t i = 0; i < choice->count; i++)
		pairing_sort(p, i, total);

	while (p->small_count > 0 && p->large_at < choice->count) {
		uint32_t small = p->queue[--p->small_count];
		uint32_t large = p->queue[p->large_at++];

		choice->keep[small] = fraction(p->scaled[small], total);
		choice->other[small] = large;
		p->scaled[large] -= total - p->scaled[small];
		pairing_sort(p, large, total);
	}
	/* What is left is exactly average and keeps itself (other[i] is i). */
}

int
weighted_choice_init(struct weighted_choice *choice, const uint64_t *weights, uint32_t count)
{
	struct pairing p = {.large_at = count};
	wide total = 0;
	int rc = -ENOMEM;

	choice->count = count;
	choice->keep = calloc(count, sizeof(*choice->keep));
	choice->other = calloc(count, sizeof(*choice->other));
	p.scaled = calloc(count, sizeof(*p.scaled));
	p.queue = calloc(count, sizeof(*p.queue));
	if (choice->keep == NULL || choice->other == NULL || p.scaled == NULL || p.queue == NULL)
		goto free_pairing;

	for (uint32_t i = 0; i < count; i++) {
		total += weights[i];
		p.scaled[i] = (wide)weights[i] * count;
		choice->keep[i] = UINT32_MAX;
		choice->other[i] = i;
	}
	choice_pair(choice, &p, total);
	rc = 0;
free_pairing:
	free(p.queue);
	free(p.scaled);
	return rc;
}

void
weighted_choice_clear(struct weighted_choice *choice)
{
	free(choice->other);
	free(choice->keep);
	*choice = (struct weighted_choice){0};
}

uint32_t
weighted_choice_draw(const struct weighted_choice *choice, struct random *random)
{
	uint64_t bits = random_next(random);
	uint32_t i = (uint32_t)(((bits >> 32) * choice->count) >> 32);

	return (uint32_t)bits < choice->keep[i] ? i : choice->other[i];
}
