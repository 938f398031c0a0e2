/* SPDX-License-Identifier: BSD-3-Clause */
/* Every refusal names the line's text and the offending part of it. */
#include "tools/feedgen/line_option.h"

#include "tools/feedgen/message.h"
#include "tools/feedgen/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT_DEFAULT_MIN 1
#define SEGMENT_DEFAULT_MAX 12
#define DELAY_MAX_NS UINT64_C(10000000000)

static const char *
delay_parse(const char *text, uint64_t *value_ns)
{
	const char *wrong = value_time(text, value_ns);

	return wrong == NULL && *value_ns > DELAY_MAX_NS ? "is above 10s" : wrong;
}

static const char *
segment_bound_parse(const char *text, uint16_t *bound)
{
	uint64_t value;
	const char *wrong = value_number(text, &value);

	if (wrong != NULL)
		return wrong;
	if (value < 1 || value > MOLD_COUNT_MAX)
		return "is not 1 to 65534 messages";
	*bound = (uint16_t)value;
	return NULL;
}

/* MIN-MAX, or one number for both. */
static const char *
segment_parse(char *text, struct line_settings *settings)
{
	char *dash = strchr(text, '-');
	const char *wrong;

	if (dash != NULL)
		*dash = '\0';
	wrong = segment_bound_parse(text, &settings->segment_min);
	if (wrong == NULL)
		wrong = segment_bound_parse(dash != NULL ? dash + 1 : text, &settings->segment_max);
	if (wrong == NULL && settings->segment_min > settings->segment_max)
		wrong = "is more than the maximum behind it";
	return wrong;
}

static const char key_unknown[] = "is not one of loss, delay, jitter, reorder, segment";

static const char *
key_parse(const char *key, char *value, struct line_settings *settings)
{
	if (strcmp(key, "loss") == 0)
		return value_probability(value, &settings->loss_ppb);
	if (strcmp(key, "reorder") == 0)
		return value_probability(value, &settings->reorder_ppb);
	if (strcmp(key, "delay") == 0)
		return delay_parse(value, &settings->delay_ns);
	if (strcmp(key, "jitter") == 0)
		return delay_parse(value, &settings->jitter_ns);
	if (strcmp(key, "segment") == 0)
		return segment_parse(value, settings);
	return key_unknown;
}

static const char *
name_parse(const char *name, struct line_settings *settings)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t length = strlen(name);

	if (length == 0 || length > LINE_NAME_MAX)
		return "is not a name of 1 to 15 characters";
	if (strspn(name, allowed) != length)
		return "has characters other than letters, digits, - _ .";
	memcpy(settings->name, name, length + 1);
	return NULL;
}

static int
part_refuse(const char *text, const char *part, const char *wrong)
{
	message_print("--line %s: %s %s", text, part[0] != '\0' ? part : "an empty part", wrong);
	return -EINVAL;
}

static int
parts_parse(const char *text, char *copy, struct line_settings *settings)
{
	char *rest = copy;
	char *name = strsep(&rest, "=");
	char *endpoint = strsep(&rest, ",");
	const char *wrong;

	if (endpoint == NULL)
		return part_refuse(text, text, "is not NAME=GROUP:PORT");
	wrong = name_parse(name, settings);
	if (wrong != NULL)
		return part_refuse(text, name, wrong);
	wrong = endpoint_parse(endpoint, &settings->destination);
	if (wrong != NULL)
		return part_refuse(text, endpoint, wrong);
	while (rest != NULL) {
		char *value = strsep(&rest, ",");
		char *key = strsep(&value, "=");

		wrong = value == NULL ? "is not KEY=VALUE" : key_parse(key, value, settings);
		if (wrong != NULL)
			return part_refuse(
				text, value == NULL || wrong == key_unknown ? key : value, wrong
			);
	}
	return 0;
}

int
line_option_parse(const char *text, struct line_settings *settings)
{
	char *copy = strdup(text);
	int rc;

	*settings = (struct line_settings){
		.segment_min = SEGMENT_DEFAULT_MIN,
		.segment_max = SEGMENT_DEFAULT_MAX,
	};
	if (copy == NULL)
		return part_refuse(text, text, "cannot be read: out of memory");
	rc = parts_parse(text, copy, settings);
	free(copy);
	return rc;
}
