/* SPDX-License-Identifier: BSD-3-Clause */
/* A file becomes text, and the text nodes. */
#include "app/yaml_events.h"
#include "app/yaml_plain.h"
#include "app/yaml_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* More room for the text: twice as much, at first as much as the file seems to have. */
static bool
text_grow(struct yaml_reader *r, FILE *input, size_t *room)
{
	struct stat status;
	char *text;

	if (*room > 0)
		*room *= 2;
	else
		*room = fstat(fileno(input), &status) == 0 && status.st_size > 0
				? (size_t)status.st_size + 2
				: BUFSIZ;
	text = realloc(r->text, *room);
	if (text == NULL)
		return false;
	r->text = text;
	return true;
}

/* To the end of the file, with a terminator. False: no memory. */
static bool
text_read(struct yaml_reader *r, FILE *input)
{
	size_t room = 0, n;

	do {
		if (r->text_length + 2 > room && !text_grow(r, input, &room))
			return false;
		n = fread(r->text + r->text_length, 1, room - 1 - r->text_length, input);
		r->text_length += n;
	} while (n > 0);
	r->text[r->text_length] = '\0';
	return true;
}

static bool
file_read(struct yaml_reader *r)
{
	FILE *input = fopen(r->file, "r");
	bool good = false;

	if (input == NULL)
		fprintf(r->errors, "%s: cannot be opened: %s\n", r->file, strerror(errno));
	else if (!text_read(r, input))
		fprintf(r->errors, "%s: out of memory\n", r->file);
	else if (ferror(input))
		fprintf(r->errors, "%s: cannot be read: %s\n", r->file, strerror(errno));
	else
		good = true;
	if (input != NULL)
		(void)fclose(input); /* only read from */
	return good;
}

struct yaml_node *
yaml_reader_open(struct yaml_reader *r, const char *file, FILE *errors)
{
	struct yaml_node *root = NULL;

	*r = (struct yaml_reader){.file = file, .errors = errors};
	if (file_read(r)) {
		root = yaml_plain_load(r);
		if (root == NULL)
			root = yaml_events_load(r);
	}
	if (root == NULL)
		r->n_errors++;
	return root;
}

void
yaml_reader_close(struct yaml_reader *r)
{
	yaml_nodes_free(&r->nodes);
	free(r->text);
	r->text = NULL;
}
