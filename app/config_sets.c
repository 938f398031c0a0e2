/* SPDX-License-Identifier: BSD-3-Clause */
/* The section `sets`. A set may hold others, which may stand behind it in the file: each is read when it is needed first. */
#include "app/config_sets.h"

#include "app/config_sections.h"
#include "app/config_values.h"
#include "app/name_table.h"

#include <stdlib.h>
#include <string.h>

enum { CYCLE_BYTES = 512 };

enum set_state {
	SET_UNREAD,
	SET_BEING_READ,
	SET_READ,
};

struct set {
	const char *name;
	struct yaml_node *name_node, *value;
	enum set_state state;
	struct prefix_list list;
};

struct config_sets {
	struct name_table names; /* of indices of sets */
	struct set *sets;
	unsigned n;
	unsigned *being_read; /* the sets that led to the one being read */
	unsigned n_being_read;
	size_t section_length; /* of the reader's path in this section */
	unsigned n_prefixes; /* of all of them */
	bool is_full; /* said once */
};

static bool
list_reserve(struct prefix_list *list, unsigned more)
{
	unsigned room = list->room;
	struct prefix *prefixes;

	if (list->n + more <= list->room)
		return true;
	while (room < list->n + more)
		room = room == 0 ? more : 2 * room;
	prefixes = realloc(list->prefixes, room * sizeof(*prefixes));
	if (prefixes == NULL)
		return false;
	list->prefixes = prefixes;
	list->room = room;
	return true;
}

static bool
list_append(
	struct yaml_reader *r,
	const struct yaml_node *node,
	struct prefix_list *list,
	const struct prefix *prefixes,
	unsigned n
)
{
	if (n == 0)
		return true; /* of a set that is wrong */
	if (n > CONFIG_RULE_PREFIXES_MAX - list->n) {
		yaml_reader_error(r, node, "more than %d prefixes", CONFIG_RULE_PREFIXES_MAX);
		return false;
	}
	if (!list_reserve(list, n)) {
		yaml_reader_error(r, node, "out of memory");
		return false;
	}
	memcpy(list->prefixes + list->n, prefixes, n * sizeof(*prefixes));
	list->n += n;
	return true;
}

/* "a -> b -> a": from the set's first stand among those being read to its second. */
static void
cycle_error(
	struct yaml_reader *r,
	const struct yaml_node *node,
	const struct config_sets *sets,
	unsigned set
)
{
	char cycle[CYCLE_BYTES] = "";
	size_t length = 0;
	unsigned i = 0;

	while (sets->being_read[i] != set)
		i++;
	for (; i < sets->n_being_read && length < sizeof(cycle); i++)
		length += (size_t)snprintf(
			cycle + length,
			sizeof(cycle) - length,
			"%s -> ",
			sets->sets[sets->being_read[i]].name
		);
	yaml_reader_error(r, node, "a set that holds itself: %s%s", cycle, sets->sets[set].name);
}

static bool
set_count(struct yaml_reader *r, struct config_sets *sets, const struct set *set)
{
	sets->n_prefixes += set->list.n;
	if (sets->n_prefixes <= CONFIG_SET_PREFIXES_MAX)
		return true;
	if (!sets->is_full)
		yaml_reader_error(
			r,
			set->name_node,
			"more than %d prefixes in all sets",
			CONFIG_SET_PREFIXES_MAX
		);
	sets->is_full = true;
	return false;
}

/* With the reader's path on this set; `holder` is the one whose reading asked for it, or NULL. */
static void
set_read(struct yaml_reader *r, struct config_sets *sets, unsigned index, const struct set *holder)
{
	struct set *set = &sets->sets[index];

	set->state = SET_BEING_READ;
	sets->being_read[sets->n_being_read++] = index;
	yaml_path_pop(r, sets->section_length);
	(void)yaml_path_push(r, set->name);
	if (!sets->is_full)
		(void)config_addresses_read(r, set->value, sets, &set->list);
	if (!set_count(r, sets, set))
		set->list.n = 0;
	yaml_path_pop(r, sets->section_length);
	if (holder != NULL)
		(void)yaml_path_push(r, holder->name);
	sets->n_being_read--;
	set->state = SET_READ;
}

