/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of two tenants that match the same packets, where nothing says which one goes first.
 *
 * Rows are sorted so that a prefix stands behind those that hold it, and those that hold the one looked at are on a
 * stack. Rows of one prefix are a group, sorted by service.
 */
#include "app/config_reading.h"

#include <stdlib.h>
#include <string.h>

enum { NO_PLACE = INT32_MAX };

/* A row and whose it is. */
struct place {
	const struct config_match *match;
	unsigned tenant;
	uint16_t reach; /* the last port of the rows of its group and protocol up to this one */
	uint32_t conflict; /* the row before it that it conflicts with, or NO_PLACE */
};

/* Rows of one scope and prefix: places from `begin` to before `end`. */
struct group {
	unsigned begin, end;
};

struct overlap_check {
	const struct config_tenants *tree;
	unsigned *subtree_ends; /* by tenant: behind the last one below it */
	struct place *places;
	unsigned n;
	struct group stack[130]; /* any address, and prefixes of 0 to 128 bits */
	unsigned n_stack;
};

static int
scope_compare(const struct config_match *a, const struct config_match *b)
{
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->vlan_outer != b->vlan_outer)
		return a->vlan_outer < b->vlan_outer ? -1 : 1;
	if (a->vlan_inner != b->vlan_inner)
		return a->vlan_inner < b->vlan_inner ? -1 : 1;
	return 0;
}

/* Any address has no bits, and comes before the prefix of length 0. */
static int
prefix_compare(const struct prefix *a, const struct prefix *b)
{
	int difference = memcmp(&a->address, &b->address, sizeof(a->address));

	if (difference != 0)
		return difference;
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return (a->kind != PACKET_OTHER) - (b->kind != PACKET_OTHER);
}

static int
place_compare(const void *a, const void *b)
{
	const struct config_match *x = ((const struct place *)a)->match;
	const struct config_match *y = ((const struct place *)b)->match;
	int difference = scope_compare(x, y);

	if (difference == 0)
		difference = prefix_compare(&x->prefix, &y->prefix);
	if (difference == 0)
		difference = x->protocol - y->protocol;
	if (difference == 0)
		difference = x->service.first - y->service.first;
	if (difference == 0)
		difference = x->line < y->line ? -1 : x->line > y->line;
	return difference;
}

static bool
match_holds(const struct config_match *wide, const struct config_match *narrow)
{
	return scope_compare(wide, narrow) == 0 && wide->prefix.bits <= narrow->prefix.bits &&
	       prefix_holds(&wide->prefix, narrow->prefix.kind, &narrow->prefix.address);
}

static bool
service_holds(const struct config_match *wide, const struct config_match *narrow)
{
	return (wide->protocol < 0 || wide->protocol == narrow->protocol) &&
	       wide->service.first <= narrow->service.first &&
	       wide->service.last >= narrow->service.last;
}

static bool
is_above(const struct overlap_check *c, unsigned above, unsigned below)
{
	return above <= below && below < c->subtree_ends[above];
}

/* Rows whose prefixes hold each other and whose services overlap. */
static bool
places_conflict(
	const struct overlap_check *c,
	const struct place *a,
	const struct place *b,
	bool same_prefix
)
{
	if (a->tenant == b->tenant)
		return false;
	if (!is_above(c, a->tenant, b->tenant) && !is_above(c, b->tenant, a->tenant))
		return true;
	/* Of an ancestor and its descendant the narrower one wins, if one of them is narrower. */
	return same_prefix &&
	       service_holds(a->match, b->match) == service_holds(b->match, a->match);
}

