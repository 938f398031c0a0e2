/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the weights of types. */
#include "tools/feedgen/mix_option.h"

#include "tools/feedgen/message.h"
#include "tools/feedgen/value.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *
entry_parse(const char *entry, uint64_t *weights, bool *named)
{
	int type;

	if (entry[0] == '\0' || entry[1] != '=')
		return "is not TYPE=WEIGHT";
	type = itch50_index(entry[0]);
	if (type < 0)
		return "is not about an ITCH 5.0 message type";
	if (entry[0] == 'S')
		return "is not possible: system events have fixed places in the day";
	if (named[type])
		return "is about a type named before";
	named[type] = true;
	return value_weight(entry + 2, &weights[type]);
}

static int
entries_parse(char *copy, uint64_t *weights)
{
	bool named[ITCH50_TYPE_COUNT] = {false};
	uint64_t total = 0;
	char *rest = copy;

	memset(weights, 0, ITCH50_TYPE_COUNT * sizeof(*weights));
	while (rest != NULL) {
		const char *entry = strsep(&rest, ",");
		const char *wrong = entry_parse(entry, weights, named);

		if (wrong != NULL) {
			message_print(
				"--mix: %s %s", entry[0] != '\0' ? entry : "an empty entry", wrong
			);
			return -EINVAL;
		}
	}
	for (int i = 0; i < ITCH50_TYPE_COUNT; i++)
		total += weights[i];
	if (total == 0) {
		message_print("--mix: all weights are 0");
		return -EINVAL;
	}
	return 0;
}

int
mix_option_parse(const char *text, uint64_t weights[ITCH50_TYPE_COUNT])
{
	char *copy = strdup(text);
	int rc;

	if (copy == NULL) {
		message_print("--mix: out of memory");
		return -EINVAL;
	}
	rc = entries_parse(copy, weights);
	free(copy);
	return rc;
}