static const struct set *
set_find(struct yaml_reader *r, const struct yaml_node *node, const struct config_sets *const_sets)
{
	/* Sets that are not read yet are only met while the section is, whose sets are its own. */
	struct config_sets *sets = (struct config_sets *)(uintptr_t)const_sets;
	const struct set *holder;
	unsigned index;

	if (!name_table_find(&sets->names, node->text, &index)) {
		yaml_reader_error(
			r, node, "\"%s\" is neither an IPv4 or IPv6 prefix nor a set", node->text
		);
		return NULL;
	}
	if (sets->sets[index].state == SET_BEING_READ) {
		cycle_error(r, node, sets, index);
		return NULL;
	}
	if (sets->sets[index].state == SET_UNREAD) {
		holder = &sets->sets[sets->being_read[sets->n_being_read - 1]];
		set_read(r, sets, index, holder);
	}
	return &sets->sets[index];
}

static bool
address_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	const struct config_sets *sets,
	struct prefix_list *list
)
{
	const char *text = yaml_read_text(r, node);
	enum config_prefix_fault fault;
	const struct set *set;
	struct prefix prefix;

	if (text == NULL)
		return false;
	fault = config_prefix_parse(text, &prefix);
	if (fault == CONFIG_PREFIX_GOOD)
		return list_append(r, node, list, &prefix, 1);
	if (fault != CONFIG_PREFIX_NO_ADDRESS) {
		config_prefix_error(r, node, fault);
		return false;
	}
	set = set_find(r, node, sets);
	return set != NULL && list_append(r, node, list, set->list.prefixes, set->list.n);
}

bool
config_addresses_read(
	struct yaml_reader *r,
	struct yaml_node *node,
	const struct config_sets *sets,
	struct prefix_list *list
)
{
	bool good = true;

	if (node->kind != YAML_LIST)
		return address_read(r, node, sets, list);
	/* Read as "any" it would be the opposite of what it says. */
	if (node->length == 0) {
		yaml_reader_error(r, node, "names no address");
		return false;
	}
	for (struct yaml_node *item = node->first; item != NULL; item = item->next)
		good = address_read(r, item, sets, list) && good;
	return good;
}

static void
set_add(struct yaml_reader *r, struct yaml_node *name, struct yaml_node *value, void *context)
{
	struct config_sets *sets = context;
	struct prefix prefix;

	if (config_prefix_parse(name->text, &prefix) != CONFIG_PREFIX_NO_ADDRESS) {
		yaml_reader_error(r, name, "is an address, and cannot be the name of a set");
		return;
	}
	if (sets->n == CONFIG_SETS_MAX) {
		yaml_reader_error(r, name, "more than %d sets", CONFIG_SETS_MAX);
		return;
	}
	(void)name_table_add(
		&sets->names, name->text, sets->n
	); /* another of the name is an error already */
	sets->sets[sets->n++] = (struct set){.name = name->text, .name_node = name, .value = value};
}

struct config_sets *
config_sets_read(struct yaml_reader *r, struct yaml_node *node)
{
	struct config_sets *sets = calloc(1, sizeof(*sets));

	if (sets == NULL)
		return NULL;
	sets->sets = calloc(CONFIG_SETS_MAX, sizeof(*sets->sets));
	sets->being_read = calloc(CONFIG_SETS_MAX, sizeof(*sets->being_read));
	if (!name_table_init(&sets->names, CONFIG_SETS_MAX) || sets->sets == NULL ||
	    sets->being_read == NULL) {
		config_sets_free(sets);
		return NULL;
	}
	if (node == NULL)
		return sets;
	sets->section_length = r->path_length;
	yaml_read_names(r, node, set_add, sets);
	for (unsigned i = 0; i < sets->n; i++) {
		if (sets->sets[i].state == SET_UNREAD)
			set_read(r, sets, i, NULL);
	}
	return sets;
}

void
config_sets_free(struct config_sets *sets)
{
	if (sets == NULL)
		return;
	for (unsigned i = 0; sets->sets != NULL && i < sets->n; i++)
		free(sets->sets[i].list.prefixes);
	name_table_free(&sets->names);
	free(sets->being_read);
	free(sets->sets);
	free(sets);
}