/* The first place from `begin` to before `end` that stands behind the protocol and first port. */
static unsigned
place_search(const struct overlap_check *c, unsigned begin, unsigned end, int protocol, int first)
{
	while (begin < end) {
		unsigned middle = begin + (end - begin) / 2;
		const struct config_match *m = c->places[middle].match;

		if (m->protocol < protocol ||
		    (m->protocol == protocol && m->service.first <= first))
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

/* A conflict of the place with one of those, which are of one protocol. Goes back from the last that may overlap. */
static bool
protocol_check(
	const struct overlap_check *c,
	struct place *place,
	unsigned begin,
	unsigned end,
	bool same_prefix
)
{
	const struct config_match *m = place->match;
	unsigned i =
		m->protocol < 0
			? end
			: place_search(
				  c, begin, end, c->places[end - 1].match->protocol, m->service.last
			  );

	while (i-- > begin && c->places[i].reach >= m->service.first) {
		if (c->places[i].match->service.last < m->service.first ||
		    !places_conflict(c, place, &c->places[i], same_prefix))
			continue;
		place->conflict = i;
		return true;
	}
	return false;
}

/* The same with those of any protocol: only of any and of its own they overlap. */
static bool
places_check(
	const struct overlap_check *c,
	struct place *place,
	unsigned begin,
	unsigned end,
	bool same_prefix
)
{
	int own = place->match->protocol;

	while (begin < end) {
		int protocol = c->places[begin].match->protocol;
		unsigned next;

		if (own >= 0 && protocol >= 0 && protocol != own) {
			begin = place_search(
				c, begin, end, protocol < own ? own - 1 : UINT8_MAX, UINT16_MAX
			);
			continue;
		}
		next = place_search(c, begin, end, protocol, UINT16_MAX);
		if (protocol_check(c, place, begin, next, same_prefix))
			return true;
		begin = next;
	}
	return false;
}

static void
reach_fill(struct overlap_check *c, struct group group)
{
	for (unsigned i = group.begin; i < group.end; i++) {
		struct place *place = &c->places[i];

		place->reach = place->match->service.last;
		if (i > group.begin && place[-1].match->protocol == place->match->protocol &&
		    place[-1].reach > place->reach)
			place->reach = place[-1].reach;
	}
}

static void
group_check(struct overlap_check *c, struct group group)
{
	for (unsigned i = group.begin; i < group.end; i++) {
		struct place *place = &c->places[i];
		bool found = places_check(c, place, group.begin, i, true);

		for (unsigned j = 0; !found && j < c->n_stack; j++)
			found = places_check(c, place, c->stack[j].begin, c->stack[j].end, false);
	}
}

static void
groups_check(struct overlap_check *c)
{
	struct group group = {0, 0};

	c->n_stack = 0;
	for (; group.begin < c->n; group.begin = group.end) {
		const struct config_match *m = c->places[group.begin].match;

		for (group.end = group.begin + 1; group.end < c->n; group.end++) {
			const struct config_match *other = c->places[group.end].match;

			if (scope_compare(m, other) != 0 ||
			    prefix_compare(&m->prefix, &other->prefix) != 0)
				break;
		}
		while (c->n_stack > 0 &&
		       !match_holds(c->places[c->stack[c->n_stack - 1].begin].match, m))
			c->n_stack--;
		reach_fill(c, group);
		group_check(c, group);
		c->stack[c->n_stack++] = group;
	}
}

/* A conflict as it is said: at the line of the later row. */
struct conflict {
	const struct place *later, *earlier;
};

static int
conflict_compare(const void *a, const void *b)
{
	const struct conflict *x = a, *y = b;

	if (x->later->match->line != y->later->match->line)
		return x->later->match->line < y->later->match->line ? -1 : 1;
	return x->earlier->match->line < y->earlier->match->line ? -1 : 1;
}

static void
conflict_say(
	struct yaml_reader *r,
	const struct overlap_check *c,
	const struct conflict *conflict,
	const char *side
)
{
	unsigned later = conflict->later->tenant, earlier = conflict->earlier->tenant;
	bool is_lineage = is_above(c, later, earlier) || is_above(c, earlier, later);
	size_t length = yaml_path_push(r, c->tree->tenants[later].path);

	(void)yaml_path_push(r, side);
	yaml_reader_error_at(
		r,
		conflict->later->match->line,
		"overlaps with line %u, %s%s",
		conflict->earlier->match->line,
		c->tree->tenants[earlier].path,
		is_lineage ? ", and neither is the narrower one" : ""
	);
	yaml_path_pop(r, length);
}

/* False without memory. */
static bool
conflicts_say(struct yaml_reader *r, const struct overlap_check *c, const char *side)
{
	struct conflict *conflicts;
	unsigned n = 0;

	for (unsigned i = 0; i < c->n; i++)
		n += c->places[i].conflict != NO_PLACE;
	if (n == 0)
		return true;
	conflicts = calloc(n, sizeof(*conflicts));
	if (conflicts == NULL)
		return false;
	n = 0;
	for (unsigned i = 0; i < c->n; i++) {
		const struct place *a = &c->places[i], *b;

		if (a->conflict == NO_PLACE)
			continue;
		b = &c->places[a->conflict];
		conflicts[n++] = a->match->line < b->match->line ? (struct conflict){b, a}
								 : (struct conflict){a, b};
	}
	qsort(conflicts, n, sizeof(*conflicts), conflict_compare);
	for (unsigned i = 0; i < n; i++)
		conflict_say(r, c, &conflicts[i], side);
	free(conflicts);
	return true;
}

/* The rows of one side and IP version. Those of any address are looked at with both. */
static void
places_fill(struct overlap_check *c, bool is_to, uint8_t kind, bool *has_kind)
{
	c->n = 0;
	*has_kind = false;
	for (unsigned i = 0; i < c->tree->n; i++) {
		const struct config_tenant *t = &c->tree->tenants[i];
		const struct config_match *rows = is_to ? t->to : t->from;

		for (unsigned j = 0; j < (is_to ? t->n_to : t->n_from); j++) {
			if (rows[j].prefix.kind != kind && rows[j].prefix.kind != PACKET_OTHER)
				continue;
			*has_kind = *has_kind || rows[j].prefix.kind == kind;
			c->places[c->n++] = (struct place
			){.match = &rows[j], .tenant = i, .conflict = NO_PLACE};
		}
	}
}

/* What any address has with any address is said once. */
static void
any_conflicts_forget(struct overlap_check *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (c->places[i].match->prefix.kind == PACKET_OTHER)
			c->places[i].conflict = NO_PLACE;
	}
}

static bool
side_check(struct yaml_reader *r, struct overlap_check *c, bool is_to)
{
	static const uint8_t kinds[] = {PACKET_IPV4, PACKET_IPV6};
	bool good = true, has_kind;

	for (unsigned i = 0; i < 2; i++) {
		places_fill(c, is_to, kinds[i], &has_kind);
		if (!has_kind && i > 0)
			continue;
		qsort(c->places, c->n, sizeof(*c->places), place_compare);
		groups_check(c);
		if (i > 0)
			any_conflicts_forget(c);
		good = conflicts_say(r, c, is_to ? "to" : "from") && good;
	}
	return good;
}

static void
subtree_ends_fill(struct overlap_check *c)
{
	const struct config_tenants *tree = c->tree;

	for (unsigned i = tree->n; i-- > 0;) {
		unsigned parent = tree->tenants[i].parent;

		c->subtree_ends[i] = RTE_MAX(c->subtree_ends[i], i + 1);
		c->subtree_ends[parent] = RTE_MAX(c->subtree_ends[parent], c->subtree_ends[i]);
	}
}

void
config_overlaps_check(
	struct yaml_reader *r, const struct yaml_node *section, const struct config_tenants *tree
)
{
	struct overlap_check c = {.tree = tree};
	size_t n = 0;

	for (unsigned i = 0; i < tree->n; i++)
		n += RTE_MAX(tree->tenants[i].n_from, tree->tenants[i].n_to);
	c.subtree_ends = calloc(tree->n + 1, sizeof(*c.subtree_ends));
	c.places = calloc(n + 1, sizeof(*c.places));
	if (c.subtree_ends == NULL || c.places == NULL)
		goto no_memory;
	subtree_ends_fill(&c);
	if (side_check(r, &c, false) && side_check(r, &c, true))
		goto free_places;
no_memory:
	yaml_reader_error(r, section, "out of memory");
free_places:
	free(c.places);
	free(c.subtree_ends);
}
