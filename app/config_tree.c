/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths become a tree: sorted, with the parents that the file leaves out, and what is inherited. */
#include "app/config_reading.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)

/* Of the root; docs/manual.md says where they are from. */
static const uint64_t timeouts_default[FLOW_STATE_COUNT] = {
	[FLOW_TCP_SYN] = 30 * SECOND_NS,
	[FLOW_TCP_ESTABLISHED] = 7440 * SECOND_NS, /* RFC 5382, section 5: at least 2 h 4 min */
	[FLOW_TCP_CLOSING] = 60 * SECOND_NS,
	[FLOW_TCP_CLOSED] = 30 * SECOND_NS,
	[FLOW_TCP_RESET] = 5 * SECOND_NS,
	[FLOW_UDP] = 30 * SECOND_NS,
	[FLOW_UDP_REPLIED] = 180 * SECOND_NS,
	[FLOW_ICMP] = 10 * SECOND_NS,
	[FLOW_OTHER] = 60 * SECOND_NS,
};

/* Paths */

/* What is wrong with it, or NULL. */
static const char *
path_fault(const char *path)
{
	unsigned depth = 0;

	if (path[0] != '/')
		return "does not begin with /";
	if (strlen(path) >= TENANT_PATH_BYTES)
		return "is longer than 127 characters";
	if (path[1] == '\0')
		return NULL;
	if (path[strlen(path) - 1] == '/')
		return "ends with /";
	for (; *path == '/'; depth++) {
		size_t length = strcspn(path + 1, "/");

		if (!yaml_name_is_good(path + 1, length))
			return "has a name that is not 1 to 31 of A-Z a-z 0-9 _ . -";
		path += 1 + length;
	}
	return depth <= TENANT_DEPTH_MAX ? NULL : "has more than 16 levels";
}

bool
config_path_check(struct yaml_reader *r, const struct yaml_node *node)
{
	const char *fault = path_fault(node->text);

	static_assert(TENANT_PATH_BYTES == 128 && TENANT_DEPTH_MAX == 16, "reasons name them");
	if (fault != NULL)
		yaml_reader_error(
			r, node, "\"%s\" is no path of a tenant: it %s", node->text, fault
		);
	return fault == NULL;
}

/* The end comes first, then "/", so that what is below a path stands right behind it. */
static int
character_rank(char c)
{
	if (c == '\0')
		return 0;
	return c == '/' ? 1 : 1 + (unsigned char)c;
}

static int
reading_compare(const void *a, const void *b)
{
	const struct tenant_reading *const *x = a, *const *y = b;
	const char *p = (*x)->tenant.path, *q = (*y)->tenant.path;

	while (*p != '\0' && *p == *q) {
		p++;
		q++;
	}
	return character_rank(*p) - character_rank(*q);
}

/* Is `path` below, or the same as, that tenant's? */
static bool
path_is_in(const char *path, const struct config_tenant *tenant)
{
	size_t length = strlen(tenant->path);

	if (length == 1)
		return true;
	return strncmp(path, tenant->path, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/* The tree */

static void
tenant_inherit(
	struct config_tenant *tenant,
	const struct tenant_reading *reading,
	const struct config_tenant *parent
)
{
	if (reading == NULL || !reading->mode_given)
		tenant->audit = parent->audit;
	if (reading == NULL || !reading->pickup_given)
		tenant->pickup = parent->pickup;
	if (reading == NULL || !reading->on_full_given)
		tenant->evict = parent->evict;
	for (unsigned i = 0; i < FLOW_STATE_COUNT; i++) {
		if (tenant->timeouts_ns[i] == 0)
			tenant->timeouts_ns[i] = parent->timeouts_ns[i];
	}
}

/* A tenant that is in the file, or, without a reading, one that is not and has so much of the path. False: too many. */
static bool
tenant_add(
	struct config_tenants *tree,
	unsigned parent,
	struct tenant_reading *reading,
	const char *path,
	size_t length
)
{
	static const struct config_tenant root = {0};
	struct config_tenant *tenant = &tree->tenants[tree->n];

	if (tree->n == CONFIG_TENANTS_MAX)
		return false;
	*tenant = reading != NULL ? reading->tenant : root;
	memcpy(tenant->path, path, length);
	tenant->path[length] = '\0';
	tenant->parent = parent;
	tenant->depth = tree->n == 0 ? 0 : tree->tenants[parent].depth + 1;
	if (tree->n > 0)
		tenant_inherit(tenant, reading, &tree->tenants[parent]);
	if (reading != NULL)
		reading->tenant = root; /* what it owned is the tree's */
	tree->n++;
	return true;
}

static bool
root_add(struct config_tenants *tree, struct tenant_reading *first)
{
	bool is_given = first != NULL && strcmp(first->tenant.path, "/") == 0;
	struct config_tenant *root = &tree->tenants[0];

	(void)tenant_add(tree, 0, is_given ? first : NULL, "/", 1); /* there is room for one */
	for (unsigned i = 0; i < FLOW_STATE_COUNT; i++) {
		if (root->timeouts_ns[i] == 0)
			root->timeouts_ns[i] = timeouts_default[i];
	}
	return is_given;
}

/* The tenant behind those that are there, and whichever of its parents are not. */
static bool
branch_add(struct config_tenants *tree, struct tenant_reading *reading)
{
	const char *path = reading->tenant.path;
	unsigned parent = tree->n - 1;
	size_t length;

	while (!path_is_in(path, &tree->tenants[parent]))
		parent = tree->tenants[parent].parent;
	length = parent == 0 ? 0 : strlen(tree->tenants[parent].path);
	for (;;) {
		length += 1 + strcspn(path + length + 1, "/");
		if (path[length] == '\0')
			return tenant_add(tree, parent, reading, path, length);
		if (!tenant_add(tree, parent, NULL, path, length))
			return false;
		parent = tree->n - 1;
	}
}

static bool
tree_fill(struct config_tenants *tree, struct tenant_reading **sorted, unsigned n)
{
	unsigned i = root_add(tree, n > 0 ? sorted[0] : NULL) ? 1 : 0;

	for (; i < n; i++) {
		if (!branch_add(tree, sorted[i]))
			return false;
	}
	return true;
}

void
config_tree_make(
	struct yaml_reader *r,
	const struct yaml_node *section,
	struct tenants_reading *reading,
	struct config_tenants *tree
)
{
	struct tenant_reading **sorted = calloc(reading->n + 1, sizeof(*sorted));

	tree->tenants = calloc(CONFIG_TENANTS_MAX, sizeof(*tree->tenants));
	if (sorted == NULL || tree->tenants == NULL) {
		yaml_reader_error(r, section, "out of memory");
		goto free_sorted;
	}
	for (unsigned i = 0; i < reading->n; i++)
		sorted[i] = &reading->tenants[i];
	qsort(sorted, reading->n, sizeof(*sorted), reading_compare);
	if (!tree_fill(tree, sorted, reading->n))
		yaml_reader_error(
			r,
			section,
			"more than %d tenants, with the parents that are not in the file",
			CONFIG_TENANTS_MAX
		);
free_sorted:
	free(sorted);
	/* What the tree has not taken. */
	for (unsigned i = 0; i < reading->n; i++)
		config_tenant_clear(&reading->tenants[i].tenant);
}
