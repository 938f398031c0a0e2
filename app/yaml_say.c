/* SPDX-License-Identifier: BSD-3-Clause */
/* What a reader has to say, a line each, and the path of the key that it speaks of. */
#include "app/yaml_reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

enum { REASON_BYTES = 1024 };

/* A reason is one line, whatever the value that it quotes holds. */
static void
control_characters_replace(char *text)
{
	for (; *text != '\0'; text++) {
		if (iscntrl((unsigned char)*text))
			*text = '?';
	}
}

static void __attribute__((format(printf, 4, 0))) line_say(
	const struct yaml_reader *r,
	unsigned line,
	const char *word,
	const char *format,
	va_list arguments
)
{
	char reason[REASON_BYTES], path[YAML_PATH_BYTES];

	(void)vsnprintf(
		reason, sizeof(reason), format, arguments
	); /* a longer one is cut, which is fine for people */
	memcpy(path, r->path, sizeof(path));
	control_characters_replace(reason);
	control_characters_replace(path);
	fprintf(r->errors,
		"%s:%u: %s%s%s%s\n",
		r->file,
		line,
		path,
		path[0] != '\0' ? ": " : "",
		word,
		reason);
}

void
yaml_reader_error(struct yaml_reader *r, const struct yaml_node *node, const char *format, ...)
{
	va_list arguments;

	r->n_errors++;
	va_start(arguments, format);
	line_say(r, node->line, "", format, arguments);
	va_end(arguments);
}

void
yaml_reader_error_at(struct yaml_reader *r, unsigned line, const char *format, ...)
{
	va_list arguments;

	r->n_errors++;
	va_start(arguments, format);
	line_say(r, line, "", format, arguments);
	va_end(arguments);
}

void
yaml_reader_warning(struct yaml_reader *r, unsigned line, const char *format, ...)
{
	va_list arguments;

	r->n_warnings++;
	va_start(arguments, format);
	line_say(r, line, "warning: ", format, arguments);
	va_end(arguments);
}

/* Not by snprintf: this is done for every key of the file. What is too long is cut. */
size_t
yaml_path_push(struct yaml_reader *r, const char *key)
{
	size_t before = r->path_length, room, length = strlen(key);

	if (before > 0 && before + 1 < sizeof(r->path))
		r->path[r->path_length++] = '.';
	room = sizeof(r->path) - 1 - r->path_length;
	length = length < room ? length : room;
	memcpy(r->path + r->path_length, key, length);
	yaml_path_pop(r, r->path_length + length);
	return before;
}

void
yaml_path_pop(struct yaml_reader *r, size_t length)
{
	r->path_length = length;
	r->path[length] = '\0';
}
